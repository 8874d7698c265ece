//! `deployment`: the entry points of chats.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::{Value, json};
use waybill_client::RestClient;

use super::{
    administer::{Common, Outcome, body, table, text},
    remote::encoded,
};

/// Creates, lists, switches on and off deployments.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  waybill deployment create --name Shop --domain shop.example\n  waybill deployment list\n  waybill deployment disable ID         answers 401 from then on; running chats end as usual\n  waybill deployment bind ID greet      its conversations begin with the flow `greet` from then on\n\nIts context policy is changed at /api/v2/webdeployments/deployments/{ID}/contextpolicy."
)]
pub(crate) struct Deployment {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Lists deployments by name.
    List {
        #[command(flatten)]
        common: Common,
    },
    /// Creates a deployment.
    Create {
        /// The name.
        #[arg(long)]
        name: String,
        /// A host whose pages may embed it, with its subdomains; give it once for each.
        #[arg(long, value_name = "HOST", required_unless_present = "all_domains")]
        domain: Vec<String>,
        /// Lets every page embed it.
        #[arg(long)]
        all_domains: bool,
        #[command(flatten)]
        common: Common,
    },
    /// Refuses chats.
    Disable {
        /// The deployment.
        id: String,
        #[command(flatten)]
        common: Common,
    },
    /// Takes chats again.
    Enable {
        /// The deployment.
        id: String,
        #[command(flatten)]
        common: Common,
    },
    /// Lets conversations begin with a flow.
    Bind {
        /// The deployment.
        id: String,
        /// The flow, by name or id.
        flow: String,
        #[command(flatten)]
        common: Common,
    },
    /// Lets conversations begin without a flow.
    Unbind {
        /// The deployment.
        id: String,
        #[command(flatten)]
        common: Common,
    },
}

const PATH: &str = "/api/v2/webdeployments/deployments";

impl Deployment {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        match self.what {
            What::List { common } => common.run(list),
            What::Create { name, domain, all_domains, common } => common.run(|client| async move {
                let new = json!({ "name": name, "allowedDomains": domain, "allowAllDomains": all_domains, "status": "Active" });
                let answer = body(&client.post(PATH, &new).await?)?;
                Ok(Outcome { text: format!("deployment  {}", text(&answer, "id")), answer })
            }),
            What::Disable { id, common } => {
                common.run(|client| async move { set_status(&client, &id, "Inactive").await })
            }
            What::Enable { id, common } => common.run(|client| async move { set_status(&client, &id, "Active").await }),
            What::Bind { id, flow, common } => common.run(|client| async move {
                let flow_id = super::flow::find(&client, &flow).await?;
                let answer = change(&client, &id, "flow", Some(json!({ "id": flow_id }))).await?;
                Ok(Outcome { answer, text: format!("conversations of {id} begin with {flow}") })
            }),
            What::Unbind { id, common } => common.run(|client| async move {
                let answer = change(&client, &id, "flow", None).await?;
                Ok(Outcome { answer, text: format!("conversations of {id} begin without a flow") })
            }),
        }
    }
}

async fn list(client: RestClient) -> anyhow::Result<Outcome> {
    let answer: Value = client.get(&format!("{PATH}?pageSize=200")).await?.json()?;
    let deployments = answer.get("entities").and_then(Value::as_array).cloned().unwrap_or_default();
    let row = |one: &Value| {
        let domains = one.get("allowedDomains").and_then(Value::as_array).cloned().unwrap_or_default();
        let all = one.get("allowAllDomains").and_then(Value::as_bool) == Some(true);
        let domains: Vec<&str> = if all { vec!["*"] } else { domains.iter().filter_map(Value::as_str).collect() };
        vec![
            text(one, "id").to_owned(),
            text(one, "status").to_owned(),
            text(one, "name").to_owned(),
            domains.join(" "),
        ]
    };
    let rows: Vec<_> = deployments.iter().map(row).collect();
    Ok(Outcome { text: table(&rows), answer })
}

async fn set_status(client: &RestClient, id: &str, status: &str) -> anyhow::Result<Outcome> {
    let answer = change(client, id, "status", Some(status.into())).await?;
    Ok(Outcome { answer, text: format!("{id} is {status}") })
}

/// A PUT takes the whole deployment: it is read, changed in one member and written.
async fn change(client: &RestClient, id: &str, member: &str, value: Option<Value>) -> anyhow::Result<Value> {
    let path = format!("{PATH}/{}", encoded(id));
    let present: Value = client.get(&path).await?.json()?;
    let kept = [
        "name",
        "description",
        "status",
        "allowAllDomains",
        "allowedDomains",
        "allowNative",
        "configuration",
        "flow",
        "division",
    ];
    let mut changed = serde_json::Map::new();
    for kept in kept {
        if let Some(value) = present.get(kept) {
            changed.insert(kept.to_owned(), value.clone());
        }
    }
    match value {
        Some(value) => changed.insert(member.to_owned(), value),
        None => changed.remove(member),
    };
    body(&client.put(&path, &changed.into()).await?)
}
