//! REST and the event stream, against the real server.

#![expect(clippy::unwrap_used, reason = "a test that can not go on fails")]

mod allowance;
mod context;
mod cors;
mod deployments;
mod errors;
mod events;
mod messages;
mod start;
mod support;
mod tokens;
mod views;
mod writes;
