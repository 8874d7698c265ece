//! Webhooks of the real server, against a receiver that listens for real.
#![expect(clippy::unwrap_used, reason = "a step that fails fails the test")]

mod attempts;
mod bodies;
mod order;
mod receiver;
mod replays;
mod restarts;
mod rights;
mod settings;
mod support;
mod trust;
