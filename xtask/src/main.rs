//! The project's own commands: `cargo xtask help` lists them.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool talks to its terminal")]

mod build;
mod check;
mod contract;
mod crash;
mod demo;
mod dist;
mod exact;
mod files;
mod generate;
mod json;
mod process;
mod test;
mod tools;
mod web;
mod workspace;

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::workspace::Workspace;

const HELP: &str = "\
cargo xtask <command>

  demo [args…]         start Waybill with a sample organization; args go to `waybill demo`
  test [--fast]        run every check and test (--fast: Rust only)

  check                formatting, lints, import arrows, vendor words, rule ids, generated files
  gen                  write the generated files anew (OpenAPI, AsyncAPI, schema of flows, wire types of the SDK)
  web                  build the browser SDK and lay it where the server embeds it
  build                release binary target/release/waybill with the web files inside
  contract             the clients and tools of others (Python) against a debug build; part of `test`
  dist                 archive dist/waybill-<version>-<target>.tar.gz and its checksum
  crash [--cycles N]   kill the server N times under load and compare (default 30)
  exact [--events N]   kill server and consumers during N events and compare (default 100000)
  help                 this text
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<ExitCode> {
    let Some((command, rest)) = arguments.split_first() else {
        print!("{HELP}");
        return Ok(ExitCode::SUCCESS);
    };
    if matches!(command.as_str(), "help" | "-h" | "--help") {
        print!("{HELP}");
        return Ok(ExitCode::SUCCESS);
    }
    let workspace = Workspace::load()?;
    match command.as_str() {
        "demo" => demo::run(&workspace, rest)?,
        "test" => return test::run(&workspace, rest),
        "check" => check::run(&workspace, rest)?,
        "gen" => generate::run(&workspace, rest)?,
        "web" => web::run(&workspace, rest)?,
        "build" => build::run(&workspace, rest)?,
        "contract" => contract::run(&workspace, rest)?,
        "dist" => dist::run(&workspace, rest)?,
        "crash" => crash::run(&workspace, rest)?,
        "exact" => exact::run(&workspace, rest)?,
        other => bail!("unknown command `{other}`; `cargo xtask help` lists them"),
    }
    Ok(ExitCode::SUCCESS)
}

/// Refuses arguments where a command takes none.
fn no_arguments(command: &str, arguments: &[String]) -> Result<()> {
    match arguments.first() {
        None => Ok(()),
        Some(first) => bail!("`{command}` takes no argument, got `{first}`"),
    }
}
