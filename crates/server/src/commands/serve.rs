//! `serve`: the production server.

use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use waybill_server::{Config, config, host, logs};

use super::{block_on, signals, terminal};

/// Runs the server.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  waybill serve --print-config > waybill.toml\n  waybill serve --config waybill.toml\n  WAYBILL__LISTEN=0.0.0.0:8080 WAYBILL__LOG__FORMAT=json waybill serve --config waybill.toml\n\nSIGTERM and SIGINT drain: clients are told to reconnect, open connections have 10 s, then the server ends.\nThe exit status is not 0 when the store failed; nothing that was answered before is lost."
)]
pub(crate) struct Serve {
    /// The configuration file; without one the defaults and the environment hold.
    #[arg(long, short, value_name = "FILE", env = "WAYBILL_CONFIG")]
    config: Option<PathBuf>,
    /// Prints the commented reference of every key, and ends.
    #[arg(long)]
    print_config: bool,
}

impl Serve {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let Self { config, print_config } = self;
        if print_config {
            terminal::say(config::REFERENCE.trim_end())?;
            return Ok(ExitCode::SUCCESS);
        }
        let config = Config::load(config.as_deref())?;
        logs::start(&config.log)?;
        host::raise_open_files(config.limits.connections);
        block_on(async move {
            let shutdown = signals::shutdown()?;
            waybill_server::run(config, shutdown).await?;
            Ok(ExitCode::SUCCESS)
        })
    }
}
