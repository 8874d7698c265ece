//! Where things are, and who depends on whom, as `cargo metadata` says.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::json::Json;
use crate::process;

/// The cargo workspace that this command belongs to.
pub(crate) struct Workspace {
    /// The root of the repository.
    pub(crate) root: PathBuf,
    /// Cargo's target folder.
    pub(crate) target: PathBuf,
    /// The packages of the workspace.
    pub(crate) packages: Vec<Package>,
}

/// A package of the workspace with its direct dependencies.
#[derive(Debug, Clone)]
pub(crate) struct Package {
    /// The package's name, such as `waybill-model`.
    pub(crate) name: String,
    /// What its manifest names, of all kinds.
    pub(crate) dependencies: Vec<Dependency>,
}

/// One line of a manifest's dependency tables.
#[derive(Debug, Clone)]
pub(crate) struct Dependency {
    /// The name of the package depended on.
    pub(crate) name: String,
    /// In which table it stands.
    pub(crate) kind: Kind,
}

/// The dependency tables of a manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `[dependencies]`
    Normal,
    /// `[dev-dependencies]`
    Dev,
    /// `[build-dependencies]`
    Build,
}

impl Workspace {
    /// Asks cargo.
    pub(crate) fn load() -> Result<Self> {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = here.parent().context("xtask has no parent folder")?.to_path_buf();
        let text = process::output(
            Command::new(process::cargo()).args(["metadata", "--no-deps", "--format-version", "1"]).current_dir(&root),
        )?;
        let metadata = Json::parse(&text).context("reading `cargo metadata`")?;
        let packages = metadata.field("packages")?.list()?.iter().map(package).collect::<Result<_>>()?;
        let target = PathBuf::from(metadata.field("target_directory")?.text()?);
        Ok(Self { root, target, packages })
    }

    /// The folder of the browser workspaces.
    pub(crate) fn web(&self) -> PathBuf {
        self.root.join("web")
    }

    /// The debug build of the server.
    pub(crate) fn debug_binary(&self) -> PathBuf {
        self.target.join("debug/waybill")
    }

    /// The release build of the server.
    pub(crate) fn release_binary(&self) -> PathBuf {
        self.target.join("release/waybill")
    }
}

fn package(json: &Json) -> Result<Package> {
    Ok(Package {
        name: json.field("name")?.text()?.to_owned(),
        dependencies: json.field("dependencies")?.list()?.iter().map(dependency).collect::<Result<_>>()?,
    })
}

fn dependency(json: &Json) -> Result<Dependency> {
    let kind = match json.field("kind")? {
        Json::Text(kind) if kind == "dev" => Kind::Dev,
        Json::Text(kind) if kind == "build" => Kind::Build,
        _ => Kind::Normal,
    };
    Ok(Dependency { name: json.field("name")?.text()?.to_owned(), kind })
}
