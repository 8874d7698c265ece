//! What is true of every store, and what only a file can show.

/// The suite as a server runs it.
mod with_memory {
    use crate::SqliteStore;

    crate::store_conformance!(async { SqliteStore::in_memory().unwrap() });
}

/// The suite without any memory: every read comes from the file.
mod from_the_file {
    use crate::{SqliteOptions, SqliteStore};

    crate::store_conformance!(async {
        let options = SqliteOptions { conversation_bytes: 0, log_bytes: 0, ..SqliteOptions::default() };
        SqliteStore::in_memory_with(options).unwrap()
    });
}
