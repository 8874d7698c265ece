//! Bodies of the detail topics: enums in upper case, times in epoch milliseconds.

use std::{borrow::Cow, collections::BTreeMap};

use serde::Serialize;
use utoipa::ToSchema;
use waybill_model::{
    CommunicationId, ConversationId, DeploymentId, DivisionId, ParticipantId, QueueId, SessionId, UserId,
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

/// `….user.start`: an agent joined.
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
    /// How long the agent was there, in milliseconds.
    pub connected_duration_ms: i64,
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
