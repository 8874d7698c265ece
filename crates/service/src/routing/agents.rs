//! What agents are doing: their presence, and what routing makes of it.

use waybill_engine::routing::Occupation;
use waybill_model::{AgentState, OrganizationId, Permission, Presence, RoutingProfile, Time, User, UserId};

use super::room::{Known, Person, Room};
use crate::{Caller, Service, ServiceError};

/// What routing makes of somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoutingStatus {
    /// Takes nothing from queues.
    OffQueue,
    /// Waits for the next conversation.
    Idle,
    /// Works on conversations of queues.
    Interacting,
    /// Let an alert pass, and gets no others until it says so.
    NotResponding,
    /// Works on conversations that came from no queue.
    Communicating,
}

impl RoutingStatus {
    /// The field's word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OffQueue => "OFF_QUEUE",
            Self::Idle => "IDLE",
            Self::Interacting => "INTERACTING",
            Self::NotResponding => "NOT_RESPONDING",
            Self::Communicating => "COMMUNICATING",
        }
    }
}

/// What somebody can set its routing status to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WantedStatus {
    /// To take conversations from queues.
    Idle,
    /// To take none.
    OffQueue,
}

/// One person as others see it at work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentView {
    /// The person.
    pub user_id: UserId,
    /// What it says to be doing.
    pub presence: Presence,
    /// Since when.
    pub presence_since: Time,
    /// What routing makes of it.
    pub status: RoutingStatus,
    /// Since when, as far as routing knows.
    pub status_since: Time,
    /// How many places are taken: conversations, alerts and owed wrap-ups.
    pub taken: usize,
    /// How many places there are.
    pub capacity: u32,
}

impl Service {
    /// What a person is doing; one who never said so is offline.
    ///
    /// # Errors
    /// `NotFound`; somebody else is found with the right to read the directory only.
    pub async fn get_agent(&self, caller: &Caller, user: &str) -> Result<AgentView, ServiceError> {
        let id = self.person_of(caller, user, Permission::UserView).await?;
        let room = self.room(caller.organization_id()).await?;
        self.know_person(&room, id, user).await?;
        let view = view(&room.known(), id);
        view.ok_or_else(|| ServiceError::not_found("user", user))
    }

    /// Says what a person is doing; whoever did not respond does again. Durable when it answers.
    ///
    /// # Errors
    /// As `get_agent`; `MissingPermission` for somebody else without the right to change presences.
    pub async fn set_presence(
        &self,
        caller: &Caller,
        user: &str,
        presence: Presence,
    ) -> Result<AgentView, ServiceError> {
        self.change_agent(caller, user, |state, now| {
            if state.presence != presence {
                (state.presence, state.presence_since) = (presence, now);
                if presence == Presence::OnQueue {
                    state.idle_since = now;
                }
            }
        })
        .await
    }

    /// Puts a person on queue, or takes it off. Whoever is off queue already goes on with what it is doing.
    ///
    /// # Errors
    /// As `set_presence`.
    pub async fn set_routing_status(
        &self,
        caller: &Caller,
        user: &str,
        wanted: WantedStatus,
    ) -> Result<AgentView, ServiceError> {
        self.change_agent(caller, user, |state, now| {
            let presence = match (wanted, state.presence) {
                (WantedStatus::Idle, _) => Presence::OnQueue,
                (WantedStatus::OffQueue, Presence::OnQueue) => Presence::Available,
                (WantedStatus::OffQueue, other) => other,
            };
            if presence != state.presence {
                (state.presence, state.presence_since) = (presence, now);
                if presence == Presence::OnQueue {
                    state.idle_since = now;
                }
            }
        })
        .await
    }

    async fn change_agent(
        &self,
        caller: &Caller,
        user: &str,
        change: impl Fn(&mut AgentState, Time) + Send,
    ) -> Result<AgentView, ServiceError> {
        let id = self.person_of(caller, user, Permission::PresenceEdit).await?;
        let organization = caller.organization_id();
        let room = self.room(organization).await?;
        self.know_person(&room, id, user).await?;
        let now = self.inner.ambient.now();
        let is_at_desk = self.inner.routing.is_at_desk(organization, id);
        room.known().change_state(id, |state| {
            change(state, now);
            state.not_responding = false;
            if !is_at_desk && caller.user_id() == Some(id) {
                // It works without a desk: nobody waits for one.
                (state.desk_open, state.gone_since) = (false, None);
            }
        });
        self.write_agents(&room).await?;
        room.changed.notify_one();
        let view = view(&room.known(), id);
        view.ok_or_else(|| ServiceError::not_found("user", user))
    }

    /// A person by the text of its id, where the caller is that person or has the right.
    async fn person_of(&self, caller: &Caller, user: &str, right: Permission) -> Result<UserId, ServiceError> {
        let id: UserId = user.parse().map_err(|_| ServiceError::not_found("user", user))?;
        if caller.user_id() != Some(id) {
            let divisions = caller.acting(&[right])?;
            let found = self.find_entity::<User>(caller.organization_id(), id.uuid()).await?;
            if !found.is_some_and(|found| divisions.divisions().contain(found.entity.division_id)) {
                return Err(ServiceError::not_found("user", user));
            }
        }
        Ok(id)
    }

    /// Makes sure that routing knows a person.
    pub(super) async fn know_person(&self, room: &Room, id: UserId, text: &str) -> Result<(), ServiceError> {
        if room.known().people.contains_key(&id) {
            return Ok(());
        }
        let organization = room.organization;
        let found = self.find_entity::<User>(organization, id.uuid()).await?;
        let user = found.ok_or_else(|| ServiceError::not_found("user", text))?.entity;
        let profile = self.find_entity::<RoutingProfile>(organization, id.uuid()).await?.map(|found| found.entity);
        let person =
            Person { name: user.name, enabled: user.enabled, profile, state: self.first_state(organization, id) };
        let mut known = room.known();
        if !known.people.contains_key(&id) {
            known.set_person(person);
        }
        Ok(())
    }

    fn first_state(&self, organization_id: OrganizationId, user_id: UserId) -> AgentState {
        let now = self.inner.ambient.now();
        AgentState {
            organization_id,
            user_id,
            presence: Presence::default(),
            presence_since: now,
            not_responding: false,
            idle_since: now,
            desk_open: self.inner.routing.is_at_desk(organization_id, user_id),
            gone_since: None,
        }
    }
}

fn view(known: &Known, id: UserId) -> Option<AgentView> {
    let Person { name: _, enabled: _, profile, state } = known.people.get(&id)?;
    let taken = known.taken.get(&id);
    let (status, status_since) = match (state.presence, taken) {
        (Presence::OnQueue, _) if state.not_responding => (RoutingStatus::NotResponding, state.presence_since),
        (Presence::OnQueue, None) => (RoutingStatus::Idle, state.presence_since.max(state.idle_since)),
        (Presence::OnQueue, Some(taken)) if is_queue_work(known, id) => {
            (RoutingStatus::Interacting, state.presence_since.max(taken.since))
        }
        (Presence::OnQueue, Some(taken)) => (RoutingStatus::Communicating, state.presence_since.max(taken.since)),
        (_, _) => (RoutingStatus::OffQueue, state.presence_since),
    };
    Some(AgentView {
        user_id: id,
        presence: state.presence,
        presence_since: state.presence_since,
        status,
        status_since,
        taken: taken.map_or(0, |taken| taken.places),
        capacity: profile.as_ref().map_or(RoutingProfile::CAPACITY, |profile| profile.capacity),
    })
}

/// Whether anything of what somebody works on came from a queue. An alert is no work yet, but it is none from elsewhere.
fn is_queue_work(known: &Known, id: UserId) -> bool {
    let mut occupants = known.loads.values().flat_map(|load| &load.occupants).filter(|one| one.user_id == id);
    occupants.any(|one| one.queue_id.is_some() || matches!(one.occupation, Occupation::Alerting))
}
