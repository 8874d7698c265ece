//! Questions about many conversations at once, and what is kept to answer them.

use serde::{Deserialize, Serialize};

use crate::{ConversationId, DeploymentId, ParticipantId, QueueId, Time};

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
    /// The codes that work was wrapped up with, by id.
    Wrapup,
    /// Flows that took part, by id.
    Flow,
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
    /// Messages, presence not counted.
    pub messages: u64,
    /// The fewest messages of one conversation.
    pub fewest_messages: u64,
    /// The most messages of one conversation.
    pub most_messages: u64,
}

/// What is measured of waiting and handling. Each value belongs to one participant and to the time of the event that it
/// follows from; times are in milliseconds, everything else is 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Measure {
    /// A queue took a conversation in.
    Offered,
    /// An agent came to work on one.
    Connected,
    /// An agent handed one on.
    Transferred,
    /// A flow took its first step.
    Flow,
    /// A flow could not go on.
    Failed,
    /// The waiting is over: how long it took, all queues together.
    Wait,
    /// A queue let go: how long it had the conversation.
    Stay,
    /// An agent answered: how long the customer had waited.
    Answered,
    /// The customer left: how long it had waited.
    Abandoned,
    /// It left a queue in another way: how long it had waited.
    FlowedOut,
    /// An alert ended: how long it lasted.
    Alert,
    /// An alert that nobody reacted to ended: how long it lasted.
    NotResponding,
    /// An agent left: how long it was at work.
    Talk,
    /// An agent's work was wrapped up: how long that took.
    AfterWork,
    /// An agent's work is over: talk and what came after it.
    Handle,
    /// A run of a flow ended: how long it lasted.
    InFlow,
    /// An agent's first word: how long after it came to work.
    FirstResponse,
    /// An agent's answer: how long after the first word of the customer that it answers.
    Response,
    /// The customer rated the conversation: the score.
    Score,
}

impl Measure {
    /// Every one of them, in the order of their codes.
    pub const ALL: [Self; 19] = [
        Self::Offered,
        Self::Connected,
        Self::Transferred,
        Self::Flow,
        Self::Failed,
        Self::Wait,
        Self::Stay,
        Self::Answered,
        Self::Abandoned,
        Self::FlowedOut,
        Self::Alert,
        Self::NotResponding,
        Self::Talk,
        Self::AfterWork,
        Self::Handle,
        Self::InFlow,
        Self::FirstResponse,
        Self::Response,
        Self::Score,
    ];

    /// The code under which stores keep it; it never changes.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// The measure of a code.
    #[must_use]
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code)).copied()
    }
}

/// One measured value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    /// Whose.
    pub participant_id: ParticipantId,
    /// What.
    pub measure: Measure,
    /// When.
    pub at: Time,
    /// How much: milliseconds, a score, or 1.
    pub value: u64,
}

/// A question for what was measured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handling {
    /// Of these entry points; of every one of the tenant where absent.
    pub deployments: Option<Vec<DeploymentId>>,
    /// What must hold: users, queues, purposes, codes and flows are those of the measure, everything else is the conversation's.
    pub condition: Condition,
    /// Where the stretches of time begin, and where the last one ends: measures stand at the time of their events.
    pub edges: Vec<Time>,
    /// Told apart by these.
    pub group_by: Vec<Dimension>,
    /// These groups are named.
    pub named: Vec<Vec<GroupValue>>,
    /// And so many besides, the largest; the others are one.
    pub most_groups: usize,
    /// What is asked for.
    pub measures: Vec<Measure>,
    /// Of these every value is answered, for percentiles.
    pub values_of: Vec<Measure>,
    /// Within how many milliseconds an answer is in time, by queue.
    pub targets: Vec<(QueueId, u64)>,
    /// The same for every other queue.
    pub otherwise: u64,
}

/// What was measured in one group in one stretch of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandlingRow {
    /// One value per dimension.
    pub group: Vec<GroupValue>,
    /// The number of its stretch of time, from 0.
    pub stretch: usize,
    /// What.
    pub measure: Measure,
    /// The numbers.
    pub numbers: MeasureNumbers,
}

/// The numbers of a measure.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct MeasureNumbers {
    /// How many values.
    pub count: u64,
    /// All together.
    pub sum: u64,
    /// The least.
    pub least: u64,
    /// The most.
    pub most: u64,
    /// How many of them are within the target of their queue.
    pub in_time: u64,
    /// Every value, where percentiles were asked for; one beyond 49 days counts as that.
    pub values: Vec<u32>,
}

impl MeasureNumbers {
    /// Adds others.
    pub fn join(&mut self, other: Self) {
        let Self { count, sum, least, most, in_time, values } = other;
        self.least = if self.count == 0 { least } else { self.least.min(least) };
        self.most = self.most.max(most);
        self.count += count;
        self.sum = self.sum.saturating_add(sum);
        self.in_time += in_time;
        self.values.extend(values);
    }
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
