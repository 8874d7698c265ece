//! Bodies of the topics about conversations of users and queues: near copies of the conversation, enums in lower case as
//! there.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;
use waybill_model::{CommunicationId, ConversationId, FlowId, MessageId, ParticipantId, QueueId, Time, UserId};

use crate::rest::conversation::Wrapup;

/// `v2.users.{id}.conversations`, `v2.routing.queues.{id}.conversations`: a conversation of the user or the queue, as it
/// stands when it is told.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserConversation {
    /// The conversation.
    #[schema(value_type = String, format = Uuid)]
    pub id: ConversationId,
    /// Everyone who takes or took part.
    pub participants: Vec<UserConversationParticipant>,
    /// `none`.
    pub recording_state: &'static str,
    /// The context revision. Ours.
    pub revision: u64,
}

/// One party.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserConversationParticipant {
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
    /// The part it plays.
    pub purpose: &'static str,
    /// The name to show.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The person behind an agent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Uuid)]
    pub user_id: Option<UserId>,
    /// The queue that it came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Uuid)]
    pub queue_id: Option<QueueId>,
    /// The flow that it speaks for. Ours.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Uuid)]
    pub flow_id: Option<FlowId>,
    /// Whether its work is over but for the wrap-up.
    pub wrapup_required: bool,
    /// How its work ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wrapup: Option<Wrapup>,
    /// Its context, values as text; null has none and is left out.
    pub attributes: BTreeMap<String, String>,
    /// Its leg.
    pub messages: [UserConversationLeg; 1],
}

/// A leg.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserConversationLeg {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub id: CommunicationId,
    /// `alerting`, `connected` or `disconnected`.
    pub state: &'static str,
    /// `inbound`: the customer began.
    pub direction: &'static str,
    /// `Webmessaging`.
    pub provider: &'static str,
    /// `webmessaging`.
    pub r#type: &'static str,
    /// Whether it is on hold.
    pub held: bool,
    /// Since when it alerts, or alerted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub start_alerting_time: Option<Time>,
    /// Since when it is connected; absent while it alerts.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub connected_time: Option<Time>,
    /// Until when it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub disconnected_time: Option<Time>,
    /// Why it ended before the conversation did: `client`, `transfer` or `transfer.noanswer`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disconnect_type: Option<&'static str>,
    /// The message that was said on it, in the topics `….conversations.messages` alone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub messages: Vec<MessageNotice>,
}

/// That a message was said.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageNotice {
    /// The message.
    pub message: MessageReference,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub message_time: Time,
    /// `received` from the customer, `sent` to it.
    pub message_status: &'static str,
}

/// Where a message is read.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageReference {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub id: MessageId,
    /// Its address.
    pub self_uri: String,
}
