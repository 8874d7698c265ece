//! A folder with an organization, a deployment and an API client in it.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::{
    integrator::Integrator,
    process::{Running, waybill},
};

/// What a rig knows of the folder that it works on.
#[derive(Debug, Clone)]
pub struct Site {
    /// The data folder.
    pub folder: PathBuf,
    /// The tenant.
    pub organization_id: String,
    /// An entry point that takes every key.
    pub deployment_id: String,
    /// A bearer token of an API client; it outlives the servers.
    pub access_token: String,
}

impl Site {
    /// Sets up a new folder with the binary's own `init`, and stops in good order.
    ///
    /// # Errors
    /// When any of it fails.
    pub async fn create(folder: &Path) -> Result<Self> {
        std::fs::create_dir_all(folder)?;
        let folder = folder.canonicalize()?;
        let init = waybill(&["init", "--json", "--all-domains", "--native"], &folder);
        let ids = json_of(init).await?;
        let text = |value: &Value| value.as_str().map(str::to_owned).context("an id of `waybill init` is missing");
        let server = Running::start(&folder).await?;
        let client = &ids["oauthClient"];
        let access_token =
            Integrator::log_in(&server.base_url(), &text(&client["id"])?, &text(&client["secret"])?).await?;
        server.stop().await?;
        Ok(Self {
            organization_id: text(&ids["orgId"])?,
            deployment_id: text(&ids["deploymentId"])?,
            access_token,
            folder,
        })
    }

    /// The same site in a copy of its folder. The server must not run.
    ///
    /// # Errors
    /// When it can't be copied.
    pub fn copy_to(&self, folder: &Path) -> Result<Self> {
        std::fs::create_dir_all(folder)?;
        for entry in std::fs::read_dir(&self.folder)? {
            let entry = entry?;
            std::fs::copy(entry.path(), folder.join(entry.file_name()))?;
        }
        self.at(folder)
    }

    /// The same site in another folder.
    ///
    /// # Errors
    /// When the folder does not exist.
    pub fn at(&self, folder: &Path) -> Result<Self> {
        Ok(Self { folder: folder.canonicalize()?, ..self.clone() })
    }

    /// Runs `waybill doctor` on the folder: whether it is clean, and what it says.
    ///
    /// # Errors
    /// When it can't be run.
    pub async fn doctor(&self) -> Result<(bool, String)> {
        let output = waybill(&["doctor", "--data", &self.folder.display().to_string()], &self.folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .output()
            .await?;
        let mut said = String::from_utf8_lossy(&output.stdout).into_owned();
        said.push_str(&String::from_utf8_lossy(&output.stderr));
        Ok((output.status.success(), said))
    }
}

async fn json_of(mut command: tokio::process::Command) -> Result<Value> {
    let output = command.stdout(Stdio::piped()).stderr(Stdio::piped()).output().await?;
    if !output.status.success() {
        bail!("`waybill init` failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}
