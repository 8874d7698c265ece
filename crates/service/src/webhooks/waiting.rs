//! Deliveries in memory: one queue per conversation, of which only the first is under way (WH5).

use std::collections::{BTreeSet, HashMap, VecDeque};

use waybill_model::{ConversationId, Delivery, DeliveryState, Time};

/// Whose deliveries wait for each other; a notice waits for nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Queue {
    Conversation(ConversationId),
    Notice(u64),
}

fn queue_of(delivery: &Delivery) -> Queue {
    delivery.occasion.conversation().map_or(Queue::Notice(delivery.number), Queue::Conversation)
}

/// The oldest pending deliveries of a webhook, in the order of their numbers.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    queues: HashMap<Queue, VecDeque<Delivery>>,
    /// The first of each queue that is not under way, by when it is due.
    due: BTreeSet<(Time, u64, Queue)>,
    /// Queues of which a delivery is under way.
    under_way: HashMap<Queue, u64>,
    count: usize,
}

impl Waiting {
    /// How many wait, those under way included.
    pub(super) const fn count(&self) -> usize {
        self.count
    }

    /// How many are under way.
    pub(super) fn under_way(&self) -> usize {
        self.under_way.len()
    }

    /// Forgets what waits, to be read anew; what is under way is remembered as such.
    pub(super) fn clear(&mut self) {
        self.queues.clear();
        self.due.clear();
        self.count = 0;
    }

    /// Appends one with a number above all others.
    pub(super) fn push(&mut self, delivery: Delivery) {
        let queue = queue_of(&delivery);
        let waiting = self.queues.entry(queue).or_default();
        if waiting.is_empty() && !self.under_way.contains_key(&queue) {
            self.due.insert((delivery.due_at, delivery.number, queue));
        }
        waiting.push_back(delivery);
        self.count += 1;
    }

    /// When the next one is due.
    pub(super) fn next_due(&self) -> Option<Time> {
        self.due.first().map(|(due, _, _)| *due)
    }

    /// Takes one that is due; it is under way until it is finished.
    pub(super) fn take_due(&mut self, now: Time) -> Option<Delivery> {
        let (_, number, queue) = *self.due.first().filter(|(due, _, _)| *due <= now)?;
        self.due.pop_first();
        self.under_way.insert(queue, number);
        self.queues.get(&queue)?.front().cloned()
    }

    /// What became of one that was under way: it waits on, or makes room for the next of its conversation.
    pub(super) fn finish(&mut self, delivery: Delivery) {
        let queue = queue_of(&delivery);
        self.under_way.remove(&queue);
        let Some(waiting) = self.queues.get_mut(&queue) else { return };
        if let Some(index) = waiting.iter().position(|one| one.number == delivery.number) {
            if delivery.state == DeliveryState::Pending {
                waiting[index] = delivery;
            } else {
                waiting.remove(index);
                self.count -= 1;
            }
        }
        match waiting.front() {
            Some(first) => drop(self.due.insert((first.due_at, first.number, queue))),
            None => drop(self.queues.remove(&queue)),
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;
    use waybill_model::{Occasion, WebhookEvent, WebhookId};

    use super::*;

    fn time(millis: i64) -> Time {
        Time::from_millis(millis)
    }

    fn delivery(number: u64, conversation: u128) -> Delivery {
        Delivery {
            number,
            webhook_id: WebhookId::new(Uuid::nil()),
            event: WebhookEvent::ConversationMessage,
            occasion: Occasion::Logged {
                seq: number,
                conversation_id: ConversationId::new(Uuid::from_u128(conversation)),
                conversation_seq: number,
                revision: 1,
            },
            state: DeliveryState::Pending,
            attempts: 0,
            replays: 0,
            created_at: time(0),
            due_at: time(0),
            last: None,
        }
    }

    fn take_all(waiting: &mut Waiting, now: i64) -> Vec<u64> {
        std::iter::from_fn(|| waiting.take_due(time(now))).map(|one| one.number).collect()
    }

    fn waiting(deliveries: &[(u64, u128)]) -> Waiting {
        let mut waiting = Waiting::default();
        deliveries.iter().for_each(|(number, conversation)| waiting.push(delivery(*number, *conversation)));
        waiting
    }

    #[test]
    fn wh5_of_each_conversation_one_is_under_way() {
        let mut waiting = waiting(&[(1, 1), (2, 1), (3, 2), (4, 1)]);
        assert_eq!(take_all(&mut waiting, 0), [1, 3]);
        waiting.finish(Delivery { state: DeliveryState::Delivered, ..delivery(1, 1) });
        assert_eq!(take_all(&mut waiting, 0), [2]);
        waiting.finish(Delivery { state: DeliveryState::Dead, ..delivery(2, 1) });
        assert_eq!(take_all(&mut waiting, 0), [4]);
        waiting.push(delivery(5, 1));
        assert_eq!((take_all(&mut waiting, 0), waiting.count(), waiting.under_way()), (vec![], 3, 2));
    }

    #[test]
    fn wh5_a_failed_one_holds_its_conversation_and_no_other() {
        let mut waiting = waiting(&[(1, 1), (2, 1), (3, 2)]);
        assert_eq!(waiting.take_due(time(0)).unwrap().number, 1);
        waiting.finish(Delivery { due_at: time(50), attempts: 1, ..delivery(1, 1) });
        assert_eq!(take_all(&mut waiting, 49), [3]);
        assert_eq!(waiting.next_due(), Some(time(50)));
        let again = waiting.take_due(time(50)).unwrap();
        assert_eq!((again.number, again.attempts), (1, 1));
    }

    #[test]
    fn wh5_reading_anew_sends_nothing_twice_that_is_under_way() {
        let mut waiting = waiting(&[(5, 1), (6, 1)]);
        assert_eq!(take_all(&mut waiting, 0), [5]);
        waiting.clear();
        // A replay brought an older one back before it.
        [delivery(2, 1), delivery(5, 1), delivery(6, 1)].into_iter().for_each(|one| waiting.push(one));
        assert!(take_all(&mut waiting, 0).is_empty());
        waiting.finish(Delivery { state: DeliveryState::Delivered, ..delivery(5, 1) });
        assert_eq!((take_all(&mut waiting, 0), waiting.count()), (vec![2], 2));
    }
}
