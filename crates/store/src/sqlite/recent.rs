//! What was just written, in memory: the end of the log, conversations as they stand, and what tokens read.
//!
//! One process owns the folder and the writer publishes here before it acknowledges, so all of it is exact.

mod conversations;
mod log;
mod sessions;

pub(super) use conversations::RecentConversations;
pub(super) use log::{Recent, RecentLog, Record};
pub(super) use sessions::RecentSessions;

/// What a reader saw before it began to load: how often the writer had published.
#[derive(Clone, Copy)]
pub(super) struct Before(u64);
