//! Answering in a conversation.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use waybill_model::{ConversationId, MessageId, Time};

/// What an API client says.
#[derive(Clone, Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"textBody": "Thank you, I am looking it up."}))]
pub struct SendMessage {
    /// The text, at most 4096 bytes.
    pub text_body: String,
}

/// That somebody is typing.
#[derive(Clone, Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"typing": {"type": "On", "duration": 5000}}))]
pub struct SendTyping {
    /// How; five seconds when absent.
    pub typing: Option<TypingSettings>,
    /// When; the server takes its own time.
    #[schema(format = DateTime)]
    pub date_sent: Option<String>,
}

/// How somebody is typing.
#[derive(Clone, Debug, ToSchema)]
pub struct TypingSettings {
    /// `On`.
    pub r#type: String,
    /// For how long, in milliseconds, at most 30 seconds.
    pub duration: Option<u32>,
}

/// Several messages.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageListing {
    /// The messages in the order in which they were said; ids that lead nowhere are left out.
    pub entities: Vec<MessageData>,
}

/// A message that is stored, in the field's own shape.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageData {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub id: MessageId,
    /// Its conversation.
    #[schema(value_type = String, format = Uuid)]
    pub conversation_id: ConversationId,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub timestamp: Time,
    /// `inbound` or `outbound`.
    pub direction: &'static str,
    /// `webmessaging`.
    pub messenger_type: &'static str,
    /// `received` from the customer; `sent` to the customer: it is stored, and every connected socket of the session gets
    /// it.
    pub status: &'static str,
    /// Ours: whether it arrived at the other side.
    pub delivered: bool,
    /// Ours: whether the other side has read it.
    pub read: bool,
    /// The text; left out with `useNormalizedMessage=true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text_body: Option<String>,
    /// The same in the normalised shape.
    pub normalized_message: NormalizedMessage,
    /// Where this body would be read.
    pub self_uri: String,
}

/// A message in the shape that all channels share.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NormalizedMessage {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub id: MessageId,
    /// How it travels.
    pub channel: MessageChannel,
    /// `Text`, `Structured`, or `Event` where somebody came or went.
    pub r#type: &'static str,
    /// The text; none for events.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Structured content as it was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<serde_json::Value>>)]
    pub content: Option<Box<RawValue>>,
    /// That somebody came or went.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<NormalizedEvent>,
    /// `Inbound` or `Outbound`.
    pub direction: &'static str,
    /// `Human` or `Bot`.
    pub originating_entity: &'static str,
}

/// Somebody came or went.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NormalizedEvent {
    /// `Presence`.
    pub event_type: &'static str,
    /// Which.
    pub presence: NormalizedPresence,
}

/// Coming or going.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NormalizedPresence {
    /// `Join` or `Disconnect`.
    pub r#type: &'static str,
}

/// How a message travels. The guest socket has a channel of its own, so the document names this one apart.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = NormalizedMessageChannel)]
pub struct MessageChannel {
    /// `WebMessaging`.
    pub platform: &'static str,
    /// `Private`.
    pub r#type: &'static str,
    /// The message's id.
    #[schema(value_type = String, format = Uuid)]
    pub message_id: MessageId,
    /// Who says it.
    pub from: MessageSender,
    /// To whom: the conversation's customer.
    pub to: BTreeMap<String, String>,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub time: Time,
}

/// Who says a message.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageSender {
    /// The name shown to the customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nickname: Option<String>,
}
