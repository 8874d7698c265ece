//! When a delivery is tried again.

use std::time::Duration;

use crate::Ambient;

/// The waits between attempts; after the attempt that follows the last one, a delivery is given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule(Vec<Duration>);

/// A receiver may ask for a longer wait, but not for ever.
const LONGEST_ASKED: Duration = Duration::from_secs(24 * 3_600);

impl Schedule {
    /// These waits.
    #[must_use]
    pub const fn new(waits: Vec<Duration>) -> Self {
        Self(waits)
    }

    /// The wait after so many attempts, up to a fifth shorter or longer so that retries do not come in step; at least what
    /// the receiver asked for. `None` when it is given up.
    pub(super) fn wait(&self, ambient: &Ambient, attempts: u32, asked: Option<Duration>) -> Option<Duration> {
        let index = usize::try_from(attempts.max(1) - 1).unwrap_or(usize::MAX);
        let wait = *self.0.get(index)?;
        let chance = f64::from(u32::from_le_bytes(ambient.bytes::<4>())) / f64::from(u32::MAX);
        let wait = wait.mul_f64(0.8 + 0.4 * chance);
        Some(wait.max(asked.unwrap_or_default().min(LONGEST_ASKED)))
    }
}

impl Default for Schedule {
    /// Ten attempts over about nineteen hours.
    fn default() -> Self {
        Self([5, 30, 120, 600, 1_800, 3_600, 7_200, 18_000, 36_000].map(Duration::from_secs).to_vec())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use waybill_model::Time;

    use super::*;
    use crate::{Chance, Clock};

    struct Fixed(u8);
    impl Clock for Fixed {
        fn now(&self) -> Time {
            Time::from_millis(0)
        }
    }
    impl Chance for Fixed {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(self.0);
        }
    }

    fn wait(chance: u8, attempts: u32, asked: Option<u64>) -> Option<Duration> {
        let ambient = Ambient { clock: Arc::new(Fixed(0)), chance: Arc::new(Fixed(chance)) };
        Schedule::default().wait(&ambient, attempts, asked.map(Duration::from_secs))
    }

    #[test]
    fn wh4_waits_grow_from_five_seconds_to_ten_hours_and_then_end() {
        let seconds = |chance| -> Vec<u64> {
            (1..).map_while(|attempts| wait(chance, attempts, None)).map(|wait| wait.as_secs()).collect()
        };
        assert_eq!(seconds(0), [4, 24, 96, 480, 1_440, 2_880, 5_760, 14_400, 28_800]);
        assert_eq!(seconds(255), [6, 36, 144, 720, 2_160, 4_320, 8_640, 21_600, 43_200]);
    }

    #[test]
    fn wh4_a_longer_wait_that_the_receiver_asked_for_is_kept_within_a_day() {
        assert_eq!(wait(0, 1, Some(60)), Some(Duration::from_secs(60)));
        assert_eq!(wait(0, 1, Some(1)), Some(Duration::from_secs(4)));
        assert_eq!(wait(0, 1, Some(999_999)), Some(LONGEST_ASKED));
        assert_eq!(wait(0, 10, Some(60)), None);
    }
}
