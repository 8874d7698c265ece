//! `openapi`: the documents of the REST interface and of the events.

use std::process::ExitCode;

use clap::Args;

use super::terminal;

/// Prints the OpenAPI document of the REST interface, or the AsyncAPI document of the events.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  waybill openapi > openapi.json\n  waybill openapi --events > asyncapi.json")]
pub(crate) struct Openapi {
    /// The AsyncAPI document: event stream, webhooks, notification channels.
    #[arg(long)]
    events: bool,
}

impl Openapi {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let document = if self.events { waybill_api::asyncapi() } else { waybill_api::openapi() };
        terminal::say(serde_json::to_string_pretty(&document)?)?;
        Ok(ExitCode::SUCCESS)
    }
}
