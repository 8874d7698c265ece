//! What the event stream carries (LOG4): one envelope, and what each type of event holds.

use std::{borrow::Cow, collections::BTreeMap};

use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use waybill_model::{
    CommunicationId, ConversationId, DeploymentId, FlowId, MessageId, OrganizationId, ParticipantId, QueueId,
    SessionId, Time, UserId, WrapupCodeId,
};

use super::{
    context::{QuarantinedKey, StoredKey},
    flow_event::ConversationFlow,
    history::{KeyChange, SetAside},
    note::{ConversationNote, ConversationReceipt, ConversationSatisfaction},
    routing_event::ConversationRouting,
    webchat::WebchatParticipant,
};
use crate::{Customer, Receipt, Scalar};

/// One event, as the `data:` of a server-sent event whose `event:` is its type.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StreamEvent {
    /// Names the event within this log.
    pub id: String,
    /// `conversation:start`, `conversation:attributes`, `conversation:message`, `conversation:participant`,
    /// `conversation:flow`, `conversation:routing`, `conversation:note`, `conversation:satisfaction`, `conversation:receipt`,
    /// `conversation:end`.
    pub r#type: &'static str,
    /// Where to go on after it; the same as the line `id:`.
    pub cursor: String,
    /// When it happened.
    #[schema(value_type = String, format = DateTime)]
    pub at: Time,
    /// The tenant.
    #[schema(value_type = String, format = Uuid)]
    pub organization_id: OrganizationId,
    /// The conversation.
    #[schema(value_type = String, format = Uuid)]
    pub conversation_id: ConversationId,
    /// 1, 2, 3 … without holes within the conversation.
    pub conversation_seq: u64,
    /// The context revision after the event.
    pub revision: u64,
    /// What happened.
    pub data: EventData,
}

/// What each type of event holds.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum EventData {
    /// `conversation:start`.
    Start(Box<ConversationStart>),
    /// `conversation:attributes`.
    Attributes(Box<ConversationAttributes>),
    /// `conversation:message`.
    Message(Box<ConversationMessage>),
    /// `conversation:participant`.
    Participant(Box<ConversationParticipant>),
    /// `conversation:flow`.
    Flow(Box<ConversationFlow>),
    /// `conversation:routing`.
    Routing(Box<ConversationRouting>),
    /// `conversation:note`.
    Note(Box<ConversationNote>),
    /// `conversation:satisfaction`.
    Satisfaction(Box<ConversationSatisfaction>),
    /// `conversation:receipt`.
    Receipt(ConversationReceipt),
    /// `conversation:end`.
    End(ConversationEnd),
}

/// A conversation began; it always carries its whole context.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConversationStart {
    /// The entry point.
    #[schema(value_type = String, format = Uuid)]
    pub deployment_id: DeploymentId,
    /// The guest's session, unless it was started over REST.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Uuid)]
    pub session_id: Option<SessionId>,
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    pub start_time: Time,
    /// The context with its reasons.
    pub context: StartContext,
    /// The stored context by canonical key.
    pub custom_data: BTreeMap<String, Scalar>,
    /// The same with every key as it was sent beside its canonical one.
    #[serde(rename = "custom_attributes")]
    pub custom_attributes: BTreeMap<String, Scalar>,
    /// Who the customer says to be.
    pub customer: Customer,
    /// Everyone who takes part.
    pub participants: Vec<WebchatParticipant>,
    /// Routing wishes of a start over REST.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<BTreeMap<String, serde_json::Value>>)]
    pub routing: Option<Box<RawValue>>,
    /// Where the start came from: page path, SDK version, call form, language.
    pub source: StartSource,
}

/// The context of a start.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StartContext {
    /// The stored values by canonical key, with trust, form and revision.
    pub values: BTreeMap<String, StoredKey>,
    /// The values kept apart, by the key under which they were sent.
    pub quarantined: BTreeMap<String, QuarantinedKey>,
    /// One verdict per key.
    pub receipt: Receipt,
}

/// Where a start came from (CTX11).
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StartSource {
    /// The path of the page, without its query.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// The SDK's version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sdk: Option<String>,
    /// The call form, or the surface.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api: Option<String>,
    /// The visitor's language tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
}

/// Context changed.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConversationAttributes {
    /// Whose context.
    #[schema(value_type = String, format = Uuid)]
    pub participant_id: ParticipantId,
    /// Who changed it: `guest`, `client <id>` or `server`.
    pub by: String,
    /// The keys that changed.
    pub changes: Vec<KeyChange>,
    /// The values that were set aside.
    pub quarantined: Vec<SetAside>,
    /// Who the customer now says to be, where that changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer: Option<Customer>,
    /// The receipt of the write.
    pub receipt: Receipt,
    /// Whether it came after the conversation had ended.
    pub late: bool,
}

/// A message was said.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConversationMessage {
    /// The message.
    #[schema(value_type = String, format = Uuid)]
    pub message_id: MessageId,
    /// Who said it.
    #[schema(value_type = String, format = Uuid)]
    pub participant_id: ParticipantId,
    /// `Inbound` or `Outbound`.
    pub direction: &'static str,
    /// `Text`, `Structured`, `PresenceJoin` or `PresenceDisconnect`.
    pub r#type: &'static str,
    /// The text; empty for presence.
    pub text: String,
    /// Structured content as it was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<serde_json::Value>>)]
    pub content: Option<Box<RawValue>>,
    /// When, unique within the session.
    #[schema(value_type = String, format = DateTime)]
    pub time: Time,
    /// `Human` or `Bot`.
    pub originating_entity: &'static str,
    /// The name shown to the customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nickname: Option<String>,
}

/// A participant came or went, took what it was offered, or wrapped its work up.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConversationParticipant {
    /// `joined`, `connected` (an alerted agent is at work now), `left` or `wrapup`.
    pub action: &'static str,
    /// The participant.
    #[schema(value_type = String, format = Uuid)]
    pub participant_id: ParticipantId,
    /// Who joined. Attributes are not in here: those of a start stand in `conversation:start`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub participant: Option<JoinedParticipant>,
    /// How its work ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wrapup: Option<EventWrapup>,
}

/// Who joined.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct JoinedParticipant {
    /// The participant.
    #[schema(value_type = String, format = Uuid)]
    pub id: ParticipantId,
    /// Its leg of the conversation; agents answer on it.
    #[schema(value_type = String, format = Uuid)]
    pub communication_id: CommunicationId,
    /// The part it plays: `customer`, `agent`, `api`, `workflow` or `acd`.
    pub purpose: &'static str,
    /// `alerting` while an agent is asked, otherwise `connected`.
    pub state: &'static str,
    /// The name to show.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The person behind an agent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Uuid)]
    pub user_id: Option<UserId>,
    /// The queue that it came from, or stands for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Uuid)]
    pub queue_id: Option<QueueId>,
    /// The flow that it speaks for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Uuid)]
    pub flow_id: Option<FlowId>,
    /// When it joined.
    #[schema(value_type = String, format = DateTime)]
    pub start_time: Time,
}

/// How an agent's work on a conversation ended.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EventWrapup {
    /// The code; absent where it was skipped or the time for it was over.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Uuid)]
    pub code: Option<WrapupCodeId>,
    /// The code's name at that time; empty without a code.
    pub name: String,
    /// What the agent noted.
    pub notes: String,
    /// How long it took after the work, in milliseconds.
    pub duration_ms: u64,
}

/// The conversation ended.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConversationEnd {
    /// Why: `customer`, `agent`, `fenced`, `startNew`.
    #[schema(value_type = String)]
    pub reason: Cow<'static, str>,
}

/// Somebody is typing. It has no `id:`, is never stored, and may be lost.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ConversationTyping)]
pub struct Typing {
    /// `conversation:typing`.
    pub r#type: &'static str,
    /// The tenant.
    #[schema(value_type = String, format = Uuid)]
    pub organization_id: OrganizationId,
    /// The conversation.
    #[schema(value_type = String, format = Uuid)]
    pub conversation_id: ConversationId,
    /// `customer` or `agent`.
    pub purpose: &'static str,
}

/// Where a conversation stands in its queue. It has no `id:`, is never stored, and may be lost.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConversationPosition {
    /// `conversation:position`.
    pub r#type: &'static str,
    /// The tenant.
    #[schema(value_type = String, format = Uuid)]
    pub organization_id: OrganizationId,
    /// The conversation.
    #[schema(value_type = String, format = Uuid)]
    pub conversation_id: ConversationId,
    /// From 1: those who come before it, and itself.
    pub position: u32,
    /// How long it will presumably go on waiting, in milliseconds; absent where nobody can tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub estimated_wait_ms: Option<u64>,
}

/// The stream ends because its token no longer holds. It has no `id:`.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StreamEnd {
    /// `stream:end`.
    pub r#type: &'static str,
    /// The status that a new request with this token gets.
    pub status: u16,
    /// Its code: `bad.credentials`, `missing.permissions`.
    #[schema(value_type = String)]
    pub code: Cow<'static, str>,
    /// A sentence for people.
    pub message: String,
}
