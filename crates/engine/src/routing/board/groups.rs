//! Those who wait, by what they ask for: an agent that could take one of a group could take any of it.
//!
//! So nobody has to be tried one by one: of a group only the first counts, and of all groups only those that somebody could take.

use std::collections::{BTreeSet, HashMap};

use waybill_model::{QueueId, UserId};

use super::line::{Desk, Line, Place};
use crate::routing::wish::Wish;

/// A group, for as long as anybody is in it. Nothing is decided by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct GroupId(u64);

/// Those who ask for the same.
#[derive(Debug)]
pub(super) struct Group {
    wish: Wish,
    places: BTreeSet<Place>,
    /// Agents that could be offered any of them now.
    pub(super) free: BTreeSet<UserId>,
    /// Its first, as long as anybody is free for it.
    ready: Option<Place>,
}

/// All groups.
#[derive(Debug, Default)]
pub(super) struct Groups {
    all: HashMap<GroupId, Group>,
    by_wish: HashMap<Wish, GroupId>,
    /// The firsts of the groups that somebody is free for, in their order.
    ready: BTreeSet<(Place, GroupId)>,
    last_id: u64,
}

impl Groups {
    /// The first of everybody that somebody is free for.
    pub(super) fn first(&self) -> Option<(Place, &Group)> {
        let (place, id) = self.ready.first()?;
        Some((*place, self.all.get(id)?))
    }

    pub(super) fn join(
        &mut self,
        wish: Wish,
        place: Place,
        line: &mut Line,
        desks: &mut HashMap<UserId, Desk>,
    ) -> GroupId {
        let id = match self.by_wish.get(&wish) {
            Some(id) => *id,
            None => self.found(wish, line, desks),
        };
        if let Some(group) = self.all.get_mut(&id) {
            group.places.insert(place);
        }
        self.show(id);
        id
    }

    pub(super) fn leave(
        &mut self,
        id: GroupId,
        place: Place,
        lines: &mut HashMap<QueueId, Line>,
        desks: &mut HashMap<UserId, Desk>,
    ) {
        let Some(group) = self.all.get_mut(&id) else { return };
        group.places.remove(&place);
        let is_over = group.places.is_empty();
        self.show(id);
        if !is_over {
            return;
        }
        if let Some(group) = self.all.remove(&id) {
            if let Some(desk) = group.wish.agent.and_then(|user_id| desks.get_mut(&user_id)) {
                desk.groups.remove(&id);
            } else if let Some(line) = lines.get_mut(&group.wish.queue_id) {
                line.groups.remove(&id);
            }
            self.by_wish.remove(&group.wish);
        }
    }

    /// Says anew whether an agent could take those of a group.
    pub(super) fn judge(&mut self, id: GroupId, user_id: UserId, desk: &Desk) {
        let Some(group) = self.all.get_mut(&id) else { return };
        if desk.could_take(&group.wish) {
            group.free.insert(user_id);
        } else {
            group.free.remove(&user_id);
        }
        self.show(id);
    }

    fn found(&mut self, wish: Wish, line: &mut Line, desks: &mut HashMap<UserId, Desk>) -> GroupId {
        self.last_id += 1;
        let id = GroupId(self.last_id);
        let mut free = BTreeSet::new();
        if let Some(user_id) = wish.agent {
            let desk = desks.entry(user_id).or_default();
            desk.groups.insert(id);
            if desk.could_take(&wish) {
                free.insert(user_id);
            }
        } else {
            line.groups.insert(id);
            let could = |user_id: &&UserId| desks.get(user_id).is_some_and(|desk| desk.could_take(&wish));
            free.extend(line.members.iter().filter(could));
        }
        self.by_wish.insert(wish.clone(), id);
        self.all.insert(id, Group { wish, places: BTreeSet::new(), free, ready: None });
        id
    }

    /// Keeps the order of those that somebody is free for.
    fn show(&mut self, id: GroupId) {
        let Some(group) = self.all.get_mut(&id) else { return };
        let ready = if group.free.is_empty() { None } else { group.places.first().copied() };
        if ready == group.ready {
            return;
        }
        if let Some(place) = std::mem::replace(&mut group.ready, ready) {
            self.ready.remove(&(place, id));
        }
        if let Some(place) = ready {
            self.ready.insert((place, id));
        }
    }
}
