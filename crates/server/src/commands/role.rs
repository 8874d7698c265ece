//! `role`: named sets of permissions.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::{Value, json};
use waybill_client::RestClient;

use super::administer::{Common, Outcome, body, find_role, read_all, table, text};

/// Creates and lists roles.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  waybill role list\n  waybill role show agent\n  waybill role create --name reader --permission conversation:communication:view --permission conversation:message:view"
)]
pub(crate) struct Role {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Lists roles.
    List {
        #[command(flatten)]
        common: Common,
    },
    /// Shows what a role lets through.
    Show {
        /// Its name or id.
        role: String,
        #[command(flatten)]
        common: Common,
    },
    /// Creates a role.
    Create {
        /// The name.
        #[arg(long)]
        name: String,
        /// A permission; give it once for each.
        #[arg(long, value_name = "DOMAIN:ENTITY:ACTION", required = true)]
        permission: Vec<String>,
        #[command(flatten)]
        common: Common,
    },
}

impl Role {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        match self.what {
            What::List { common } => common.run(list),
            What::Show { role, common } => common.run(|client| async move {
                let id = find_role(&client, &role).await?;
                let answer: Value = client.get(&format!("/api/v2/authorization/roles/{id}")).await?.json()?;
                let permissions = answer.get("permissions").and_then(Value::as_array).cloned().unwrap_or_default();
                let lines: Vec<&str> = permissions.iter().filter_map(Value::as_str).collect();
                Ok(Outcome { text: lines.join("\n"), answer })
            }),
            What::Create { name, permission, common } => common.run(|client| async move {
                let new = json!({ "name": name, "permissions": permission });
                let answer = body(&client.post("/api/v2/authorization/roles", &new).await?)?;
                Ok(Outcome { text: format!("role  {}", text(&answer, "id")), answer })
            }),
        }
    }
}

async fn list(client: RestClient) -> anyhow::Result<Outcome> {
    let roles = read_all(&client, "/api/v2/authorization/roles").await?;
    let row = |role: &Value| {
        let permissions = role.get("permissions").and_then(Value::as_array).map_or(0, Vec::len);
        vec![
            text(role, "id").to_owned(),
            text(role, "name").to_owned(),
            format!("{permissions} permissions"),
            text(role, "description").to_owned(),
        ]
    };
    let rows: Vec<_> = roles.iter().map(row).collect();
    Ok(Outcome { text: table(&rows), answer: json!({ "entities": roles }) })
}
