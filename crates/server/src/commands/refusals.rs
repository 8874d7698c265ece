//! `refusals`: what pages tried to hand over and could not (CTX11).

use std::process::ExitCode;

use clap::{Args, ValueEnum};
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
    after_help = "Examples:\n  waybill refusals\n  waybill refusals --deployment 0190b0a1-7c1e-7d31-9d0a-2f5c3a1b7e42 --from 2026-11-20T00:00:00Z --limit 20\n  waybill refusals --by page --rule undeclared\n\nRecords are kept for 30 days; under a flood one record stands for many (× N)."
)]
pub(crate) struct Refusals {
    /// Of one deployment.
    #[arg(long, value_name = "ID")]
    deployment: Option<String>,
    /// At this time or later.
    #[arg(long, value_name = "TIME")]
    from: Option<String>,
    /// Before this time.
    #[arg(long, value_name = "TIME")]
    to: Option<String>,
    /// Of this key, as it was sent.
    #[arg(long)]
    key: Option<String>,
    /// By this rule, such as `undeclared`.
    #[arg(long)]
    rule: Option<String>,
    /// From pages whose path begins so.
    #[arg(long, value_name = "PATH")]
    page: Option<String>,
    /// Counts them instead, the most frequent first.
    #[arg(long, value_enum)]
    by: Option<By>,
    /// At most so many.
    #[arg(long, default_value_t = 50)]
    limit: u32,
    /// Prints the server's JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    remote: Remote,
}

/// By what refusals are counted.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum By {
    /// The key as it was sent.
    Key,
    /// The rule.
    Rule,
    /// The path of the page.
    Page,
    /// The SDK's version.
    Sdk,
    /// The deployment.
    Deployment,
    /// The form of the hand-over.
    Form,
}

impl By {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Rule => "rule",
            Self::Page => "page",
            Self::Sdk => "sdk",
            Self::Deployment => "deployment",
            Self::Form => "form",
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Summary {
    entities: Vec<Group>,
    other: u64,
    refusals: u64,
    is_cut: bool,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Group {
    value: Option<String>,
    refusals: u64,
    last_at: String,
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
        let Self { deployment, from, to, key, rule, page, by, limit, json, remote } = self;
        block_on(async move {
            let client = remote.log_in().await?;
            let mut path = match by {
                None => format!("/api/v2/webdeployments/refusals?pageSize={limit}"),
                Some(by) => {
                    format!("/api/v2/webdeployments/refusals/summary?groupBy={}&pageSize={limit}", by.as_str())
                }
            };
            let conditions = [
                ("deploymentId", deployment),
                ("from", from),
                ("to", to),
                ("key", key),
                ("rule", rule),
                ("page", page),
            ];
            for (name, value) in conditions {
                if let Some(value) = value {
                    path.push_str(&format!("&{name}={}", encoded(&value)));
                }
            }
            let answer: Value = client.get(&path).await?.json()?;
            if json {
                terminal::say(serde_json::to_string_pretty(&answer)?)?;
            } else if by.is_some() {
                terminal::say(table(&serde_json::from_value(answer)?))?;
            } else {
                terminal::say(listing(&serde_json::from_value(answer)?))?;
            }
            Ok(ExitCode::SUCCESS)
        })
    }
}

fn table(Summary { entities, other, refusals, is_cut }: &Summary) -> String {
    if *refusals == 0 {
        return "nothing was refused".to_owned();
    }
    let line = |Group { value, refusals, last_at }: &Group| {
        format!("{refusals:>8}  {}   (last {last_at})", value.as_deref().unwrap_or("(not said)"))
    };
    let mut lines: Vec<String> = entities.iter().map(line).collect();
    if *other > 0 {
        lines.push(format!("{other:>8}  in other groups"));
    }
    lines.push(format!("{refusals:>8}  refused hand-overs in all"));
    if *is_cut {
        lines.push("older ones were not counted; narrow the time with --from".to_owned());
    }
    lines.join("\n")
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
