//! The demo's API client: its secret is drawn once per folder and kept beside the database.

use std::{io, path::Path};

use serde::{Deserialize, Serialize};
use waybill_model::{BuiltInRole, ClientId, OrganizationId};
use waybill_service::Service;

use super::DemoError;
use crate::private_file;

/// Where the secret is kept; the database knows only its hash.
const FILE: &str = "demo-client.json";

/// An API client with its secret.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OauthClient {
    /// Its id.
    pub id: ClientId,
    /// Its secret.
    pub secret: String,
}

impl std::fmt::Debug for OauthClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OauthClient").field("id", &self.id).finish_non_exhaustive()
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Kept {
    org_id: OrganizationId,
    client: OauthClient,
}

/// The folder's client; drawn when there is none, or when the database is another one.
pub(super) async fn keep(service: &Service, org_id: OrganizationId, folder: &Path) -> Result<OauthClient, DemoError> {
    let path = folder.join(FILE);
    match std::fs::read_to_string(&path) {
        Ok(text) => {
            let kept: Kept =
                serde_json::from_str(&text).map_err(|error| DemoError::Shape { path: path.clone(), error })?;
            if kept.org_id == org_id {
                return Ok(kept.client);
            }
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(DemoError::File { path, error }),
    }
    let created = service.create_client(org_id, "Demo", BuiltInRole::Integrator).await?;
    let kept = Kept { org_id, client: OauthClient { id: created.id, secret: created.secret } };
    let text = serde_json::to_string_pretty(&kept).map_err(|error| DemoError::Shape { path: path.clone(), error })?;
    private_file::write(&path, &text).map_err(|error| DemoError::File { path, error })?;
    Ok(kept.client)
}
