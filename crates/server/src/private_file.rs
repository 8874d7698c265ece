//! Files with secrets: readable for their owner alone, and whole or not there.

use std::{
    fs::{File, OpenOptions},
    io::{self, Write as _},
    path::Path,
};

/// Writes a file with mode 0600 by renaming a finished one, so that no reader ever sees half of it.
pub(crate) fn write(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let unfinished = folder.join(format!(".{name}.{}", std::process::id()));
    let written = write_new(&unfinished, text).and_then(|()| std::fs::rename(&unfinished, path));
    if let Err(error) = written {
        if let Err(left) = std::fs::remove_file(&unfinished)
            && left.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(error = %left, "an unfinished file stays behind");
        }
        return Err(error);
    }
    File::open(folder)?.sync_all()
}

fn write_new(path: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    // A leftover of that name keeps its old mode.
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}
