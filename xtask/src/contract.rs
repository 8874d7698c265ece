//! `contract`: clients and tools of others, written in Python, against the real server.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, bail};

use crate::workspace::Workspace;
use crate::{crash, files, no_arguments, process, tools};

const INSTALL_TRIES: u32 = 3;

/// Runs both scripts against a fresh server, and nothing else.
pub(crate) fn run(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    no_arguments("contract", arguments)?;
    install_packages(workspace)?;
    process::run(&mut crash::build_server(workspace))?;
    process::run(&mut client_command(workspace)?)?;
    process::run(&mut api_command(workspace)?)
}

/// Makes the virtual environment anew, when its packages are not those that `contract/requirements.txt` names.
pub(crate) fn install_packages(workspace: &Workspace) -> Result<()> {
    tools::install_for_contract_tests()?;
    let (folder, requirements) = (environment(workspace), script(workspace, "requirements.txt")?);
    let stamp = folder.join(".waybill-stamp");
    let fingerprint = files::fingerprint(std::slice::from_ref(&requirements))?;
    if files::holds(&stamp, &fingerprint) && works(workspace) {
        println!("  Python packages: up to date");
        return Ok(());
    }
    println!("  installing Python packages (a minute on a fresh clone)");
    process::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
    for attempt in 1..=INSTALL_TRIES {
        let mut install = python(workspace);
        install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"]).arg(&requirements);
        match process::run(&mut install) {
            Ok(()) => break,
            Err(error) if attempt == INSTALL_TRIES => return Err(error),
            Err(error) => println!("  {error:#}; trying again ({attempt} of {})", INSTALL_TRIES - 1),
        }
    }
    files::write(&stamp, &fingerprint)
}

/// The field's own Python client, through a scripted session.
pub(crate) fn client_command(workspace: &Workspace) -> Result<Command> {
    script_command(workspace, "python_client.py")
}

/// Every operation of the OpenAPI document, with requests drawn from it.
pub(crate) fn api_command(workspace: &Workspace) -> Result<Command> {
    script_command(workspace, "api.py")
}

fn script_command(workspace: &Workspace, name: &str) -> Result<Command> {
    let script = script(workspace, name)?;
    if !works(workspace) {
        bail!("the Python packages are not installed; `cargo xtask contract` does it");
    }
    let mut command = python(workspace);
    command
        .arg(script)
        .current_dir(&workspace.root)
        .env("WAYBILL_BIN", workspace.debug_binary())
        // Lines come as they are printed, and the sources stay without compiled copies.
        .env("PYTHONUNBUFFERED", "1")
        .env("PYTHONDONTWRITEBYTECODE", "1");
    Ok(command)
}

fn script(workspace: &Workspace, name: &str) -> Result<PathBuf> {
    let file = workspace.root.join("contract").join(name);
    if file.is_file() { Ok(file) } else { bail!("contract/{name} is missing") }
}

fn environment(workspace: &Workspace) -> PathBuf {
    workspace.target.join("contract")
}

/// The Python of the virtual environment.
fn python(workspace: &Workspace) -> Command {
    Command::new(environment(workspace).join("bin/python"))
}

/// A virtual environment breaks when the Python that made it goes.
fn works(workspace: &Workspace) -> bool {
    process::answers(&environment(workspace).join("bin/python").to_string_lossy(), &["--version"])
}
