//! How a queue has done today: counted from what the log tells while the server runs.

use std::collections::HashMap;

use waybill_model::{QueueId, RoutingChange, RoutingRecord, Time};

const DAY_MS: i64 = 24 * 3_600 * 1_000;

/// Counts of one day in UTC, by queue.
#[derive(Debug, Default)]
pub(super) struct Today {
    day: i64,
    by_queue: HashMap<QueueId, Counts>,
}

/// What became of those who waited.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// An agent took them.
    pub answered: u64,
    /// The same, within the time of the service level.
    pub within_level: u64,
    /// They went before.
    pub abandoned: u64,
}

impl Today {
    /// Counts what the log tells.
    pub(super) fn count(&mut self, record: &RoutingRecord, at: Time, level_seconds: u32) {
        let RoutingChange::Left { waited_ms, why, user_id: _ } = &record.change else { return };
        self.turn(at);
        let counts = self.by_queue.entry(record.queue_id).or_default();
        match why.as_str() {
            "answered" => {
                counts.answered += 1;
                counts.within_level += u64::from(*waited_ms <= u64::from(level_seconds) * 1_000);
            }
            "abandoned" => counts.abandoned += 1,
            _ => {}
        }
    }

    /// The counts of a queue so far.
    pub(super) fn of(&mut self, queue: QueueId, now: Time) -> Counts {
        self.turn(now);
        self.by_queue.get(&queue).copied().unwrap_or_default()
    }

    fn turn(&mut self, now: Time) {
        let day = now.millis().div_euclid(DAY_MS);
        if day > self.day {
            self.day = day;
            self.by_queue.clear();
        }
    }
}
