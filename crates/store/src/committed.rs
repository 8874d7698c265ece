//! The proof that something was stored (P2).

use std::sync::Arc;

use waybill_model::{Conversation, Cursor, Event};

/// What a commit stored. Only a store can make one: an answer that needs it can't be given too early.
#[derive(Debug, Clone)]
pub struct Committed {
    events: Vec<Arc<Event>>,
    conversation: Arc<Conversation>,
    cursor: Cursor,
}

impl Committed {
    /// Called by a store after its database has synced the transaction, never before.
    pub(crate) fn new(events: Vec<Arc<Event>>, conversation: Arc<Conversation>, cursor: Cursor) -> Self {
        Self { events, conversation, cursor }
    }

    /// The events with their log positions.
    #[must_use]
    pub fn events(&self) -> &[Arc<Event>] {
        &self.events
    }

    /// The conversation as it now stands.
    #[must_use]
    pub fn conversation(&self) -> &Arc<Conversation> {
        &self.conversation
    }

    /// The log position of the last event.
    #[must_use]
    pub const fn cursor(&self) -> Cursor {
        self.cursor
    }
}
