//! The keys of a deployment, ready to verify, kept a few seconds like the deployment itself.

use std::{sync::Arc, time::Duration};

use jsonwebtoken::DecodingKey;
use moka::sync::Cache;
use waybill_model::{
    DeploymentId, KeyMaterial, OrganizationId, SigningAlgorithm, SigningKey, SigningKeyId, SigningKeys,
};

use super::key;
use crate::{Service, ServiceError};

/// How long a change of the keys may stay unseen by another node.
const KEPT: Duration = Duration::from_secs(5);

/// One key, ready to verify.
pub(super) struct ReadyKey {
    pub(super) key: SigningKey,
    pub(super) verifies: Verifies,
}

/// What verifies.
pub(super) enum Verifies {
    /// This key.
    Key(DecodingKey),
    /// Whichever key the site publishes there.
    PublishedAt(String),
}

pub(crate) struct KeyCache(Cache<DeploymentId, Arc<Vec<ReadyKey>>>);

impl KeyCache {
    pub(crate) fn new() -> Self {
        Self(Cache::builder().max_capacity(10_000).time_to_live(KEPT).build())
    }

    pub(super) fn forget(&self, deployment: DeploymentId) {
        self.0.invalidate(&deployment);
    }
}

impl Service {
    /// The keys of a deployment.
    pub(super) async fn ready_keys(
        &self,
        organization: OrganizationId,
        deployment: DeploymentId,
    ) -> Result<Arc<Vec<ReadyKey>>, ServiceError> {
        let cache = &self.inner.signing_keys.0;
        if let Some(keys) = cache.get(&deployment) {
            return Ok(keys);
        }
        let stored = self.find_entity::<SigningKeys>(organization, deployment.uuid()).await?;
        let keys = stored.map_or_else(Vec::new, |stored| stored.entity.keys);
        let keys: Vec<ReadyKey> = keys.into_iter().map(|key| self.ready_key(key)).collect::<Result<_, _>>()?;
        let keys = Arc::new(keys);
        cache.insert(deployment, Arc::clone(&keys));
        Ok(keys)
    }

    fn ready_key(&self, key: SigningKey) -> Result<ReadyKey, ServiceError> {
        let verifies = match &key.material {
            KeyMaterial::Secret { sealed } => {
                Verifies::Key(DecodingKey::from_secret(&self.unseal(&purpose(key.id), sealed)?))
            }
            KeyMaterial::Public { jwk } => {
                let unusable =
                    |cause: String| ServiceError::Bug(format!("signing key {} is unusable: {cause}", key.id));
                let members = serde_json::from_str(jwk).map_err(|error| unusable(error.to_string()))?;
                Verifies::Key(key::verifier(&members).map_err(|fault| unusable(fault.to_string()))?)
            }
            KeyMaterial::Published { url } => Verifies::PublishedAt(url.clone()),
        };
        Ok(ReadyKey { key, verifies })
    }
}

/// What a secret is sealed for: in another key's place it does not open.
pub(super) fn purpose(id: SigningKeyId) -> String {
    format!("signing key {id}")
}

impl ReadyKey {
    pub(super) fn has_algorithm(&self, name: &str) -> bool {
        SigningAlgorithm::named(name) == Some(self.key.algorithm)
    }
}
