//! Messages and the presence events that stand among them.

use serde::{Deserialize, Serialize};

use crate::{MessageId, ParticipantId, SessionId, Time};

/// Seen from the business: inbound comes from the customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Direction {
    /// From the customer.
    Inbound,
    /// To the customer.
    Outbound,
}

/// Whether a person or a program wrote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Originator {
    /// A person.
    Human,
    /// A flow or bot.
    Bot,
}

/// What the message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MessageKind {
    /// Plain text.
    Text,
    /// Text with structured content (quick reply, card).
    Structured,
    /// The customer entered without a text.
    PresenceJoin,
    /// A side left: the conversation ended.
    PresenceDisconnect,
}

/// One stored message of a conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// The session that it was said in; absent when the conversation has none (REST start).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub session_id: Option<SessionId>,
    /// Who said it.
    pub participant_id: ParticipantId,
    /// Inbound or outbound.
    pub direction: Direction,
    /// What it is.
    pub kind: MessageKind,
    /// The text; empty for presence.
    pub text: String,
    /// Structured content as JSON text of an array, kept as sent.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub content: Option<String>,
    /// Unique and increasing within the session, to the millisecond.
    pub at: Time,
    /// A person or a program.
    pub originator: Originator,
    /// The name shown to the customer.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub nickname: Option<String>,
    /// The request's tracing id, echoed to the guest.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub tracing_id: Option<String>,
    /// Our own client's message id; only this removes doubles (START8).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub client_id: Option<String>,
}
