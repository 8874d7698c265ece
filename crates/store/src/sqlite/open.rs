//! Opening a data folder: lock, schema, settings, and the syncs that must come before the first request.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{Connection, OpenFlags, OptionalExtension, config::DbConfig};

use super::{jobs, migrate};

/// The database's name in its folder.
pub const DATABASE_FILE: &str = "waybill.db";
/// The name of the file whose lock says that a process works on the folder.
pub const LOCK_FILE: &str = "waybill.lock";

/// How a store works; `Default` is meant for production.
#[derive(Debug, Clone)]
pub struct SqliteOptions {
    /// The epoch of the log when the database is new (LOG4); the caller draws it.
    pub epoch: u32,
    /// Connections that read beside the writer.
    pub readers: u32,
    /// Bytes of recent conversations that are kept in memory.
    pub conversation_bytes: u64,
    /// Bytes of recent log records that are kept in memory.
    pub log_bytes: u64,
    /// Whether commits are synced; only [`super::SqliteStore::in_memory`] does without.
    pub(super) durability: Durability,
}

/// Whether a commit waits for the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Durability {
    /// Every commit is synced before it is acknowledged.
    Synced,
    /// Nothing is synced: for tests whose data nobody wants afterwards.
    Forgotten,
}

impl Default for SqliteOptions {
    fn default() -> Self {
        Self { epoch: 1, readers: 4, conversation_bytes: 24 << 20, log_bytes: 32 << 20, durability: Durability::Synced }
    }
}

/// Why a data folder could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A file or folder could not be used.
    #[error("`{}` can't be used: {error}", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// Another process works on it (LOG10).
    #[error("another process works on the folder `{}`; stop it or choose another folder", .0.display())]
    Locked(PathBuf),
    /// A newer program wrote it.
    #[error("the database has schema {found}, this program knows up to {known}; use the newer program")]
    NewerSchema {
        /// The schema that stands there.
        found: i64,
        /// The newest that this program knows.
        known: i64,
    },
    /// A migration that was applied is not the one of this program.
    #[error("migration {version} `{name}` was applied with another text; this program did not make this database")]
    ChangedMigration {
        /// Its number.
        version: i64,
        /// Its name.
        name: &'static str,
    },
    /// A migration did not come through; nothing of it was kept.
    #[error(
        "migration {version} stopped: {error}; the database stays as it was: go back to the former program, and report this"
    )]
    Migration {
        /// Its number.
        version: i64,
        /// Why.
        error: String,
    },
    /// The database itself.
    #[error("the database can't be opened: {0}")]
    Sqlite(#[from] rusqlite::Error),
}

pub(super) fn io_error(path: &Path) -> impl FnOnce(io::Error) -> OpenError {
    |error| OpenError::Io { path: path.to_owned(), error }
}

/// The lock of a folder; it ends with this value, or with the process.
#[derive(Debug)]
pub(super) struct FolderLock {
    _file: File,
}

/// Takes the folder for this process alone (LOG10).
pub(super) fn lock(folder: &Path) -> Result<FolderLock, OpenError> {
    let path = folder.join(LOCK_FILE);
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path).map_err(io_error(&path))?;
    match file.try_lock() {
        Ok(()) => Ok(FolderLock { _file: file }),
        Err(TryLockError::WouldBlock) => Err(OpenError::Locked(folder.to_owned())),
        Err(TryLockError::Error(error)) => Err(OpenError::Io { path, error }),
    }
}

/// Creates the folder, readable for its owner alone, and makes sure that it stays.
pub(super) fn create_folder(folder: &Path) -> Result<(), OpenError> {
    if folder.is_dir() {
        return Ok(());
    }
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(io_error(folder))?;
    match folder.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => sync(parent),
        Some(_) | None => sync(Path::new(".")),
    }
}

/// Syncs a file or a folder.
pub(super) fn sync(path: &Path) -> Result<(), OpenError> {
    File::open(path).and_then(|file| file.sync_all()).map_err(io_error(path))
}

/// What opening found.
pub(super) struct Opened {
    pub(super) writer: Connection,
    pub(super) epoch: u32,
    /// The newest log position.
    pub(super) newest: u64,
    /// The position before the oldest log record.
    pub(super) oldest: u64,
}

/// How long a write waits for somebody else's lock: only a tool of the operator can hold one.
pub(super) const BUSY: Duration = Duration::from_secs(5);

/// Leaves a database without a WAL; a doctor that still reads is not waited for.
pub(super) fn finish(connection: &Connection) -> rusqlite::Result<i64> {
    connection.busy_timeout(Duration::ZERO)?;
    checkpoint(connection, Checkpoint::Truncate)
}

/// Opens the database of a locked folder for writing, migrates it, and syncs file and folder.
pub(super) fn open_database(folder: &Path, options: &SqliteOptions) -> Result<Opened, OpenError> {
    let path = folder.join(DATABASE_FILE);
    let mut writer = Connection::open(&path)?;
    migrate::refuse_newer(&writer)?;
    set_up(&writer)?;
    writer.execute_batch(match options.durability {
        // Checkpoints are the writer's own business: SQLite's automatic ones swallow a failing sync.
        Durability::Synced => "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0",
        Durability::Forgotten => "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA wal_autocheckpoint = 0",
    })?;
    // A commit after any page split walks through all cached pages, so a larger cache costs every group more than the
    // reads that it saves: what is hot are the ends of tables, and the operating system keeps the rest.
    writer.execute_batch("PRAGMA cache_size = -8192; PRAGMA journal_size_limit = 67108864")?;
    // What is erased is written over, also on pages that are free from then on (LOG6).
    writer.execute_batch("PRAGMA secure_delete = ON")?;
    migrate::migrate(&mut writer)?;
    jobs::void_leases(&writer)?;
    let epoch = get_or_set_epoch(&writer, options.epoch)?;
    let (oldest, newest) = writer.query_row(
        "SELECT coalesce((SELECT seq FROM events ORDER BY seq LIMIT 1) - 1, 0),
                coalesce((SELECT seq FROM events ORDER BY seq DESC LIMIT 1), 0)",
        [],
        |row| Ok((row.get::<_, i64>(0)?.cast_unsigned(), row.get::<_, i64>(1)?.cast_unsigned())),
    )?;
    if options.durability == Durability::Synced {
        // A WAL whose database file was never synced is thrown away by recovery: sync both, and the folder's entries.
        // Passive: nobody is waited for, and before the first request there is no reader but a doctor.
        checkpoint(&writer, Checkpoint::Passive)?;
        sync(&path)?;
        sync(folder)?;
    }
    Ok(Opened { writer, epoch, newest, oldest })
}

/// Opens the connection that checkpoints beside the writer.
pub(super) fn open_second_writer(path: &Path, options: &SqliteOptions) -> Result<Connection, OpenError> {
    let connection = Connection::open(path)?;
    set_up(&connection)?;
    connection.execute_batch(match options.durability {
        Durability::Synced => "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0",
        Durability::Forgotten => "PRAGMA synchronous = OFF; PRAGMA wal_autocheckpoint = 0",
    })?;
    Ok(connection)
}

/// Opens one more connection that only reads.
pub(super) fn open_reader(path: &Path) -> Result<Connection, OpenError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    let reader = Connection::open_with_flags(path, flags)?;
    set_up(&reader)?;
    reader.execute_batch("PRAGMA query_only = ON; PRAGMA cache_size = -2048")?;
    Ok(reader)
}

fn set_up(connection: &Connection) -> Result<(), OpenError> {
    // A store that failed must not write on its way out; a sound one checkpoints by itself.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    // Without this, SQLite plans a prepared statement anew whenever other values are bound: a sixth of a start's cost.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.busy_timeout(BUSY)?;
    connection.set_prepared_statement_cache_capacity(96);
    Ok(())
}

/// How much a checkpoint does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Checkpoint {
    /// As much as readers allow, without waiting.
    Passive,
    /// Everything, and an empty WAL.
    Truncate,
}

/// Moves the WAL into the database file, with the syncs that belong to it; says how many frames stay behind.
pub(super) fn checkpoint(connection: &Connection, how: Checkpoint) -> rusqlite::Result<i64> {
    let pragma = match how {
        Checkpoint::Passive => "PRAGMA wal_checkpoint(PASSIVE)",
        Checkpoint::Truncate => "PRAGMA wal_checkpoint(TRUNCATE)",
    };
    connection.query_row(pragma, [], |row| Ok(row.get::<_, i64>(1)?.saturating_sub(row.get::<_, i64>(2)?)))
}

/// Moves the whole WAL into the database file and empties it; `false` when somebody still reads from it.
pub(super) fn empty_wal(connection: &Connection) -> rusqlite::Result<bool> {
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| Ok(row.get::<_, i64>(0)? == 0))
}

/// The name of the epoch in `meta`.
pub(super) const EPOCH: &str = "epoch";

fn get_or_set_epoch(connection: &Connection, epoch: u32) -> rusqlite::Result<u32> {
    connection.execute("INSERT OR IGNORE INTO meta (name, value) VALUES (?1, ?2)", (EPOCH, epoch.to_le_bytes()))?;
    read_epoch(connection).map(|found| found.unwrap_or(epoch))
}

/// The epoch of a database.
pub(super) fn read_epoch(connection: &Connection) -> rusqlite::Result<Option<u32>> {
    let bytes: Option<[u8; 4]> =
        connection.query_row("SELECT value FROM meta WHERE name = ?1", [EPOCH], |row| row.get(0)).optional()?;
    Ok(bytes.map(u32::from_le_bytes))
}
