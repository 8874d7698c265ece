//! The context of a conversation, key by key, with the reasons (P5, P6), and its dry run.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use waybill_model::{ConversationId, Time};

use crate::{Customer, Receipt, ReceiptEntry, Scalar, Trust};

/// The whole context of a conversation.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ContextView {
    /// The conversation.
    #[schema(value_type = String, format = Uuid)]
    pub conversation_id: ConversationId,
    /// The context revision that is shown; also the `ETag`.
    pub revision: u64,
    /// The version of the context policy that the conversation lives under.
    pub policy_version: u64,
    /// Who the customer says to be.
    pub customer: Customer,
    /// Every key that was ever handed over, with what became of it.
    pub keys: Vec<ContextKey>,
}

/// One key of a context, alone.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ContextKeyView {
    /// The conversation.
    #[schema(value_type = String, format = Uuid)]
    pub conversation_id: ConversationId,
    /// The context revision that is shown; also the `ETag`.
    pub conversation_revision: u64,
    /// What is known of the key.
    #[serde(flatten)]
    pub key: ContextKey,
}

/// What is known of one key.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(tag = "status", rename_all = "lowercase")]
pub enum ContextKey {
    /// It is stored.
    Stored(StoredKey),
    /// It is kept apart: visible, not offered to flows.
    Quarantined(QuarantinedKey),
    /// It is not there, and this is why.
    Absent(AbsentKey),
}

/// A stored value with everything about it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StoredKey {
    /// The canonical key.
    pub key: String,
    /// The value, with its JSON type.
    pub value: Scalar,
    /// Whether the value is personal and the caller may not see it: `value` is then `"***"`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub masked: bool,
    /// How far it can be believed.
    pub trust: Trust,
    /// The form that delivered it; the first, when several agreed.
    #[schema(value_type = String, example = "customData")]
    pub form: Cow<'static, str>,
    /// Every form that delivered it.
    #[schema(value_type = Vec<String>)]
    pub forms: Vec<Cow<'static, str>>,
    /// The key as it was sent: an alias, perhaps.
    pub sent_as: String,
    /// Whether the deployment declares it.
    pub declared: bool,
    /// Whether it was coerced to the declared type without loss.
    pub coerced: bool,
    /// The context revision that set it.
    pub revision: u64,
    /// When it was set.
    #[schema(value_type = String, format = DateTime)]
    pub at: Time,
    /// Who set it: `guest`, `client <id>` or `server`.
    pub by: String,
    /// Whether it arrived after the conversation had ended.
    pub late: bool,
    /// Where the value leads, such as the customer's page in the CRM, where the deployment's policy says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// What the receipt of its write said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receipt: Option<ReceiptEntry>,
}

/// A value kept apart.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct QuarantinedKey {
    /// The key as it was sent, with its path when the container is unknown.
    pub key: String,
    /// The value as it was sent; it may be an object or an array.
    #[schema(value_type = serde_json::Value)]
    pub value: Box<RawValue>,
    /// Whether the value is personal and the caller may not see it: `value` is then `"***"`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub masked: bool,
    /// The form that delivered it.
    #[schema(value_type = String)]
    pub form: Cow<'static, str>,
    /// The rule that kept it apart.
    #[schema(value_type = String, example = "undeclared")]
    pub rule: Cow<'static, str>,
    /// The context revision that set it aside.
    pub revision: u64,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Time,
    /// What the receipt of its write said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receipt: Option<ReceiptEntry>,
}

/// Why a key is not there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AbsentKey {
    /// The canonical key.
    pub key: String,
    /// `never_sent`, `quarantined`, `refused`, `deleted`, `erased`, `missing` or `not_declared`.
    #[schema(value_type = String, example = "never_sent")]
    pub why: Cow<'static, str>,
    /// Whether the deployment declares it.
    pub declared: bool,
    /// The rule that kept it out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub rule: Option<Cow<'static, str>>,
    /// The form in which it was sent, where it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub form: Option<Cow<'static, str>>,
    /// The context revision that deleted it or set it aside.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<u64>,
    /// A sentence for people.
    pub reason: String,
    /// What to do about it.
    pub remedy: String,
}

/// What a start with these options would be answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LintAnswer {
    /// Whether the chat would start.
    pub accepted: bool,
    /// One verdict per key.
    pub receipt: Receipt,
}
