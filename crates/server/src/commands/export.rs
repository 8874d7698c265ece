//! `export`: conversations, attributes, messages or events as lines of JSON or as a table (PRIV9).

use std::{
    fs::{File, OpenOptions},
    io::{self, BufWriter, IsTerminal as _, Write},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use serde_json::{Map, Value};

use super::{
    block_on,
    remote::{Remote, encoded},
};

/// Rows per request.
const PAGE: u32 = 1_000;
/// The header that says where the next page begins.
const NEXT: &str = "waybill-next-cursor";

/// Exports everything that the caller may see, a page after the other; personal values are masked without the right.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  waybill export --what attributes --format csv --out attributes.csv\n  waybill export --what events --from 2026-11-20T00:00:00Z --to 2026-11-21T00:00:00Z\n  waybill export --what messages --out messages.ndjson --cursor Yy4x…   (goes on where a run before broke off)\n\nCells of a table that begin with = + - @, a tab or a carriage return get a leading ' so that no spreadsheet runs them."
)]
pub(crate) struct Export {
    /// What to export.
    #[arg(long, value_enum)]
    what: What,
    /// Lines of JSON, or a table.
    #[arg(long, value_enum, default_value = "ndjson")]
    format: Format,
    /// What began (events: happened) at this time or later.
    #[arg(long, value_name = "TIME")]
    from: Option<String>,
    /// What began before this time.
    #[arg(long, value_name = "TIME")]
    to: Option<String>,
    /// The file to write; the standard output without one.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Begins a table with a byte order mark, which some spreadsheets want for UTF-8.
    #[arg(long)]
    bom: bool,
    /// Goes on after the cursor that a run before told when it broke off; rows are appended to the file.
    #[arg(long, value_name = "CURSOR")]
    cursor: Option<String>,
    #[command(flatten)]
    remote: Remote,
}

/// What can be exported.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum What {
    Conversations,
    Attributes,
    Messages,
    Events,
}

/// How it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Csv,
    Ndjson,
}

impl What {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Conversations => "conversations",
            Self::Attributes => "attributes",
            Self::Messages => "messages",
            Self::Events => "events",
        }
    }

    /// The columns of a table, by the members of a line.
    const fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Conversations => &[
                "conversationId",
                "deploymentId",
                "divisionId",
                "startTime",
                "endTime",
                "revision",
                "policyVersion",
                "participants",
                "customerId",
                "customerName",
                "customerEmail",
                "page",
                "sdk",
                "form",
                "customData",
            ],
            Self::Attributes => &[
                "conversationId",
                "startTime",
                "participantId",
                "purpose",
                "key",
                "value",
                "masked",
                "trust",
                "form",
                "sentAs",
                "declared",
                "revision",
                "at",
                "by",
                "late",
            ],
            Self::Messages => &[
                "conversationId",
                "messageId",
                "participantId",
                "at",
                "direction",
                "type",
                "originator",
                "nickname",
                "text",
                "content",
            ],
            Self::Events => &["id", "type", "at", "conversationId", "conversationSeq", "revision", "data"],
        }
    }
}

impl Export {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let Self { what, format, from, to, out, bom, cursor, remote } = self;
        block_on(async move {
            let client = remote.log_in().await?;
            let mut path = format!("/api/v2/exports/{}?pageSize={PAGE}", what.as_str());
            for (name, value) in [("from", from), ("to", to)] {
                if let Some(value) = value {
                    path.push_str(&format!("&{name}={}", encoded(&value)));
                }
            }
            let mut sink = Sink::open(out, cursor.is_some())?;
            if cursor.is_none() && format == Format::Csv {
                if bom {
                    sink.write("\u{feff}")?;
                }
                sink.write(&row(what.columns().iter().map(|name| (*name).to_owned())))?;
            }
            let mut progress = Progress::new(what);
            let mut next = cursor;
            loop {
                let page = match &next {
                    Some(cursor) => format!("{path}&cursor={}", encoded(cursor)),
                    None => path.clone(),
                };
                let page = client.get(&page).await.map_err(anyhow::Error::from);
                let page = page.and_then(|page| if page.status.is_success() { Ok(page) } else { Err(refused(&page)) });
                let page = page.with_context(|| broke_off(next.as_deref()))?;
                let mut rows = 0;
                for line in page.text.lines() {
                    rows += 1;
                    match format {
                        Format::Ndjson => sink.write(&format!("{line}\n"))?,
                        Format::Csv => sink.write(&cells(what, line)?)?,
                    }
                }
                // What was told as done stands in the file: whoever goes on after the cursor lacks nothing.
                sink.flush()?;
                progress.add(rows)?;
                next = page.headers.get(NEXT).and_then(|next| next.to_str().ok()).map(str::to_owned);
                if next.is_none() {
                    break;
                }
            }
            progress.finish()?;
            Ok(ExitCode::SUCCESS)
        })
    }
}

fn refused(answer: &waybill_client::Answer) -> anyhow::Error {
    match answer.json::<Value>() {
        Err(error) => error.into(),
        Ok(_) => anyhow::anyhow!("the server answered {}", answer.status),
    }
}

fn broke_off(cursor: Option<&str>) -> String {
    match cursor {
        Some(cursor) => format!("the export broke off; go on with `--cursor {cursor}` and the same `--out`"),
        None => "the export did not begin".to_owned(),
    }
}

fn cells(what: What, line: &str) -> anyhow::Result<String> {
    let members: Map<String, Value> = serde_json::from_str(line).context("the server sent a line that is not JSON")?;
    Ok(row(what.columns().iter().map(|name| match members.get(*name) {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
    })))
}

/// A line of a table.
fn row(cells: impl Iterator<Item = String>) -> String {
    let cells: Vec<String> = cells.map(|cell| quoted(&harmless(cell))).collect();
    cells.join(",") + "\r\n"
}

/// A cell that a spreadsheet would run is text from here on.
fn harmless(cell: String) -> String {
    // Numbers may be negative: they are what they say.
    let is_number =
        cell.parse::<f64>().is_ok() && cell.bytes().all(|byte| byte.is_ascii_digit() || b"-.eE".contains(&byte));
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && !is_number { format!("'{cell}") } else { cell }
}

fn quoted(cell: &str) -> String {
    if cell.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}

/// Where rows go.
enum Sink {
    Standard(io::Stdout),
    File(BufWriter<File>, PathBuf),
}

impl Sink {
    fn open(out: Option<PathBuf>, goes_on: bool) -> anyhow::Result<Self> {
        let Some(path) = out else { return Ok(Self::Standard(io::stdout())) };
        let mut options = OpenOptions::new();
        // Nothing that stands there is written over.
        if goes_on {
            options.append(true).create(true)
        } else {
            options.write(true).create_new(true)
        };
        let file = options.open(&path).with_context(|| format!("`{}` can't be written", path.display()))?;
        Ok(Self::File(BufWriter::new(file), path))
    }

    fn write(&mut self, text: &str) -> anyhow::Result<()> {
        match self {
            Self::Standard(output) => output.write_all(text.as_bytes()).context("the output is closed"),
            Self::File(file, path) => {
                file.write_all(text.as_bytes()).with_context(|| format!("`{}` can't be written", path.display()))
            }
        }
    }

    fn flush(&mut self) -> anyhow::Result<()> {
        match self {
            Self::Standard(output) => output.flush().context("the output is closed"),
            Self::File(file, path) => file.flush().with_context(|| format!("`{}` can't be written", path.display())),
        }
    }
}

/// Tells a terminal how far it is; nobody else.
struct Progress {
    what: What,
    rows: u64,
    tells: bool,
}

impl Progress {
    fn new(what: What) -> Self {
        Self { what, rows: 0, tells: io::stderr().is_terminal() }
    }

    fn add(&mut self, rows: u64) -> anyhow::Result<()> {
        self.rows += rows;
        if self.tells {
            let mut output = io::stderr();
            write!(output, "\r{} {} …", self.rows, self.what.as_str())?;
            output.flush()?;
        }
        Ok(())
    }

    fn finish(&self) -> anyhow::Result<()> {
        if self.tells {
            writeln!(io::stderr(), "\r{} {}   ", self.rows, self.what.as_str())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cell: &str, expected: &str) {
        assert_eq!(quoted(&harmless(cell.to_owned())), expected, "{cell:?}");
    }

    #[test]
    fn priv9_a_cell_is_never_run() {
        check("=1+1", "'=1+1");
        check("+49 30 1", "'+49 30 1");
        check("-2+3", "'-2+3");
        check("@SUM(A1)", "'@SUM(A1)");
        check("\tx", "'\tx");
        check("\rx", "\"'\rx\"");
        check("-12.5", "-12.5");
        check("plain", "plain");
        check("a,\"b\"\nc", "\"a,\"\"b\"\"\nc\"");
        check("", "");
    }
}
