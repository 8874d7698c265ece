//! Questions about many conversations at once, and what is kept to answer them.

use serde::{Deserialize, Serialize};

use crate::{ConversationId, DeploymentId, Time};

/// What conversations can be told apart by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Dimension {
    /// The entry point; its value is the id's text.
    Deployment,
    /// The path of the page that started it.
    Page,
    /// The SDK's version.
    Sdk,
    /// The call form or surface of the start.
    Form,
    /// People who took part, by id.
    User,
    /// Queues that participants came from, by id.
    Queue,
    /// The parts that were played: `customer`, `agent`, `api`, `workflow`.
    Purpose,
    /// How it ended, in the log's words: `customer`, `agent`, `api`, `fenced` …
    Ending,
    /// A context key of the customer, canonical; its value is the text form.
    Attribute(String),
}

/// A stretch of time: at or after `from`, before `to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// At or after.
    pub from: Time,
    /// Before.
    pub to: Time,
}

/// What a conversation must be like.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Condition {
    /// All of them; always true where there are none.
    All(Vec<Self>),
    /// One of them at least; never true where there are none.
    Any(Vec<Self>),
    /// The contrary.
    Not(Box<Self>),
    /// There is a value.
    Has(Dimension),
    /// One of its values is this text.
    Is(Dimension, String),
    /// It started then.
    Started(Span),
    /// It ended then.
    Ended(Span),
    /// It has ended.
    HasEnded,
    /// A context value came after the end (CTX12).
    Late,
    /// It is this one.
    Conversation(ConversationId),
}

impl Condition {
    /// True of every conversation.
    #[must_use]
    pub const fn always() -> Self {
        Self::All(Vec::new())
    }

    /// Whether it holds of every conversation, as far as its shape tells.
    #[must_use]
    pub fn is_always(&self) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(Self::is_always),
            Self::Any(parts) => parts.iter().any(Self::is_always),
            Self::Not(_)
            | Self::Has(_)
            | Self::Is(..)
            | Self::Started(_)
            | Self::Ended(_)
            | Self::HasEnded
            | Self::Late
            | Self::Conversation(_) => false,
        }
    }

    /// Every dimension that it asks about.
    #[must_use]
    pub fn dimensions(&self) -> Vec<Dimension> {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::dimensions).collect(),
            Self::Not(part) => part.dimensions(),
            Self::Has(dimension) | Self::Is(dimension, _) => vec![dimension.clone()],
            Self::Started(_) | Self::Ended(_) | Self::HasEnded | Self::Late | Self::Conversation(_) => Vec::new(),
        }
    }
}

/// Which conversations a question is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Selection {
    /// Of these entry points; of every one of the tenant where absent.
    pub deployments: Option<Vec<DeploymentId>>,
    /// Started then.
    pub started: Span,
    /// And like this.
    pub condition: Condition,
}

/// By what a list of conversations is sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Sorting {
    /// Oldest start first.
    Started,
    /// Newest start first.
    StartedBackwards,
    /// Earliest end first, open ones last.
    Ended,
    /// Open ones first, then the latest end.
    EndedBackwards,
}

/// A question for numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// Which conversations.
    pub selection: Selection,
    /// Where the stretches of time begin, and where the last one ends: one more than there are stretches.
    pub edges: Vec<Time>,
    /// Told apart by these.
    pub group_by: Vec<Dimension>,
    /// The largest groups are named, so many; the others are one.
    pub most_groups: usize,
    /// Whether conversations that an agent joined are counted.
    pub connected: bool,
    /// Whether messages are counted.
    pub messages: bool,
}

/// The value by which a group is told apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GroupValue {
    /// This text.
    Is(String),
    /// There is none, or it is null.
    Absent,
    /// One of the many that are not named.
    Other,
}

/// The numbers of one group in one stretch of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TallyRow {
    /// One value per dimension.
    pub group: Vec<GroupValue>,
    /// The number of its stretch of time, from 0.
    pub stretch: usize,
    /// The numbers.
    pub numbers: Numbers,
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Numbers {
    /// Conversations.
    pub conversations: u64,
    /// Of them those with a late write: of the key that groups, or of any.
    pub late: u64,
    /// Of them those that an agent joined.
    pub connected: u64,
    /// Messages, presence not counted.
    pub messages: u64,
    /// The fewest messages of one conversation.
    pub fewest_messages: u64,
    /// The most messages of one conversation.
    pub most_messages: u64,
}

/// How often a key came, and what became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct KeyNumbers {
    /// Conversations in which it is stored.
    pub present: u64,
    /// Of them those in which it was coerced to its type.
    pub coerced: u64,
    /// Of them those in which it came after the end (CTX12).
    pub late: u64,
    /// Conversations in which it is kept apart.
    pub quarantined: u64,
    /// Conversations in which a value of it was refused beside others (CTX7).
    pub refused: u64,
    /// Conversations that should have carried it.
    pub missing: u64,
}

/// How complete the context of one group of conversations is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompletenessGroup {
    /// The entry point.
    pub deployment_id: DeploymentId,
    /// The value of the dimension that was asked for.
    pub value: GroupValue,
    /// Conversations in it.
    pub conversations: u64,
    /// By key, as it was stored or sent.
    pub keys: Vec<(String, KeyNumbers)>,
}

/// Starts that were refused from one place (CTX11).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedStarts {
    /// The entry point.
    pub deployment_id: DeploymentId,
    /// The path of the page.
    pub page: Option<String>,
    /// The SDK's version.
    pub sdk: Option<String>,
    /// How many.
    pub starts: u64,
    /// By key as sent: of them those in which it was at fault.
    pub keys: Vec<(String, u64)>,
}

/// In how many conversations of an entry point a key is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presence {
    /// The entry point.
    pub deployment_id: DeploymentId,
    /// The canonical key.
    pub key: String,
    /// Conversations that carry it.
    pub present: u64,
    /// All conversations.
    pub conversations: u64,
}

/// A document that analytics keeps: a job, or an alarm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnalyticsDocument {
    /// `job` or `alarm`.
    pub kind: &'static str,
    /// Its id.
    pub id: uuid::Uuid,
    /// By which a list is sorted, newest first.
    pub at: Time,
    /// When it goes by itself.
    pub expires_at: Time,
    /// Whether something has still to be done about it.
    pub open: bool,
    /// Itself, as JSON text.
    pub payload: String,
}
