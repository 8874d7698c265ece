//! Administering deployments: created, changed, deleted; who may see which.

use std::sync::Arc;

use uuid::Uuid;
use waybill_model::{
    Configuration, ConfigurationId, ConfigurationVersion, ContextPolicy, Deployment, DeploymentId, DeploymentStatus,
    Division, DivisionId, FlowId, IdentityResolution, OrganizationId, Permission,
};

use crate::{
    Caller, ConfigurationWish, Service, ServiceError, Versioned, Window, Windowed,
    admin::SESSION_SECONDS,
    deployments::Ready,
    entities::{Act, put},
    error::cut,
};

/// Deployments of one tenant, deleted ones not counted.
const DEPLOYMENTS: usize = 1_000;
/// Hosts of one deployment.
const DOMAINS: usize = 100;
/// Longest name in bytes.
const NAME_BYTES: usize = 256;
/// Longest description in bytes.
const DESCRIPTION_BYTES: usize = 2_048;

/// A deployment as somebody wants it. What is absent stays as it is, or gets its default.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DeploymentWish {
    /// The id that an import would like to keep.
    pub id: Option<DeploymentId>,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// Whether it takes chats.
    pub status: Option<DeploymentStatus>,
    /// Whether any origin may embed it.
    pub allow_all_domains: Option<bool>,
    /// Hosts that may embed it.
    pub allowed_domains: Option<Vec<String>>,
    /// Whether clients without an origin may connect.
    pub allow_native: Option<bool>,
    /// The division that it and its conversations belong to.
    pub division: Option<String>,
    /// The inbound message flow; `Some(None)` takes it away.
    pub flow: Option<Option<FlowId>>,
    /// The configuration and, unless it follows the newest, its version.
    pub configuration: Option<(String, Option<String>)>,
}

/// A deployment with what its messengers show.
#[derive(Debug, Clone, PartialEq)]
pub struct DeploymentView {
    /// The deployment.
    pub deployment: Deployment,
    /// The configuration version that it shows; absent: this server's own.
    pub shown: Option<Arc<ConfigurationVersion>>,
}

impl Service {
    /// A deployment that the caller may see.
    ///
    /// # Errors
    /// `NotFound`, also for one that was deleted or that is not the caller's to see.
    pub async fn get_deployment(&self, caller: &Caller, id: &str) -> Result<DeploymentView, ServiceError> {
        let ready = self.own_deployment(caller, id).await?;
        Ok(view(&ready))
    }

    /// The same for a caller of whom nothing is asked but to be of the organization.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn get_deployment_of_organization(
        &self,
        organization: OrganizationId,
        id: &str,
    ) -> Result<DeploymentView, ServiceError> {
        let ready = self.ready_of(organization, id).await?;
        Ok(view(&ready))
    }

    /// What any site may know of a deployment, active or not (EDGE5).
    ///
    /// # Errors
    /// `NotFound` when there is none.
    pub async fn public_messenger(&self, id: &str) -> Result<DeploymentView, ServiceError> {
        let not_found = || ServiceError::not_found("deployment", id);
        let parsed: DeploymentId = id.parse().map_err(|_| not_found())?;
        let ready = self.find_ready(parsed).await?.filter(|ready| !is_deleted(&ready.deployment));
        ready.map(|ready| view(&ready)).ok_or_else(not_found)
    }

    /// Deployments that the caller may see, by name.
    ///
    /// # Errors
    /// `Invalid` for a page that is not there.
    pub async fn list_visible_deployments(
        &self,
        caller: &Caller,
        window: &Window,
    ) -> Result<Windowed<DeploymentView>, ServiceError> {
        let mut all = self.inner.store.list_deployments(caller.organization_id()).await?;
        all.retain(|one| !is_deleted(one) && caller.divisions().contain(one.division_id));
        let page = Windowed::of(all, |one: &Deployment| one.id.to_string(), window)?;
        let mut views = Vec::with_capacity(page.items.len());
        for deployment in &page.items {
            // Kept for some seconds: a page costs no look-up per deployment, but for the first reader.
            let shown = self.find_ready(deployment.id).await?.and_then(|ready| ready.shown.clone());
            views.push(DeploymentView { deployment: deployment.clone(), shown });
        }
        let Windowed { items: _, total, before, after } = page;
        Ok(Windowed { items: views, total, before, after })
    }

    /// Creates a deployment with the standard context policy.
    ///
    /// # Errors
    /// `Invalid`, `NotFound` for a division that is not the caller's, `Taken`, `WrongState` when there are too many.
    pub async fn add_deployment(&self, caller: &Caller, wish: DeploymentWish) -> Result<DeploymentView, ServiceError> {
        let organization_id = caller.organization_id();
        let there = self.inner.store.list_deployments(organization_id).await?;
        let there = there.iter().filter(|one| !is_deleted(one)).count();
        if there >= DEPLOYMENTS {
            return Err(ServiceError::WrongState {
                what: "the organization".to_owned(),
                rule: format!("has {there} deployments, which is the most it can have"),
                remedy: "delete one that is not used".to_owned(),
            });
        }
        let division_id = match &wish.division {
            Some(division) => self.division_of_wish(caller, division).await?,
            None => home_or_only(caller)?,
        };
        let id = wish.id.unwrap_or_else(|| self.inner.ambient.deployment_id());
        let mut deployment = Deployment {
            id,
            organization_id,
            division_id,
            name: String::new(),
            description: String::new(),
            status: DeploymentStatus::Active,
            allow_all_domains: false,
            allowed_domains: Vec::new(),
            allow_native: true,
            start_limit: None,
            session_seconds: SESSION_SECONDS,
            flow: None,
            configuration: None,
            policy: ContextPolicy::standard(),
            created_at: self.inner.ambient.now(),
            modified_at: None,
        };
        self.apply(caller, &mut deployment, wish).await?;
        self.check_flow_of(caller, &deployment).await?;
        let entry = self.audit_entry(Act::of(caller, "deployment.created", id.uuid()));
        self.inner.store.create_deployment(organization_id, deployment, entry).await?;
        self.inner.deployments.forget(id);
        let ready = self.ready_of(organization_id, &id.to_string()).await?;
        Ok(view(&ready))
    }

    /// Changes a deployment in what the wish names.
    ///
    /// # Errors
    /// `NotFound`, `Invalid`, `Stale` when somebody else changed it meanwhile.
    pub async fn update_deployment(
        &self,
        caller: &Caller,
        id: &str,
        wish: DeploymentWish,
    ) -> Result<DeploymentView, ServiceError> {
        let before = self.stored_deployment(caller, id).await?;
        let mut after = before.clone();
        if let Some(division) = &wish.division {
            after.division_id = self.division_of_wish(caller, division).await?;
        }
        self.apply(caller, &mut after, wish).await?;
        if after == before {
            return self.get_deployment(caller, id).await;
        }
        if after.flow != before.flow {
            self.check_flow_of(caller, &after).await?;
        }
        after.modified_at = Some(self.inner.ambient.now());
        let act = Act::of(caller, "deployment.updated", before.id.uuid()).saying(changed_fields(&before, &after));
        let (organization, id) = (before.organization_id, before.id);
        let entry = self.audit_entry(act);
        self.inner.store.update_deployment(organization, before, after, entry).await?;
        self.inner.deployments.forget(id);
        let ready = self.ready_of(organization, &id.to_string()).await?;
        Ok(view(&ready))
    }

    /// Deletes a deployment: it takes no chats any more and is listed no more; its conversations stay.
    ///
    /// # Errors
    /// `NotFound`, `Stale`.
    pub async fn delete_deployment(&self, caller: &Caller, id: &str) -> Result<(), ServiceError> {
        let before = self.stored_deployment(caller, id).await?;
        let after = Deployment {
            status: DeploymentStatus::Deleted,
            modified_at: Some(self.inner.ambient.now()),
            ..before.clone()
        };
        let entry = self.audit_entry(Act::of(caller, "deployment.deleted", before.id.uuid()));
        let (organization, id) = (before.organization_id, before.id);
        self.inner.store.update_deployment(organization, before, after, entry).await?;
        self.inner.deployments.forget(id);
        Ok(())
    }

    /// Whether an id belongs to a deployment already, of whichever organization.
    ///
    /// # Errors
    /// The store's.
    pub async fn find_deployment_id(&self, id: DeploymentId) -> Result<bool, ServiceError> {
        Ok(self.inner.store.locate_organization_by_deployment(id).await?.is_some())
    }

    /// Creates a deployment with a configuration of its own, published.
    ///
    /// # Errors
    /// As `add_deployment` and `create_configuration`; nothing is left behind then.
    pub async fn import_deployment(
        &self,
        caller: &Caller,
        wish: DeploymentWish,
        configuration: ConfigurationWish,
    ) -> Result<DeploymentView, ServiceError> {
        // Deployments alone do not make configurations.
        caller.require(Permission::ConfigurationAdd)?;
        let draft = self.create_configuration(caller, configuration).await?;
        let id = draft.id.to_string();
        let made = async {
            self.publish_configuration(caller, &id).await?;
            let wish = DeploymentWish { configuration: Some((id.clone(), None)), ..wish };
            self.add_deployment(caller, wish).await
        };
        match made.await {
            Ok(view) => Ok(view),
            Err(error) => {
                self.delete_configuration(caller, &id).await?;
                Err(error)
            }
        }
    }

    /// How a deployment resolves identities.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn get_identity_resolution(&self, caller: &Caller, id: &str) -> Result<IdentityResolution, ServiceError> {
        let ready = self.own_deployment(caller, id).await?;
        let (organization_id, deployment_id) = (ready.deployment.organization_id, ready.deployment.id);
        let found = self.find_entity::<IdentityResolution>(organization_id, deployment_id.uuid()).await?;
        let usual =
            IdentityResolution { deployment_id, organization_id, resolve_identities: false, external_source: None };
        Ok(found.map_or(usual, |found| found.entity))
    }

    /// Changes how a deployment resolves identities.
    ///
    /// # Errors
    /// `NotFound`, `Stale`.
    pub async fn update_identity_resolution(
        &self,
        caller: &Caller,
        id: &str,
        resolve_identities: bool,
        external_source: Option<Uuid>,
    ) -> Result<IdentityResolution, ServiceError> {
        let ready = self.own_deployment(caller, id).await?;
        let (organization_id, deployment_id) = (ready.deployment.organization_id, ready.deployment.id);
        let found = self.find_entity::<IdentityResolution>(organization_id, deployment_id.uuid()).await?;
        let version = found.map_or(1, |Versioned { entity: _, version }| version + 1);
        let resolution = IdentityResolution { deployment_id, organization_id, resolve_identities, external_source };
        let act = Act::of(caller, "identityresolution.updated", deployment_id.uuid());
        self.change_entities(organization_id, vec![put(&resolution, version)?], act).await?;
        Ok(resolution)
    }

    /// A deployment that the caller may see, ready to judge.
    pub(crate) async fn own_deployment(&self, caller: &Caller, id: &str) -> Result<Arc<Ready>, ServiceError> {
        let ready = self.ready_of(caller.organization_id(), id).await?;
        if caller.divisions().contain(ready.deployment.division_id) {
            return Ok(ready);
        }
        Err(ServiceError::not_found("deployment", id))
    }

    async fn ready_of(&self, organization: OrganizationId, id: &str) -> Result<Arc<Ready>, ServiceError> {
        let not_found = || ServiceError::not_found("deployment", id);
        let parsed: DeploymentId = id.parse().map_err(|_| not_found())?;
        let ready = self.find_ready(parsed).await?.ok_or_else(not_found)?;
        if ready.deployment.organization_id != organization || is_deleted(&ready.deployment) {
            return Err(not_found());
        }
        Ok(ready)
    }

    /// As it is stored, not as it was some seconds ago: what a change starts from.
    pub(crate) async fn stored_deployment(&self, caller: &Caller, id: &str) -> Result<Deployment, ServiceError> {
        let ready = self.own_deployment(caller, id).await?;
        let (organization, id) = (ready.deployment.organization_id, ready.deployment.id);
        let stored = self.inner.store.find_deployment(organization, id).await?;
        let stored = stored.filter(|one| !is_deleted(one) && caller.divisions().contain(one.division_id));
        stored.ok_or_else(|| ServiceError::not_found("deployment", id))
    }

    async fn apply(
        &self,
        caller: &Caller,
        deployment: &mut Deployment,
        wish: DeploymentWish,
    ) -> Result<(), ServiceError> {
        let DeploymentWish {
            id: _,
            name,
            description,
            status,
            allow_all_domains,
            allowed_domains,
            allow_native,
            division: _,
            flow,
            configuration,
        } = wish;
        check_name(&name)?;
        deployment.name = name;
        if let Some(description) = description {
            check_description(&description)?;
            deployment.description = description;
        }
        if let Some(domains) = allowed_domains {
            check_domains(&domains)?;
            deployment.allowed_domains = domains;
        }
        deployment.status = status.unwrap_or(deployment.status);
        deployment.allow_all_domains = allow_all_domains.unwrap_or(deployment.allow_all_domains);
        deployment.allow_native = allow_native.unwrap_or(deployment.allow_native);
        deployment.flow = flow.unwrap_or(deployment.flow);
        if let Some((id, version)) = configuration {
            deployment.configuration = Some(self.bound_configuration(caller, &id, version.as_deref()).await?);
        }
        Ok(())
    }

    /// A configuration that can be shown: published, in the wanted version.
    async fn bound_configuration(
        &self,
        caller: &Caller,
        id: &str,
        version: Option<&str>,
    ) -> Result<(ConfigurationId, u64), ServiceError> {
        let invalid = |rule: &str, remedy: &str| ServiceError::Invalid {
            field: "configuration",
            rule: rule.to_owned(),
            remedy: remedy.to_owned(),
        };
        let found = Uuid::try_parse(id).ok();
        let found = match found {
            Some(uuid) => self.find_entity::<Configuration>(caller.organization_id(), uuid).await?,
            None => None,
        };
        let configuration =
            found.ok_or_else(|| invalid("does not exist", "name one that the list of configurations shows"))?.entity;
        if configuration.published == 0 {
            return Err(invalid("has no published version", "publish its draft first"));
        }
        let Some(version) = version else { return Ok((configuration.id, 0)) };
        match version.parse::<u64>() {
            Ok(number) if (1..=configuration.published).contains(&number) => Ok((configuration.id, number)),
            Ok(_) | Err(_) => {
                Err(invalid("has no such published version", "name one that the list of its versions shows"))
            }
        }
    }

    /// A division that is there and that the caller may put things into.
    async fn division_of_wish(&self, caller: &Caller, division: &str) -> Result<DivisionId, ServiceError> {
        let not_found = || ServiceError::not_found("division", cut(division, 64));
        let id: DivisionId = division.parse().map_err(|_| not_found())?;
        if !caller.divisions().contain(id) {
            return Err(not_found());
        }
        let found = self.find_entity::<Division>(caller.organization_id(), id.uuid()).await?;
        if found.is_none() && id != Division::home(caller.organization_id()) {
            return Err(not_found());
        }
        Ok(id)
    }
}

fn view(ready: &Ready) -> DeploymentView {
    DeploymentView { deployment: ready.deployment.clone(), shown: ready.shown.clone() }
}

pub(crate) fn is_deleted(deployment: &Deployment) -> bool {
    deployment.status == DeploymentStatus::Deleted
}

/// Home, or for somebody who does not reach it the division that they do reach.
fn home_or_only(caller: &Caller) -> Result<DivisionId, ServiceError> {
    let home = Division::home(caller.organization_id());
    if caller.divisions().contain(home) {
        return Ok(home);
    }
    Err(ServiceError::Invalid {
        field: "division",
        rule: "is missing, and the home division is not yours".to_owned(),
        remedy: "name a division that your role covers".to_owned(),
    })
}

pub(crate) fn check_name(name: &str) -> Result<(), ServiceError> {
    let is_fine = !name.trim().is_empty() && name.len() <= NAME_BYTES && !name.chars().any(char::is_control);
    if is_fine {
        return Ok(());
    }
    Err(ServiceError::Invalid {
        field: "name",
        rule: format!("must have 1 to {NAME_BYTES} bytes and no control characters"),
        remedy: "choose another name".to_owned(),
    })
}

pub(crate) fn check_description(description: &str) -> Result<(), ServiceError> {
    if description.len() <= DESCRIPTION_BYTES {
        return Ok(());
    }
    Err(ServiceError::Invalid {
        field: "description",
        rule: format!("has {} bytes, at most {DESCRIPTION_BYTES} are kept", description.len()),
        remedy: "shorten it".to_owned(),
    })
}

fn check_domains(domains: &[String]) -> Result<(), ServiceError> {
    let invalid = |rule: String, remedy: &str| {
        Err(ServiceError::Invalid { field: "allowedDomains", rule, remedy: remedy.to_owned() })
    };
    if domains.len() > DOMAINS {
        return invalid(
            format!("lists {} hosts, at most {DOMAINS} are kept", domains.len()),
            "name a host once: it stands for its subdomains too",
        );
    }
    let is_part = |part: &str| {
        !part.is_empty()
            && part.len() <= 63
            && part.chars().all(|letter| letter.is_alphanumeric() || "-_".contains(letter))
    };
    let is_host = |host: &&String| host.len() <= 253 && host.trim_end_matches('.').split('.').all(is_part);
    match domains.iter().find(|host| !is_host(host)) {
        None => Ok(()),
        Some(host) => invalid(
            format!("has `{}`, which is no host", cut(host, 64)),
            "write the host alone, such as `shop.example`: without scheme, port, path or `*`; subdomains are included",
        ),
    }
}

/// The names of the fields that differ, for the audit log.
fn changed_fields(before: &Deployment, after: &Deployment) -> String {
    let fields = [
        ("name", before.name != after.name),
        ("description", before.description != after.description),
        ("status", before.status != after.status),
        ("allowAllDomains", before.allow_all_domains != after.allow_all_domains),
        ("allowedDomains", before.allowed_domains != after.allowed_domains),
        ("allowNative", before.allow_native != after.allow_native),
        ("division", before.division_id != after.division_id),
        ("flow", before.flow != after.flow),
        ("configuration", before.configuration != after.configuration),
    ];
    let changed: Vec<_> = fields.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect();
    changed.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dep1_hosts_are_written_alone() {
        let check = |host: &str| check_domains(&[host.to_owned()]).is_ok();
        for host in ["shop.example", "localhost", "xn--bcher-kva.example", "bücher.example", "a.b.c.", "127.0.0.1"] {
            assert!(check(host), "{host}");
        }
        for host in ["", "https://shop.example", "shop.example:8080", "*.shop.example", "shop example", "a..b", "."] {
            assert!(!check(host), "{host}");
        }
    }
}
