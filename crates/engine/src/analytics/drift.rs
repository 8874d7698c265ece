//! Whether a key comes less often than it used to: a test of two proportions.
//!
//! With `p1` and `p2` the shares of conversations that carry the key in baseline and window, `n1` and `n2` how many those
//! are, and `p` the share of both together, `z = (p1 − p2) / √(p (1 − p) (1/n1 + 1/n2))`. An alarm begins at `z ≥ 4` (by
//! chance once in 30,000 looks) when the share has also fallen by five points at least: a fall that nobody would notice is
//! none. It ends when the window is within half of those five points, or `z < 2`. Few conversations prove nothing.

/// The least conversations of a baseline.
const BASELINE: u64 = 100;
/// The least conversations of a window.
const WINDOW: u64 = 30;
/// The `z` at which an alarm begins.
const BEGINS: f64 = 4.0;
/// The `z` below which it ends.
const ENDS: f64 = 2.0;
/// The least fall of the share.
const FALL: f64 = 0.05;

/// In how many conversations something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Share {
    /// In so many.
    pub present: u64,
    /// Of so many.
    pub of: u64,
}

impl Share {
    /// Between 0 and 1; 0 where there are none.
    #[must_use]
    pub fn rate(self) -> f64 {
        if self.of == 0 { 0.0 } else { self.present.min(self.of) as f64 / self.of as f64 }
    }
}

/// What a window says against its baseline.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Drift {
    /// Too few conversations to say anything.
    TooFew,
    /// No significant fall.
    Steady,
    /// The share has fallen, by this many standard errors.
    Fallen {
        /// The test's figure.
        z: f64,
    },
}

/// Judges a window against the baseline before it.
#[must_use]
pub fn judge(baseline: Share, window: Share) -> Drift {
    if baseline.of < BASELINE || window.of < WINDOW {
        return Drift::TooFew;
    }
    let z = z(baseline, window);
    if z >= BEGINS && baseline.rate() - window.rate() >= FALL { Drift::Fallen { z } } else { Drift::Steady }
}

/// Whether an alarm that began against this baseline is over. Few conversations end nothing.
#[must_use]
pub fn has_recovered(baseline: Share, window: Share) -> bool {
    window.of >= WINDOW && (z(baseline, window) < ENDS || baseline.rate() - window.rate() < FALL / 2.0)
}

fn z(baseline: Share, window: Share) -> f64 {
    let (n1, n2) = (baseline.of as f64, window.of as f64);
    let together = Share { present: baseline.present + window.present, of: baseline.of + window.of }.rate();
    let error = (together * (1.0 - together) * (1.0 / n1 + 1.0 / n2)).sqrt();
    if error > 0.0 { (baseline.rate() - window.rate()) / error } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn share(present: u64, of: u64) -> Share {
        Share { present, of }
    }

    #[test]
    fn ana7_a_fall_is_told_from_chance() {
        let steady = [
            (share(990, 1_000), share(99, 100)),
            (share(990, 1_000), share(96, 100)),
            (share(1_000, 1_000), share(100, 100)),
            (share(0, 1_000), share(0, 100)),
            (share(0, 1_000), share(100, 100)),
            (share(60, 100), share(15, 30)),
            // Certain, but not worth waking anybody.
            (share(990_000, 1_000_000), share(960_000, 1_000_000)),
        ];
        for (baseline, window) in steady {
            assert_eq!(judge(baseline, window), Drift::Steady, "{baseline:?} {window:?}");
        }
        for (baseline, window) in [(share(990, 1_000), share(60, 100)), (share(100, 100), share(12, 30))] {
            assert!(matches!(judge(baseline, window), Drift::Fallen { z } if z > 4.0), "{baseline:?} {window:?}");
        }
        for (baseline, window) in [(share(99, 99), share(0, 100)), (share(1_000, 1_000), share(0, 29))] {
            assert_eq!(judge(baseline, window), Drift::TooFew, "{baseline:?} {window:?}");
        }
    }

    #[test]
    fn ana7_an_alarm_ends_when_the_key_is_back() {
        let baseline = share(990, 1_000);
        for (window, over) in [
            (share(60, 100), false),
            (share(90, 100), false),
            (share(98, 100), true),
            (share(29, 29), false),
            (share(0, 0), false),
        ] {
            assert_eq!(has_recovered(baseline, window), over, "{window:?}");
        }
    }

    #[test]
    fn ana7_the_figure_is_that_of_the_formula() {
        // p = 1050/1100, √(p (1 − p) (1/1000 + 1/100)) = 0.02185, difference 0.39.
        let z = z(share(990, 1_000), share(60, 100));
        assert!((z - 17.85).abs() < 0.01, "{z}");
    }
}
