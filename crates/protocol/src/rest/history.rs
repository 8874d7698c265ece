//! The past of a context, and the way of one key through the system (P5, P7).

use std::borrow::Cow;

use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use waybill_model::{ConversationId, ParticipantId, Time};

use crate::{Receipt, Scalar, Trust, rest::context::AbsentKey};

/// Every change of a conversation's context, oldest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ContextHistory {
    /// The conversation.
    #[schema(value_type = String, format = Uuid)]
    pub conversation_id: ConversationId,
    /// The present context revision.
    pub revision: u64,
    /// The changes.
    pub entries: Vec<ContextChange>,
}

/// One write of context.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ContextChange {
    /// The revision after it.
    pub revision: u64,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Time,
    /// Who: `guest`, `client <id>` or `server`.
    pub by: String,
    /// Whose context.
    #[schema(value_type = String, format = Uuid)]
    pub participant_id: ParticipantId,
    /// The keys that changed.
    pub changes: Vec<KeyChange>,
    /// The values that were set aside.
    pub quarantined: Vec<SetAside>,
    /// The receipt of the write.
    pub receipt: Receipt,
    /// Whether it came after the conversation had ended.
    pub late: bool,
}

/// One key before and after.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct KeyChange {
    /// The canonical key.
    pub key: String,
    /// What happened to it.
    pub action: KeyAction,
    /// What stood there before; absent when the key is new.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<Scalar>,
    /// What stands there now; absent when the key was deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<Scalar>,
    /// Whether the values are personal and the caller may not see them: they are then `"***"`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub masked: bool,
    /// How far the new value can be believed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trust: Option<Trust>,
    /// The form that delivered the new value.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub form: Option<Cow<'static, str>>,
    /// The key as it was sent: an alias, perhaps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sent_as: Option<String>,
    /// Why a value of higher trust was corrected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The certificate of the erasure that took a value out of here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub erased_by: Option<String>,
}

/// What happened to a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum KeyAction {
    /// It was new.
    Added,
    /// It had another value.
    Changed,
    /// It was deleted.
    Deleted,
    /// Its value was erased: what stood here can't be read any more.
    Erased,
}

/// A value that was set aside.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SetAside {
    /// The key as it was sent.
    pub key: String,
    /// The value as it was sent.
    #[schema(value_type = serde_json::Value)]
    pub value: Box<RawValue>,
    /// Whether the value is personal and the caller may not see it: `value` is then `"***"`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub masked: bool,
    /// The form that delivered it.
    #[schema(value_type = String)]
    pub form: Cow<'static, str>,
    /// The rule that kept it apart.
    #[schema(value_type = String)]
    pub rule: Cow<'static, str>,
}

/// The way of one key, or of the whole context, through the system.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Trace {
    /// The conversation.
    #[schema(value_type = String, format = Uuid)]
    pub conversation_id: ConversationId,
    /// The present context revision.
    pub revision: u64,
    /// The canonical key that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The hops, oldest first.
    pub hops: Vec<Hop>,
    /// Why the key is not there, when it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub absence: Option<AbsentKey>,
}

/// One hop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({
    "at": "2026-11-20T18:08:55.431Z", "afterMs": 0, "stage": "stored", "who": "log", "outcome": "checksum ok",
    "detail": "log position 42", "position": 42, "revision": 1
}))]
pub struct Hop {
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Time,
    /// Milliseconds since the conversation began.
    pub after_ms: i64,
    /// `received`, `admitted`, `stored`, `answered`, `streamed`, `read` …
    pub stage: String,
    /// By or to whom.
    pub who: String,
    /// What became of it.
    pub outcome: String,
    /// Details for people; no values.
    pub detail: String,
    /// Position in the log, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<u64>,
    /// The context revision.
    pub revision: u64,
}
