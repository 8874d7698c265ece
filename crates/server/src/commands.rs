//! The subcommands, one file each.

pub(crate) mod demo;
pub(crate) mod init;
pub(crate) mod openapi;
pub(crate) mod serve;
pub(crate) mod signals;
pub(crate) mod terminal;

use std::process::ExitCode;

use crate::cli::Command;

/// Runs one subcommand to its end.
pub(crate) fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Serve(command) => command.run(),
        Command::Init(command) => command.run(),
        Command::Demo(command) => command.run(),
        Command::Openapi(command) => command.run(),
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
