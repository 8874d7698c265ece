//! Who waits learns where it stands: whispers that may be lost, few, and only when there is something new.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use tokio::time::Instant;
use waybill_bus::Whisper;
use waybill_engine::routing::{Board, Standing};
use waybill_model::{ConversationId, QueueId, Time};

/// Between two whispers about the same line.
const PAUSE: Duration = Duration::from_secs(3);
/// Whoever stands behind this place is told nothing.
const TOLD: usize = 1_000;
/// A wait that became longer or shorter by less than this is not told again, in milliseconds.
const COARSE_MS: u64 = 10_000;

/// What was whispered, and what is to be whispered.
#[derive(Debug, Default)]
pub(super) struct Positions {
    told: HashMap<ConversationId, (QueueId, usize, Option<u64>)>,
    moved: HashSet<QueueId>,
    everything: bool,
    quiet_until: Option<Instant>,
}

impl Positions {
    pub(super) fn queue_moved(&mut self, id: QueueId) {
        self.moved.insert(id);
    }

    pub(super) fn everything_moved(&mut self) {
        self.everything = true;
    }

    /// When there is something to tell.
    pub(super) fn due(&self, now: Instant) -> Option<Duration> {
        (self.everything || !self.moved.is_empty())
            .then(|| self.quiet_until.map_or(Duration::ZERO, |until| until.saturating_duration_since(now)))
    }

    /// What is to be whispered now; nothing before the pause is over.
    pub(super) fn tell(
        &mut self,
        board: &Board,
        queues: impl Iterator<Item = QueueId>,
        now: Time,
        instant: Instant,
    ) -> Vec<(ConversationId, Whisper)> {
        if self.due(instant) != Some(Duration::ZERO) {
            return Vec::new();
        }
        self.quiet_until = Some(instant + PAUSE);
        let mut moved = std::mem::take(&mut self.moved);
        if std::mem::take(&mut self.everything) {
            moved.extend(queues);
        }
        let mut standing: HashMap<ConversationId, (QueueId, usize, Option<u64>)> = HashMap::new();
        let mut whispers = Vec::new();
        for queue in &moved {
            for (id, Standing { position, ahead: _, estimated_wait_ms }) in
                board.standings(*queue, now).into_iter().take(TOLD)
            {
                let old = self.told.get(&id);
                if old.is_some_and(|(at, before, wait)| {
                    *at == *queue && *before == position && is_near(*wait, estimated_wait_ms)
                }) {
                    standing.extend(old.map(|old| (id, *old)));
                    continue;
                }
                standing.insert(id, (*queue, position, estimated_wait_ms));
                let position = u32::try_from(position).unwrap_or(u32::MAX);
                whispers.push((id, Whisper::QueuePosition { position, estimated_wait_ms }));
            }
        }
        self.told.retain(|_, (queue, _, _)| !moved.contains(queue));
        self.told.extend(standing);
        whispers
    }
}

fn is_near(before: Option<u64>, now: Option<u64>) -> bool {
    match (before, now) {
        (Some(before), Some(now)) => before.abs_diff(now) < COARSE_MS,
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    }
}
