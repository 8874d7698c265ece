//! `check`: what can be judged by reading, without running the product.

mod arrows;
mod rules;
mod vendor_words;

use std::process::Command;

use anyhow::{Result, bail};

use crate::workspace::Workspace;
use crate::{generate, no_arguments, process, tools};

/// Runs all checks, also after one has failed, and names those that did.
pub(crate) fn run(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    no_arguments("check", arguments)?;
    let mut failed = Vec::new();
    for (name, check) in all() {
        println!("\n{name}");
        if let Err(error) = check(workspace) {
            println!("  {error:#}");
            failed.push(name);
        }
    }
    if failed.is_empty() {
        println!("\nall checks passed");
        return Ok(());
    }
    bail!("failed: {}", failed.join(", "))
}

type Check = fn(&Workspace) -> Result<()>;

fn all() -> [(&'static str, Check); 7] {
    [
        ("formatting", formatting),
        ("lints", lints),
        ("import arrows", arrows::check),
        ("vendor words", vendor_words::check),
        ("rule ids", rules::check),
        ("licences, bans and sources", dependencies),
        ("generated files", generated_files),
    ]
}

fn formatting(workspace: &Workspace) -> Result<()> {
    process::run(&mut formatting_command(workspace))
}

fn lints(workspace: &Workspace) -> Result<()> {
    process::run(&mut lints_command(workspace))
}

/// `cargo fmt`, only looking.
pub(crate) fn formatting_command(workspace: &Workspace) -> Command {
    let mut command = Command::new(process::cargo());
    command.args(["fmt", "--all", "--check"]).current_dir(&workspace.root);
    command
}

/// Clippy with denied warnings.
pub(crate) fn lints_command(workspace: &Workspace) -> Command {
    let mut command = Command::new(process::cargo());
    command
        .args(["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"])
        .current_dir(&workspace.root);
    command
}

/// Arrows, vendor words and rule ids together: quick, and nothing but reading.
pub(crate) fn read_sources(workspace: &Workspace) -> Result<()> {
    let mut faults = Vec::new();
    for check in [arrows::check, vendor_words::check, rules::check] {
        if let Err(error) = check(workspace) {
            faults.push(format!("{error:#}"));
        }
    }
    if faults.is_empty() {
        return Ok(());
    }
    bail!("{}", faults.join("\n\n"))
}

/// `cargo deny`, where it is installed.
fn dependencies(workspace: &Workspace) -> Result<()> {
    if !has_deny() {
        println!("  {DENY_IS_MISSING}");
        return Ok(());
    }
    process::run(&mut dependencies_command(workspace))
}

/// Said where deny.toml could not be applied. Building cargo-deny takes longer than all our tests, so nobody is made to.
pub(crate) const DENY_IS_MISSING: &str =
    "deny.toml was not applied: cargo-deny is not installed (`cargo install --locked cargo-deny`)";

/// Whether cargo-deny is installed.
pub(crate) fn has_deny() -> bool {
    process::answers("cargo-deny", &["--version"])
}

/// Licences, bans and sources; not the advisories, which need a network.
pub(crate) fn dependencies_command(workspace: &Workspace) -> Command {
    let mut command = Command::new(process::cargo());
    command.args(["deny", "check", "licenses", "bans", "sources"]).current_dir(&workspace.root);
    command
}

fn generated_files(workspace: &Workspace) -> Result<()> {
    tools::require_node()?;
    generate::check_openapi(workspace)?;
    generate::check_types(workspace)
}
