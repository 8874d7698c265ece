//! Who calls and what they may do (REST2).

use std::{
    collections::{BTreeMap, BTreeSet, btree_map::Entry},
    net::IpAddr,
    sync::Arc,
    time::Duration,
};

use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use moka::sync::Cache;
use tokio::sync::watch;
use waybill_model::{
    AccessToken, Actor, BuiltInRole, Client, ClientId, DivisionId, Grant, Granted, OrganizationId, Permission,
    Principal, Role, Time, TokenHash, TokenKind, Trust, User, UserId,
};

use crate::{
    Service, ServiceError,
    ambient::hash_token,
    limits::Allowance,
    scopes::{SCOPES, scope},
};

/// How long a revoked token may still work.
const KEPT: Duration = Duration::from_secs(5);

/// Who calls, with which rights: role permissions ∩ scopes, each with its reach. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    standing: Arc<Standing>,
    /// The divisions that the right in play reaches.
    divisions: Arc<Divisions>,
    /// What is left of its requests, where this one was counted.
    allowance: Option<Allowance>,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) organization_id: OrganizationId,
    pub(crate) principal: Principal,
    pub(crate) name: String,
    pub(crate) rights: BTreeMap<Permission, Reach>,
    pub(crate) expires_at: Time,
    pub(crate) token: TokenHash,
}

/// How far one right goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reach {
    pub(crate) divisions: Arc<Divisions>,
    pub(crate) keys: Keys,
}

/// Divisions that a right covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Divisions {
    /// All of them, also later ones.
    All,
    /// These.
    Some(BTreeSet<DivisionId>),
}

impl Divisions {
    /// Whether a division is among them.
    #[must_use]
    pub fn contain(&self, division: DivisionId) -> bool {
        match self {
            Self::All => true,
            Self::Some(divisions) => divisions.contains(&division),
        }
    }

    fn join(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Some(ours), Self::Some(theirs)) => Self::Some(ours | theirs),
            (Self::All, _) | (_, Self::All) => Self::All,
        }
    }
}

/// Context keys that a right covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Keys {
    All,
    Some(BTreeSet<String>),
}

impl Keys {
    fn join(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Some(ours), Self::Some(theirs)) => Self::Some(ours | theirs),
            (Self::All, _) | (_, Self::All) => Self::All,
        }
    }
}

impl Caller {
    pub(crate) fn new(standing: Arc<Standing>) -> Self {
        Self { standing, divisions: Arc::new(Divisions::Some(BTreeSet::new())), allowance: None }
    }

    /// The tenant.
    #[must_use]
    pub fn organization_id(&self) -> OrganizationId {
        self.standing.organization_id
    }

    /// The client or the person.
    #[must_use]
    pub fn principal(&self) -> Principal {
        self.standing.principal
    }

    /// The person, unless it is a client.
    #[must_use]
    pub fn user_id(&self) -> Option<UserId> {
        match self.standing.principal {
            Principal::User(id) => Some(id),
            Principal::Client(_) => None,
        }
    }

    /// As events and the audit log name it.
    #[must_use]
    pub fn actor(&self) -> Actor {
        match self.standing.principal {
            Principal::User(id) => Actor::User(id),
            Principal::Client(id) => Actor::Client(id),
        }
    }

    /// How far values that it writes are believed (CTX7).
    #[must_use]
    pub fn trust(&self) -> Trust {
        match self.standing.principal {
            Principal::User(_) => Trust::Agent,
            Principal::Client(_) => Trust::Server,
        }
    }

    /// The client's or person's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.standing.name
    }

    /// When its token ends.
    #[must_use]
    pub fn expires_at(&self) -> Time {
        self.standing.expires_at
    }

    /// The hash of its token, to revoke it.
    pub(crate) fn token(&self) -> TokenHash {
        self.standing.token
    }

    /// What is left of its requests; absent where the request was not counted.
    #[must_use]
    pub const fn allowance(&self) -> Option<Allowance> {
        self.allowance
    }

    /// Every right that it has.
    pub fn permissions(&self) -> impl Iterator<Item = Permission> {
        self.standing.rights.keys().copied()
    }

    /// The same caller in the use of one of these rights; none of them needed where the list is empty.
    ///
    /// # Errors
    /// `MissingPermission`.
    pub fn acting(&self, any: &[Permission]) -> Result<Self, ServiceError> {
        let Some(first) = any.first() else { return Ok(self.clone()) };
        let reaches = any.iter().filter_map(|permission| self.standing.rights.get(permission));
        let divisions =
            reaches.map(|reach| Arc::clone(&reach.divisions)).reduce(|one, other| Arc::new(one.join(&other)));
        let divisions = divisions.ok_or(ServiceError::MissingPermission(first.as_str()))?;
        Ok(Self { standing: Arc::clone(&self.standing), divisions, allowance: self.allowance })
    }

    /// Checks one right, wherever it reaches.
    ///
    /// # Errors
    /// `MissingPermission`.
    pub fn require(&self, permission: Permission) -> Result<(), ServiceError> {
        if self.may(permission) {
            return Ok(());
        }
        Err(ServiceError::MissingPermission(permission.as_str()))
    }

    /// Whether it has a right anywhere.
    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        self.standing.rights.contains_key(&permission)
    }

    /// Whether a right covers a context key.
    #[must_use]
    pub fn may_key(&self, permission: Permission, key: &str) -> bool {
        match self.standing.rights.get(&permission).map(|reach| &reach.keys) {
            Some(Keys::All) => true,
            Some(Keys::Some(keys)) => keys.contains(key),
            None => false,
        }
    }

    /// Whether a right covers every context key.
    pub(crate) fn sees_every_key(&self, permission: Permission) -> bool {
        self.standing.rights.get(&permission).is_some_and(|reach| reach.keys == Keys::All)
    }

    /// The divisions that the right in play reaches.
    #[must_use]
    pub fn divisions(&self) -> &Divisions {
        &self.divisions
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
    callers: Cache<TokenHash, Caller>,
    /// Hashing passwords is slow on purpose; strangers may not occupy every core with it.
    hashing: tokio::sync::Semaphore,
    /// Moves whenever tokens or rights went.
    revoked: watch::Sender<u64>,
}

impl TokenCache {
    pub(crate) fn new() -> Self {
        Self {
            callers: Cache::builder().max_capacity(10_000).time_to_live(KEPT).build(),
            hashing: tokio::sync::Semaphore::new(2),
            revoked: watch::Sender::new(0),
        }
    }

    /// Somebody's tokens or rights changed: everybody is looked up anew, and whoever holds a stream open asks again.
    pub(crate) fn forget(&self) {
        self.callers.invalidate_all();
        self.revoked.send_modify(|revocations| *revocations += 1);
    }
}

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
        let client: Option<Client> = match client_id.parse::<ClientId>() {
            Ok(id) => self.locate_entity(&id.to_string()).await?.map(|found| found.entity),
            Err(_) => None,
        };
        let now = self.inner.ambient.now();
        let good = |client: &Client| {
            let good = client.secrets.iter().filter(|secret| secret.good_until.is_none_or(|until| until > now));
            good.map(|secret| secret.hash.clone()).take(2).collect::<Vec<_>>()
        };
        // An unknown client costs the same time as a wrong secret.
        let hashes = client.as_ref().map(good).filter(|hashes| !hashes.is_empty());
        let mut fits = false;
        for hash in hashes.unwrap_or_else(|| vec![NOBODY.to_owned()]) {
            fits |= self.secret_fits(secret.to_owned(), hash).await?;
        }
        let Some(client) = client.filter(|client| fits && client.enabled) else { return Err(refused) };
        let organization_id = client.organization_id;
        let access_token = self.inner.ambient.secret();
        let expires_in = self.inner.settings.access_token;
        let lifetime = i64::try_from(expires_in.as_millis()).unwrap_or(i64::MAX);
        let token = AccessToken {
            hash: hash_token(&access_token),
            organization_id,
            kind: TokenKind::Access,
            principal: Principal::Client(client.id),
            client_id: Some(client.id),
            scopes: scopes.clone(),
            family: self.inner.ambient.uuid(),
            code: None,
            created_at: now,
            expires_at: now.plus_millis(lifetime),
        };
        self.inner.store.exchange_tokens(organization_id, vec![token], Vec::new()).await?;
        Ok(IssuedToken { access_token, expires_in, scopes })
    }

    /// Bearer token → caller; takes one of the client's requests (EDGE6).
    ///
    /// # Errors
    /// `Unauthorized`, `Throttled`.
    pub async fn authorize(&self, token: &str) -> Result<Caller, ServiceError> {
        let caller = self.confirm(token).await?;
        let allowance = self.inner.gate.request(caller.principal())?;
        Ok(Caller { allowance: Some(allowance), ..caller })
    }

    /// The same for somebody who was let in before, such as a stream that goes on: takes no request.
    ///
    /// # Errors
    /// `Unauthorized` once the token is over or its client switched off.
    pub async fn confirm(&self, token: &str) -> Result<Caller, ServiceError> {
        let hash = hash_token(token);
        let caller = match self.inner.tokens.callers.get(&hash) {
            Some(caller) => caller,
            None => self.look_up_caller(hash).await?,
        };
        if caller.expires_at() <= self.inner.ambient.now() {
            return Err(ServiceError::Unauthorized("the bearer token is over; ask for a new one at `/oauth/token`"));
        }
        Ok(caller)
    }

    /// Moves whenever tokens or rights went: whoever holds a stream or socket open asks `confirm` again then.
    #[must_use]
    pub fn revocations(&self) -> watch::Receiver<u64> {
        self.inner.tokens.revoked.subscribe()
    }

    /// The same by the token's hash, asked of the store: for a socket that lives by a token it never saw.
    pub(crate) async fn confirm_anew(&self, hash: TokenHash) -> Result<Caller, ServiceError> {
        let caller = self.look_up_caller(hash).await?;
        if caller.expires_at() <= self.inner.ambient.now() {
            return Err(ServiceError::Unauthorized("the bearer token is over; ask for a new one at `/oauth/token`"));
        }
        Ok(caller)
    }

    async fn look_up_caller(&self, hash: TokenHash) -> Result<Caller, ServiceError> {
        let refused = ServiceError::Unauthorized("the bearer token is wrong or over; ask for one at `/oauth/token`");
        let store = &self.inner.store;
        let Some(organization) = store.locate_organization_by_token(hash).await? else { return Err(refused) };
        let token = store.find_access_token(organization, hash).await?;
        let Some(token) = token.filter(|token| token.kind == TokenKind::Access) else { return Err(refused) };
        let found = match token.principal {
            Principal::Client(id) => {
                let client = self.find_entity::<Client>(organization, id.uuid()).await?.map(|found| found.entity);
                client.filter(|client| client.enabled).map(|client| (client.name, client.grants))
            }
            Principal::User(id) => {
                let user = self.find_entity::<User>(organization, id.uuid()).await?.map(|found| found.entity);
                user.filter(|user| user.enabled).map(|user| (user.name, user.grants))
            }
        };
        let Some((name, grants)) = found else { return Err(refused) };
        let mut rights = self.rights_of(organization, &grants).await?;
        if !token.scopes.is_empty() {
            let scoped: BTreeSet<Permission> =
                token.scopes.split_whitespace().filter_map(scope).flatten().copied().collect();
            rights.retain(|permission, _| scoped.contains(permission));
        }
        let caller = Caller::new(Arc::new(Standing {
            organization_id: organization,
            principal: token.principal,
            name,
            rights,
            expires_at: token.expires_at,
            token: hash,
        }));
        self.inner.tokens.callers.insert(hash, caller.clone());
        Ok(caller)
    }

    /// What roles let through together; of one permission in several roles the reaches join.
    async fn rights_of(
        &self,
        organization: OrganizationId,
        grants: &[Grant],
    ) -> Result<BTreeMap<Permission, Reach>, ServiceError> {
        let mut rights = BTreeMap::<Permission, Reach>::new();
        for Grant { role_id, divisions } in grants {
            let divisions = Arc::new(match divisions {
                None => Divisions::All,
                Some(divisions) => Divisions::Some(divisions.iter().copied().collect()),
            });
            let granted: Vec<Granted> = match BuiltInRole::find(*role_id) {
                Some(role) => role.permissions().iter().copied().map(Granted::from).collect(),
                // A role that was deleted lets nothing through.
                None => self
                    .find_entity::<Role>(organization, role_id.uuid())
                    .await?
                    .map_or_else(Vec::new, |found| found.entity.permissions),
            };
            for Granted { permission, keys } in granted {
                let keys = keys.map_or(Keys::All, |keys| Keys::Some(keys.into_iter().collect()));
                let reach = Reach { divisions: Arc::clone(&divisions), keys };
                match rights.entry(permission) {
                    Entry::Vacant(vacant) => {
                        vacant.insert(reach);
                    }
                    Entry::Occupied(mut occupied) => {
                        let joined = Reach {
                            divisions: Arc::new(occupied.get().divisions.join(&reach.divisions)),
                            keys: occupied.get().keys.join(&reach.keys),
                        };
                        occupied.insert(joined);
                    }
                }
            }
        }
        Ok(rights)
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
