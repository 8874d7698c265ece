//! Signing keys on their way out: a secret leaves only with the answer that made it.

use waybill_model::{DeploymentId, KeyMaterial, SigningKey};
use waybill_protocol::rest::signing_key as wire;
use waybill_service::{CreatedSigningKey, RotatedSigningKey};

use crate::error::{ApiError, ApiResult};

pub(in crate::rest) fn signing_keys(
    deployment: DeploymentId,
    keys: &[SigningKey],
) -> ApiResult<wire::SigningKeyListing> {
    let entities: Vec<_> = keys.iter().map(|key| signing_key(deployment, key)).collect::<ApiResult<_>>()?;
    Ok(wire::SigningKeyListing { total: entities.len(), entities, self_uri: place(deployment) })
}

pub(in crate::rest) fn signing_key(deployment: DeploymentId, key: &SigningKey) -> ApiResult<wire::SigningKey> {
    let SigningKey { id, name, algorithm, material, issuer, enabled, created_at, good_until } = key;
    let (public_key, jwks_url) = match material {
        KeyMaterial::Secret { sealed: _ } => (None, None),
        KeyMaterial::Public { jwk } => {
            let jwk = serde_json::from_str(jwk).map_err(|error| ApiError::bug(format!("signing key {id}: {error}")))?;
            (Some(jwk), None)
        }
        KeyMaterial::Published { url } => (None, Some(url.clone())),
    };
    Ok(wire::SigningKey {
        id: *id,
        name: name.clone(),
        algorithm: algorithm.as_str(),
        public_key,
        jwks_url,
        issuer: issuer.clone(),
        enabled: *enabled,
        date_created: *created_at,
        good_until: *good_until,
        secret: None,
        self_uri: format!("{}/{id}", place(deployment)),
    })
}

pub(in crate::rest) fn created_signing_key(
    deployment: DeploymentId,
    created: &CreatedSigningKey,
) -> ApiResult<wire::SigningKey> {
    let CreatedSigningKey { key, secret } = created;
    let mut shown = signing_key(deployment, key)?;
    shown.secret.clone_from(secret);
    Ok(shown)
}

pub(in crate::rest) fn rotated_signing_key(
    deployment: DeploymentId,
    rotated: &RotatedSigningKey,
) -> ApiResult<wire::SigningKeyRotation> {
    let RotatedSigningKey { created, before } = rotated;
    Ok(wire::SigningKeyRotation {
        created: created_signing_key(deployment, created)?,
        replaced: signing_key(deployment, before)?,
    })
}

fn place(deployment: DeploymentId) -> String {
    format!("/api/v2/webdeployments/deployments/{deployment}/signingkeys")
}
