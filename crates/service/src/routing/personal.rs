//! What waits for one agent alone does not wait for ever: an agent who can't be alerted is not waited for.

use std::collections::{BTreeSet, HashMap};

use waybill_engine::routing::Load;
use waybill_model::{ConversationId, Queue, QueueId, QueueRules, Time};

/// When which conversation is for everybody.
#[derive(Debug, Default)]
pub(super) struct Personal {
    times: BTreeSet<(Time, ConversationId)>,
    by_conversation: HashMap<ConversationId, Time>,
}

impl Personal {
    /// Takes over how a conversation stands: one that waits for one agent and is not being offered waits so long for that
    /// agent as an alert would last.
    pub(super) fn watch(&mut self, id: ConversationId, load: Option<&Load>, queues: &HashMap<QueueId, Queue>) {
        let waiting = load.and_then(|load| load.queued.as_ref());
        let waiting = waiting.filter(|queued| queued.agent.is_some() && queued.offer.is_none());
        let due = waiting.map(|queued| {
            let usual = QueueRules::default();
            let rules = queues.get(&queued.queue_id).map_or(&usual, |queue| &queue.rules);
            queued.since.plus_millis(i64::from(rules.alerting_seconds) * 1_000)
        });
        let old = match due {
            Some(due) => self.by_conversation.insert(id, due),
            None => self.by_conversation.remove(&id),
        };
        if let Some(old) = old {
            self.times.remove(&(old, id));
        }
        if let Some(due) = due {
            self.times.insert((due, id));
        }
    }

    /// The next one whose time is over; it is not named again until it changes.
    pub(super) fn take_due(&mut self, now: Time) -> Option<ConversationId> {
        let (due, id) = self.times.first().copied().filter(|(due, _)| *due <= now)?;
        self.times.remove(&(due, id));
        self.by_conversation.remove(&id);
        Some(id)
    }

    pub(super) fn next_due(&self) -> Option<Time> {
        self.times.first().map(|(due, _)| *due)
    }
}
