//! A circuit per host: whoever keeps failing is left alone for a while, then asked once (FLOW26).

use std::{sync::Arc, time::Duration};

use moka::sync::Cache;
use parking_lot::Mutex;
use waybill_model::Time;

/// Hosts that are remembered at once.
const HOSTS: u64 = 10_000;
/// A host that nobody asked for so long has a closed circuit again.
const IDLE: Duration = Duration::from_secs(3_600);

/// The circuits of all hosts.
#[derive(Debug)]
pub(super) struct Breakers {
    hosts: Cache<String, Arc<Mutex<Circuit>>>,
    failures: u32,
    pause: Duration,
}

/// One host's circuit.
#[derive(Debug, Default, PartialEq, Eq)]
enum Circuit {
    /// Requests go; so many failed in a row.
    #[default]
    Closed,
    /// Requests go; so many failed in a row.
    Failing(u32),
    /// No request goes until then.
    Open(Time),
    /// One request finds out; who it was may be gone without a word, so another goes after this time.
    Probing(Time),
}

/// What a request said of its host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Health {
    /// It answers.
    Well,
    /// It does not, or with a server's error.
    Ill,
    /// Nothing: the request never went there.
    Unknown,
}

impl Breakers {
    pub(super) fn new(failures: u32, pause: Duration) -> Self {
        Self { hosts: Cache::builder().max_capacity(HOSTS).time_to_idle(IDLE).build(), failures, pause }
    }

    /// Whether a request may go now.
    pub(super) fn lets_through(&self, host: &str, now: Time) -> bool {
        let circuit = self.hosts.get_with_by_ref(host, Arc::default);
        let mut circuit = circuit.lock();
        match *circuit {
            Circuit::Closed | Circuit::Failing(_) => true,
            Circuit::Open(until) | Circuit::Probing(until) if now >= until => {
                *circuit = Circuit::Probing(self.after(now));
                metrics::counter!("waybill_flow_circuit_total", "state" => "half_open").increment(1);
                true
            }
            Circuit::Open(_) | Circuit::Probing(_) => {
                metrics::counter!("waybill_flow_circuit_refused_total").increment(1);
                false
            }
        }
    }

    /// Takes note of how a request went.
    pub(super) fn note(&self, host: &str, health: Health, now: Time) {
        let circuit = self.hosts.get_with_by_ref(host, Arc::default);
        let mut circuit = circuit.lock();
        let next = match (&*circuit, health) {
            // A probe that went nowhere found nothing out: the next one may go at once.
            (Circuit::Probing(_), Health::Unknown) => Circuit::Open(now),
            (_, Health::Unknown) => return,
            (_, Health::Well) => Circuit::Closed,
            (Circuit::Closed, Health::Ill) if self.failures > 1 => Circuit::Failing(1),
            (Circuit::Failing(before), Health::Ill) if before + 1 < self.failures => Circuit::Failing(before + 1),
            (Circuit::Closed | Circuit::Failing(_) | Circuit::Probing(_), Health::Ill) => {
                Circuit::Open(self.after(now))
            }
            // Requests that were under way when it opened.
            (Circuit::Open(until), Health::Ill) => Circuit::Open(*until),
        };
        if std::mem::discriminant(&next) != std::mem::discriminant(&*circuit) {
            let state = match next {
                Circuit::Open(_) => Some("open"),
                Circuit::Closed if !matches!(*circuit, Circuit::Failing(_)) => Some("closed"),
                Circuit::Closed | Circuit::Failing(_) | Circuit::Probing(_) => None,
            };
            if let Some(state) = state {
                metrics::counter!("waybill_flow_circuit_total", "state" => state).increment(1);
            }
        }
        *circuit = next;
    }

    fn after(&self, now: Time) -> Time {
        now.plus_millis(i64::try_from(self.pause.as_millis()).unwrap_or(i64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Time {
        Time::from_millis(seconds * 1_000)
    }

    /// Every second one request asks for its way and comes back as given; says which ones went.
    #[track_caller]
    fn check(outcomes: &[Health], went: &str) {
        let breakers = Breakers::new(3, Duration::from_secs(4));
        let mut found = String::new();
        for (second, outcome) in (0..).zip(outcomes) {
            let goes = breakers.lets_through("https://crm.example", at(second));
            assert!(breakers.lets_through("https://other.example", at(second)), "another host");
            found.push(if goes { '+' } else { '-' });
            if goes {
                breakers.note("https://crm.example", *outcome, at(second));
            }
        }
        assert_eq!(found, went);
    }

    use Health::{Ill, Unknown, Well};

    #[test]
    fn flow26_a_host_that_keeps_failing_is_left_alone_and_then_asked_once() {
        check(&[Ill, Ill, Ill, Ill, Ill, Ill, Ill, Ill, Ill, Ill, Ill], "+++---+---+");
        check(&[Ill, Ill, Ill, Ill, Ill, Ill, Well, Ill, Ill, Ill], "+++---++++");
    }

    #[test]
    fn flow26_only_failures_in_a_row_count() {
        check(&[Ill, Ill, Well, Ill, Ill, Well, Ill, Unknown, Ill, Ill, Ill], "++++++++++-");
    }

    #[test]
    fn flow26_a_probe_that_says_nothing_lets_the_next_one_go() {
        check(&[Ill, Ill, Ill, Ill, Ill, Ill, Unknown, Ill, Ill], "+++---++-");
        let breakers = Breakers::new(1, Duration::from_secs(4));
        breakers.note("host", Ill, at(0));
        assert!(breakers.lets_through("host", at(4)), "the probe, which is never heard of again");
        assert!(!breakers.lets_through("host", at(5)));
        assert!(breakers.lets_through("host", at(8)));
    }
}
