//! `waybill backup` and `waybill restore`: a whole copy with its checksum, examined both ways.

use std::{
    ffi::OsString,
    fs::{File, OpenOptions},
    hash::Hasher,
    io::{Read, Write},
    path::{Path, PathBuf},
};

use rusqlite::Connection;
use twox_hash::xxhash3_64;

use super::{DoctorReport, FolderError, doctor::doctor_file, failed};
use crate::sqlite::open::{self, DATABASE_FILE, EPOCH, LOCK_FILE, open_reader};

/// What follows a backup's name to name its checksum file.
pub const CHECKSUM_ENDING: &str = ".xxh3";
/// What follows a file's name while it is not whole.
const PARTIAL_ENDING: &str = ".partial";

/// What was backed up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupReport {
    /// The backup.
    pub file: PathBuf,
    /// The file with its checksum, which belongs to it.
    pub checksum_file: PathBuf,
    /// XXH3-64 of the backup.
    pub checksum: String,
    /// Its size.
    pub bytes: u64,
    /// Log records in it.
    pub events: u64,
    /// Conversations in it.
    pub conversations: u64,
    /// The newest position in it: everything acknowledged before the backup began is at or below.
    pub newest: u64,
}

/// What was restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestoreReport {
    /// Log records.
    pub events: u64,
    /// Conversations.
    pub conversations: u64,
    /// The epoch of the restored log: cursors of before are told to begin again (LOG4).
    pub epoch: u32,
}

/// Copies a folder's database, beside a running server or without one; examines the copy before it gets its name.
pub fn backup(folder: &Path, to_file: &Path) -> Result<BackupReport, FolderError> {
    let database = folder.join(DATABASE_FILE);
    if !database.is_file() {
        return Err(FolderError::NoDatabase(database));
    }
    let checksum_file = with_ending(to_file, CHECKSUM_ENDING);
    for taken in [to_file, &checksum_file] {
        if taken.exists() {
            return Err(FolderError::Exists(taken.to_owned()));
        }
    }
    let partial = Partial::create(to_file)?;
    copy_database(&database, &partial.path)?;
    let report = examine(&partial.path)?;
    open::sync(&partial.path)?;
    let (checksum, bytes) = checksum_of(&partial.path)?;

    let partial_checksum = Partial::create(&checksum_file)?;
    let name = to_file.file_name().unwrap_or(to_file.as_os_str()).to_string_lossy();
    File::create(&partial_checksum.path)
        .and_then(|mut file| {
            writeln!(file, "xxh3-64 {checksum} {name}")?;
            file.sync_all()
        })
        .map_err(failed(&partial_checksum.path))?;
    partial.finish(to_file)?;
    partial_checksum.finish(&checksum_file)?;
    open::sync(parent(to_file))?;
    Ok(BackupReport {
        file: to_file.to_owned(),
        checksum_file,
        checksum,
        bytes,
        events: report.records,
        conversations: report.conversations,
        newest: report.newest,
    })
}

/// Makes a data folder of a backup, with a new epoch. The backup is compared with its checksum and examined first.
pub fn restore(backup_file: &Path, folder: &Path, epoch: u32) -> Result<RestoreReport, FolderError> {
    if !backup_file.is_file() {
        return Err(FolderError::NoDatabase(backup_file.to_owned()));
    }
    compare_checksum(backup_file)?;
    examine(backup_file)?;
    refuse_used(folder)?;
    open::create_folder(folder)?;
    let lock = open::lock(folder)?;
    let database = folder.join(DATABASE_FILE);
    if database.exists() {
        // Somebody was faster, between the look and the lock.
        return Err(FolderError::NotEmpty(folder.to_owned()));
    }
    let partial = Partial::create(&database)?;
    std::fs::copy(backup_file, &partial.path).map_err(failed(&partial.path))?;
    set_epoch(&partial.path, epoch).map_err(failed(&partial.path))?;
    let report = examine(&partial.path)?;
    open::sync(&partial.path)?;
    partial.finish(&database)?;
    open::sync(folder)?;
    drop(lock);
    Ok(RestoreReport { events: report.records, conversations: report.conversations, epoch: report.epoch })
}

/// One consistent state, whatever a server writes meanwhile.
fn copy_database(database: &Path, to: &Path) -> Result<(), FolderError> {
    let reader = open_reader(database)?;
    open_schema(&reader)?;
    let name = to.to_str().ok_or_else(|| failed(to)("its name is not UTF-8"))?;
    reader
        .execute_batch("PRAGMA query_only = OFF")
        .and_then(|()| reader.execute("VACUUM INTO ?1", [name]))
        .map_err(failed(to))?;
    Ok(())
}

fn open_schema(reader: &Connection) -> Result<(), FolderError> {
    crate::sqlite::migrate::refuse_newer(reader)?;
    Ok(())
}

fn set_epoch(file: &Path, epoch: u32) -> rusqlite::Result<()> {
    let connection = Connection::open(file)?;
    connection.execute_batch("PRAGMA synchronous = FULL")?;
    connection.execute("INSERT OR REPLACE INTO meta (name, value) VALUES (?1, ?2)", (EPOCH, epoch.to_le_bytes()))?;
    connection.close().map_err(|(_, error)| error)
}

fn examine(file: &Path) -> Result<DoctorReport, FolderError> {
    let report = doctor_file(file)?;
    if report.is_sound() {
        Ok(report)
    } else {
        Err(FolderError::Unsound { file: file.to_owned(), report: Box::new(report) })
    }
}

fn compare_checksum(backup_file: &Path) -> Result<(), FolderError> {
    let wrong = |reason: String| FolderError::Checksum { file: backup_file.to_owned(), reason };
    let checksum_file = with_ending(backup_file, CHECKSUM_ENDING);
    let text = std::fs::read_to_string(&checksum_file)
        .map_err(|error| wrong(format!("its checksum file `{}` can't be read: {error}", checksum_file.display())))?;
    let mut words = text.split_whitespace();
    let (Some("xxh3-64"), Some(expected)) = (words.next(), words.next()) else {
        return Err(wrong(format!("`{}` holds no checksum", checksum_file.display())));
    };
    let (found, _) = checksum_of(backup_file)?;
    if found != expected {
        return Err(wrong(format!("its checksum is {found}, it was {expected}")));
    }
    Ok(())
}

fn checksum_of(file: &Path) -> Result<(String, u64), FolderError> {
    let mut reader = File::open(file).map_err(failed(file))?;
    let mut hasher = xxhash3_64::Hasher::new();
    let mut buffer = vec![0; 1 << 20];
    let mut bytes = 0;
    loop {
        let read = reader.read(&mut buffer).map_err(failed(file))?;
        if read == 0 {
            return Ok((format!("{:016x}", hasher.finish()), bytes));
        }
        hasher.write(&buffer[..read]);
        bytes += read as u64;
    }
}

fn refuse_used(folder: &Path) -> Result<(), FolderError> {
    if !folder.exists() {
        return Ok(());
    }
    for entry in std::fs::read_dir(folder).map_err(failed(folder))? {
        if entry.map_err(failed(folder))?.file_name() != LOCK_FILE {
            return Err(FolderError::NotEmpty(folder.to_owned()));
        }
    }
    Ok(())
}

fn with_ending(file: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(file);
    name.push(ending);
    name.into()
}

fn parent(file: &Path) -> &Path {
    file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A file that is not whole yet; removed unless it gets its name. Only its owner can read it.
struct Partial {
    path: PathBuf,
    finished: bool,
}

impl Partial {
    fn create(wanted: &Path) -> Result<Self, FolderError> {
        let path = with_ending(wanted, PARTIAL_ENDING);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        match options.open(&path) {
            Ok(_) => Ok(Self { path, finished: false }),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Err(FolderError::Exists(path)),
            Err(error) => Err(failed(&path)(error)),
        }
    }

    fn finish(mut self, name: &Path) -> Result<(), FolderError> {
        std::fs::rename(&self.path, name).map_err(failed(name))?;
        self.finished = true;
        Ok(())
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if !self.finished
            && let Err(error) = std::fs::remove_file(&self.path)
        {
            tracing::warn!(%error, "an unfinished file stays behind");
        }
    }
}
