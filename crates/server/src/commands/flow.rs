//! `flow`: what happens in a conversation by itself – checked, published, tried out.

mod run;

use std::{fmt::Write as _, path::PathBuf, process::ExitCode};

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use waybill_client::RestClient;
use waybill_engine::flow::CompiledFlow;

use super::{
    administer::{Common, Outcome, body, read_all, table, text},
    terminal,
};

/// Checks, publishes and tries flows.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  waybill flow check greet.yaml --deployment ID      faults with place, rule and remedy\n  waybill flow run greet.yaml --script try.yaml      walks through it with written inputs, without a server\n  waybill flow publish greet.yaml                    creates the flow, or its next version\n  waybill deployment bind ID greet                   conversations begin with it from now on\n  waybill flow replay greet --deployment ID          what the draft would have made of the latest conversations\n  waybill flow rollback greet 2                      new conversations begin with version 2 again\n\nA FLOW is named by its name or its id. The guide is docs/guide/flows.md."
)]
pub(crate) struct FlowCommand {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Lists flows by name.
    List {
        #[command(flatten)]
        common: Common,
    },
    /// Holds a document against the organization and the deployments that may begin with it; ends with 1 where it has errors.
    Check {
        /// The document.
        file: PathBuf,
        /// A deployment that may begin with it; give it once for each.
        #[arg(long, value_name = "ID")]
        deployment: Vec<String>,
        #[command(flatten)]
        common: Common,
    },
    /// Publishes a document as the next version of the flow that it names, which is created where there is none.
    Publish {
        /// The document.
        file: PathBuf,
        #[command(flatten)]
        common: Common,
    },
    /// Takes a flow back to an earlier version.
    Rollback {
        /// The flow.
        flow: String,
        /// The version that new conversations begin with.
        version: u64,
        #[command(flatten)]
        common: Common,
    },
    /// Prints a flow's document.
    Export {
        /// The flow.
        flow: String,
        /// This version; the draft where absent.
        #[arg(long)]
        version: Option<u64>,
        #[command(flatten)]
        common: Common,
    },
    /// Prints the JSON Schema of flows; needs no server.
    Schema,
    /// Walks through a flow with written inputs and prints the path; needs no server.
    Run(run::Run),
    /// Walks the latest conversations of a deployment through another version and says where it would differ.
    Replay {
        /// The flow.
        flow: String,
        /// The deployment whose conversations are taken.
        #[arg(long, value_name = "ID")]
        deployment: String,
        /// A document in place of the flow's draft.
        #[arg(long, value_name = "FILE")]
        file: Option<PathBuf>,
        /// How many conversations.
        #[arg(long, default_value_t = 50)]
        last: u32,
        #[command(flatten)]
        common: Common,
    },
}

const PATH: &str = "/api/v2/flows";

impl FlowCommand {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        match self.what {
            What::List { common } => common.run(list),
            What::Check { file, deployment, common } => {
                let document = read(&file)?;
                common.judge(|client| async move {
                    let asked = json!({ "document": document, "deploymentIds": deployment });
                    let answer = body(&client.post(&format!("{PATH}/actions/validate"), &asked).await?)?;
                    let is_good = answer.get("valid").and_then(Value::as_bool) == Some(true);
                    let found = findings(&answer);
                    let text = if found.is_empty() { "nothing found".to_owned() } else { found };
                    Ok((Outcome { answer, text }, is_good))
                })
            }
            What::Publish { file, common } => {
                let document = read(&file)?;
                common.run(|client| async move { publish(&client, document).await })
            }
            What::Rollback { flow, version, common } => common.run(|client| async move {
                let id = find(&client, &flow).await?;
                let path = format!("{PATH}/{id}/rollback");
                let answer = body(&client.post(&path, &json!({ "version": version })).await?)?;
                Ok(Outcome { answer, text: format!("new conversations begin with version {version} of {flow}") })
            }),
            What::Export { flow, version, common } => common.run(|client| async move {
                let id = find(&client, &flow).await?;
                let path = match version {
                    Some(version) => format!("{PATH}/{id}/versions/{version}"),
                    None => format!("{PATH}/{id}"),
                };
                let answer: Value = client.get(&path).await?.json()?;
                Ok(Outcome { text: text(&answer, "document").trim_end().to_owned(), answer })
            }),
            What::Schema => {
                terminal::say(format_args!("{:#}", CompiledFlow::schema()))?;
                Ok(ExitCode::SUCCESS)
            }
            What::Run(run) => run.run(),
            What::Replay { flow, deployment, file, last, common } => {
                let document = file.as_ref().map(read).transpose()?;
                common.run(|client| async move {
                    let id = find(&client, &flow).await?;
                    let mut asked = json!({ "deploymentId": deployment, "last": last });
                    if let (Some(document), Some(asked)) = (document, asked.as_object_mut()) {
                        asked.insert("document".to_owned(), document.into());
                    }
                    let answer = body(&client.post(&format!("{PATH}/{id}/replay"), &asked).await?)?;
                    Ok(Outcome { text: replayed(&answer), answer })
                })
            }
        }
    }
}

fn read(file: &PathBuf) -> anyhow::Result<String> {
    std::fs::read_to_string(file).with_context(|| format!("`{}` can't be read", file.display()))
}

async fn list(client: RestClient) -> anyhow::Result<Outcome> {
    let flows = read_all(&client, PATH).await?;
    let row = |flow: &Value| {
        let published = flow.get("publishedVersion").map_or("draft", |version| text(version, "commitVersion"));
        vec![text(flow, "id").to_owned(), published.to_owned(), text(flow, "name").to_owned()]
    };
    let rows: Vec<_> = flows.iter().map(row).collect();
    Ok(Outcome { text: table(&rows), answer: flows.into() })
}

/// The id of the flow that has this name or id.
pub(super) async fn find(client: &RestClient, flow: &str) -> anyhow::Result<String> {
    match look_for(client, flow).await? {
        Some(id) => Ok(id),
        None => bail!("there is no flow `{flow}`; `waybill flow list` lists them"),
    }
}

async fn look_for(client: &RestClient, flow: &str) -> anyhow::Result<Option<String>> {
    let flows = read_all(client, PATH).await?;
    let fits = |one: &&Value| text(one, "id") == flow || text(one, "name").eq_ignore_ascii_case(flow.trim());
    Ok(flows.iter().find(fits).map(|found| text(found, "id").to_owned()))
}

async fn publish(client: &RestClient, document: String) -> anyhow::Result<Outcome> {
    let flow = CompiledFlow::read(&document).map_err(|findings| {
        let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
        anyhow::anyhow!("{}", lines.join("\n"))
    })?;
    let name = flow.name();
    let id = match look_for(client, name).await? {
        Some(id) => {
            let changed = json!({ "name": name, "document": document });
            body(&client.put(&format!("{PATH}/{id}"), &changed).await?)?;
            id
        }
        None => {
            let created = body(&client.post(PATH, &json!({ "name": name, "document": document })).await?)?;
            text(&created, "id").to_owned()
        }
    };
    let answer = body(&client.post(&format!("{PATH}/{id}/publish"), &json!({})).await?)?;
    let version = answer.get("version").map_or("", |version| text(version, "commitVersion"));
    let mut said = findings(&answer);
    if !said.is_empty() {
        said.push('\n');
    }
    write!(said, "flow     {id}\nversion  {version}")?;
    Ok(Outcome { answer, text: said })
}

/// A line for each finding of an answer.
fn findings(answer: &Value) -> String {
    let findings = answer.get("findings").and_then(Value::as_array).cloned().unwrap_or_default();
    let line = |finding: &Value| {
        let number = |name: &str| finding.get(name).and_then(Value::as_u64);
        let place = match (number("line"), number("column")) {
            (Some(line), Some(column)) => format!("line {line}, column {column} ({})", text(finding, "path")),
            _ => text(finding, "path").to_owned(),
        };
        let (severity, rule) = (text(finding, "severity"), text(finding, "rule"));
        format!("{place}: {severity} [{rule}]: {}: {}", text(finding, "message"), text(finding, "remedy"))
    };
    findings.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn replayed(answer: &Value) -> String {
    let count = |name: &str| answer.get(name).and_then(Value::as_u64).unwrap_or(0);
    let different = answer.get("different").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut said = format!(
        "{} conversations, {} the same, {} different, {} without this flow",
        count("conversations"),
        count("same"),
        different.len(),
        count("withoutFlow")
    );
    for one in &different {
        said.push_str(&format!("\n\n{}  version {}", text(one, "conversationId"), count_of(one, "version")));
        for (mark, name) in [("-", "before"), ("+", "after")] {
            let lines = one.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
            let at = usize::try_from(count_of(one, "at")).unwrap_or(0);
            for line in lines.iter().skip(at.saturating_sub(1)).filter_map(Value::as_str) {
                said.push_str(&format!("\n{mark} {line}"));
            }
        }
    }
    said
}

fn count_of(value: &Value, name: &str) -> u64 {
    value.get(name).and_then(Value::as_u64).unwrap_or(0)
}
