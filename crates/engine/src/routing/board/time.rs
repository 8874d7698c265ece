//! What is decided next: what time has made due comes before new offers.

use std::{cmp::Reverse, collections::BTreeSet};

use waybill_model::{ConversationId, QueueId, Queued, RoutingMethod, Time, UserId, WrapupPrompt};

use super::{Board, Entry, line::Desk};
use crate::routing::{
    Move, Occupant, Occupation,
    silence::after,
    wish::{mastery, wanted},
};

/// When it is due at once: earlier than everything that time brings.
const AT_ONCE: Time = Time::from_millis(0);

/// Whose time it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Timer {
    /// A conversation's.
    Conversation(ConversationId),
    /// An agent's.
    Desk(UserId),
}

/// What is to be done at that time.
enum Due {
    /// It asks for something else from then on.
    Wish,
    /// A decision.
    Move(Move),
}

impl Board {
    /// The first decision that time has made due.
    pub(super) fn next_by_time(&mut self) -> Option<Move> {
        while let Some((_, timer)) = self.timers.first().copied().filter(|(time, _)| *time <= self.clock) {
            match timer {
                Timer::Conversation(id) => {
                    let next = self.conversations.get(&id).and_then(|entry| self.next_of(id, entry));
                    match next.filter(|(time, _)| *time <= self.clock) {
                        Some((_, Due::Move(decision))) => return Some(decision),
                        Some((_, Due::Wish)) => {
                            self.leave_group(id);
                            self.enter_group(id);
                        }
                        None => {}
                    }
                    self.retime(id);
                }
                Timer::Desk(user_id) => {
                    let next = self.desks.get(&user_id).and_then(|desk| next_of_desk(user_id, desk));
                    if let Some((_, decision)) = next.filter(|(time, _)| *time <= self.clock) {
                        return Some(decision);
                    }
                    self.retime_desk(user_id);
                }
            }
        }
        None
    }

    /// Offers the first of everybody that somebody is free for, to the best of those who are.
    pub(super) fn next_offer(&self) -> Option<Move> {
        let (place, group) = self.groups.first()?;
        let queued = self.conversations.get(&place.id)?.load.queued.as_deref()?;
        let rules = &self.lines.get(&queued.queue_id)?.rules;
        let wanted = match rules.method {
            RoutingMethod::LongestIdle => Vec::new(),
            RoutingMethod::BestSkill => wanted(queued),
        };
        let rank = |user_id: &&UserId| {
            let declined = queued.declined.iter().any(|(declined, _)| declined == *user_id);
            let desk = self.desks.get(user_id);
            let agent = desk.and_then(|desk| desk.agent.as_ref());
            let mastery = agent.map_or(0, |agent| mastery(&wanted, agent));
            let idle_since = agent.map(|agent| agent.state.idle_since);
            (declined, Reverse(mastery), desk.map(|desk| desk.taken), idle_since, **user_id)
        };
        let user_id = *group.free.iter().min_by_key(rank)?;
        let until = after(self.clock, rules.alerting_seconds);
        Some(Move::Offer { conversation_id: place.id, queue_id: queued.queue_id, user_id, until })
    }

    /// Sets a conversation's timer to when something is due next.
    pub(super) fn retime(&mut self, id: ConversationId) {
        let Some(entry) = self.conversations.get(&id) else { return };
        let (old, new) = (entry.timer, self.next_of(id, entry).map(|(time, _)| time));
        if old != new {
            old.map(|time| self.timers.remove(&(time, Timer::Conversation(id))));
            new.map(|time| self.timers.insert((time, Timer::Conversation(id))));
            if let Some(entry) = self.conversations.get_mut(&id) {
                entry.timer = new;
            }
        }
    }

    /// Sets an agent's timer to when something is due next.
    pub(super) fn retime_desk(&mut self, user_id: UserId) {
        let Some(desk) = self.desks.get_mut(&user_id) else { return };
        let new = next_of_desk(user_id, desk).map(|(time, _)| time);
        let old = std::mem::replace(&mut desk.timer, new);
        if old != new {
            old.map(|time| self.timers.remove(&(time, Timer::Desk(user_id))));
            new.map(|time| self.timers.insert((time, Timer::Desk(user_id))));
        }
    }

    /// What time brings to a conversation next, and when.
    fn next_of(&self, id: ConversationId, entry: &Entry) -> Option<(Time, Due)> {
        let of_waiting = entry.load.queued.as_deref().into_iter().flat_map(|queued| match &queued.offer {
            Some(offer) => {
                let (participant_id, user_id) = (offer.participant_id, offer.user_id);
                let is_there = self.desks.get(&user_id).is_some_and(|desk| desk.keeps(queued.agent));
                let due = if is_there {
                    (offer.until, Move::TimeOut { conversation_id: id, participant_id, user_id })
                } else {
                    (AT_ONCE, Move::Withdraw { conversation_id: id, participant_id, user_id })
                };
                [Some((due.0, Due::Move(due.1))), None]
            }
            None => [entry.wish_until.map(|until| (until, Due::Wish)), self.overflow(id, queued)],
        });
        let wrapups = entry.load.occupants.iter().map(|occupant| self.wrapup_over(id, occupant));
        of_waiting.chain(wrapups).flatten().min_by_key(|(time, _)| *time)
    }

    /// When a wrap-up is over without a code.
    fn wrapup_over(&self, id: ConversationId, occupant: &Occupant) -> Option<(Time, Due)> {
        let Occupation::WrappingUp(since) = occupant.occupation else { return None };
        let rules = occupant.queue_id.and_then(|queue_id| self.lines.get(&queue_id)).map(|line| &line.rules);
        let over = match rules.map(|rules| (rules.wrapup, rules.wrapup_seconds)) {
            Some((WrapupPrompt::Mandatory, _)) => return None,
            Some((WrapupPrompt::Timeout, seconds)) => after(since, seconds),
            // Nobody asks for it any more.
            Some((WrapupPrompt::Optional, _)) | None => since,
        };
        let (participant_id, user_id) = (occupant.participant_id, occupant.user_id);
        Some((over, Due::Move(Move::WrapupOver { conversation_id: id, participant_id, user_id })))
    }

    /// When whoever waits goes to another queue.
    fn overflow(&self, id: ConversationId, queued: &Queued) -> Option<(Time, Due)> {
        let overflow = self.lines.get(&queued.queue_id)?.rules.overflow.as_ref()?;
        let time = after(queued.since, overflow.after_seconds);
        let (from_queue, to_queue) = (queued.queue_id, overflow.queue_id);
        // It is seen when the time has come whether it leads anywhere: rules may change until then.
        if self.clock >= time && !self.leads_away(from_queue, queued.since) {
            return None;
        }
        Some((time, Due::Move(Move::Overflow { conversation_id: id, from_queue, to_queue })))
    }

    /// Whether the next queue is there, and does not send whoever waits since then back at once, itself or through others.
    fn leads_away(&self, from: QueueId, since: Time) -> bool {
        let next = |queue_id: QueueId| {
            let overflow = self.lines.get(&queue_id)?.rules.overflow.as_ref()?;
            let is_due = after(since, overflow.after_seconds) <= self.clock;
            let is_there = self.lines.get(&overflow.queue_id).is_some_and(|line| line.known);
            (is_due && is_there).then_some(overflow.queue_id)
        };
        let mut seen = BTreeSet::new();
        let mut queue_id = from;
        while let Some(after) = next(queue_id) {
            if after == from {
                return false;
            }
            if !seen.insert(after) {
                break;
            }
            queue_id = after;
        }
        queue_id != from
    }
}

/// What time brings to an agent next, and when.
fn next_of_desk(user_id: UserId, desk: &Desk) -> Option<(Time, Move)> {
    let agent = desk.agent.as_ref()?;
    let away = agent.away_at().map(|time| (time, Move::Away { user_id }));
    let requeue = desk.connected.iter().find_map(|(conversation_id, participant_id, queue_id)| {
        let (conversation_id, participant_id, queue_id) = (*conversation_id, *participant_id, (*queue_id)?);
        let time = if agent.enabled { agent.lost_at()? } else { AT_ONCE };
        Some((time, Move::Requeue { conversation_id, participant_id, user_id, queue_id }))
    });
    away.into_iter().chain(requeue).min_by_key(|(time, _)| *time)
}
