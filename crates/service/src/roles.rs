//! Roles, divisions and what is given to whom: nobody hands on more than he has (ACC1).

use std::collections::BTreeMap;

use waybill_model::{
    BuiltInRole, Division, DivisionId, Grant, Granted, Organization, OrganizationId, Permission, Role, RoleId,
};
use waybill_store::EntityFilter;

use crate::{Caller, Divisions, EntityList, Service, ServiceError, Versioned, entities::Act, people::checked_name};

/// Every division, as a grant names it.
pub const EVERYWHERE: &str = "*";
/// Most roles of one user or client, and most divisions of one grant.
const MOST: usize = 100;

/// A role to give, as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenGrant {
    /// The role.
    pub role_id: String,
    /// One division; `*` or nothing for all of them.
    pub division_id: Option<String>,
}

/// A role, the server's own or the organization's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleView {
    /// Its id.
    pub id: RoleId,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// What it lets through.
    pub permissions: Vec<Granted>,
    /// Whether it is the server's own, which nobody changes.
    pub built_in: bool,
    /// Its version.
    pub version: u64,
}

/// A role to create, or what it is to become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleDraft {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// What it lets through.
    pub permissions: Vec<Granted>,
}

impl Service {
    /// The caller's organization.
    ///
    /// # Errors
    /// The store's.
    pub async fn get_own_organization(&self, caller: &Caller) -> Result<Organization, ServiceError> {
        let id = caller.organization_id();
        let found = self.inner.store.find_organization(id).await?;
        found.ok_or_else(|| ServiceError::not_found("organization", id))
    }

    /// The server's own roles, then the organization's by name.
    ///
    /// # Errors
    /// The store's.
    pub async fn list_roles(
        &self,
        caller: &Caller,
        name: Option<String>,
        offset: u64,
        limit: u32,
    ) -> Result<(Vec<RoleView>, u64), ServiceError> {
        let wanted = name.as_ref().map(|name| name.to_lowercase());
        let fits = |role: &BuiltInRole| wanted.as_ref().is_none_or(|wanted| role.name().contains(wanted.as_str()));
        let built_in: Vec<_> = BuiltInRole::ALL.into_iter().filter(fits).map(built_in).collect();
        let own = built_in.len() as u64;
        let skipped = usize::try_from(offset.min(own)).unwrap_or(usize::MAX);
        let mut roles: Vec<_> = built_in.into_iter().skip(skipped).take(limit as usize).collect();
        let left = limit - u32::try_from(roles.len()).unwrap_or(limit);
        let filter = EntityFilter { name, ids: None, offset: offset.saturating_sub(own), limit: left };
        let custom = self.list_entities::<Role>(caller.organization_id(), filter).await?;
        roles.extend(custom.entities.into_iter().map(custom_view));
        Ok((roles, own + custom.total))
    }

    /// A role.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn get_role(&self, caller: &Caller, id: &str) -> Result<RoleView, ServiceError> {
        if let Some(role) = id.parse().ok().and_then(BuiltInRole::find) {
            return Ok(built_in(role));
        }
        self.get_entity(caller.organization_id(), id).await.map(custom_view)
    }

    /// Creates a role with no more rights than the caller has everywhere.
    ///
    /// # Errors
    /// `Invalid`, `MissingPermission`.
    pub async fn create_role(&self, caller: &Caller, draft: RoleDraft) -> Result<RoleView, ServiceError> {
        let RoleDraft { name, description, permissions } = self.checked_draft(caller, draft)?;
        let role = Role {
            id: self.inner.ambient.role_id(),
            organization_id: caller.organization_id(),
            name,
            description,
            permissions,
            created_at: self.inner.ambient.now(),
        };
        let act = Act::of(caller, "role.created", role.id.uuid()).saying(permissions_text(&role.permissions));
        self.create_entity(&role, act).await?;
        Ok(custom_view(Versioned { entity: role, version: 1 }))
    }

    /// Changes a role; whoever has it has the new rights at once.
    ///
    /// # Errors
    /// `NotFound`, `WrongState` for the server's own, `Invalid`, `MissingPermission`, `Stale`.
    pub async fn update_role(&self, caller: &Caller, id: &str, draft: RoleDraft) -> Result<RoleView, ServiceError> {
        let mut role = self.own_role(caller, id).await?;
        let RoleDraft { name, description, permissions } = self.checked_draft(caller, draft)?;
        covers_everywhere(caller, &role.entity.permissions)?;
        role.entity = Role { name, description, permissions, ..role.entity };
        let act = Act::of(caller, "role.changed", role.entity.id.uuid());
        self.update_entity(&role, act.saying(permissions_text(&role.entity.permissions))).await?;
        self.inner.tokens.forget();
        Ok(custom_view(Versioned { version: role.version + 1, entity: role.entity }))
    }

    /// Deletes a role; whoever had it loses its rights at once.
    ///
    /// # Errors
    /// As `update_role`.
    pub async fn delete_role(&self, caller: &Caller, id: &str) -> Result<(), ServiceError> {
        let role = self.own_role(caller, id).await?.entity;
        covers_everywhere(caller, &role.permissions)?;
        self.delete_entity(&role, Act::of(caller, "role.deleted", role.id.uuid())).await?;
        self.inner.tokens.forget();
        Ok(())
    }

    async fn own_role(&self, caller: &Caller, id: &str) -> Result<Versioned<Role>, ServiceError> {
        if let Some(role) = id.parse().ok().and_then(BuiltInRole::find) {
            return Err(ServiceError::WrongState {
                what: format!("role `{}`", role.name()),
                rule: "is the server's own".to_owned(),
                remedy: "create a role of your own".to_owned(),
            });
        }
        self.get_entity(caller.organization_id(), id).await
    }

    fn checked_draft(&self, caller: &Caller, draft: RoleDraft) -> Result<RoleDraft, ServiceError> {
        let RoleDraft { name, description, permissions } = draft;
        let invalid = |field, rule: &str, remedy: &str| {
            Err(ServiceError::Invalid { field, rule: rule.to_owned(), remedy: remedy.to_owned() })
        };
        if description.len() > 1_024 {
            return invalid("description", "has more than 1024 bytes", "send a shorter one");
        }
        for Granted { permission, keys } in &permissions {
            let Some(keys) = keys else { continue };
            if !matches!(permission, Permission::AttributesEdit | Permission::PersonalView) {
                return invalid("keys", "stand beside a permission that is not about single keys", "leave them out");
            }
            if keys.len() > MOST || keys.iter().any(|key| key.is_empty() || key.len() > 128) {
                return invalid("keys", "must be at most 100 names of 1 to 128 bytes", "name fewer or shorter ones");
            }
        }
        covers_everywhere(caller, &permissions)?;
        Ok(RoleDraft { name: checked_name(&name)?, description, permissions })
    }

    /// Roles and divisions that exist, each role once.
    pub(crate) async fn checked_grants(
        &self,
        organization: OrganizationId,
        given: Vec<GivenGrant>,
    ) -> Result<Vec<Grant>, ServiceError> {
        if given.len() > MOST {
            return Err(ServiceError::Invalid {
                field: "roles",
                rule: format!("are more than {MOST}"),
                remedy: "make a role of several".to_owned(),
            });
        }
        let mut grants = BTreeMap::<RoleId, Option<Vec<DivisionId>>>::new();
        for GivenGrant { role_id, division_id } in given {
            let role = match role_id.parse().ok().and_then(BuiltInRole::find) {
                Some(role) => role.id(),
                None => self.get_entity::<Role>(organization, &role_id).await?.entity.id,
            };
            let division = match division_id.as_deref() {
                None | Some(EVERYWHERE) => None,
                Some(text) => Some(self.get_entity::<Division>(organization, text).await?.entity.id),
            };
            let entry = grants.entry(role).or_insert_with(|| Some(Vec::new()));
            match (entry.as_mut(), division) {
                (Some(divisions), Some(division)) if !divisions.contains(&division) => divisions.push(division),
                (_, Some(_)) => {}
                (_, None) => *entry = None,
            }
        }
        Ok(grants.into_iter().map(|(role_id, divisions)| Grant { role_id, divisions }).collect())
    }

    /// Nobody gives, takes or touches more than he has.
    pub(crate) async fn check_covered(&self, caller: &Caller, grants: &[Grant]) -> Result<(), ServiceError> {
        caller.covers(&self.rights_of(caller.organization_id(), grants).await?)
    }

    /// The roles of grants by id, for views; one that was deleted is not among them.
    ///
    /// # Errors
    /// The store's.
    pub async fn roles_by_id(
        &self,
        organization: OrganizationId,
        grants: &[Grant],
    ) -> Result<BTreeMap<RoleId, RoleView>, ServiceError> {
        let mut roles = BTreeMap::new();
        let mut custom = Vec::new();
        for id in grants.iter().map(|grant| grant.role_id) {
            match BuiltInRole::find(id) {
                Some(role) => drop(roles.insert(id, built_in(role))),
                None => custom.push(id.uuid()),
            }
        }
        custom.sort_unstable();
        custom.dedup();
        // A page of people has at most so many roles: asked for in pieces, whatever it has.
        for ids in custom.chunks(500) {
            let filter = EntityFilter { ids: Some(ids.to_vec()), limit: 500, ..EntityFilter::default() };
            let found = self.list_entities::<Role>(organization, filter).await?;
            roles.extend(found.entities.into_iter().map(|role| (role.entity.id, custom_view(role))));
        }
        Ok(roles)
    }

    /// The names of divisions, for views.
    ///
    /// # Errors
    /// The store's.
    pub async fn division_names(
        &self,
        organization: OrganizationId,
    ) -> Result<BTreeMap<DivisionId, String>, ServiceError> {
        let filter = EntityFilter { limit: 500, ..EntityFilter::default() };
        let divisions = self.list_entities::<Division>(organization, filter).await?;
        Ok(divisions.entities.into_iter().map(|division| (division.entity.id, division.entity.name)).collect())
    }

    /// The divisions that the right reaches, by name.
    ///
    /// # Errors
    /// The store's.
    pub async fn list_divisions(
        &self,
        caller: &Caller,
        name: Option<String>,
        offset: u64,
        limit: u32,
    ) -> Result<EntityList<Division>, ServiceError> {
        let ids = match caller.divisions() {
            Divisions::All => None,
            Divisions::Some(divisions) => Some(divisions.iter().map(|id| id.uuid()).collect()),
        };
        self.list_entities(caller.organization_id(), EntityFilter { name, ids, offset, limit }).await
    }

    /// A division.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn get_division(&self, caller: &Caller, id: &str) -> Result<Versioned<Division>, ServiceError> {
        let division = self.get_entity::<Division>(caller.organization_id(), id).await?;
        if !caller.divisions().contain(division.entity.id) {
            return Err(ServiceError::not_found("division", id));
        }
        Ok(division)
    }

    /// Creates a division; takes the right everywhere.
    ///
    /// # Errors
    /// `Invalid`, `MissingPermission`.
    pub async fn create_division(&self, caller: &Caller, name: &str) -> Result<Versioned<Division>, ServiceError> {
        if *caller.divisions() != Divisions::All {
            return Err(ServiceError::MissingPermission(Permission::DivisionEdit.as_str()));
        }
        let division = Division {
            id: self.inner.ambient.division_id(),
            organization_id: caller.organization_id(),
            name: checked_name(name)?,
            created_at: self.inner.ambient.now(),
        };
        self.create_entity(&division, Act::of(caller, "division.created", division.id.uuid())).await?;
        Ok(Versioned { entity: division, version: 1 })
    }

    /// Gives a division another name.
    ///
    /// # Errors
    /// `NotFound`, `Invalid`, `Stale`.
    pub async fn rename_division(
        &self,
        caller: &Caller,
        id: &str,
        name: &str,
    ) -> Result<Versioned<Division>, ServiceError> {
        let mut division = self.get_division(caller, id).await?;
        division.entity.name = checked_name(name)?;
        let act = Act::of(caller, "division.changed", division.entity.id.uuid()).saying("name");
        self.update_entity(&division, act).await?;
        Ok(Versioned { version: division.version + 1, entity: division.entity })
    }
}

/// A role can be given everywhere: its maker has its rights everywhere.
fn covers_everywhere(caller: &Caller, permissions: &[Granted]) -> Result<(), ServiceError> {
    caller.covers(&crate::access::everywhere(permissions))
}

fn built_in(role: BuiltInRole) -> RoleView {
    RoleView {
        id: role.id(),
        name: role.name().to_owned(),
        description: match role {
            BuiltInRole::Admin => "May do everything",
            BuiltInRole::Supervisor => "Watches: reads everything of conversations, assigns and ends them",
            BuiltInRole::Agent => "Answers: reads conversations with their context, takes them over, wraps up",
            BuiltInRole::Integrator => "An API client that reads, writes and answers conversations and follows events",
        }
        .to_owned(),
        permissions: role.permissions().iter().copied().map(Granted::from).collect(),
        built_in: true,
        version: 1,
    }
}

fn custom_view(role: Versioned<Role>) -> RoleView {
    let Versioned { entity, version } = role;
    let Role { id, organization_id: _, name, description, permissions, created_at: _ } = entity;
    RoleView { id, name, description, permissions, built_in: false, version }
}

fn permissions_text(permissions: &[Granted]) -> String {
    let names = permissions.iter().map(|granted| granted.permission.as_str());
    crate::error::cut(&format!("permissions: {}", names.collect::<Vec<_>>().join(", ")), 2_000)
}
