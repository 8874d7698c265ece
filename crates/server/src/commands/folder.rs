//! Which data folder a tool works on: `--data`, or the configuration's.

use std::path::PathBuf;

use clap::Args;
use waybill_server::Config;

/// The folder.
#[derive(Debug, Args)]
pub(super) struct Folder {
    /// The data folder; without it, the configuration's.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// The configuration file.
    #[arg(long, short, value_name = "FILE", env = "WAYBILL_CONFIG")]
    config: Option<PathBuf>,
}

impl Folder {
    pub(super) fn path(self) -> anyhow::Result<PathBuf> {
        let Self { data, config } = self;
        match data {
            Some(folder) => Ok(folder),
            None => Ok(Config::load(config.as_deref())?.data),
        }
    }
}
