//! The database file: lock, schema, reopening.

use rusqlite::Connection;
use waybill_model::Scalar;

use super::{super::migrate::KNOWN_SCHEMA, check_all, commit, fill, open};
use crate::{
    DATABASE_FILE, OpenError, SqliteOptions, SqliteStore, Store,
    conformance::{
        Sample,
        sample::{deployment_id, organization_id, token},
    },
};

#[tokio::test]
async fn log1_a_reopened_store_finds_everything_and_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let (mut samples, newest) = {
        let store = open(folder.path());
        (fill(&store, 12).await, store.newest_position().await.unwrap())
    };
    let store = SqliteStore::open(folder.path(), SqliteOptions { epoch: 99, ..SqliteOptions::default() }).unwrap();
    assert_eq!(store.epoch(), 7, "the epoch is the log's own");
    assert_eq!(store.newest_position().await.unwrap(), newest);
    assert_eq!(store.oldest_position().await.unwrap(), 0);
    check_all(&store, &samples).await;
    for sample in &mut samples {
        let number = sample.conversation.seq;
        let session = store.find_session(organization_id(1), deployment_id(1), session_token(sample)).await.unwrap();
        assert_eq!(session.map(|session| session.conversation_id), Some(sample.id()), "event {number}");
        let change = sample.set("after", Some(Scalar::Bool(true)));
        let committed = commit(&store, sample.organization(), change).await;
        assert!(committed.cursor().seq > newest);
    }
    check_all(&store, &samples).await;
}

fn session_token(sample: &Sample) -> waybill_model::TokenHash {
    let number = (1..100).find(|number| crate::conformance::sample::conversation_id(*number) == sample.id());
    token(number.unwrap())
}

#[tokio::test]
async fn log1_what_is_acknowledged_stands_in_the_files_at_that_moment() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let samples = fill(&store, 5).await;
    // The files as a killed process would leave them: the store is still running.
    let killed = tempfile::tempdir().unwrap();
    for name in [DATABASE_FILE, "waybill.db-wal"] {
        std::fs::copy(folder.path().join(name), killed.path().join(name)).unwrap();
    }
    assert!(crate::folder::doctor(killed.path()).unwrap().is_sound());
    check_all(&open(killed.path()), &samples).await;
}

#[tokio::test]
async fn log10_a_second_process_is_refused_and_told_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let first = open(folder.path());
    let error = SqliteStore::open(folder.path(), SqliteOptions::default()).unwrap_err();
    assert!(matches!(&error, OpenError::Locked(locked) if locked == folder.path()), "{error}");
    assert!(error.to_string().contains(&folder.path().display().to_string()), "{error}");
    drop(first);
    drop(open(folder.path()));
}

#[tokio::test]
async fn log1_a_newer_schema_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    drop(open(folder.path()));
    let path = folder.path().join(DATABASE_FILE);
    let connection = Connection::open(&path).unwrap();
    connection.execute("INSERT INTO schema_migrations VALUES (1000, 'from_the_future', 1)", []).unwrap();
    connection.close().unwrap();
    let before = std::fs::read(&path).unwrap();
    let error = SqliteStore::open(folder.path(), SqliteOptions::default()).unwrap_err();
    assert!(matches!(error, OpenError::NewerSchema { found: 1000, known: KNOWN_SCHEMA }), "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), before);
    assert!(crate::folder::doctor(folder.path()).is_err());
}

#[tokio::test]
async fn log1_migrations_run_once_and_are_never_edited() {
    let folder = tempfile::tempdir().unwrap();
    for _ in 0..3 {
        drop(open(folder.path()));
    }
    let connection = Connection::open(folder.path().join(DATABASE_FILE)).unwrap();
    let applied: i64 = connection.query_row("SELECT count(*) FROM schema_migrations", [], |row| row.get(0)).unwrap();
    assert_eq!(applied, KNOWN_SCHEMA);
    connection.execute("UPDATE schema_migrations SET checksum = checksum + 1", []).unwrap();
    connection.close().unwrap();
    let error = SqliteStore::open(folder.path(), SqliteOptions::default()).unwrap_err();
    assert!(matches!(error, OpenError::ChangedMigration { version: 1, .. }), "{error}");
}

#[tokio::test]
async fn log1_the_wal_is_checkpointed_and_starts_over() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    // 48 MB in all: enough for several checkpoints.
    let text = "x".repeat(60_000);
    let mut sample = Sample::new(1, &[]);
    commit(&store, organization_id(1), sample.start()).await;
    for _ in 0..800 {
        commit(&store, organization_id(1), sample.message(&text)).await;
    }
    let wal = std::fs::metadata(folder.path().join("waybill.db-wal")).unwrap().len();
    let database = std::fs::metadata(folder.path().join(DATABASE_FILE)).unwrap().len();
    assert!(store.statistics().checkpoints > 0);
    assert!(wal < 40 << 20, "the WAL has {wal} bytes");
    assert!(database > 16 << 20, "the database has {database} bytes");
    drop(store);
    assert_eq!(std::fs::metadata(folder.path().join("waybill.db-wal")).map_or(0, |file| file.len()), 0);
    check_all(&open(folder.path()), &[sample]).await;
}

#[tokio::test]
async fn start8_a_reopened_store_knows_the_clients_ids_of_before_and_after() {
    let folder = tempfile::tempdir().unwrap();
    let mut sample = {
        let store = open(folder.path());
        fill(&store, 2).await.remove(0)
    };
    let store = open(folder.path());
    let find = async |client_id: &str| {
        let found = store.find_message_by_client_id(organization_id(1), sample.id(), client_id).await.unwrap();
        found.map(|message| message.text)
    };
    // Unknown to memory, then read into it, then added to it.
    assert_eq!(find("m-2").await, None);
    assert!(store.find_conversation(organization_id(1), sample.id()).await.unwrap().is_some());
    for _ in 0..2 {
        assert_eq!(find("m-1").await.as_deref(), Some("Where is my parcel?"));
        assert_eq!(find("m-2").await, None);
    }
    let change = sample.message_with_id("a new one", "m-2");
    commit(&store, organization_id(1), change).await;
    let found = store.find_message_by_client_id(organization_id(1), sample.id(), "m-2").await.unwrap();
    assert_eq!(found.map(|message| message.text).as_deref(), Some("a new one"));
}
