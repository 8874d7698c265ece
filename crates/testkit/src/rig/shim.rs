//! Failing syncs and writes: a small C file preloaded into the server. See `shim/fault_shim.c`.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use anyhow::{Context, Result, anyhow, bail};

const SOURCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/shim/fault_shim.c");

/// What shall go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// The N-th sync fails with an input/output error.
    Sync(u64),
    /// The N-th write and all after it find no room.
    Full(u64),
    /// The N-th write fails with an input/output error.
    Write(u64),
    /// The N-th write takes half of its bytes.
    Short(u64),
}

/// What was counted in a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Syncs of files and folders.
    pub syncs: u64,
    /// Writes to files.
    pub writes: u64,
    /// Calls that were made to fail.
    pub faults: u64,
    /// Whether the shim was in the process at all.
    pub loaded: bool,
}

/// How one server is to be hurt.
#[derive(Debug, Clone)]
pub struct Shim {
    library: PathBuf,
    folder: PathBuf,
    aside: PathBuf,
    wrong: Option<Wrong>,
}

impl Shim {
    /// Watches a data folder; its own files go to the folder `aside`.
    ///
    /// # Errors
    /// When the shim can't be built.
    pub fn new(folder: &Path, aside: &Path, wrong: Option<Wrong>) -> Result<Self> {
        std::fs::create_dir_all(aside)?;
        // The kernel names files by their real paths.
        let folder = folder.canonicalize().context("the data folder must exist")?;
        Ok(Self { library: library()?, folder, aside: aside.canonicalize()?, wrong })
    }

    /// The environment that the server is started with.
    #[must_use]
    pub fn environment(&self) -> Vec<(&'static str, OsString)> {
        let mut environment = vec![
            ("LD_PRELOAD", self.library.clone().into_os_string()),
            ("FAULT_SHIM_FOLDER", self.folder.clone().into_os_string()),
            ("FAULT_SHIM_COUNTS", self.counts_file().into_os_string()),
            ("FAULT_SHIM_WHILE", self.full_file().into_os_string()),
            ("FAULT_SHIM_JOURNAL", self.journal().into_os_string()),
        ];
        let fault = match self.wrong {
            None => return environment,
            Some(Wrong::Sync(number)) => format!("sync {number} EIO"),
            Some(Wrong::Full(number)) => format!("write {number}+ ENOSPC"),
            Some(Wrong::Write(number)) => format!("write {number} EIO"),
            Some(Wrong::Short(number)) => format!("write {number} short"),
        };
        environment.push(("FAULT_SHIM_FAULT", fault.into()));
        environment
    }

    /// The journal of everything that was written and synced.
    #[must_use]
    pub fn journal(&self) -> PathBuf {
        self.aside.join("journal")
    }

    /// The watched folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// From now on the disk is full.
    ///
    /// # Errors
    /// When the switch can't be written.
    pub fn fill_the_disk(&self) -> Result<()> {
        Ok(std::fs::write(self.full_file(), "")?)
    }

    /// From now on there is room again.
    ///
    /// # Errors
    /// When the switch can't be removed.
    pub fn make_room(&self) -> Result<()> {
        Ok(std::fs::remove_file(self.full_file())?)
    }

    /// What was counted so far.
    ///
    /// # Errors
    /// When there are no counts: the shim is not in the process.
    pub fn counts(&self) -> Result<Counts> {
        let bytes = std::fs::read(self.counts_file()).context("no counts: the shim was not loaded")?;
        let number = |index: usize| -> Result<u64> {
            let bytes = bytes.get(index * 8..index * 8 + 8).context("the counts are cut off")?;
            Ok(u64::from_ne_bytes(bytes.try_into()?))
        };
        Ok(Counts { syncs: number(0)?, writes: number(1)?, faults: number(2)?, loaded: number(3)? == 1 })
    }

    fn counts_file(&self) -> PathBuf {
        self.aside.join("counts")
    }

    fn full_file(&self) -> PathBuf {
        self.aside.join("full")
    }
}

/// Builds the shim, once per process.
fn library() -> Result<PathBuf> {
    static LIBRARY: OnceLock<std::result::Result<PathBuf, String>> = OnceLock::new();
    LIBRARY.get_or_init(|| build().map_err(|error| format!("{error:#}"))).clone().map_err(|error| anyhow!(error))
}

fn build() -> Result<PathBuf> {
    let own = std::env::current_exe()?;
    let folder = own.parent().context("this program stands in no folder")?;
    // Several test programs may build it at the same time: each writes its own file.
    let library = folder.join(format!("libfault_shim.{}.so", std::process::id()));
    let output = Command::new("cc")
        .args(["-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o"])
        .arg(&library)
        .arg(SOURCE)
        .args(["-ldl", "-lpthread"])
        .output()
        .context("`cc` was not found; install a C compiler with the headers of libc")?;
    if !output.status.success() {
        bail!("the shim was not built: {}", String::from_utf8_lossy(&output.stderr));
    }
    let shared = folder.join("libfault_shim.so");
    std::fs::rename(&library, &shared)?;
    Ok(shared)
}
