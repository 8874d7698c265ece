//! The demo: a sample organization with one deployment per thing to try, the same ids for the same folder.

mod center;
mod credentials;
mod crm;
mod sample;
pub(crate) mod signing;
pub(crate) mod webhook;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use waybill_model::{FlowId, OrganizationId};
use waybill_service::{Service, ServiceError};

use crate::{Site, private_file, wiring::system_ambient};

pub use center::Queues;
pub use credentials::{DemoUser, DemoUsers, LoginClient, OauthClient};
pub use crm::{Crm, Customer as CrmCustomer, DemoCrm, Note as CrmNote};
pub use sample::Deployments;
pub use signing::{DemoSigningKey, Signer};
pub use webhook::{DemoWebhook, Receiver};

/// What `demo.json` is called.
pub const FILE: &str = "demo.json";

/// What `demo.json` says. Names stay when later versions add more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Demo {
    /// Where the server is, without a slash at the end.
    pub base_url: String,
    /// The sample organization.
    pub org_id: OrganizationId,
    /// Its region.
    pub region: String,
    /// Its deployments by name.
    pub deployments: Deployments,
    /// An API client with the role `integrator`.
    pub oauth_client: OauthClient,
    /// An API client that may do everything; the tools of the command line use it.
    pub admin_client: OauthClient,
    /// The client through which people log in (authorization code with PKCE).
    pub login_client: LoginClient,
    /// People, one per role.
    pub users: DemoUsers,
    /// The key by which the site's server vouches for customers of the deployment `signed`.
    pub signing_key: DemoSigningKey,
    /// Its queues by name; only where a demo has an example CRM, like the next two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queues: Option<Queues>,
    /// The flow that conversations of `open` and `signed` begin with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flow_id: Option<FlowId>,
    /// The example CRM that the flow asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crm: Option<DemoCrm>,
    /// The webhook that tells the demo's own receiver; only where a demo receives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webhook: Option<DemoWebhook>,
}

/// Why the demo could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// A file of the folder.
    #[error("`{}` can't be used: {error}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// A file of the folder has another shape.
    #[error("`{}` is not a file of this demo: {error}; remove it", path.display())]
    Shape {
        /// Which.
        path: PathBuf,
        /// Why.
        error: serde_json::Error,
    },
    /// The sample flow has faults.
    #[error("the sample flow can't be used: {0}")]
    Flow(String),
    /// The sample could not be stored.
    #[error("the sample organization can't be set up: {0}")]
    Service(#[from] ServiceError),
}

impl Demo {
    /// Creates what is missing in the folder's database; what is there keeps its ids and secrets.
    ///
    /// # Errors
    /// `DemoError`.
    pub async fn set_up(service: &Service, folder: &Path, base_url: String) -> Result<Self, DemoError> {
        let org_id = sample::organization(service).await?;
        let deployments = sample::deployments(service, org_id).await?;
        let credentials::Credentials { client: oauth_client, admin_client, people } =
            credentials::keep(service, org_id, folder).await?;
        let credentials::People { login_client, users } = people;
        let signing_key = signing::keep(service, org_id, deployments.signed, folder).await?;
        let region = service.settings().region.clone();
        Ok(Self {
            base_url,
            org_id,
            region,
            deployments,
            oauth_client,
            admin_client,
            login_client,
            users,
            signing_key,
            queues: None,
            flow_id: None,
            crm: None,
            webhook: None,
        })
    }

    /// Gives the sample organization queues with its agent in them, and a flow that asks the example CRM and hands over to
    /// them; conversations of `open` and `signed` begin with it.
    ///
    /// # Errors
    /// `DemoError`.
    pub async fn open_center(&mut self, service: &Service, crm: DemoCrm) -> Result<(), DemoError> {
        let staff = center::Staff { admin: &self.admin_client, agent: &self.users.agent.email };
        let bound = [self.deployments.open, self.deployments.signed];
        let center::Center { queues, flow_id } = center::keep(service, staff, &crm, bound).await?;
        (self.queues, self.flow_id, self.crm) = (Some(queues), Some(flow_id), Some(crm));
        Ok(())
    }

    /// Has the sample organization's events sent to a receiver on this server, so that deliveries can be seen.
    ///
    /// # Errors
    /// `DemoError`, also when requests must not go to this server's own address.
    pub async fn receive_webhooks(&mut self, service: &Service) -> Result<(), DemoError> {
        self.webhook = Some(webhook::keep(service, self.org_id, &self.base_url).await?);
        Ok(())
    }

    /// The texts that the examples need.
    #[must_use]
    pub fn site(&self) -> Site {
        let Deployments { open, quarantine, strict, disabled, inactive, signed, limited, bare } = self.deployments;
        let signer = Signer { deployment: signed, key: self.signing_key.clone(), ambient: system_ambient() };
        let texts = vec![
            ("YOUR_ORG_ID", self.org_id.to_string()),
            ("YOUR_DEPLOYMENT_ID", open.to_string()),
            ("DEPLOYMENT_OPEN", open.to_string()),
            ("DEPLOYMENT_QUARANTINE", quarantine.to_string()),
            ("DEPLOYMENT_STRICT", strict.to_string()),
            ("DEPLOYMENT_DISABLED", disabled.to_string()),
            ("DEPLOYMENT_INACTIVE", inactive.to_string()),
            ("DEPLOYMENT_SIGNED", signed.to_string()),
            ("DEPLOYMENT_LIMITED", limited.to_string()),
            ("DEPLOYMENT_BARE", bare.to_string()),
            ("AGENT_EMAIL", self.users.agent.email.clone()),
            ("ADMIN_EMAIL", self.users.admin.email.clone()),
            ("SUPERVISOR_EMAIL", self.users.supervisor.email.clone()),
            ("EXAMPLE_CRM", self.crm.as_ref().map(|crm| crm.url.clone()).unwrap_or_default()),
        ];
        let receiver = self.webhook.clone().map(|webhook| Box::new(Receiver::new(webhook, system_ambient())));
        Site::Demo { texts, signer, receiver }
    }

    /// Writes `demo.json` for the tools: call it once connections are accepted.
    ///
    /// # Errors
    /// `File`.
    pub fn write(&self, folder: &Path) -> Result<PathBuf, DemoError> {
        let path = folder.join(FILE);
        let text =
            serde_json::to_string_pretty(self).map_err(|error| DemoError::Shape { path: path.clone(), error })?;
        private_file::write(&path, &format!("{text}\n"))
            .map_err(|error| DemoError::File { path: path.clone(), error })?;
        Ok(path)
    }

    /// Reads `demo.json` of a folder.
    ///
    /// # Errors
    /// `File`, `Shape`.
    pub fn read(folder: &Path) -> Result<Self, DemoError> {
        let path = folder.join(FILE);
        let text = std::fs::read_to_string(&path).map_err(|error| DemoError::File { path: path.clone(), error })?;
        serde_json::from_str(&text).map_err(|error| DemoError::Shape { path, error })
    }

    /// Takes an earlier run's file away, so that nobody reads a wrong address while this run comes up.
    ///
    /// # Errors
    /// `File`.
    pub fn withdraw(folder: &Path) -> Result<(), DemoError> {
        let path = folder.join(FILE);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(DemoError::File { path, error }),
            Ok(()) | Err(_) => Ok(()),
        }
    }
}

/// Text for a page: nothing in it is markup.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
