//! `types`: TypeScript types or the JSON Schema of a deployment's context.

use std::process::ExitCode;

use clap::Args;
use serde_json::Value;

use super::{
    block_on,
    remote::{Remote, encoded},
    terminal,
};

/// Prints TypeScript types, or the JSON Schema, of what a page may hand over to a deployment.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  waybill types --deployment 0190b0a1-7c1e-7d31-9d0a-2f5c3a1b7e42 > src/chat-context.d.ts\n  waybill types --deployment 0190b0a1-7c1e-7d31-9d0a-2f5c3a1b7e42 --schema > chat-context.schema.json"
)]
pub(crate) struct Types {
    /// The deployment's id.
    #[arg(long, value_name = "ID")]
    deployment: String,
    /// Prints the JSON Schema (2020-12) instead.
    #[arg(long)]
    schema: bool,
    #[command(flatten)]
    remote: Remote,
}

impl Types {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let Self { deployment, schema, remote } = self;
        block_on(async move {
            let client = remote.log_in().await?;
            let file = if schema { "context.schema.json" } else { "context/types" };
            let path = format!("/api/v2/webdeployments/deployments/{}/{file}", encoded(&deployment));
            let answer = client.get(&path).await?;
            if !answer.status.is_success() {
                // A refusal is JSON, and an error here.
                drop(answer.json::<Value>()?);
            }
            terminal::say(answer.text.trim_end())?;
            Ok(ExitCode::SUCCESS)
        })
    }
}
