//! What can be typed: subcommands with examples.

use clap::{Parser, Subcommand};

use crate::commands::{demo, init, openapi, serve};

/// Web messaging that never loses the customer.
#[derive(Debug, Parser)]
#[command(
    name = "waybill",
    version,
    after_help = "Begin here:\n  waybill demo            a server with a sample organization; prints what to open\n  waybill demo --help     where its data goes, and how to reach it from elsewhere\n  waybill serve --print-config > waybill.toml\n                          the commented configuration, to change and to serve with"
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// One subcommand.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Serve(serve::Serve),
    Init(init::Init),
    Demo(demo::DemoCommand),
    Openapi(openapi::Openapi),
}
