//! Reads from the file while others wait for theirs.

use std::{
    pin::Pin,
    task::{Context, Waker},
    time::Duration,
};

use super::fill;
use crate::{LogScope, SqliteOptions, SqliteStore, Store};

/// Longer than any read takes here: what is not there by then never comes.
const NEVER: Duration = Duration::from_secs(30);

/// Begins to do something, and leaves it at that.
fn begin<F: Future + ?Sized>(future: &mut Pin<Box<F>>) {
    let begun = future.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    assert!(begun.is_pending(), "the only reader is busy");
}

#[tokio::test]
async fn p4_a_read_that_was_left_alone_holds_up_no_other() {
    let options = SqliteOptions { readers: 1, conversation_bytes: 0, log_bytes: 0, ..SqliteOptions::default() };
    let store = SqliteStore::in_memory_with(options).unwrap();
    let sample = fill(&store, 1).await.remove(0);
    let (organization, id) = (sample.organization(), sample.id());
    // The only reader is busy, so all others wait.
    let (release, released) = std::sync::mpsc::channel::<()>();
    let mut busy = Box::pin(store.readers.read(move |_| Ok(released.recv().is_ok())));
    begin(&mut busy);
    // As a socket does that follows its conversation: it begins to read on, and then a frame comes in whose command reads.
    let mut left_alone: Vec<_> =
        (0..3).map(|_| store.list_events(organization, LogScope::Conversation(id), 0, 10)).collect();
    left_alone.iter_mut().for_each(begin);
    release.send(()).unwrap();
    let found = tokio::time::timeout(NEVER, store.find_conversation(organization, id)).await;
    assert!(found.expect("the read is served").unwrap().is_some());
    assert!(busy.await.unwrap());
    for read in left_alone {
        assert_eq!(read.await.unwrap().events.len(), 6);
    }
}
