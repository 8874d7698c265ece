//! What every question needs: canonical keys, divisions, the reach of the caller, and the rights on personal keys.

use std::collections::BTreeMap;

use waybill_engine::analytics::{AskedFault, AskedFilter, Column, Known, asks_for_flow_names, column, plan};
use waybill_model::{
    Deployment, DeploymentId, Entity, Flow, OrganizationId,
    analytics::{Condition, Dimension, Selection, Span},
};
use waybill_store::EntityFilter;

use crate::{Caller, Divisions, Service, ServiceError};

/// Entities of one read.
const PAGE: u32 = 500;

/// What is known of the caller's organization while a question is read.
pub(super) struct Asker {
    pub(super) deployments: Vec<Deployment>,
    divisions: BTreeMap<String, Vec<String>>,
    /// Flows by name, where names are asked for.
    flows: BTreeMap<String, Vec<String>>,
    reach: Option<Vec<DeploymentId>>,
}

impl From<AskedFault> for ServiceError {
    fn from(fault: AskedFault) -> Self {
        let AskedFault { field, rule, remedy } = fault;
        Self::Invalid { field, rule, remedy }
    }
}

impl Asker {
    /// The canonical key behind a name, and whether a deployment declares it (CTX5).
    pub(super) fn key(&self, name: &str) -> (String, bool) {
        let declared = self.deployments.iter().find_map(|deployment| {
            let (key, declared) = deployment.policy.resolve(name);
            declared.map(|_| key.to_owned())
        });
        let is_declared = declared.is_some();
        (declared.unwrap_or_else(|| name.to_owned()), is_declared)
    }

    pub(super) fn condition(&self, filters: &[(&'static str, &[AskedFilter])]) -> Result<Condition, ServiceError> {
        let key = |name: &str| self.key(name);
        let known = Known { key: &key, divisions: &self.divisions, flows: &self.flows };
        let mut parts = Vec::with_capacity(filters.len());
        for (field, filters) in filters {
            parts.push(plan(field, filters, &known)?);
        }
        parts.retain(|part| !part.is_always());
        Ok(if parts.len() == 1 { parts.remove(0) } else { Condition::All(parts) })
    }

    pub(super) fn column(&self, field: &'static str, name: &str) -> Result<Column, ServiceError> {
        let key = |name: &str| self.key(name);
        Ok(column(field, name, &Known { key: &key, divisions: &self.divisions, flows: &self.flows })?)
    }

    /// The conversations of these that the caller's right reaches.
    pub(super) fn selection(&self, started: Span, condition: Condition) -> Selection {
        Selection { deployments: self.reach.clone(), started, condition }
    }

    /// The deployments that the right reaches; all where absent, also those that are gone.
    pub(super) fn reach(&self) -> Option<&[DeploymentId]> {
        self.reach.as_deref()
    }

    /// The name that a flow has now.
    pub(super) fn flow_name(&self, flow: &str) -> Option<&str> {
        let found = self.flows.iter().find(|(_, flows)| flows.iter().any(|one| one == flow));
        found.map(|(name, _)| name.as_str())
    }

    pub(super) fn division_of(&self, deployment: &str) -> Option<&str> {
        let found = self.divisions.iter().find(|(_, deployments)| deployments.iter().any(|one| one == deployment));
        found.map(|(division, _)| division.as_str())
    }
}

impl Service {
    /// What these filters and groups need to be read.
    pub(super) async fn asker(
        &self,
        caller: &Caller,
        filters: &[&[AskedFilter]],
        group_by: &[String],
    ) -> Result<Asker, ServiceError> {
        let deployments = self.inner.store.list_deployments(caller.organization_id()).await?;
        let mut divisions = BTreeMap::<String, Vec<String>>::new();
        for deployment in &deployments {
            divisions.entry(deployment.division_id.to_string()).or_default().push(deployment.id.to_string());
        }
        let reach = match caller.divisions() {
            Divisions::All => None,
            Divisions::Some(reached) => {
                let reached = deployments.iter().filter(|deployment| reached.contains(&deployment.division_id));
                Some(reached.map(|deployment| deployment.id).collect())
            }
        };
        let mut flows = BTreeMap::<String, Vec<String>>::new();
        if filters.iter().any(|filters| asks_for_flow_names(filters, &[])) || asks_for_flow_names(&[], group_by) {
            for flow in self.list_all::<Flow>(caller.organization_id()).await? {
                flows.entry(flow.name).or_default().push(flow.id.to_string());
            }
        }
        Ok(Asker { deployments, divisions, flows, reach })
    }

    /// Every entity of a kind.
    pub(super) async fn list_all<E: Entity>(&self, organization: OrganizationId) -> Result<Vec<E>, ServiceError> {
        let mut all = Vec::new();
        loop {
            let filter = EntityFilter { offset: all.len() as u64, limit: PAGE, ..EntityFilter::default() };
            let page = self.list_entities::<E>(organization, filter).await?;
            let is_last = page.entities.len() < PAGE as usize;
            all.extend(page.entities.into_iter().map(|versioned| versioned.entity));
            if is_last {
                return Ok(all);
            }
        }
    }

    /// Filtering and grouping by a personal key tell its values apart: they take the right to see them.
    pub(super) async fn check_keys(&self, caller: &Caller, dimensions: &[Dimension]) -> Result<(), ServiceError> {
        for dimension in dimensions {
            if let Dimension::Attribute(key) = dimension {
                self.check_searched_key(caller, key).await?;
            }
        }
        Ok(())
    }
}
