//! `doctor`: is everything in the folder as it was written? (LOG6, LOG10)

use std::process::ExitCode;

use clap::Args;
use serde_json::json;
use waybill_store::folder::{DoctorReport, Findings, doctor};

use super::{folder::Folder, terminal};

/// Reads every record of a data folder and compares checksums, numbers, conversations and indexes.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  waybill doctor --config waybill.toml\n  waybill doctor --data ./demo-data --json\n\nIt only reads, and may run beside the server. The exit status is 0 when everything is sound, 1 when faults were\nfound, 2 when nothing could be examined. A fault is never repaired here: restore from a backup."
)]
pub(crate) struct Doctor {
    #[command(flatten)]
    folder: Folder,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

/// Nothing could be examined.
const UNEXAMINED: u8 = 2;

impl Doctor {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let Self { folder, json } = self;
        let report = match folder.path().and_then(|folder| Ok(doctor(&folder)?)) {
            Ok(report) => report,
            Err(error) => {
                terminal::complain(&format!("waybill: {error:#}"));
                return Ok(ExitCode::from(UNEXAMINED));
            }
        };
        if json {
            terminal::say(serde_json::to_string_pretty(&as_json(&report))?)?;
        } else {
            terminal::say(text(&report))?;
        }
        Ok(if report.is_sound() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// The kinds of faults, in the order of their weight.
fn kinds(report: &DoctorReport) -> [(&'static str, &Findings); 4] {
    let DoctorReport { corrupt, gaps, mismatches, integrity, .. } = report;
    [("corrupt", corrupt), ("gap", gaps), ("mismatch", mismatches), ("file", integrity)]
}

fn text(report: &DoctorReport) -> String {
    let DoctorReport { file, schema, epoch, records, conversations, other_rows, newest, .. } = report;
    let mut lines = vec![
        format!("examined  {} (schema {schema}, epoch {epoch})", file.display()),
        format!(
            "          {records} log records up to {newest}, {conversations} conversations, {other_rows} other rows"
        ),
    ];
    for (kind, findings) in kinds(report) {
        lines.extend(findings.told.iter().map(|line| format!("{kind:<9} {line}")));
        let untold = findings.count - findings.told.len() as u64;
        if untold > 0 {
            lines.push(format!("{kind:<9} … and {untold} more"));
        }
    }
    lines.push(match report.faults() {
        0 => "sound     every checksum fits".to_owned(),
        faults => {
            format!("unsound   {faults} faults; stop the server and restore from a backup (waybill restore --help)")
        }
    });
    lines.join("\n")
}

fn as_json(report: &DoctorReport) -> serde_json::Value {
    let DoctorReport { file, schema, epoch, records, conversations, other_rows, newest, .. } = report;
    let faults: Vec<_> = kinds(report)
        .into_iter()
        .flat_map(|(kind, findings)| findings.told.iter().map(move |line| json!({ "kind": kind, "fault": line })))
        .collect();
    json!({
        "sound": report.is_sound(), "file": file, "schema": schema, "epoch": epoch, "records": records,
        "conversations": conversations, "otherRows": other_rows, "newest": newest, "faultCount": report.faults(),
        "faults": faults,
    })
}
