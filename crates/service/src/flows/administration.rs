//! Flows: drafted, changed, listed, deleted.

use waybill_engine::flow::{CompiledFlow, Finding, Severity};
use waybill_model::{Deployment, DivisionId, Entity as _, EntityChange, Flow, FlowId, FlowVersion};
use waybill_store::EntityFilter;

use super::{check_version, invalid};
use crate::{
    Caller, EntityList, RoutingQuery, Service, ServiceError, Versioned,
    deployment_administration::{check_description, check_name, is_deleted},
    entities::Act,
    routing::InDivision,
};

/// Flows of one tenant.
const FLOWS: u64 = 500;
/// Largest document in bytes.
const DOCUMENT_BYTES: usize = 256 * 1024;
/// Findings that one answer names.
const FINDINGS: usize = 200;

/// A flow as somebody wants it; what is absent stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FlowWish {
    /// Its name; for a new one the document's, where absent.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Its division; the home division for a new one, where absent.
    pub division: Option<DivisionId>,
    /// The draft, YAML or JSON. It is kept as it is written, also while it is wrong.
    pub document: Option<String>,
}

impl InDivision for Flow {
    fn division(&self) -> DivisionId {
        self.division_id
    }
}

impl Service {
    /// Flows by name.
    ///
    /// # Errors
    /// The store's.
    pub async fn list_flows(&self, caller: &Caller, query: RoutingQuery) -> Result<EntityList<Flow>, ServiceError> {
        self.list_in_divisions(caller, query).await
    }

    /// A flow with its draft.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn get_flow(&self, caller: &Caller, id: &str) -> Result<Versioned<Flow>, ServiceError> {
        self.get_in_division(caller, id).await
    }

    /// A flow by its name, whatever the case, for tools.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn get_flow_by_name(&self, caller: &Caller, name: &str) -> Result<Versioned<Flow>, ServiceError> {
        let found = self.locate_entity::<Flow>(&Flow::key(caller.organization_id(), name)).await?;
        let found = found.filter(|found| caller.divisions().contain(found.entity.division_id));
        found.ok_or_else(|| ServiceError::not_found("flow", name))
    }

    /// Creates a flow with a draft and nothing published.
    ///
    /// # Errors
    /// `Invalid`, `NotFound` for the division, `Taken` for a name that is used, `WrongState` when there are too many.
    pub async fn create_flow(&self, caller: &Caller, wish: FlowWish) -> Result<Versioned<Flow>, ServiceError> {
        let FlowWish { name, description, division, document } = wish;
        let organization_id = caller.organization_id();
        self.check_room::<Flow>(organization_id, FLOWS).await?;
        let draft = document.unwrap_or_default();
        check_document(&draft)?;
        let name = match name {
            Some(name) => name,
            None => name_of(&draft)?,
        };
        check_name(&name)?;
        let description = description.unwrap_or_default();
        check_description(&description)?;
        let now = self.inner.ambient.now();
        let flow = Flow {
            id: self.inner.ambient.flow_id(),
            organization_id,
            division_id: self.check_division(caller, division).await?,
            name: name.trim().to_owned(),
            description,
            draft,
            published: None,
            newest: 0,
            created_at: now,
            modified_at: now,
        };
        self.create_entity(&flow, Act::of(caller, "flow.created", flow.id.uuid())).await?;
        Ok(Versioned { entity: flow, version: 1 })
    }

    /// Changes a flow; what is published stays as it is.
    ///
    /// # Errors
    /// As `create_flow`; `Stale` when it is not at `version` any more.
    pub async fn update_flow(
        &self,
        caller: &Caller,
        id: &str,
        wish: FlowWish,
        version: Option<u64>,
    ) -> Result<Versioned<Flow>, ServiceError> {
        let FlowWish { name, description, division, document } = wish;
        let mut found = self.get_flow(caller, id).await?;
        check_version("flow", id, found.version, version)?;
        let flow = &mut found.entity;
        let mut changed = Vec::new();
        if let Some(name) = name {
            check_name(&name)?;
            name.trim().clone_into(&mut flow.name);
            changed.push("name");
        }
        if let Some(description) = description {
            check_description(&description)?;
            flow.description = description;
            changed.push("description");
        }
        if let Some(division) = division {
            flow.division_id = self.check_division(caller, Some(division)).await?;
            changed.push("division");
        }
        if let Some(document) = document {
            check_document(&document)?;
            flow.draft = document;
            changed.push("draft");
        }
        flow.modified_at = self.inner.ambient.now();
        let act = Act::of(caller, "flow.changed", flow.id.uuid()).saying(changed.join(", "));
        self.update_entity(&found, act).await?;
        self.forget_bound(caller, found.entity.id).await?;
        Ok(Versioned { version: found.version + 1, ..found })
    }

    /// Deletes a flow that no deployment begins with. Its versions stay as long as conversations that run on them.
    ///
    /// # Errors
    /// `NotFound`; `WrongState` while it is bound.
    pub async fn delete_flow(&self, caller: &Caller, id: &str) -> Result<(), ServiceError> {
        let found = self.get_flow(caller, id).await?;
        let flow = found.entity;
        if let Some(deployment) = self.bound_deployments(caller, flow.id).await?.first() {
            return Err(ServiceError::WrongState {
                what: format!("flow `{}`", flow.id),
                rule: format!("is what conversations of deployment `{}` begin with", deployment.id),
                remedy: "bind another flow to the deployment first, or none".to_owned(),
            });
        }
        // Versions stay: a run that is under way goes on with its own (LOG9).
        let change = EntityChange::Delete { kind: Flow::KIND.to_owned(), id: flow.id.uuid() };
        self.change_entities(flow.organization_id, vec![change], Act::of(caller, "flow.deleted", flow.id.uuid())).await
    }

    /// The published versions of a flow, oldest first.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn list_flow_versions(
        &self,
        caller: &Caller,
        id: &str,
        offset: u64,
        limit: u32,
    ) -> Result<EntityList<FlowVersion>, ServiceError> {
        let flow = self.get_flow(caller, id).await?.entity;
        let numbers = (1..=flow.newest).skip(usize::try_from(offset).unwrap_or(usize::MAX)).take(limit as usize);
        let ids = numbers.map(|number| FlowVersion::uuid_of(flow.id, number)).collect();
        let filter = EntityFilter { name: None, ids: Some(ids), offset: 0, limit };
        let list = self.list_entities::<FlowVersion>(flow.organization_id, filter).await?;
        Ok(EntityList { total: flow.newest, ..list })
    }

    /// One published version, the newest where none is named.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn get_flow_version(
        &self,
        caller: &Caller,
        id: &str,
        version: &str,
    ) -> Result<FlowVersion, ServiceError> {
        let flow = self.get_flow(caller, id).await?.entity;
        self.stored_version(&flow, version).await
    }

    pub(super) async fn stored_version(&self, flow: &Flow, version: &str) -> Result<FlowVersion, ServiceError> {
        let not_found = || ServiceError::not_found("flow version", version);
        let number: u64 = version.parse().map_err(|_| not_found())?;
        if !(1..=flow.newest).contains(&number) {
            return Err(not_found());
        }
        let id = FlowVersion::uuid_of(flow.id, number);
        Ok(self.find_entity::<FlowVersion>(flow.organization_id, id).await?.ok_or_else(not_found)?.entity)
    }

    /// The deployments whose conversations begin with a flow, whether or not the caller reaches them.
    pub(super) async fn bound_deployments(
        &self,
        caller: &Caller,
        flow: FlowId,
    ) -> Result<Vec<Deployment>, ServiceError> {
        let all = self.inner.store.list_deployments(caller.organization_id()).await?;
        Ok(all.into_iter().filter(|one| one.flow == Some(flow) && !is_deleted(one)).collect())
    }

    /// What deployments know of their flow is read anew.
    pub(super) async fn forget_bound(&self, caller: &Caller, flow: FlowId) -> Result<(), ServiceError> {
        for deployment in self.bound_deployments(caller, flow).await? {
            self.inner.deployments.forget(deployment.id);
        }
        Ok(())
    }
}

fn check_document(document: &str) -> Result<(), ServiceError> {
    if document.len() > DOCUMENT_BYTES {
        let rule = format!("has {} bytes, at most {DOCUMENT_BYTES} are kept", document.len());
        return Err(invalid("document", rule, "move a part of it into a sub-flow"));
    }
    Ok(())
}

/// The name that a document gives itself. One that can't be read has none; then what is wrong with it is what to tell.
fn name_of(document: &str) -> Result<String, ServiceError> {
    match CompiledFlow::read(document) {
        Ok(flow) => Ok(flow.name().to_owned()),
        Err(findings) => {
            let rule = findings.first().map_or_else(|| "can't be read".to_owned(), ToString::to_string);
            Err(invalid("document", rule, "mend it, or give the flow a `name` to keep it as a draft"))
        }
    }
}

/// Whether findings keep a flow from being published.
pub(super) fn has_errors(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.severity == Severity::Error)
}

/// Findings as an answer tells them: errors first, and no more than somebody reads.
pub(super) fn told(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_by_key(|finding| finding.severity);
    findings.truncate(FINDINGS);
    findings
}
