//! Signing keys as an administrator sees them: list, create, rotate with overlap, switch off, delete (SIG1, SIG6).

use waybill_model::{
    DeploymentId, KeyMaterial, OrganizationId, SigningAlgorithm, SigningKey, SigningKeyId, SigningKeys, Time,
};

use super::{key, keys::purpose};
use crate::{
    Caller, Service, ServiceError,
    deployments::Ready,
    entities::{Act, Versioned},
    error::cut,
};

/// Most keys of one deployment: a token without `kid` is compared with each of them.
const MAX_KEYS: usize = 8;
/// How long the key before stays good at a rotation, unless somebody says otherwise, and at most; in seconds.
const OVERLAP: u32 = 24 * 3_600;
const MAX_OVERLAP: u32 = 30 * 24 * 3_600;
const MAX_NAME_BYTES: usize = 128;
const MAX_KEY_BYTES: usize = 16 * 1024;
const MAX_ISSUER_BYTES: usize = 256;

/// Where a new key comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// This server draws a secret, and shows it once.
    Drawn,
    /// A public key, in PEM or as JSON Web Key.
    Public(String),
    /// A set of keys that the site publishes.
    Published(String),
}

/// A key to be made.
#[derive(Debug, Clone)]
pub struct NewSigningKey {
    /// What people call it.
    pub name: String,
    /// The algorithm, by its JWT name.
    pub algorithm: String,
    /// Where it comes from.
    pub source: Source,
    /// The `iss` that tokens must bear.
    pub issuer: Option<String>,
}

/// A change of a key.
#[derive(Debug, Clone, Default)]
pub struct ChangedSigningKey {
    /// Another name.
    pub name: Option<String>,
    /// Whether its tokens are believed.
    pub enabled: Option<bool>,
    /// The end of its time.
    pub good_until: Option<Time>,
}

/// A key that was made; the secret is shown here and never again.
#[derive(Clone)]
pub struct CreatedSigningKey {
    /// The key.
    pub key: SigningKey,
    /// The secret that was drawn: its bytes are the key, as they stand.
    pub secret: Option<String>,
}

impl std::fmt::Debug for CreatedSigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CreatedSigningKey").field("key", &self.key).finish_non_exhaustive()
    }
}

/// What a rotation left.
#[derive(Debug, Clone)]
pub struct RotatedSigningKey {
    /// The new key.
    pub created: CreatedSigningKey,
    /// The key before, with its end.
    pub before: SigningKey,
}

impl Service {
    /// The keys of a deployment, oldest first.
    ///
    /// # Errors
    /// `NotFound` for the deployment.
    pub async fn list_signing_keys(&self, caller: &Caller, deployment: &str) -> Result<Vec<SigningKey>, ServiceError> {
        let ready = self.own_deployment(caller, deployment).await?;
        Ok(self.stored_keys(&ready).await?.entity.keys)
    }

    /// One key.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn get_signing_key(
        &self,
        caller: &Caller,
        deployment: &str,
        id: &str,
    ) -> Result<SigningKey, ServiceError> {
        let ready = self.own_deployment(caller, deployment).await?;
        let stored = self.stored_keys(&ready).await?;
        let position = position(&stored.entity, id)?;
        Ok(stored.entity.keys[position].clone())
    }

    /// Makes a key.
    ///
    /// # Errors
    /// `NotFound` for the deployment, `Invalid`, `WrongState` when there are enough keys.
    pub async fn create_signing_key(
        &self,
        caller: &Caller,
        deployment: &str,
        new: NewSigningKey,
    ) -> Result<CreatedSigningKey, ServiceError> {
        let ready = self.own_deployment(caller, deployment).await?;
        let created = self.make_key(new)?;
        let act = Act::of(caller, "signingKey.created", ready.deployment.id.uuid());
        self.add_key(&ready, &created, act).await?;
        Ok(created)
    }

    /// Makes a key in the place of another, which stays good for the overlap.
    ///
    /// # Errors
    /// As `create_signing_key`, and `NotFound` for the key.
    pub async fn rotate_signing_key(
        &self,
        caller: &Caller,
        deployment: &str,
        id: &str,
        public_key: Option<String>,
        overlap_seconds: Option<u32>,
    ) -> Result<RotatedSigningKey, ServiceError> {
        let ready = self.own_deployment(caller, deployment).await?;
        let overlap = overlap_seconds.unwrap_or(OVERLAP);
        if overlap > MAX_OVERLAP {
            let rule = format!("is at most {MAX_OVERLAP}");
            return Err(invalid("overlapSeconds", &rule, "leave it out for a day"));
        }
        let mut stored = self.stored_keys(&ready).await?;
        let position = position(&stored.entity, id)?;
        let before = &mut stored.entity.keys[position];
        let source = match (&before.material, public_key) {
            (KeyMaterial::Secret { .. }, None) => Source::Drawn,
            (KeyMaterial::Public { .. }, Some(key)) => Source::Public(key),
            (KeyMaterial::Public { .. }, None) => {
                return Err(invalid("publicKey", "is missing", "send the new public key of the site's server"));
            }
            (KeyMaterial::Secret { .. }, Some(_)) => {
                return Err(invalid("publicKey", "does not fit a secret", "leave it out: a new secret is drawn"));
            }
            (KeyMaterial::Published { .. }, _) => {
                return Err(ServiceError::WrongState {
                    what: format!("signing key `{}`", before.id),
                    rule: "is published by the site itself".to_owned(),
                    remedy: "rotate it there; new keys are found by their `kid`".to_owned(),
                });
            }
        };
        let new = NewSigningKey {
            name: before.name.clone(),
            algorithm: before.algorithm.as_str().to_owned(),
            source,
            issuer: before.issuer.clone(),
        };
        let created = self.make_key(new)?;
        let end = self.inner.ambient.now().plus_millis(i64::from(overlap) * 1_000);
        before.good_until = Some(before.good_until.map_or(end, |earlier| earlier.min(end)));
        let before = before.clone();
        check_room(&stored.entity)?;
        stored.entity.keys.push(created.key.clone());
        let act = Act::of(caller, "signingKey.rotated", ready.deployment.id.uuid());
        let act = act.saying(format!("{} takes the place of {}", created.key.id, before.id));
        self.keep_keys(&stored, act).await?;
        Ok(RotatedSigningKey { created, before })
    }

    /// Changes a key.
    ///
    /// # Errors
    /// `NotFound`, `Invalid`.
    pub async fn change_signing_key(
        &self,
        caller: &Caller,
        deployment: &str,
        id: &str,
        change: ChangedSigningKey,
    ) -> Result<SigningKey, ServiceError> {
        let ready = self.own_deployment(caller, deployment).await?;
        let mut stored = self.stored_keys(&ready).await?;
        let position = position(&stored.entity, id)?;
        let key = &mut stored.entity.keys[position];
        let ChangedSigningKey { name, enabled, good_until } = change;
        let mut changed = Vec::new();
        if let Some(name) = name {
            key.name = check_name(name)?;
            changed.push("name");
        }
        if let Some(enabled) = enabled {
            key.enabled = enabled;
            changed.push("enabled");
        }
        if let Some(good_until) = good_until {
            key.good_until = Some(good_until);
            changed.push("goodUntil");
        }
        let key = key.clone();
        let act = Act::of(caller, "signingKey.changed", ready.deployment.id.uuid());
        self.keep_keys(&stored, act.saying(format!("{}: {}", key.id, changed.join(", ")))).await?;
        Ok(key)
    }

    /// Deletes a key: from now on its tokens are refused.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn delete_signing_key(&self, caller: &Caller, deployment: &str, id: &str) -> Result<(), ServiceError> {
        let ready = self.own_deployment(caller, deployment).await?;
        let mut stored = self.stored_keys(&ready).await?;
        let position = position(&stored.entity, id)?;
        let gone = stored.entity.keys.remove(position);
        let act = Act::of(caller, "signingKey.deleted", ready.deployment.id.uuid());
        self.keep_keys(&stored, act.saying(gone.id.to_string())).await
    }

    /// Draws a secret for a deployment at the server's own wish: the demo, the command line.
    ///
    /// # Errors
    /// `NotFound`, `WrongState`.
    pub async fn draw_signing_key(
        &self,
        organization: OrganizationId,
        deployment: DeploymentId,
        name: &str,
    ) -> Result<CreatedSigningKey, ServiceError> {
        let ready = self.find_ready(deployment).await?;
        let ready = ready.filter(|ready| ready.deployment.organization_id == organization);
        let ready = ready.ok_or_else(|| ServiceError::not_found("deployment", deployment))?;
        let (algorithm, name) = (SigningAlgorithm::HS256.as_str().to_owned(), name.to_owned());
        let created = self.make_key(NewSigningKey { name, algorithm, source: Source::Drawn, issuer: None })?;
        self.add_key(&ready, &created, Act::of_server("signingKey.created", deployment.uuid())).await?;
        Ok(created)
    }

    /// The keys as they are stored; none so far is version 0.
    async fn stored_keys(&self, ready: &Ready) -> Result<Versioned<SigningKeys>, ServiceError> {
        let (organization_id, deployment_id) = (ready.deployment.organization_id, ready.deployment.id);
        let stored = self.find_entity::<SigningKeys>(organization_id, deployment_id.uuid()).await?;
        let none = || SigningKeys { deployment_id, organization_id, keys: Vec::new() };
        Ok(stored.unwrap_or_else(|| Versioned { entity: none(), version: 0 }))
    }

    async fn keep_keys(&self, changed: &Versioned<SigningKeys>, act: Act) -> Result<(), ServiceError> {
        self.update_entity(changed, act).await?;
        self.inner.signing_keys.forget(changed.entity.deployment_id);
        Ok(())
    }

    async fn add_key(&self, ready: &Ready, created: &CreatedSigningKey, act: Act) -> Result<(), ServiceError> {
        let mut stored = self.stored_keys(ready).await?;
        check_room(&stored.entity)?;
        stored.entity.keys.push(created.key.clone());
        self.keep_keys(&stored, act.saying(created.key.id.to_string())).await
    }

    fn make_key(&self, new: NewSigningKey) -> Result<CreatedSigningKey, ServiceError> {
        let NewSigningKey { name, algorithm, source, issuer } = new;
        let known = || SigningAlgorithm::ALL.map(SigningAlgorithm::as_str).join(", ");
        let algorithm = SigningAlgorithm::named(&algorithm)
            .ok_or_else(|| invalid("algorithm", "is none that keys have", &format!("use one of {}", known())))?;
        if issuer.as_ref().is_some_and(|issuer| issuer.is_empty() || issuer.len() > MAX_ISSUER_BYTES) {
            let rule = format!("has 1 to {MAX_ISSUER_BYTES} bytes");
            return Err(invalid("issuer", &rule, "send what the site's server writes into `iss`, or leave it out"));
        }
        let ambient = &self.inner.ambient;
        let id = ambient.signing_key_id();
        let is_shared = algorithm == SigningAlgorithm::HS256;
        let (material, secret) = match source {
            Source::Drawn if is_shared => {
                let secret = ambient.secret();
                let sealed = self.seal(&purpose(id), secret.as_bytes())?;
                (KeyMaterial::Secret { sealed }, Some(secret))
            }
            Source::Drawn => {
                let remedy =
                    "send the public key of the site's server, or a `jwksUrl`; a secret is drawn for HS256 alone";
                return Err(invalid("publicKey", "is missing", remedy));
            }
            // A published key as the secret of an HMAC would let everybody sign.
            Source::Public(_) | Source::Published(_) if is_shared => {
                let remedy = "leave out `publicKey` and `jwksUrl`: the server draws the secret of an HS256 key";
                return Err(invalid("algorithm", "does not fit a public key", remedy));
            }
            Source::Public(text) => {
                if text.len() > MAX_KEY_BYTES {
                    return Err(invalid("publicKey", &format!("has at most {MAX_KEY_BYTES} bytes"), "send one key"));
                }
                let members = key::read_public(&text, algorithm)
                    .and_then(|members| key::verifier(&members).map(|_| members))
                    .map_err(|fault| {
                        let remedy = "send the public key in PEM (`-----BEGIN PUBLIC KEY-----`) or as JSON Web Key";
                        invalid("publicKey", &fault.to_string(), remedy)
                    })?;
                (KeyMaterial::Public { jwk: members.to_string() }, None)
            }
            Source::Published(url) => {
                let denied = |denied: waybill_outbound::Denied| {
                    invalid("jwksUrl", &format!("can't be asked: {denied}"), "give a public https address")
                };
                self.inner.webhooks.outbound()?.check_url(&url).map_err(denied)?;
                (KeyMaterial::Published { url }, None)
            }
        };
        let key = SigningKey {
            id,
            name: check_name(name)?,
            algorithm,
            material,
            issuer,
            enabled: true,
            created_at: ambient.now(),
            good_until: None,
        };
        Ok(CreatedSigningKey { key, secret })
    }
}

fn position(keys: &SigningKeys, id: &str) -> Result<usize, ServiceError> {
    let wanted: Option<SigningKeyId> = id.parse().ok();
    let found = keys.keys.iter().position(|key| Some(key.id) == wanted);
    found.ok_or_else(|| ServiceError::not_found("signingKey", id))
}

fn check_name(name: String) -> Result<String, ServiceError> {
    if name.len() > MAX_NAME_BYTES || name.chars().any(char::is_control) {
        let rule = format!("has at most {MAX_NAME_BYTES} bytes and no control characters");
        return Err(invalid("name", &rule, "use a shorter name"));
    }
    Ok(name)
}

fn check_room(keys: &SigningKeys) -> Result<(), ServiceError> {
    if keys.keys.len() < MAX_KEYS {
        return Ok(());
    }
    Err(ServiceError::WrongState {
        what: format!("deployment `{}`", keys.deployment_id),
        rule: format!("has {MAX_KEYS} signing keys, which is the most"),
        remedy: "delete one that has ended".to_owned(),
    })
}

fn invalid(field: &'static str, rule: &str, remedy: &str) -> ServiceError {
    ServiceError::Invalid { field, rule: cut(rule, 512), remedy: remedy.to_owned() }
}
