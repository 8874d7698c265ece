//! `init`: the first organization, deployment and API client of a data folder.

use std::{path::PathBuf, process::ExitCode};

use anyhow::bail;
use clap::Args;
use serde_json::json;
use waybill_model::{BuiltInRole, ContextPolicy, DeploymentStatus};
use waybill_server::{Config, logs, service::NewDeployment, wiring};

use super::{block_on, terminal};

/// Creates the first organization with one deployment, one API client and one administrator, and prints their ids.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  waybill init --config waybill.toml --organization \"Example Ltd\" --domain shop.example\n  waybill init --data ./waybill-data --json --all-domains > ids.json\n\nThe server must not run meanwhile: one process at a time works on a data folder.\nSecret and password are shown this once; the database keeps only their hashes."
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
    /// The e-mail address with which the first administrator logs in.
    #[arg(long, value_name = "EMAIL", default_value = "admin@example.com")]
    admin: String,
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
        let Self { config, data, organization, deployment, domain, admin, all_domains, native, another, json } = self;
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
            if service.email_is_taken(&admin).await? {
                bail!("somebody logs in as {admin} already; name another administrator by --admin EMAIL");
            }
            let organization_id = service.create_organization(&organization).await?;
            // As long as a secret: somebody copies it once and then chooses his own.
            let password = service.ambient().secret();
            let new_admin = ("Administrator", admin.as_str(), password.clone());
            service.create_first_user(organization_id, new_admin, BuiltInRole::Admin).await?;
            let uris = ["/console/", "/desk/", "http://127.0.0.1/callback", "http://localhost/callback"];
            let uris = uris.map(str::to_owned).to_vec();
            let login_client = service.create_public_client(organization_id, "Waybill log-in", uris).await?;
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
            let tools = service.create_client(organization_id, "Command line", BuiltInRole::Admin).await?;
            if json {
                let ids = json!({
                    "orgId": organization_id, "deploymentId": deployment_id, "region": config.region,
                    "oauthClient": { "id": client.id, "secret": client.secret },
                    "adminClient": { "id": tools.id, "secret": tools.secret },
                    "loginClient": { "id": login_client },
                    "users": { "admin": { "email": admin, "password": password } },
                });
                terminal::say(serde_json::to_string_pretty(&ids)?)?;
            } else {
                terminal::say(format_args!(
                    "organization  {organization_id}\ndeployment    {deployment_id}\nregion        {}\nclient id     {}\nclient secret {}   (shown this once)\nlog-in client {login_client}\nadministrator {admin}\npassword      {password}   (shown this once)\ntools id      {}\ntools secret  {}   (shown this once; WAYBILL_CLIENT_ID and WAYBILL_CLIENT_SECRET of waybill user, client, role …)\n\nNext: waybill serve",
                    config.region, client.id, client.secret, tools.id, tools.secret
                ))?;
            }
            Ok(ExitCode::SUCCESS)
        })
    }
}
