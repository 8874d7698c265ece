//! Subscribing: each topic is judged, and the channel keeps those that are permitted (NOT4, NOT5).

use std::collections::BTreeMap;

use uuid::Uuid;
use waybill_model::{Channel, ConversationId, Permission, Queue, User};

use super::{Topic, Topics, WhichConversation, channels::GONE};
use crate::{
    Caller, Service, ServiceError,
    entities::{Act, Versioned},
};

/// Topics of one channel.
pub(super) const TOPICS: usize = 1_000;
/// Longest topic in bytes; several written as one are longer than one.
const TOPIC_BYTES: usize = 512;
/// How often a change is made anew when somebody else changed the channel in between: each time means that another change
/// got through, so that many clients may subscribe to one channel at once.
const RETRIES: usize = 32;

/// What becomes of the topics that the channel has already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subscription {
    /// They stay.
    Add,
    /// They go.
    Replace,
}

/// What was said to one topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// As it was asked for.
    pub topic: String,
    /// Why not; permitted where absent.
    pub rejection: Option<Rejection>,
}

/// Why a topic is not permitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// There is no such topic, or what it is about is not there, or private.
    #[error("notification.invalid.topic")]
    Invalid,
    /// The token lacks a right.
    #[error("missing.permissions")]
    Missing(Permission),
}

/// A channel after a change of its topics.
#[derive(Debug, Clone)]
pub struct Subscribed {
    /// The channel's inner id.
    pub channel: Uuid,
    /// Its version.
    pub version: u64,
    /// All of its topics now.
    pub topics: Topics,
    /// What was said to each topic that was asked for.
    pub judged: Vec<Judged>,
}

/// Why nothing was subscribed.
#[derive(Debug, thiserror::Error)]
pub enum SubscribeError {
    /// Some topics are not permitted.
    #[error("some of the topics are not permitted; leave them out, or ask with `ignoreErrors=true`")]
    Rejected(Vec<Judged>),
    /// More than a channel takes.
    #[error("a channel takes {TOPICS} topics; use a second channel for more")]
    TooMany,
    /// Anything else.
    #[error(transparent)]
    Service(#[from] ServiceError),
}

impl SubscribeError {
    /// How many topics a channel takes.
    pub const LIMIT: usize = TOPICS;
}

impl Service {
    /// Subscribes a channel of the caller's own; it lives by the caller's token from now on.
    ///
    /// # Errors
    /// `Rejected` when a topic is not permitted – nothing was subscribed then –, `TooMany`, `NotFound`.
    pub async fn subscribe(
        &self,
        caller: &Caller,
        id: &str,
        topics: Vec<String>,
        how: Subscription,
    ) -> Result<Subscribed, SubscribeError> {
        let judged = self.judge_topics(caller, topics).await?;
        if judged.iter().any(|one| one.rejection.is_some()) {
            return Err(SubscribeError::Rejected(judged));
        }
        let found = self.own_channel(caller, id).await?;
        self.keep_topics(caller, found, judged, how).await
    }

    /// The same; topics that are not permitted are left out and named in the answer.
    ///
    /// # Errors
    /// `TooMany`, `NotFound`.
    pub async fn subscribe_permitted(
        &self,
        caller: &Caller,
        id: &str,
        topics: Vec<String>,
        how: Subscription,
    ) -> Result<Subscribed, SubscribeError> {
        let judged = self.judge_topics(caller, topics).await?;
        let found = self.own_channel(caller, id).await?;
        self.keep_topics(caller, found, judged, how).await
    }

    /// Adds topics for a socket of the channel, which has no other name for it.
    ///
    /// # Errors
    /// As [`Service::subscribe`].
    pub async fn subscribe_over_socket(
        &self,
        caller: &Caller,
        channel: Uuid,
        topics: Vec<String>,
    ) -> Result<Subscribed, SubscribeError> {
        let judged = self.judge_topics(caller, topics).await?;
        if judged.iter().any(|one| one.rejection.is_some()) {
            return Err(SubscribeError::Rejected(judged));
        }
        let found = self.find_entity::<Channel>(caller.organization_id(), channel).await?.ok_or(GONE)?;
        self.keep_topics(caller, found, judged, Subscription::Add).await
    }

    /// The topics of a channel of the caller's own.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn list_subscriptions(&self, caller: &Caller, id: &str) -> Result<Vec<String>, ServiceError> {
        Ok(self.own_channel(caller, id).await?.entity.topics)
    }

    async fn keep_topics(
        &self,
        caller: &Caller,
        mut found: Versioned<Channel>,
        judged: Vec<Judged>,
        how: Subscription,
    ) -> Result<Subscribed, SubscribeError> {
        for _ in 0..RETRIES {
            let channel = &mut found.entity;
            if how == Subscription::Replace {
                channel.topics.clear();
            }
            for one in judged.iter().filter(|one| one.rejection.is_none()) {
                if !channel.topics.contains(&one.topic) {
                    channel.topics.push(one.topic.clone());
                }
            }
            let count: usize =
                channel.topics.iter().filter_map(|topic| Topic::read_all(topic)).map(|all| all.len()).sum();
            if count > TOPICS {
                return Err(SubscribeError::TooMany);
            }
            channel.token = caller.token();
            channel.touched_at = self.inner.ambient.now();
            channel.expires_at = self.channel_end();
            let act = Act::of(caller, "channel.subscribed", channel.id).saying(format!("{count} topics"));
            match self.update_entity(&found, act).await {
                Ok(()) => {
                    let Versioned { entity: channel, version } = &found;
                    let topics = Topics::read(channel.topics.iter().map(String::as_str));
                    return Ok(Subscribed { channel: channel.id, version: version + 1, topics, judged });
                }
                Err(ServiceError::Stale(_)) => {
                    let again = self.find_entity::<Channel>(caller.organization_id(), found.entity.id).await?;
                    found = again.ok_or(GONE)?;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(ServiceError::busy("32 changes in a row of one channel").into())
    }

    async fn judge_topics(&self, caller: &Caller, topics: Vec<String>) -> Result<Vec<Judged>, SubscribeError> {
        if topics.len() > TOPICS {
            return Err(SubscribeError::TooMany);
        }
        let mut judged = Vec::with_capacity(topics.len());
        // Several topics of one conversation cost one look.
        let mut seen = BTreeMap::new();
        for topic in topics {
            let rejection = self.judge_topic(caller, &topic, &mut seen).await?;
            judged.push(Judged { topic: crate::error::cut(&topic, TOPIC_BYTES), rejection });
        }
        Ok(judged)
    }

    async fn judge_topic(
        &self,
        caller: &Caller,
        text: &str,
        seen: &mut BTreeMap<ConversationId, Option<Rejection>>,
    ) -> Result<Option<Rejection>, ServiceError> {
        let topics = if text.len() <= TOPIC_BYTES { Topic::read_all(text) } else { None };
        let Some(topics) = topics else { return Ok(Some(Rejection::Invalid)) };
        for topic in topics {
            let rejection = match topic {
                Topic::Detail(WhichConversation::Every, _) | Topic::Conversation(WhichConversation::Every) => None,
                Topic::Detail(WhichConversation::One(id), _) | Topic::Conversation(WhichConversation::One(id)) => {
                    match seen.get(&id) {
                        Some(rejection) => *rejection,
                        None => {
                            let rejection = self.judge_conversation(caller, id).await?;
                            seen.insert(id, rejection);
                            rejection
                        }
                    }
                }
                Topic::UserConversations(id)
                | Topic::UserMessages(id)
                | Topic::UserPresence(id)
                | Topic::UserStatus(id)
                    if caller.user_id() == Some(id) =>
                {
                    None
                }
                Topic::UserPresence(id) | Topic::UserStatus(id) => {
                    let found = self.find_entity::<User>(caller.organization_id(), id.uuid()).await?;
                    judge_division(caller, found.map(|found| found.entity.division_id), Permission::UserView)
                }
                Topic::UserConversations(id) | Topic::UserMessages(id) => {
                    let found = self.find_entity::<User>(caller.organization_id(), id.uuid()).await?;
                    let division = found.map(|found| found.entity.division_id);
                    judge_division(caller, division, Permission::ConversationView)
                }
                Topic::QueueConversations(id) | Topic::QueueMessages(id) => {
                    let found = self.find_entity::<Queue>(caller.organization_id(), id.uuid()).await?;
                    let division = found.map(|found| found.entity.division_id);
                    judge_division(caller, division, Permission::QueueView)
                }
                Topic::QueueObservations(id) => {
                    let found = self.find_entity::<Queue>(caller.organization_id(), id.uuid()).await?;
                    let division = found.map(|found| found.entity.division_id);
                    judge_division(caller, division, Permission::QueueObservationView)
                }
            };
            if rejection.is_some() {
                return Ok(rejection);
            }
        }
        Ok(None)
    }

    async fn judge_conversation(&self, caller: &Caller, id: ConversationId) -> Result<Option<Rejection>, ServiceError> {
        match self.conversation_by_text(caller, &id.to_string()).await {
            Ok(_) => Ok(None),
            Err(ServiceError::NotFound { .. }) => Ok(Some(Rejection::Invalid)),
            Err(error) => Err(error),
        }
    }
}

/// Whether a caller has a right over what is of a division; what is not there is told like what is elsewhere.
fn judge_division(
    caller: &Caller,
    division: Option<waybill_model::DivisionId>,
    permission: Permission,
) -> Option<Rejection> {
    let Ok(acting) = caller.acting(&[permission]) else { return Some(Rejection::Missing(permission)) };
    match division {
        Some(division) if acting.divisions().contain(division) => None,
        Some(_) | None => Some(Rejection::Invalid),
    }
}
