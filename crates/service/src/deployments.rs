//! Deployments with their compiled policies, kept a few seconds so that a frame costs no look-up.

use std::{sync::Arc, time::Duration};

use moka::sync::Cache;
use waybill_engine::attributes::CompiledPolicy;
use waybill_model::{ConfigurationVersion, Deployment, DeploymentId, DeploymentStatus, OrganizationId};

use crate::{Service, ServiceError, flows::Bound};

/// How long a change of a deployment may stay unseen.
const KEPT: Duration = Duration::from_secs(5);

/// A deployment and its present policy, ready to judge.
#[derive(Debug)]
pub(crate) struct Ready {
    pub(crate) deployment: Deployment,
    pub(crate) policy: Arc<CompiledPolicy>,
    /// The published configuration that its messengers show.
    pub(crate) shown: Option<Arc<ConfigurationVersion>>,
    /// The flow that its conversations begin with.
    pub(crate) flow: Option<Bound>,
}

pub(crate) struct DeploymentCache {
    present: Cache<DeploymentId, Arc<Ready>>,
    /// Strangers ask for ids that do not exist; that must not cost a look-up each.
    unknown: Cache<DeploymentId, ()>,
    /// Policies never change once published.
    policies: Cache<(DeploymentId, u64), Arc<CompiledPolicy>>,
    /// Every active deployment, for the one question that names none.
    active: Cache<(), Arc<Vec<Deployment>>>,
}

impl DeploymentCache {
    pub(crate) fn new() -> Self {
        Self {
            present: Cache::builder().max_capacity(10_000).time_to_live(KEPT).build(),
            unknown: Cache::builder().max_capacity(10_000).time_to_live(KEPT).build(),
            policies: Cache::builder().max_capacity(1_000).build(),
            active: Cache::builder().max_capacity(1).time_to_live(KEPT).build(),
        }
    }

    pub(crate) fn forget(&self, id: DeploymentId) {
        self.present.invalidate(&id);
        self.unknown.invalidate(&id);
        self.active.invalidate(&());
    }
}

impl Service {
    /// A deployment by its id alone (LOG7), with its present policy.
    pub(crate) async fn find_ready(&self, id: DeploymentId) -> Result<Option<Arc<Ready>>, ServiceError> {
        let cache = &self.inner.deployments;
        if let Some(ready) = cache.present.get(&id) {
            return Ok(Some(ready));
        }
        if cache.unknown.contains_key(&id) {
            return Ok(None);
        }
        let store = &self.inner.store;
        let found = match store.locate_organization_by_deployment(id).await? {
            Some(organization) => store.find_deployment(organization, id).await?,
            None => None,
        };
        let Some(mut deployment) = found else {
            cache.unknown.insert(id, ());
            return Ok(None);
        };
        let shown = match deployment.configuration {
            Some(configuration) => self.find_shown_version(deployment.organization_id, configuration).await?,
            None => None,
        };
        if let Some(seconds) = shown.as_ref().and_then(|shown| shown.content.session_seconds) {
            deployment.session_seconds = seconds;
        }
        let policy =
            Arc::new(CompiledPolicy::new(deployment.policy.clone()).map_err(|error| {
                ServiceError::Bug(format!("the stored policy of deployment {id} is invalid: {error}"))
            })?);
        cache.policies.insert((id, policy.policy().version), Arc::clone(&policy));
        let flow = self.bound_flow(&deployment).await?;
        let ready = Arc::new(Ready { deployment, policy, shown, flow });
        cache.present.insert(id, Arc::clone(&ready));
        Ok(Some(ready))
    }

    /// Every active deployment of every organization.
    pub(crate) async fn active_deployments(&self) -> Result<Arc<Vec<Deployment>>, ServiceError> {
        let cache = &self.inner.deployments.active;
        if let Some(active) = cache.get(&()) {
            return Ok(active);
        }
        let mut active = Vec::new();
        for organization in self.inner.store.list_organizations().await? {
            let deployments = self.inner.store.list_deployments(organization.id).await?;
            active.extend(deployments.into_iter().filter(|one| one.status == DeploymentStatus::Active));
        }
        let active = Arc::new(active);
        cache.insert((), Arc::clone(&active));
        Ok(active)
    }

    /// The policy that a conversation lives under (LOG9).
    pub(crate) async fn policy(
        &self,
        organization: OrganizationId,
        deployment: DeploymentId,
        version: u64,
    ) -> Result<Arc<CompiledPolicy>, ServiceError> {
        let cache = &self.inner.deployments.policies;
        if let Some(policy) = cache.get(&(deployment, version)) {
            return Ok(policy);
        }
        let policy =
            self.inner.store.find_policy(organization, deployment, version).await?.ok_or_else(|| {
                ServiceError::Bug(format!("policy {version} of deployment {deployment} is not stored"))
            })?;
        let policy = Arc::new(CompiledPolicy::new(policy).map_err(|error| {
            ServiceError::Bug(format!("policy {version} of deployment {deployment} is invalid: {error}"))
        })?);
        cache.insert((deployment, version), Arc::clone(&policy));
        Ok(policy)
    }
}
