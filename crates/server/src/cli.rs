//! What can be typed: subcommands with examples.

use clap::{Parser, Subcommand};

use crate::bench::Bench;
use crate::commands::{
    audit, backup, client, demo, deployment, doctor, export, flow, init, lint, openapi, refusals, role, serve, trace,
    types, user,
};

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
    Trace(trace::Trace),
    Lint(lint::Lint),
    Refusals(refusals::Refusals),
    Types(types::Types),
    User(user::User),
    Client(client::Client),
    Role(role::Role),
    Deployment(deployment::Deployment),
    Flow(flow::FlowCommand),
    Audit(audit::Audit),
    Export(export::Export),
    Doctor(doctor::Doctor),
    Backup(backup::Backup),
    Restore(backup::Restore),
    Openapi(openapi::Openapi),
    Bench(Bench),
}
