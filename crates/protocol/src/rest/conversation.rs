//! The conversation in the field's own shape. It borrows: this is the read that integrations poll.

use std::{borrow::Cow, collections::BTreeMap};

use serde::Serialize;
use utoipa::ToSchema;
use waybill_model::{
    CommunicationId, ConversationId, DeploymentId, FlowId, MessageId, ParticipantId, QueueId, Scalar, SessionId, Time,
    UserId, WrapupCodeId,
};

use super::listing::EntityReference;

/// A conversation, its participants and their attributes.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Conversation<'a> {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub id: ConversationId,
    /// When it started.
    #[schema(value_type = String, format = DateTime)]
    pub start_time: Time,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub end_time: Option<Time>,
    /// `connected` or `disconnected`.
    pub state: &'static str,
    /// Always `NONE`: nothing is recorded.
    pub recording_state: &'static str,
    /// Everyone who took part; the first is the customer.
    pub participants: Vec<Participant<'a>>,
    /// The division of its deployment.
    pub divisions: Vec<ConversationDivision>,
    /// Where this body is read.
    pub self_uri: String,
    /// The entry point that it came through.
    #[schema(value_type = String, format = Uuid)]
    pub deployment_id: DeploymentId,
    /// The guest's session, unless it was started over REST.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Uuid)]
    pub session_id: Option<SessionId>,
    /// The stored context by canonical key; every value keeps its JSON type.
    #[schema(value_type = BTreeMap<String, crate::Scalar>)]
    pub custom_data: BTreeMap<&'a str, &'a Scalar>,
    /// Counts context changes, from 1.
    pub revision: u64,
}

/// A division of a conversation.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConversationDivision {
    /// The division.
    pub division: EntityReference,
    /// What of the conversation belongs to it; the whole of it, so that nothing is listed.
    pub entities: [EntityReference; 0],
}

/// One party of a conversation.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Participant<'a> {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub id: ParticipantId,
    /// When it joined; an agent joins with the alert.
    #[schema(value_type = String, format = DateTime)]
    pub start_time: Time,
    /// When it was connected; absent while it alerts.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub connected_time: Option<Time>,
    /// When it left.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub end_time: Option<Time>,
    /// The name to show.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<&'a str>,
    /// The person behind an agent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Uuid)]
    pub user_id: Option<UserId>,
    /// Where that person is read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_uri: Option<String>,
    /// The queue that it came from, or stands for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Uuid)]
    pub queue_id: Option<QueueId>,
    /// The flow that it speaks for. Ours.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Uuid)]
    pub flow_id: Option<FlowId>,
    /// The part it plays: `customer`, `agent`, `api`, `workflow` or `acd`.
    pub purpose: &'static str,
    /// Whether its work is over but for the wrap-up.
    pub wrapup_required: bool,
    /// What its queue asks of it after its work: `optional`, `mandatory` or `timeout`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wrapup_prompt: Option<&'static str>,
    /// How its work ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wrapup: Option<Wrapup>,
    /// Since when its work is over but for the wrap-up, or was.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub start_acw_time: Option<Time>,
    /// When the wrap-up was done.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub end_acw_time: Option<Time>,
    /// What it waits for, while it waits in a queue; on the participant `acd`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation_routing_data: Option<ConversationRoutingData>,
    /// Its attributes as text; null values are left out.
    #[schema(value_type = BTreeMap<String, String>)]
    pub attributes: BTreeMap<&'a str, Cow<'a, str>>,
    /// Its communications; agents answer on the id of one.
    pub messages: [Communication; 1],
}

/// How an agent's work on a conversation ended.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Wrapup {
    /// The code; absent where it was skipped or the time for it was over.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Uuid)]
    pub code: Option<WrapupCodeId>,
    /// The code's name at that time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What the agent noted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
    /// How long it took after the work, in whole seconds.
    pub duration_seconds: u64,
    /// When it was done.
    #[schema(value_type = String, format = DateTime)]
    pub end_time: Time,
}

/// What a conversation that waits in a queue asks for.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConversationRoutingData {
    /// The queue.
    pub queue: EntityReference,
    /// The language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<EntityReference>,
    /// Higher comes first.
    pub priority: i32,
    /// The skills.
    pub skills: Vec<EntityReference>,
    /// The agents that it is for, where it is for one.
    pub scored_agents: Vec<ScoredAgent>,
}

/// An agent that a conversation is for.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ScoredAgent {
    /// The agent.
    pub agent: EntityReference,
    /// 100: it is for this one and no other.
    pub score: u8,
}

/// A participant's leg of the conversation.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Communication {
    /// The communication id.
    #[schema(value_type = String, format = Uuid)]
    pub id: CommunicationId,
    /// `alerting`, `connected` or `disconnected`.
    pub state: &'static str,
    /// `alerting` for an agent who was asked, otherwise `connected`.
    pub initial_state: &'static str,
    /// Whether it is on hold; never.
    pub held: bool,
    /// Seen from the business: `inbound`.
    pub direction: &'static str,
    /// Who carries it.
    pub provider: &'static str,
    /// `webmessaging`.
    pub r#type: &'static str,
    /// When the alert began, where there was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub start_alerting_time: Option<Time>,
    /// When it was connected; absent while it alerts.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub connected_time: Option<Time>,
    /// When it was disconnected.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub disconnected_time: Option<Time>,
    /// Why it ended before the conversation did: `client`, `transfer` or `transfer.noanswer`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disconnect_type: Option<&'static str>,
    /// What this participant said, oldest first: at most the latest thousand messages of the conversation, and none in
    /// lists.
    pub messages: Vec<MessageDetail>,
}

/// That something was said, and where it is read.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageDetail {
    /// The message.
    #[schema(value_type = String, format = Uuid)]
    pub message_id: MessageId,
    /// Where it is read.
    #[serde(rename = "messageURI")]
    pub message_uri: String,
    /// `received` from the customer, `sent` to the customer.
    pub message_status: &'static str,
    /// Always 1: messages are not cut.
    pub message_segment_count: u32,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub message_time: Time,
    /// Ours: whether it arrived at the other side.
    pub delivered: bool,
    /// Ours: whether the other side has read it.
    pub read: bool,
}

/// A page of conversations, newest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConversationListing<'a> {
    /// The conversations.
    pub entities: Vec<Conversation<'a>>,
    /// How the page stands in the list.
    #[serde(flatten)]
    pub page: CursorPage,
}

/// A page of message conversations, newest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageConversationListing<'a> {
    /// The conversations.
    pub entities: Vec<MessageConversation<'a>>,
    /// How the page stands in the list.
    #[serde(flatten)]
    pub page: CursorPage,
}

/// How a page stands in a list that grows while it is read.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CursorPage {
    /// The size of a page.
    pub page_size: u32,
    /// How many there are in all, where this page is the whole list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
    /// Where the next page begins; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// This page.
    pub self_uri: String,
    /// The next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_uri: Option<String>,
}

/// A conversation as the messages resource shows it: one entry per participant, without communications.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageConversation<'a> {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub id: ConversationId,
    /// When it started.
    #[schema(value_type = String, format = DateTime)]
    pub start_time: Time,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub end_time: Option<Time>,
    /// Everyone who took part; the first is the customer.
    pub participants: Vec<MessageParticipant<'a>>,
    /// Where this body is read.
    pub self_uri: String,
    /// The stored context by canonical key; every value keeps its JSON type.
    #[schema(value_type = BTreeMap<String, crate::Scalar>)]
    pub custom_data: BTreeMap<&'a str, &'a Scalar>,
    /// Counts context changes, from 1.
    pub revision: u64,
}

/// One party of a message conversation.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageParticipant<'a> {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub id: ParticipantId,
    /// The name to show.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<&'a str>,
    /// When it joined; an agent joins with the alert.
    #[schema(value_type = String, format = DateTime)]
    pub start_time: Time,
    /// When it was connected; absent while it alerts.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub connected_time: Option<Time>,
    /// When it left.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub end_time: Option<Time>,
    /// The part it plays: `customer`, `agent`, `api`, `workflow` or `acd`.
    pub purpose: &'static str,
    /// `alerting`, `connected` or `disconnected`.
    pub state: &'static str,
    /// When the alert began, where there was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub start_alerting_time: Option<Time>,
    /// Why it ended before the conversation did: `client`, `transfer` or `transfer.noanswer`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disconnect_type: Option<&'static str>,
    /// Seen from the business: `inbound`.
    pub direction: &'static str,
    /// Whether it is on hold; never.
    pub held: bool,
    /// Whether its work is over but for the wrap-up.
    pub wrapup_required: bool,
    /// What its queue asks of it after its work: `optional`, `mandatory` or `timeout`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wrapup_prompt: Option<&'static str>,
    /// How its work ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wrapup: Option<Wrapup>,
    /// What it waits for, while it waits in a queue; on the participant `acd`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation_routing_data: Option<ConversationRoutingData>,
    /// The person behind an agent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<EntityReference>,
    /// The queue that it came from, or stands for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub queue: Option<EntityReference>,
    /// The flow that it speaks for. Ours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flow: Option<EntityReference>,
    /// Its attributes as text; null values are left out.
    #[schema(value_type = BTreeMap<String, String>)]
    pub attributes: BTreeMap<&'a str, Cow<'a, str>>,
    /// Who carries it.
    pub provider: &'static str,
    /// `webmessaging`.
    pub r#type: &'static str,
    /// What this participant said, oldest first: at most the latest thousand messages of the conversation, and none in
    /// lists.
    pub messages: Vec<MessageDetail>,
}

/// A change of a conversation's state.
#[derive(Clone, Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"state": "disconnected"}))]
pub struct PatchConversation {
    /// `disconnected` ends the conversation.
    pub state: String,
}

/// A change of a participant's state.
#[derive(Clone, Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"state": "disconnected"}))]
pub struct PatchParticipant {
    /// `connected` takes what an agent is offered, and changes nothing on somebody who is there; `disconnected` declines it,
    /// or lets the participant leave.
    pub state: Option<String>,
    /// How its work ended.
    pub wrapup: Option<super::work::WriteWrapup>,
    /// `true`: its work ended, and nobody says how.
    pub wrapup_skipped: Option<bool>,
}

/// Attributes to write.
#[derive(Clone, Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"attributes": {"crmCustomerId": "CRM-882910", "tier": "gold"}}))]
pub struct PatchAttributes {
    /// Keys and values; they merge with what is there, and `null` deletes.
    pub attributes: BTreeMap<String, crate::Scalar>,
    /// Corrects values of higher trust, such as signed ones; takes a permission of its own.
    pub r#override: Option<Correction>,
}

/// Why values of higher trust are corrected.
#[derive(Clone, Debug, ToSchema)]
pub struct Correction {
    /// Kept in the history and in the audit log; at most 512 bytes.
    pub reason: String,
}

/// A participant's attributes after a write.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ParticipantAttributes {
    /// All of them as text; null values are left out.
    pub attributes: BTreeMap<String, String>,
    /// One verdict per key of the write.
    pub receipt: crate::Receipt,
    /// The context revision; also the `ETag`.
    pub revision: u64,
}

/// Who gets a conversation.
#[derive(Clone, Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"id": "0190b0a1-7c1e-7d31-9d0a-2f5c3a1b7e42"}))]
pub struct AssignConversation {
    /// The user; one's own id to take it.
    pub id: String,
}

/// A conversation that was assigned.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Assigned {
    /// The conversation.
    #[schema(value_type = String, format = Uuid)]
    pub conversation_id: ConversationId,
    /// The participant `agent`.
    #[schema(value_type = String, format = Uuid)]
    pub participant_id: ParticipantId,
    /// Its communication: answer on it.
    #[schema(value_type = String, format = Uuid)]
    pub communication_id: CommunicationId,
    /// The user.
    #[schema(value_type = String, format = Uuid)]
    pub user_id: UserId,
}
