//! Everything that routing knows of one organization.

mod groups;
mod line;
mod time;
mod view;

use std::collections::{BTreeSet, HashMap, HashSet};

use waybill_model::{ConversationId, Queue, QueueId, Time, UserId};

pub use self::view::{QueueObservation, Standing};
use self::{
    groups::{GroupId, Groups},
    line::{Desk, Line, Place},
    time::Timer,
};
use super::{Agent, Load, Move, Occupation, wish::Wish};

/// Everything that routing knows of one organization: fed with what was committed, asked for one move at a time.
///
/// What it decides follows from what it was told and the time alone, so one that is filled again from the store decides the same.
/// Fill it with queues first, then agents, then conversations, and ask afterwards. A move is asked for until it was followed by a
/// change; what can't be committed now is removed from the board, and set again later.
#[derive(Debug, Default)]
pub struct Board {
    /// The latest time that it was asked at; what time has changed is known up to here.
    clock: Time,
    lines: HashMap<QueueId, Line>,
    desks: HashMap<UserId, Desk>,
    conversations: HashMap<ConversationId, Entry>,
    groups: Groups,
    timers: BTreeSet<(Time, Timer)>,
}

/// One conversation on the board.
#[derive(Debug)]
struct Entry {
    load: Load,
    /// Its place in the line of its queue.
    place: Option<Place>,
    /// Those it waits with, unless it is being offered.
    group: Option<GroupId>,
    /// When time changes what it asks for.
    wish_until: Option<Time>,
    timer: Option<Time>,
    /// Its position when it came, where that was seen.
    came_at: Option<usize>,
}

impl Board {
    /// Adds a queue, or changes it.
    pub fn set_queue(&mut self, queue: &Queue) {
        let line = self.lines.entry(queue.id).or_default();
        let same_rules = line.known && line.rules == queue.rules;
        line.known = true;
        line.rules.clone_from(&queue.rules);
        self.set_members(queue.id, queue.members.iter().copied().collect());
        if !same_rules {
            self.look_again();
        }
    }

    /// Removes a queue; whoever waits in it goes on waiting until something else is done with it.
    pub fn remove_queue(&mut self, id: QueueId) {
        let Some(line) = self.lines.get_mut(&id) else { return };
        line.known = false;
        line.rules = waybill_model::QueueRules::default();
        self.set_members(id, BTreeSet::new());
        self.look_again();
        self.forget_line(id);
    }

    /// Adds an agent, or changes it.
    pub fn set_agent(&mut self, agent: Agent) {
        let user_id = agent.user_id;
        let desk = self.desks.entry(user_id).or_default();
        if desk.agent.as_ref() != Some(&agent) {
            desk.agent = Some(agent);
            self.agent_changed(user_id);
        }
    }

    /// Removes an agent: its alerts are withdrawn, the rest of what it has stays with it. Who only may not work any more is set, not enabled.
    pub fn remove_agent(&mut self, id: UserId) {
        if let Some(desk) = self.desks.get_mut(&id) {
            desk.agent = None;
            self.agent_changed(id);
            self.forget_desk(id);
        }
    }

    /// Adds a conversation, or changes it; one that means nothing to routing is removed.
    pub fn set_conversation(&mut self, id: ConversationId, load: Load) {
        let old = self.conversations.get(&id);
        if old.map_or(load.is_empty(), |old| old.load == load) {
            return;
        }
        let mut touched: HashSet<UserId> = load.occupants.iter().map(|occupant| occupant.user_id).collect();
        touched.extend(old.iter().flat_map(|old| &old.load.occupants).map(|occupant| occupant.user_id));
        let before: Vec<_> = touched.into_iter().map(|user_id| (user_id, self.has_room(user_id))).collect();

        let old = self.take_out(id);
        let came_at = old.as_ref().and_then(|old| old.came_at.filter(|_| waits_on(&old.load, &load)));
        if let Some(old) = &old {
            self.learn(old, &load);
        }
        if !load.is_empty() {
            self.put_in(id, load, came_at);
        }
        for (user_id, had_room) in before {
            if self.has_room(user_id) != had_room {
                self.regroup(user_id);
            }
            self.retime_desk(user_id);
            self.forget_desk(user_id);
        }
    }

    /// Removes a conversation.
    pub fn remove_conversation(&mut self, id: ConversationId) {
        self.set_conversation(id, Load::default());
    }

    /// The next decision; none when nothing is to be done before [`due`](Self::due) or the next change.
    pub fn next(&mut self, now: Time) -> Option<Move> {
        self.clock = self.clock.max(now);
        self.next_by_time().or_else(|| self.next_offer())
    }

    /// When [`next`](Self::next) may have something to say again if nothing changes: now, or when time has passed.
    #[must_use]
    pub fn due(&self, now: Time) -> Option<Time> {
        if self.groups.first().is_some() {
            return Some(now);
        }
        self.timers.first().map(|(time, _)| now.max(*time))
    }

    fn put_in(&mut self, id: ConversationId, load: Load, came_at: Option<usize>) {
        for occupant in &load.occupants {
            self.desks.entry(occupant.user_id).or_default().occupy(id, occupant);
            if let Some(queue_id) = occupant.queue_id {
                self.lines.entry(queue_id).or_default().occupy(occupant.occupation);
            }
        }
        let mut entry = Entry { load, place: None, group: None, wish_until: None, timer: None, came_at };
        if let Some(queued) = &entry.load.queued {
            let place = Place::of(id, queued);
            let line = self.lines.entry(queued.queue_id).or_default();
            line.enter(place, queued);
            // What was waiting when the board was filled came at another time.
            if entry.came_at.is_none() && self.clock > Time::default() {
                entry.came_at = Some(line.last_position(queued.priority));
            }
            entry.place = Some(place);
        }
        self.conversations.insert(id, entry);
        self.enter_group(id);
        self.retime(id);
    }

    fn take_out(&mut self, id: ConversationId) -> Option<Entry> {
        self.leave_group(id);
        let entry = self.conversations.remove(&id)?;
        if let Some(time) = entry.timer {
            self.timers.remove(&(time, Timer::Conversation(id)));
        }
        for occupant in &entry.load.occupants {
            if let Some(desk) = self.desks.get_mut(&occupant.user_id) {
                desk.vacate(id, occupant);
            }
            if let Some(queue_id) = occupant.queue_id
                && let Some(line) = self.lines.get_mut(&queue_id)
            {
                line.vacate(occupant.occupation);
                self.forget_line(queue_id);
            }
        }
        if let (Some(queued), Some(place)) = (&entry.load.queued, entry.place)
            && let Some(line) = self.lines.get_mut(&queued.queue_id)
        {
            line.leave(place, queued);
            self.forget_line(queued.queue_id);
        }
        Some(entry)
    }

    /// Puts a conversation to those that ask for the same as it does now.
    fn enter_group(&mut self, id: ConversationId) {
        let Self { clock, lines, desks, conversations, groups, timers: _ } = self;
        let Some(entry) = conversations.get_mut(&id) else { return };
        let (Some(queued), Some(place)) = (&entry.load.queued, entry.place) else { return };
        if queued.offer.is_some() {
            return;
        }
        let Some(line) = lines.get_mut(&queued.queue_id) else { return };
        let (wish, until) = Wish::of(queued, &entry.load.occupants, &line.rules.rings, *clock);
        entry.wish_until = until;
        entry.group = Some(groups.join(wish, place, line, desks));
    }

    fn leave_group(&mut self, id: ConversationId) {
        let Self { clock: _, lines, desks, conversations, groups, timers: _ } = self;
        let Some(entry) = conversations.get_mut(&id) else { return };
        entry.wish_until = None;
        let (Some(group), Some(place)) = (entry.group.take(), entry.place) else { return };
        groups.leave(group, place, lines, desks);
        if let Some(user_id) = entry.load.queued.as_ref().and_then(|queued| queued.agent) {
            self.forget_desk(user_id);
        }
    }

    fn set_members(&mut self, queue_id: QueueId, members: BTreeSet<UserId>) {
        let Some(line) = self.lines.get_mut(&queue_id) else { return };
        let changed: Vec<UserId> = line.members.symmetric_difference(&members).copied().collect();
        let groups: Vec<GroupId> = line.groups.iter().copied().collect();
        for user_id in changed {
            let desk = self.desks.entry(user_id).or_default();
            if members.contains(&user_id) {
                desk.queues.insert(queue_id);
            } else {
                desk.queues.remove(&queue_id);
            }
            for group in &groups {
                self.groups.judge(*group, user_id, desk);
            }
            self.forget_desk(user_id);
        }
        if let Some(line) = self.lines.get_mut(&queue_id) {
            line.members = members;
        }
    }

    /// After rules have changed: what each conversation asks for, and when something is due. Rules are administered, not traffic.
    fn look_again(&mut self) {
        let ids: Vec<ConversationId> = self.conversations.keys().copied().collect();
        for id in ids {
            self.leave_group(id);
            self.enter_group(id);
            self.retime(id);
        }
    }

    fn agent_changed(&mut self, user_id: UserId) {
        self.regroup(user_id);
        let alerts: Vec<_> = self.desks.get(&user_id).iter().flat_map(|desk| &desk.alerts).copied().collect();
        for id in alerts {
            self.retime(id);
        }
        self.retime_desk(user_id);
    }

    /// Says anew whose conversations an agent could take.
    fn regroup(&mut self, user_id: UserId) {
        let Some(desk) = self.desks.get(&user_id) else { return };
        let queues = desk.queues.iter().filter_map(|queue_id| self.lines.get(queue_id));
        for group in queues.flat_map(|line| &line.groups).chain(&desk.groups) {
            self.groups.judge(*group, user_id, desk);
        }
    }

    fn has_room(&self, user_id: UserId) -> bool {
        self.desks.get(&user_id).is_some_and(Desk::has_room)
    }

    /// Learns from an answer how fast a queue moves.
    fn learn(&mut self, old: &Entry, new: &Load) {
        let (Some(queued), Some(position)) = (&old.load.queued, old.came_at) else { return };
        if waits_on(&old.load, new) {
            return;
        }
        let before = |occupant: &super::Occupant| {
            let connected = old.load.occupants.iter().filter(|old| matches!(old.occupation, Occupation::Connected(_)));
            connected.into_iter().any(|old| old.participant_id == occupant.participant_id)
        };
        let answered = new.occupants.iter().find_map(|occupant| match occupant.occupation {
            Occupation::Connected(at) if occupant.queue_id == Some(queued.queue_id) && !before(occupant) => Some(at),
            Occupation::Connected(_) | Occupation::Alerting | Occupation::WrappingUp(_) => None,
        });
        let Some(at) = answered else { return };
        let waited = u64::try_from(at.millis() - queued.since.millis()).unwrap_or(0);
        let agents = self.lines.get(&queued.queue_id).map_or(0, |line| self.at_work(line));
        if let Some(line) = self.lines.get_mut(&queued.queue_id) {
            line.pace.answered(waited, position, agents, at);
        }
    }

    fn forget_desk(&mut self, user_id: UserId) {
        if self.desks.get(&user_id).is_some_and(Desk::is_empty) {
            self.desks.remove(&user_id);
        }
    }

    fn forget_line(&mut self, queue_id: QueueId) {
        if self.lines.get(&queue_id).is_some_and(Line::is_empty) {
            self.lines.remove(&queue_id);
        }
    }
}

/// Whether it is still the same waiting.
fn waits_on(old: &Load, new: &Load) -> bool {
    match (&old.queued, &new.queued) {
        (Some(old), Some(new)) => old.queue_id == new.queue_id && old.since == new.since,
        (None, _) | (_, None) => false,
    }
}
