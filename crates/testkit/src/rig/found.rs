//! What a server shows of its conversations, brought into one plain shape for the comparison.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

/// Everything that was read back.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Found {
    /// By conversation id.
    pub conversations: BTreeMap<String, FoundConversation>,
    /// Readings that failed: what and why. A server that can't show a conversation has lost it.
    pub unreadable: Vec<String>,
    /// Conversations that the reading itself began, to know where the stream stands; they are not compared.
    pub marks: BTreeSet<String>,
}

/// One conversation.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FoundConversation {
    /// Its events in the order of the stream.
    pub events: Vec<FoundEvent>,
    /// The context over REST; `None` where it was not asked for.
    pub context: Option<Map<String, Value>>,
    /// The messages that the guest's history shows, oldest first; `None` where it was not asked for.
    pub history: Option<Vec<String>>,
}

/// One event of the stream.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundEvent {
    /// Its id.
    pub id: String,
    /// Its place in the conversation.
    pub conversation_seq: u64,
    /// What happened.
    pub what: Happened,
}

/// What an event tells, as far as the comparison needs it.
#[derive(Debug, Clone, PartialEq)]
pub enum Happened {
    /// The conversation began with this context.
    Started(Map<String, Value>),
    /// These keys changed to these values.
    Attributes(Map<String, Value>),
    /// Somebody said this.
    Message(String),
    /// Anything else.
    Other(String),
}
