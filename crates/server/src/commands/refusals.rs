//! `refusals`: what pages tried to hand over and could not (CTX11).

use std::process::ExitCode;

use clap::Args;
use serde::Deserialize;
use serde_json::Value;

use super::{
    block_on,
    remote::{Remote, encoded},
    terminal,
};

/// Lists refused hand-overs, newest first: keys, rules, page and SDK; no values.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  waybill refusals\n  waybill refusals --deployment 0190b0a1-7c1e-7d31-9d0a-2f5c3a1b7e42 --from 2026-11-20T00:00:00Z --limit 20\n\nRecords are kept for 30 days; under a flood one record stands for many (× N)."
)]
pub(crate) struct Refusals {
    /// Of one deployment.
    #[arg(long, value_name = "ID")]
    deployment: Option<String>,
    /// At this time or later.
    #[arg(long, value_name = "TIME")]
    from: Option<String>,
    /// At most so many.
    #[arg(long, default_value_t = 50)]
    limit: u32,
    /// Prints the server's JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    remote: Remote,
}

#[derive(Debug, Deserialize)]
struct Listing {
    entities: Vec<Refusal>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Refusal {
    deployment_id: String,
    at: String,
    faults: Vec<Fault>,
    page: Option<String>,
    sdk: Option<String>,
    api: Option<String>,
    count: u32,
}

#[derive(Debug, Deserialize)]
struct Fault {
    key: String,
    form: String,
    rule: String,
}

impl Refusals {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let Self { deployment, from, limit, json, remote } = self;
        block_on(async move {
            let client = remote.log_in().await?;
            let mut path = format!("/api/v2/webdeployments/refusals?pageSize={limit}");
            for (name, value) in [("deploymentId", deployment), ("from", from)] {
                if let Some(value) = value {
                    path.push_str(&format!("&{name}={}", encoded(&value)));
                }
            }
            let answer: Value = client.get(&path).await?.json()?;
            if json {
                terminal::say(serde_json::to_string_pretty(&answer)?)?;
            } else {
                terminal::say(listing(&serde_json::from_value(answer)?))?;
            }
            Ok(ExitCode::SUCCESS)
        })
    }
}

fn listing(Listing { entities }: &Listing) -> String {
    if entities.is_empty() {
        return "nothing was refused".to_owned();
    }
    let mut lines = Vec::new();
    for Refusal { deployment_id, at, faults, page, sdk, api, count } in entities {
        let said = |label: &str, text: &Option<String>| {
            text.as_deref().map(|text| format!("  {label} {text}")).unwrap_or_default()
        };
        let many = if *count > 1 { format!("  × {count}") } else { String::new() };
        let from = format!("{}{}{}", said("page", page), said("SDK", sdk), said("call", api));
        lines.push(format!("{at}  deployment {deployment_id}{from}{many}"));
        lines.extend(faults.iter().map(|Fault { key, form, rule }| format!("    {key}   {rule}   ({form})")));
    }
    lines.join("\n")
}
