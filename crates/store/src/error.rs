//! What can go wrong in a store, and whose turn it is.

use crate::StoredStart;

/// Why a read or an administrative write failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database can't be used now; the text is for the operator's log, never for a caller.
    #[error("the store is unavailable: {0}")]
    Unavailable(String),
    /// A record's checksum does not fit its bytes: it is never served as good.
    #[error("{record} is corrupt: its checksum does not fit; run `waybill doctor`, then restore from a backup")]
    Corrupt {
        /// Which record, by table and position.
        record: String,
    },
    /// The entity was changed by somebody else since it was read.
    #[error("{0} was changed in between; read it again and repeat the change")]
    Stale(String),
    /// A question would need more memory than it may take.
    #[error("the question is too wide: {0}")]
    TooWide(String),
    /// A name or id is taken.
    #[error("{0} exists already")]
    Exists(String),
}

/// Why a commit wrote nothing.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// The conversation moved on since it was read: reload and decide again (LOG2).
    #[error("the conversation moved on: expected event {expected}, found {found}")]
    Conflict {
        /// The number that the change was decided on.
        expected: u64,
        /// The number that stands there.
        found: u64,
    },
    /// The start token was used before: its answer is to be given again, or 409 for another body (START1).
    #[error("the start token was used before")]
    StartTokenUsed(Box<StoredStart>),
    /// The signed token was believed before (SIG5).
    #[error("the signed token was spent before")]
    TokenSpent,
    /// The job that the change fulfils is gone: somebody else did it, or it was given up or erased (LOG11).
    #[error("the job was fulfilled before, or it was given up")]
    JobGone,
    /// The disk is full; nothing was written and the store goes on.
    #[error("the disk is full; free space in the data folder")]
    Full,
    /// Anything else of the store.
    #[error(transparent)]
    Store(#[from] StoreError),
}
