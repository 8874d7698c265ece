//! Numbers whose decimal value a double can hold (CTX3).

use serde_json::Number;

/// Integers up to this size are exact in every JSON reader.
const EXACT: u64 = 1 << 53;

/// Reads the JSON text of a number; `None` when a reader with doubles would see another decimal value.
pub(super) fn read(text: &str) -> Option<Number> {
    if let Ok(integer) = text.parse::<i64>()
        && integer.unsigned_abs() <= EXACT
    {
        return Some(integer.into());
    }
    let Ok(double) = text.parse::<f64>() else { return None };
    let number = Number::from_f64(double)?;
    // Where two shortest forms are equally close, writers differ: `{:e}` and JavaScript take one, `Number` the other.
    let shortest = [format!("{double:e}"), number.to_string()];
    if !shortest.iter().any(|shortest| same_text(text, shortest)) {
        return None;
    }
    // A large integer keeps its digits where the number type has room for them.
    if let Ok(integer) = text.parse::<i64>() {
        return Some(integer.into());
    }
    if let Ok(integer) = text.parse::<u64>() {
        return Some(integer.into());
    }
    Some(number)
}

/// Whether two numbers have the same decimal value (`1`, `1.0` and `10e-1` do).
pub(super) fn same(one: &Number, other: &Number) -> bool {
    one == other || same_text(&one.to_string(), &other.to_string())
}

/// Whether two JSON texts of numbers have the same decimal value.
pub(super) fn same_text(one: &str, other: &str) -> bool {
    Decimal::of(one) == Decimal::of(other)
}

/// A decimal value: `0.digits × 10^exponent`, without zeros at either end; no digits are zero, whatever the sign.
#[derive(Debug, PartialEq, Eq)]
struct Decimal {
    negative: bool,
    digits: Vec<u8>,
    exponent: i64,
}

impl Decimal {
    /// Reads text in JSON's number grammar, which `{:e}` writes, too.
    fn of(text: &str) -> Self {
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let (negative, mantissa) = mantissa.strip_prefix('-').map_or((false, mantissa), |rest| (true, rest));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = || whole.bytes().chain(fraction.bytes());
        let leading = all().take_while(|digit| *digit == b'0').count();
        let mut digits: Vec<u8> = all().skip(leading).collect();
        while digits.last() == Some(&b'0') {
            digits.pop();
        }
        if digits.is_empty() {
            return Self { negative: false, digits, exponent: 0 };
        }
        let point = i64::try_from(whole.len()).unwrap_or(i64::MAX) - i64::try_from(leading).unwrap_or(i64::MAX);
        Self { negative, digits, exponent: exponent_of(exponent).saturating_add(point) }
    }
}

/// The exponent's value; one that does not fit is as far away as can be, where no double is.
fn exponent_of(text: &str) -> i64 {
    match text.strip_prefix('-') {
        Some(rest) => rest.parse::<i64>().map_or(i64::MIN, i64::saturating_neg),
        None => text.strip_prefix('+').unwrap_or(text).parse().unwrap_or(i64::MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(admitted: &[&str], refused: &[&str]) {
        for text in admitted {
            let number = read(text).unwrap_or_else(|| panic!("{text} should be admitted"));
            assert!(same_text(text, &number.to_string()), "{text} became {number}");
        }
        for text in refused {
            assert_eq!(read(text), None, "{text} should be refused");
        }
    }

    #[test]
    fn ctx3_integers_up_to_two_to_the_53_are_exact() {
        check(
            &["0", "-0", "1", "-1", "9007199254740992", "-9007199254740992"],
            &["9007199254740993", "-9007199254740993"],
        );
    }

    #[test]
    fn ctx3_larger_integers_are_admitted_only_where_the_shortest_double_is_the_same_number() {
        check(
            &["9007199254740994", "100000000000000000000", "1e21", "123456789012345680000"],
            &["12345678901234567890", "18446744073709551615", "9223372036854775807", "123456789012345678901234567890"],
        );
    }

    #[test]
    fn ctx3_fractions_are_compared_by_decimal_value() {
        check(
            &["0.1", "0.10", "1.0", "100.0", "1e2", "1E+2", "1.5e-3", "-0.0", "0e999", "0.30000000000000004", "5e-324"],
            &[
                "0.1000000000000000055511151231257827",
                "0.3000000000000000444",
                "1e400",
                "-1e400",
                "1e-400",
                "1.00000000000000000001",
            ],
        );
    }

    #[test]
    fn ctx3_both_of_two_equally_short_forms_are_the_double() {
        for text in ["1503322869580286.2", "1503322869580286.3"] {
            assert_eq!(read(text).and_then(|number| number.as_f64()), text.parse().ok(), "{text}");
        }
        check(&[], &["1503322869580286.25", "1503322869580286.26"]);
    }

    #[test]
    fn ctx3_exponents_beyond_all_reason_are_refused_not_wrapped() {
        check(&["0e99999999999999999999999"], &["1e99999999999999999999999", "1e-99999999999999999999999"]);
    }

    #[test]
    fn ctx3_numbers_of_the_same_decimal_value_are_the_same() {
        assert!(same_text("1", "1.0") && same_text("10e-1", "1") && same_text("-0", "0.00"));
        assert!(!same_text("1", "-1") && !same_text("1", "10") && !same_text("0.1", "0.01"));
    }
}
