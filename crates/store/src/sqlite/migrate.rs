//! Brings a database forward to this program's schema; never back.

mod entities;

use rusqlite::{Connection, OptionalExtension};

use super::{analytics, digest::payload_hash, fault::Fault, lists, open::OpenError};
use crate::StoreError;

/// One step of the schema, embedded in the program.
struct Migration {
    version: i64,
    name: &'static str,
    sql: &'static str,
    /// What SQL alone can't do, such as checksums; in the same transaction.
    then: fn(&Connection) -> Result<(), Fault>,
}

/// Most migrations need nothing more.
fn nothing(_: &Connection) -> Result<(), Fault> {
    Ok(())
}

/// In order; a published one is never edited: its checksum stands in every database.
const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 1,
        name: "the_log_and_its_projections",
        sql: include_str!("../../migrations/sqlite/0001_the_log_and_its_projections.sql"),
        then: nothing,
    },
    Migration {
        version: 2,
        name: "entities_and_tokens",
        sql: include_str!("../../migrations/sqlite/0002_entities_and_tokens.sql"),
        then: entities::move_former_rows,
    },
    Migration {
        version: 3,
        name: "webhooks",
        sql: include_str!("../../migrations/sqlite/0003_webhooks.sql"),
        then: nothing,
    },
    Migration {
        version: 4,
        name: "analytics",
        sql: include_str!("../../migrations/sqlite/0004_analytics.sql"),
        then: analytics::back_fill,
    },
    Migration {
        version: 5,
        name: "privacy",
        sql: include_str!("../../migrations/sqlite/0005_privacy.sql"),
        then: nothing,
    },
    Migration {
        version: 6,
        name: "signed_context",
        sql: include_str!("../../migrations/sqlite/0006_signed_context.sql"),
        then: nothing,
    },
    Migration {
        version: 7,
        name: "flows_and_routing",
        sql: include_str!("../../migrations/sqlite/0007_flows_and_routing.sql"),
        then: lists::list_agents_work,
    },
    Migration {
        version: 8,
        name: "handling",
        sql: include_str!("../../migrations/sqlite/0008_handling.sql"),
        then: analytics::back_fill_measures,
    },
];

/// The newest schema that this program knows.
pub(super) const KNOWN_SCHEMA: i64 = MIGRATIONS[MIGRATIONS.len() - 1].version;

/// The schema of a database; 0 for an empty one.
pub(super) fn schema_version(connection: &Connection) -> rusqlite::Result<i64> {
    let there: i64 = connection.query_row(
        "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'schema_migrations'",
        [],
        |row| row.get(0),
    )?;
    if there == 0 {
        return Ok(0);
    }
    connection.query_row("SELECT coalesce(max(version), 0) FROM schema_migrations", [], |row| row.get(0))
}

/// Refuses a schema that is newer than this program; reads only.
pub(super) fn refuse_newer(connection: &Connection) -> Result<i64, OpenError> {
    let found = schema_version(connection)?;
    if found > KNOWN_SCHEMA {
        return Err(OpenError::NewerSchema { found, known: KNOWN_SCHEMA });
    }
    Ok(found)
}

/// Applies what is missing, each step in one transaction, and compares what was applied with what this program has.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), OpenError> {
    refuse_newer(connection)?;
    connection.execute_batch(
        "CREATE TABLE IF NOT EXISTS schema_migrations (
             version INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum INTEGER NOT NULL
         ) STRICT",
    )?;
    for migration in MIGRATIONS {
        let checksum = payload_hash(migration.sql.as_bytes()).cast_signed();
        let applied: Option<i64> = connection
            .query_row("SELECT checksum FROM schema_migrations WHERE version = ?1", [migration.version], |row| {
                row.get(0)
            })
            .optional()?;
        match applied {
            Some(found) if found == checksum => {}
            Some(_) => return Err(OpenError::ChangedMigration { version: migration.version, name: migration.name }),
            None => {
                let transaction = connection.transaction()?;
                transaction.execute_batch(migration.sql)?;
                (migration.then)(&transaction).map_err(|fault| OpenError::Migration {
                    version: migration.version,
                    error: StoreError::from(fault).to_string(),
                })?;
                transaction.execute(
                    "INSERT INTO schema_migrations (version, name, checksum) VALUES (?1, ?2, ?3)",
                    (migration.version, migration.name, checksum),
                )?;
                transaction.commit()?;
            }
        }
    }
    Ok(())
}
