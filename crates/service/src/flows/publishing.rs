//! Holding flows against what they are for: checked, published, taken back, bound (FLOW30–FLOW32).

use std::{collections::BTreeSet, sync::Arc};

use waybill_engine::{
    attributes::CompiledPolicy,
    flow::{CompiledFlow, Deployment as Bearing, Finding, Surroundings, check},
};
use waybill_model::{ContextPolicy, Deployment, Flow, FlowVersion};

use super::{
    administration::{has_errors, told},
    check_version, invalid,
};
use crate::{
    Caller, DeploymentView, Service, ServiceError, Versioned,
    entities::{Act, put},
};

/// Published versions of one flow.
const VERSIONS: u64 = 10_000;

/// A flow after it was published, or why it was not.
#[derive(Debug, Clone, PartialEq)]
pub struct PublishedFlow {
    /// The flow.
    pub flow: Versioned<Flow>,
    /// The version; absent where errors were found: nothing was published then.
    pub version: Option<FlowVersion>,
    /// What was found, errors first.
    pub findings: Vec<Finding>,
}

/// A deployment after a flow was bound to it, or why it was not.
#[derive(Debug, Clone, PartialEq)]
pub struct BoundFlow {
    /// The deployment; absent where errors were found: nothing was bound then.
    pub deployment: Option<DeploymentView>,
    /// What was found, errors first.
    pub findings: Vec<Finding>,
}

impl Service {
    /// Holds a document against the deployments that its flow is bound to: the given one, or the draft.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn validate_flow(
        &self,
        caller: &Caller,
        id: &str,
        document: Option<&str>,
    ) -> Result<Vec<Finding>, ServiceError> {
        let flow = self.get_flow(caller, id).await?.entity;
        let bound = self.bound_deployments(caller, flow.id).await?;
        self.findings(caller, document.unwrap_or(&flow.draft), &bound).await
    }

    /// Holds a document that is no flow yet against the named deployments.
    ///
    /// # Errors
    /// `NotFound` for a deployment.
    pub async fn validate_document(
        &self,
        caller: &Caller,
        document: &str,
        deployments: &[String],
    ) -> Result<Vec<Finding>, ServiceError> {
        let mut bearing = Vec::with_capacity(deployments.len());
        for id in deployments {
            bearing.push(self.own_deployment(caller, id).await?.deployment.clone());
        }
        self.findings(caller, document, &bearing).await
    }

    /// Publishes the draft as the next version: conversations begin with it from now on; those that run keep theirs (LOG9).
    ///
    /// # Errors
    /// `NotFound`, `Stale`, `WrongState` when there are too many versions.
    pub async fn publish_flow(
        &self,
        caller: &Caller,
        id: &str,
        version: Option<u64>,
    ) -> Result<PublishedFlow, ServiceError> {
        let mut found = self.get_flow(caller, id).await?;
        check_version("flow", id, found.version, version)?;
        let bound = self.bound_deployments(caller, found.entity.id).await?;
        let findings = self.findings(caller, &found.entity.draft, &bound).await?;
        if has_errors(&findings) {
            return Ok(PublishedFlow { flow: found, version: None, findings });
        }
        if found.entity.newest >= VERSIONS {
            return Err(ServiceError::WrongState {
                what: format!("flow `{}`", found.entity.id),
                rule: format!("has {VERSIONS} versions, which is the most it can have"),
                remedy: "create a new flow with this draft".to_owned(),
            });
        }
        let now = self.inner.ambient.now();
        let flow = &mut found.entity;
        let number = flow.newest + 1;
        (flow.newest, flow.published, flow.modified_at) = (number, Some(number), now);
        let published = FlowVersion {
            flow_id: flow.id,
            organization_id: flow.organization_id,
            version: number,
            sort: FlowVersion::sort_of(flow.id, number),
            name: flow.name.clone(),
            source: flow.draft.clone(),
            published_at: now,
            by: caller.actor(),
        };
        let changes = vec![put(flow, found.version + 1)?, put(&published, 1)?];
        let act = Act::of(caller, "flow.published", flow.id.uuid()).saying(format!("version {number}"));
        self.change_entities(flow.organization_id, changes, act).await?;
        self.forget_bound(caller, found.entity.id).await?;
        let flow = Versioned { version: found.version + 1, ..found };
        Ok(PublishedFlow { flow, version: Some(published), findings })
    }

    /// Lets conversations begin with an earlier version again, if that still fits; the draft stays.
    ///
    /// # Errors
    /// `NotFound` for the flow or the version.
    pub async fn rollback_flow(&self, caller: &Caller, id: &str, version: &str) -> Result<PublishedFlow, ServiceError> {
        let mut found = self.get_flow(caller, id).await?;
        let target = self.stored_version(&found.entity, version).await?;
        let bound = self.bound_deployments(caller, found.entity.id).await?;
        let findings = self.findings(caller, &target.source, &bound).await?;
        if has_errors(&findings) {
            return Ok(PublishedFlow { flow: found, version: None, findings });
        }
        found.entity.published = Some(target.version);
        found.entity.modified_at = self.inner.ambient.now();
        let act = Act::of(caller, "flow.rolledback", found.entity.id.uuid());
        self.update_entity(&found, act.saying(format!("version {}", target.version))).await?;
        self.forget_bound(caller, found.entity.id).await?;
        let flow = Versioned { version: found.version + 1, ..found };
        Ok(PublishedFlow { flow, version: Some(target), findings })
    }

    /// Lets the conversations of a deployment begin with a flow, if what it reads is what the deployment may deliver.
    ///
    /// # Errors
    /// `NotFound` for either; `WrongState` for a flow without a published version; `Stale`.
    pub async fn bind_flow(&self, caller: &Caller, id: &str, deployment: &str) -> Result<BoundFlow, ServiceError> {
        let flow = self.get_flow(caller, id).await?.entity;
        let before = self.stored_deployment(caller, deployment).await?;
        let Some(published) = flow.published else {
            return Err(ServiceError::WrongState {
                what: format!("flow `{}`", flow.id),
                rule: "has no published version".to_owned(),
                remedy: "publish its draft first".to_owned(),
            });
        };
        let version = self.stored_version(&flow, &published.to_string()).await?;
        let findings = self.findings(caller, &version.source, std::slice::from_ref(&before)).await?;
        if has_errors(&findings) {
            return Ok(BoundFlow { deployment: None, findings });
        }
        let deployment = self.set_flow(caller, before, Some(flow.id)).await?;
        Ok(BoundFlow { deployment: Some(deployment), findings })
    }

    /// Lets the conversations of a deployment begin without a flow.
    ///
    /// # Errors
    /// `NotFound`, `Stale`.
    pub async fn unbind_flow(&self, caller: &Caller, deployment: &str) -> Result<DeploymentView, ServiceError> {
        let before = self.stored_deployment(caller, deployment).await?;
        self.set_flow(caller, before, None).await
    }

    async fn set_flow(
        &self,
        caller: &Caller,
        before: Deployment,
        flow: Option<waybill_model::FlowId>,
    ) -> Result<DeploymentView, ServiceError> {
        let (organization, id) = (before.organization_id, before.id);
        if before.flow != flow {
            let after = Deployment { flow, modified_at: Some(self.inner.ambient.now()), ..before.clone() };
            let act = Act::of(caller, "deployment.updated", id.uuid()).saying("flow");
            let entry = self.audit_entry(act);
            self.inner.store.update_deployment(organization, before, after, entry).await?;
            self.inner.deployments.forget(id);
        }
        self.get_deployment(caller, &id.to_string()).await
    }

    /// The deployments whose conversations begin with a flow, as far as the caller reaches them.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn list_flow_deployments(&self, caller: &Caller, id: &str) -> Result<Vec<Deployment>, ServiceError> {
        let flow = self.get_flow(caller, id).await?.entity;
        let mut bound = self.bound_deployments(caller, flow.id).await?;
        bound.retain(|one| caller.divisions().contain(one.division_id));
        Ok(bound)
    }

    /// What a policy that is about to be published would break in the flow of its deployment, and what it breaks already is
    /// left out.
    ///
    /// # Errors
    /// The store's.
    pub async fn policy_breaks(
        &self,
        caller: &Caller,
        deployment: &str,
        policy: ContextPolicy,
    ) -> Result<Vec<Finding>, ServiceError> {
        let before = self.stored_deployment(caller, deployment).await?;
        let Some(bound) = self.bound_flow(&before).await? else { return Ok(Vec::new()) };
        let Some(version) = self.flow_version(before.organization_id, bound.flow_id(), bound.version()).await? else {
            return Ok(Vec::new());
        };
        let present = self.held_against(caller, &version.flow, std::slice::from_ref(&before)).await?;
        let after = Deployment { policy, ..before };
        let mut proposed = self.held_against(caller, &version.flow, &[after]).await?;
        proposed.retain(|finding| !present.contains(finding));
        Ok(told(proposed))
    }

    async fn findings(
        &self,
        caller: &Caller,
        document: &str,
        deployments: &[Deployment],
    ) -> Result<Vec<Finding>, ServiceError> {
        let found = match CompiledFlow::read(document) {
            Ok(flow) => self.held_against(caller, &flow, deployments).await?,
            Err(findings) => findings,
        };
        Ok(told(found))
    }

    async fn held_against(
        &self,
        caller: &Caller,
        flow: &CompiledFlow,
        deployments: &[Deployment],
    ) -> Result<Vec<Finding>, ServiceError> {
        let inventory = self.inventory(caller.organization_id()).await?;
        let compiled = |one: &Deployment| {
            let policy = CompiledPolicy::new(one.policy.clone())
                .map_err(|error| invalid("contextPolicy", format!("does not work: {error}"), "correct it"))?;
            Ok((one.name.clone(), Arc::new(policy)))
        };
        let policies = deployments.iter().map(compiled).collect::<Result<Vec<_>, ServiceError>>()?;
        let bearing: Vec<Bearing<'_>> = policies.iter().map(|(name, policy)| Bearing { name, policy }).collect();
        let env: BTreeSet<String> = self.inner.settings.flows.env.keys().cloned().collect();
        let surroundings = Surroundings {
            deployments: &bearing,
            env: &env,
            secrets: &inventory.secrets,
            directory: &inventory.directory,
        };
        Ok(check(flow, &surroundings))
    }
}
