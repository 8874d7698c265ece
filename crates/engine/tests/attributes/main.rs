//! Admission as its callers see it: raw JSON in, verdicts out. Cases are data, `check` is the one call.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod absence;
mod bytes;
mod conflicts;
mod customer;
mod modes;
mod options;
mod policies;
mod promotion;
mod properties;
mod support;
mod token;
mod trust;
mod values;
mod writes;
