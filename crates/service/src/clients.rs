//! API clients: created and changed by those who may, with secrets that are shown once and rotated with an overlap (ACC5).

use waybill_model::{Client, ClientSecret, Principal};
use waybill_store::EntityFilter;

use crate::{
    Caller, EntityList, Service, ServiceError, Versioned,
    entities::Act,
    login::is_redirect_uri,
    people::{checked_name, grants_text},
    roles::GivenGrant,
};

/// How long a former secret stays good unless another time is asked for, in seconds.
const OVERLAP: u32 = 24 * 3_600;
/// The longest overlap, in seconds.
const LONGEST_OVERLAP: u32 = 30 * 24 * 3_600;
/// Most redirect URIs of one client.
const MOST_URIS: usize = 50;

/// A client to create, or what it is to become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientDraft {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Where people who log in through it may be sent back to.
    pub redirect_uris: Vec<String>,
    /// Its own roles.
    pub grants: Vec<GivenGrant>,
    /// Whether it may be used.
    pub enabled: bool,
}

/// A client with a secret that is shown this once.
#[derive(Clone)]
pub struct ClientWithSecret {
    /// The client.
    pub client: Versioned<Client>,
    /// The secret; a public client has none.
    pub secret: Option<String>,
}

impl Service {
    /// The organization's clients by name.
    ///
    /// # Errors
    /// The store's.
    pub async fn list_clients(
        &self,
        caller: &Caller,
        name: Option<String>,
        offset: u64,
        limit: u32,
    ) -> Result<EntityList<Client>, ServiceError> {
        self.list_entities(caller.organization_id(), EntityFilter { name, ids: None, offset, limit }).await
    }

    /// A client.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn get_client(&self, caller: &Caller, id: &str) -> Result<Versioned<Client>, ServiceError> {
        self.get_entity(caller.organization_id(), id).await
    }

    /// Creates a client with no more rights than the caller has; a public one gets no secret.
    ///
    /// # Errors
    /// `Invalid`, `MissingPermission`.
    pub async fn register_client(
        &self,
        caller: &Caller,
        draft: ClientDraft,
        public: bool,
    ) -> Result<ClientWithSecret, ServiceError> {
        let organization_id = caller.organization_id();
        let now = self.inner.ambient.now();
        let client = Client {
            id: self.inner.ambient.client_id(),
            organization_id,
            name: String::new(),
            grants: Vec::new(),
            secrets: Vec::new(),
            redirect_uris: Vec::new(),
            description: String::new(),
            enabled: true,
            created_at: now,
        };
        let mut client = self.drafted(caller, client, draft).await?;
        if public && !client.grants.is_empty() {
            return Err(ServiceError::Invalid {
                field: "roleIds",
                rule: "are for clients with a secret".to_owned(),
                remedy: "leave them out: people who log in through the client bring their own roles".to_owned(),
            });
        }
        let secret = match public {
            true => None,
            false => {
                let secret = self.inner.ambient.secret();
                let hash = self.hash_secret(secret.clone()).await?;
                client.secrets.push(ClientSecret { hash, created_at: now, good_until: None });
                Some(secret)
            }
        };
        let act = Act::of(caller, "client.created", client.id.uuid()).saying(grants_text(&client.grants));
        self.create_entity(&client, act).await?;
        Ok(ClientWithSecret { client: Versioned { entity: client, version: 1 }, secret })
    }

    /// A public client without rights of its own, through which people log in. Never behind a request.
    ///
    /// # Errors
    /// `Invalid`.
    pub async fn create_public_client(
        &self,
        organization_id: waybill_model::OrganizationId,
        name: &str,
        redirect_uris: Vec<String>,
    ) -> Result<waybill_model::ClientId, ServiceError> {
        check_uris(&redirect_uris)?;
        let client = Client {
            id: self.inner.ambient.client_id(),
            organization_id,
            name: checked_name(name)?,
            grants: Vec::new(),
            secrets: Vec::new(),
            redirect_uris,
            description: String::new(),
            enabled: true,
            created_at: self.inner.ambient.now(),
        };
        self.create_entity(&client, Act::of_server("client.created", client.id.uuid())).await?;
        Ok(client.id)
    }

    /// Changes a client. One that is switched off is logged out everywhere, and whoever logged in through it.
    ///
    /// # Errors
    /// `NotFound`, `Invalid`, `MissingPermission`, `Stale`.
    pub async fn update_client(
        &self,
        caller: &Caller,
        id: &str,
        draft: ClientDraft,
    ) -> Result<Versioned<Client>, ServiceError> {
        let standing = self.get_client(caller, id).await?;
        self.check_covered(caller, &standing.entity.grants).await?;
        let client = self.drafted(caller, standing.entity, draft).await?;
        let changed = Versioned { entity: client, version: standing.version };
        let state = if changed.entity.enabled { "enabled" } else { "disabled" };
        let said = format!("{}, {state}", grants_text(&changed.entity.grants));
        self.update_entity(&changed, Act::of(caller, "client.changed", changed.entity.id.uuid()).saying(said)).await?;
        if !changed.entity.enabled {
            self.revoke_all_of(changed.entity.organization_id, Principal::Client(changed.entity.id)).await?;
        }
        self.inner.tokens.forget();
        Ok(Versioned { version: changed.version + 1, entity: changed.entity })
    }

    /// Deletes a client; it is logged out everywhere, and whoever logged in through it.
    ///
    /// # Errors
    /// `NotFound`, `MissingPermission`.
    pub async fn delete_client(&self, caller: &Caller, id: &str) -> Result<(), ServiceError> {
        let client = self.get_client(caller, id).await?.entity;
        self.check_covered(caller, &client.grants).await?;
        self.delete_entity(&client, Act::of(caller, "client.deleted", client.id.uuid())).await?;
        self.revoke_all_of(client.organization_id, Principal::Client(client.id)).await
    }

    /// Draws a new secret; the former one stays good for the overlap, and those before it end now.
    ///
    /// # Errors
    /// `NotFound`, `MissingPermission`, `Invalid`, `WrongState` for a public client.
    pub async fn rotate_client_secret(
        &self,
        caller: &Caller,
        id: &str,
        overlap_seconds: Option<u32>,
    ) -> Result<ClientWithSecret, ServiceError> {
        let overlap = overlap_seconds.unwrap_or(OVERLAP);
        if overlap > LONGEST_OVERLAP {
            return Err(ServiceError::Invalid {
                field: "overlapSeconds",
                rule: format!("is more than {LONGEST_OVERLAP}"),
                remedy: "bring the new secret to its place within 30 days".to_owned(),
            });
        }
        let mut client = self.get_client(caller, id).await?;
        self.check_covered(caller, &client.entity.grants).await?;
        if client.entity.secrets.is_empty() {
            return Err(ServiceError::WrongState {
                what: format!("client `{}`", client.entity.id),
                rule: "is public and has no secret".to_owned(),
                remedy: "create a client with a secret".to_owned(),
            });
        }
        let now = self.inner.ambient.now();
        let (secret, until) = (self.inner.ambient.secret(), now.plus_millis(i64::from(overlap) * 1_000));
        let drawn = ClientSecret { hash: self.hash_secret(secret.clone()).await?, created_at: now, good_until: None };
        let former = client
            .entity
            .secrets
            .into_iter()
            .next()
            .filter(|former| overlap > 0 && former.good_until.is_none_or(|good_until| good_until > now));
        let former = former.map(|former| ClientSecret {
            good_until: Some(former.good_until.map_or(until, |good_until| good_until.min(until))),
            ..former
        });
        client.entity.secrets = std::iter::once(drawn).chain(former).collect();
        let act = Act::of(caller, "client.secret_rotated", client.entity.id.uuid());
        self.update_entity(&client, act.saying(format!("overlap {overlap} s"))).await?;
        let client = Versioned { version: client.version + 1, entity: client.entity };
        Ok(ClientWithSecret { client, secret: Some(secret) })
    }

    async fn drafted(&self, caller: &Caller, client: Client, draft: ClientDraft) -> Result<Client, ServiceError> {
        let ClientDraft { name, description, redirect_uris, grants, enabled } = draft;
        check_uris(&redirect_uris)?;
        if description.len() > 1_024 {
            return Err(ServiceError::Invalid {
                field: "description",
                rule: "has more than 1024 bytes".to_owned(),
                remedy: "send a shorter one".to_owned(),
            });
        }
        let grants = self.checked_grants(client.organization_id, grants).await?;
        self.check_covered(caller, &grants).await?;
        Ok(Client { name: checked_name(&name)?, description, redirect_uris, grants, enabled, ..client })
    }
}

fn check_uris(uris: &[String]) -> Result<(), ServiceError> {
    if uris.len() > MOST_URIS || !uris.iter().all(|uri| is_redirect_uri(uri)) {
        return Err(ServiceError::Invalid {
            field: "registeredRedirectUri",
            rule: format!(
                "must be at most {MOST_URIS} addresses that begin with `https://`, lead to this machine or are a path of this server, without a fragment"
            ),
            remedy: "correct the address".to_owned(),
        });
    }
    Ok(())
}
