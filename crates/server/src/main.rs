//! The binary `waybill`: the server and its tools.

mod bench;
mod cli;
mod commands;

use std::process::ExitCode;

use clap::Parser as _;

/// The allocator of the binary: chats are many small values that live for very different times.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    waybill_server::host::keep_files_private();
    let cli = cli::Cli::parse();
    match commands::run(cli.command) {
        Ok(code) => code,
        Err(error) => {
            commands::terminal::complain(&format!("waybill: {error:#}"));
            ExitCode::FAILURE
        }
    }
}
