//! Notification channels, against the real server.

#![expect(clippy::unwrap_used, reason = "a test that can not go on fails")]

mod channels;
mod delivery;
mod endings;
mod resume;
mod rights;
mod subscriptions;
mod support;
mod working;
