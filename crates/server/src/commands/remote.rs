//! Tools that talk to a running server: which one, and as whom (LOG10).

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use waybill_client::RestClient;
use waybill_server::demo::Demo;

/// Where credentials come from when they are not in the environment.
#[derive(Debug, Args)]
pub(super) struct Remote {
    /// The server's base URL; without one, the address in DIR/demo.json.
    #[arg(long, value_name = "URL", env = "WAYBILL_SERVER")]
    server: Option<String>,
    /// The API client's id; its secret is read from WAYBILL_CLIENT_SECRET. Without them, those in DIR/demo.json.
    #[arg(long, value_name = "ID", env = "WAYBILL_CLIENT_ID")]
    client_id: Option<String>,
    /// The demo's folder, for its demo.json.
    #[arg(long, value_name = "DIR", default_value = "./demo-data")]
    demo: PathBuf,
}

/// The variable of the secret: a command line would show it to everybody on the machine.
const SECRET: &str = "WAYBILL_CLIENT_SECRET";

impl Remote {
    /// Logs in.
    pub(super) async fn log_in(&self) -> anyhow::Result<RestClient> {
        let Self { server, client_id, demo } = self;
        let secret = match std::env::var(SECRET) {
            Ok(secret) => Some(secret),
            Err(std::env::VarError::NotPresent) => None,
            Err(error) => return Err(error).context(SECRET),
        };
        let (server, id, secret) = match (server, client_id, secret) {
            (Some(server), Some(id), Some(secret)) => (server.clone(), id.clone(), secret),
            (server, client_id, secret) => {
                let file = Demo::read(demo).with_context(|| {
                    format!("no server was named: start `waybill demo`, give --demo DIR, or set WAYBILL_SERVER, WAYBILL_CLIENT_ID and {SECRET}")
                })?;
                let server = server.clone().unwrap_or(file.base_url);
                let id = client_id.clone().unwrap_or_else(|| file.oauth_client.id.to_string());
                (server, id, secret.unwrap_or(file.oauth_client.secret))
            }
        };
        RestClient::log_in(&server, &id, &secret).await.with_context(|| format!("can't log in at {server}"))
    }
}

/// One segment of a path, or one value of a query, whatever is in it.
pub(super) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}
