//! `trace`: where is my CRM id? (P7)

use std::process::ExitCode;

use clap::Args;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    block_on,
    remote::{Remote, encoded},
    terminal,
};

/// Shows every hop of a conversation's context, or of one key of it.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  waybill trace 98765432-1234-5678-90ab-cdef12345678\n  waybill trace 98765432-1234-5678-90ab-cdef12345678 crmCustomerId\n  waybill trace 98765432-1234-5678-90ab-cdef12345678 customer_id --json      (an alias will do)\n\nThe exit status is 1 when the key is not there; the last lines then say why, and what to do."
)]
pub(crate) struct Trace {
    /// The conversation's id.
    conversation_id: String,
    /// One key, under any of its names.
    key: Option<String>,
    /// Prints the server's JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    remote: Remote,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Traced {
    conversation_id: String,
    revision: u64,
    key: Option<String>,
    hops: Vec<Hop>,
    absence: Option<Absence>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Hop {
    after_ms: i64,
    stage: String,
    who: String,
    outcome: String,
    detail: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct Absence {
    why: String,
    reason: String,
    remedy: String,
}

impl Trace {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let Self { conversation_id, key, json, remote } = self;
        block_on(async move {
            let client = remote.log_in().await?;
            let query = key.map(|key| format!("?key={}", encoded(&key))).unwrap_or_default();
            let path = format!("/api/v2/conversations/{}/trace{query}", encoded(&conversation_id));
            let answer: Value = client.get(&path).await?.json()?;
            let text = if json { serde_json::to_string_pretty(&answer)? } else { String::new() };
            let traced: Traced = serde_json::from_value(answer)?;
            terminal::say(if json { text } else { timeline(&traced) })?;
            Ok(if traced.absence.is_some() { ExitCode::from(1) } else { ExitCode::SUCCESS })
        })
    }
}

/// Top to bottom; each hop with its time since the start.
fn timeline(traced: &Traced) -> String {
    let Traced { conversation_id, revision, key, hops, absence } = traced;
    let key = key.as_deref().unwrap_or("the whole context");
    let mut lines = vec![format!("{key}   conversation {conversation_id}   revision {revision}")];
    let width = |of: fn(&Hop) -> &str| hops.iter().map(|hop| of(hop).chars().count()).max().unwrap_or(0);
    let (stages, whos, outcomes) = (width(|hop| &hop.stage), width(|hop| &hop.who), width(|hop| &hop.outcome));
    for Hop { after_ms, stage, who, outcome, detail } in hops {
        let after = since(*after_ms);
        lines.push(
            format!("{after:>8}  {stage:<stages$}  {who:<whos$}  {outcome:<outcomes$}  {detail}").trim_end().to_owned(),
        );
    }
    if let Some(Absence { why, reason, remedy }) = absence {
        lines.push(format!("       —  not there ({why}): {reason}"));
        lines.push(format!("          {remedy}"));
    }
    lines.join("\n")
}

fn since(millis: i64) -> String {
    match millis {
        ..10_000 => format!("{millis} ms"),
        10_000..600_000 => format!("{} s", millis / 1_000),
        600_000..36_000_000 => format!("{} min", millis / 60_000),
        36_000_000.. => format!("{} h", millis / 3_600_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p7_a_trace_reads_from_top_to_bottom() {
        let hop = |after_ms, stage: &str, who: &str, outcome: &str, detail: &str| Hop {
            after_ms,
            stage: stage.to_owned(),
            who: who.to_owned(),
            outcome: outcome.to_owned(),
            detail: detail.to_owned(),
        };
        let traced = Traced {
            conversation_id: "c-1".to_owned(),
            revision: 1,
            key: Some("crmCustomerId".to_owned()),
            hops: vec![hop(0, "received", "page", "sent", "SDK 2.0.0"), hop(61_000, "read", "client x", "200", "")],
            absence: Some(Absence {
                why: "deleted".to_owned(),
                reason: "it was deleted".to_owned(),
                remedy: "send it".to_owned(),
            }),
        };
        assert_eq!(
            timeline(&traced),
            "crmCustomerId   conversation c-1   revision 1\n\
             \x20   0 ms  received  page      sent  SDK 2.0.0\n\
             \x20   61 s  read      client x  200\n\
             \x20      —  not there (deleted): it was deleted\n\
             \x20         send it"
        );
    }
}
