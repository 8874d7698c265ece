//! What the door for outgoing requests promises, against servers that listen for real.
#![expect(clippy::unwrap_used, reason = "a step that fails fails the test")]

mod bounds;
mod hostile;
mod support;
