//! What can be seen of a board: where somebody stands in the line, and how a queue is doing.

use std::collections::BTreeMap;

use waybill_model::Presence;

/// Where a conversation stands in its queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Its place, from 1; whoever is being offered still has one.
    pub position: usize,
    /// How many stand before it.
    pub ahead: usize,
    /// How long it will presumably wait from now on; absent where nobody can tell.
    pub estimated_wait_ms: Option<u64>,
}

/// How a queue is doing.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct QueueObservation {
    /// Conversations that wait and are not being offered.
    pub waiting: usize,
    /// Conversations that are being offered.
    pub alerting: usize,
    /// Conversations of this queue that agents are at work on.
    pub interacting: usize,
    /// Wrap-ups of this queue that are owed.
    pub wrapping_up: usize,
    /// How long the one has waited that has waited longest, offered or not.
    pub longest_wait_ms: Option<u64>,
    /// How long one that came now would presumably wait.
    pub estimated_wait_ms: Option<u64>,
    /// Its members that are known as agents.
    pub members: usize,
    /// Members by what they say to be doing.
    pub presences: BTreeMap<Presence, usize>,
    /// Members on queue with nothing to do.
    pub idle: usize,
    /// Members on queue with something to do.
    pub busy: usize,
    /// Members on queue that let an alert pass.
    pub not_responding: usize,
    /// Members on queue whose desk is gone.
    pub gone: usize,
    /// Members on queue that could take one more now.
    pub free: usize,
}
