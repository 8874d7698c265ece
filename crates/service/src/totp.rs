//! One-time codes as a second factor: TOTP (RFC 6238) with SHA-1, six digits and 30 seconds, which every app speaks.

use ring::hmac;
use subtle::ConstantTimeEq as _;
use waybill_model::Time;

/// Seconds per code.
const STEP: i64 = 30;
/// Codes before and after the present one that are taken too: clocks differ.
const DRIFT: i64 = 1;

/// A secret of 160 random bits, as the RFC recommends.
pub(crate) type Secret = [u8; 20];

/// The step of the code that fits now; none for a wrong code, and for one of a step that was used (each works once).
pub(crate) fn step_of(secret: &[u8], code: &str, now: Time, used: Option<i64>) -> Option<i64> {
    let present = now.seconds() / STEP;
    let mut found = None;
    // Every candidate is compared whole, whichever fits.
    for step in present - DRIFT..=present + DRIFT {
        let fits: bool = self::code(secret, step).as_bytes().ct_eq(code.as_bytes()).into();
        if fits && used.is_none_or(|used| step > used) {
            found = Some(step);
        }
    }
    found
}

/// The six digits of one step.
fn code(secret: &[u8], step: i64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let bytes = tag.as_ref();
    let offset = usize::from(bytes[bytes.len() - 1] & 0xf);
    let window = [bytes[offset] & 0x7f, bytes[offset + 1], bytes[offset + 2], bytes[offset + 3]];
    format!("{:06}", u32::from_be_bytes(window) % 1_000_000)
}

/// Base32 without padding (RFC 4648): what people type into their app.
pub(crate) fn base32(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut text = String::with_capacity(bytes.len().div_ceil(5) * 8);
    for chunk in bytes.chunks(5) {
        let mut group = [0; 8];
        group[3..3 + chunk.len()].copy_from_slice(chunk);
        let bits = u64::from_be_bytes(group);
        for letter in 0..(chunk.len() * 8).div_ceil(5) {
            text.push(char::from(LETTERS[usize::try_from(bits >> (35 - 5 * letter) & 31).unwrap_or(0)]));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"12345678901234567890";

    #[test]
    fn acc7_codes_are_those_of_the_rfc() {
        // RFC 6238, appendix B, SHA-1; the last six of its eight digits.
        for (seconds, expected) in
            [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (20_000_000_000, "353130")]
        {
            assert_eq!(code(SECRET, seconds / STEP), expected, "{seconds}");
        }
    }

    #[test]
    fn acc7_a_code_works_once_and_near_its_time_only() {
        let now = Time::from_millis(1_111_111_109_000);
        let step = 1_111_111_109 / STEP;
        assert_eq!(step_of(SECRET, "081804", now, None), Some(step));
        assert_eq!(step_of(SECRET, "081804", now.plus_millis(30_000), None), Some(step));
        assert_eq!(step_of(SECRET, "081804", now.plus_millis(60_000), None), None, "too old");
        assert_eq!(step_of(SECRET, "081804", now, Some(step)), None, "used");
        assert_eq!(step_of(SECRET, "081804", now, Some(step - 1)), Some(step));
        for wrong in ["", "81804", "0818040", "081805", "081804 "] {
            assert_eq!(step_of(SECRET, wrong, now, None), None, "{wrong}");
        }
    }

    #[test]
    fn acc7_a_secret_is_shown_in_base32() {
        // RFC 4648, section 10.
        for (bytes, expected) in [("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foobar", "MZXW6YTBOI")] {
            assert_eq!(base32(bytes.as_bytes()), expected);
        }
        assert_eq!(base32(SECRET), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    }
}
