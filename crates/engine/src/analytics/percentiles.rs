//! Percentiles of values that are all at hand.

/// The percentiles that are answered.
pub const PERCENTILES: [u8; 4] = [50, 90, 95, 99];

/// The value that so many percent of all do not exceed (nearest rank), of values in order; `None` of none.
#[must_use]
pub fn percentile(sorted: &[u32], percent: u8) -> Option<u64> {
    let rank = (sorted.len() * usize::from(percent)).div_ceil(100).max(1);
    sorted.get(rank - 1).map(|value| u64::from(*value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(values: &[u32], expected: [Option<u64>; 4]) {
        assert_eq!(PERCENTILES.map(|percent| percentile(values, percent)), expected, "{values:?}");
    }

    #[test]
    fn ana12_a_percentile_is_a_value_that_was_measured() {
        let hundred: Vec<u32> = (1..=100).collect();
        check(&hundred, [Some(50), Some(90), Some(95), Some(99)]);
        check(&[10, 20], [Some(10), Some(20), Some(20), Some(20)]);
        check(&[7], [Some(7); 4]);
        check(&[], [None; 4]);
        assert_eq!((percentile(&hundred, 0), percentile(&hundred, 100)), (Some(1), Some(100)));
    }
}
