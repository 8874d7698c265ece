//! What the flows of an organization can name, read together and kept a few seconds.

use std::{collections::BTreeSet, sync::Arc};

use waybill_engine::flow::{
    CompiledDataAction, CompiledSchedule, DataAction as ActionDocument, Directory, KnownDataAction,
    Schedule as HoursDocument, key,
};
use waybill_model::{
    Credential, CredentialKind, DataAction, Entity, Flow, Language, OrganizationId, Queue, Schedule, Skill, WrapupCode,
};
use waybill_store::EntityFilter;

use crate::{Service, ServiceError};

/// Entities of one look.
const LOOK: u32 = 500;

/// What the flows of an organization can name.
#[derive(Debug)]
pub(super) struct Inventory {
    pub(super) directory: Directory,
    /// Names of secrets that templates may use.
    pub(super) secrets: BTreeSet<String>,
}

impl Service {
    /// What the flows of an organization can name.
    pub(super) async fn inventory(&self, organization: OrganizationId) -> Result<Arc<Inventory>, ServiceError> {
        let cache = &self.inner.flows.inventories;
        if let Some(inventory) = cache.get(&organization) {
            return Ok(inventory);
        }
        let _reading = self.inner.flows.reading.lock().await;
        if let Some(inventory) = cache.get(&organization) {
            return Ok(inventory);
        }
        let inventory = Arc::new(self.read_inventory(organization).await?);
        cache.insert(organization, Arc::clone(&inventory));
        Ok(inventory)
    }

    async fn read_inventory(&self, organization: OrganizationId) -> Result<Inventory, ServiceError> {
        let mut directory = Directory::default();
        for Queue { id, name, .. } in self.all(organization).await? {
            directory.queues.insert(key(&name), id);
        }
        for Skill { id, name, .. } in self.all(organization).await? {
            directory.skills.insert(key(&name), id);
        }
        for Language { id, name, .. } in self.all(organization).await? {
            directory.languages.insert(key(&name), id);
        }
        for WrapupCode { id, name, .. } in self.all(organization).await? {
            directory.wrapup_codes.insert(key(&name), id);
        }
        let mut secrets = BTreeSet::new();
        for Credential { id, name, kind, .. } in self.all(organization).await? {
            match kind {
                CredentialKind::Secret => drop(secrets.insert(name)),
                CredentialKind::Bearer
                | CredentialKind::Basic { .. }
                | CredentialKind::OauthClientCredentials { .. } => drop(directory.credentials.insert(key(&name), id)),
            }
        }
        for Schedule { id, name, hours, .. } in self.all(organization).await? {
            let read = serde_json::from_value::<HoursDocument>(hours).map_err(|error| error.to_string());
            match read.and_then(|hours| CompiledSchedule::new(&hours).map_err(|error| error.to_string())) {
                Ok(ready) => drop(directory.schedules.insert(key(&name), Arc::new(ready))),
                Err(error) => tracing::warn!(schedule = %id, error, "a schedule can't be read"),
            }
        }
        for DataAction { id, name, credential, published, .. } in self.all(organization).await? {
            let Some(document) = published else { continue };
            match ready_action(document) {
                Ok(action) => {
                    directory.data_actions.insert(key(&name), Arc::new(KnownDataAction { action, credential }));
                }
                Err(error) => tracing::warn!(action = %id, error, "a data action can't be read"),
            }
        }
        for Flow { id, name, published, .. } in self.all(organization).await? {
            let Some(version) = published else { continue };
            match self.flow_version(organization, id, version).await {
                Ok(Some(published)) => drop(directory.flows.insert(key(&name), published)),
                Ok(None) => tracing::error!(flow = %id, version, "a published version is not stored"),
                Err(ServiceError::Bug(error)) => tracing::error!(flow = %id, error, "a flow can't be read"),
                Err(error) => return Err(error),
            }
        }
        Ok(Inventory { directory, secrets })
    }

    /// Everything of a kind.
    pub(super) async fn all<E: Entity>(&self, organization: OrganizationId) -> Result<Vec<E>, ServiceError> {
        let mut all = Vec::new();
        loop {
            let filter = EntityFilter { offset: all.len() as u64, limit: LOOK, ..EntityFilter::default() };
            let page = self.list_entities::<E>(organization, filter).await?;
            let is_last = page.entities.len() < LOOK as usize;
            all.extend(page.entities.into_iter().map(|found| found.entity));
            if is_last {
                return Ok(all);
            }
        }
    }
}

/// A data action's document, ready to be used.
pub(super) fn ready_action(document: serde_json::Value) -> Result<CompiledDataAction, String> {
    let document: ActionDocument = serde_json::from_value(document).map_err(|error| error.to_string())?;
    CompiledDataAction::new(&document).map_err(|fault| fault.to_string())
}
