//! Where a consumer stands in the log (LOG4): opaque outside, `<epoch>-<seq>` inside.

use std::{fmt, str::FromStr};

/// A position in one epoch of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor {
    /// Drawn anew when a backup is restored.
    pub epoch: u32,
    /// The last log position that was seen; 0 before the first.
    pub seq: u64,
}

/// Why a text is not a cursor.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error(
    "a cursor is a text that this server handed out; use one from `id:`, `cursor` or `Last-Event-ID`, or leave it out"
)]
pub struct InvalidCursor;

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}-{}", self.epoch, self.seq)
    }
}

impl FromStr for Cursor {
    type Err = InvalidCursor;
    fn from_str(text: &str) -> Result<Self, InvalidCursor> {
        let (epoch, seq) = text.split_once('-').ok_or(InvalidCursor)?;
        if epoch.len() != 8 || seq.is_empty() || seq.len() > 19 || !seq.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(InvalidCursor);
        }
        Ok(Self {
            epoch: u32::from_str_radix(epoch, 16).map_err(|_| InvalidCursor)?,
            seq: seq.parse().map_err(|_| InvalidCursor)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn log4_a_cursor_survives_its_text_and_nonsense_is_refused() {
        let cursor = Cursor { epoch: 0xbeef, seq: 42 };
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        for text in ["", "-", "1-2", "0000beef-", "0000beef--1", "0000beef-99999999999999999999", "zzzzzzzz-1"] {
            assert_eq!(text.parse::<Cursor>(), Err(InvalidCursor), "{text}");
        }
    }
}
