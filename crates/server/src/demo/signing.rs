//! The demo's signing key, and the few lines of a site's server that vouch for a customer with it.

use std::{io, path::Path, sync::Arc};

use axum::{
    Json, Router,
    extract::Query,
    http::StatusCode,
    response::{IntoResponse as _, Response},
    routing::get,
};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::{Deserialize, Serialize};
use serde_json::json;
use waybill_model::{DeploymentId, OrganizationId, SigningKeyId};
use waybill_service::{Ambient, Service};

use super::DemoError;
use crate::{private_file, refusal};

/// Where the secret is kept; the database has it sealed.
const FILE: &str = "demo-signing.json";
/// For how long a token of the demo is good, in seconds.
const LIFETIME: i64 = 120;

/// The key of the deployment `signed`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemoSigningKey {
    /// Its id, for `kid`.
    pub id: SigningKeyId,
    /// `HS256`.
    pub algorithm: String,
    /// The secret; its bytes are the key as they stand.
    pub secret: String,
}

impl std::fmt::Debug for DemoSigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DemoSigningKey").field("id", &self.id).finish_non_exhaustive()
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Kept {
    org_id: OrganizationId,
    signing_key: DemoSigningKey,
}

/// The folder's key; drawn when there is none, or when the database is another one.
pub(super) async fn keep(
    service: &Service,
    org_id: OrganizationId,
    signed: DeploymentId,
    folder: &Path,
) -> Result<DemoSigningKey, DemoError> {
    let path = folder.join(FILE);
    match std::fs::read_to_string(&path) {
        Ok(text) => {
            let kept: Kept =
                serde_json::from_str(&text).map_err(|error| DemoError::Shape { path: path.clone(), error })?;
            if kept.org_id == org_id {
                return Ok(kept.signing_key);
            }
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(DemoError::File { path, error }),
    }
    let created = service.draw_signing_key(org_id, signed, "Demo").await?;
    let (id, algorithm) = (created.key.id, created.key.algorithm.as_str().to_owned());
    let signing_key = DemoSigningKey { id, algorithm, secret: created.secret.unwrap_or_default() };
    let kept = Kept { org_id, signing_key };
    let text = serde_json::to_string_pretty(&kept).map_err(|error| DemoError::Shape { path: path.clone(), error })?;
    private_file::write(&path, &text).map_err(|error| DemoError::File { path, error })?;
    Ok(kept.signing_key)
}

/// What a shop's server knows of who is logged in: the page can't choose what is signed, only who it plays.
struct Account {
    login: &'static str,
    crm_customer_id: &'static str,
    name: &'static str,
    email: &'static str,
}

const ACCOUNTS: [Account; 2] = [
    Account { login: "zoe", crm_customer_id: "CRM-882910", name: "Zoë Doe", email: "zoe.doe@example.com" },
    Account { login: "max", crm_customer_id: "CRM-100200", name: "Max Mustermann", email: "max@example.com" },
];

/// Plays the part of the site's server for the example page.
#[derive(Clone)]
pub struct Signer {
    pub(super) deployment: DeploymentId,
    pub(super) key: DemoSigningKey,
    pub(super) ambient: Ambient,
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signer").field("deployment", &self.deployment).finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    customer: String,
}

/// The one route of the part: `GET /demo/identity-token?customer=zoe`.
pub(crate) fn routes(signer: Signer) -> Router {
    let signer = Arc::new(signer);
    Router::new().route(
        "/demo/identity-token",
        get(move |Query(asked): Query<Asked>| async move { answer(&signer, &asked.customer) }),
    )
}

fn answer(signer: &Signer, login: &str) -> Response {
    let Some(account) = ACCOUNTS.iter().find(|account| account.login == login) else {
        return refusal::problem(StatusCode::NOT_FOUND, "not.found", "the demo knows the customers `zoe` and `max`");
    };
    match sign(signer, account) {
        Ok(token) => Json(json!({ "identityToken": token })).into_response(),
        Err(error) => {
            tracing::error!(%error, "the demo could not sign a token");
            refusal::problem(StatusCode::INTERNAL_SERVER_ERROR, "internal.server.error", "internal error")
        }
    }
}

fn sign(signer: &Signer, account: &Account) -> Result<String, jsonwebtoken::errors::Error> {
    let Signer { deployment, key, ambient } = signer;
    let Account { login: _, crm_customer_id, name, email } = account;
    let now = ambient.now().seconds();
    let claims = json!({
        "aud": deployment,
        "iat": now,
        "exp": now + LIFETIME,
        "jti": ambient.uuid(),
        "customData": { "crmCustomerId": crm_customer_id },
        "customer": { "name": name, "email": email },
    });
    let header = Header { kid: Some(key.id.to_string()), ..Header::new(Algorithm::HS256) };
    jsonwebtoken::encode(&header, &claims, &EncodingKey::from_secret(key.secret.as_bytes()))
}
