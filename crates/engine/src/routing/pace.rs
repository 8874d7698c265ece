//! How fast a queue moves, and what that means for whoever waits in it.

use waybill_model::Time;

/// After so long without an answered conversation the pace is unknown.
const FORGOTTEN_MS: i64 = 3_600_000;
/// One new observation weighs an eighth.
const WEIGHT: u64 = 8;

/// How long one agent takes for one place in the line, exponentially weighted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Pace {
    per_place_ms: u64,
    seen: Option<Time>,
}

impl Pace {
    /// Somebody who stood at that position was answered after so long.
    pub(super) fn answered(&mut self, waited_ms: u64, position: usize, agents: usize, at: Time) {
        let sample = waited_ms.saturating_mul(agents.max(1) as u64) / position.max(1) as u64;
        self.per_place_ms = match self.seen {
            Some(_) => (self.per_place_ms.saturating_mul(WEIGHT - 1).saturating_add(sample)) / WEIGHT,
            None => sample,
        };
        self.seen = self.seen.max(Some(at));
    }

    /// How long somebody at that position will wait, when so many agents work; absent where nobody can tell.
    pub(super) fn estimate(&self, position: usize, agents: usize, now: Time) -> Option<u64> {
        let seen = self.seen?;
        if agents == 0 || now > seen.plus_millis(FORGOTTEN_MS) {
            return None;
        }
        Some(self.per_place_ms.saturating_mul(position as u64) / agents as u64)
    }
}
