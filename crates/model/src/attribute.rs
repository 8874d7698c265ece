//! Attributes: one context value with everything that must be known about it (P5).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Actor, Rule, Scalar, Time};

/// How far a value can be believed (CTX7). `signed` > `server` > `agent` = `flow` > `page`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
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

impl Trust {
    /// The rank that decides who may overwrite whom; equal ranks may overwrite each other.
    #[must_use]
    pub const fn rank(self) -> u8 {
        match self {
            Self::Page => 0,
            Self::Flow | Self::Agent => 1,
            Self::Server => 2,
            Self::Signed => 3,
        }
    }

    /// The word of the receipt.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Flow => "flow",
            Self::Agent => "agent",
            Self::Server => "server",
            Self::Signed => "signed",
        }
    }
}

/// The container and call form in which a key was handed over (CTX4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Form {
    /// `startChat({customData})`.
    #[serde(rename = "customData")]
    CustomData,
    /// `startChat({attributes: {custom}})`, or another mapped namespace.
    #[serde(rename = "attributes.custom")]
    AttributesCustom,
    /// `cxoneChat.startChat({customerId, …})`. The word is the seeds' own global name.
    #[serde(rename = "cxoneChat")]
    FlatOptions,
    /// `startChat({customer: {id, name, email}})`.
    #[serde(rename = "customer")]
    Customer,
    /// `setContext(…)` after the start.
    #[serde(rename = "setContext")]
    SetContext,
    /// `channel.metadata.customAttributes` on a guest message.
    #[serde(rename = "guest.customAttributes")]
    GuestCustomAttributes,
    /// `POST /api/v2/conversations/webchat`.
    #[serde(rename = "rest.webchat")]
    RestWebchat,
    /// `PUT …/participants/{id}` with `{metadata}`.
    #[serde(rename = "rest.metadata")]
    RestMetadata,
    /// `PATCH …/attributes`.
    #[serde(rename = "rest.attributes")]
    RestAttributes,
    /// A signed identity token.
    #[serde(rename = "token")]
    Token,
    /// Set by a flow.
    #[serde(rename = "flow")]
    Flow,
}

impl Form {
    /// The word of the receipt.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CustomData => "customData",
            Self::AttributesCustom => "attributes.custom",
            Self::FlatOptions => "cxoneChat",
            Self::Customer => "customer",
            Self::SetContext => "setContext",
            Self::GuestCustomAttributes => "guest.customAttributes",
            Self::RestWebchat => "rest.webchat",
            Self::RestMetadata => "rest.metadata",
            Self::RestAttributes => "rest.attributes",
            Self::Token => "token",
            Self::Flow => "flow",
        }
    }
}

/// One stored context value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attribute {
    /// The value, byte-equal to what was handed over unless `coerced`.
    pub value: Scalar,
    /// How far it can be believed.
    pub trust: Trust,
    /// Every form that delivered this same value in the writing call.
    pub forms: Vec<Form>,
    /// The key as it was sent (an alias, perhaps).
    pub sent_as: String,
    /// Whether the deployment declares the key.
    pub declared: bool,
    /// Whether the value was coerced to the declared type without loss.
    pub coerced: bool,
    /// The context revision that set it (LOG3).
    pub revision: u64,
    /// When it was set.
    pub at: Time,
    /// Who set it.
    pub by: Actor,
    /// Whether it arrived after the conversation had ended (CTX12).
    pub late: bool,
}

/// The stored context of one participant, by canonical key.
pub type Attributes = BTreeMap<String, Attribute>;

/// A value kept apart: visible, promotable, not offered to flows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Quarantined {
    /// The value's JSON text (it may be an object or an array).
    pub json: String,
    /// The form that delivered it.
    pub form: Form,
    /// The rule that kept it apart.
    pub rule: Rule,
    /// The context revision that set it aside.
    pub revision: u64,
    /// When.
    pub at: Time,
}

/// One change of one key, as history shows it (P5).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AttributeChange {
    /// The canonical key.
    pub key: String,
    /// What stood there before; absent when the key was new, which is not the same as null.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub old: Option<Scalar>,
    /// What stands there now; absent when the key was deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<Attribute>,
    /// Why a value of higher trust was corrected (CTX7); free text of who did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The certificate of the erasure that took a value out of here (LOG6).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erased: Option<Uuid>,
}

/// A field that stands there has a value, null included.
fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Scalar>, D::Error> {
    Scalar::deserialize(deserializer).map(Some)
}
