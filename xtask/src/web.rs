//! `web`: builds the browser packages and lays them where the server embeds them.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::workspace::Workspace;
use crate::{files, no_arguments, process, tools};

const INSTALL_TRIES: u32 = 3;

/// Files that the SDK's build must produce; the server serves them under these names.
const SDK_FILES: [&str; 3] = ["waybill.js", "index.js", "web-messaging-sdk.tgz"];

/// Builds, whether needed or not.
pub(crate) fn run(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    no_arguments("web", arguments)?;
    tools::require_node()?;
    build(workspace)
}

/// Builds when a source differs from what was built last.
pub(crate) fn build_if_stale(workspace: &Workspace) -> Result<()> {
    tools::require_node()?;
    let embedded = embedded_sdk(workspace);
    let complete = SDK_FILES.iter().all(|name| embedded.join(name).is_file());
    if complete && files::holds(&stamp(workspace), &sdk_fingerprint(workspace)?) {
        println!("  browser SDK: up to date");
        return Ok(());
    }
    build(workspace)
}

/// `npm ci`, when what is installed is not what the lock file says.
pub(crate) fn install_packages(workspace: &Workspace) -> Result<()> {
    let web = workspace.web();
    if !web.join("package-lock.json").is_file() {
        bail!("web/package-lock.json is missing; run `npm install` in web/ and commit it");
    }
    let stamp = web.join("node_modules/.waybill-stamp");
    let fingerprint = files::fingerprint(&manifests(&web)?)?;
    if files::holds(&stamp, &fingerprint) {
        println!("  npm packages: up to date");
        return Ok(());
    }
    println!("  installing npm packages (a minute or two on a fresh clone)");
    for attempt in 1..=INSTALL_TRIES {
        match process::run(npm(workspace).args(["ci", "--no-audit", "--no-fund"])) {
            Ok(()) => break,
            Err(error) if attempt == INSTALL_TRIES => return Err(error),
            Err(error) => println!("  {error:#}; trying again ({attempt} of {})", INSTALL_TRIES - 1),
        }
    }
    files::write(&stamp, &fingerprint)
}

/// npm in the folder of the workspaces. Browsers come from the system, never from a package's install script.
pub(crate) fn npm(workspace: &Workspace) -> Command {
    let mut command = Command::new("npm");
    command
        .current_dir(workspace.web())
        .env("PUPPETEER_SKIP_DOWNLOAD", "1")
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    command
}

fn build(workspace: &Workspace) -> Result<()> {
    install_packages(workspace)?;
    // Taken before the build, so that an edit made during it leads to another build.
    let fingerprint = sdk_fingerprint(workspace)?;
    println!("  building the browser SDK");
    process::run(npm(workspace).args(["run", "build", "--workspace", "sdk"]))?;
    let built = workspace.web().join("sdk/dist");
    if let Some(missing) = SDK_FILES.iter().find(|name| !built.join(name).is_file()) {
        bail!("the build of web/sdk did not make dist/{missing}");
    }
    let count = files::replace_folder(&built, &embedded_sdk(workspace))?;
    println!("  {count} files of the SDK lie ready to be embedded by the next cargo build");
    files::write(&stamp(workspace), &fingerprint)
}

fn embedded_sdk(workspace: &Workspace) -> PathBuf {
    workspace.root.join("crates/server/assets/sdk")
}

fn stamp(workspace: &Workspace) -> PathBuf {
    workspace.target.join("xtask/web-sdk.stamp")
}

fn sdk_fingerprint(workspace: &Workspace) -> Result<String> {
    let web = workspace.web();
    let mut sources = files::sources(&web.join("sdk"))?;
    sources.extend(manifests(&web)?);
    files::fingerprint(&sources)
}

/// The lock file, npm's settings and every package.json.
fn manifests(web: &Path) -> Result<Vec<PathBuf>> {
    let named = ["package-lock.json", ".npmrc"].map(|name| web.join(name));
    let mut found: Vec<PathBuf> = named.into_iter().filter(|file| file.is_file()).collect();
    found.extend(files::sources(web)?.into_iter().filter(|file| file.ends_with("package.json")));
    Ok(found)
}
