//! `dist`: an archive that a machine without Rust and Node can run.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::workspace::Workspace;
use crate::{build, files, no_arguments, process};

/// What lies in the archive beside the binary: (path in the repository, name in the archive).
const BESIDE: [(&str, &str); 6] = [
    // Every key with its default and what it does.
    ("crates/server/config/waybill.default.toml", "waybill.toml"),
    ("packaging/waybill.service", "waybill.service"),
    ("LICENSE-MIT", "LICENSE-MIT"),
    ("LICENSE-APACHE", "LICENSE-APACHE"),
    ("README.md", "README.md"),
    ("SECURITY.md", "SECURITY.md"),
];

/// Builds the release binary and packs it.
pub(crate) fn run(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    no_arguments("dist", arguments)?;
    build::run(workspace, &[])?;
    let name = format!("waybill-{}-{}", env!("CARGO_PKG_VERSION"), host()?);
    let dist = workspace.root.join("dist");
    let folder = dist.join(&name);
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fill(workspace, &folder)?;
    let archive = format!("{name}.tar.gz");
    // Sorted, without owner and with one time, so that the same inputs give the same archive.
    process::run(
        Command::new("tar")
            .args(["--sort=name", "--owner=0", "--group=0", "--numeric-owner", "--mtime=@0"])
            .args(["--use-compress-program=gzip -9n", "-cf", &archive, &name])
            .current_dir(&dist),
    )?;
    let sum = process::output(Command::new("sha256sum").arg(&archive).current_dir(&dist))?;
    files::write(&dist.join(format!("{archive}.sha256")), &sum)?;
    fs::remove_dir_all(&folder)?;
    print!("  dist/{archive}\n  {sum}");
    Ok(())
}

fn fill(workspace: &Workspace, folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)?;
    let copy = |from: &Path, to: &str| {
        fs::copy(from, folder.join(to)).with_context(|| format!("copying {} into the archive", from.display()))
    };
    copy(&workspace.release_binary(), "waybill")?;
    for (path, name) in BESIDE {
        copy(&workspace.root.join(path), name)?;
    }
    Ok(())
}

fn host() -> Result<String> {
    let version = process::output(Command::new("rustc").arg("-vV"))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("`rustc -vV` names no host")?.to_owned())
}
