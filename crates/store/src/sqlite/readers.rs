//! A few threads that only read, each with a connection of its own.
//!
//! They take what is asked for in its order, whether or not whoever asked is looking just then. A permit that is handed to
//! a future which nobody polls holds up everybody: a socket that waited for a page of its log, and then for what a frame's
//! command had to read, waited for itself.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    sync::{Arc, mpsc},
    thread::{self, JoinHandle},
};

use parking_lot::Mutex;
use rusqlite::Connection;
use tokio::sync::oneshot;

use super::{
    fault::Fault,
    open::{OpenError, io_error, open_reader},
};
use crate::StoreError;

/// One read; it answers by itself.
type Work = Box<dyn FnOnce(&Connection) + Send>;

/// The threads, and the queue before them.
pub(super) struct Readers {
    /// Taken when the readers are dropped, so that the threads see the end.
    queue: Option<mpsc::Sender<Work>>,
    threads: Vec<JoinHandle<()>>,
}

impl Readers {
    pub(super) fn open(path: &Path, count: u32) -> Result<Self, OpenError> {
        let (queue, waiting) = mpsc::channel();
        let waiting = Arc::new(Mutex::new(waiting));
        let mut readers = Self { queue: Some(queue), threads: Vec::new() };
        for number in 1..=count.max(1) {
            let connection = open_reader(path)?;
            let waiting = Arc::clone(&waiting);
            let thread = thread::Builder::new().name(format!("store-reader-{number}"));
            let thread = thread.spawn(move || serve(&connection, &waiting)).map_err(io_error(path))?;
            readers.threads.push(thread);
        }
        Ok(readers)
    }

    /// Runs `work` in one read transaction: all of it sees the same state.
    pub(super) async fn read<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, Fault> + Send + 'static,
    {
        let closed = || StoreError::Unavailable("the store is closed".to_owned());
        let (answer, answered) = oneshot::channel();
        let work = move |connection: &Connection| {
            // Who asked may have gone while this waited.
            if !answer.is_closed() && answer.send(in_one_transaction(connection, work)).is_err() {
                tracing::debug!("a caller did not wait for its read");
            }
        };
        self.queue.as_ref().ok_or_else(closed)?.send(Box::new(work)).map_err(|_| closed())?;
        answered.await.map_err(|_| StoreError::Unavailable("a read did not finish".to_owned()))?
    }
}

impl Drop for Readers {
    fn drop(&mut self) {
        drop(self.queue.take());
        for thread in self.threads.drain(..) {
            if thread.join().is_err() {
                tracing::error!("a reader thread of the store panicked");
            }
        }
    }
}

/// One thread's life.
fn serve(connection: &Connection, waiting: &Mutex<mpsc::Receiver<Work>>) {
    loop {
        let next = waiting.lock().recv();
        let Ok(work) = next else { return };
        // A transaction that unwinds is rolled back; the connection serves the next one.
        if catch_unwind(AssertUnwindSafe(|| work(connection))).is_err() {
            tracing::error!("a read of the store panicked");
        }
    }
}

fn in_one_transaction<T>(
    connection: &Connection,
    work: impl FnOnce(&Connection) -> Result<T, Fault>,
) -> Result<T, StoreError> {
    let transaction = connection.unchecked_transaction().map_err(Fault::from)?;
    Ok(work(&transaction)?)
}
