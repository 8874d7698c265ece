//! Delivery marks (P7, LOG5): that something of a conversation reached somebody. Kept off every hot path.

use std::{sync::Arc, time::Duration};

use moka::sync::Cache;
use tokio::sync::mpsc;
use waybill_model::{Actor, Conversation, ConversationId, Mark, OrganizationId, Time};
use waybill_store::Store;

use crate::{Caller, Service};

/// Marks that may wait to be written; beyond it they are counted and dropped, never waited for.
const WAITING: usize = 4_096;
/// Marks per write.
const GROUP: usize = 256;

type Noted = (OrganizationId, ConversationId, Time, Actor, Mark);

pub(crate) struct MarkRecorder {
    sender: mpsc::Sender<Noted>,
    /// One mark per conversation, revision, surface and reader: a dashboard that polls does not fill the log.
    seen: Cache<(ConversationId, u64, String, String), ()>,
}

impl MarkRecorder {
    pub(crate) fn start(store: Arc<dyn Store>) -> Self {
        let (sender, receiver) = mpsc::channel(WAITING);
        tokio::spawn(write_marks(store, receiver));
        let seen = Cache::builder().max_capacity(100_000).time_to_idle(Duration::from_secs(3_600)).build();
        Self { sender, seen }
    }

    fn note(&self, noted: Noted) {
        let (_, conversation, _, _, mark) = &noted;
        let key = (*conversation, mark.revision, mark.surface.clone(), mark.to.clone());
        if !self.seen.entry(key).or_insert(()).is_fresh() {
            return;
        }
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
    /// Marks that a caller read a conversation over REST.
    pub(crate) fn mark_read(&self, caller: &Caller, conversation: &Conversation, surface: &str) {
        self.mark(conversation.organization_id, conversation.id, caller, Mark {
            surface: surface.to_owned(),
            to: format!("client {}", caller.client_id()),
            revision: conversation.revision,
            outcome: "200".to_owned(),
        });
    }

    pub(crate) fn mark(&self, organization: OrganizationId, conversation: ConversationId, caller: &Caller, mark: Mark) {
        let now = self.inner.ambient.now();
        self.inner.marks.note((organization, conversation, now, Actor::Client(caller.client_id()), mark));
    }
}
