//! The subcommands, one file each.

mod administer;
pub(crate) mod audit;
pub(crate) mod backup;
pub(crate) mod client;
pub(crate) mod demo;
pub(crate) mod deployment;
pub(crate) mod doctor;
pub(crate) mod export;
pub(crate) mod flow;
mod folder;
pub(crate) mod init;
pub(crate) mod lint;
pub(crate) mod openapi;
pub(crate) mod refusals;
mod remote;
pub(crate) mod role;
pub(crate) mod serve;
pub(crate) mod signals;
pub(crate) mod terminal;
pub(crate) mod trace;
pub(crate) mod types;
pub(crate) mod user;

use std::process::ExitCode;

use crate::cli::Command;

/// Runs one subcommand to its end.
pub(crate) fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Serve(command) => command.run(),
        Command::Init(command) => command.run(),
        Command::Demo(command) => command.run(),
        Command::Trace(command) => command.run(),
        Command::Lint(command) => command.run(),
        Command::Refusals(command) => command.run(),
        Command::Types(command) => command.run(),
        Command::User(command) => command.run(),
        Command::Client(command) => command.run(),
        Command::Role(command) => command.run(),
        Command::Deployment(command) => command.run(),
        Command::Audit(command) => command.run(),
        Command::Flow(command) => command.run(),
        Command::Export(command) => command.run(),
        Command::Doctor(command) => command.run(),
        Command::Backup(command) => command.run(),
        Command::Restore(command) => command.run(),
        Command::Openapi(command) => command.run(),
        Command::Bench(command) => command.run(),
    }
}

/// Runs a command that waits for things.
pub(crate) fn block_on<T>(future: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let outcome = runtime.block_on(future);
    // What still runs now has had its time to end.
    runtime.shutdown_background();
    outcome
}
