//! What is administered, typed: read, listed, created, changed and deleted with its audit row (LOG8).

use uuid::Uuid;
use waybill_model::{Actor, AuditEntry, Entity, EntityChange, EntityRecord, OrganizationId};
use waybill_store::EntityFilter;

use crate::{Caller, Service, ServiceError};

/// An entity with the version at which it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Versioned<E> {
    /// The entity.
    pub entity: E,
    /// Its version, from 1.
    pub version: u64,
}

/// A page of entities.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityList<E> {
    /// By name.
    pub entities: Vec<Versioned<E>>,
    /// How many there are in all.
    pub total: u64,
}

/// What an administrative use case writes into the audit log.
#[derive(Debug, Clone)]
pub(crate) struct Act {
    pub(crate) by: Actor,
    /// `queue.created`.
    pub(crate) action: &'static str,
    pub(crate) subject: Uuid,
    /// Field names or a reason; never a secret, never an attribute's value.
    pub(crate) details: String,
}

impl Act {
    pub(crate) fn of(caller: &Caller, action: &'static str, subject: Uuid) -> Self {
        Self { by: caller.actor(), action, subject, details: String::new() }
    }

    /// The server's own doing: start-up, `waybill init`, loops.
    pub(crate) fn of_server(action: &'static str, subject: Uuid) -> Self {
        Self { by: Actor::Server, action, subject, details: String::new() }
    }

    pub(crate) fn saying(mut self, details: impl Into<String>) -> Self {
        self.details = details.into();
        self
    }
}

impl Service {
    pub(crate) fn audit_entry(&self, act: Act) -> AuditEntry {
        let Act { by, action, subject, details } = act;
        AuditEntry {
            by,
            action: action.to_owned(),
            subject: subject.to_string(),
            at: self.inner.ambient.now(),
            details,
        }
    }

    pub(crate) async fn find_entity<E: Entity>(
        &self,
        organization: OrganizationId,
        id: Uuid,
    ) -> Result<Option<Versioned<E>>, ServiceError> {
        self.inner.store.find_entity(organization, E::KIND, id).await?.map(read).transpose()
    }

    /// An entity by the text of its id.
    ///
    /// # Errors
    /// `NotFound`.
    pub(crate) async fn get_entity<E: Entity>(
        &self,
        organization: OrganizationId,
        id: &str,
    ) -> Result<Versioned<E>, ServiceError> {
        let not_found = || ServiceError::not_found(E::KIND, id);
        let parsed = Uuid::try_parse(id).map_err(|_| not_found())?;
        self.find_entity(organization, parsed).await?.ok_or_else(not_found)
    }

    /// LOG7: an entity by a unique key, whosever it is; for log-in only.
    pub(crate) async fn locate_entity<E: Entity>(&self, key: &str) -> Result<Option<Versioned<E>>, ServiceError> {
        match self.inner.store.locate_entity(E::KIND, key).await? {
            Some((organization, id)) => self.find_entity(organization, id).await,
            None => Ok(None),
        }
    }

    pub(crate) async fn list_entities<E: Entity>(
        &self,
        organization: OrganizationId,
        filter: EntityFilter,
    ) -> Result<EntityList<E>, ServiceError> {
        let page = self.inner.store.list_entities(organization, E::KIND, filter).await?;
        let entities = page.entities.into_iter().map(read).collect::<Result<_, _>>()?;
        Ok(EntityList { entities, total: page.total })
    }

    pub(crate) async fn create_entity<E: Entity>(&self, entity: &E, act: Act) -> Result<(), ServiceError> {
        self.put_entity(entity, 1, act).await
    }

    /// Replaces an entity that was read at a version.
    ///
    /// # Errors
    /// `Stale` when somebody else changed it meanwhile.
    pub(crate) async fn update_entity<E: Entity>(&self, changed: &Versioned<E>, act: Act) -> Result<(), ServiceError> {
        self.put_entity(&changed.entity, changed.version + 1, act).await
    }

    async fn put_entity<E: Entity>(&self, entity: &E, version: u64, act: Act) -> Result<(), ServiceError> {
        let change = put(entity, version)?;
        self.change_entities(entity.organization_id(), vec![change], act).await
    }

    pub(crate) async fn delete_entity<E: Entity>(&self, entity: &E, act: Act) -> Result<(), ServiceError> {
        let change = EntityChange::Delete { kind: E::KIND.to_owned(), id: entity.uuid() };
        self.change_entities(entity.organization_id(), vec![change], act).await
    }

    /// Several changes, all or nothing.
    pub(crate) async fn change_entities(
        &self,
        organization: OrganizationId,
        changes: Vec<EntityChange>,
        act: Act,
    ) -> Result<(), ServiceError> {
        let entry = self.audit_entry(act);
        self.inner.store.change_entities(organization, changes, entry).await?;
        // Whatever it was: flows may name it.
        self.inner.flows.forget(organization);
        Ok(())
    }
}

/// The change that writes an entity as this version.
pub(crate) fn put<E: Entity>(entity: &E, version: u64) -> Result<EntityChange, ServiceError> {
    let payload = serde_json::to_string(entity).map_err(|error| ServiceError::Bug(error.to_string()))?;
    Ok(EntityChange::Put(EntityRecord {
        kind: E::KIND.to_owned(),
        id: entity.uuid(),
        name: entity.name().to_owned(),
        unique_keys: entity.unique_keys(),
        version,
        payload,
    }))
}

fn read<E: Entity>(record: EntityRecord) -> Result<Versioned<E>, ServiceError> {
    let entity = serde_json::from_str(&record.payload)
        .map_err(|error| ServiceError::Bug(format!("{} {} can't be read: {error}", E::KIND, record.id)))?;
    Ok(Versioned { entity, version: record.version })
}
