//! `openapi`: the document of the REST interface.

use std::process::ExitCode;

use clap::Args;

use super::terminal;

/// Prints the OpenAPI document of the REST interface.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  waybill openapi > openapi.json")]
pub(crate) struct Openapi {}

impl Openapi {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let Self {} = self;
        terminal::say(serde_json::to_string_pretty(&waybill_api::openapi())?)?;
        Ok(ExitCode::SUCCESS)
    }
}
