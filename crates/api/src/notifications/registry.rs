//! The open sockets of this node, one per channel: the newer one wins, and each hears at once of its channel's new topics.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::Notify;
use uuid::Uuid;
use waybill_service::Topics;

/// Open sockets by the inner id of their channel.
#[derive(Debug, Default)]
pub(crate) struct Channels {
    open: Mutex<HashMap<Uuid, Arc<Signal>>>,
}

/// How others reach one socket's task.
#[derive(Debug)]
pub(super) struct Signal {
    state: Mutex<State>,
    notify: Notify,
}

#[derive(Debug)]
struct State {
    version: u64,
    topics: Arc<Topics>,
    ending: Option<Ending>,
}

/// Why somebody else ends a socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// A newer socket of the same channel.
    Newer,
    /// The channel is no more.
    ChannelGone,
}

impl Signal {
    /// Waits until somebody ends the socket. Safe to drop.
    pub(super) async fn ended(&self) -> Ending {
        loop {
            if let Some(ending) = lock(&self.state).ending {
                return ending;
            }
            self.notify.notified().await;
        }
    }

    /// The topics as they are at this moment: asked for each event.
    pub(super) fn topics(&self) -> Arc<Topics> {
        Arc::clone(&lock(&self.state).topics)
    }

    /// Takes topics over, unless newer ones are there.
    pub(super) fn set_topics(&self, version: u64, topics: &Topics) {
        let mut state = lock(&self.state);
        if version > state.version {
            state.version = version;
            state.topics = Arc::new(topics.clone());
        }
    }

    fn end(&self, ending: Ending) {
        lock(&self.state).ending.get_or_insert(ending);
        self.notify.notify_one();
    }
}

impl Channels {
    /// Opens a channel's socket; an older one is ended.
    pub(super) fn enter(&self, channel: Uuid) -> Arc<Signal> {
        let state = State { version: 0, topics: Arc::default(), ending: None };
        let signal = Arc::new(Signal { state: Mutex::new(state), notify: Notify::new() });
        if let Some(older) = lock(&self.open).insert(channel, Arc::clone(&signal)) {
            older.end(Ending::Newer);
        }
        signal
    }

    /// Takes a socket out, unless a newer one took its place.
    pub(super) fn leave(&self, channel: Uuid, signal: &Arc<Signal>) {
        let mut open = lock(&self.open);
        if open.get(&channel).is_some_and(|present| Arc::ptr_eq(present, signal)) {
            open.remove(&channel);
        }
    }

    /// Whether a channel's socket is open.
    pub(crate) fn is_open(&self, channel: Uuid) -> bool {
        lock(&self.open).contains_key(&channel)
    }

    /// Tells a channel's socket its new topics. When this returns, the socket tells by them.
    pub(crate) fn subscribed(&self, channel: Uuid, version: u64, topics: &Topics) {
        if let Some(signal) = lock(&self.open).get(&channel) {
            signal.set_topics(version, topics);
        }
    }

    /// Ends the socket of a channel that is no more.
    pub(crate) fn gone(&self, channel: Uuid) {
        if let Some(signal) = lock(&self.open).get(&channel) {
            signal.end(Ending::ChannelGone);
        }
    }
}

/// A panic elsewhere leaves nothing half done in here.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn not3_a_newer_socket_ends_the_older_one_and_keeps_its_place() {
        let (channels, channel) = (Channels::default(), Uuid::from_u128(1));
        let (first, other) = (channels.enter(channel), channels.enter(Uuid::from_u128(2)));
        let second = channels.enter(channel);
        assert_eq!(first.ended().await, Ending::Newer);
        assert_eq!((lock(&second.state).ending, lock(&other.state).ending), (None, None));
        channels.leave(channel, &first);
        assert!(channels.is_open(channel), "the older one's leaving takes nothing away from the newer one");
        channels.leave(channel, &second);
        assert!(!channels.is_open(channel));
    }

    #[test]
    fn not4_older_topics_never_replace_newer_ones() {
        let (channels, channel) = (Channels::default(), Uuid::from_u128(1));
        let signal = channels.enter(channel);
        let newer = Topics::read(["v2.conversations.*"]);
        channels.subscribed(channel, 3, &newer);
        channels.subscribed(channel, 2, &Topics::default());
        assert_eq!(*signal.topics(), newer);
    }
}
