//! `audit`: who administered what, and whether anybody has touched the record of it (LOG8).

use std::{path::PathBuf, process::ExitCode};

use anyhow::Context as _;
use clap::{Args, Subcommand};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use waybill_model::{AuditEntry, OrganizationId, Time};
use waybill_store::{AUDIT_BEGINNING, audit_hash, folder::doctor};

use super::{block_on, remote::Remote, terminal};

/// Reads the audit log: who administered what, and who read personal context.
#[derive(Debug, Args)]
pub(crate) struct Audit {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    List(List),
    Verify(Verify),
}

/// Lists rows, oldest first.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  waybill audit list\n  waybill audit list --after 120 --limit 20 --json")]
struct List {
    /// Only rows after this number.
    #[arg(long, default_value_t = 0)]
    after: u64,
    /// At most so many.
    #[arg(long, default_value_t = 100)]
    limit: u32,
    /// Prints the server's JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    remote: Remote,
}

/// Follows the chain of hashes from its beginning; the exit status is 1 when a row was changed or taken away.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  waybill audit verify                        ask a running server, and compute every hash here\n  waybill audit verify --data ./demo-data     read a data folder\n  waybill audit verify --head 3f9a…           also: the row with this hash, noted earlier, must still be there\n\nWhoever can write to the database can cut rows off at the end: note the head that this prints where they can't."
)]
struct Verify {
    /// Reads this data folder instead of asking a server.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// The hash of a row, noted at an earlier time.
    #[arg(long, value_name = "HASH")]
    head: Option<String>,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    remote: Remote,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    organization_id: OrganizationId,
    entities: Vec<Row>,
    next: Option<u64>,
}

#[derive(Debug, Deserialize)]
struct Row {
    number: u64,
    at: Time,
    actor: String,
    action: String,
    subject: String,
    details: String,
    hash: String,
}

/// What following one chain came to.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Verdict {
    organization_id: OrganizationId,
    rows: u64,
    head: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    broken_at: Option<u64>,
    /// Whether the hash that was noted earlier is there; absent when none was given, or when a folder was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    noted_head_found: Option<bool>,
}

impl Audit {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        match self.what {
            What::List(list) => list.run(),
            What::Verify(verify) => verify.run(),
        }
    }
}

impl List {
    fn run(self) -> anyhow::Result<ExitCode> {
        let Self { after, limit, json, remote } = self;
        block_on(async move {
            let client = remote.log_in_to_administer().await?;
            let path = format!("/api/v2/audits?after={after}&pageSize={}", limit.clamp(1, 1_000));
            let answer: Value = client.get(&path).await?.json()?;
            if json {
                terminal::say(serde_json::to_string_pretty(&answer)?)?;
                return Ok(ExitCode::SUCCESS);
            }
            let page: Page = serde_json::from_value(answer)?;
            for Row { number, at, actor, action, subject, details, hash: _ } in page.entities {
                let details = if details.is_empty() { String::new() } else { format!("  {details}") };
                terminal::say(format!("{number:>6}  {at}  {action:<24} {subject}  by {}{details}", who(&actor)))?;
            }
            Ok(ExitCode::SUCCESS)
        })
    }
}

/// `{"kind":"user","id":"…"}` as people read it.
fn who(actor: &str) -> String {
    let actor: Value = serde_json::from_str(actor).unwrap_or_default();
    let kind = actor.get("kind").and_then(Value::as_str).unwrap_or("?");
    let id = actor.get("id").and_then(Value::as_str).map(|id| format!(" {id}")).unwrap_or_default();
    format!("{kind}{id}")
}

impl Verify {
    fn run(self) -> anyhow::Result<ExitCode> {
        let Self { data, head, json, remote } = self;
        let verdicts = match data {
            Some(folder) => verify_folder(&folder)?,
            None => vec![block_on(verify_server(remote, head.clone()))?],
        };
        let sound = |verdict: &Verdict| verdict.broken_at.is_none() && verdict.noted_head_found != Some(false);
        let all_sound = verdicts.iter().all(sound);
        if json {
            terminal::say(serde_json::to_string_pretty(&json!({ "sound": all_sound, "chains": verdicts }))?)?;
        } else {
            for verdict in &verdicts {
                terminal::say(told(verdict))?;
            }
        }
        Ok(if all_sound { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

fn told(Verdict { organization_id, rows, head, broken_at, noted_head_found }: &Verdict) -> String {
    let mut lines = vec![format!("organization {organization_id}: {rows} rows, head {head}")];
    match broken_at {
        Some(number) => lines.push(format!("  BROKEN at row {number}: it does not follow the row before it")),
        None => lines.push("  every row follows the one before it".to_owned()),
    }
    match noted_head_found {
        Some(true) => lines.push("  the head that was noted earlier is there".to_owned()),
        Some(false) => {
            lines.push("  the head that was noted earlier is GONE: rows were written anew or cut off".to_owned())
        }
        None => {}
    }
    lines.join("\n")
}

fn verify_folder(folder: &std::path::Path) -> anyhow::Result<Vec<Verdict>> {
    let report = doctor(folder)?;
    let verdicts = report.audit.into_iter().map(|chain| Verdict {
        organization_id: chain.organization,
        rows: chain.rows,
        head: hexadecimal(&chain.head),
        broken_at: chain.broken_at,
        noted_head_found: None,
    });
    Ok(verdicts.collect())
}

/// Computes every hash here: the server's word is not taken for it.
async fn verify_server(remote: Remote, noted: Option<String>) -> anyhow::Result<Verdict> {
    let client = remote.log_in_to_administer().await?;
    let (mut after, mut rows, mut former, mut broken_at) = (0, 0_u64, AUDIT_BEGINNING, None);
    let mut found = noted.as_ref().map(|_| false);
    loop {
        let page: Page = client.get(&format!("/api/v2/audits?after={after}")).await?.json()?;
        for Row { number, at, actor, action, subject, details, hash } in page.entities {
            let by = serde_json::from_str(&actor).with_context(|| format!("the actor of row {number}"))?;
            let entry = AuditEntry { by, action, subject, at, details };
            let computed = audit_hash(former, page.organization_id, &entry)?;
            if hexadecimal(&computed) != hash && broken_at.is_none() {
                broken_at = Some(number);
            }
            if noted.as_deref().is_some_and(|noted| noted.eq_ignore_ascii_case(&hash)) {
                found = Some(true);
            }
            former = computed;
            rows += 1;
        }
        match page.next {
            Some(next) => after = next,
            None => {
                let head = hexadecimal(&former);
                let organization_id = page.organization_id;
                return Ok(Verdict { organization_id, rows, head, broken_at, noted_head_found: found });
            }
        }
    }
}

fn hexadecimal(hash: &[u8; 32]) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}
