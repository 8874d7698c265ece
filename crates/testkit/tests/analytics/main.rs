//! Analytics, against the real server.

#![expect(clippy::unwrap_used, reason = "a test that can not go on fails")]

mod aggregates;
mod completeness;
mod details;
mod handling;
mod jobs;
mod support;
