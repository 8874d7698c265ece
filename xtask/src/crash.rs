//! `crash`: kills the real binary under load, again and again, and compares what was acknowledged with what is there.

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process;
use crate::workspace::Workspace;

/// Cycles in the test command and by default.
pub(crate) const CYCLES: u32 = 30;

/// By this the rig is told how many.
pub(crate) const CYCLES_VARIABLE: &str = "WAYBILL_CRASH_CYCLES";

/// Runs the rig with the asked number of cycles.
pub(crate) fn run(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    let cycles = cycles(arguments)?;
    println!("  {cycles} crash cycles");
    process::run(&mut build_server(workspace))?;
    process::run(&mut command(workspace, cycles))
}

/// The rig starts the binary itself, so it has to be fresh.
pub(crate) fn build_server(workspace: &Workspace) -> Command {
    let mut command = Command::new(process::cargo());
    command.args(["build", "-p", "waybill-server"]).current_dir(&workspace.root);
    command
}

/// The rig as a command.
fn command(workspace: &Workspace, cycles: u32) -> Command {
    let mut command = Command::new(process::cargo());
    command
        .args(["test", "-p", "waybill-testkit", "--test", "crash", "--", "--nocapture"])
        .env(CYCLES_VARIABLE, cycles.to_string())
        .current_dir(&workspace.root);
    command
}

fn cycles(arguments: &[String]) -> Result<u32> {
    match arguments {
        [] => Ok(CYCLES),
        [flag, number] if flag == "--cycles" => match number.parse().with_context(|| format!("`{number}` cycles"))? {
            0 => bail!("0 cycles prove nothing"),
            cycles => Ok(cycles),
        },
        other => bail!("expected `--cycles N`, got `{}`", other.join(" ")),
    }
}

#[cfg(test)]
mod tests {
    use super::cycles;

    #[test]
    fn only_a_number_of_cycles_is_understood() {
        let parse = |words: &[&str]| cycles(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>()).ok();
        assert_eq!(parse(&[]), Some(30));
        assert_eq!(parse(&["--cycles", "200"]), Some(200));
        assert_eq!(parse(&["--cycles", "0"]), None);
        assert_eq!(parse(&["--cycles"]), None);
        assert_eq!(parse(&["200"]), None);
    }
}
