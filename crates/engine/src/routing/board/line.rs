//! The line of a queue, and the desk of an agent.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use waybill_model::{ConversationId, ParticipantId, QueueId, QueueRules, Queued, Time, UserId};

use super::groups::GroupId;
use crate::routing::{Agent, Occupant, Occupation, pace::Pace, wish::Wish};

/// Where somebody waits: higher priority first, then who waits longest, then the id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    priority: Reverse<i32>,
    pub(super) since: Time,
    pub(super) id: ConversationId,
}

impl Place {
    pub(super) fn of(id: ConversationId, queued: &Queued) -> Self {
        Self { priority: Reverse(queued.priority), since: queued.since, id }
    }
}

/// Everything of one queue. A queue that nobody has described can have a line too.
#[derive(Debug, Default)]
pub(super) struct Line {
    /// Whether the queue was described.
    pub(super) known: bool,
    pub(super) rules: QueueRules,
    pub(super) members: BTreeSet<UserId>,
    /// Those who wait for any of its members, by what they ask for.
    pub(super) groups: BTreeSet<GroupId>,
    /// Everybody who waits, offered or not.
    pub(super) places: BTreeSet<Place>,
    /// How many of them have which priority.
    levels: BTreeMap<Reverse<i32>, usize>,
    /// How many of them are being offered.
    pub(super) alerting: usize,
    alerting_agents: usize,
    pub(super) interacting: usize,
    pub(super) wrapping_up: usize,
    pub(super) pace: Pace,
}

impl Line {
    pub(super) fn enter(&mut self, place: Place, queued: &Queued) {
        self.places.insert(place);
        *self.levels.entry(place.priority).or_default() += 1;
        self.alerting += usize::from(queued.offer.is_some());
    }

    pub(super) fn leave(&mut self, place: Place, queued: &Queued) {
        self.places.remove(&place);
        if let Some(count) = self.levels.get_mut(&place.priority) {
            *count -= 1;
            if *count == 0 {
                self.levels.remove(&place.priority);
            }
        }
        self.alerting -= usize::from(queued.offer.is_some());
    }

    pub(super) fn occupy(&mut self, occupation: Occupation) {
        *self.count(occupation) += 1;
    }

    pub(super) fn vacate(&mut self, occupation: Occupation) {
        *self.count(occupation) -= 1;
    }

    fn count(&mut self, occupation: Occupation) -> &mut usize {
        match occupation {
            Occupation::Alerting => &mut self.alerting_agents,
            Occupation::Connected(_) => &mut self.interacting,
            Occupation::WrappingUp(_) => &mut self.wrapping_up,
        }
    }

    /// The position of whoever came last with that priority.
    pub(super) fn last_position(&self, priority: i32) -> usize {
        self.levels.range(..=Reverse(priority)).map(|(_, count)| count).sum()
    }

    /// Whether nothing is known of it.
    pub(super) fn is_empty(&self) -> bool {
        !self.known
            && self.places.is_empty()
            && self.alerting_agents == 0
            && self.interacting == 0
            && self.wrapping_up == 0
    }
}

/// Everything of one agent. An agent that nobody has described can have a desk too.
#[derive(Debug, Default)]
pub(super) struct Desk {
    pub(super) agent: Option<Agent>,
    /// The queues that it is a member of.
    pub(super) queues: BTreeSet<QueueId>,
    /// Those who wait for this person alone, by what they ask for.
    pub(super) groups: BTreeSet<GroupId>,
    /// Places that are taken.
    pub(super) taken: u32,
    /// What is being offered to it.
    pub(super) alerts: BTreeSet<ConversationId>,
    /// What it is at work on.
    pub(super) connected: BTreeSet<(ConversationId, ParticipantId, Option<QueueId>)>,
    pub(super) timer: Option<Time>,
}

impl Desk {
    pub(super) fn occupy(&mut self, id: ConversationId, occupant: &Occupant) {
        self.taken += 1;
        match occupant.occupation {
            Occupation::Alerting => {
                self.alerts.insert(id);
            }
            Occupation::Connected(_) => {
                self.connected.insert((id, occupant.participant_id, occupant.queue_id));
            }
            Occupation::WrappingUp(_) => {}
        }
    }

    pub(super) fn vacate(&mut self, id: ConversationId, occupant: &Occupant) {
        self.taken -= 1;
        match occupant.occupation {
            Occupation::Alerting => {
                self.alerts.remove(&id);
            }
            Occupation::Connected(_) => {
                self.connected.remove(&(id, occupant.participant_id, occupant.queue_id));
            }
            Occupation::WrappingUp(_) => {}
        }
    }

    /// Whether one more conversation fits.
    pub(super) fn has_room(&self) -> bool {
        self.agent.as_ref().is_some_and(|agent| self.taken < agent.capacity)
    }

    /// Whether it could be offered now what is asked for.
    pub(super) fn could_take(&self, wish: &Wish) -> bool {
        let Some(agent) = &self.agent else { return false };
        let member = wish.agent.is_some() || self.queues.contains(&wish.queue_id);
        member && self.has_room() && agent.notices() && takes(agent, wish.agent) && wish.is_met_by(agent)
    }

    /// Whether an alert of somebody who asked for that agent, or for any, may stay.
    pub(super) fn keeps(&self, wanted: Option<UserId>) -> bool {
        self.agent.as_ref().is_some_and(|agent| takes(agent, wanted))
    }

    /// Whether nothing is known of it.
    pub(super) fn is_empty(&self) -> bool {
        self.agent.is_none() && self.queues.is_empty() && self.groups.is_empty() && self.taken == 0
    }
}

fn takes(agent: &Agent, wanted: Option<UserId>) -> bool {
    match wanted {
        Some(_) => agent.takes_personally(),
        None => agent.takes_from_queues(),
    }
}
