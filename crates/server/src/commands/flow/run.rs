//! `flow run`: a flow, a context and a script; what the flow does with them, without a server.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use anyhow::{Context as _, bail};
use clap::Args;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use uuid::Uuid;
use waybill_engine::flow::{
    CompiledFlow, Cue, Directory, Finding, Published, Request, Scene, Script, ScriptedReply, Short, Simulation, key,
};
use waybill_model::FlowId;
use waybill_outbound::{Outbound, Request as Outgoing};
use waybill_server::config::Config;

use crate::commands::{block_on, terminal};

/// The largest answer of a live request, in bytes.
const MOST_BYTES: usize = 256 * 1024;
/// Where secrets for live requests come from: a command line would show them to everybody on the machine.
const SECRET: &str = "WAYBILL_SECRET_";

/// Walks through a flow with written inputs and prints the path; needs no server.
#[derive(Debug, Args)]
#[command(
    after_help = "The script is a YAML document: context, env, secrets (their names), and what happens –\n  context: { crmCustomerId: { value: CRM-1, trust: signed } }\n  env: { CRM_URL: \"https://crm.example\" }\n  secrets: [crmToken]\n  script:\n    - reply: { body: { tier: gold } }     # the answer to the flow's request\n    - say: Hello                          # the customer\n    - pass: 10m                           # time\n    - agentConnected\n\nWith an `expect:` in it the command ends with 1 when something else happens.\nWith --live requests that the script has no reply for are really made; the secret NAME is read from WAYBILL_SECRET_NAME."
)]
pub(super) struct Run {
    /// The documents: the flow, and those that it calls.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// What happens.
    #[arg(long, value_name = "FILE")]
    script: Option<PathBuf>,
    /// The context, a map of keys; it takes the place of the script's.
    #[arg(long, value_name = "FILE")]
    context: Option<PathBuf>,
    /// What the organization has beside what flows name: schedules, dataActions, env and secrets, written as in a script.
    /// What the script has goes before it.
    #[arg(long, value_name = "FILE")]
    organization: Option<PathBuf>,
    /// Makes the requests that the script has no reply for.
    #[arg(long)]
    live: bool,
}

impl Run {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let Self { files, script, context, organization, live } = self;
        let flows = files.iter().map(read_flow).collect::<anyhow::Result<Vec<_>>>()?;
        let mut script = match script {
            Some(file) => read_script(&super::read(&file)?, &file)?,
            None => Script::default(),
        };
        if let Some(file) = context {
            script.context = read_context(&super::read(&file)?, &file)?;
        }
        if let Some(file) = organization {
            script = completed(script, read_script(&super::read(&file)?, &file)?);
        }
        let flow = match &script.flow {
            Some(name) => flows.iter().find(|flow| flow.name() == name),
            None => flows.first(),
        };
        let flow = flow.with_context(|| {
            format!("none of the documents is the flow `{}`", script.flow.as_deref().unwrap_or_default())
        })?;
        let mut directory = script.directory(flows.iter().map(|flow| &**flow)).map_err(|finding| told(&finding))?;
        for (number, flow) in (1_u128..).zip(&flows) {
            directory.flows.insert(key(flow.name()), published(flow, number));
        }
        let policy = script.policy().map_err(|finding| told(&finding))?;
        let conversation = script.conversation(&policy).map_err(|finding| told(&finding))?;
        let scene = Scene {
            conversation,
            policy: &policy,
            env: &script.env,
            secrets: &script.secrets,
            directory: &directory,
            now: script.at(),
        };
        let begun = find_published(&directory, flow)?;
        let mut simulation = Simulation::begin(begun, scene);
        if live {
            block_on(play_live(&mut simulation, &script.script))?;
        } else {
            script.script.iter().for_each(|cue| simulation.play(cue));
        }
        let transcript = simulation.transcript();
        terminal::say(transcript.trim_end())?;
        let Some(expected) = &script.expect else { return Ok(ExitCode::SUCCESS) };
        if expected.trim() == transcript.trim() {
            return Ok(ExitCode::SUCCESS);
        }
        terminal::say(format!("\nThe script expects something else:\n{}", expected.trim_end()))?;
        Ok(ExitCode::FAILURE)
    }
}

fn find_published<'a>(directory: &'a Directory, flow: &CompiledFlow) -> anyhow::Result<&'a Published> {
    directory.flows.get(&key(flow.name())).context("a flow that was put there a moment ago")
}

fn published(flow: &Arc<CompiledFlow>, number: u128) -> Published {
    let flow_id = FlowId::new(Uuid::from_u128(number));
    Published { flow_id, name: flow.name().to_owned(), version: 1, flow: Arc::clone(flow) }
}

fn read_flow(file: &PathBuf) -> anyhow::Result<Arc<CompiledFlow>> {
    CompiledFlow::read(&super::read(file)?).map(Arc::new).map_err(|findings| {
        let lines: Vec<String> = findings.iter().map(|finding| format!("{}: {finding}", file.display())).collect();
        anyhow::anyhow!("{}", lines.join("\n"))
    })
}

fn read_script(text: &str, file: &Path) -> anyhow::Result<Script> {
    Script::read(text).map_err(|finding| told(&finding)).with_context(|| format!("`{}` is no script", file.display()))
}

/// A file with the context alone is the member `context` of a script.
fn read_context(text: &str, file: &Path) -> anyhow::Result<BTreeMap<String, waybill_engine::flow::Given>> {
    let indented: String = text.lines().map(|line| format!("  {line}\n")).collect();
    Ok(read_script(&format!("context:\n{indented}"), file)?.context)
}

/// A script with what the organization has besides.
fn completed(script: Script, organization: Script) -> Script {
    let Script { env, secrets, schedules, data_actions, .. } = organization;
    Script {
        env: env.into_iter().chain(script.env).collect(),
        secrets: secrets.into_iter().chain(script.secrets).collect(),
        schedules: schedules.into_iter().chain(script.schedules).collect(),
        data_actions: data_actions.into_iter().chain(script.data_actions).collect(),
        ..script
    }
}

fn told(finding: &Finding) -> anyhow::Error {
    anyhow::anyhow!("{finding}")
}

/// Plays the script; a request for which it has no reply next is made.
async fn play_live(simulation: &mut Simulation<'_>, script: &[Cue]) -> anyhow::Result<()> {
    let outbound = Outbound::new(Config::load(None)?.outbound.policy()?)?;
    let secrets = secrets()?;
    let mut cues = script.iter().peekable();
    loop {
        let has_reply = matches!(cues.peek(), Some(Cue::Reply(_)));
        match simulation.request().filter(|_| !has_reply).cloned() {
            Some(request) => {
                let reply = ask(&outbound, &secrets, &request).await?;
                simulation.play(&Cue::Reply(reply));
            }
            None => match cues.next() {
                Some(cue) => simulation.play(cue),
                None => return Ok(()),
            },
        }
    }
}

/// The secrets of the environment by name.
fn secrets() -> anyhow::Result<BTreeMap<String, String>> {
    let mut secrets = BTreeMap::new();
    for (name, value) in std::env::vars_os() {
        let Some(name) = name.to_str().and_then(|name| name.strip_prefix(SECRET)) else { continue };
        match value.into_string() {
            Ok(value) => secrets.insert(name.to_owned(), value),
            Err(_) => bail!("{SECRET}{name} is not UTF-8; set it to the secret's text"),
        };
    }
    Ok(secrets)
}

async fn ask(
    outbound: &Outbound,
    secrets: &BTreeMap<String, String>,
    request: &Request,
) -> anyhow::Result<Short<ScriptedReply>> {
    if request.credential.is_some() {
        bail!("credentials live on a server; use a secret in a header instead, or write the reply into the script");
    }
    let find = |name: &str| secrets.get(name).cloned();
    let ready = request.prepared.with_secrets(&find).map_err(|fault| anyhow::anyhow!("{fault}; set {SECRET}NAME"))?;
    let mut headers = HeaderMap::new();
    for (name, value) in &ready.headers {
        headers.append(HeaderName::try_from(name)?, HeaderValue::try_from(value)?);
    }
    headers.insert("idempotency-key", HeaderValue::try_from(request.effect.to_string())?);
    let outgoing = Outgoing {
        method: Method::try_from(ready.method.as_str())?,
        url: ready.url,
        headers,
        body: ready.body.unwrap_or_default().into(),
        timeout: Duration::from_millis(request.timeout_ms.into()),
        max_response: MOST_BYTES,
    };
    Ok(match outbound.send(outgoing).await {
        Ok(response) => {
            let body = match serde_json::from_slice(&response.body) {
                Ok(json) => json,
                Err(_) => String::from_utf8_lossy(&response.body).into_owned().into(),
            };
            Short::Long(ScriptedReply { status: response.status, body })
        }
        Err(error) => {
            tracing::debug!(%error, "a live request failed");
            Short::Text("failed".to_owned())
        }
    })
}
