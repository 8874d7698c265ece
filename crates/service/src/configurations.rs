//! Messenger configurations: drafted, published, kept version by version, bound to deployments.

use std::sync::Arc;

use waybill_model::{
    Configuration, ConfigurationId, ConfigurationSettings, ConfigurationVersion, DeploymentStatus, Entity as _,
    EntityChange, OrganizationId,
};
use waybill_store::EntityFilter;

use crate::{
    Caller, Service, ServiceError, Versioned, Window, Windowed,
    deployment_administration::{check_description, check_name},
    entities::{Act, put},
};

/// Configurations of one tenant.
const CONFIGURATIONS: u64 = 500;
/// Published versions of one configuration.
const VERSIONS: u64 = 500;
/// Largest settings in bytes.
const SETTINGS_BYTES: usize = 32 * 1024;

/// A configuration as somebody wants it.
#[derive(Debug, Clone, PartialEq)]
pub struct ConfigurationWish {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// What its draft says.
    pub content: ConfigurationSettings,
}

/// A configuration with the version that is public, if any.
#[derive(Debug, Clone, PartialEq)]
pub struct ConfigurationView {
    /// The configuration with its draft.
    pub configuration: Configuration,
    /// The newest published version.
    pub published: Option<ConfigurationVersion>,
}

impl Service {
    /// Creates a configuration with a draft and nothing published.
    ///
    /// # Errors
    /// `Invalid`, `WrongState` when there are too many.
    pub async fn create_configuration(
        &self,
        caller: &Caller,
        wish: ConfigurationWish,
    ) -> Result<Configuration, ServiceError> {
        let ConfigurationWish { name, description, content } = wish;
        check(&name, &description, &content)?;
        let organization_id = caller.organization_id();
        let there = self.inner.store.list_entities(organization_id, Configuration::KIND, counting()).await?.total;
        if there >= CONFIGURATIONS {
            return Err(ServiceError::WrongState {
                what: "the organization".to_owned(),
                rule: format!("has {there} configurations, which is the most it can have"),
                remedy: "delete one that no deployment uses".to_owned(),
            });
        }
        let now = self.inner.ambient.now();
        let configuration = Configuration {
            id: self.inner.ambient.configuration_id(),
            organization_id,
            name,
            description,
            draft: content,
            published: 0,
            created_at: now,
            modified_at: now,
        };
        let act = Act::of(caller, "configuration.created", configuration.id.uuid());
        self.create_entity(&configuration, act).await?;
        Ok(configuration)
    }

    /// Configurations by name; those without a published version can be left out.
    ///
    /// # Errors
    /// `Invalid` for a page that is not there.
    pub async fn list_configurations(
        &self,
        caller: &Caller,
        window: &Window,
        only_published: bool,
    ) -> Result<Windowed<ConfigurationView>, ServiceError> {
        let filter =
            EntityFilter { limit: u32::try_from(CONFIGURATIONS).unwrap_or(u32::MAX), ..EntityFilter::default() };
        let all = self.list_entities::<Configuration>(caller.organization_id(), filter).await?;
        let all = all.entities.into_iter().map(|found| found.entity);
        let wanted = all.filter(|one| !only_published || one.published > 0).collect();
        let page = Windowed::of(wanted, |one: &Configuration| one.id.to_string(), window)?;
        let ids = page.items.iter().filter(|one| one.published > 0);
        let ids = ids.map(|one| ConfigurationVersion::uuid_of(one.id, one.published)).collect();
        let filter = EntityFilter { ids: Some(ids), limit: window.page_size.max(1), ..EntityFilter::default() };
        let versions = self.list_entities::<ConfigurationVersion>(caller.organization_id(), filter).await?;
        let mut versions: Vec<_> = versions.entities.into_iter().map(|found| found.entity).collect();
        Ok(page.map(|configuration| {
            let position = versions.iter().position(|one| one.configuration_id == configuration.id);
            ConfigurationView { published: position.map(|at| versions.swap_remove(at)), configuration }
        }))
    }

    /// A configuration with its draft.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn get_configuration(&self, caller: &Caller, id: &str) -> Result<Configuration, ServiceError> {
        Ok(self.get_entity::<Configuration>(caller.organization_id(), id).await?.entity)
    }

    /// Replaces the draft; what is published stays.
    ///
    /// # Errors
    /// `NotFound`, `Invalid`, `Stale`.
    pub async fn update_configuration_draft(
        &self,
        caller: &Caller,
        id: &str,
        wish: ConfigurationWish,
    ) -> Result<Configuration, ServiceError> {
        let ConfigurationWish { name, description, content } = wish;
        check(&name, &description, &content)?;
        let mut found = self.get_entity::<Configuration>(caller.organization_id(), id).await?;
        let changed = &mut found.entity;
        (changed.name, changed.description, changed.draft) = (name, description, content);
        changed.modified_at = self.inner.ambient.now();
        let act = Act::of(caller, "configuration.drafted", changed.id.uuid());
        self.update_entity(&found, act).await?;
        Ok(found.entity)
    }

    /// Publishes the draft as the next version. Deployments that follow the configuration show it at once.
    ///
    /// # Errors
    /// `NotFound`, `Stale`, `WrongState` when there are too many versions.
    pub async fn publish_configuration(&self, caller: &Caller, id: &str) -> Result<ConfigurationVersion, ServiceError> {
        let Versioned { entity: mut configuration, version: stored } =
            self.get_entity::<Configuration>(caller.organization_id(), id).await?;
        if configuration.published >= VERSIONS {
            return Err(ServiceError::WrongState {
                what: format!("configuration `{}`", configuration.id),
                rule: format!("has {VERSIONS} versions, which is the most it can have"),
                remedy: "go on with a new configuration".to_owned(),
            });
        }
        configuration.published += 1;
        let version = ConfigurationVersion {
            configuration_id: configuration.id,
            organization_id: configuration.organization_id,
            version: configuration.published,
            sort: ConfigurationVersion::sort_of(configuration.id, configuration.published),
            name: configuration.name.clone(),
            description: configuration.description.clone(),
            content: configuration.draft.clone(),
            created_at: configuration.created_at,
            published_at: self.inner.ambient.now(),
            by: caller.actor(),
        };
        let changes = vec![put(&configuration, stored + 1)?, put(&version, 1)?];
        let act = Act::of(caller, "configuration.published", configuration.id.uuid())
            .saying(format!("version {}", version.version));
        self.change_entities(configuration.organization_id, changes, act).await?;
        self.forget_users_of(configuration.organization_id, configuration.id).await?;
        Ok(version)
    }

    /// Published versions, the newest first.
    ///
    /// # Errors
    /// `NotFound`, `Invalid` for a page that is not there.
    pub async fn list_configuration_versions(
        &self,
        caller: &Caller,
        id: &str,
        window: &Window,
    ) -> Result<Windowed<ConfigurationVersion>, ServiceError> {
        let configuration = self.get_configuration(caller, id).await?;
        // Numbers have no holes: a page of them is a page of ids.
        let numbers: Vec<u64> = (1..=configuration.published).rev().collect();
        let page = Windowed::of(numbers, u64::to_string, window)?;
        let ids = page.items.iter().map(|number| ConfigurationVersion::uuid_of(configuration.id, *number)).collect();
        let filter = EntityFilter { ids: Some(ids), limit: window.page_size.max(1), ..EntityFilter::default() };
        let found = self.list_entities::<ConfigurationVersion>(configuration.organization_id, filter).await?;
        let mut items: Vec<_> = found.entities.into_iter().map(|found| found.entity).collect();
        items.sort_by_key(|one| std::cmp::Reverse(one.version));
        let Windowed { items: _, total, before, after } = page;
        Ok(Windowed { items, total, before, after })
    }

    /// One published version, by its number.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn get_configuration_version(
        &self,
        caller: &Caller,
        id: &str,
        version: &str,
    ) -> Result<ConfigurationVersion, ServiceError> {
        let configuration = self.get_configuration(caller, id).await?;
        let not_found = || ServiceError::not_found("configuration version", version);
        let number: u64 = version.parse().map_err(|_| not_found())?;
        let found = self.find_version(configuration.organization_id, configuration.id, number).await?;
        found.map(Arc::unwrap_or_clone).ok_or_else(not_found)
    }

    /// Deletes a configuration with all its versions, unless a deployment uses it.
    ///
    /// # Errors
    /// `NotFound`, `WrongState` while a deployment uses it.
    pub async fn delete_configuration(&self, caller: &Caller, id: &str) -> Result<(), ServiceError> {
        let configuration = self.get_configuration(caller, id).await?;
        let organization = configuration.organization_id;
        let deployments = self.inner.store.list_deployments(organization).await?;
        let uses = |one: &&waybill_model::Deployment| {
            one.status != DeploymentStatus::Deleted
                && one.configuration.is_some_and(|(used, _)| used == configuration.id)
        };
        if let Some(user) = deployments.iter().find(uses) {
            return Err(ServiceError::WrongState {
                what: format!("configuration `{}`", configuration.id),
                rule: format!("is used by deployment `{}`", user.id),
                remedy: "give that deployment another configuration first".to_owned(),
            });
        }
        let gone = |kind: &str, id| EntityChange::Delete { kind: kind.to_owned(), id };
        let mut changes = vec![gone(Configuration::KIND, configuration.id.uuid())];
        changes.extend(
            (1..=configuration.published).map(|number| {
                gone(ConfigurationVersion::KIND, ConfigurationVersion::uuid_of(configuration.id, number))
            }),
        );
        let act = Act::of(caller, "configuration.deleted", configuration.id.uuid());
        self.change_entities(organization, changes, act).await
    }

    /// The version that a deployment shows: the one that it names, or the newest published one.
    pub(crate) async fn find_shown_version(
        &self,
        organization: OrganizationId,
        (id, version): (ConfigurationId, u64),
    ) -> Result<Option<Arc<ConfigurationVersion>>, ServiceError> {
        let version = match version {
            0 => {
                let found = self.find_entity::<Configuration>(organization, id.uuid()).await?;
                found.map_or(0, |found| found.entity.published)
            }
            version => version,
        };
        self.find_version(organization, id, version).await
    }

    async fn find_version(
        &self,
        organization: OrganizationId,
        id: ConfigurationId,
        version: u64,
    ) -> Result<Option<Arc<ConfigurationVersion>>, ServiceError> {
        if version == 0 {
            return Ok(None);
        }
        let uuid = ConfigurationVersion::uuid_of(id, version);
        let found = self.find_entity::<ConfigurationVersion>(organization, uuid).await?;
        Ok(found.map(|found| Arc::new(found.entity)).filter(|one| one.configuration_id == id))
    }

    async fn forget_users_of(&self, organization: OrganizationId, id: ConfigurationId) -> Result<(), ServiceError> {
        for deployment in self.inner.store.list_deployments(organization).await? {
            if deployment.configuration.is_some_and(|(used, _)| used == id) {
                self.inner.deployments.forget(deployment.id);
            }
        }
        Ok(())
    }
}

/// Asks for the number alone.
fn counting() -> EntityFilter {
    EntityFilter { limit: 1, ..EntityFilter::default() }
}

fn check(name: &str, description: &str, content: &ConfigurationSettings) -> Result<(), ServiceError> {
    check_name(name)?;
    check_description(description)?;
    let bytes = serde_json::to_string(&content.settings).map_or(usize::MAX, |text| text.len());
    if bytes > SETTINGS_BYTES {
        return Err(ServiceError::Invalid {
            field: "configuration",
            rule: format!("has {bytes} bytes, at most {SETTINGS_BYTES} are kept"),
            remedy: "leave out what this server does not act on".to_owned(),
        });
    }
    Ok(())
}
