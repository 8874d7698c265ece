//! `gen`: the files that are made from the code and yet kept in the repository.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, bail};

use crate::workspace::Workspace;
use crate::{crash, files, no_arguments, process, tools, web};

/// Packages with types that are made from the OpenAPI document.
const TYPED: [&str; 2] = ["sdk", "console"];

/// Writes all generated files anew.
pub(crate) fn run(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    no_arguments("gen", arguments)?;
    tools::require_node()?;
    files::write(&openapi_file(workspace), &openapi(workspace)?)?;
    println!("  wrote docs/reference/openapi.json");
    let events = process::output(Command::new(workspace.debug_binary()).args(["openapi", "--events"]))?;
    files::write(&workspace.root.join("docs/reference/asyncapi.json"), &events)?;
    println!("  wrote docs/reference/asyncapi.json");
    let flows = process::output(Command::new(workspace.debug_binary()).args(["flow", "schema"]))?;
    files::write(&workspace.root.join("docs/reference/flow.schema.json"), &flows)?;
    println!("  wrote docs/reference/flow.schema.json");
    web::install_packages(workspace)?;
    TYPED.iter().try_for_each(|member| process::run(&mut generate_types(workspace, member)))
}

/// Fails when the OpenAPI document in the repository is not what the server would write.
pub(crate) fn check_openapi(workspace: &Workspace) -> Result<()> {
    if files::holds(&openapi_file(workspace), &openapi(workspace)?) {
        return Ok(());
    }
    bail!("docs/reference/openapi.json is stale; run `cargo xtask gen` and commit it")
}

/// Fails when the packages' wire types are not what the OpenAPI document gives; puts back what was there.
pub(crate) fn check_types(workspace: &Workspace) -> Result<()> {
    web::install_packages(workspace)?;
    let before = typed_sources(workspace)?;
    let made = TYPED.iter().try_for_each(|member| process::run(&mut generate_types(workspace, member)));
    let after = typed_sources(workspace)?;
    let mut stale = Vec::new();
    for (file, bytes) in &after {
        match before.get(file) {
            Some(old) if old == bytes => {}
            Some(old) => {
                fs::write(file, old)?;
                stale.push(file.display().to_string());
            }
            None => {
                fs::remove_file(file)?;
                stale.push(file.display().to_string());
            }
        }
    }
    made?;
    if stale.is_empty() {
        return Ok(());
    }
    bail!("stale: {}; run `cargo xtask gen` and commit", stale.join(", "))
}

fn openapi(workspace: &Workspace) -> Result<String> {
    process::run(&mut crash::build_server(workspace))?;
    process::output(Command::new(workspace.debug_binary()).arg("openapi"))
}

fn openapi_file(workspace: &Workspace) -> PathBuf {
    workspace.root.join("docs/reference/openapi.json")
}

fn generate_types(workspace: &Workspace, member: &str) -> Command {
    let mut command = web::npm(workspace);
    command.args(["run", "gen", "--workspace", member]);
    command
}

fn typed_sources(workspace: &Workspace) -> Result<BTreeMap<PathBuf, Vec<u8>>> {
    let mut sources = BTreeMap::new();
    for member in TYPED {
        for file in files::sources(&workspace.web().join(member).join("src"))? {
            let bytes = fs::read(&file)?;
            sources.insert(file, bytes);
        }
    }
    Ok(sources)
}
