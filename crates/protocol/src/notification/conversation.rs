//! Bodies of the topics about a user's conversations: near copies of the conversation, enums in lower case as there.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;
use waybill_model::{CommunicationId, ConversationId, MessageId, ParticipantId, QueueId, Time, UserId};

/// `v2.users.{id}.conversations`: a conversation of the user, as it stands when it is told.
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
    /// When it joined.
    #[schema(value_type = String, format = DateTime)]
    pub connected_time: Time,
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
    /// `connected` or `disconnected`.
    pub state: &'static str,
    /// `inbound`: the customer began.
    pub direction: &'static str,
    /// `Webmessaging`.
    pub provider: &'static str,
    /// `webmessaging`.
    pub r#type: &'static str,
    /// Whether it is on hold.
    pub held: bool,
    /// Since when it is connected.
    #[schema(value_type = String, format = DateTime)]
    pub connected_time: Time,
    /// Until when it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub disconnected_time: Option<Time>,
    /// The message that was said on it, in `v2.users.{id}.conversations.messages` alone.
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
