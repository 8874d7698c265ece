//! `build`: the release binary with the web files inside.

use std::process::Command;

use anyhow::Result;

use crate::workspace::Workspace;
use crate::{no_arguments, process, web};

/// Builds the browser SDK when stale, then `target/release/waybill`.
pub(crate) fn run(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    no_arguments("build", arguments)?;
    web::build_if_stale(workspace)?;
    println!("  building the release binary (about ten minutes on two cores from nothing)");
    process::run(
        Command::new(process::cargo())
            .args(["build", "--release", "--locked", "-p", "waybill-server"])
            .current_dir(&workspace.root),
    )?;
    println!("  {}", workspace.release_binary().display());
    Ok(())
}
