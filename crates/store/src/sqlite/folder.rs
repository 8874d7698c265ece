//! What works on a data folder without the server: `doctor`, `backup`, `restore` (LOG10).

mod backup;
mod doctor;

use std::path::{Path, PathBuf};

pub use backup::{BackupReport, CHECKSUM_ENDING, RestoreReport, backup, restore};
pub use doctor::{DoctorReport, Findings, doctor, doctor_file};

use super::open::OpenError;

/// Why a folder tool did not finish.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// The folder or its database could not be opened, or is in use.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// There is no database.
    #[error("there is no database at `{}`", .0.display())]
    NoDatabase(PathBuf),
    /// The schema is an older one, which only a server brings forward.
    #[error("the database has schema {found}, this program works on {known}; start the server once, it migrates")]
    OlderSchema {
        /// The schema that stands there.
        found: i64,
        /// The schema of this program.
        known: i64,
    },
    /// Something stands where the result belongs.
    #[error("`{}` exists already; choose another name, nothing is overwritten", .0.display())]
    Exists(PathBuf),
    /// A restore wants an empty folder.
    #[error("the folder `{}` is not empty; restore into a new one", .0.display())]
    NotEmpty(PathBuf),
    /// The file's checksum is missing or does not fit.
    #[error("`{}` is not what was backed up: {reason}", file.display())]
    Checksum {
        /// The backup.
        file: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The doctor found faults in it.
    #[error("`{}` has {} faults, the first: {}", file.display(), report.faults(), report.first_fault())]
    Unsound {
        /// The file that was looked at.
        file: PathBuf,
        /// What was found.
        report: Box<DoctorReport>,
    },
    /// The disk, or the database in the middle of the work.
    #[error("`{}`: {reason}", file.display())]
    Failed {
        /// The file.
        file: PathBuf,
        /// Why.
        reason: String,
    },
}

/// For failures in the middle of the work.
fn failed<E: std::fmt::Display>(file: &Path) -> impl FnOnce(E) -> FolderError {
    |error| FolderError::Failed { file: file.to_owned(), reason: error.to_string() }
}
