//! `lint`: would this start be accepted? For CI (CTX1, CTX4).

use std::{io::Read as _, path::PathBuf, process::ExitCode};

use anyhow::Context as _;
use clap::Args;
use reqwest::{Method, header::CONTENT_TYPE};
use serde::Deserialize;
use serde_json::Value;
use waybill_client::Answer;

use super::{
    block_on,
    remote::{Remote, encoded},
    terminal,
};

/// Judges the options of a `startChat` as the deployment would; nothing is stored.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  waybill lint --deployment 0190b0a1-7c1e-7d31-9d0a-2f5c3a1b7e42 start.json\n  echo '{\"customData\":{\"crm-customer-id\":\"CRM-1\"}}' | waybill lint --deployment … -\n\nThe exit status is 0 when the chat would start with every key stored, 1 when the start would be refused or a key\nwould be set aside (--allow-quarantined lets those pass), 2 when nothing could be judged."
)]
pub(crate) struct Lint {
    /// The deployment's id.
    #[arg(long, value_name = "ID")]
    deployment: String,
    /// The options as the page gives them, as JSON; `-` reads standard input.
    file: PathBuf,
    /// The call form: webMessagingClient when absent; a wrong name is answered with the others.
    #[arg(long, value_name = "FORM")]
    api: Option<String>,
    /// Keys that would be quarantined are no fault.
    #[arg(long)]
    allow_quarantined: bool,
    /// Prints the server's JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    remote: Remote,
}

#[derive(Debug, Deserialize)]
struct Linted {
    accepted: bool,
    receipt: Receipt,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Receipt {
    policy_version: u64,
    bytes: u64,
    max_bytes: u64,
    entries: Vec<Entry>,
    missing: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    key: String,
    form: String,
    verdict: String,
    stored_as: Option<String>,
    coerced: Option<String>,
    reason: Option<String>,
    rule: Option<String>,
    remedy: Option<String>,
}

/// Nothing could be judged.
const UNJUDGED: u8 = 2;

impl Lint {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        match block_on(self.judge()) {
            Ok(code) => Ok(code),
            Err(error) => {
                terminal::complain(&format!("waybill: {error:#}"));
                Ok(ExitCode::from(UNJUDGED))
            }
        }
    }

    async fn judge(self) -> anyhow::Result<ExitCode> {
        let Self { deployment, file, api, allow_quarantined, json, remote } = self;
        // Sent as it is written: the server judges the bytes, doubled keys included.
        let text = read(&file).with_context(|| format!("can't read `{}`", file.display()))?;
        let client = remote.log_in().await?;
        let query = api.map(|api| format!("?api={}", encoded(&api))).unwrap_or_default();
        let path = format!("/api/v2/webdeployments/deployments/{}/context/lint{query}", encoded(&deployment));
        let request = client.request(Method::POST, &path).header(CONTENT_TYPE, "application/json").body(text);
        let response = request.send().await?;
        let (status, headers) = (response.status(), response.headers().clone());
        let answer = Answer { status, headers, text: response.text().await? };
        let body: Value = answer.json()?;
        let text = if json { serde_json::to_string_pretty(&body)? } else { String::new() };
        let linted: Linted = serde_json::from_value(body)?;
        terminal::say(if json { text } else { verdicts(&linted) })?;
        let set_aside = linted.receipt.entries.iter().any(|entry| entry.verdict == "quarantined");
        let is_good = linted.accepted && (allow_quarantined || !set_aside);
        Ok(if is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

fn read(file: &PathBuf) -> std::io::Result<Vec<u8>> {
    if file.as_os_str() != "-" {
        return std::fs::read(file);
    }
    let mut text = Vec::new();
    std::io::stdin().lock().read_to_end(&mut text)?;
    Ok(text)
}

/// One line per key; a fault has its remedy beneath.
fn verdicts(linted: &Linted) -> String {
    let Linted { accepted, receipt: Receipt { policy_version, bytes, max_bytes, entries, missing } } = linted;
    let mut lines = Vec::new();
    for Entry { key, form, verdict, stored_as, coerced, reason, rule, remedy } in entries {
        let renamed = stored_as.as_deref().map(|key| format!(" as {key}")).unwrap_or_default();
        let coerced = coerced.as_deref().map(|to| format!(", coerced to {to}")).unwrap_or_default();
        let rule = rule.as_deref().map(|rule| format!(" [{rule}]")).unwrap_or_default();
        lines.push(format!("{verdict:<11} {key}{renamed}{coerced}{rule}   ({form})"));
        lines.extend(reason.iter().chain(remedy).map(|text| format!("            {text}")));
    }
    lines.extend(missing.iter().map(|key| format!("missing     {key}")));
    let outcome = if *accepted { "the chat would start" } else { "the chat would not start" };
    lines.push(format!("{outcome}: {bytes} of {max_bytes} bytes, policy version {policy_version}"));
    lines.join("\n")
}
