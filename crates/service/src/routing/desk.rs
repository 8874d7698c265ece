//! Where the organizations' routing is found, and who is at the desk.

use std::sync::{Arc, Weak};

use dashmap::DashMap;
use tokio::sync::{Mutex, OnceCell};
use waybill_model::{AgentState, OrganizationId, Queue, RoutingProfile, Time, User, UserId};
use waybill_store::EntityFilter;

use super::{
    room::{Person, Room},
    router,
    watching::Changes,
};
use crate::{Caller, Service, ServiceError, service::Inner};

/// Entities and conversations of one look.
const LOOK: u32 = 500;

/// The routing of every organization that has any.
#[derive(Default)]
pub(crate) struct Desk {
    rooms: DashMap<OrganizationId, Arc<OnceCell<Arc<Room>>>>,
    /// Desks that are open, by person.
    open: DashMap<(OrganizationId, UserId), usize>,
    /// Rules of queues change one after another: each is judged with the others as they stand.
    pub(super) administering: Mutex<()>,
    /// Where everybody's changes are told.
    pub(super) changes: Changes,
}

impl Desk {
    /// The routing of an organization, where it was needed before.
    pub(super) fn found(&self, organization: OrganizationId) -> Option<Arc<Room>> {
        self.rooms.get(&organization)?.get().cloned()
    }

    pub(super) fn is_at_desk(&self, organization: OrganizationId, user: UserId) -> bool {
        self.open.get(&(organization, user)).is_some_and(|open| *open > 0)
    }
}

/// A desk that is open, as long as this lives.
pub struct OpenDesk {
    service: Weak<Inner>,
    organization: OrganizationId,
    user: UserId,
}

impl Drop for OpenDesk {
    fn drop(&mut self) {
        let Some(inner) = self.service.upgrade() else { return };
        if let Some(mut open) = inner.routing.open.get_mut(&(self.organization, self.user)) {
            *open = open.saturating_sub(1);
        }
        inner.routing.open.remove_if(&(self.organization, self.user), |_, open| *open == 0);
        if inner.routing.is_at_desk(self.organization, self.user) {
            return;
        }
        let now = inner.ambient.now();
        if let Some(room) = inner.routing.found(self.organization) {
            room.known().change_state(self.user, |state| state.gone_since = Some(now));
            room.changed.notify_one();
        }
    }
}

impl Service {
    /// A person's desk is open as long as the answer lives; nothing for API clients. Whoever comes back in time loses nothing.
    #[must_use]
    pub fn open_desk(&self, caller: &Caller) -> Option<OpenDesk> {
        let (organization, user) = (caller.organization_id(), caller.user_id()?);
        *self.inner.routing.open.entry((organization, user)).or_default() += 1;
        if let Some(room) = self.inner.routing.found(organization) {
            room.known().change_state(user, |state| (state.gone_since, state.desk_open) = (None, true));
            room.changed.notify_one();
        }
        Some(OpenDesk { service: Arc::downgrade(&self.inner), organization, user })
    }

    /// Starts the routing of every organization that has queues; it ends with the last clone of the service.
    pub(crate) fn spawn_routing(&self) {
        let weak = Arc::downgrade(&self.inner);
        tokio::spawn(async move {
            loop {
                let Some(inner) = weak.upgrade() else { return };
                match (Self { inner }).start_routing().await {
                    Ok(()) => return,
                    Err(error) => tracing::warn!(%error, "routing waits for the store"),
                }
                tokio::time::sleep(router::BREATH).await;
            }
        });
    }

    async fn start_routing(&self) -> Result<(), ServiceError> {
        for organization in self.inner.store.list_organizations().await? {
            let filter = EntityFilter { limit: 1, ..EntityFilter::default() };
            if self.list_entities::<Queue>(organization.id, filter).await?.total > 0 {
                self.room(organization.id).await?;
            }
        }
        Ok(())
    }

    /// The routing of an organization; filled from the store where it was not needed before.
    pub(super) async fn room(&self, organization: OrganizationId) -> Result<Arc<Room>, ServiceError> {
        let cell = Arc::clone(self.inner.routing.rooms.entry(organization).or_default().value());
        let room = cell.get_or_try_init(|| self.fill(organization)).await?;
        Ok(Arc::clone(room))
    }

    async fn fill(&self, organization: OrganizationId) -> Result<Arc<Room>, ServiceError> {
        let listener = self.inner.bus.listen(waybill_bus::Scope::Organization(organization));
        let store = &self.inner.store;
        // What is committed from here on is read from the log.
        let position = store.newest_position().await?;
        let room = Arc::new(Room::new(organization, self.inner.routing.changes.clone()));
        let now = self.inner.ambient.now();
        for queue in self.all_of::<Queue>(organization, None).await? {
            room.known().set_queue(queue);
        }
        for person in self.people_of_routing(organization, now).await? {
            let state = person.state.clone();
            let mut known = room.known();
            known.set_person(person);
            known.change_state(state.user_id, |known| *known = self.state_after_restart(state, now));
        }
        router::fill(self, &room).await?;
        router::start(self, Arc::clone(&room), listener, position);
        Ok(room)
    }

    async fn people_of_routing(&self, organization: OrganizationId, now: Time) -> Result<Vec<Person>, ServiceError> {
        let states = self.inner.store.list_agent_states(organization).await?;
        let ids: Vec<_> = states.iter().map(|state| state.user_id.uuid()).collect();
        let users = self.all_of::<User>(organization, Some(&ids)).await?;
        let profiles = self.all_of::<RoutingProfile>(organization, Some(&ids)).await?;
        let mut people = Vec::new();
        for state in states {
            let Some(user) = users.iter().find(|user| user.id == state.user_id) else {
                // The person was deleted, and the server stopped before it was forgotten here.
                self.inner.store.forget_agent_state(organization, state.user_id).await?;
                continue;
            };
            let profile = profiles.iter().find(|profile| profile.user_id == state.user_id).cloned();
            people.push(Person { name: user.name.clone(), enabled: user.enabled, profile, state });
        }
        tracing::debug!(people = people.len(), at = now.millis(), "routing knows its people");
        Ok(people)
    }

    /// Whoever had a desk when the server stopped is gone from now on, and has the usual time to come back.
    fn state_after_restart(&self, mut state: AgentState, now: Time) -> AgentState {
        let (organization, user) = (state.organization_id, state.user_id);
        if self.inner.routing.is_at_desk(organization, user) {
            (state.gone_since, state.desk_open) = (None, true);
        } else if state.desk_open {
            state.gone_since = Some(now);
        }
        state
    }

    /// Everything of one kind, or those of these ids.
    pub(super) async fn all_of<E: waybill_model::Entity>(
        &self,
        organization: OrganizationId,
        ids: Option<&[uuid::Uuid]>,
    ) -> Result<Vec<E>, ServiceError> {
        let mut found = Vec::new();
        let chunks: Vec<Option<Vec<uuid::Uuid>>> = match ids {
            Some(ids) => ids.chunks(LOOK as usize).map(|ids| Some(ids.to_vec())).collect(),
            None => vec![None],
        };
        for ids in chunks {
            let mut offset = 0;
            loop {
                let filter = EntityFilter { name: None, ids: ids.clone(), offset, limit: LOOK };
                let page = self.list_entities::<E>(organization, filter).await?;
                let count = page.entities.len();
                offset += count as u64;
                found.extend(page.entities.into_iter().map(|versioned| versioned.entity));
                if count < LOOK as usize {
                    break;
                }
            }
        }
        Ok(found)
    }

    /// Writes what agents are doing, where it is not written yet.
    pub(super) async fn write_agents(&self, room: &Room) -> Result<(), ServiceError> {
        let _writing = room.writing.lock().await;
        loop {
            let next = {
                let known = room.known();
                let id = known.unwritten.iter().next().copied();
                id.map(|id| (id, known.people.get(&id).map(|person| person.state.clone())))
            };
            let Some((id, state)) = next else { return Ok(()) };
            if let Some(state) = state.clone() {
                self.inner.store.put_agent_state(state).await?;
            }
            let mut known = room.known();
            // Another change meanwhile is written by the next turn of this loop.
            if known.people.get(&id).map(|person| &person.state) == state.as_ref() {
                known.unwritten.remove(&id);
            }
        }
    }

    /// Lets the routing of an organization look at the time now: for clocks that jump.
    pub fn wake_routing(&self, organization: OrganizationId) {
        if let Some(room) = self.inner.routing.found(organization) {
            room.changed.notify_one();
        }
    }

    /// A queue was created or changed.
    pub(super) async fn queue_changed(&self, queue: &Queue) -> Result<(), ServiceError> {
        let room = self.room(queue.organization_id).await?;
        room.known().set_queue(queue.clone());
        room.changed.notify_one();
        Ok(())
    }

    /// A queue is gone: whoever waits in it waits for its name alone, and is found by transfers.
    pub(super) fn queue_removed(&self, queue: &Queue) {
        if let Some(room) = self.inner.routing.found(queue.organization_id) {
            room.known().remove_queue(queue.id);
            room.changed.notify_one();
        }
    }

    /// A person was renamed, switched off or on.
    pub(crate) fn routing_person_changed(&self, user: &User) {
        let Some(room) = self.inner.routing.found(user.organization_id) else { return };
        let mut known = room.known();
        if let Some(mut person) = known.people.get(&user.id).cloned() {
            (person.name, person.enabled) = (user.name.clone(), user.enabled);
            known.set_person(person);
        }
        drop(known);
        room.changed.notify_one();
    }

    /// A person was deleted: whom it talks to is given to others first, so it stays known as one who may not work.
    pub(crate) async fn routing_person_removed(&self, user: &User) -> Result<(), ServiceError> {
        self.routing_person_changed(&User { enabled: false, ..user.clone() });
        Ok(self.inner.store.forget_agent_state(user.organization_id, user.id).await?)
    }

    /// What somebody can do was changed.
    pub(super) fn profile_changed(&self, profile: &RoutingProfile) {
        let Some(room) = self.inner.routing.found(profile.organization_id) else { return };
        let mut known = room.known();
        if let Some(mut person) = known.people.get(&profile.user_id).cloned() {
            person.profile = Some(profile.clone());
            known.set_person(person);
        }
        drop(known);
        room.changed.notify_one();
    }
}
