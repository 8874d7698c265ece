//! The programs that are not ours: is Node there, and what else do the tests need?

use std::io::Write;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::process;

const OLDEST_NODE: (u32, u32) = (20, 19);

/// Node and npm, new enough; otherwise one plain sentence.
pub(crate) fn require_node() -> Result<()> {
    let remedy = "install Node 20.19 or newer with npm (https://nodejs.org)";
    let Ok(found) = Command::new("node").arg("--version").output() else {
        bail!("the browser SDK is built with Node, which was not found; {remedy}");
    };
    let version = String::from_utf8_lossy(&found.stdout).trim().to_owned();
    match node_version(&version) {
        Some(version) if version >= OLDEST_NODE => {}
        _ => bail!("Node {version} is too old; {remedy}"),
    }
    if !process::answers("npm", &["--version"]) {
        bail!("npm was not found beside Node; {remedy}");
    }
    println!("  found Node {version}");
    Ok(())
}

fn node_version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.strip_prefix('v')?.split('.').map(str::parse::<u32>);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(major)), Some(Ok(minor))) => Some((major, minor)),
        _ => None,
    }
}

/// A program that tests need, and the Debian packages that bring it.
struct Need {
    what: &'static str,
    packages: &'static [&'static str],
    present: fn() -> bool,
}

const COMPILER: Need =
    Need { what: "a C compiler with the headers of libc", packages: &["gcc", "libc6-dev"], present: compiles_c };
const CHROMIUM: Need =
    Need { what: "Chromium", packages: &["chromium"], present: || process::answers("chromium", &["--version"]) };
const FIREFOX: Need = Need {
    what: "Firefox ESR",
    packages: &["firefox-esr"],
    present: || process::answers("firefox-esr", &["--version"]),
};

const CURL: Need = Need { what: "curl", packages: &["curl"], present: || process::answers("curl", &["--version"]) };
const PYTHON: Need = Need {
    what: "Python 3.11 or newer with venv",
    packages: &["python3", "python3-venv"],
    present: || process::answers("python3", &["-c", MAKES_ENVIRONMENTS]),
};

/// Debian's Python can be there without the parts that make a virtual environment with pip.
const MAKES_ENVIRONMENTS: &str = "import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))";

/// What the Rust tests need beside Rust.
pub(crate) fn install_for_rust_tests() -> Result<()> {
    install(&[COMPILER])
}

/// What all tests need beside Rust and Node.
pub(crate) fn install_for_all_tests() -> Result<()> {
    install(&[COMPILER, CHROMIUM, FIREFOX, CURL, PYTHON])
}

/// What the contract tests need beside Rust.
pub(crate) fn install_for_contract_tests() -> Result<()> {
    install(&[PYTHON])
}

/// Installs what is missing if we may; otherwise says what to type.
fn install(needs: &[Need]) -> Result<()> {
    let missing: Vec<&Need> = needs.iter().filter(|need| !(need.present)()).collect();
    if missing.is_empty() {
        for need in needs {
            println!("  found {}", need.what);
        }
        return Ok(());
    }
    let names = missing.iter().map(|need| need.what).collect::<Vec<_>>().join(", ");
    let packages: Vec<&str> = missing.iter().flat_map(|need| need.packages).copied().collect();
    let line = format!("apt-get update && apt-get install -y --no-install-recommends {}", packages.join(" "));
    if !process::answers("apt-get", &["--version"]) {
        bail!("missing: {names}; install them with the package manager of this system");
    }
    if !is_root()? {
        bail!("missing: {names}; run this as root, then try again:\n\n    {line}\n");
    }
    println!("  missing: {names}; installing");
    process::run(apt().args(["update", "-q"]))?;
    process::run(apt().args(["install", "-y", "-q", "--no-install-recommends"]).args(packages))?;
    match missing.iter().find(|need| !(need.present)()) {
        None => Ok(()),
        Some(need) => bail!("{} is still not usable after `{line}`", need.what),
    }
}

fn apt() -> Command {
    let mut command = Command::new("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command
}

fn is_root() -> Result<bool> {
    Ok(process::output(Command::new("id").arg("-u"))?.trim() == "0")
}

fn compiles_c() -> bool {
    compile_c().unwrap_or(false)
}

/// Compiles, without keeping it, the kind of file that the fault rigs preload.
fn compile_c() -> Result<bool> {
    let mut child = Command::new("cc")
        .args(["-x", "c", "-fsyntax-only", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let mut stdin = child.stdin.take().context("no standard input")?;
    stdin.write_all(b"#include <dlfcn.h>\n#include <unistd.h>\nint main(void) { return 0; }\n")?;
    drop(stdin);
    Ok(child.wait()?.success())
}

#[cfg(test)]
mod tests {
    use super::{OLDEST_NODE, node_version};

    #[test]
    fn node_versions_are_compared_by_number() {
        let new_enough = |text| node_version(text).is_some_and(|version| version >= OLDEST_NODE);
        assert!(new_enough("v20.19.0") && new_enough("v24.1.0") && new_enough("v100.0.0"));
        assert!(!new_enough("v20.9.4") && !new_enough("v18.20.1") && !new_enough("") && !new_enough("20.19.0"));
    }
}
