//! `client`: the API clients.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::{Value, json};
use waybill_client::RestClient;

use super::administer::{Common, Outcome, body, read_all, role_divisions, table, text};

/// Creates, lists, rotates and disables API clients.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  waybill client create --name \"CRM sync\" --role integrator\n  waybill client list\n  waybill client rotate ID --overlap 86400   a new secret; the former one is good for another day\n  waybill client disable ID"
)]
pub(crate) struct Client {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Lists API clients by name.
    List {
        #[command(flatten)]
        common: Common,
    },
    /// Creates an API client; the secret is shown this once.
    Create {
        /// The name.
        #[arg(long)]
        name: String,
        /// A role, or ROLE@DIVISION; give it once for each.
        #[arg(long, value_name = "ROLE", required = true)]
        role: Vec<String>,
        #[command(flatten)]
        common: Common,
    },
    /// Draws a new secret, shown this once.
    Rotate {
        /// The client.
        id: String,
        /// For how many seconds the former secret stays good.
        #[arg(long, default_value_t = 86_400)]
        overlap: u64,
        #[command(flatten)]
        common: Common,
    },
    /// Keeps a client from logging in; its tokens end.
    Disable {
        /// The client.
        id: String,
        #[command(flatten)]
        common: Common,
    },
    /// Lets a client log in again.
    Enable {
        /// The client.
        id: String,
        #[command(flatten)]
        common: Common,
    },
}

impl Client {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        match self.what {
            What::List { common } => common.run(list),
            What::Create { name, role, common } => common.run(|client| async move {
                let new = json!({ "name": name, "roleDivisions": role_divisions(&client, &role).await? });
                let answer = body(&client.post("/api/v2/oauth/clients", &new).await?)?;
                Ok(Outcome { text: secret_of(&answer), answer })
            }),
            What::Rotate { id, overlap, common } => common.run(|client| async move {
                let path = format!("/api/v2/oauth/clients/{id}/secret");
                let answer = body(&client.post(&path, &json!({ "overlapSeconds": overlap })).await?)?;
                Ok(Outcome { text: secret_of(&answer), answer })
            }),
            What::Disable { id, common } => {
                common.run(|client| async move { set_state(&client, &id, "inactive").await })
            }
            What::Enable { id, common } => common.run(|client| async move { set_state(&client, &id, "active").await }),
        }
    }
}

fn secret_of(client: &Value) -> String {
    format!("client  {}\nsecret  {}   (shown this once)", text(client, "id"), text(client, "secret"))
}

async fn list(client: RestClient) -> anyhow::Result<Outcome> {
    let clients = read_all(&client, "/api/v2/oauth/clients").await?;
    let row =
        |one: &Value| ["id", "state", "authorizedGrantType", "name"].map(|name| text(one, name).to_owned()).to_vec();
    let rows: Vec<_> = clients.iter().map(row).collect();
    Ok(Outcome { text: table(&rows), answer: json!({ "entities": clients }) })
}

/// A PUT takes the whole client: it is read, changed and written.
async fn set_state(client: &RestClient, id: &str, state: &str) -> anyhow::Result<Outcome> {
    let path = format!("/api/v2/oauth/clients/{id}");
    let present: Value = client.get(&path).await?.json()?;
    let mut changed = json!({ "state": state });
    for member in ["name", "description", "authorizedGrantType", "registeredRedirectUri", "roleDivisions"] {
        if let (Some(value), Some(changed)) = (present.get(member), changed.as_object_mut()) {
            changed.insert(member.to_owned(), value.clone());
        }
    }
    let answer = body(&client.put(&path, &changed).await?)?;
    Ok(Outcome { answer, text: format!("{id} is {state}") })
}
