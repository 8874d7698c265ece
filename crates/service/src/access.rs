//! API clients: who they are and what they may do (REST2).

use std::{collections::BTreeSet, net::IpAddr, sync::Arc, time::Duration};

use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use moka::sync::Cache;
use waybill_model::{AccessToken, ClientId, OrganizationId, Permission, Time, TokenHash};

use crate::{Service, ServiceError, ambient::hash_token};

/// How long a revoked token may still work.
const KEPT: Duration = Duration::from_secs(5);

/// Who calls, and with which rights: role permissions ∩ scopes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    organization_id: OrganizationId,
    client_id: ClientId,
    name: String,
    permissions: BTreeSet<Permission>,
    expires_at: Time,
}

impl Caller {
    /// The tenant.
    #[must_use]
    pub const fn organization_id(&self) -> OrganizationId {
        self.organization_id
    }

    /// The client.
    #[must_use]
    pub const fn client_id(&self) -> ClientId {
        self.client_id
    }

    /// The client's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Checks one right.
    ///
    /// # Errors
    /// `MissingPermission`.
    pub fn require(&self, permission: Permission) -> Result<(), ServiceError> {
        if self.permissions.contains(&permission) {
            return Ok(());
        }
        Err(ServiceError::MissingPermission(permission.as_str()))
    }
}

/// A bearer token as its owner gets it.
#[derive(Debug, Clone)]
pub struct IssuedToken {
    /// The token: a secret.
    pub access_token: String,
    /// How long it lives.
    pub expires_in: Duration,
    /// The scopes that it was narrowed to; empty for all of the role.
    pub scopes: String,
}

pub(crate) struct TokenCache {
    callers: Cache<TokenHash, Arc<Caller>>,
    /// Hashing passwords is slow on purpose; strangers may not occupy every core with it.
    hashing: tokio::sync::Semaphore,
}

impl TokenCache {
    pub(crate) fn new() -> Self {
        Self {
            callers: Cache::builder().max_capacity(10_000).time_to_live(KEPT).build(),
            hashing: tokio::sync::Semaphore::new(2),
        }
    }
}

/// The scope names of the field and of the two documents, and what each lets through.
fn scope(name: &str) -> Option<&'static [Permission]> {
    use Permission::{AttributesEdit, ConversationCreate, ConversationView, DeploymentView, EventsView, MessageCreate};
    Some(match name {
        "conversation:read" | "conversations:readonly" => &[ConversationView, EventsView],
        "conversations" | "conversation:write" => {
            &[ConversationView, ConversationCreate, AttributesEdit, MessageCreate, EventsView]
        }
        "notifications" | "notifications:readonly" => &[EventsView],
        "messaging" => &[ConversationView, MessageCreate],
        "web-deployments" | "web-deployments:readonly" | "webdeployments" => &[DeploymentView],
        _ => return None,
    })
}

const SCOPES: &str = "conversation:read, conversation:write, conversations, conversations:readonly, notifications, \
                      notifications:readonly, messaging, web-deployments, web-deployments:readonly";

impl Service {
    /// Client credentials → bearer token.
    ///
    /// # Errors
    /// `Unauthorized` for a wrong id or secret (which of them is not said), `Invalid` for an unknown scope, `Throttled`.
    pub async fn issue_token(
        &self,
        client_id: &str,
        secret: &str,
        scopes: Option<&str>,
        address: IpAddr,
    ) -> Result<IssuedToken, ServiceError> {
        self.inner.gate.login(address)?;
        let refused = ServiceError::Unauthorized("the client id or its secret is wrong");
        let scopes = scopes.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
        for name in scopes.split_whitespace() {
            if scope(name).is_none() {
                return Err(ServiceError::Invalid {
                    field: "scope",
                    rule: format!("names the unknown scope `{}`", crate::error::cut(name, 64)),
                    remedy: format!("use some of {SCOPES}, or none for all of the role"),
                });
            }
        }
        let located = match client_id.parse::<ClientId>() {
            Ok(id) => self.inner.store.locate_organization_by_client(id).await?.map(|found| (id, found)),
            Err(_) => None,
        };
        // An unknown client costs the same time as a wrong secret.
        let hash = located.as_ref().map_or(NOBODY, |(_, (_, hash))| hash.as_str()).to_owned();
        let fits = self.secret_fits(secret.to_owned(), hash).await?;
        let Some((id, (organization_id, _))) = located.filter(|_| fits) else { return Err(refused) };
        let client = self.inner.store.find_client(organization_id, id).await?.filter(|client| client.enabled);
        let Some(client) = client else { return Err(refused) };
        let access_token = self.inner.ambient.secret();
        let expires_in = self.inner.settings.access_token;
        let lifetime = i64::try_from(expires_in.as_millis()).unwrap_or(i64::MAX);
        let token = AccessToken {
            hash: hash_token(&access_token),
            organization_id,
            client_id: client.id,
            scopes: scopes.clone(),
            expires_at: self.inner.ambient.now().plus_millis(lifetime),
        };
        self.inner.store.create_access_token(organization_id, token).await?;
        Ok(IssuedToken { access_token, expires_in, scopes })
    }

    /// Bearer token → caller; takes one of the client's requests (EDGE6).
    ///
    /// # Errors
    /// `Unauthorized`, `Throttled`.
    pub async fn authorize(&self, token: &str) -> Result<Arc<Caller>, ServiceError> {
        let caller = self.confirm(token).await?;
        self.inner.gate.request(caller.client_id)?;
        Ok(caller)
    }

    /// The same for somebody who was let in before, such as a stream that goes on: takes no request.
    ///
    /// # Errors
    /// `Unauthorized` once the token is over or its client switched off.
    pub async fn confirm(&self, token: &str) -> Result<Arc<Caller>, ServiceError> {
        let hash = hash_token(token);
        let caller = match self.inner.tokens.callers.get(&hash) {
            Some(caller) => caller,
            None => self.look_up_caller(hash).await?,
        };
        if caller.expires_at <= self.inner.ambient.now() {
            return Err(ServiceError::Unauthorized("the bearer token is over; ask for a new one at `/oauth/token`"));
        }
        Ok(caller)
    }

    async fn look_up_caller(&self, hash: TokenHash) -> Result<Arc<Caller>, ServiceError> {
        let refused = ServiceError::Unauthorized("the bearer token is wrong or over; ask for one at `/oauth/token`");
        let store = &self.inner.store;
        let Some(organization) = store.locate_organization_by_token(hash).await? else { return Err(refused) };
        let Some(token) = store.find_access_token(organization, hash).await? else { return Err(refused) };
        let client = store.find_client(organization, token.client_id).await?.filter(|client| client.enabled);
        let Some(client) = client else { return Err(refused) };
        let of_role: BTreeSet<Permission> = client.role.permissions().iter().copied().collect();
        let permissions = if token.scopes.is_empty() {
            of_role
        } else {
            let scoped = token.scopes.split_whitespace().filter_map(scope).flatten().copied();
            scoped.filter(|permission| of_role.contains(permission)).collect()
        };
        let caller = Arc::new(Caller {
            organization_id: organization,
            client_id: client.id,
            name: client.name,
            permissions,
            expires_at: token.expires_at,
        });
        self.inner.tokens.callers.insert(hash, Arc::clone(&caller));
        Ok(caller)
    }

    pub(crate) async fn hash_secret(&self, secret: String) -> Result<String, ServiceError> {
        let salt = self.inner.ambient.bytes::<16>();
        let hashed = tokio::task::spawn_blocking(move || {
            Argon2::default().hash_password_with_salt(secret.as_bytes(), &salt).map(|hash| hash.to_string())
        });
        let hashed = hashed.await.map_err(|error| ServiceError::Bug(error.to_string()))?;
        hashed.map_err(|error| ServiceError::Bug(error.to_string()))
    }

    async fn secret_fits(&self, secret: String, hash: String) -> Result<bool, ServiceError> {
        let _permit =
            self.inner.tokens.hashing.acquire().await.map_err(|error| ServiceError::Bug(error.to_string()))?;
        let verified = tokio::task::spawn_blocking(move || {
            Argon2::default().verify_password(secret.as_bytes(), hash.as_str()).is_ok()
        });
        verified.await.map_err(|error| ServiceError::Bug(error.to_string()))
    }
}

/// The hash of a secret that nobody has.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGhhcyB0aGlz$2wqXhxDqd2oO7mQ9jHwPZ3Hh2nYk8sE0mGQ8Fz2jC5s";
