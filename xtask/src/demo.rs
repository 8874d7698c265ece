//! `demo`: from a fresh clone to a running Waybill with a sample organization.

use std::os::unix::process::CommandExt;
use std::process::Command;

use anyhow::{Context, Result};

use crate::workspace::Workspace;
use crate::{process, web};

/// Builds what is stale, then becomes `waybill demo`, so that signals reach the server itself.
pub(crate) fn run(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    web::build_if_stale(workspace)?;
    println!("  building the server (several minutes on a fresh clone, seconds later)");
    process::run(Command::new(process::cargo()).args(["build", "-p", "waybill-server"]).current_dir(&workspace.root))?;
    let binary = workspace.debug_binary();
    let error = Command::new(&binary).arg("demo").args(arguments).exec();
    Err(error).with_context(|| format!("starting {}", binary.display()))
}
