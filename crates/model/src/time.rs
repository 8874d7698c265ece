//! Wall-clock time in milliseconds; nobody in here reads a clock.

use std::{fmt, str::FromStr};

use jiff::{Timestamp, tz::TimeZone};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Milliseconds since the Unix epoch. On the wire ISO-8601 UTC with three decimals and `Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Time(i64);

/// Why a text is not a time.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("times are RFC 3339, for example `2026-11-20T18:08:55.431Z`")]
pub struct InvalidTime;

impl Time {
    /// The latest time that the calendar can write, in milliseconds: it leaves room for every offset before the year 10000.
    const LAST: i64 = 253_402_207_199_999;

    /// From milliseconds since the epoch; clamped to the years 1970 to 9999.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        if millis < 0 {
            Self(0)
        } else if millis > Self::LAST {
            Self(Self::LAST)
        } else {
            Self(millis)
        }
    }

    /// Milliseconds since the epoch.
    #[must_use]
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since the epoch.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0 / 1_000
    }

    /// This time moved by so many milliseconds.
    #[must_use]
    pub const fn plus_millis(self, millis: i64) -> Self {
        Self::from_millis(self.0.saturating_add(millis))
    }
}

/// Written by hand: every answer and every event has several times in it.
impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let civil = Timestamp::from_millisecond(self.0).map_err(|_| fmt::Error)?.to_zoned(TimeZone::UTC).datetime();
        let mut text = *b"0000-00-00T00:00:00.000Z";
        digits(&mut text[0..4], civil.year());
        digits(&mut text[5..7], i16::from(civil.month()));
        digits(&mut text[8..10], i16::from(civil.day()));
        digits(&mut text[11..13], i16::from(civil.hour()));
        digits(&mut text[14..16], i16::from(civil.minute()));
        digits(&mut text[17..19], i16::from(civil.second()));
        digits(&mut text[20..23], civil.millisecond());
        f.write_str(std::str::from_utf8(&text).map_err(|_| fmt::Error)?)
    }
}

/// Fills the places with a number's decimal digits.
fn digits(places: &mut [u8], mut number: i16) {
    for place in places.iter_mut().rev() {
        *place = b'0' + u8::try_from(number % 10).unwrap_or_default();
        number /= 10;
    }
}

impl FromStr for Time {
    type Err = InvalidTime;
    fn from_str(text: &str) -> Result<Self, InvalidTime> {
        let timestamp: Timestamp = text.parse().map_err(|_| InvalidTime)?;
        Ok(Self::from_millis(timestamp.as_millisecond()))
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_with_three_decimals_and_read_back() {
        let time = Time::from_millis(1_795_198_135_031);
        assert_eq!(time.to_string(), "2026-11-20T18:08:55.031Z");
        assert_eq!("2026-11-20T18:08:55.031Z".parse(), Ok(time));
        assert_eq!("2026-11-20T19:08:55.031+01:00".parse(), Ok(time));
        for (millis, text) in [(0, "1970-01-01T00:00:00.000Z"), (Time::LAST, "9999-12-30T21:59:59.999Z")] {
            assert_eq!(Time::from_millis(millis).to_string(), text);
        }
        assert_eq!("yesterday".parse::<Time>(), Err(InvalidTime));
    }
}
