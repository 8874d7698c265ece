//! The demo: a sample organization with one deployment per thing to try, the same ids for the same folder.

mod credentials;
mod sample;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use waybill_model::OrganizationId;
use waybill_service::{Service, ServiceError};

use crate::{Site, private_file};

pub use credentials::OauthClient;
pub use sample::Deployments;

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
        let oauth_client = credentials::keep(service, org_id, folder).await?;
        let region = service.settings().region.clone();
        Ok(Self { base_url, org_id, region, deployments, oauth_client })
    }

    /// The texts that the examples need.
    #[must_use]
    pub fn site(&self) -> Site {
        let Deployments { open, quarantine, strict, disabled, inactive, signed, limited } = self.deployments;
        Site::Demo(vec![
            ("YOUR_ORG_ID", self.org_id.to_string()),
            ("YOUR_DEPLOYMENT_ID", open.to_string()),
            ("DEPLOYMENT_OPEN", open.to_string()),
            ("DEPLOYMENT_QUARANTINE", quarantine.to_string()),
            ("DEPLOYMENT_STRICT", strict.to_string()),
            ("DEPLOYMENT_DISABLED", disabled.to_string()),
            ("DEPLOYMENT_INACTIVE", inactive.to_string()),
            ("DEPLOYMENT_SIGNED", signed.to_string()),
            ("DEPLOYMENT_LIMITED", limited.to_string()),
        ])
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
