//! Skills and languages: what agents can have and conversations ask for.

use waybill_model::{Language, Skill};
use waybill_store::EntityFilter;

use super::queues::{RoutingQuery, check_name};
use crate::{Caller, EntityList, Service, ServiceError, entities::Act};

impl Service {
    /// Skills by name.
    ///
    /// # Errors
    /// The store's.
    pub async fn list_skills(&self, caller: &Caller, query: RoutingQuery) -> Result<EntityList<Skill>, ServiceError> {
        let RoutingQuery { name, ids, divisions: _, offset, limit } = query;
        self.list_entities(caller.organization_id(), EntityFilter { name, ids, offset, limit }).await
    }

    /// A skill.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn get_skill(&self, caller: &Caller, id: &str) -> Result<Skill, ServiceError> {
        Ok(self.get_entity::<Skill>(caller.organization_id(), id).await?.entity)
    }

    /// Creates a skill.
    ///
    /// # Errors
    /// `Invalid`, `Taken` for a name that the organization has already.
    pub async fn create_skill(&self, caller: &Caller, name: String) -> Result<Skill, ServiceError> {
        let skill = Skill {
            id: self.inner.ambient.skill_id(),
            organization_id: caller.organization_id(),
            name: check_name(name)?,
            created_at: self.inner.ambient.now(),
        };
        self.create_entity(&skill, Act::of(caller, "skill.created", skill.id.uuid())).await?;
        Ok(skill)
    }

    /// Renames a skill.
    ///
    /// # Errors
    /// As `create_skill`, `NotFound`.
    pub async fn update_skill(&self, caller: &Caller, id: &str, name: String) -> Result<Skill, ServiceError> {
        let mut found = self.get_entity::<Skill>(caller.organization_id(), id).await?;
        found.entity.name = check_name(name)?;
        let act = Act::of(caller, "skill.updated", found.entity.id.uuid()).saying("name");
        self.update_entity(&found, act).await?;
        Ok(found.entity)
    }

    /// Deletes a skill. Whoever waits for somebody with it waits on until a ring drops it.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn delete_skill(&self, caller: &Caller, id: &str) -> Result<(), ServiceError> {
        let skill = self.get_skill(caller, id).await?;
        self.delete_entity(&skill, Act::of(caller, "skill.deleted", skill.id.uuid())).await
    }

    /// Languages by name.
    ///
    /// # Errors
    /// The store's.
    pub async fn list_languages(
        &self,
        caller: &Caller,
        query: RoutingQuery,
    ) -> Result<EntityList<Language>, ServiceError> {
        let RoutingQuery { name, ids, divisions: _, offset, limit } = query;
        self.list_entities(caller.organization_id(), EntityFilter { name, ids, offset, limit }).await
    }

    /// A language.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn get_language(&self, caller: &Caller, id: &str) -> Result<Language, ServiceError> {
        Ok(self.get_entity::<Language>(caller.organization_id(), id).await?.entity)
    }

    /// Creates a language.
    ///
    /// # Errors
    /// `Invalid`, `Taken` for a name that the organization has already.
    pub async fn create_language(&self, caller: &Caller, name: String) -> Result<Language, ServiceError> {
        let language = Language {
            id: self.inner.ambient.language_id(),
            organization_id: caller.organization_id(),
            name: check_name(name)?,
            created_at: self.inner.ambient.now(),
        };
        self.create_entity(&language, Act::of(caller, "language.created", language.id.uuid())).await?;
        Ok(language)
    }

    /// Renames a language.
    ///
    /// # Errors
    /// As `create_language`, `NotFound`.
    pub async fn update_language(&self, caller: &Caller, id: &str, name: String) -> Result<Language, ServiceError> {
        let mut found = self.get_entity::<Language>(caller.organization_id(), id).await?;
        found.entity.name = check_name(name)?;
        let act = Act::of(caller, "language.updated", found.entity.id.uuid()).saying("name");
        self.update_entity(&found, act).await?;
        Ok(found.entity)
    }

    /// Deletes a language. Whoever waits for somebody who speaks it waits on until a ring drops it.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn delete_language(&self, caller: &Caller, id: &str) -> Result<(), ServiceError> {
        let language = self.get_language(caller, id).await?;
        self.delete_entity(&language, Act::of(caller, "language.deleted", language.id.uuid())).await
    }
}
