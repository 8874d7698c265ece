//! Moves the write-ahead log into the database file beside the writer, so that no commit waits for a large copy.
//!
//! SQLite starts the WAL over only when all of it was copied at the moment of a write. So the thread copies what is
//! there, and the writer, told that this is done, copies the little that came meanwhile.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
        mpsc,
    },
    thread::JoinHandle,
};

use rusqlite::Connection;

use super::open::{Checkpoint, checkpoint};

/// WAL pages after which a checkpoint is due: 16 MB.
const DUE_PAGES: i64 = 4_000;

const IDLE: u8 = 0;
const RUNNING: u8 = 1;
const DONE: u8 = 2;

/// The writer's side: when to ask, and when to finish.
pub(super) struct Checkpointer {
    state: Arc<AtomicU8>,
    requests: Option<mpsc::SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
    due_at: i64,
}

/// What the writer is to do after a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Due {
    Nothing,
    /// Copy the rest.
    Finish,
}

impl Checkpointer {
    /// Starts the thread; `failed` is told why a checkpoint did not finish.
    pub(super) fn start(
        connection: Connection,
        failed: impl Fn(rusqlite::Error) + Send + 'static,
    ) -> std::io::Result<Self> {
        let state = Arc::new(AtomicU8::new(IDLE));
        let (requests, requested) = mpsc::sync_channel(1);
        let thread = std::thread::Builder::new().name("store-checkpoint".to_owned()).spawn({
            let state = Arc::clone(&state);
            move || {
                while requested.recv().is_ok() {
                    if let Err(error) = checkpoint(&connection, Checkpoint::Passive) {
                        failed(error);
                    }
                    state.store(DONE, Ordering::Release);
                }
            }
        })?;
        Ok(Self { state, requests: Some(requests), thread: Some(thread), due_at: DUE_PAGES })
    }

    /// Looks at the WAL after a group, and asks the thread when it has grown.
    pub(super) fn look(&self, wal_pages: i64) -> Due {
        match self.state.load(Ordering::Acquire) {
            DONE => Due::Finish,
            IDLE if wal_pages >= self.due_at => {
                self.state.store(RUNNING, Ordering::Release);
                if self.requests.as_ref().is_none_or(|requests| requests.try_send(()).is_err()) {
                    // The thread is gone: the writer does all of it.
                    return Due::Finish;
                }
                Due::Nothing
            }
            _ => Due::Nothing,
        }
    }

    /// The writer copied the rest; `left` pages stay, because a reader still looks at an old state.
    pub(super) fn finished(&mut self, wal_pages: i64, left: i64) {
        self.due_at = if left > 0 { wal_pages + DUE_PAGES } else { DUE_PAGES };
        self.state.store(IDLE, Ordering::Release);
    }
}

impl Checkpointer {
    /// Waits for the thread's end: what is left then is the writer's alone.
    pub(super) fn stop(&mut self) {
        drop(self.requests.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the store's checkpoint thread panicked");
        }
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        self.stop();
    }
}
