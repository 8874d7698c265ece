//! `exact`: kills the real binary and the consumers of its log during a long run of events, and compares the sequences.

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::workspace::Workspace;
use crate::{crash, process};

/// Events by default; the test command writes a hundredth of them.
const EVENTS: u64 = 100_000;

/// Runs the rig with the asked number of events.
pub(crate) fn run(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    let events = events(arguments)?;
    println!("  {events} events");
    process::run(&mut crash::build_server(workspace))?;
    let mut command = Command::new(process::cargo());
    command
        .args(["test", "-p", "waybill-testkit", "--test", "exact", "--", "--nocapture"])
        .env("WAYBILL_EXACT_EVENTS", events.to_string())
        .current_dir(&workspace.root);
    process::run(&mut command)
}

fn events(arguments: &[String]) -> Result<u64> {
    match arguments {
        [] => Ok(EVENTS),
        [flag, number] if flag == "--events" => match number.parse().with_context(|| format!("`{number}` events"))? {
            0 => bail!("0 events prove nothing"),
            events => Ok(events),
        },
        other => bail!("expected `--events N`, got `{}`", other.join(" ")),
    }
}

#[cfg(test)]
mod tests {
    use super::events;

    #[test]
    fn only_a_number_of_events_is_understood() {
        let parse = |words: &[&str]| events(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>()).ok();
        assert_eq!(parse(&[]), Some(100_000));
        assert_eq!(parse(&["--events", "5000"]), Some(5_000));
        assert_eq!(parse(&["--events", "0"]), None);
        assert_eq!(parse(&["--events"]), None);
        assert_eq!(parse(&["5000"]), None);
    }
}
