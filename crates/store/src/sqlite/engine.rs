//! `SqliteStore`: opens a folder, owns the writer thread, and hands work to it and to the readers.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    thread::JoinHandle,
};

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot, watch};

use super::{
    checkpointer::Checkpointer,
    fault::Fault,
    known_owners::{KnownOwners, OwnerReader},
    open::{self, DATABASE_FILE, Durability, FolderLock, OpenError, SqliteOptions, io_error},
    readers::Readers,
    recent::{RecentConversations, RecentLog, RecentSessions},
    writer::{Counts, Job, Published, QUEUE, Writer},
};
use crate::StoreError;

/// Counts for metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoreStatistics {
    /// Commits and administrative writes.
    pub writes: u64,
    /// Transactions that they were grouped into: each is one sync.
    pub groups: u64,
    /// Checkpoints of the write-ahead log.
    pub checkpoints: u64,
}

/// One log with its projections in one SQLite file. Dropping it waits for the writes that were asked for.
pub struct SqliteStore {
    pub(super) published: Arc<Published>,
    pub(super) readers: Readers,
    pub(super) oldest: u64,
    /// Taken when the store is dropped, so that the writer sees the end.
    queue: Option<mpsc::Sender<Job>>,
    writer: Option<JoinHandle<()>>,
    _owner_reader: OwnerReader,
    // Dropped after the writer has ended: the lock goes last but for a folder that nobody keeps.
    _lock: FolderLock,
    _temporary: Option<TemporaryFolder>,
    /// The very last: whoever watches it knows that threads have ended and files are closed.
    closed: watch::Sender<()>,
}

impl SqliteStore {
    /// Opens a data folder, and creates it where there is none. File and folder are synced when this returns.
    pub fn open(folder: &Path, options: SqliteOptions) -> Result<Self, OpenError> {
        open::create_folder(folder)?;
        let lock = open::lock(folder)?;
        let opened = open::open_database(folder, &options)?;
        let published = Arc::new(Published {
            log: RecentLog::new(opened.newest, options.log_bytes),
            conversations: RecentConversations::new(options.conversation_bytes),
            sessions: RecentSessions::new(),
            known_owners: Arc::new(KnownOwners::new()),
            failure: watch::Sender::new(None),
            epoch: opened.epoch,
            counts: Counts::default(),
        });
        let database = folder.join(DATABASE_FILE);
        let readers = Readers::open(&database, options.readers)?;
        let (queue, jobs) = mpsc::channel(QUEUE);
        let checkpointer = Checkpointer::start(open::open_second_writer(&database, &options)?, {
            let published = Arc::clone(&published);
            move |error| published.checkpoint_failed(&error)
        })
        .map_err(io_error(folder))?;
        let owner_reader = OwnerReader::start(open::open_reader(&database)?, Arc::clone(&published.known_owners))
            .map_err(io_error(folder))?;
        let writer = Writer::new(opened.writer, jobs, Arc::clone(&published), checkpointer)?;
        let writer = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || writer.run())
            .map_err(io_error(folder))?;
        Ok(Self {
            published,
            readers,
            oldest: opened.oldest,
            queue: Some(queue),
            writer: Some(writer),
            _owner_reader: owner_reader,
            _lock: lock,
            _temporary: None,
            closed: watch::Sender::new(()),
        })
    }

    /// Ends, with an error of its sender, once the store has been dropped and everything of it is closed.
    #[must_use]
    pub fn closed(&self) -> watch::Receiver<()> {
        self.closed.subscribe()
    }

    /// A store for tests: a folder of its own that goes with it, never synced.
    pub fn in_memory() -> Result<Self, OpenError> {
        Self::in_memory_with(SqliteOptions { readers: 2, ..SqliteOptions::default() })
    }

    /// A store for tests with other settings.
    pub fn in_memory_with(options: SqliteOptions) -> Result<Self, OpenError> {
        let temporary = TemporaryFolder::create()?;
        let mut store = Self::open(&temporary.0, SqliteOptions { durability: Durability::Forgotten, ..options })?;
        store._temporary = Some(temporary);
        Ok(store)
    }

    /// What the writer has done since the store was opened.
    #[must_use]
    pub fn statistics(&self) -> StoreStatistics {
        let Counts { jobs, groups, checkpoints } = &self.published.counts;
        StoreStatistics {
            writes: jobs.load(Ordering::Relaxed),
            groups: groups.load(Ordering::Relaxed),
            checkpoints: checkpoints.load(Ordering::Relaxed),
        }
    }

    /// Gives the writer a job; a full queue waits.
    pub(super) async fn ask<T>(&self, job: impl FnOnce(oneshot::Sender<T>) -> Job) -> Result<T, StoreError> {
        let stopped = || {
            let reason = self.published.failure.borrow().clone();
            StoreError::Unavailable(reason.unwrap_or_else(|| "the store is closed".to_owned()))
        };
        let (answer, answered) = oneshot::channel();
        let queue = self.queue.as_ref().ok_or_else(stopped)?;
        queue.send(job(answer)).await.map_err(|_| stopped())?;
        answered.await.map_err(|_| stopped())
    }

    /// An administrative write.
    pub(super) async fn write<F>(&self, write: F) -> Result<(), StoreError>
    where
        F: FnMut(&Connection) -> Result<(), Fault> + Send + 'static,
    {
        self.ask(|answer| Job::Write(Box::new(write), answer)).await?
    }
}

impl Drop for SqliteStore {
    fn drop(&mut self) {
        drop(self.queue.take());
        if let Some(writer) = self.writer.take()
            && writer.join().is_err()
        {
            tracing::error!("the store's writer thread panicked");
        }
    }
}

impl std::fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SqliteStore").field("epoch", &self.published.epoch).finish_non_exhaustive()
    }
}

/// A folder that is removed with its owner.
struct TemporaryFolder(PathBuf);

impl TemporaryFolder {
    fn create() -> Result<Self, OpenError> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        loop {
            let name = format!("waybill-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
            let path = std::env::temp_dir().join(name);
            let mut builder = std::fs::DirBuilder::new();
            #[cfg(unix)]
            std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
            match builder.create(&path) {
                Ok(()) => return Ok(Self(path)),
                // Left by an earlier process of this number: not ours to touch.
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(OpenError::Io { path, error }),
            }
        }
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            tracing::warn!(%error, "a temporary folder stays behind");
        }
    }
}
