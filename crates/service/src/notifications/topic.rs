//! Topics: what a channel can be subscribed to, how they are written, and which events they mean (NOT4).

use std::collections::{BTreeMap, BTreeSet};

use waybill_model::{ConversationId, Permission, QueueId, UserId};

/// What happened to a conversation, in the words of the detail topics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DetailKind {
    /// Context was set or changed.
    Attributes,
    /// The conversation began.
    CustomerStart,
    /// The conversation ended.
    CustomerEnd,
    /// A flow took over.
    FlowStart,
    /// A flow let go.
    FlowEnd,
    /// It began to wait in a queue.
    AcdStart,
    /// It waits no more.
    AcdEnd,
    /// An agent joined, or is asked to.
    UserStart,
    /// An agent left.
    UserEnd,
    /// Somebody wrapped the work up.
    Wrapup,
    /// The same, under the name that tells of the time that it took.
    Acw,
}

impl DetailKind {
    /// Every one of them.
    pub const ALL: [Self; 11] = [
        Self::Attributes,
        Self::CustomerStart,
        Self::CustomerEnd,
        Self::FlowStart,
        Self::FlowEnd,
        Self::AcdStart,
        Self::AcdEnd,
        Self::UserStart,
        Self::UserEnd,
        Self::Wrapup,
        Self::Acw,
    ];

    /// The end of the topic.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Attributes => "attributes",
            Self::CustomerStart => "customer.start",
            Self::CustomerEnd => "customer.end",
            Self::FlowStart => "flow.start",
            Self::FlowEnd => "flow.end",
            Self::AcdStart => "acd.start",
            Self::AcdEnd => "acd.end",
            Self::UserStart => "user.start",
            Self::UserEnd => "user.end",
            Self::Wrapup => "wrapup",
            Self::Acw => "acw",
        }
    }

    fn find(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// Of which conversations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WhichConversation {
    /// `*`: every one that the subscriber sees.
    Every,
    /// This one.
    One(ConversationId),
}

/// One topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Topic {
    /// `v2.detail.events.conversation.{id}.{kind}`; every kind where there is none.
    Detail(WhichConversation, Option<DetailKind>),
    /// `v2.conversations.{id}`: every event as the event stream tells it.
    Conversation(WhichConversation),
    /// `v2.users.{id}.conversations`.
    UserConversations(UserId),
    /// `v2.users.{id}.conversations.messages`.
    UserMessages(UserId),
    /// `v2.users.{id}.presence`.
    UserPresence(UserId),
    /// `v2.users.{id}.routingStatus`.
    UserStatus(UserId),
    /// `v2.routing.queues.{id}.conversations`.
    QueueConversations(QueueId),
    /// `v2.routing.queues.{id}.conversations.messages`.
    QueueMessages(QueueId),
    /// `v2.analytics.queues.{id}.observations`.
    QueueObservations(QueueId),
}

const DETAIL: &str = "v2.detail.events.conversation.";
const CONVERSATION: &str = "v2.conversations.";
const USER: &str = "v2.users.";
const QUEUE: &str = "v2.routing.queues.";
const OBSERVED: &str = "v2.analytics.queues.";

impl Topic {
    /// Reads what a client wrote: one topic, or several as `base?word&word`; `None` for what is no topic.
    #[must_use]
    pub fn read_all(text: &str) -> Option<Vec<Self>> {
        let Some((base, words)) = text.split_once('?') else { return Self::read(text).map(|topic| vec![topic]) };
        words.split('&').map(|word| Self::read(&format!("{base}.{word}"))).collect()
    }

    fn read(text: &str) -> Option<Self> {
        if let Some(rest) = text.strip_prefix(DETAIL) {
            let (id, kind) = rest.split_once('.').unwrap_or((rest, "*"));
            let which = which(id)?;
            return match kind {
                "*" => Some(Self::Detail(which, None)),
                kind => DetailKind::find(kind).map(|kind| Self::Detail(which, Some(kind))),
            };
        }
        if let Some(id) = text.strip_prefix(CONVERSATION) {
            return which(id).map(Self::Conversation);
        }
        if let Some((id, view)) = text.strip_prefix(USER).and_then(|rest| rest.split_once('.')) {
            return match view {
                "conversations" => id.parse().ok().map(Self::UserConversations),
                "conversations.messages" => id.parse().ok().map(Self::UserMessages),
                "presence" => id.parse().ok().map(Self::UserPresence),
                "routingStatus" => id.parse().ok().map(Self::UserStatus),
                _ => None,
            };
        }
        if let Some((id, view)) = text.strip_prefix(OBSERVED).and_then(|rest| rest.split_once('.')) {
            return if view == "observations" { id.parse().ok().map(Self::QueueObservations) } else { None };
        }
        let (id, view) = text.strip_prefix(QUEUE)?.split_once('.')?;
        match view {
            "conversations" => id.parse().ok().map(Self::QueueConversations),
            "conversations.messages" => id.parse().ok().map(Self::QueueMessages),
            _ => None,
        }
    }
}

impl std::fmt::Display for Topic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Detail(which, None) => write!(f, "{DETAIL}{which}"),
            Self::Detail(which, Some(kind)) => write!(f, "{DETAIL}{which}.{}", kind.as_str()),
            Self::Conversation(which) => write!(f, "{CONVERSATION}{which}"),
            Self::UserConversations(id) => write!(f, "{USER}{id}.conversations"),
            Self::UserMessages(id) => write!(f, "{USER}{id}.conversations.messages"),
            Self::UserPresence(id) => write!(f, "{USER}{id}.presence"),
            Self::UserStatus(id) => write!(f, "{USER}{id}.routingStatus"),
            Self::QueueConversations(id) => write!(f, "{QUEUE}{id}.conversations"),
            Self::QueueMessages(id) => write!(f, "{QUEUE}{id}.conversations.messages"),
            Self::QueueObservations(id) => write!(f, "{OBSERVED}{id}.observations"),
        }
    }
}

impl std::fmt::Display for WhichConversation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Every => f.write_str("*"),
            Self::One(id) => id.fmt(f),
        }
    }
}

fn which(text: &str) -> Option<WhichConversation> {
    match text {
        "*" => Some(WhichConversation::Every),
        id => id.parse().ok().map(WhichConversation::One),
    }
}

/// One line of the list of topics that there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TopicKind {
    /// `v2.detail.events.conversation.{id}.{kind}`.
    Detail(DetailKind),
    /// `v2.conversations.{id}`.
    Conversation,
    /// `v2.users.{id}.conversations`.
    UserConversations,
    /// `v2.users.{id}.conversations.messages`.
    UserMessages,
    /// `v2.users.{id}.presence`.
    UserPresence,
    /// `v2.users.{id}.routingStatus`.
    UserStatus,
    /// `v2.routing.queues.{id}.conversations`.
    QueueConversations,
    /// `v2.routing.queues.{id}.conversations.messages`.
    QueueMessages,
    /// `v2.analytics.queues.{id}.observations`.
    QueueObservations,
}

impl TopicKind {
    /// Every one of them.
    pub fn all() -> impl Iterator<Item = Self> {
        let others = [
            Self::Conversation,
            Self::UserConversations,
            Self::UserMessages,
            Self::UserPresence,
            Self::UserStatus,
            Self::QueueConversations,
            Self::QueueMessages,
            Self::QueueObservations,
        ];
        DetailKind::ALL.into_iter().map(Self::Detail).chain(others)
    }

    /// How it is written, with `{id}` in the place of the id.
    #[must_use]
    pub fn pattern(self) -> String {
        match self {
            Self::Detail(kind) => format!("{DETAIL}{{id}}.{}", kind.as_str()),
            Self::Conversation => format!("{CONVERSATION}{{id}}"),
            Self::UserConversations => format!("{USER}{{id}}.conversations"),
            Self::UserMessages => format!("{USER}{{id}}.conversations.messages"),
            Self::UserPresence => format!("{USER}{{id}}.presence"),
            Self::UserStatus => format!("{USER}{{id}}.routingStatus"),
            Self::QueueConversations => format!("{QUEUE}{{id}}.conversations"),
            Self::QueueMessages => format!("{QUEUE}{{id}}.conversations.messages"),
            Self::QueueObservations => format!("{OBSERVED}{{id}}.observations"),
        }
    }

    /// What a subscriber needs; for what is one's own as a user the first is enough.
    #[must_use]
    pub const fn permissions(self) -> &'static [Permission] {
        match self {
            Self::Detail(_) | Self::Conversation => &[Permission::EventsView],
            Self::UserConversations | Self::UserMessages => &[Permission::EventsView, Permission::ConversationView],
            Self::UserPresence | Self::UserStatus => &[Permission::EventsView, Permission::UserView],
            Self::QueueConversations | Self::QueueMessages => &[Permission::EventsView, Permission::QueueView],
            Self::QueueObservations => &[Permission::EventsView, Permission::QueueObservationView],
        }
    }
}

/// What one channel is subscribed to, made for asking of each event.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Topics {
    details: BTreeMap<WhichConversation, BTreeSet<Option<DetailKind>>>,
    conversations: BTreeSet<WhichConversation>,
    user_conversations: BTreeSet<UserId>,
    user_messages: BTreeSet<UserId>,
    presences: BTreeSet<UserId>,
    statuses: BTreeSet<UserId>,
    queue_conversations: BTreeSet<QueueId>,
    queue_messages: BTreeSet<QueueId>,
    observed: BTreeSet<QueueId>,
}

impl Topics {
    /// Reads the topics of a channel.
    pub fn read<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut topics = Self::default();
        for topic in texts.into_iter().filter_map(Topic::read_all).flatten() {
            topics.add(topic);
        }
        topics
    }

    fn add(&mut self, topic: Topic) {
        match topic {
            Topic::Detail(which, kind) => {
                self.details.entry(which).or_default().insert(kind);
            }
            Topic::Conversation(which) => {
                self.conversations.insert(which);
            }
            Topic::UserConversations(id) => {
                self.user_conversations.insert(id);
            }
            Topic::UserMessages(id) => {
                self.user_messages.insert(id);
            }
            Topic::UserPresence(id) => {
                self.presences.insert(id);
            }
            Topic::UserStatus(id) => {
                self.statuses.insert(id);
            }
            Topic::QueueConversations(id) => {
                self.queue_conversations.insert(id);
            }
            Topic::QueueMessages(id) => {
                self.queue_messages.insert(id);
            }
            Topic::QueueObservations(id) => {
                self.observed.insert(id);
            }
        }
    }

    /// Whether a detail topic of a conversation is among them.
    #[must_use]
    pub fn want_detail(&self, conversation: ConversationId, kind: DetailKind) -> bool {
        let mut which = [WhichConversation::Every, WhichConversation::One(conversation)].into_iter();
        which.any(|which| {
            let kinds = self.details.get(&which);
            kinds.is_some_and(|kinds| kinds.contains(&None) || kinds.contains(&Some(kind)))
        })
    }

    /// Whether the events of a conversation are among them.
    #[must_use]
    pub fn want_conversation(&self, conversation: ConversationId) -> bool {
        self.conversations.contains(&WhichConversation::Every)
            || self.conversations.contains(&WhichConversation::One(conversation))
    }

    /// Whether anything of a conversation may be among them, by its id alone.
    #[must_use]
    pub fn may_want(&self, conversation: ConversationId) -> bool {
        let which = [WhichConversation::Every, WhichConversation::One(conversation)];
        which.iter().any(|which| self.details.contains_key(which) || self.conversations.contains(which))
            || self.want_views()
    }

    /// Whether the conversations of any user or queue are among them.
    #[must_use]
    pub fn want_views(&self) -> bool {
        !self.user_conversations.is_empty()
            || !self.user_messages.is_empty()
            || !self.queue_conversations.is_empty()
            || !self.queue_messages.is_empty()
    }

    /// Whether a user's conversations are among them.
    #[must_use]
    pub fn want_user_conversations(&self, user: UserId) -> bool {
        self.user_conversations.contains(&user)
    }

    /// Whether a user's messages are among them.
    #[must_use]
    pub fn want_user_messages(&self, user: UserId) -> bool {
        self.user_messages.contains(&user)
    }

    /// Whether a user's presence is among them.
    #[must_use]
    pub fn want_presence(&self, user: UserId) -> bool {
        self.presences.contains(&user)
    }

    /// Whether what routing makes of a user is among them.
    #[must_use]
    pub fn want_status(&self, user: UserId) -> bool {
        self.statuses.contains(&user)
    }

    /// The users whose presence or status is among them.
    #[must_use]
    pub fn agents(&self) -> BTreeSet<UserId> {
        self.presences.union(&self.statuses).copied().collect()
    }

    /// Whether a queue's conversations are among them.
    #[must_use]
    pub fn want_queue_conversations(&self, queue: QueueId) -> bool {
        self.queue_conversations.contains(&queue)
    }

    /// Whether the messages of a queue's conversations are among them.
    #[must_use]
    pub fn want_queue_messages(&self, queue: QueueId) -> bool {
        self.queue_messages.contains(&queue)
    }

    /// The queues of which it is told how they are doing.
    #[must_use]
    pub const fn observed(&self) -> &BTreeSet<QueueId> {
        &self.observed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0190b0a1-7c1e-7d31-9d0a-2f5c3a1b7e42";

    fn check(text: &str, expected: Option<&[&str]>) {
        let text = text.replace("ID", ID);
        let read = Topic::read_all(&text).map(|topics| topics.iter().map(ToString::to_string).collect::<Vec<_>>());
        let expected = expected.map(|topics| topics.iter().map(|topic| topic.replace("ID", ID)).collect::<Vec<_>>());
        assert_eq!(read, expected, "{text}");
    }

    #[test]
    fn not4_topics_are_read_in_every_spelling_and_nonsense_is_none() {
        check("v2.detail.events.conversation.ID.attributes", Some(&["v2.detail.events.conversation.ID.attributes"]));
        check("v2.detail.events.conversation.ID.flow.end", Some(&["v2.detail.events.conversation.ID.flow.end"]));
        check("v2.detail.events.conversation.*", Some(&["v2.detail.events.conversation.*"]));
        check("v2.detail.events.conversation.ID.*", Some(&["v2.detail.events.conversation.ID"]));
        check(
            "v2.detail.events.conversation.*.customer.start",
            Some(&["v2.detail.events.conversation.*.customer.start"]),
        );
        check(
            "v2.detail.events.conversation.ID?attributes&customer.end",
            Some(&["v2.detail.events.conversation.ID.attributes", "v2.detail.events.conversation.ID.customer.end"]),
        );
        check(
            "v2.detail.events.conversation.ID.customer?start&end",
            Some(&["v2.detail.events.conversation.ID.customer.start", "v2.detail.events.conversation.ID.customer.end"]),
        );
        check("v2.conversations.ID", Some(&["v2.conversations.ID"]));
        check("v2.conversations.*", Some(&["v2.conversations.*"]));
        check("v2.users.ID.conversations", Some(&["v2.users.ID.conversations"]));
        check("v2.users.ID.conversations.messages", Some(&["v2.users.ID.conversations.messages"]));
        check("v2.users.ID.presence", Some(&["v2.users.ID.presence"]));
        check("v2.users.ID?presence&routingStatus", Some(&["v2.users.ID.presence", "v2.users.ID.routingStatus"]));
        check("v2.analytics.queues.ID.observations", Some(&["v2.analytics.queues.ID.observations"]));
        check("v2.analytics.queues.ID.conversations", None);
        check("v2.routing.queues.ID.conversations.messages", Some(&["v2.routing.queues.ID.conversations.messages"]));
        for text in [
            "",
            "v2",
            "v2.detail.events.conversation.",
            "v2.detail.events.conversation.nonsense.attributes",
            "v2.detail.events.conversation.ID.attribute",
            "v2.detail.events.conversation.ID?attributes&nonsense",
            "v2.detail.events.conversation.ID?",
            "v2.users.*.conversations",
            "v2.users.*.presence",
            "v2.users.ID.routingstatus",
            "v2.users.ID",
            "v2.conversations.ID.messages",
            "V2.conversations.ID",
        ] {
            check(text, None);
        }
    }

    #[test]
    fn not4_a_topic_wants_its_events_and_no_others() {
        let id: ConversationId = ID.parse().unwrap();
        let other: ConversationId = "0190b0a1-7c1e-7d31-9d0a-2f5c3a1b7e43".parse().unwrap();
        let one = Topics::read([format!("v2.detail.events.conversation.{id}?attributes&user.start").as_str()]);
        assert!(one.want_detail(id, DetailKind::Attributes) && one.want_detail(id, DetailKind::UserStart));
        assert!(!one.want_detail(id, DetailKind::CustomerStart) && !one.want_detail(other, DetailKind::Attributes));
        assert!(one.may_want(id) && !one.may_want(other) && !one.want_conversation(id));
        let every = Topics::read(["v2.detail.events.conversation.*.customer.start", "v2.conversations.*"]);
        assert!(every.want_detail(other, DetailKind::CustomerStart) && !every.want_detail(id, DetailKind::Attributes));
        assert!(every.want_conversation(id));
        assert!(
            DetailKind::ALL
                .iter()
                .all(|kind| Topics::read([DETAIL.to_owned() + "*"].iter().map(String::as_str)).want_detail(id, *kind))
        );
    }
}
