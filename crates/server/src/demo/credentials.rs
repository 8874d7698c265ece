//! The demo's API client and people: their secrets are drawn once per folder and kept beside the database.

use std::{io, path::Path};

use serde::{Deserialize, Serialize};
use waybill_model::{BuiltInRole, ClientId, OrganizationId};
use waybill_service::Service;

use super::DemoError;
use crate::private_file;

/// Where the secrets are kept; the database knows only their hashes.
const FILE: &str = "demo-client.json";
/// Where the demo's people may be sent back to: the pages of this server, and programs on this machine.
const REDIRECT_URIS: [&str; 4] = ["/console/", "/desk/", "http://127.0.0.1/callback", "http://localhost/callback"];

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

/// The client through which people log in; it has no secret (authorization code with PKCE).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoginClient {
    /// Its id.
    pub id: ClientId,
}

/// The demo's people, one per role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemoUsers {
    /// May do everything.
    pub admin: DemoUser,
    /// Answers.
    pub agent: DemoUser,
    /// Watches.
    pub supervisor: DemoUser,
}

/// A person with its password.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemoUser {
    /// The e-mail address with which it logs in.
    pub email: String,
    /// Its password.
    pub password: String,
}

impl std::fmt::Debug for DemoUser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DemoUser").field("email", &self.email).finish_non_exhaustive()
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Kept {
    org_id: OrganizationId,
    client: OauthClient,
    /// Absent in folders of an earlier version.
    #[serde(default)]
    people: Option<People>,
    /// Likewise.
    #[serde(default)]
    admin_client: Option<OauthClient>,
}

/// Everybody who can log in.
pub(super) struct Credentials {
    /// Reads, writes and answers conversations.
    pub(super) client: OauthClient,
    /// May do everything; for the tools of the command line.
    pub(super) admin_client: OauthClient,
    pub(super) people: People,
}

/// The people and the client through which they log in.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct People {
    pub(super) login_client: LoginClient,
    pub(super) users: DemoUsers,
}

/// The folder's client and people; drawn when there are none, or when the database is another one.
pub(super) async fn keep(service: &Service, org_id: OrganizationId, folder: &Path) -> Result<Credentials, DemoError> {
    let path = folder.join(FILE);
    let kept = match std::fs::read_to_string(&path) {
        Ok(text) => {
            let kept: Kept =
                serde_json::from_str(&text).map_err(|error| DemoError::Shape { path: path.clone(), error })?;
            Some(kept).filter(|kept| kept.org_id == org_id)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(DemoError::File { path, error }),
    };
    let (client, people, admin_client) = match kept {
        Some(Kept { org_id: _, client, people: Some(people), admin_client: Some(admin_client) }) => {
            return Ok(Credentials { client, admin_client, people });
        }
        Some(Kept { org_id: _, client, people, admin_client }) => (Some(client), people, admin_client),
        None => (None, None, None),
    };
    let credentials = Credentials {
        client: match client {
            Some(client) => client,
            None => draw_client(service, org_id, "Demo", BuiltInRole::Integrator).await?,
        },
        admin_client: match admin_client {
            Some(client) => client,
            None => draw_client(service, org_id, "Demo administration", BuiltInRole::Admin).await?,
        },
        people: match people {
            Some(people) => people,
            None => draw_people(service, org_id).await?,
        },
    };
    let Credentials { client, admin_client, people } = &credentials;
    let kept =
        Kept { org_id, client: client.clone(), people: Some(people.clone()), admin_client: Some(admin_client.clone()) };
    let text = serde_json::to_string_pretty(&kept).map_err(|error| DemoError::Shape { path: path.clone(), error })?;
    private_file::write(&path, &text).map_err(|error| DemoError::File { path, error })?;
    Ok(credentials)
}

async fn draw_client(
    service: &Service,
    org_id: OrganizationId,
    name: &str,
    role: BuiltInRole,
) -> Result<OauthClient, DemoError> {
    let created = service.create_client(org_id, name, role).await?;
    Ok(OauthClient { id: created.id, secret: created.secret })
}

async fn draw_people(service: &Service, org_id: OrganizationId) -> Result<People, DemoError> {
    let uris = REDIRECT_URIS.map(str::to_owned).to_vec();
    let login_client = LoginClient { id: service.create_public_client(org_id, "Demo log-in", uris).await? };
    let draw = async |name: &str, role: BuiltInRole| -> Result<DemoUser, DemoError> {
        let (email, password) = (format!("{}@demo.example", role.name()), service.ambient().secret());
        service.keep_first_user(org_id, (name, &email, password.clone()), role).await?;
        Ok(DemoUser { email, password })
    };
    let users = DemoUsers {
        admin: draw("Ada Admin", BuiltInRole::Admin).await?,
        agent: draw("Adam Agent", BuiltInRole::Agent).await?,
        supervisor: draw("Susan Supervisor", BuiltInRole::Supervisor).await?,
    };
    Ok(People { login_client, users })
}
