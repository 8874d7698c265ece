//! Export of everything: pages in a stable order, each resumed by where the page before ended.

use std::sync::Arc;

use waybill_model::{
    Attribute, Conversation, ConversationId, Cursor, DivisionId, Event, EventBody, Message, ParticipantId, Purpose,
    Time,
};
use waybill_store::{ConversationFilter, ListOrder, LogScope, PagePosition};

use crate::{Caller, Service, ServiceError, stream::revision_in, stream_view::StreamView};

/// Conversations per read.
const PAGE: u32 = 100;
/// Records of the log per read, and how many reads one page takes at most.
const LOOK: u32 = 500;
const LOOKS: usize = 10;

/// What is exported.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ExportQuery {
    /// Started (events: happened) at or after.
    pub from: Option<Time>,
    /// Before.
    pub to: Option<Time>,
    /// Where the page before ended.
    pub after: Option<ExportPosition>,
    /// At most about so many rows: a conversation's own rows are not torn apart, but for messages.
    pub limit: u32,
}

/// Where an export goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportPosition {
    /// After a conversation.
    Conversation(PagePosition),
    /// After a record of the log within a conversation.
    Within(PagePosition, u64),
    /// After a record of the log.
    Log(u64),
}

/// A page of an export.
#[derive(Debug, Clone)]
pub struct Exported<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Where to go on; absent at the end.
    pub next: Option<ExportPosition>,
}

/// A conversation.
#[derive(Debug, Clone)]
pub struct ExportedConversation {
    /// It, as the caller may see it.
    pub conversation: Arc<Conversation>,
    /// Its division.
    pub division_id: Option<DivisionId>,
}

/// A stored value.
#[derive(Debug, Clone, PartialEq)]
pub struct ExportedAttribute {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// When it started.
    pub started_at: Time,
    /// Whose context.
    pub participant_id: ParticipantId,
    /// The part that whoever it is plays.
    pub purpose: Purpose,
    /// The canonical key.
    pub key: String,
    /// The value with everything about it; masked where the caller may not see it.
    pub attribute: Attribute,
    /// Whether it is masked.
    pub masked: bool,
}

/// A message.
#[derive(Debug, Clone, PartialEq)]
pub struct ExportedMessage {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// It.
    pub message: Message,
}

/// A record of the log.
#[derive(Debug, Clone)]
pub struct ExportedEvent {
    /// It, as the caller may see it.
    pub event: Arc<Event>,
    /// Its place.
    pub cursor: Cursor,
    /// The context revision after it.
    pub revision: u64,
}

impl Service {
    /// A page of conversations, the earliest start first.
    ///
    /// # Errors
    /// When the store can't be read.
    pub async fn export_conversations(
        &self,
        caller: &Caller,
        query: ExportQuery,
    ) -> Result<Exported<ExportedConversation>, ServiceError> {
        let (found, next) = self.export_page(caller, query, query.limit.clamp(1, PAGE)).await?;
        let mut rows = Vec::with_capacity(found.len());
        for conversation in found {
            let division_id = self.division_of(conversation.deployment_id).await?;
            rows.push(ExportedConversation { conversation: self.shown(caller, &conversation).await?, division_id });
        }
        Ok(Exported { rows, next })
    }

    /// A page of stored values, in the order of their conversations, participants and keys.
    ///
    /// # Errors
    /// When the store can't be read.
    pub async fn export_attributes(
        &self,
        caller: &Caller,
        query: ExportQuery,
    ) -> Result<Exported<ExportedAttribute>, ServiceError> {
        // Few conversations have more keys than this.
        let (found, next) = self.export_page(caller, query, (query.limit / 10).clamp(1, PAGE)).await?;
        let mut rows = Vec::new();
        for conversation in found {
            let veil = self.veil(caller, conversation.deployment_id, conversation.policy_version).await?;
            let shown = self.shown(caller, &conversation).await?;
            for participant in &shown.participants {
                rows.extend(participant.context.stored.iter().map(|(key, attribute)| ExportedAttribute {
                    conversation_id: shown.id,
                    started_at: shown.started_at,
                    participant_id: participant.id,
                    purpose: participant.purpose,
                    key: key.clone(),
                    attribute: attribute.clone(),
                    masked: veil.hides(key),
                }));
            }
        }
        Ok(Exported { rows, next })
    }

    /// A page of messages, in the order of their conversations and times.
    ///
    /// # Errors
    /// When the store can't be read.
    pub async fn export_messages(
        &self,
        caller: &Caller,
        query: ExportQuery,
    ) -> Result<Exported<ExportedMessage>, ServiceError> {
        let wanted = query.limit.max(1) as usize;
        let mut rows = Vec::new();
        let mut after = query.after;
        if let Some(ExportPosition::Within(place, seq)) = after {
            let id = place.id;
            // Somebody else's conversation can't be named by a cursor that was changed by hand.
            if self.conversation_by_text(caller, &id.to_string()).await.is_ok()
                && let Some(next) = self.messages_of(caller, place, seq, wanted, &mut rows).await?
            {
                return Ok(Exported { rows, next: Some(next) });
            }
            after = Some(ExportPosition::Conversation(place));
        }
        let (found, next) = self.export_page(caller, ExportQuery { after, ..query }, PAGE).await?;
        for conversation in &found {
            if rows.len() >= wanted {
                return Ok(Exported { rows, next: after });
            }
            let place = PagePosition { started_at: conversation.started_at, id: conversation.id };
            if let Some(next) = self.messages_of(caller, place, 0, wanted, &mut rows).await? {
                return Ok(Exported { rows, next: Some(next) });
            }
            after = Some(ExportPosition::Conversation(place));
        }
        Ok(Exported { rows, next })
    }

    /// Appends a conversation's messages after a record; where to go on when the page is full before its end.
    async fn messages_of(
        &self,
        caller: &Caller,
        place: PagePosition,
        mut after: u64,
        wanted: usize,
        rows: &mut Vec<ExportedMessage>,
    ) -> Result<Option<ExportPosition>, ServiceError> {
        loop {
            let scope = LogScope::Conversation(place.id);
            let page = self.inner.store.list_events(caller.organization_id(), scope, after, LOOK).await?;
            let is_last = page.events.len() < LOOK as usize;
            for event in page.events {
                if rows.len() >= wanted {
                    return Ok(Some(ExportPosition::Within(place, after)));
                }
                after = event.seq;
                if let EventBody::MessageAdded { message } = &event.body {
                    rows.push(ExportedMessage { conversation_id: place.id, message: Message::clone(message) });
                }
            }
            if is_last {
                return Ok(None);
            }
        }
    }

    /// A page of the log, in its order.
    ///
    /// # Errors
    /// When the store can't be read.
    pub async fn export_events(
        &self,
        caller: &Caller,
        query: ExportQuery,
    ) -> Result<Exported<ExportedEvent>, ServiceError> {
        let (organization, wanted) = (caller.organization_id(), query.limit.clamp(1, 1_000) as usize);
        let mut after = match query.after {
            Some(ExportPosition::Log(after)) => after,
            Some(ExportPosition::Conversation(_) | ExportPosition::Within(..)) | None => 0,
        };
        let mut view = StreamView::new(Some(caller.clone()));
        let mut rows = Vec::new();
        for _ in 0..LOOKS {
            let page = self.inner.store.list_events(organization, LogScope::Organization, after, LOOK).await?;
            let is_last = page.events.len() < LOOK as usize;
            for event in page.events {
                if rows.len() == wanted {
                    return Ok(Exported { rows, next: Some(ExportPosition::Log(after)) });
                }
                after = event.seq;
                let is_in_time =
                    query.from.is_none_or(|from| event.at >= from) && query.to.is_none_or(|to| event.at < to);
                if !is_in_time {
                    continue;
                }
                let Some(shown) = Box::pin(view.show(self, &event)).await? else { continue };
                let revision = match revision_in(&event.body) {
                    Some(revision) => revision,
                    None => self.stored_revision_of(organization, &event).await?,
                };
                let cursor = Cursor { epoch: self.inner.store.epoch(), seq: event.seq };
                rows.push(ExportedEvent { event: shown, cursor, revision });
            }
            if is_last {
                return Ok(Exported { rows, next: None });
            }
        }
        Ok(Exported { rows, next: Some(ExportPosition::Log(after)) })
    }

    async fn export_page(
        &self,
        caller: &Caller,
        query: ExportQuery,
        limit: u32,
    ) -> Result<(Vec<Arc<Conversation>>, Option<ExportPosition>), ServiceError> {
        let ExportQuery { from, to, after, limit: _ } = query;
        let after = match after {
            Some(ExportPosition::Conversation(place) | ExportPosition::Within(place, _)) => Some(place),
            Some(ExportPosition::Log(_)) | None => None,
        };
        let filter = ConversationFilter { from, to, order: ListOrder::OldestFirst, ..ConversationFilter::default() };
        let (found, next) = self.list_reached(caller, filter, after, limit).await?;
        Ok((found, next.map(ExportPosition::Conversation)))
    }
}
