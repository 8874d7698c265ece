//! What can go wrong inside the engine, before it is told to a caller.

use rusqlite::ErrorCode;

use crate::StoreError;

/// SQLite's own error, or one that is meant for the caller.
#[derive(Debug)]
pub(super) enum Fault {
    Sqlite(rusqlite::Error),
    Store(StoreError),
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Store(error) => error,
            Fault::Sqlite(error) => match error.sqlite_error_code() {
                Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                    Self::Corrupt { record: "a page of the database file".to_owned() }
                }
                Some(_) | None => Self::Unavailable(error.to_string()),
            },
        }
    }
}

/// What a failure of SQLite means for the transaction that it met, and for the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gravity {
    /// This job's own failure.
    Job,
    /// No room: the whole group is rolled back, the store goes on.
    Full,
    /// The disk or the file can't be trusted any more: the store stops.
    Fatal,
}

/// Judges an error of the writer's connection.
pub(super) fn gravity(error: &rusqlite::Error) -> Gravity {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => Gravity::Full,
        Some(
            ErrorCode::SystemIoFailure
            | ErrorCode::DatabaseCorrupt
            | ErrorCode::NotADatabase
            | ErrorCode::CannotOpen
            | ErrorCode::ReadOnly
            | ErrorCode::FileLockingProtocolFailed,
        ) => Gravity::Fatal,
        Some(_) | None => Gravity::Job,
    }
}

/// For payloads that can't be written as JSON, and changes that break the rules of the log.
pub(super) fn malformed(what: impl std::fmt::Display) -> StoreError {
    StoreError::Unavailable(format!("a change was refused because it is malformed: {what}"))
}
