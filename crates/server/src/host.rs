//! What the process asks of its machine: files that nobody else reads, and as many open ones as it may have.

use rustix::{
    fs::Mode,
    process::{Resource, Rlimit, getrlimit, setrlimit, umask},
};

/// Open files that are no connections: the database, its readers, logs.
const OWN_FILES: u64 = 64;

/// Makes every file that this process creates from now on readable for its owner alone: they hold personal data.
pub fn keep_files_private() {
    umask(Mode::RWXG | Mode::RWXO);
}

/// Raises the number of open files as far as the system lets us, and says so when it is below what was configured.
pub fn raise_open_files(connections: usize) {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current == maximum {
        return warn_if_short(current, connections);
    }
    match setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }) {
        Ok(()) => warn_if_short(maximum, connections),
        Err(error) => {
            tracing::warn!(%error, "the limit of open files can't be raised");
            warn_if_short(current, connections);
        }
    }
}

/// `None` is no limit.
fn warn_if_short(open_files: Option<u64>, connections: usize) {
    let wanted = connections as u64 + OWN_FILES;
    if let Some(open_files) = open_files.filter(|open_files| *open_files < wanted) {
        tracing::warn!(
            open_files,
            connections,
            "the system allows fewer open files than limits.connections needs; raise `ulimit -n` (LimitNOFILE)"
        );
    }
}
