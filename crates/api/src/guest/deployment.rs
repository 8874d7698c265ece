//! `config.json` and `domains.json`: what any site may read of a deployment.

use std::collections::BTreeSet;

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderName, header::CACHE_CONTROL},
};
use waybill_model::{ContextPolicy, Deployment, DeploymentStatus, SatisfactionQuestion};
use waybill_protocol::{
    ErrorBody,
    form::{Form, FormField, FormPlace},
    guest::{
        DeploymentConfig, DeploymentDomains,
        deployment::{
            Apps, Auth, ConfigStatus, ConversationDisconnect, Conversations, FileUpload, HomeScreen, LauncherButton,
            Messenger, Notifications, Position, Satisfaction, Styles, Toggle, Waybill,
        },
    },
    rest::configuration::{
        ConfigurationSettings, ConversationAppSettings, HomeScreenSettings, MessengerSettings, PositionSettings, Switch,
    },
};
use waybill_service::DeploymentView;

use crate::{App, address::BaseUrl, error::ApiResult, rest::known_settings};

/// Short: a change of a deployment shows soon.
const CACHED: [(HeaderName, &str); 1] = [(CACHE_CONTROL, "public, max-age=10")];

/// The language of texts where a configuration names none.
const LANGUAGE: &str = "en-us";

/// A file with its headers.
type File<T> = ([(HeaderName, &'static str); 1], Json<T>);

/// Read a deployment's public configuration
///
/// What a client needs before it connects; active or not, from any origin.
#[utoipa::path(
    get, path = "/webdeployments/v1/deployments/{id}/config.json", tag = "Guest", security(()),
    operation_id = "get_deployment_config",
    params(("id" = String, Path, description = "The deployment")),
    responses(
        (status = 200, description = "The configuration", body = DeploymentConfig),
        (status = 404, description = "There is no such deployment", body = ErrorBody)
    )
)]
pub(super) async fn config(
    State(app): State<App>,
    BaseUrl(base_url): BaseUrl,
    Path(id): Path<String>,
) -> ApiResult<File<DeploymentConfig>> {
    let view = app.service().public_messenger(&id).await?;
    Ok((CACHED, Json(config_of(&view, base_url, &app.service().settings().region)?)))
}

/// Read the sites that may embed a deployment
#[utoipa::path(
    get, path = "/webdeployments/v1/deployments/{id}/domains.json", tag = "Guest", security(()),
    operation_id = "get_deployment_domains",
    params(("id" = String, Path, description = "The deployment")),
    responses(
        (status = 200, description = "The sites", body = DeploymentDomains),
        (status = 404, description = "There is no such deployment", body = ErrorBody)
    )
)]
pub(super) async fn domains(State(app): State<App>, Path(id): Path<String>) -> ApiResult<File<DeploymentDomains>> {
    let Deployment { allow_all_domains, allowed_domains, .. } = app.service().public_deployment(&id).await?;
    Ok((CACHED, Json(DeploymentDomains { allow_all_domains, allowed_domains })))
}

fn config_of(view: &DeploymentView, base_url: String, region: &str) -> ApiResult<DeploymentConfig> {
    const ON: Toggle = Toggle { enabled: true };
    const OFF: Toggle = Toggle { enabled: false };
    let DeploymentView { deployment, shown } = view;
    let settings = match shown {
        Some(shown) => known_settings(&shown.content.settings)?,
        None => ConfigurationSettings::default(),
    };
    let ConfigurationSettings { languages, default_language, headless_mode, messenger, position } = settings;
    let MessengerSettings { enabled, styles, launcher_button, home_screen, apps } = messenger.unwrap_or_default();
    let conversations = apps.and_then(|apps| apps.conversations).unwrap_or_default();
    let form = conversations.form.clone();
    let messaging_endpoint = match base_url.strip_prefix("http") {
        Some(rest) => format!("ws{rest}"),
        None => base_url.clone(),
    };
    let languages = languages.unwrap_or_else(|| vec![LANGUAGE.to_owned()]);
    let default_language =
        default_language.or_else(|| languages.first().cloned()).unwrap_or_else(|| LANGUAGE.to_owned());
    let policy_version = deployment.policy.version;
    Ok(DeploymentConfig {
        id: deployment.id.to_string(),
        version: match shown {
            Some(shown) => format!("{}.{policy_version}", shown.version),
            None => policy_version.to_string(),
        },
        languages,
        default_language,
        api_endpoint: base_url,
        headless_mode: headless_mode.map(toggle),
        position: position.map(|PositionSettings { alignment, side_space, bottom_space }| Position {
            alignment: alignment.unwrap_or_else(|| "Auto".to_owned()),
            side_space: side_space.unwrap_or(20),
            bottom_space: bottom_space.unwrap_or(12),
        }),
        messenger: Messenger {
            enabled: enabled.unwrap_or(true),
            apps: Apps { conversations: conversations_of(&conversations, messaging_endpoint, deployment) },
            styles: Styles {
                primary_color: styles.and_then(|styles| styles.primary_color).unwrap_or_else(|| "#0165A7".to_owned()),
            },
            launcher_button: LauncherButton {
                visibility: launcher_button.and_then(|button| button.visibility).unwrap_or_else(|| "On".to_owned()),
            },
            home_screen: home_screen.map(|HomeScreenSettings { enabled, logo_url }| HomeScreen {
                enabled: enabled.unwrap_or(false),
                logo_url,
            }),
            // Whatever a configuration says: there are no uploads, and a button for them would lead nowhere.
            file_upload: FileUpload { enable_attachments: false, modes: Vec::new() },
        },
        journey_events: OFF,
        status: match deployment.status {
            DeploymentStatus::Active => ConfigStatus::Active,
            DeploymentStatus::Inactive | DeploymentStatus::Deleted => ConfigStatus::Inactive,
        },
        auth: Auth { enabled: false, allow_session_upgrade: false },
        waybill: Waybill {
            organization_id: deployment.organization_id.to_string(),
            region: region.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            max_bytes: deployment.policy.max_bytes,
            custom_data: if deployment.policy.enabled { ON } else { OFF },
            satisfaction: shown.as_ref().and_then(|shown| shown.content.satisfaction.as_ref()).map(satisfaction),
            form: form.filter(|form| form.enabled).map(|form| form_for(form, &deployment.policy)),
        },
    })
}

fn conversations_of(
    settings: &ConversationAppSettings,
    messaging_endpoint: String,
    deployment: &Deployment,
) -> Conversations {
    let ConversationAppSettings {
        enabled,
        show_agent_typing_indicator,
        show_user_typing_indicator,
        auto_start,
        markdown,
        session_duration_seconds: _,
        satisfaction: _,
        form: _,
        custom_data: _,
    } = settings;
    Conversations {
        enabled: enabled.unwrap_or(true),
        messaging_endpoint,
        show_agent_typing_indicator: show_agent_typing_indicator.unwrap_or(true),
        show_user_typing_indicator: show_user_typing_indicator.unwrap_or(true),
        auto_start: auto_start.map_or(Toggle { enabled: false }, toggle),
        conversation_disconnect: ConversationDisconnect { enabled: true, kind: "Send".to_owned() },
        conversation_clear: Toggle { enabled: false },
        notifications: Notifications { enabled: false, notification_content_type: "ExcludeMessagesContent".to_owned() },
        markdown: markdown.map_or(Toggle { enabled: false }, toggle),
        // The one that sessions really live by; the configuration's where it says so.
        session_duration_seconds: deployment.session_seconds,
    }
}

/// The form with what the policy knows of its keys: names under which the page may have said them already, and limits.
fn form_for(form: Form, policy: &ContextPolicy) -> Form {
    let fields = form.fields.into_iter().map(|field| match policy.resolve(&field.key) {
        (canonical, Some(declared)) if field.place != Some(FormPlace::Customer) => {
            let mut names: Vec<String> = field.aliases.unwrap_or_default();
            names.extend(std::iter::once(canonical.to_owned()).chain(declared.aliases.iter().cloned()));
            let mut seen = BTreeSet::from([field.key.clone()]);
            names.retain(|name| seen.insert(name.clone()));
            let aliases = (!names.is_empty()).then_some(names);
            let max_length = field.max_length.or(declared.max_length);
            FormField { aliases, max_length, ..field }
        }
        _ => field,
    });
    Form { enabled: form.enabled, fields: fields.collect() }
}

/// What customers are asked at the end.
pub(super) fn satisfaction(SatisfactionQuestion { question }: &SatisfactionQuestion) -> Satisfaction {
    Satisfaction { enabled: true, question: question.clone() }
}

const fn toggle(Switch { enabled }: Switch) -> Toggle {
    Toggle { enabled }
}
