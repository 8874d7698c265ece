//! When a request is made again: after a wait of chance that grows, or after the time that the other side asked for.

use std::time::Duration;

use waybill_model::Time;
use waybill_outbound::header::{HeaderMap, RETRY_AFTER};

use crate::Ambient;

/// The bounds of the first wait; each one after it may be twice as long.
const FIRST: Duration = Duration::from_millis(250);
/// The longest wait of our own.
const LONGEST: Duration = Duration::from_secs(15);
/// Whoever asks for more than this is not asked again: somebody waits in a chat.
const LONGEST_ASKED: Duration = Duration::from_secs(60);

/// The wait after so many attempts, between nothing and its bound (full jitter); at least what the other side asked for.
/// `None` when that is too long to wait for.
pub(super) fn wait(ambient: &Ambient, attempts: u32, asked: Option<Duration>) -> Option<Duration> {
    if asked.is_some_and(|asked| asked > LONGEST_ASKED) {
        return None;
    }
    let bound = FIRST.saturating_mul(1 << attempts.saturating_sub(1).min(16)).min(LONGEST);
    let chance = f64::from(u32::from_le_bytes(ambient.bytes::<4>())) / f64::from(u32::MAX);
    Some(bound.mul_f64(chance).max(asked.unwrap_or_default()))
}

/// What `Retry-After` asks for, in seconds or as a date.
pub(super) fn asked(headers: &HeaderMap, now: Time) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let date = jiff::fmt::rfc2822::parse(text).ok()?.timestamp().as_millisecond();
    Some(Duration::from_millis(u64::try_from(date.saturating_sub(now.millis())).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use waybill_outbound::header::HeaderValue;

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

    fn millis(chance: u8, attempts: u32, asked: Option<u64>) -> Option<u128> {
        let ambient = Ambient { clock: Arc::new(Fixed(0)), chance: Arc::new(Fixed(chance)) };
        wait(&ambient, attempts, asked.map(Duration::from_secs)).map(|wait| wait.as_millis())
    }

    #[test]
    fn flow25_the_bound_of_a_wait_doubles_and_chance_chooses_below_it() {
        let longest: Vec<_> = (1..=8).map(|attempts| millis(255, attempts, None).unwrap()).collect();
        assert_eq!(longest, [250, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000]);
        assert_eq!(millis(0, 5, None), Some(0));
    }

    #[test]
    fn flow25_what_the_other_side_asks_for_is_the_least_and_too_long_a_wait_is_none() {
        assert_eq!(millis(0, 1, Some(7)), Some(7_000));
        assert_eq!(millis(255, 6, Some(1)), Some(8_000));
        assert_eq!(millis(0, 1, Some(60)), Some(60_000));
        assert_eq!(millis(0, 1, Some(61)), None);
    }

    #[test]
    fn flow25_retry_after_is_read_as_seconds_or_as_a_date() {
        let read = |text: &'static str| {
            let headers = HeaderMap::from_iter([(RETRY_AFTER, HeaderValue::from_static(text))]);
            asked(&headers, Time::from_millis(1_795_198_135_000)).map(|asked| asked.as_secs())
        };
        assert_eq!(read("120"), Some(120));
        assert_eq!(read("Fri, 20 Nov 2026 18:09:25 GMT"), Some(30));
        assert_eq!(read("Fri, 20 Nov 2026 18:00:00 GMT"), Some(0), "a date that has passed");
        assert_eq!(read("soon"), None);
        assert_eq!(read("-3"), None);
    }
}
