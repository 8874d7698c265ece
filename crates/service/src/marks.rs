//! Delivery marks (P7, LOG5): that something of a conversation reached somebody. Kept off every hot path.

use std::{sync::Arc, time::Duration};

use moka::sync::Cache;
use tokio::sync::mpsc;
use waybill_model::{Actor, Conversation, ConversationId, Mark, OrganizationId, Principal, Time};
use waybill_store::Store;

use crate::{Caller, Service};

/// Marks that may wait to be written; beyond it they are counted and dropped, never waited for.
const WAITING: usize = 4_096;
/// Marks per write.
const GROUP: usize = 256;

pub(crate) type Noted = (OrganizationId, ConversationId, Time, Actor, Mark);

pub(crate) struct MarkRecorder {
    sender: mpsc::Sender<Noted>,
    /// One mark per conversation, revision, surface and reader: a dashboard that polls does not fill the log.
    seen: Cache<Seen, ()>,
}

/// A reader that has seen one revision on one surface.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Seen {
    conversation: ConversationId,
    revision: u64,
    surface: &'static str,
    reader: Principal,
}

impl MarkRecorder {
    pub(crate) fn start(store: Arc<dyn Store>) -> Self {
        let (sender, receiver) = mpsc::channel(WAITING);
        tokio::spawn(write_marks(store, receiver));
        let seen = Cache::builder().max_capacity(100_000).time_to_idle(Duration::from_secs(3_600)).build();
        Self { sender, seen }
    }

    /// Whether this is the first time; asked for every read, so it builds nothing.
    fn is_first(&self, seen: Seen) -> bool {
        !self.seen.contains_key(&seen) && self.seen.entry(seen).or_insert(()).is_fresh()
    }

    pub(crate) fn note(&self, noted: Noted) {
        if self.sender.try_send(noted).is_err() {
            metrics::counter!("waybill_marks_dropped_total").increment(1);
        }
    }
}

async fn write_marks(store: Arc<dyn Store>, mut receiver: mpsc::Receiver<Noted>) {
    let mut noted = Vec::with_capacity(GROUP);
    while receiver.recv_many(&mut noted, GROUP).await > 0 {
        let mut by_organization = std::collections::BTreeMap::<OrganizationId, Vec<_>>::new();
        for (organization, conversation, at, by, mark) in noted.drain(..) {
            by_organization.entry(organization).or_default().push((conversation, at, by, mark));
        }
        for (organization, marks) in by_organization {
            if let Err(error) = store.record_marks(organization, marks).await {
                tracing::warn!(%error, "delivery marks were not written");
            }
        }
    }
}

impl Service {
    /// Marks that a caller read a conversation over REST; a read by an agent that it is assigned to has shown it (LOG5).
    pub(crate) fn mark_read(&self, caller: &Caller, conversation: &Conversation, surface: &'static str) {
        let surface = if is_assigned(caller, conversation) { "shown" } else { surface };
        let (organization, id) = (conversation.organization_id, conversation.id);
        self.mark(
            organization,
            caller,
            Reached { conversation: id, revision: conversation.revision, surface, outcome: "200" },
        );
    }

    pub(crate) fn mark(&self, organization: OrganizationId, caller: &Caller, reached: Reached) {
        let Reached { conversation, revision, surface, outcome } = reached;
        let reader = caller.principal();
        if !self.inner.marks.is_first(Seen { conversation, revision, surface, reader }) {
            return;
        }
        let mark = Mark { surface: surface.to_owned(), to: who(reader), revision, outcome: outcome.to_owned() };
        let now = self.inner.ambient.now();
        self.inner.marks.note((organization, conversation, now, caller.actor(), mark));
    }
}

/// Whether the caller is a person who works on the conversation.
fn is_assigned(caller: &Caller, conversation: &Conversation) -> bool {
    caller.user_id().is_some_and(|user| {
        let mut participants = conversation.participants.iter();
        participants.any(|one| one.user_id == Some(user) && one.left_at.is_none())
    })
}

/// A reader, as marks name it.
fn who(reader: Principal) -> String {
    match reader {
        Principal::Client(id) => format!("client {id}"),
        Principal::User(id) => format!("user {id}"),
    }
}

/// What reached a reader.
pub(crate) struct Reached {
    pub(crate) conversation: ConversationId,
    pub(crate) revision: u64,
    pub(crate) surface: &'static str,
    pub(crate) outcome: &'static str,
}
