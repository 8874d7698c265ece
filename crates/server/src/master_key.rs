//! The master key: from the environment, or from a file beside the database that only its owner can read.

use std::{
    io,
    path::{Path, PathBuf},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use waybill_service::{Ambient, MasterKey};

use crate::private_file;

/// What the file is called.
pub const FILE: &str = "master.key";
/// The variable that replaces the file.
pub const VARIABLE: &str = "WAYBILL_MASTER_KEY";

/// Why there is no master key.
#[derive(Debug, thiserror::Error)]
pub enum MasterKeyError {
    /// The file.
    #[error("the master key `{}` can't be used: {error}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The text is no key.
    #[error("{origin} is no master key; it has to be 32 bytes in base64, as `openssl rand -base64 32` prints them")]
    Malformed {
        /// The file or the variable.
        origin: String,
    },
    /// The database has secrets, and its key is not there.
    #[error("the database's secrets need its master key, and `{}` is missing; bring it back from where it was kept, or set {VARIABLE}", .0.display())]
    Missing(PathBuf),
    /// There is a key, but not the one of this database.
    #[error("the master key is not the one of this database; bring back its own `{FILE}`, or set {VARIABLE}")]
    Another,
    /// Others can read it.
    #[error("others can read the master key `{}`; `chmod 600` it, and draw a new one if somebody may have", .0.display())]
    Exposed(PathBuf),
}

/// The key, and whether it was drawn just now.
#[derive(Debug)]
pub struct Obtained {
    /// The key.
    pub key: MasterKey,
    /// The file that was written for it.
    drawn: Option<PathBuf>,
}

impl Obtained {
    /// The database's secrets need another key: takes back one that was only drawn because there was none.
    #[must_use]
    pub fn does_not_fit(self) -> MasterKeyError {
        match self.drawn {
            None => MasterKeyError::Another,
            Some(path) => match std::fs::remove_file(&path) {
                Ok(()) => MasterKeyError::Missing(path),
                Err(error) => MasterKeyError::File { path, error },
            },
        }
    }
}

/// Reads the key; draws one where there is none.
///
/// # Errors
/// `MasterKeyError`.
pub fn obtain(folder: &Path, ambient: &Ambient) -> Result<Obtained, MasterKeyError> {
    let kept = |key| Obtained { key, drawn: None };
    match std::env::var(VARIABLE) {
        Ok(text) => return parse(&text, VARIABLE).map(kept),
        Err(std::env::VarError::NotPresent) => {}
        Err(std::env::VarError::NotUnicode(_)) => {
            return Err(MasterKeyError::Malformed { origin: VARIABLE.to_owned() });
        }
    }
    let path = folder.join(FILE);
    let failed = |error| MasterKeyError::File { path: path.clone(), error };
    match std::fs::read_to_string(&path) {
        Ok(text) => {
            check_mode(&path)?;
            parse(&text, &path.display().to_string()).map(kept)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let text = STANDARD.encode(ambient.bytes::<32>());
            private_file::write(&path, &format!("{text}\n")).map_err(failed)?;
            Ok(Obtained { key: parse(&text, FILE)?, drawn: Some(path) })
        }
        Err(error) => Err(failed(error)),
    }
}

fn parse(text: &str, origin: &str) -> Result<MasterKey, MasterKeyError> {
    let bytes = STANDARD.decode(text.trim()).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    let key = bytes.and_then(|bytes| MasterKey::new(&bytes));
    key.ok_or_else(|| MasterKeyError::Malformed { origin: origin.to_owned() })
}

#[cfg(unix)]
fn check_mode(path: &Path) -> Result<(), MasterKeyError> {
    use std::os::unix::fs::PermissionsExt as _;
    let failed = |error| MasterKeyError::File { path: path.to_owned(), error };
    let mode = std::fs::metadata(path).map_err(failed)?.permissions().mode();
    if mode & 0o077 == 0 { Ok(()) } else { Err(MasterKeyError::Exposed(path.to_owned())) }
}

#[cfg(not(unix))]
fn check_mode(_: &Path) -> Result<(), MasterKeyError> {
    Ok(())
}
