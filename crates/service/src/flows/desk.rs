//! What the flows of the server share: versions that were read, the directory of names, circuits, tokens, the bell.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use moka::sync::Cache;
use tokio::sync::{Mutex, Notify, Semaphore, watch};
use waybill_engine::{
    conversation::StartingFlow,
    flow::{CompiledFlow, Published},
};
use waybill_model::{Deployment, Flow, FlowId, FlowVersion, OrganizationId};

use super::{breaker::Breakers, inventory::Inventory, tokens::Tokens};
use crate::{Ambient, FlowSettings, Service, ServiceError};

/// Versions that are kept ready at once.
const VERSIONS: u64 = 2_000;
/// How long a change of what flows can name may stay unseen.
const KEPT: Duration = Duration::from_secs(5);

/// What the flows of the server share.
pub(crate) struct Desk {
    /// Versions never change once they were published.
    versions: Cache<(FlowId, u64), Published>,
    pub(super) inventories: Cache<OrganizationId, Arc<Inventory>>,
    /// Held while one is read: whoever comes meanwhile takes what was found.
    pub(super) reading: Mutex<()>,
    pub(super) breakers: Breakers,
    pub(super) tokens: Tokens,
    /// Places for requests that are under way.
    pub(super) requests: Semaphore,
    /// Rings when work was written.
    pub(super) work: Arc<Notify>,
    stopping: watch::Sender<bool>,
}

/// The flow that conversations of a deployment begin with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bound {
    flow_id: FlowId,
    name: String,
    version: u64,
}

impl Bound {
    pub(super) const fn flow_id(&self) -> FlowId {
        self.flow_id
    }

    pub(super) const fn version(&self) -> u64 {
        self.version
    }

    /// A run of it that is about to begin.
    pub(crate) fn starting(&self, ambient: &Ambient) -> StartingFlow {
        StartingFlow {
            run_id: ambient.run_id(),
            flow_id: self.flow_id,
            name: self.name.clone(),
            version: self.version,
            participant_id: ambient.participant_id(),
            communication_id: ambient.communication_id(),
            job_id: ambient.job_id(),
            variables: BTreeMap::new(),
        }
    }
}

impl Desk {
    pub(crate) fn new(settings: &FlowSettings) -> Self {
        Self {
            versions: Cache::builder().max_capacity(VERSIONS).build(),
            inventories: Cache::builder().max_capacity(1_000).time_to_live(KEPT).build(),
            reading: Mutex::default(),
            breakers: Breakers::new(settings.circuit_failures, settings.circuit_pause),
            tokens: Tokens::new(),
            requests: Semaphore::new(settings.concurrent_requests.clamp(1, Semaphore::MAX_PERMITS)),
            work: Arc::new(Notify::new()),
            stopping: watch::Sender::new(false),
        }
    }

    /// Something that flows can name has changed.
    pub(crate) fn forget(&self, organization: OrganizationId) {
        self.inventories.invalidate(&organization);
    }

    /// The server goes down.
    pub(super) fn stop(&self) {
        self.stopping.send_replace(true);
    }

    /// Becomes true when the server goes down.
    pub(super) fn stopping(&self) -> watch::Receiver<bool> {
        self.stopping.subscribe()
    }

    /// What rings where work was written.
    pub(crate) fn bell(&self) -> Arc<Notify> {
        Arc::clone(&self.work)
    }
}

impl Service {
    /// The flow that conversations of a deployment begin with: none where nothing was published (START5).
    pub(crate) async fn bound_flow(&self, deployment: &Deployment) -> Result<Option<Bound>, ServiceError> {
        let Some(flow_id) = deployment.flow else { return Ok(None) };
        let found = self.find_entity::<Flow>(deployment.organization_id, flow_id.uuid()).await?;
        let Some(flow) = found.map(|found| found.entity) else { return Ok(None) };
        Ok(flow.published.map(|version| Bound { flow_id, name: flow.name, version }))
    }

    /// A published version, ready to take steps.
    pub(super) async fn flow_version(
        &self,
        organization: OrganizationId,
        flow: FlowId,
        version: u64,
    ) -> Result<Option<Published>, ServiceError> {
        let versions = &self.inner.flows.versions;
        if let Some(published) = versions.get(&(flow, version)) {
            return Ok(Some(published));
        }
        let id = FlowVersion::uuid_of(flow, version);
        let Some(found) = self.find_entity::<FlowVersion>(organization, id).await? else { return Ok(None) };
        let FlowVersion { name, source, .. } = found.entity;
        let compiled = CompiledFlow::read(&source).map_err(|findings| {
            let first = findings.first().map(ToString::to_string).unwrap_or_default();
            ServiceError::Bug(format!("version {version} of flow {flow} can't be read any more: {first}"))
        })?;
        let published = Published { flow_id: flow, name, version, flow: Arc::new(compiled) };
        versions.insert((flow, version), published.clone());
        Ok(Some(published))
    }
}
