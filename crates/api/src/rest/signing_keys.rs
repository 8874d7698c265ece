//! Signing keys of a deployment: list, create, rotate with overlap, switch off, delete (SIG1, SIG6).

use axum::{extract::State, http::StatusCode, response::Response};
use waybill_model::{DeploymentId, Time};
use waybill_protocol::rest::signing_key::{
    CreateSigningKey, PatchSigningKey, RotateSigningKey, SigningKey, SigningKeyListing, SigningKeyRotation,
};
use waybill_service::{ChangedSigningKey, NewSigningKey, ServiceError, SigningKeySource};

use super::{
    convert,
    document::{ChangeFailures, Failures},
    extract::{Authorized, EditDeployments, Fields, RawBody, Segments},
    reply::{json, silent},
};
use crate::{
    App,
    error::{ApiError, ApiResult},
};

/// List a deployment's signing keys
///
/// Oldest first. Secrets are not shown.
#[utoipa::path(
    get, path = "/api/v2/webdeployments/deployments/{deploymentId}/signingkeys", tag = "Deployments",
    params(("deploymentId" = String, Path, description = "The deployment")),
    responses((status = 200, description = "The keys", body = SigningKeyListing), Failures),
    security(("oauth" = ["web-deployments"]))
)]
pub(super) async fn list_signing_keys(
    State(app): State<App>,
    who: Authorized<EditDeployments>,
    Segments(deployment): Segments<String>,
) -> ApiResult<Response> {
    let keys = app.service().list_signing_keys(&who, &deployment).await?;
    json(&convert::signing_keys(read_id(&deployment)?, &keys)?)
}

/// Create a signing key
///
/// For `HS256` the server draws a secret and shows it in this answer alone. The other algorithms take the public key of the
/// site's server, or the address where the site publishes its keys.
#[utoipa::path(
    post, path = "/api/v2/webdeployments/deployments/{deploymentId}/signingkeys", tag = "Deployments",
    params(("deploymentId" = String, Path, description = "The deployment")),
    request_body(content = CreateSigningKey, content_type = "application/json"),
    responses(
        (status = 200, description = "The key, with its secret if one was drawn", body = SigningKey),
        ChangeFailures, Failures
    ),
    security(("oauth" = ["web-deployments"]))
)]
pub(super) async fn create_signing_key(
    State(app): State<App>,
    who: Authorized<EditDeployments>,
    Segments(deployment): Segments<String>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let created = app.service().create_signing_key(&who, &deployment, new_key(&body)?).await?;
    json(&convert::created_signing_key(read_id(&deployment)?, &created)?)
}

/// Read a signing key
///
/// Its secret is not shown.
#[utoipa::path(
    get, path = "/api/v2/webdeployments/deployments/{deploymentId}/signingkeys/{keyId}", tag = "Deployments",
    params(
        ("deploymentId" = String, Path, description = "The deployment"),
        ("keyId" = String, Path, description = "The key")
    ),
    responses((status = 200, description = "The key", body = SigningKey), Failures),
    security(("oauth" = ["web-deployments"]))
)]
pub(super) async fn get_signing_key(
    State(app): State<App>,
    who: Authorized<EditDeployments>,
    Segments((deployment, id)): Segments<(String, String)>,
) -> ApiResult<Response> {
    let key = app.service().get_signing_key(&who, &deployment, &id).await?;
    json(&convert::signing_key(read_id(&deployment)?, &key)?)
}

/// Change a signing key
///
/// Its name, whether its tokens are believed, and the end of its time.
#[utoipa::path(
    patch, path = "/api/v2/webdeployments/deployments/{deploymentId}/signingkeys/{keyId}", tag = "Deployments",
    params(
        ("deploymentId" = String, Path, description = "The deployment"),
        ("keyId" = String, Path, description = "The key")
    ),
    request_body(content = PatchSigningKey, content_type = "application/json"),
    responses(
        (status = 200, description = "The key", body = SigningKey),
        ChangeFailures, Failures
    ),
    security(("oauth" = ["web-deployments"]))
)]
pub(super) async fn patch_signing_key(
    State(app): State<App>,
    who: Authorized<EditDeployments>,
    Segments((deployment, id)): Segments<(String, String)>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let key = app.service().change_signing_key(&who, &deployment, &id, change(&body)?).await?;
    json(&convert::signing_key(read_id(&deployment)?, &key)?)
}

/// Rotate a signing key
///
/// Makes a new key of the same kind; the key before stays good for the overlap, so that no token in flight is refused.
#[utoipa::path(
    post, path = "/api/v2/webdeployments/deployments/{deploymentId}/signingkeys/{keyId}/rotate", tag = "Deployments",
    params(
        ("deploymentId" = String, Path, description = "The deployment"),
        ("keyId" = String, Path, description = "The key that is replaced")
    ),
    request_body(content = RotateSigningKey, content_type = "application/json"),
    responses(
        (status = 200, description = "Both keys", body = SigningKeyRotation),
        ChangeFailures, Failures
    ),
    security(("oauth" = ["web-deployments"]))
)]
pub(super) async fn rotate_signing_key(
    State(app): State<App>,
    who: Authorized<EditDeployments>,
    Segments((deployment, id)): Segments<(String, String)>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let mut fields = Fields::read(if body.trim().is_empty() { "{}" } else { &body })?;
    let public_key = take_public_key(&mut fields)?;
    let overlap = fields.take_as("overlapSeconds", "whole seconds", "\"overlapSeconds\": 3600")?;
    fields.finish("`overlapSeconds` and `publicKey`")?;
    let rotated = app.service().rotate_signing_key(&who, &deployment, &id, public_key, overlap).await?;
    json(&convert::rotated_signing_key(read_id(&deployment)?, &rotated)?)
}

/// Delete a signing key
///
/// From now on its tokens are refused.
#[utoipa::path(
    delete, path = "/api/v2/webdeployments/deployments/{deploymentId}/signingkeys/{keyId}", tag = "Deployments",
    params(
        ("deploymentId" = String, Path, description = "The deployment"),
        ("keyId" = String, Path, description = "The key")
    ),
    responses((status = 204, description = "It is gone"), ChangeFailures, Failures),
    security(("oauth" = ["web-deployments"]))
)]
pub(super) async fn delete_signing_key(
    State(app): State<App>,
    who: Authorized<EditDeployments>,
    Segments((deployment, id)): Segments<(String, String)>,
) -> ApiResult<Response> {
    app.service().delete_signing_key(&who, &deployment, &id).await?;
    Ok(silent(StatusCode::NO_CONTENT))
}

fn new_key(body: &str) -> ApiResult<NewSigningKey> {
    let mut fields = Fields::read(body)?;
    let name = fields.take_optional_text("name", "\"name\": \"shop server\"")?.unwrap_or_default();
    let algorithm = fields.take_text("algorithm", "\"algorithm\": \"HS256\"")?;
    let public_key = take_public_key(&mut fields)?;
    let jwks_url = fields.take_optional_text("jwksUrl", "\"jwksUrl\": \"https://shop.example/jwks.json\"")?;
    let issuer = fields.take_optional_text("issuer", "\"issuer\": \"https://shop.example\"")?;
    fields.finish("`name`, `algorithm`, `publicKey`, `jwksUrl` and `issuer`")?;
    let source = match (public_key, jwks_url) {
        (None, None) => SigningKeySource::Drawn,
        (Some(key), None) => SigningKeySource::Public(key),
        (None, Some(url)) => SigningKeySource::Published(url),
        (Some(_), Some(_)) => {
            return Err(ApiError::invalid("jwksUrl", "stands beside `publicKey`", "send one of the two"));
        }
    };
    Ok(NewSigningKey { name, algorithm, source, issuer })
}

fn change(body: &str) -> ApiResult<ChangedSigningKey> {
    let mut fields = Fields::read(body)?;
    let name = fields.take_optional_text("name", "\"name\": \"shop server\"")?;
    let enabled = match fields.take("enabled")? {
        None => None,
        Some(raw) => serde_json::from_str(raw.get())
            .map_err(|_| ApiError::invalid("enabled", "has to be true or false", "send it without quotes"))?,
    };
    let example = "2026-11-20T18:08:55Z";
    let good_until = fields.take_optional_text("goodUntil", &format!("\"goodUntil\": \"{example}\""))?;
    let good_until = good_until.map(|text| text.parse::<Time>()).transpose();
    let good_until =
        good_until.map_err(|_| ApiError::invalid("goodUntil", "is no time", &format!("write it like `{example}`")))?;
    fields.finish("`name`, `enabled` and `goodUntil`")?;
    Ok(ChangedSigningKey { name, enabled, good_until })
}

/// PEM as text, or a JSON Web Key as it is.
fn take_public_key(fields: &mut Fields<'_>) -> ApiResult<Option<String>> {
    let Some(raw) = fields.take("publicKey")? else { return Ok(None) };
    match raw.get().as_bytes().first() {
        Some(b'{') => Ok(Some(raw.get().to_owned())),
        Some(b'n') => Ok(None),
        Some(_) | None => serde_json::from_str(raw.get()).map(Some).map_err(|_| {
            ApiError::invalid("publicKey", "is neither text nor an object", "send PEM as text, or a JSON Web Key")
        }),
    }
}

/// The id of a deployment that the service has found.
fn read_id(deployment: &str) -> ApiResult<DeploymentId> {
    let not_found = |_| ServiceError::NotFound { kind: "deployment", id: String::new() };
    Ok(deployment.parse().map_err(not_found)?)
}
