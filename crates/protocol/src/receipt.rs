//! The receipt on the wire (P1, CTX4): one verdict for every key that was handed over, never a value.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What became of one key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Stored with the conversation, perhaps renamed or coerced, and said so.
    Stored,
    /// Kept apart: visible and promotable, not offered to flows.
    Quarantined,
    /// Not kept; the entry says why and what to do.
    Refused,
}

/// How far a value can be believed (CTX7): signed, then server, then agent and flow, then page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Trust {
    /// The page said so: a claim.
    Page,
    /// A flow set it.
    Flow,
    /// A person with a token set it.
    Agent,
    /// An API client set it.
    Server,
    /// The site's server signed it.
    Signed,
}

/// What became of one key, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({
    "key": "customerId", "form": "cxoneChat", "verdict": "stored", "storedAs": "crmCustomerId", "declared": true,
    "trust": "page"
}))]
pub struct ReceiptEntry {
    /// The key as it was sent, with its path when the container is unknown.
    pub key: String,
    /// The call form and container that delivered it.
    #[schema(value_type = String, example = "customData")]
    pub form: Cow<'static, str>,
    /// What became of it.
    pub verdict: Verdict,
    /// The canonical key, where it differs from `key`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stored_as: Option<String>,
    /// Whether the deployment declares the key.
    pub declared: bool,
    /// How far the value is believed.
    pub trust: Trust,
    /// The type that it was coerced to without loss.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coerced: Option<String>,
    /// A sentence for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The machine-readable reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "key_name")]
    pub rule: Option<Cow<'static, str>>,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
    /// Whether the value was in quarantine before.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub promoted: bool,
}

/// The answer to a hand-over: one entry per key.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Receipt {
    /// The conversation's context revision after this hand-over; 0 when nothing was stored.
    pub revision: u64,
    /// The version of the context policy that judged.
    pub policy_version: u64,
    /// Bytes of this hand-over: keys plus values, UTF-8.
    pub bytes: u64,
    /// The limit of this hand-over.
    pub max_bytes: u64,
    /// One entry per key, in the order in which the keys were sent.
    pub entries: Vec<ReceiptEntry>,
    /// Required keys that nobody sent.
    pub missing: Vec<String>,
}
