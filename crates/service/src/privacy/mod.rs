//! Privacy: erasure, export and retention of what is known of customers (PRIV1–PRIV9).

mod erase;
mod exports;
mod requests;
mod retention;
mod subject;
mod worker;

use std::sync::Arc;

use tokio::sync::{Mutex, Notify, watch};

pub use exports::{
    ExportPosition, ExportQuery, Exported, ExportedAttribute, ExportedConversation, ExportedEvent, ExportedMessage,
};
pub use requests::{CertificatePage, PrivacyWish, SubjectWish, WishedSubject};
pub use subject::SubjectBundle;

/// What privacy shares between its use cases.
pub(crate) struct Desk {
    /// Rung when a request was made.
    asked: Arc<Notify>,
    /// Held while requests are worked on, or retention looks: one at a time.
    working: Mutex<retention::Sweeps>,
    /// Moves after every erasure: whoever remembers what was told forgets it.
    erased: watch::Sender<u64>,
}

impl Default for Desk {
    fn default() -> Self {
        Self { asked: Arc::default(), working: Mutex::default(), erased: watch::Sender::new(0) }
    }
}

impl crate::Service {
    /// Moves after every erasure: whoever remembers what was told forgets it.
    #[must_use]
    pub fn erasures(&self) -> watch::Receiver<u64> {
        self.inner.privacy.erased.subscribe()
    }
}
