//! The form of a configuration: what a page asks visitors, checked before anybody is asked it.

use std::collections::BTreeSet;

use waybill_protocol::form::{Form, FormField, FormFieldType, FormPlace};

use crate::error::{ApiError, ApiResult};

const FORM: &str = "messenger.apps.conversations.form";
const MOST_FIELDS: usize = 20;
const MOST_OPTIONS: usize = 50;
/// In bytes.
const LONGEST_NAME: usize = 128;
const LONGEST_TEXT: usize = 200;
const LONGEST_PATTERN: usize = 500;
/// What can be said of a customer.
const OF_THE_CUSTOMER: [&str; 3] = ["id", "name", "email"];

/// Checks each field, and that they fit each other.
pub(super) fn check(form: &Form) -> ApiResult<()> {
    if form.fields.len() > MOST_FIELDS {
        return Err(ApiError::invalid(&format!("{FORM}.fields"), &format!("has more than {MOST_FIELDS}"), "ask less"));
    }
    let mut asked = BTreeSet::new();
    for (index, field) in form.fields.iter().enumerate() {
        check_field(field).map_err(|(member, rule, remedy)| {
            ApiError::invalid(&format!("{FORM}.fields[{index}].{member}"), rule, remedy)
        })?;
        if !asked.insert((field.place == Some(FormPlace::Customer), field.key.as_str())) {
            let name = format!("{FORM}.fields[{index}].key");
            return Err(ApiError::invalid(&name, "is asked twice", "ask each key once"));
        }
    }
    Ok(())
}

/// The member that is wrong, the rule, and the remedy.
type Fault = (&'static str, &'static str, &'static str);

fn check_field(field: &FormField) -> Result<(), Fault> {
    let is_name = |name: &String| !name.is_empty() && name.len() <= LONGEST_NAME && !name.chars().any(char::is_control);
    let is_text = |text: &String| text.len() <= LONGEST_TEXT;
    if !is_name(&field.key) {
        return Err(("key", "must have 1 to 128 bytes and no control characters", "write a key of the context"));
    }
    if field.place == Some(FormPlace::Customer) && !OF_THE_CUSTOMER.contains(&field.key.as_str()) {
        return Err(("key", "is nothing that is known of a customer", "write `id`, `name` or `email`"));
    }
    if !field.label.iter().all(is_text) {
        return Err(("label", "has more than 200 bytes", "shorten it"));
    }
    if !field.autocomplete.iter().all(is_text) {
        return Err(("autocomplete", "has more than 200 bytes", "write a word of HTML, such as `email`"));
    }
    let options = field.options.as_deref().unwrap_or_default();
    if (field.kind == Some(FormFieldType::Select)) == options.is_empty() {
        return Err(("options", "go with the type `select`, and that type with options", "send both or none"));
    }
    if options.len() > MOST_OPTIONS || !options.iter().all(is_text) {
        return Err(("options", "must be at most 50, each of at most 200 bytes", "offer less"));
    }
    if field.pattern.as_ref().is_some_and(|pattern| pattern.len() > LONGEST_PATTERN) {
        return Err(("pattern", "has more than 500 bytes", "shorten it"));
    }
    if field.max_length == Some(0) {
        return Err(("maxLength", "must be at least 1", "leave it out for no limit of its own"));
    }
    let aliases = field.aliases.as_deref().unwrap_or_default();
    if aliases.len() > MOST_OPTIONS || !aliases.iter().all(is_name) {
        return Err(("aliases", "must be at most 50 names of 1 to 128 bytes", "write keys of the context"));
    }
    if field.when.as_ref().is_some_and(|when| !is_name(&when.key)) {
        return Err(("when", "must name another field", "write `\"when\": {\"key\": \"topic\", \"is\": \"order\"}`"));
    }
    Ok(())
}
