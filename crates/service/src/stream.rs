//! Reading the log as it grows: recovery and live delivery are the same code (P4).

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
    time::Duration,
};

use tokio::time::{Instant, timeout_at};
use waybill_bus::{Heard, Listener, Scope, Whisper};
use waybill_model::{ConversationId, Cursor, Event, EventBody, OrganizationId};
use waybill_store::{EventPage, LogScope};

use crate::{Caller, Guest, Service, ServiceError, marks::Reached, stream_view::StreamView};

/// A reader looks at the log this long after it last heard or found something: lost bells delay, never lose.
const LOOK: Duration = Duration::from_secs(5);
/// The longest that it waits in the end. Each look that finds nothing doubles the wait, or thousands who follow quiet
/// conversations would do little else than look.
const LONGEST_LOOK: Duration = Duration::from_secs(40);
/// Events per read.
const PAGE: u32 = 200;
/// Conversations whose revision a reader remembers.
const REVISIONS: usize = 10_000;

/// Where a stream begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StreamStart {
    /// After this cursor.
    After(Cursor),
    /// At the beginning of the log.
    Beginning,
    /// With what happens from now on.
    Now,
}

/// What a reader delivers.
#[derive(Debug, Clone)]
pub enum StreamItem {
    /// The next event.
    Event(Arc<Event>),
    /// Something ephemeral: no position, never stored.
    Whisper(Arc<Whisper>),
}

/// A consumer of the log.
pub struct EventReader {
    service: Service,
    organization_id: OrganizationId,
    scope: LogScope,
    position: u64,
    /// The position up to which `ready` tells everything.
    reached: u64,
    ready: VecDeque<Arc<Event>>,
    listener: Box<dyn Listener>,
    /// Whether there may be something to read.
    is_behind: bool,
    /// When to read although no bell rang, and how long after that again.
    look_at: Instant,
    patience: Duration,
    /// What its reader may see, and who that is, for delivery marks; guests leave none.
    view: StreamView,
    /// Context revisions of the conversations that were read lately.
    revisions: HashMap<ConversationId, u64>,
}

impl EventReader {
    /// Waits for the next item. Safe to drop at any time: what was not returned is delivered again.
    ///
    /// # Errors
    /// The store's; the caller may try again.
    pub async fn next(&mut self) -> Result<StreamItem, ServiceError> {
        loop {
            if let Some(event) = self.ready.front() {
                // Judged before it is taken out: dropped in between, it is delivered again.
                // Boxed, and spared to guests, who see all of what is theirs: every idle socket would keep room for it.
                let shown = match self.view.reader() {
                    Some(_) => Box::pin(self.view.show(&self.service, event)).await?,
                    None => Some(Arc::clone(event)),
                };
                let Some(event) = self.ready.pop_front() else { continue };
                self.position = event.seq;
                let Some(shown) = shown else { continue };
                self.mark(&shown);
                return Ok(StreamItem::Event(shown));
            }
            // What was delivered is everything up to here.
            self.position = self.position.max(self.reached);
            if self.is_behind {
                Box::pin(self.read()).await?;
                continue;
            }
            match timeout_at(self.look_at, self.listener.heard()).await {
                Ok(Heard::Whisper(whisper)) => return Ok(StreamItem::Whisper(whisper)),
                Ok(Heard::Bell(seq)) => self.is_behind = seq > self.position,
                Err(_) => {
                    self.is_behind = true;
                    self.patience = (self.patience * 2).min(LONGEST_LOOK);
                }
            }
        }
    }

    /// Reads a page of the log.
    async fn read(&mut self) -> Result<(), ServiceError> {
        let store = &self.service.inner.store;
        let EventPage { events, reached } =
            store.list_events(self.organization_id, self.scope, self.position, PAGE).await?;
        // A page that is not full goes up to the newest record; whatever is newer than that rings the bell.
        self.is_behind = events.len() >= PAGE as usize;
        self.reached = reached;
        if !events.is_empty() {
            self.patience = LOOK;
            self.ready = events.into();
        }
        self.look_at = Instant::now() + self.patience;
        Ok(())
    }

    /// The context revision of an event's conversation after that event (LOG3).
    ///
    /// # Errors
    /// The store's.
    pub async fn revision_of(&mut self, event: &Event) -> Result<u64, ServiceError> {
        let id = event.conversation_id;
        let known = match revision_in(&event.body) {
            Some(revision) => Some(revision),
            None => self.revisions.get(&id).copied(),
        };
        let revision = match known {
            Some(revision) => revision,
            None => self.service.stored_revision_of(self.organization_id, event).await?,
        };
        if matches!(event.body, EventBody::Ended { .. }) {
            self.revisions.remove(&id);
        } else {
            if self.revisions.len() >= REVISIONS {
                self.revisions.clear();
            }
            self.revisions.insert(id, revision);
        }
        Ok(revision)
    }

    /// Goes on as the same reader with the rights that it has now.
    pub fn go_on_as(&mut self, caller: Caller) {
        self.view = StreamView::new(Some(caller));
    }

    /// The cursor after the last item that was returned.
    #[must_use]
    pub fn cursor(&self) -> Cursor {
        self.cursor_of(self.position)
    }

    /// The cursor of one position.
    #[must_use]
    pub fn cursor_of(&self, seq: u64) -> Cursor {
        Cursor { epoch: self.service.inner.store.epoch(), seq }
    }

    /// P7: that the context reached a stream is worth a mark; messages are not.
    fn mark(&self, event: &Event) {
        let (Some(revision), Some(reader)) = (revision_in(&event.body), self.view.reader()) else { return };
        let reached = Reached { conversation: event.conversation_id, revision, surface: "events", outcome: "sent" };
        self.service.mark(event.organization_id, reader, reached);
    }
}

/// The context revision that an event itself names.
pub(crate) const fn revision_in(body: &EventBody) -> Option<u64> {
    match body {
        EventBody::Started { conversation, .. } => Some(conversation.revision),
        EventBody::AttributesChanged { revision, .. } => Some(*revision),
        EventBody::MessageAdded { .. }
        | EventBody::ParticipantJoined { .. }
        | EventBody::ParticipantLeft { .. }
        | EventBody::ParticipantConnected { .. }
        | EventBody::FlowStepped(_)
        | EventBody::Routed(_)
        | EventBody::WrappedUp { .. }
        | EventBody::NoteAdded { .. }
        | EventBody::Rated { .. }
        | EventBody::SeenUpTo { .. }
        | EventBody::Ended { .. }
        | EventBody::Erased { .. }
        | EventBody::Mark(_) => None,
    }
}

impl Service {
    /// Follows the whole organization's log, or one conversation's.
    ///
    /// # Errors
    /// `NotFound` for the conversation, `CursorGone` for a cursor of another epoch or one that is too old.
    pub async fn read_events(
        &self,
        caller: &Caller,
        conversation: Option<&str>,
        start: StreamStart,
    ) -> Result<EventReader, ServiceError> {
        let organization_id = caller.organization_id();
        let id = match conversation {
            Some(text) => Some(self.conversation_by_text(caller, text).await?.id),
            None => None,
        };
        let position = self.position_of(start).await?;
        Ok(self.reader(organization_id, id, position, Some(caller.clone())))
    }

    /// Follows a guest's conversation from a position that an answer gave.
    #[must_use]
    pub fn read_as_guest(&self, guest: &Guest, conversation: ConversationId, after: u64) -> EventReader {
        self.reader(guest.organization_id(), Some(conversation), after, None)
    }

    /// The cursor of now.
    ///
    /// # Errors
    /// The store's.
    pub async fn present_cursor(&self) -> Result<Cursor, ServiceError> {
        self.newest_cursor().await
    }

    pub(crate) fn reader(
        &self,
        organization_id: OrganizationId,
        conversation: Option<ConversationId>,
        position: u64,
        reader: Option<Caller>,
    ) -> EventReader {
        // Listening comes before the first read: nothing can fall between the two.
        let (scope, heard) = match conversation {
            Some(id) => (LogScope::Conversation(id), Scope::Conversation(organization_id, id)),
            None => (LogScope::Organization, Scope::Organization(organization_id)),
        };
        let listener = self.inner.bus.listen(heard);
        EventReader {
            service: self.clone(),
            organization_id,
            scope,
            position,
            reached: position,
            ready: VecDeque::new(),
            listener,
            is_behind: true,
            look_at: Instant::now() + LOOK,
            patience: LOOK,
            view: StreamView::new(reader),
            revisions: HashMap::new(),
        }
    }

    /// The context revision after an event, for a reader who did not read what came before it.
    pub(crate) async fn stored_revision_of(
        &self,
        organization: OrganizationId,
        event: &Event,
    ) -> Result<u64, ServiceError> {
        let (store, id) = (&self.inner.store, event.conversation_id);
        let standing = store.find_conversation(organization, id).await?;
        if let Some(standing) = standing.filter(|standing| standing.seq == event.conversation_seq) {
            return Ok(standing.revision);
        }
        // The conversation went on since: its own log knows.
        let log = store.list_conversation_log(organization, id).await?;
        let until = log.iter().take_while(|earlier| earlier.seq <= event.seq);
        Ok(until.filter_map(|earlier| revision_in(&earlier.body)).last().unwrap_or(0))
    }

    pub(crate) async fn position_of(&self, start: StreamStart) -> Result<u64, ServiceError> {
        let store = &self.inner.store;
        let oldest = store.oldest_position().await?;
        match start {
            StreamStart::Now => Ok(store.newest_position().await?),
            StreamStart::Beginning => Ok(oldest),
            StreamStart::After(cursor) => {
                let newest = store.newest_position().await?;
                if cursor.epoch != store.epoch() || cursor.seq < oldest || cursor.seq > newest {
                    let begin = Cursor { epoch: store.epoch(), seq: oldest }.to_string();
                    return Err(ServiceError::CursorGone { begin });
                }
                Ok(cursor.seq)
            }
        }
    }
}
