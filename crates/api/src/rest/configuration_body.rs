//! Bodies of configurations: what the server acts on is checked, the rest of the field's members is kept as it is.

use serde_json::{Map, Value, json};
use waybill_model as model;
use waybill_protocol::rest::configuration::{
    ConfigurationSettings, ConversationAppSettings, MessengerApps, MessengerSettings, SatisfactionSettings,
};
use waybill_service::ConfigurationWish;

use super::{extract::Fields, form_body};
use crate::error::{ApiError, ApiResult};

/// What the server says itself; clients send it back with their changes.
const ITS_OWN: [&str; 11] = [
    "id",
    "version",
    "status",
    "dateCreated",
    "dateModified",
    "datePublished",
    "createdUser",
    "lastModifiedUser",
    "publishedUser",
    "selfUri",
    "snippet",
];
/// Longest question at the end, in bytes.
const LONGEST_QUESTION: usize = 500;
/// Longest session in seconds: 30 days.
const LONGEST_SESSION: u32 = 2_592_000;

/// Reads a configuration as somebody wants it.
pub(super) fn read(body: &str) -> ApiResult<ConfigurationWish> {
    let mut fields = Fields::read(body)?;
    fields.leave_out(&ITS_OWN)?;
    let name = fields.take_text("name", "\"name\": \"shop\"")?;
    let description = fields.take_as("description", "text", "\"description\": \"…\"")?.unwrap_or_default();
    let mut settings = Map::new();
    for (member, value) in fields.into_rest()? {
        let value: Value = serde_json::from_str(value.get())
            .map_err(|_| ApiError::invalid(&short(&member), "can't be read", "send valid JSON"))?;
        settings.insert(member, value);
    }
    Ok(ConfigurationWish { name, description, content: content(settings)? })
}

/// Checks what a configuration says, and keeps it without nulls.
pub(super) fn content(mut settings: Map<String, Value>) -> ApiResult<model::ConfigurationSettings> {
    remove_nulls(&mut settings);
    let known = known(&settings)?;
    let conversations = settings.get("messenger").and_then(|value| value.pointer("/apps/conversations/customData"));
    if conversations.is_some() {
        return Err(ApiError::invalid(
            "messenger.apps.conversations.customData",
            "is the context policy of a deployment, and a configuration can serve several",
            "change it with PUT `/api/v2/webdeployments/deployments/{deploymentId}/contextpolicy`, and leave it out here",
        ));
    }
    let ConversationAppSettings { session_duration_seconds: session_seconds, satisfaction, .. } =
        conversation_app(&known);
    let satisfaction = satisfaction
        .filter(|satisfaction| satisfaction.enabled)
        .map(|SatisfactionSettings { enabled: _, question }| model::SatisfactionQuestion { question });
    Ok(model::ConfigurationSettings { session_seconds, satisfaction, settings })
}

/// The members that the server acts on, checked.
pub(crate) fn known(settings: &Map<String, Value>) -> ApiResult<ConfigurationSettings> {
    // One by one, so that the answer can name the one that is wrong; serde's own words could hold a value.
    for (member, value) in settings {
        serde_json::from_value::<ConfigurationSettings>(json!({ member: value })).map_err(|_| {
            ApiError::invalid(
                &short(member),
                "has another shape than the field's",
                "see the reference of this operation",
            )
        })?;
    }
    let known: ConfigurationSettings = serde_json::from_value(Value::Object(settings.clone()))
        .map_err(|_| ApiError::invalid("configuration", "can't be read", "see the reference of this operation"))?;
    check(&known)?;
    Ok(known)
}

fn check(known: &ConfigurationSettings) -> ApiResult<()> {
    if let Some(languages) = &known.languages {
        let is_tag = |tag: &String| {
            (2..=35).contains(&tag.len()) && tag.chars().all(|one| one.is_ascii_alphanumeric() || one == '-')
        };
        if languages.is_empty() || languages.len() > 100 || !languages.iter().all(is_tag) {
            return Err(ApiError::invalid("languages", "must list 1 to 100 language tags", "write them like `en-us`"));
        }
        if known.default_language.as_ref().is_some_and(|default| !languages.contains(default)) {
            return Err(ApiError::invalid("defaultLanguage", "is not among `languages`", "name one of them"));
        }
    }
    let messenger = known.messenger.as_ref();
    let color = messenger.and_then(|one| one.styles.as_ref()).and_then(|styles| styles.primary_color.as_ref());
    let is_color = |color: &String| {
        color
            .strip_prefix('#')
            .is_some_and(|digits| digits.len() == 6 && digits.bytes().all(|one| one.is_ascii_hexdigit()))
    };
    if color.is_some_and(|color| !is_color(color)) {
        return Err(ApiError::invalid("messenger.styles.primaryColor", "is no colour", "write it like `#0165A7`"));
    }
    let visibility = messenger.and_then(|one| one.launcher_button.as_ref()).and_then(|one| one.visibility.as_deref());
    if visibility.is_some_and(|one| !matches!(one, "On" | "Off" | "OnDemand")) {
        let remedy = "write `On`, `Off` or `OnDemand`";
        return Err(ApiError::invalid("messenger.launcherButton.visibility", "is unknown", remedy));
    }
    let question = conversation_app(known).satisfaction.and_then(|satisfaction| satisfaction.question);
    if question.is_some_and(|question| question.trim().is_empty() || question.len() > LONGEST_QUESTION) {
        let rule = format!("must have 1 to {LONGEST_QUESTION} bytes");
        let field = "messenger.apps.conversations.satisfaction.question";
        return Err(ApiError::invalid(field, &rule, "leave it out for the client's own words"));
    }
    if let Some(form) = &conversation_app(known).form {
        form_body::check(form)?;
    }
    let seconds = conversation_app(known).session_duration_seconds;
    if seconds.is_some_and(|seconds| !(60..=LONGEST_SESSION).contains(&seconds)) {
        let rule = format!("must be 60 to {LONGEST_SESSION}");
        let field = "messenger.apps.conversations.sessionDurationSeconds";
        return Err(ApiError::invalid(field, &rule, "259200 are three days"));
    }
    Ok(())
}

fn conversation_app(known: &ConfigurationSettings) -> ConversationAppSettings {
    let apps = known.messenger.as_ref().and_then(|MessengerSettings { apps, .. }| apps.as_ref());
    apps.and_then(|MessengerApps { conversations }| conversations.clone()).unwrap_or_default()
}

/// Real clients break on a null.
fn remove_nulls(members: &mut Map<String, Value>) {
    members.retain(|_, value| !value.is_null());
    members.values_mut().for_each(remove_inner_nulls);
}

fn remove_inner_nulls(value: &mut Value) {
    match value {
        Value::Object(members) => remove_nulls(members),
        Value::Array(values) => {
            values.retain(|value| !value.is_null());
            values.iter_mut().for_each(remove_inner_nulls);
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn short(name: &str) -> String {
    name.chars().take(128).collect()
}
