//! `init`: the first organization, deployment and API client of a data folder.

use std::{path::PathBuf, process::ExitCode};

use anyhow::bail;
use clap::Args;
use serde_json::json;
use waybill_model::{BuiltInRole, ContextPolicy, DeploymentStatus};
use waybill_server::{Config, logs, service::NewDeployment, wiring};

use super::{block_on, terminal};

/// Creates the first organization with one deployment and one API client, and prints their ids.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  waybill init --config waybill.toml --organization \"Example Ltd\" --domain shop.example\n  waybill init --data ./waybill-data --json --all-domains > ids.json\n\nThe server must not run meanwhile: one process at a time works on a data folder.\nThe secret is shown this once; the database keeps only its hash."
)]
pub(crate) struct Init {
    /// The configuration file, for its data folder.
    #[arg(long, short, value_name = "FILE", env = "WAYBILL_CONFIG")]
    config: Option<PathBuf>,
    /// The data folder; without it, the configuration's.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// The organization's name.
    #[arg(long, default_value = "My organization")]
    organization: String,
    /// The deployment's name.
    #[arg(long, default_value = "Website")]
    deployment: String,
    /// A host that may embed the chat, with its subdomains; repeat it for more.
    #[arg(long, value_name = "HOST")]
    domain: Vec<String>,
    /// Any origin may embed the chat.
    #[arg(long, conflicts_with = "domain")]
    all_domains: bool,
    /// Clients without an origin (native apps, servers) may connect.
    #[arg(long)]
    native: bool,
    /// Creates another organization although the folder has one.
    #[arg(long)]
    another: bool,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

impl Init {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let Self { config, data, organization, deployment, domain, all_domains, native, another, json } = self;
        if domain.is_empty() && !all_domains {
            bail!("no page could embed the chat: name its hosts by --domain HOST, or give --all-domains");
        }
        let mut config = Config::load(config.as_deref())?;
        config.data = data.unwrap_or(config.data);
        logs::start(&config.log)?;
        block_on(async move {
            let wired = wiring::wire(&config, wiring::Parts::default()).await?;
            let service = wired.app.service();
            if !another && let Some(present) = service.list_organizations().await?.first() {
                bail!(
                    "the folder `{}` has the organization {} already; give --another for one more",
                    config.data.display(),
                    present.id
                );
            }
            let organization_id = service.create_organization(&organization).await?;
            let new = NewDeployment {
                id: None,
                name: deployment,
                status: DeploymentStatus::Active,
                allow_all_domains: all_domains,
                allowed_domains: domain,
                allow_native: native,
                start_limit: None,
                policy: ContextPolicy::standard(),
            };
            let deployment_id = service.create_deployment(organization_id, new).await?;
            let client = service.create_client(organization_id, "First client", BuiltInRole::Integrator).await?;
            if json {
                let ids = json!({
                    "orgId": organization_id, "deploymentId": deployment_id, "region": config.region,
                    "oauthClient": { "id": client.id, "secret": client.secret },
                });
                terminal::say(serde_json::to_string_pretty(&ids)?)?;
            } else {
                terminal::say(format_args!(
                    "organization  {organization_id}\ndeployment    {deployment_id}\nregion        {}\nclient id     {}\nclient secret {}   (shown this once)\n\nNext: waybill serve",
                    config.region, client.id, client.secret
                ))?;
            }
            Ok(ExitCode::SUCCESS)
        })
    }
}
