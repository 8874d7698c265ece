//! Signed context against the real server: tokens that are believed, and the many that are not.

#![expect(clippy::unwrap_used, reason = "a test that can not go on fails")]

mod admission;
mod algorithms;
mod corrections;
mod keys;
mod malformed;
mod published;
mod recipes;
mod spending;
mod support;
