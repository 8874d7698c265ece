//! What can be seen of a board: where somebody stands in the line, and how a queue is doing.

use std::collections::BTreeMap;

use waybill_model::{ConversationId, Presence, QueueId, Time};

use super::{Board, line::Line};

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

impl Board {
    /// Where a conversation stands; absent when it does not wait.
    #[must_use]
    pub fn standing(&self, id: ConversationId, now: Time) -> Option<Standing> {
        let entry = self.conversations.get(&id)?;
        let line = self.lines.get(&entry.load.queued.as_ref()?.queue_id)?;
        let ahead = line.places.range(..entry.place?).count();
        Some(standing(line, ahead, self.at_work(line), now))
    }

    /// Where everybody of a queue stands, in the order of the line.
    #[must_use]
    pub fn standings(&self, queue_id: QueueId, now: Time) -> Vec<(ConversationId, Standing)> {
        let Some(line) = self.lines.get(&queue_id) else { return Vec::new() };
        let agents = self.at_work(line);
        line.places.iter().enumerate().map(|(ahead, place)| (place.id, standing(line, ahead, agents, now))).collect()
    }

    /// How a queue is doing; an unknown one has nothing.
    #[must_use]
    pub fn observe(&self, queue_id: QueueId, now: Time) -> QueueObservation {
        let mut seen = QueueObservation::default();
        let Some(line) = self.lines.get(&queue_id) else { return seen };
        let longest = line.places.iter().map(|place| place.since).min();
        seen.waiting = line.places.len() - line.alerting;
        seen.alerting = line.alerting;
        seen.interacting = line.interacting;
        seen.wrapping_up = line.wrapping_up;
        seen.longest_wait_ms = longest.map(|since| u64::try_from(now.millis() - since.millis()).unwrap_or(0));
        seen.estimated_wait_ms = standing(line, line.places.len(), self.at_work(line), now).estimated_wait_ms;
        for desk in line.members.iter().filter_map(|user_id| self.desks.get(user_id)) {
            let Some(agent) = &desk.agent else { continue };
            seen.members += 1;
            *seen.presences.entry(agent.state.presence).or_default() += 1;
            if !agent.takes_from_queues() {
                continue;
            }
            if agent.state.gone_since.is_some() {
                seen.gone += 1;
            } else if agent.state.not_responding {
                seen.not_responding += 1;
            } else if desk.taken == 0 {
                seen.idle += 1;
            } else {
                seen.busy += 1;
            }
            seen.free += usize::from(agent.notices() && desk.has_room());
        }
        seen
    }

    /// How many agents work on a line.
    pub(super) fn at_work(&self, line: &Line) -> usize {
        let agents = line.members.iter().filter_map(|user_id| self.desks.get(user_id)?.agent.as_ref());
        agents.filter(|agent| agent.takes_from_queues() && agent.notices()).count()
    }
}

fn standing(line: &Line, ahead: usize, agents: usize, now: Time) -> Standing {
    let position = ahead + 1;
    Standing { position, ahead, estimated_wait_ms: line.pace.estimate(position, agents, now) }
}
