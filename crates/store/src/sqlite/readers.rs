//! A few connections that only read, used on the runtime's blocking threads.

use std::{path::Path, sync::Arc};

use parking_lot::Mutex;
use rusqlite::Connection;
use tokio::sync::Semaphore;

use super::{
    fault::Fault,
    open::{OpenError, open_reader},
};
use crate::StoreError;

/// The connections that nobody uses just now.
pub(super) struct Readers {
    idle: Arc<Mutex<Vec<Connection>>>,
    permits: Arc<Semaphore>,
}

/// A connection that goes back to the others, whatever happens to its user.
struct Borrowed {
    connection: Option<Connection>,
    idle: Arc<Mutex<Vec<Connection>>>,
}

impl Drop for Borrowed {
    fn drop(&mut self) {
        self.idle.lock().extend(self.connection.take());
    }
}

impl Readers {
    pub(super) fn open(path: &Path, count: u32) -> Result<Self, OpenError> {
        let count = count.max(1);
        let idle = (0..count).map(|_| open_reader(path)).collect::<Result<Vec<_>, _>>()?;
        Ok(Self { idle: Arc::new(Mutex::new(idle)), permits: Arc::new(Semaphore::new(count as usize)) })
    }

    /// Runs `work` in one read transaction: all of it sees the same state.
    pub(super) async fn read<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, Fault> + Send + 'static,
    {
        let closed = || StoreError::Unavailable("the store is closed".to_owned());
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(|_| closed())?;
        let connection = self.idle.lock().pop().ok_or_else(closed)?;
        let borrowed = Borrowed { connection: Some(connection), idle: Arc::clone(&self.idle) };
        let result = tokio::task::spawn_blocking(move || {
            let result = match &borrowed.connection {
                Some(connection) => in_one_transaction(connection, work),
                None => Err(closed()),
            };
            drop(borrowed);
            drop(permit);
            result
        });
        result.await.map_err(|error| StoreError::Unavailable(format!("a read did not finish: {error}")))?
    }
}

fn in_one_transaction<T>(
    connection: &Connection,
    work: impl FnOnce(&Connection) -> Result<T, Fault>,
) -> Result<T, StoreError> {
    let transaction = connection.unchecked_transaction().map_err(Fault::from)?;
    Ok(work(&transaction)?)
}
