//! What was asked and what was acknowledged: the rig's own memory, which no crash touches.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// What is known of a request.
#[derive(Debug, Clone, PartialEq)]
pub enum Fate {
    /// Sent, no answer came: it may have happened wholly, or not at all.
    Unknown,
    /// Acknowledged: it must be there.
    Acknowledged,
    /// Refused: it must not be there.
    Refused,
}

/// The start of one conversation.
#[derive(Debug, Clone)]
pub struct Start {
    /// The guest's secret.
    pub token: String,
    /// The start token (START1).
    pub start_token: String,
    /// The CRM id, which no other start has.
    pub crm: String,
    /// The context as it was given.
    pub custom_data: Map<String, Value>,
    /// The first message, which no other start has.
    pub message: Option<String>,
    /// What became of it.
    pub fate: Fate,
    /// The body of the answer.
    pub answer: Option<Value>,
}

impl Start {
    /// The conversation that the answer named.
    #[must_use]
    pub fn conversation_id(&self) -> Option<&str> {
        self.answer.as_ref()?["conversationId"].as_str()
    }
}

/// Who writes into a conversation. Each writes one thing after another, so its writes keep their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Writer {
    /// The guest, over its socket.
    Guest,
    /// An API client, over REST: each has a number.
    Client(usize),
}

/// What is written after the start.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// A guest's message, with the client's own id (START8).
    Message {
        /// `metadata.id`.
        client_id: String,
        /// Which no other message has.
        text: String,
    },
    /// An agent's message.
    AgentMessage {
        /// Which no other message has.
        text: String,
    },
    /// Attributes, by `setContext` or REST. One of the values is found in no other write.
    Attributes {
        /// Key and value.
        values: Map<String, Value>,
        /// The key whose value is found in no other write.
        marker: String,
    },
}

/// A write after the start.
#[derive(Debug, Clone)]
pub struct Write {
    /// Whose.
    pub by: Writer,
    /// What.
    pub what: What,
    /// What became of it.
    pub fate: Fate,
}

/// A conversation as the rig remembers it.
#[derive(Debug, Clone)]
pub struct Chat {
    /// How it began.
    pub start: Start,
    /// Everything afterwards; each writer's own in the order in which it was sent.
    pub writes: Vec<Write>,
}

/// All chats of a run.
#[derive(Debug, Clone, Default)]
pub struct Record {
    /// By CRM id.
    pub chats: BTreeMap<String, Chat>,
}

/// How much of what a record holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Acknowledged starts.
    pub starts: usize,
    /// Acknowledged writes after a start.
    pub writes: usize,
    /// Starts and writes whose fate is unknown.
    pub unknown: usize,
}

impl Record {
    /// Counts.
    #[must_use]
    pub fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        for chat in self.chats.values() {
            match chat.start.fate {
                Fate::Acknowledged => tally.starts += 1,
                Fate::Unknown => tally.unknown += 1,
                Fate::Refused => {}
            }
            for write in &chat.writes {
                match write.fate {
                    Fate::Acknowledged => tally.writes += 1,
                    Fate::Unknown => tally.unknown += 1,
                    Fate::Refused => {}
                }
            }
        }
        tally
    }
}
