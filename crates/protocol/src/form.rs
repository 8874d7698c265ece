//! The form before a chat, as a configuration says it and as `config.json` shows it. Ours.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Scalar;

/// What visitors are asked before a chat, unless the page or a token has said it already.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Form {
    /// On or off.
    pub enabled: bool,
    /// The fields, in the order in which they are asked; at most 20.
    #[serde(default)]
    pub fields: Vec<FormField>,
}

/// One question of a form.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FormField {
    /// The key of the context; with `in: customer` one of `id`, `name`, `email`.
    pub key: String,
    /// Where the answer goes; `customData` when absent.
    #[serde(rename = "in", default, skip_serializing_if = "Option::is_none")]
    pub place: Option<FormPlace>,
    /// What stands above it, at most 200 bytes; the key when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// What is typed or chosen; `text` when absent.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<FormFieldType>,
    /// Whether it has to be answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub required: Option<bool>,
    /// What can be chosen, for `select`: at most 50, each of at most 200 bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub options: Option<Vec<String>>,
    /// The longest answer in characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u32>,
    /// A regular expression of the browser that the whole answer has to match, at most 500 bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// What browsers may fill in by themselves, in the words of HTML: `email`, `name`, `tel`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub autocomplete: Option<String>,
    /// Other names under which the page may have said it; then it is not asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aliases: Option<Vec<String>>,
    /// Asked only when another field has this answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<FormCondition>,
}

/// When a field is asked.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FormCondition {
    /// The key of another field.
    pub key: String,
    /// Its answer then.
    pub is: Scalar,
}

/// Where an answer goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum FormPlace {
    /// The context.
    CustomData,
    /// Who the customer says to be.
    Customer,
}

/// What is typed or chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum FormFieldType {
    /// One line.
    Text,
    /// An e-mail address.
    Email,
    /// A telephone number.
    Tel,
    /// A number.
    Number,
    /// Several lines.
    Textarea,
    /// One of `options`.
    Select,
    /// Yes or no.
    Checkbox,
}
