//! The open sockets of each session on this node: three at most, and each knows of the others' new conversation (START6).

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::Notify;
use waybill_model::{ConversationId, DeploymentId, TokenHash};

/// What tells sessions apart.
pub(super) type Key = (DeploymentId, TokenHash);

/// Locks over all sessions, so that one busy node does not wait on a single one.
const SHARDS: usize = 16;

/// Open sockets by session.
#[derive(Debug, Default)]
pub(crate) struct Sockets {
    shards: [Mutex<HashMap<Key, Vec<Arc<Signal>>>>; SHARDS],
}

/// How others reach one socket's task.
#[derive(Debug, Default)]
pub(super) struct Signal {
    news: Mutex<News>,
    notify: Notify,
}

/// What others told a socket since it last looked.
#[derive(Debug, Default)]
pub(super) struct News {
    /// The socket has to close.
    pub(super) close: Option<CloseReason>,
    /// The session has a conversation that this socket may not follow yet.
    pub(super) conversation: Option<Position>,
}

/// Why somebody else closes a socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CloseReason {
    /// The session has opened one more than it may.
    TooMany,
    /// Another socket closed all.
    ClosedByGuest,
    /// The guest logged out.
    LoggedOut,
}

/// Where to begin to follow a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Position {
    /// The conversation.
    pub(super) conversation: ConversationId,
    /// The log position after which to read.
    pub(super) after: u64,
    /// Its context revision, where known.
    pub(super) revision: Option<u64>,
}

impl Signal {
    /// Waits for news. Safe to drop.
    pub(super) async fn wait(&self) {
        self.notify.notified().await;
    }

    /// Takes the news.
    pub(super) fn take(&self) -> News {
        std::mem::take(&mut *lock(&self.news))
    }

    fn tell(&self, change: impl FnOnce(&mut News)) {
        change(&mut lock(&self.news));
        self.notify.notify_one();
    }

    fn close(&self, reason: CloseReason) {
        self.tell(|news| news.close = Some(reason));
    }
}

impl Sockets {
    /// Adds a socket to its session; one more than `limit` closes the oldest.
    pub(super) fn enter(&self, key: Key, limit: usize) -> Arc<Signal> {
        let signal = Arc::new(Signal::default());
        let mut shard = self.shard(key);
        let sockets = shard.entry(key).or_default();
        sockets.push(Arc::clone(&signal));
        while sockets.len() > limit.max(1) {
            sockets.remove(0).close(CloseReason::TooMany);
        }
        signal
    }

    /// Takes a socket out of its session.
    pub(super) fn leave(&self, key: Key, signal: &Arc<Signal>) {
        let mut shard = self.shard(key);
        let Some(sockets) = shard.get_mut(&key) else { return };
        sockets.retain(|other| !Arc::ptr_eq(other, signal));
        if sockets.is_empty() {
            shard.remove(&key);
        }
    }

    /// Closes every other socket of the session.
    pub(super) fn close_others(&self, key: Key, own: &Arc<Signal>, reason: CloseReason) {
        for other in self.others(key, own) {
            other.close(reason);
        }
    }

    /// Tells every other socket of the session which conversation it has now.
    pub(super) fn announce(&self, key: Key, own: &Arc<Signal>, position: Position) {
        for other in self.others(key, own) {
            other.tell(|news| news.conversation = Some(position));
        }
    }

    fn others(&self, key: Key, own: &Arc<Signal>) -> Vec<Arc<Signal>> {
        let shard = self.shard(key);
        let all = shard.get(&key).map(Vec::as_slice).unwrap_or_default();
        all.iter().filter(|other| !Arc::ptr_eq(other, own)).cloned().collect()
    }

    fn shard(&self, key: Key) -> MutexGuard<'_, HashMap<Key, Vec<Arc<Signal>>>> {
        let (_, TokenHash(hash)) = key;
        lock(&self.shards[usize::from(hash[0]) % SHARDS])
    }
}

/// A panic elsewhere leaves nothing half done in here.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> Key {
        ("6a1c0000-0000-4000-8000-000000000001".parse().unwrap(), TokenHash([byte; 32]))
    }

    #[test]
    fn start6_a_fourth_socket_closes_the_oldest() {
        let sockets = Sockets::default();
        let [first, second, third, _fourth] = std::array::from_fn(|_| sockets.enter(key(1), 3));
        assert_eq!(first.take().close, Some(CloseReason::TooMany));
        assert_eq!(second.take().close, None);
        assert_eq!(third.take().close, None);
        let stranger = sockets.enter(key(2), 3);
        assert_eq!(stranger.take().close, None);
    }

    #[test]
    fn start6_all_sockets_of_a_session_hear_of_its_conversation_and_no_others() {
        let sockets = Sockets::default();
        let (own, other, stranger) = (sockets.enter(key(1), 3), sockets.enter(key(1), 3), sockets.enter(key(2), 3));
        let conversation = "7b2d0000-0000-4000-8000-000000000002".parse().unwrap();
        let position = Position { conversation, after: 7, revision: Some(1) };
        sockets.announce(key(1), &own, position);
        assert_eq!(other.take().conversation, Some(position));
        assert_eq!(own.take().conversation, None);
        assert_eq!(stranger.take().conversation, None);
    }

    #[test]
    fn start6_a_session_without_sockets_leaves_nothing_behind() {
        let sockets = Sockets::default();
        let signal = sockets.enter(key(1), 3);
        sockets.leave(key(1), &signal);
        assert!(sockets.shards.iter().all(|shard| shard.lock().unwrap().is_empty()));
    }
}
