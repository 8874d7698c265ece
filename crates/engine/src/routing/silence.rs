//! A customer who says nothing while an agent is there.

use waybill_model::{Silence, Time};

/// What is to be done about a silent customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a move changes nothing until it is committed"]
pub enum SilenceMove {
    /// It is warned.
    Warn,
    /// The conversation ends.
    End,
    /// Nothing before that time.
    Wait(Time),
}

/// What is to be done now: `heard` is when the customer last said something, or when the agent came if that was later,
/// `warned` is when it was last warned. A warning before it was heard again is none.
pub fn silence(rules: &Silence, heard: Time, warned: Option<Time>, now: Time) -> SilenceMove {
    let (due, end) = match warned.filter(|warned| *warned > heard) {
        Some(warned) => (after(warned, rules.end_seconds), SilenceMove::End),
        None => (after(heard, rules.warn_seconds), SilenceMove::Warn),
    };
    if now >= due { end } else { SilenceMove::Wait(due) }
}

/// So many seconds after a time.
pub(super) const fn after(time: Time, seconds: u32) -> Time {
    time.plus_millis(seconds as i64 * 1_000)
}
