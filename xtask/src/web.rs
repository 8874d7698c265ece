//! `web`: builds the browser packages and lays them where the server embeds them.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::workspace::Workspace;
use crate::{files, no_arguments, process, tools};

const INSTALL_TRIES: u32 = 3;

/// A package whose built files the server carries.
struct Part {
    /// Its folder in `web/` and in `crates/server/assets/`.
    folder: &'static str,
    /// In words.
    title: &'static str,
    /// Files that its build must produce; the server serves them under these names.
    files: &'static [&'static str],
}

/// In the order in which they need each other.
const PARTS: [Part; 3] = [
    Part { folder: "sdk", title: "browser SDK", files: &["waybill.js", "index.js", "web-messaging-sdk.tgz"] },
    Part {
        folder: "widget",
        title: "messenger",
        files: &["messenger.js", "messenger-body.js", "web-messaging-sdk-ui.tgz"],
    },
    Part { folder: "console", title: "console", files: &["index.html"] },
];

/// Builds, whether needed or not.
pub(crate) fn run(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    no_arguments("web", arguments)?;
    tools::require_node()?;
    build(workspace)
}

/// Builds when a source differs from what was built last.
pub(crate) fn build_if_stale(workspace: &Workspace) -> Result<()> {
    tools::require_node()?;
    for part in &PARTS {
        let embedded = part.embedded(workspace);
        let complete = part.files.iter().all(|name| embedded.join(name).is_file());
        if complete && files::holds(&part.stamp(workspace), &part.fingerprint(workspace)?) {
            println!("  {}: up to date", part.title);
        } else {
            part.build(workspace)?;
        }
    }
    Ok(())
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
    PARTS.iter().try_for_each(|part| part.build(workspace))
}

impl Part {
    fn build(&self, workspace: &Workspace) -> Result<()> {
        let Self { folder, title, files: expected } = self;
        install_packages(workspace)?;
        // Taken before the build, so that an edit made during it leads to another build.
        let fingerprint = self.fingerprint(workspace)?;
        println!("  building the {title}");
        process::run(npm(workspace).args(["run", "build", "--workspace", folder]))?;
        let built = workspace.web().join(folder).join("dist");
        if let Some(missing) = expected.iter().find(|name| !built.join(name).is_file()) {
            bail!("the build of web/{folder} did not make dist/{missing}");
        }
        let count = files::replace_folder(&built, &self.embedded(workspace))?;
        println!("  {count} files of the {title} lie ready to be embedded by the next cargo build");
        files::write(&self.stamp(workspace), &fingerprint)
    }

    fn embedded(&self, workspace: &Workspace) -> PathBuf {
        workspace.root.join("crates/server/assets").join(self.folder)
    }

    fn stamp(&self, workspace: &Workspace) -> PathBuf {
        workspace.target.join(format!("xtask/web-{}.stamp", self.folder))
    }

    fn fingerprint(&self, workspace: &Workspace) -> Result<String> {
        let web = workspace.web();
        // The messenger is bundled with the sources of the SDK.
        let mut sources = files::sources(&web.join("sdk"))?;
        sources.extend(files::sources(&web.join(self.folder))?);
        sources.extend(manifests(&web)?);
        files::fingerprint(&sources)
    }
}

/// The lock file, npm's settings and every package.json.
fn manifests(web: &Path) -> Result<Vec<PathBuf>> {
    let named = ["package-lock.json", ".npmrc"].map(|name| web.join(name));
    let mut found: Vec<PathBuf> = named.into_iter().filter(|file| file.is_file()).collect();
    found.extend(files::sources(web)?.into_iter().filter(|file| file.ends_with("package.json")));
    Ok(found)
}
