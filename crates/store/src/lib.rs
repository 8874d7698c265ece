//! Where conversations live: one log with its projections, behind one trait and one write door (LOG1).
//!
//! Only this crate knows SQL. `conformance` is the suite that every store runs.

mod analytics_store;
mod committed;
#[cfg(any(test, feature = "conformance"))]
pub mod conformance;
mod error;
mod privacy_store;
mod sqlite;
mod store;
mod work_store;

pub use analytics_store::{AnalyticsStore, FoundConversation, FoundPage};
pub use committed::Committed;
pub use error::{CommitError, StoreError};
pub use privacy_store::{DueConversations, Erasure, PrivacyStore, StartAnswer};
pub use sqlite::{
    AUDIT_BEGINNING, AuditChain, DATABASE_FILE, LOCK_FILE, OpenError, SqliteOptions, SqliteStore, StoreStatistics,
    audit_hash, folder,
};
pub use store::{
    ConversationFilter, DeliveryFilter, DeliveryOrder, EntityFilter, EntityPage, EventPage, ListOrder, LogScope,
    MessagePage, PagePosition, RefusalFilter, RefusalPosition, Revoked, Store, StoredStart,
};
pub use work_store::{ClaimedJobs, WorkStore};
