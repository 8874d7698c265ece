//! Web files from a folder instead of the binary, so that a page can be worked on without compiling the server. Debug builds only.

use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::SystemTime;

use super::{Asset, content_type::content_type};

/// `WAYBILL_ASSETS`: a folder laid out as `crates/server/assets/`.
static FOLDER: LazyLock<Option<PathBuf>> = LazyLock::new(|| std::env::var_os("WAYBILL_ASSETS").map(PathBuf::from));

/// What was read, by path. A file that changes is read again and its older bytes stay until the process ends.
static READ: LazyLock<Mutex<HashMap<String, (SystemTime, &'static Asset)>>> = LazyLock::new(Mutex::default);

pub(super) fn find(path: &str) -> Option<&'static Asset> {
    let relative = Path::new(path);
    if !relative.components().all(|part| matches!(part, Component::Normal(_))) {
        return None;
    }
    let file = FOLDER.as_ref()?.join(relative);
    let changed = file.metadata().ok().filter(std::fs::Metadata::is_file)?.modified().ok()?;
    let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((when, asset)) = read.get(path)
        && *when == changed
    {
        return Some(asset);
    }
    let bytes = std::fs::read(&file).ok()?;
    let etag = format!("\"{:x}-{:x}\"", bytes.len(), changed.duration_since(SystemTime::UNIX_EPOCH).ok()?.as_nanos());
    let asset = Box::leak(Box::new(Asset {
        path: Box::leak(path.into()),
        content_type: content_type(path),
        etag: Box::leak(etag.into()),
        bytes: Box::leak(bytes.into()),
        gzip: None,
    }));
    read.insert(path.to_owned(), (changed, asset));
    Some(asset)
}
