//! What routing holds in memory of one organization: the board, and what fills it.

use std::collections::{BTreeMap, HashMap, HashSet};

use parking_lot::{Mutex, MutexGuard};
use tokio::sync::Notify;
use waybill_engine::routing::{Agent, Board, Load};
use waybill_model::{
    AgentState, ConversationId, OrganizationId, Presence, Queue, QueueId, QueueRules, RoutingProfile, Time, UserId,
};

use super::{personal::Personal, positions::Positions, silence::Silences, today::Today, watching::Changes};

/// One organization's routing. The log is the truth; this follows it.
pub(crate) struct Room {
    pub(super) organization: OrganizationId,
    /// Wakes the router.
    pub(super) changed: Notify,
    known: Mutex<Known>,
    /// Held while agents' states are written, so that the last one written is the last one known.
    pub(super) writing: tokio::sync::Mutex<()>,
}

impl Room {
    pub(super) fn new(organization: OrganizationId, changes: Changes) -> Self {
        Self {
            organization,
            changed: Notify::new(),
            known: Mutex::new(Known { telling: Some((organization, changes)), ..Known::default() }),
            writing: tokio::sync::Mutex::new(()),
        }
    }

    /// What is known; never held across a wait.
    pub(super) fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock()
    }
}

/// Everything that is known of an organization's routing.
#[derive(Default)]
pub(super) struct Known {
    pub(super) board: Board,
    pub(super) queues: HashMap<QueueId, Queue>,
    pub(super) people: BTreeMap<UserId, Person>,
    pub(super) loads: HashMap<ConversationId, Load>,
    /// How many places of an agent are taken, and since when any is.
    pub(super) taken: HashMap<UserId, Taken>,
    /// Agents whose state is not written yet.
    pub(super) unwritten: HashSet<UserId>,
    pub(super) silences: Silences,
    pub(super) positions: Positions,
    pub(super) personal: Personal,
    pub(super) today: Today,
    /// Where it is said that somebody changed.
    telling: Option<(OrganizationId, Changes)>,
}

/// One person as routing knows it.
#[derive(Debug, Clone)]
pub(super) struct Person {
    pub(super) name: String,
    pub(super) enabled: bool,
    pub(super) profile: Option<RoutingProfile>,
    pub(super) state: AgentState,
}

/// Places of an agent that are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Taken {
    pub(super) places: usize,
    pub(super) since: Time,
}

impl Known {
    pub(super) fn set_queue(&mut self, queue: Queue) {
        self.board.set_queue(&queue);
        self.positions.queue_moved(queue.id);
        let id = queue.id;
        self.queues.insert(id, queue);
        let touched: Vec<ConversationId> =
            self.loads.iter().filter(|(_, load)| touches(load, id)).map(|(id, _)| *id).collect();
        for id in touched {
            self.watch(id);
        }
    }

    pub(super) fn remove_queue(&mut self, id: QueueId) {
        self.board.remove_queue(id);
        self.queues.remove(&id);
        self.positions.queue_moved(id);
    }

    /// The rules of a queue; those that every queue begins with where it is gone.
    pub(super) fn rules(&self, id: QueueId) -> QueueRules {
        self.queues.get(&id).map_or_else(QueueRules::default, |queue| queue.rules.clone())
    }

    pub(super) fn set_person(&mut self, person: Person) {
        let mut agent = Agent::new(person.state.clone(), person.profile.as_ref());
        agent.enabled = person.enabled;
        self.board.set_agent(agent);
        let id = person.state.user_id;
        self.people.insert(id, person);
        self.tell(id);
        // How long a wait will be depends on who works.
        self.positions.everything_moved();
    }

    /// Changes what somebody is doing; `false` where nobody knows the person or nothing changed.
    pub(super) fn change_state(&mut self, id: UserId, change: impl FnOnce(&mut AgentState)) -> bool {
        let Some(mut person) = self.people.get(&id).cloned() else { return false };
        change(&mut person.state);
        if self.people.get(&id).is_some_and(|before| before.state == person.state) {
            return false;
        }
        self.set_person(person);
        self.unwritten.insert(id);
        true
    }

    /// Takes over how a conversation stands.
    pub(super) fn set_conversation(&mut self, id: ConversationId, load: Load, now: Time) {
        if self.loads.get(&id).map_or(load.is_empty(), |old| *old == load) {
            return self.watch(id);
        }
        let old = self.loads.remove(&id).unwrap_or_default();
        for queued in [&old.queued, &load.queued].into_iter().flatten() {
            self.positions.queue_moved(queued.queue_id);
        }
        self.board.set_conversation(id, load.clone());
        for occupant in &load.occupants {
            let taken = self.taken.entry(occupant.user_id).or_insert(Taken { places: 0, since: now });
            taken.places += 1;
        }
        for occupant in &old.occupants {
            let Some(taken) = self.taken.get_mut(&occupant.user_id) else { continue };
            taken.places = taken.places.saturating_sub(1);
            if taken.places == 0 {
                self.taken.remove(&occupant.user_id);
                self.change_state(occupant.user_id, |state| state.idle_since = now);
            }
        }
        let concerned: HashSet<UserId> =
            old.occupants.iter().chain(&load.occupants).map(|occupant| occupant.user_id).collect();
        if !load.is_empty() {
            self.loads.insert(id, load);
        }
        self.watch(id);
        for user in concerned {
            self.tell(user);
        }
    }

    fn tell(&self, id: UserId) {
        if let Some((organization, changes)) = &self.telling {
            changes.tell(*organization, id);
        }
    }

    /// Times that the board does not know of: an agent who does not come, a customer who says nothing.
    fn watch(&mut self, id: ConversationId) {
        let load = self.loads.get(&id);
        self.personal.watch(id, load, &self.queues);
        self.silences.watch(id, load, &self.queues);
    }

    /// Whether somebody may be alerted: what is decided elsewhere meanwhile counts.
    pub(super) fn may_be_alerted(&self, id: UserId) -> bool {
        self.people.get(&id).is_some_and(|person| {
            let state = &person.state;
            person.enabled
                && matches!(state.presence, Presence::OnQueue | Presence::Available)
                && !state.not_responding
                && state.gone_since.is_none()
        })
    }
}

/// Whether a queue's rules are about a conversation.
fn touches(load: &Load, queue: QueueId) -> bool {
    load.queued.as_ref().is_some_and(|queued| queued.queue_id == queue)
        || load.occupants.iter().any(|occupant| occupant.queue_id == Some(queue))
}
