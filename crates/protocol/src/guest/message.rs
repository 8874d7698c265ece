//! A message on the socket and in the history: the same shape, the same time.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;
use waybill_model::Time;

/// One message, or an event among messages. `conversationId` and `revision` are ours (EDGE8).
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StructuredMessage {
    /// The message's id.
    pub id: String,
    /// Text, structured content or an event.
    #[serde(rename = "type")]
    pub kind: StructuredType,
    /// The text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Seen from the business.
    pub direction: MessageDirection,
    /// When, from whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<MessageChannel>,
    /// Structured content, as it was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<Object>>)]
    pub content: Option<Box<RawValue>>,
    /// What happened, for events.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<MessageEvent>,
    /// A person or a program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub originating_entity: Option<OriginatingEntity>,
    /// Texts about the message.
    #[serde(default)]
    pub metadata: MessageMetadata,
    /// The conversation (ours).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation_id: Option<String>,
    /// The conversation's context revision (ours).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<u64>,
}

/// What a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum StructuredType {
    /// Text.
    Text,
    /// Text with structured content.
    Structured,
    /// An event.
    Event,
}

/// Seen from the business.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum MessageDirection {
    /// From the customer.
    Inbound,
    /// To the customer.
    Outbound,
}

/// A person or a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum OriginatingEntity {
    /// A person.
    Human,
    /// A flow or bot.
    Bot,
}

/// When a message was said, and by whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageChannel {
    /// Unique and increasing within the session, the same on the socket and in the history.
    #[schema(value_type = String, format = DateTime)]
    pub time: Time,
    /// The message's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_id: Option<String>,
    /// Always `Private`.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<ChannelType>,
    /// Who said it.
    #[serde(default)]
    pub from: MessageParty,
    /// To whom.
    #[serde(default)]
    pub to: MessageParty,
}

/// The one kind of channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum ChannelType {
    /// Between two.
    Private,
}

/// A side of a message.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageParty {
    /// The name to show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nickname: Option<String>,
    /// The same name, for clients that show this field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
}

/// Texts about a message. Values are texts only: real clients drop a frame with anything else in here.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageMetadata {
    /// The client's own id of the message (START8).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The message's id again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlation_id: Option<String>,
    /// On an end: `"true"` when nothing more can be said, else `"false"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_only: Option<String>,
    /// On the answer to `echo`: the session's length in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_seconds: Option<String>,
    /// On the answer to `echo`: when the session ends, in seconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expiration_date: Option<String>,
}

/// Something that happened among the messages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "eventType")]
pub enum MessageEvent {
    /// A side is typing.
    Typing {
        /// How.
        typing: Typing,
    },
    /// A side came or left.
    Presence {
        /// Which.
        presence: Presence,
    },
}

/// A side is typing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Typing {
    /// Always on.
    #[serde(rename = "type")]
    pub kind: TypingType,
    /// For how long, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<u32>,
}

/// The one kind of typing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum TypingType {
    /// It begins.
    On,
}

/// A side came or left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Presence {
    /// Which.
    #[serde(rename = "type")]
    pub kind: PresenceType,
}

/// Came or left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum PresenceType {
    /// Came.
    Join,
    /// Left: the conversation is over.
    Disconnect,
}

/// A page of the history, newest first.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessagePage {
    /// The messages; none past the end.
    pub entities: Vec<StructuredMessage>,
    /// As asked for.
    pub page_size: u32,
    /// As asked for, from 1.
    pub page_number: u32,
    /// How many messages there are.
    pub total: u64,
    /// How many pages of this size there are.
    pub page_count: u64,
}
