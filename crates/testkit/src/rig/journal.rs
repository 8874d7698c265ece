//! A power cut, replayed: from the shim's journal the folder is built as a disk would hold it that keeps what was synced
//! and of the rest nothing, or some of it.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

use super::dice::Dice;

/// What the disk keeps of that which was written and not synced.
#[derive(Debug, Clone)]
pub enum Unsynced {
    /// Nothing.
    Gone,
    /// Each write whole, in part or not at all, as chance wants it.
    Some(Dice),
}

/// Which part of the journal happened before the cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// All of it.
    End,
    /// All but the last `n` syncs, as if the disk had lied about them.
    WithoutLastSyncs(usize),
}

/// One record of the journal.
#[derive(Debug)]
enum Entry {
    Write { path: PathBuf, offset: u64, bytes: Vec<u8> },
    Truncate { path: PathBuf, length: u64 },
    Sync { path: PathBuf },
    Unlink { path: PathBuf },
    Rename { from: PathBuf, to: PathBuf },
}

/// Something done to a file's bytes.
#[derive(Debug)]
enum Change {
    Write(u64, Vec<u8>),
    Truncate(u64),
}

#[derive(Debug, Default)]
struct File {
    synced: Vec<u8>,
    waiting: Vec<Change>,
}

/// A disk that forgets: bytes by sync of the file, names by sync of the folder.
#[derive(Debug, Default)]
struct Disk {
    folder: PathBuf,
    files: Vec<File>,
    /// What the running program sees.
    names: BTreeMap<PathBuf, usize>,
    /// What is there after the cut.
    kept_names: BTreeMap<PathBuf, usize>,
}

/// Builds into `target` what a disk would hold of `folder`, that began as `before`, after the journal and a power cut.
///
/// # Errors
/// When the journal can't be read, or the target not written.
pub fn replay(
    before: &Path,
    folder: &Path,
    journal: &Path,
    until: Until,
    unsynced: &mut Unsynced,
    target: &Path,
) -> Result<()> {
    let mut disk = Disk::begin(before, folder)?;
    let mut entries = read(journal)?;
    if let Until::WithoutLastSyncs(count) = until {
        let syncs: Vec<usize> =
            (0..entries.len()).filter(|index| matches!(entries[*index], Entry::Sync { .. })).collect();
        let cut = syncs.len().checked_sub(count).and_then(|index| syncs.get(index)).copied();
        entries.truncate(cut.context("the journal has fewer syncs than that")?);
    }
    for entry in entries {
        disk.apply(entry);
    }
    disk.write(unsynced, target)
}

impl Disk {
    /// What was there before the server started was synced long ago.
    fn begin(before: &Path, folder: &Path) -> Result<Self> {
        let mut disk = Self { folder: folder.to_owned(), ..Self::default() };
        for entry in std::fs::read_dir(before)? {
            let entry = entry?;
            let path = folder.join(entry.file_name());
            disk.names.insert(path.clone(), disk.files.len());
            disk.files.push(File { synced: std::fs::read(entry.path())?, waiting: Vec::new() });
        }
        disk.kept_names = disk.names.clone();
        Ok(disk)
    }

    fn file(&mut self, path: PathBuf) -> &mut File {
        let next = self.files.len();
        let index = *self.names.entry(path).or_insert(next);
        if index == next {
            self.files.push(File::default());
        }
        &mut self.files[index]
    }

    fn apply(&mut self, entry: Entry) {
        match entry {
            Entry::Write { path, offset, bytes } => self.file(path).waiting.push(Change::Write(offset, bytes)),
            Entry::Truncate { path, length } => self.file(path).waiting.push(Change::Truncate(length)),
            Entry::Sync { path } if path == self.folder => self.kept_names = self.names.clone(),
            Entry::Sync { path } => {
                let file = self.file(path);
                for change in std::mem::take(&mut file.waiting) {
                    change.apply(&mut file.synced);
                }
            }
            Entry::Unlink { path } => drop(self.names.remove(&path)),
            Entry::Rename { from, to } => {
                if let Some(index) = self.names.remove(&from) {
                    self.names.insert(to, index);
                }
            }
        }
    }

    fn write(mut self, unsynced: &mut Unsynced, target: &Path) -> Result<()> {
        std::fs::create_dir_all(target)?;
        for (path, index) in &self.kept_names {
            let file = &mut self.files[*index];
            if let Unsynced::Some(dice) = unsynced {
                for change in std::mem::take(&mut file.waiting) {
                    change.perhaps(dice).into_iter().for_each(|change| change.apply(&mut file.synced));
                }
            }
            let name = path.file_name().context("a file without a name")?;
            let path = target.join(name);
            std::fs::write(&path, &file.synced)?;
            // Modes are the directory's business, which the journal does not follow: a private file stays private.
            std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
        }
        Ok(())
    }
}

impl Change {
    fn apply(self, bytes: &mut Vec<u8>) {
        match self {
            Self::Truncate(length) => bytes.resize(size(length), 0),
            Self::Write(offset, new) => {
                let (start, end) = (size(offset), size(offset) + new.len());
                if bytes.len() < end {
                    bytes.resize(end, 0);
                }
                bytes[start..end].copy_from_slice(&new);
            }
        }
    }

    /// Whole, in part, or not at all.
    fn perhaps(self, dice: &mut Dice) -> Option<Self> {
        match (dice.below(3), self) {
            (0, _) => None,
            (1, Self::Write(offset, mut bytes)) => {
                let kept = dice.below(bytes.len() as u64 + 1);
                bytes.truncate(size(kept));
                Some(Self::Write(offset, bytes))
            }
            (_, whole) => Some(whole),
        }
    }
}

fn size(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

fn read(journal: &Path) -> Result<Vec<Entry>> {
    let bytes = std::fs::read(journal).context("no journal: the shim was not loaded")?;
    let mut rest = bytes.as_slice();
    let mut entries = Vec::new();
    while let Some(entry) = read_entry(&mut rest)? {
        entries.push(entry);
    }
    Ok(entries)
}

/// The next record; the last one may be cut off, by the kill.
fn read_entry(rest: &mut &[u8]) -> Result<Option<Entry>> {
    let Some((head, after)) = rest.split_at_checked(21) else { return Ok(None) };
    let path_length = u32::from_ne_bytes(head[1..5].try_into()?) as usize;
    let offset = u64::from_ne_bytes(head[5..13].try_into()?);
    let length = size(u64::from_ne_bytes(head[13..21].try_into()?));
    let Some((path, after)) = after.split_at_checked(path_length) else { return Ok(None) };
    let Some((bytes, after)) = after.split_at_checked(length) else { return Ok(None) };
    *rest = after;
    let path = PathBuf::from(std::str::from_utf8(path)?);
    Ok(Some(match head[0] {
        b'W' => Entry::Write { path, offset, bytes: bytes.to_vec() },
        b'T' => Entry::Truncate { path, length: offset },
        b'S' => Entry::Sync { path },
        b'U' => Entry::Unlink { path },
        b'R' => Entry::Rename { from: path, to: PathBuf::from(std::str::from_utf8(bytes)?) },
        other => bail!("the journal has a record of kind {other}"),
    }))
}
