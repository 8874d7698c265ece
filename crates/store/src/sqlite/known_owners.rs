//! Which owners of sessions and start tokens may be known: a filter that answers "surely not" without a read.
//!
//! Every first visit asks for a token that nobody has; so does whoever guesses tokens.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread::JoinHandle,
};

use rusqlite::Connection;

use super::fault::Fault;

/// Bits: 2 MB of memory, good for two million sessions at three bits each.
const BITS: u64 = 1 << 24;
/// Rows that are read at once while the filter is filled.
const STEP: i64 = 10_000;

/// The owners of `lookups`, perhaps some more, never one less.
pub(super) struct KnownOwners {
    words: Box<[AtomicU64]>,
    /// Whether everything that stood there when the store was opened is in.
    complete: AtomicBool,
}

impl KnownOwners {
    pub(super) fn new() -> Self {
        Self { words: (0..BITS / 64).map(|_| AtomicU64::new(0)).collect(), complete: AtomicBool::new(false) }
    }

    /// The writer's word, before it acknowledges.
    pub(super) fn add(&self, owner: i64) {
        for (word, bit) in places(owner) {
            self.words[word].fetch_or(bit, Ordering::Release);
        }
    }

    /// Whether a session or a start token of this owner can exist.
    pub(super) fn may_know(&self, owner: i64) -> bool {
        !self.complete.load(Ordering::Acquire)
            || places(owner).into_iter().all(|(word, bit)| self.words[word].load(Ordering::Acquire) & bit != 0)
    }

    /// Reads what stood there before; what comes meanwhile comes from the writer.
    fn fill(&self, connection: &Connection, stop: &AtomicBool) -> Result<(), Fault> {
        let mut statement =
            connection.prepare("SELECT DISTINCT owner FROM lookups WHERE owner > ?1 ORDER BY owner LIMIT ?2")?;
        let mut after = i64::MIN;
        loop {
            let (mut rows, mut count, mut last) = (statement.query((after, STEP))?, 0, after);
            while let Some(row) = rows.next()? {
                count += 1;
                last = row.get(0)?;
                self.add(last);
            }
            if stop.load(Ordering::Relaxed) {
                return Ok(());
            }
            if count < STEP {
                self.complete.store(true, Ordering::Release);
                return Ok(());
            }
            after = last;
        }
    }
}

/// The words and bits of an owner, from independent parts of its hash.
fn places(owner: i64) -> [(usize, u64); 3] {
    let hash = owner.cast_unsigned();
    [hash, hash.rotate_right(21), hash.rotate_right(42)].map(|part| {
        let bit = part % BITS;
        ((bit / 64) as usize, 1 << (bit % 64))
    })
}

/// The thread that fills the filter after a start; it ends with its owner.
pub(super) struct OwnerReader {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl OwnerReader {
    pub(super) fn start(connection: Connection, tokens: Arc<KnownOwners>) -> std::io::Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let thread = std::thread::Builder::new().name("store-owners".to_owned()).spawn({
            let stop = Arc::clone(&stop);
            move || {
                if let Err(fault) = tokens.fill(&connection, &stop) {
                    // Without the filter every question is a read: slower, and as right.
                    tracing::warn!(?fault, "the filter of known owners stays empty");
                }
            }
        })?;
        Ok(Self { stop, thread: Some(thread) })
    }
}

impl Drop for OwnerReader {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the store's owner thread panicked");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn start6_no_owner_that_stood_there_is_denied() {
        let connection = Connection::open_in_memory().unwrap();
        connection
            .execute_batch("CREATE TABLE lookups (owner, item, number, PRIMARY KEY (owner, item)) WITHOUT ROWID")
            .unwrap();
        // Owners as hashes are: spread over all numbers; some with many items, across the border of a step.
        let owner = |number: i64| number.wrapping_mul(0x9E37_79B9_7F4A_7C15_u64.cast_signed());
        let insert = "INSERT INTO lookups VALUES (?1, ?2, 1)";
        for number in 1..=STEP * 2 + 5 {
            let items = if number % 1_000 == 0 { 30 } else { 1 };
            for item in 0..items {
                connection.prepare_cached(insert).unwrap().execute((owner(number), item)).unwrap();
            }
        }
        let owners = KnownOwners::new();
        assert!(owners.may_know(owner(-1)), "nothing is denied before all is read");
        owners.fill(&connection, &AtomicBool::new(false)).unwrap();
        assert!((1..=STEP * 2 + 5).all(|number| owners.may_know(owner(number))));
        let wrong = (-100_000..0).filter(|number| owners.may_know(owner(*number))).count();
        assert!(wrong < 100, "{wrong} of 100,000 strangers were taken for known");
    }
}
