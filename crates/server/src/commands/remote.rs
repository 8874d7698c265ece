//! Tools that talk to a running server: which one, and as whom (LOG10).

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use waybill_client::RestClient;
use waybill_server::demo::{Demo, OauthClient};

/// Where credentials come from when they are not in the environment.
#[derive(Debug, Args)]
pub(super) struct Remote {
    /// The server's base URL; without one, the address in DIR/demo.json.
    #[arg(long, value_name = "URL", env = "WAYBILL_SERVER")]
    server: Option<String>,
    /// The API client's id; its secret is read from WAYBILL_CLIENT_SECRET. Without them, those in DIR/demo.json.
    /// A bearer token in WAYBILL_TOKEN goes before both.
    #[arg(long, value_name = "ID", env = "WAYBILL_CLIENT_ID")]
    client_id: Option<String>,
    /// The demo's folder, for its demo.json.
    #[arg(long, value_name = "DIR", default_value = "./demo-data")]
    demo: PathBuf,
}

/// The variable of the secret: a command line would show it to everybody on the machine.
const SECRET: &str = "WAYBILL_CLIENT_SECRET";
/// A bearer token, used instead of client credentials: `waybill login` prints one.
const TOKEN: &str = "WAYBILL_TOKEN";

impl Remote {
    /// Logs in to read and work.
    pub(super) async fn log_in(&self) -> anyhow::Result<RestClient> {
        self.log_in_with(|demo| demo.oauth_client).await
    }

    /// Logs in to administer: with a demo, as its administration.
    pub(super) async fn log_in_to_administer(&self) -> anyhow::Result<RestClient> {
        self.log_in_with(|demo| demo.admin_client).await
    }

    async fn log_in_with(&self, of_demo: impl FnOnce(Demo) -> OauthClient) -> anyhow::Result<RestClient> {
        let Self { server, client_id, demo } = self;
        if let Some(token) = variable(TOKEN)? {
            let server = match server {
                Some(server) => server.clone(),
                None => Demo::read(demo).context("WAYBILL_TOKEN names no server: set WAYBILL_SERVER")?.base_url,
            };
            return Ok(RestClient::anonymous(&server)?.with_token(&token));
        }
        let secret = variable(SECRET)?;
        let (server, id, secret) = match (server, client_id, secret) {
            (Some(server), Some(id), Some(secret)) => (server.clone(), id.clone(), secret),
            (server, client_id, secret) => {
                let file = Demo::read(demo).with_context(|| {
                    format!("no server was named: start `waybill demo`, give --demo DIR, or set WAYBILL_SERVER, WAYBILL_CLIENT_ID and {SECRET}")
                })?;
                let server = server.clone().unwrap_or_else(|| file.base_url.clone());
                let client = of_demo(file);
                let id = client_id.clone().unwrap_or_else(|| client.id.to_string());
                (server, id, secret.unwrap_or(client.secret))
            }
        };
        RestClient::log_in(&server, &id, &secret).await.with_context(|| format!("can't log in at {server}"))
    }
}

fn variable(name: &str) -> anyhow::Result<Option<String>> {
    match std::env::var(name) {
        Ok(value) => Ok(Some(value)),
        Err(std::env::VarError::NotPresent) => Ok(None),
        Err(error) => Err(error).context(name.to_owned()),
    }
}

/// One segment of a path, or one value of a query, whatever is in it.
pub(super) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}
