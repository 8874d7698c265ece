//! The context policy of a deployment: what a page may hand over, and what becomes of the rest.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Time, Trust};

/// The canonical key of the customer's id in the CRM; a change of it fences the session (START2).
pub const CRM_CUSTOMER_ID: &str = "crmCustomerId";
/// The largest whole context of one conversation, quarantine included, in bytes (CTX2).
pub const MAX_CONTEXT_BYTES: u64 = 32 * 1024;
/// The limit that clients of the field's own guest protocol assume, in bytes (CTX2).
pub const VENDOR_MAX_BYTES: u64 = 2048;

/// What happens to keys that do not fit (CTX1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Undeclared keys are stored, misfits quarantined, malformed ones refused.
    Open,
    /// Whatever does not fit is quarantined; the chat starts.
    Quarantine,
    /// Whatever does not fit refuses the start.
    Strict,
}

/// The declared type of an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ScalarType {
    /// Text.
    String,
    /// A number.
    Number,
    /// True or false.
    Boolean,
}

/// One declared attribute.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeclaredAttribute {
    /// The canonical key.
    pub key: String,
    /// Its type.
    #[serde(rename = "type")]
    pub scalar_type: ScalarType,
    /// Longest text in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u32>,
    /// Regular expression that the whole text must match (linear-time engine).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// The only values allowed, in their text form.
    #[serde(default, rename = "enum", skip_serializing_if = "Option::is_none")]
    pub allowed: Option<Vec<String>>,
    /// Whether a start should carry it.
    #[serde(default)]
    pub required: bool,
    /// Other names of the same key, on every way in and out (CTX5).
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Whether the value is personal data.
    #[serde(default)]
    pub personal: bool,
    /// The lowest trust that may set it.
    #[serde(default = "page")]
    pub trust_floor: Trust,
    /// Where the value leads, such as the customer's page in the CRM: an address with `{value}` in it (CTX13).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

const fn page() -> Trust {
    Trust::Page
}

/// What a page may hand over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ContextPolicy {
    /// Counts published changes, from 1.
    pub version: u64,
    /// When this version began to hold; absent for the one that the deployment was made with.
    #[serde(rename = "datePublished", default, skip_serializing_if = "Option::is_none")]
    pub published_at: Option<Time>,
    /// Whether custom data is accepted at all.
    pub enabled: bool,
    /// What happens to keys that do not fit.
    pub mode: Mode,
    /// Largest hand-over in bytes (CTX2), 1 to 32 KiB.
    pub max_bytes: u64,
    /// The declared attributes.
    pub attributes: Vec<DeclaredAttribute>,
    /// Which namespaces of `attributes.<namespace>` are read; the value is the prefix put before keys (empty for none).
    pub containers: BTreeMap<String, String>,
    /// When what conversations hold goes again.
    #[serde(default, skip_serializing_if = "Retention::is_empty")]
    pub retention: Retention,
}

/// When what ended conversations hold goes again, in days after their end; what is absent stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Retention {
    /// Everything: values, customer, texts. That there was a conversation, and its numbers, stay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation_days: Option<u32>,
    /// What was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_days: Option<u32>,
    /// Personal and undeclared values, quarantined ones, and the customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub personal_days: Option<u32>,
    /// Single keys.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, u32>,
}

impl Retention {
    /// Whether everything stays.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl ContextPolicy {
    /// The policy of a new deployment: open, 1024 bytes, `crmCustomerId` with every spelling of the two documents.
    #[must_use]
    pub fn standard() -> Self {
        Self {
            version: 1,
            published_at: None,
            enabled: true,
            mode: Mode::Open,
            max_bytes: 1024,
            attributes: vec![DeclaredAttribute {
                key: CRM_CUSTOMER_ID.to_owned(),
                scalar_type: ScalarType::String,
                max_length: Some(256),
                pattern: None,
                allowed: None,
                required: false,
                aliases: ["customerId", "customer_id", "crm_customer_id", "crmId"].map(str::to_owned).to_vec(),
                personal: true,
                trust_floor: Trust::Page,
                link: None,
            }],
            containers: BTreeMap::from([("custom".to_owned(), String::new())]),
            retention: Retention::default(),
        }
    }

    /// The canonical key behind a name or an alias, and its declaration; an undeclared name stands for itself (CTX5).
    #[must_use]
    pub fn resolve<'a>(&'a self, name: &'a str) -> (&'a str, Option<&'a DeclaredAttribute>) {
        let declared = self
            .attributes
            .iter()
            .find(|attribute| attribute.key == name || attribute.aliases.iter().any(|alias| alias == name));
        (declared.map_or(name, |attribute| attribute.key.as_str()), declared)
    }
}
