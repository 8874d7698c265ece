//! How far each side has come with what the other said: one record for many messages (WIRE16).

use waybill_engine::conversation::Going;
use waybill_model::{Actor, Conversation, ConversationId, Seen, Side, Time};

use crate::{Caller, Guest, Service, ServiceError, service::Step};

/// How far an agent has read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SeenWish {
    /// Everything that was said so far.
    Everything,
    /// Up to the message of this id.
    Message(String),
    /// Up to this time.
    Time(Time),
}

/// How far both sides of a conversation have come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeenView {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The customer, with what the business said.
    pub customer: Seen,
    /// The business, with what the customer said.
    pub business: Seen,
}

impl Service {
    /// A guest's page has shown messages up to these times; what is not further than before is nothing new.
    ///
    /// # Errors
    /// `Throttled`, `NotFound` for a conversation of somebody else.
    pub async fn guest_has_seen(
        &self,
        guest: &Guest,
        conversation: Option<&str>,
        seen: Seen,
    ) -> Result<(), ServiceError> {
        self.inner.gate.receipt(guest.entered.deployment().id, guest.token)?;
        let conversation = self.conversation_of(guest, conversation).await?;
        self.note_seen(&conversation, Actor::Guest, Side::Customer, seen).await?;
        Ok(())
    }

    /// Whoever answers has read what the customer said.
    ///
    /// # Errors
    /// `NotFound` for the conversation or the message.
    pub async fn has_read(
        &self,
        caller: &Caller,
        conversation: &str,
        wish: SeenWish,
    ) -> Result<SeenView, ServiceError> {
        let conversation = self.conversation_by_text(caller, conversation).await?;
        let up_to = match wish {
            SeenWish::Everything => conversation.last_at,
            SeenWish::Time(time) => time,
            SeenWish::Message(id) => {
                let parsed = id.parse().map_err(|_| ServiceError::not_found("message", &id))?;
                let found = self.inner.store.find_message(conversation.organization_id, parsed).await?;
                let found = found.filter(|(of, _)| *of == conversation.id);
                found.ok_or_else(|| ServiceError::not_found("message", &id))?.1.at
            }
        };
        let seen = Seen { delivered: Some(up_to), read: Some(up_to) };
        self.note_seen(&conversation, caller.actor(), Side::Business, seen).await
    }

    async fn note_seen(
        &self,
        conversation: &Conversation,
        by: Actor,
        side: Side,
        seen: Seen,
    ) -> Result<SeenView, ServiceError> {
        let now = self.inner.ambient.now();
        let changed = self
            .change(conversation.organization_id, conversation.id, |standing| {
                Ok(Step::new(Going::on(standing, by.clone(), now).seen(side, seen).finish(), ()))
            })
            .await?;
        let standing = changed.standing;
        let (customer, business) = (standing.seen_by(Side::Customer), standing.seen_by(Side::Business));
        Ok(SeenView { conversation_id: standing.id, customer, business })
    }
}
