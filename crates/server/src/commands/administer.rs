//! What `user`, `client`, `role` and `deployment` have in common: they list, create and change over REST.

use std::process::ExitCode;

use clap::Args;
use serde_json::{Value, json};
use waybill_client::{Answer, ClientError, RestClient};

use super::{block_on, remote::Remote, terminal};

/// How an answer is shown, and who asks.
#[derive(Debug, Args)]
pub(super) struct Common {
    /// Prints the server's JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    remote: Remote,
}

/// What came back, and what people are shown of it.
pub(super) struct Outcome {
    pub(super) answer: Value,
    pub(super) text: String,
}

impl Common {
    /// Logs in, does the work, and prints what came of it.
    pub(super) fn run<F>(self, work: impl FnOnce(RestClient) -> F) -> anyhow::Result<ExitCode>
    where
        F: Future<Output = anyhow::Result<Outcome>>,
    {
        self.judge(|client| {
            let work = work(client);
            async move { Ok((work.await?, true)) }
        })
    }

    /// The same for what can be found wanting: then the command ends with 1.
    pub(super) fn judge<F>(self, work: impl FnOnce(RestClient) -> F) -> anyhow::Result<ExitCode>
    where
        F: Future<Output = anyhow::Result<(Outcome, bool)>>,
    {
        let Self { json, remote } = self;
        block_on(async move {
            let client = remote.log_in_to_administer().await?;
            let (Outcome { answer, text }, is_good) = work(client).await?;
            if json {
                terminal::say(serde_json::to_string_pretty(&answer)?)?;
            } else {
                terminal::say(text)?;
            }
            Ok(if is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        })
    }
}

/// Reads every page of a list.
pub(super) async fn read_all(client: &RestClient, path: &str) -> anyhow::Result<Vec<Value>> {
    let mut all = Vec::new();
    for page in 1_u32.. {
        let answer: Value = client.get(&format!("{path}?pageSize=100&pageNumber={page}")).await?.json()?;
        let entities = answer.get("entities").and_then(Value::as_array).cloned().unwrap_or_default();
        let last = entities.len() < 100;
        all.extend(entities);
        if last {
            break;
        }
    }
    Ok(all)
}

/// The body of a success; a success without one is `{}`.
pub(super) fn body(answer: &Answer) -> anyhow::Result<Value> {
    if answer.status.is_success() && answer.text.is_empty() {
        return Ok(json!({}));
    }
    answer.json().map_err(told)
}

/// An error with everything that a refusal lists.
fn told(error: ClientError) -> anyhow::Error {
    let body = error.refused().and_then(|refused| refused.error.as_ref());
    let details = body.map(|body| body.details.as_slice()).unwrap_or_default();
    let lines: Vec<String> = details
        .iter()
        .map(|detail| {
            let sentences: Vec<&str> =
                [&detail.message, &detail.remedy].into_iter().flatten().map(String::as_str).collect();
            shown(&format!("{}: [{}]: {}", detail.field_name, detail.error_code, sentences.join(": ")))
        })
        .collect();
    if lines.is_empty() { error.into() } else { anyhow::anyhow!("{error}\n{}", lines.join("\n")) }
}

/// The id of the role that has this name or id.
pub(super) async fn find_role(client: &RestClient, name: &str) -> anyhow::Result<String> {
    let roles = read_all(client, "/api/v2/authorization/roles").await?;
    let fits = |role: &&Value| text(role, "id") == name || text(role, "name").eq_ignore_ascii_case(name);
    if let Some(role) = roles.iter().find(fits) {
        return Ok(text(role, "id").to_owned());
    }
    let names: Vec<&str> = roles.iter().map(|role| text(role, "name")).collect();
    anyhow::bail!("there is no role `{name}`; there are {}", names.join(", "))
}

/// Roles as a body names them: each in every division, or in the one after `@`.
pub(super) async fn role_divisions(client: &RestClient, roles: &[String]) -> anyhow::Result<Vec<Value>> {
    let mut named = Vec::new();
    for role in roles {
        let (name, division) = role.split_once('@').unwrap_or((role, "*"));
        named.push(json!({ "roleId": find_role(client, name).await?, "divisionId": division }));
    }
    Ok(named)
}

/// A text member, or nothing.
pub(super) fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// Rows below one another, each column as wide as its widest cell.
pub(super) fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{:<width$}", shown(cell)));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    if rows.is_empty() { "none".to_owned() } else { rows.iter().map(line).collect::<Vec<_>>().join("\n") }
}

/// Names are hostile text: nothing in them reaches the terminal as a command.
fn shown(cell: &str) -> String {
    cell.chars().map(|character| if character.is_control() { '\u{fffd}' } else { character }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_and_control_characters_are_not_obeyed() {
        let rows = [vec!["a".to_owned(), "x\u{1b}[2J".to_owned()], vec!["bcd".to_owned(), "y".to_owned()]];
        assert_eq!(table(&rows), "a    x\u{fffd}[2J\nbcd  y");
        assert_eq!(table(&[]), "none");
    }
}
