//! Bodies of the detail topics: enums in upper case, times in epoch milliseconds.

use std::{borrow::Cow, collections::BTreeMap};

use serde::Serialize;
use utoipa::ToSchema;
use waybill_model::{
    CommunicationId, ConversationId, DeploymentId, DivisionId, FlowId, LanguageId, ParticipantId, QueueId, SessionId,
    SkillId, UserId, WrapupCodeId,
};

/// What every event of a participant's leg tells.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LegDetail {
    /// When, in epoch milliseconds.
    pub event_time: i64,
    /// The conversation.
    #[schema(value_type = String, format = Uuid)]
    pub conversation_id: ConversationId,
    /// The participant.
    #[schema(value_type = String, format = Uuid)]
    pub participant_id: ParticipantId,
    /// The participant's leg of the conversation.
    #[schema(value_type = String, format = Uuid)]
    pub session_id: CommunicationId,
    /// `MESSAGE`.
    pub media_type: &'static str,
    /// `Webmessaging`.
    pub provider: &'static str,
    /// `INBOUND`: the customer began.
    pub direction: &'static str,
    /// `WEBMESSAGING`.
    pub message_type: &'static str,
    /// The division of the conversation.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Uuid)]
    pub division_id: Option<DivisionId>,
}

/// `….customer.start`: a conversation began. `attributes` is ours: the whole context as text.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CustomerStart {
    /// The customer's leg.
    #[serde(flatten)]
    pub leg: LegDetail,
    /// The deployment through which the customer came.
    #[schema(value_type = String, format = Uuid)]
    pub address_to: DeploymentId,
    /// The customer's session; absent for a start over REST.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Uuid)]
    pub address_from: Option<SessionId>,
    /// The context that the conversation began with, values as text; null has none and is left out.
    pub attributes: BTreeMap<String, String>,
}

/// `….customer.end`: a conversation ended.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CustomerEnd {
    /// The customer's leg.
    #[serde(flatten)]
    pub leg: LegDetail,
    /// The deployment through which the customer came.
    #[schema(value_type = String, format = Uuid)]
    pub address_to: DeploymentId,
    /// The customer's session; absent for a start over REST.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Uuid)]
    pub address_from: Option<SessionId>,
    /// Who ended it: `ENDPOINT` (the customer), `PEER` (an agent or API client) or `SYSTEM`.
    pub disconnect_type: &'static str,
    /// How long it lasted, in milliseconds.
    pub connected_duration_ms: i64,
}

/// `….user.start`: an agent joined, or is asked to.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserStart {
    /// The agent's leg.
    #[serde(flatten)]
    pub leg: LegDetail,
    /// The agent.
    #[schema(value_type = String, format = Uuid)]
    pub user_id: UserId,
    /// The queue from which the conversation came.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Uuid)]
    pub queue_id: Option<QueueId>,
    /// `ALERTING` while it is only offered, otherwise `CONNECTED`. Ours.
    pub state: &'static str,
}

/// `….user.end`: an agent left, or the conversation ended under it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserEnd {
    /// The agent's leg.
    #[serde(flatten)]
    pub leg: LegDetail,
    /// The agent.
    #[schema(value_type = String, format = Uuid)]
    pub user_id: UserId,
    /// The queue from which the conversation came.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Uuid)]
    pub queue_id: Option<QueueId>,
    /// `CLIENT` (it left), `NO_ANSWER_TRANSFER` (an alert that it did not answer) or `PEER` (the conversation ended).
    pub disconnect_type: &'static str,
    /// How long it was alerted, in milliseconds, where it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alerting_duration_ms: Option<i64>,
    /// How long the agent was connected, in milliseconds.
    pub interacting_duration_ms: i64,
    /// The same. Ours.
    pub connected_duration_ms: i64,
    /// Whether its work is over but for a wrap-up.
    pub after_call_work_required: bool,
}

/// `….flow.start`: a flow took over.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FlowStart {
    /// The flow's leg.
    #[serde(flatten)]
    pub leg: LegDetail,
    /// `INBOUNDSHORTMESSAGE`.
    pub flow_type: &'static str,
    /// The flow.
    #[schema(value_type = String, format = Uuid)]
    pub flow_id: FlowId,
    /// Its version.
    pub flow_version: String,
}

/// `….flow.end`: a flow let go.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FlowEnd {
    /// The flow's leg.
    #[serde(flatten)]
    pub leg: LegDetail,
    /// `INBOUNDSHORTMESSAGE`.
    pub flow_type: &'static str,
    /// The flow.
    #[schema(value_type = String, format = Uuid)]
    pub flow_id: FlowId,
    /// Its version.
    pub flow_version: String,
    /// `FLOW_EXIT` (it reached an end), `TRANSFER`, `DISCONNECT` (the conversation ended) or `FLOW_ERROR_EXIT`.
    pub exit_reason: &'static str,
    /// `ACD` (to a queue) or `FLOW`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transfer_type: Option<&'static str>,
    /// How long it ran, in milliseconds.
    pub connected_duration_ms: i64,
}

/// `….acd.start`: a conversation began to wait in a queue.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AcdStart {
    /// The queue's leg.
    #[serde(flatten)]
    pub leg: LegDetail,
    /// The queue.
    #[schema(value_type = String, format = Uuid)]
    pub queue_id: QueueId,
    /// Higher comes first.
    pub routing_priority: i32,
    /// The skills that it asks for.
    #[schema(value_type = Vec<String>)]
    pub requested_routing_skill_ids: Vec<SkillId>,
    /// The language that it asks for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Uuid)]
    pub requested_language_id: Option<LanguageId>,
    /// The one agent that it is for, where it is for one.
    #[schema(value_type = Vec<String>)]
    pub requested_routing_user_ids: Vec<UserId>,
}

/// `….acd.end`: a conversation waits no more.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AcdEnd {
    /// The queue's leg.
    #[serde(flatten)]
    pub leg: LegDetail,
    /// The queue.
    #[schema(value_type = String, format = Uuid)]
    pub queue_id: QueueId,
    /// `ANSWERED`, `ABANDON` or `FLOW_OUT` (it went elsewhere).
    pub acd_outcome: &'static str,
    /// Who answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Uuid)]
    pub answered_user_id: Option<UserId>,
    /// `TRANSFER`, or `ENDPOINT` where the customer gave up.
    pub disconnect_type: &'static str,
    /// How long it waited in this queue, in milliseconds.
    pub connected_duration_ms: i64,
}

/// `….wrapup` and `….acw`: an agent wrapped its work up.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WrapupDetail {
    /// The agent's leg.
    #[serde(flatten)]
    pub leg: LegDetail,
    /// The agent.
    #[schema(value_type = String, format = Uuid)]
    pub user_id: UserId,
    /// The queue from which the conversation came.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Uuid)]
    pub queue_id: Option<QueueId>,
    /// The code; absent where it was skipped or the time for it was over.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Uuid)]
    pub wrapup_code: Option<WrapupCodeId>,
    /// What the agent noted.
    pub wrapup_notes: String,
    /// How long it took after the work, in milliseconds.
    pub wrapup_duration_ms: u64,
}

/// `….attributes`: context was set or changed.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AttributesDetail {
    /// When, in epoch milliseconds.
    pub event_time: i64,
    /// The conversation.
    #[schema(value_type = String, format = Uuid)]
    pub conversation_id: ConversationId,
    /// Whose context.
    #[schema(value_type = String, format = Uuid)]
    pub participant_id: ParticipantId,
    /// When the participant joined, in epoch milliseconds.
    pub participant_start_time: i64,
    /// The keys that this event set, values as text; null has none and is left out.
    pub attributes: BTreeMap<String, String>,
    /// The keys that this event took away. Ours.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub removed_attributes: Vec<String>,
    /// The context revision after it. Ours.
    pub revision: u64,
    /// The participant's legs.
    pub communications: [DetailCommunication; 1],
    /// Contacts of an external directory; there is none here.
    pub conversation_external_contact_ids: [&'static str; 0],
}

/// A leg, in an `….attributes` event.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DetailCommunication {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub id: CommunicationId,
    /// `MESSAGE`.
    #[schema(value_type = String)]
    pub media_type: Cow<'static, str>,
}
