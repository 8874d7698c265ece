//! What customers say of a conversation when it is over (WIRE15).

use waybill_engine::conversation::Going;
use waybill_model::{Actor, Conversation, ConversationId, Rating, SatisfactionQuestion, Time};

use crate::{Caller, Guest, Service, ServiceError, deployments::Ready, routing::check_text, service::Step};

/// How long after the end a customer can rate, in milliseconds: a day.
const OPEN_MS: i64 = 24 * 3_600_000;
/// Longest comment, in bytes.
const COMMENT: usize = 2_000;

/// A rating as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RatingWish {
    /// Of which conversation of the session; the latest one where absent.
    pub conversation: Option<String>,
    /// The score.
    pub score: u8,
    /// In the customer's words.
    pub comment: Option<String>,
}

/// What is known of a conversation's rating.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RatingView {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// How it stands.
    pub state: RatingState,
    /// The rating.
    pub rating: Option<Rating>,
}

/// Why there is a rating, or none (P6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RatingState {
    /// The customer has rated.
    Rated,
    /// The deployment does not ask.
    NotAsked,
    /// The conversation goes on.
    NotYet,
    /// The customer can still rate.
    Open,
    /// The time for it went by.
    Over,
}

impl Ready {
    /// What its customers are asked at the end.
    pub(crate) fn satisfaction(&self) -> Option<&SatisfactionQuestion> {
        self.shown.as_ref().and_then(|shown| shown.content.satisfaction.as_ref())
    }
}

impl Service {
    /// Takes a guest's rating of a conversation of its session that has ended; the latest one counts.
    ///
    /// # Errors
    /// `Throttled`, `Invalid`, `NotFound` for a conversation of somebody else, `WrongState` where nobody asked, before the end
    /// and later than a day after it.
    pub async fn rate_conversation(
        &self,
        guest: &Guest,
        wish: RatingWish,
    ) -> Result<(ConversationId, Rating), ServiceError> {
        let RatingWish { conversation, score, comment } = wish;
        self.inner.gate.message(guest.entered.deployment().id, guest.token)?;
        if !(Rating::WORST..=Rating::BEST).contains(&score) {
            return Err(ServiceError::Invalid {
                field: "score",
                rule: format!("must be {} to {}", Rating::WORST, Rating::BEST),
                remedy: "send a whole number of stars".to_owned(),
            });
        }
        let comment = comment.unwrap_or_default();
        check_text("comment", &comment, COMMENT)?;
        if self.present(guest).await?.satisfaction().is_none() {
            return Err(refused(
                "the deployment",
                "does not ask for ratings",
                "switch `satisfaction` on in its configuration",
            ));
        }
        let rated = self.conversation_of(guest, conversation.as_deref()).await?;
        let now = self.inner.ambient.now();
        let changed = self
            .change(rated.organization_id, rated.id, |standing| {
                check_open(standing, now)?;
                let going = Going::on(standing, Actor::Guest, now).rate(score, comment.trim().to_owned());
                Ok(Step::new(going.finish(), ()))
            })
            .await?;
        let rating = changed.standing.beside.as_ref().and_then(|beside| beside.rating.clone());
        let rating = rating.ok_or_else(|| ServiceError::Bug("a rating was not written".to_owned()))?;
        Ok((rated.id, rating))
    }

    /// What a guest is asked at the end, where its deployment asks.
    ///
    /// # Errors
    /// `InactiveDeployment`, or the store's.
    pub async fn asked_at_the_end(&self, guest: &Guest) -> Result<Option<SatisfactionQuestion>, ServiceError> {
        Ok(self.present(guest).await?.satisfaction().cloned())
    }

    /// How the customer rated a conversation, or why there is no rating.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn get_rating(&self, caller: &Caller, conversation: &str) -> Result<RatingView, ServiceError> {
        let conversation = self.conversation_by_text(caller, conversation).await?;
        let rating = conversation.beside.as_ref().and_then(|beside| beside.rating.clone());
        let state = match (&rating, check_open(&conversation, self.inner.ambient.now())) {
            (Some(_), _) => RatingState::Rated,
            (None, _) if conversation.session_id.is_none() || !self.asks(&conversation).await? => RatingState::NotAsked,
            (None, _) if conversation.ended_at.is_none() => RatingState::NotYet,
            (None, Ok(())) => RatingState::Open,
            (None, Err(_)) => RatingState::Over,
        };
        Ok(RatingView { conversation_id: conversation.id, state, rating })
    }

    /// A conversation of the guest's live session: the one that is named, or the latest.
    pub(crate) async fn conversation_of(
        &self,
        guest: &Guest,
        id: Option<&str>,
    ) -> Result<std::sync::Arc<Conversation>, ServiceError> {
        let live = self.live_session(guest).await?;
        let live = live.ok_or_else(|| ServiceError::not_found("conversation", "of this session"))?;
        let Some(id) = id else { return Ok(live.conversation) };
        let not_found = || ServiceError::not_found("conversation", id);
        let parsed: ConversationId = id.parse().map_err(|_| not_found())?;
        let found = self.inner.store.find_conversation(live.session.organization_id, parsed).await?;
        found.filter(|found| found.session_id == Some(live.session.id)).ok_or_else(not_found)
    }

    async fn asks(&self, conversation: &Conversation) -> Result<bool, ServiceError> {
        let ready = self.find_ready(conversation.deployment_id).await?;
        Ok(ready.is_some_and(|ready| ready.satisfaction().is_some()))
    }
}

fn check_open(conversation: &Conversation, now: Time) -> Result<(), ServiceError> {
    match conversation.ended_at {
        None => Err(refused("the conversation", "has not ended", "rate it when it is over")),
        Some(ended) if ended.plus_millis(OPEN_MS) < now => {
            Err(refused("the conversation", "ended more than a day ago", "rate the next one"))
        }
        Some(_) => Ok(()),
    }
}

fn refused(what: &str, rule: &str, remedy: &str) -> ServiceError {
    ServiceError::WrongState { what: what.to_owned(), rule: rule.to_owned(), remedy: remedy.to_owned() }
}
