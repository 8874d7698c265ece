//! What stands beside what was said: notes of the staff, the customer's rating, how far both sides have read.

use serde::{Deserialize, Serialize};

use crate::{Conversation, Direction, NoteId, Time, UserId};

/// What a conversation carries beside its messages; absent as long as there is nothing of it.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Beside {
    /// How many notes it has.
    #[serde(skip_serializing_if = "is_nothing")]
    pub notes: u32,
    /// How the customer rated it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rating: Option<Rating>,
    /// How far the customer has come with what the business said.
    #[serde(skip_serializing_if = "Seen::is_nothing")]
    pub customer: Seen,
    /// How far the business has come with what the customer said.
    #[serde(skip_serializing_if = "Seen::is_nothing")]
    pub business: Seen,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
const fn is_nothing(count: &u32) -> bool {
    *count == 0
}

/// A note among the staff; the customer never sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Note {
    /// Its id.
    pub id: NoteId,
    /// The text, hostile; empty where it was erased.
    pub text: String,
    /// Whose attention it asks for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<UserId>,
    /// The author's name at that time.
    pub author: String,
}

/// How a customer rated a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rating {
    /// From 1 to [`Rating::BEST`].
    pub score: u8,
    /// In the customer's words, hostile; empty where there are none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub comment: String,
    /// When.
    pub at: Time,
}

impl Rating {
    /// The worst score.
    pub const WORST: u8 = 1;
    /// The best score.
    pub const BEST: u8 = 5;
}

/// The two sides of a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// The customer's pages.
    Customer,
    /// Agents and API clients.
    Business,
}

impl Side {
    /// The word on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Business => "business",
        }
    }
}

/// How far one side has come with the messages of the other: the times of messages, which are unique and increasing within a
/// conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Seen {
    /// Messages up to this time arrived.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivered: Option<Time>,
    /// Messages up to this time were read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read: Option<Time>,
}

impl Seen {
    /// Whether it says nothing.
    #[must_use]
    pub const fn is_nothing(&self) -> bool {
        self.delivered.is_none() && self.read.is_none()
    }

    /// The further of both; whatever was read has arrived.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let read = self.read.max(other.read);
        Self { delivered: self.delivered.max(other.delivered).max(read), read }
    }
}

/// How far one message has come on the other side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Reach {
    /// Whether it arrived.
    pub delivered: bool,
    /// Whether it was read.
    pub read: bool,
}

impl Conversation {
    /// How far one side has come with what the other said.
    #[must_use]
    pub fn seen_by(&self, side: Side) -> Seen {
        let Some(beside) = self.beside.as_deref() else { return Seen::default() };
        match side {
            Side::Customer => beside.customer,
            Side::Business => beside.business,
        }
    }

    /// How far a message of this direction and time has come. What the customer said has arrived once it is stored.
    #[must_use]
    pub fn reach_of(&self, direction: Direction, at: Time) -> Reach {
        let up_to = |time: Option<Time>| time.is_some_and(|time| at <= time);
        match direction {
            Direction::Outbound => {
                let Seen { delivered, read } = self.seen_by(Side::Customer);
                Reach { delivered: up_to(delivered), read: up_to(read) }
            }
            Direction::Inbound => {
                let Seen { delivered: _, read } = self.seen_by(Side::Business);
                Reach { delivered: true, read: up_to(read) }
            }
        }
    }
}
