//! A clock that stands still until it is moved.

use std::sync::atomic::{AtomicI64, Ordering};

use waybill_model::Time;
use waybill_server::wiring::Clock;

/// Shows one time; share it between a test and its server by an `Arc`.
#[derive(Debug)]
pub struct FixedClock {
    millis: AtomicI64,
}

impl FixedClock {
    /// A clock that shows this time.
    #[must_use]
    pub fn at(time: Time) -> Self {
        Self { millis: AtomicI64::new(time.millis()) }
    }

    /// Moves it on.
    pub fn advance_millis(&self, millis: i64) {
        self.millis.fetch_add(millis, Ordering::SeqCst);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Time {
        Time::from_millis(self.millis.load(Ordering::SeqCst))
    }
}
