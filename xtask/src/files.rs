//! Walking, copying and fingerprinting folders.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Folders that hold made things, not sources.
const MADE: [&str; 6] = ["node_modules", "dist", "target", "test-results", "playwright-report", ".git"];

/// All files below a folder in order of their paths, without folders of made things. A missing folder is empty.
pub(crate) fn sources(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    if folder.is_dir() {
        walk(folder, &MADE, &mut found)?;
    }
    found.sort();
    Ok(found)
}

/// All files below a folder, whatever they are.
pub(crate) fn all(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    walk(folder, &[], &mut found)?;
    found.sort();
    Ok(found)
}

fn walk(folder: &Path, except: &[&str], found: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() && !except.iter().any(|name| entry.file_name() == *name) {
            walk(&entry.path(), except, found)?;
        } else if kind.is_file() {
            found.push(entry.path());
        }
    }
    Ok(())
}

/// A number that changes when a path or a content changes. Meant for stamps, not against forgers.
pub(crate) fn fingerprint(files: &[PathBuf]) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    for file in files {
        file.hash(&mut hasher);
        fs::read(file).with_context(|| format!("reading {}", file.display()))?.hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

/// Replaces a folder by a copy of another.
pub(crate) fn replace_folder(from: &Path, to: &Path) -> Result<usize> {
    if to.exists() {
        fs::remove_dir_all(to).with_context(|| format!("removing {}", to.display()))?;
    }
    let files = all(from)?;
    for file in &files {
        let target = to.join(file.strip_prefix(from)?);
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::copy(file, &target).with_context(|| format!("copying {}", file.display()))?;
    }
    Ok(files.len())
}

/// Whether the file holds exactly this text.
pub(crate) fn holds(file: &Path, text: &str) -> bool {
    fs::read_to_string(file).is_ok_and(|found| found == text)
}

/// Writes a file, making its folder where needed.
pub(crate) fn write(file: &Path, text: &str) -> Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(file, text).with_context(|| format!("writing {}", file.display()))
}
