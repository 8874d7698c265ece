//! The platform API, as clients of the field use it, against the real server.

#![expect(clippy::unwrap_used, reason = "a test that can not go on fails")]

mod agents;
mod assigning;
mod attributes;
mod canned;
mod conversations;
mod flows;
mod messages;
mod notes;
mod paths;
mod rights;
mod routing;
mod search;
mod support;
mod work;
