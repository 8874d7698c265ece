//! Who calls and what they may do (REST2).

use std::{
    collections::{BTreeMap, BTreeSet, btree_map::Entry},
    sync::Arc,
    time::Duration,
};

use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use moka::sync::Cache;
use tokio::sync::watch;
use waybill_model::{
    Actor, BuiltInRole, Client, ClientId, DivisionId, Grant, Granted, OrganizationId, Permission, Principal, Role,
    Time, TokenHash, TokenKind, Trust, User, UserId,
};

use crate::{Service, ServiceError, ambient::hash_token, limits::Allowance, scopes::scope};

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
    pub(crate) scopes: String,
    pub(crate) client_id: Option<ClientId>,
}

/// How far one right goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reach {
    pub(crate) divisions: Arc<Divisions>,
    pub(crate) keys: Keys,
}

impl Reach {
    fn covers(&self, other: &Self) -> bool {
        let divisions = match (&*self.divisions, &*other.divisions) {
            (Divisions::All, _) => true,
            (Divisions::Some(_), Divisions::All) => false,
            (Divisions::Some(ours), Divisions::Some(theirs)) => theirs.is_subset(ours),
        };
        let keys = match (&self.keys, &other.keys) {
            (Keys::All, _) => true,
            (Keys::Some(_), Keys::All) => false,
            (Keys::Some(ours), Keys::Some(theirs)) => theirs.is_subset(ours),
        };
        divisions && keys
    }
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

    /// The scopes that its token was narrowed to; empty for all of its roles.
    #[must_use]
    pub fn scopes(&self) -> &str {
        &self.standing.scopes
    }

    /// The client that holds its token.
    #[must_use]
    pub fn client_id(&self) -> Option<ClientId> {
        self.standing.client_id
    }

    /// Whether these rights are all its own, as far and for as many keys: nobody hands on what he does not have (ACC1).
    pub(crate) fn covers(&self, rights: &BTreeMap<Permission, Reach>) -> Result<(), ServiceError> {
        let lacking = rights
            .iter()
            .find(|(permission, wanted)| !self.standing.rights.get(permission).is_some_and(|own| own.covers(wanted)));
        match lacking {
            Some((permission, _)) => Err(ServiceError::MissingPermission(permission.as_str())),
            None => Ok(()),
        }
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

    /// Like `confirm` by the token's hash, asked of the store: for a socket that lives by a token it never saw.
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
        if let (Principal::User(_), Some(client)) = (token.principal, token.client_id) {
            // Whoever logged in through a client goes with it.
            if !self.is_open(organization, client).await? {
                return Err(refused);
            }
        }
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
            scopes: token.scopes,
            client_id: token.client_id,
        }));
        self.inner.tokens.callers.insert(hash, caller.clone());
        Ok(caller)
    }

    /// What roles let through together; of one permission in several roles the reaches join.
    pub(crate) async fn rights_of(
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

    /// Whether a secret fits one of the hashes. Without any it costs the same time as a wrong one.
    pub(crate) async fn some_secret_fits(&self, secret: String, hashes: Vec<String>) -> Result<bool, ServiceError> {
        let mut fits = false;
        let nobody = hashes.is_empty().then(|| NOBODY.to_owned());
        for hash in hashes.into_iter().chain(nobody) {
            fits |= self.secret_fits(secret.clone(), hash).await?;
        }
        Ok(fits)
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

/// These permissions in every division.
pub(crate) fn everywhere(permissions: &[Granted]) -> BTreeMap<Permission, Reach> {
    let reach = |keys: &Option<Vec<String>>| Reach {
        divisions: Arc::new(Divisions::All),
        keys: keys.as_ref().map_or(Keys::All, |keys| Keys::Some(keys.iter().cloned().collect())),
    };
    permissions.iter().map(|granted| (granted.permission, reach(&granted.keys))).collect()
}

/// The hash of a secret that nobody has.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGhhcyB0aGlz$2wqXhxDqd2oO7mQ9jHwPZ3Hh2nYk8sE0mGQ8Fz2jC5s";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn acc6_an_unknown_account_costs_a_whole_hash() {
        let parsed = argon2::PasswordHash::new(NOBODY).expect("a hash of the usual form");
        let usual = argon2::Params::default();
        let params = argon2::Params::try_from(&parsed).expect("Argon2 parameters");
        assert_eq!(
            (params.m_cost(), params.t_cost(), params.p_cost()),
            (usual.m_cost(), usual.t_cost(), usual.p_cost())
        );
        assert!(Argon2::default().verify_password(b"", NOBODY).is_err());
    }

    #[test]
    fn acc1_nobody_covers_more_than_he_has() {
        let reach = |divisions: Option<&[u128]>, keys: Option<&[&str]>| Reach {
            divisions: Arc::new(divisions.map_or(Divisions::All, |ids| {
                Divisions::Some(ids.iter().map(|id| DivisionId::new(uuid::Uuid::from_u128(*id))).collect())
            })),
            keys: keys.map_or(Keys::All, |keys| Keys::Some(keys.iter().map(|key| (*key).to_owned()).collect())),
        };
        let all = reach(None, None);
        let some = reach(Some(&[1, 2]), None);
        assert!(all.covers(&all) && all.covers(&some) && !some.covers(&all));
        assert!(some.covers(&reach(Some(&[2]), None)) && !some.covers(&reach(Some(&[2, 3]), None)));
        let key = reach(None, Some(&["crmId"]));
        assert!(all.covers(&key) && !key.covers(&all) && !key.covers(&reach(None, Some(&["other"]))));
    }
}
