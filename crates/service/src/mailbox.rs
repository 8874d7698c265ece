//! LOG2: commands of one conversation (or of one guest's starts) run one after another, in the order of arrival.

use std::{collections::VecDeque, hash::Hash, sync::Arc};

use dashmap::{DashMap, Entry};
use tokio::sync::oneshot;

use crate::ServiceError;

/// Who is waiting behind the command that runs now.
type Waiting = VecDeque<oneshot::Sender<()>>;

/// A bounded queue of turns per key. A key costs nothing while nobody works on it.
#[derive(Debug, Clone)]
pub(crate) struct Mailboxes<K: Eq + Hash> {
    busy: Arc<DashMap<K, Waiting>>,
    places: usize,
}

/// The right to work on a key; dropping it passes it on.
#[derive(Debug)]
pub(crate) struct Turn<K: Eq + Hash> {
    key: K,
    busy: Arc<DashMap<K, Waiting>>,
}

impl<K: Eq + Hash + Copy> Mailboxes<K> {
    pub(crate) fn new(places: usize) -> Self {
        Self { busy: Arc::new(DashMap::new()), places }
    }

    /// Waits for the turn; a full mailbox answers at once that the server is busy.
    pub(crate) async fn turn(&self, key: K) -> Result<Turn<K>, ServiceError> {
        let waiting = match self.busy.entry(key) {
            Entry::Vacant(place) => {
                place.insert(VecDeque::new());
                None
            }
            Entry::Occupied(mut place) => {
                if place.get().len() >= self.places {
                    return Err(ServiceError::busy("the conversation's mailbox is full"));
                }
                let (sender, receiver) = oneshot::channel();
                place.get_mut().push_back(sender);
                Some(receiver)
            }
        };
        let busy = Arc::clone(&self.busy);
        let Some(receiver) = waiting else { return Ok(Turn { key, busy }) };
        let mut place = Place { key, busy, receiver };
        (&mut place.receiver).await.map_err(|_| ServiceError::Bug("a turn was lost".to_owned()))?;
        Ok(Turn { key, busy: Arc::clone(&place.busy) })
    }
}

/// A place in the queue. Its owner may give up; if the turn had arrived just then, it is passed on.
struct Place<K: Eq + Hash + Copy> {
    key: K,
    busy: Arc<DashMap<K, Waiting>>,
    receiver: oneshot::Receiver<()>,
}

impl<K: Eq + Hash + Copy> Drop for Place<K> {
    fn drop(&mut self) {
        // A receiver that was awaited to its end has nothing left: only an abandoned turn is found here.
        self.receiver.close();
        if self.receiver.try_recv().is_ok() {
            drop(Turn { key: self.key, busy: Arc::clone(&self.busy) });
        }
    }
}

impl<K: Eq + Hash> Drop for Turn<K> {
    fn drop(&mut self) {
        // The entry lock is held while the next one is told, so nobody can slip in between.
        self.busy.remove_if_mut(&self.key, |_, waiting| {
            while let Some(next) = waiting.pop_front() {
                if next.send(()).is_ok() {
                    return false;
                }
            }
            true
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn log2_turns_come_in_order_and_an_abandoned_place_is_skipped() {
        let mailboxes = Mailboxes::new(8);
        let first = mailboxes.turn(1).await.unwrap();
        let mut abandoned = Box::pin(mailboxes.turn(1));
        let mut second = Box::pin(mailboxes.turn(1));
        assert!(futures_poll(&mut abandoned).await.is_none());
        assert!(futures_poll(&mut second).await.is_none());
        drop(abandoned);
        drop(first);
        let second = second.await.unwrap();
        drop(second);
        assert!(mailboxes.busy.is_empty());
    }

    #[tokio::test]
    async fn log2_a_turn_that_arrived_at_an_abandoned_place_is_passed_on() {
        let mailboxes = Mailboxes::new(8);
        let first = mailboxes.turn(1).await.unwrap();
        let mut second = Box::pin(mailboxes.turn(1));
        let mut third = Box::pin(mailboxes.turn(1));
        assert!(futures_poll(&mut second).await.is_none());
        assert!(futures_poll(&mut third).await.is_none());
        drop(first);
        drop(second);
        drop(third.await.unwrap());
        assert!(mailboxes.busy.is_empty());
    }

    #[tokio::test]
    async fn log2_a_full_mailbox_answers_at_once() {
        let mailboxes = Mailboxes::new(0);
        let _first = mailboxes.turn(1).await.unwrap();
        assert!(matches!(mailboxes.turn(1).await, Err(ServiceError::Unavailable { .. })));
        assert!(mailboxes.turn(2).await.is_ok());
    }

    async fn futures_poll<F: Future + Unpin>(future: &mut F) -> Option<F::Output> {
        std::future::poll_fn(|context| match std::pin::Pin::new(&mut *future).poll(context) {
            std::task::Poll::Ready(output) => std::task::Poll::Ready(Some(output)),
            std::task::Poll::Pending => std::task::Poll::Ready(None),
        })
        .await
    }
}
