//! The token bucket of one connection (EDGE6): sixteen bytes, no table, no lock.

use std::time::Duration;

use tokio::time::Instant;
use waybill_service::Bucket;

/// How many frames a connection may still send.
#[derive(Debug)]
pub(crate) struct FrameBucket {
    frames: f64,
    filled_at: Instant,
}

impl FrameBucket {
    /// A full one.
    pub(crate) fn new(limit: Bucket, now: Instant) -> Self {
        Self { frames: f64::from(limit.burst), filled_at: now }
    }

    /// Takes one frame, or says after what time there is one.
    pub(crate) fn take(&mut self, limit: Bucket, now: Instant) -> Result<(), Duration> {
        let gained = now.saturating_duration_since(self.filled_at).as_secs_f64() * limit.per_second;
        self.frames = (self.frames + gained).min(f64::from(limit.burst));
        self.filled_at = now;
        if self.frames >= 1.0 {
            self.frames -= 1.0;
            return Ok(());
        }
        let wait = (1.0 - self.frames) / limit.per_second.max(f64::MIN_POSITIVE);
        Err(Duration::try_from_secs_f64(wait).unwrap_or(Duration::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edge6_a_connection_has_its_burst_and_then_its_rate() {
        let limit = Bucket { per_second: 5.0, burst: 3 };
        let begin = Instant::now();
        let mut bucket = FrameBucket::new(limit, begin);
        for _ in 0..3 {
            assert_eq!(bucket.take(limit, begin), Ok(()));
        }
        assert_eq!(bucket.take(limit, begin), Err(Duration::from_millis(200)));
        let later = begin + Duration::from_millis(200);
        assert_eq!(bucket.take(limit, later), Ok(()));
        assert!(bucket.take(limit, later).is_err());
        assert_eq!(bucket.take(limit, later + Duration::from_secs(3_600)), Ok(()));
        assert!((bucket.frames - 2.0).abs() < 1e-6, "never more than the burst");
    }
}
