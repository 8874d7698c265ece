//! Faults: corrupt bytes, a full disk, a failing sync, a job that fails in the middle of a group.

use std::sync::Arc;

use rusqlite::{Connection, ffi};
use tokio::task::JoinSet;

use super::{check_all, commit, fill, open};
use crate::{
    CommitError, DATABASE_FILE, LogScope, SqliteOptions, SqliteStore, Store, StoreError,
    conformance::{
        Sample,
        sample::{deployment_id, organization_id, session_id, token},
    },
    folder::doctor,
    sqlite::fault::Fault,
};

/// A store that keeps nothing in memory, so that every read comes from the file.
fn open_forgetful(folder: &std::path::Path) -> SqliteStore {
    let options = SqliteOptions { conversation_bytes: 0, log_bytes: 0, ..SqliteOptions::default() };
    SqliteStore::open(folder, options).unwrap()
}

/// Flips one bit of the database file, in the only place where this text stands.
fn flip(folder: &std::path::Path, text: &str) {
    let path = folder.join(DATABASE_FILE);
    let mut bytes = std::fs::read(&path).unwrap();
    let places: Vec<_> = bytes
        .windows(text.len())
        .enumerate()
        .filter(|(_, window)| *window == text.as_bytes())
        .map(|(at, _)| at)
        .collect();
    let [place] = places[..] else { panic!("`{text}` stands {} times in the file", places.len()) };
    bytes[place] ^= 1;
    std::fs::write(&path, bytes).unwrap();
}

fn is_corrupt<T: std::fmt::Debug>(result: Result<T, StoreError>, record: &str) {
    match result {
        Err(StoreError::Corrupt { record: named }) => assert_eq!(named, record),
        other => panic!("a corrupt record was served: {other:?}"),
    }
}

#[tokio::test]
async fn log6_a_flipped_bit_in_a_message_is_never_served() {
    let folder = tempfile::tempdir().unwrap();
    let (organization, sample, position) = {
        let store = open(folder.path());
        let mut sample = fill(&store, 3).await.remove(1);
        let change = sample.message("a text that stands nowhere else");
        let committed = commit(&store, sample.organization(), change).await;
        (sample.organization(), sample, committed.cursor().seq)
    };
    assert!(doctor(folder.path()).unwrap().is_sound());
    flip(folder.path(), "a text that stands nowhere else");

    let report = doctor(folder.path()).unwrap();
    assert_eq!(report.corrupt.told, [format!("events {position}: its checksum does not fit")]);
    assert_eq!(report.integrity.count, 0, "SQLite itself does not notice");
    assert_eq!(report.faults(), 1);

    let store = open_forgetful(folder.path());
    let record = format!("events {position}");
    is_corrupt(store.list_conversation_log(organization, sample.id()).await, &record);
    is_corrupt(store.list_events(organization, LogScope::Organization, 0, 1_000).await, &record);
    is_corrupt(store.list_session_messages(organization, session_id(2), 0, 10).await, &record);
    // It is the conversation's last event: its head can't be believed, so nothing is decided on it.
    is_corrupt(store.find_conversation(organization, sample.id()).await, &record);
    let error = store.commit(organization, sample.clone().message("on top of it")).await.unwrap_err();
    assert!(matches!(error, CommitError::Store(StoreError::Corrupt { .. })), "{error}");
    // Others go on.
    let mut other = Sample::new(50, &[]);
    commit(&store, organization, other.start()).await;
}

#[tokio::test]
async fn log6_a_flipped_bit_in_a_snapshot_is_never_served() {
    let folder = tempfile::tempdir().unwrap();
    let sample = {
        let store = open(folder.path());
        let mut sample = Sample::new(1, &[]);
        commit(&store, organization_id(1), sample.start()).await;
        for value in ["first value", "second value", "third value"] {
            let change = sample.set("key", Some(value.into()));
            commit(&store, organization_id(1), change).await;
        }
        sample
    };
    // The third value stands in its event and in the snapshot: in the snapshot, its revision comes with other fields.
    let path = folder.path().join(DATABASE_FILE);
    let connection = Connection::open(&path).unwrap();
    let text: String = connection.query_row("SELECT snapshot FROM conversations", [], |row| row.get(0)).unwrap();
    let forged = text.replace("third value", "thirf value");
    assert_ne!(text, forged);
    connection.execute("UPDATE conversations SET snapshot = ?1", [forged]).unwrap();
    connection.close().unwrap();

    let report = doctor(folder.path()).unwrap();
    assert_eq!(report.corrupt.told, ["conversations 1: its checksum does not fit"]);
    let store = open_forgetful(folder.path());
    is_corrupt(store.find_conversation(organization_id(1), sample.id()).await, "conversations 1");
    let listed = store.list_conversations(organization_id(1), Default::default(), None, 10).await;
    is_corrupt(listed, "conversations 1");
    // The log is whole: history is still served.
    assert_eq!(store.list_conversation_log(organization_id(1), sample.id()).await.unwrap().len(), 6);
}

#[tokio::test]
async fn log6_every_column_of_a_record_is_covered() {
    let folder = tempfile::tempdir().unwrap();
    {
        fill(&open(folder.path()), 3).await;
    }
    let path = folder.path().join(DATABASE_FILE);
    let sound = std::fs::read(&path).unwrap();
    let forgeries = [
        "UPDATE events SET organization = zeroblob(16) WHERE seq = 4",
        "UPDATE events SET conversation_id = (SELECT conversation_id FROM events WHERE seq = 9) WHERE seq = 4",
        "UPDATE events SET at = at + 1 WHERE seq = 4",
        "UPDATE events SET head_at = 1 WHERE seq = 4",
        "UPDATE events SET kind = 6 WHERE seq = 4",
        "UPDATE events SET message_key = message_key + 1 WHERE seq = 4",
        "UPDATE events SET payload = replace(payload, 'parcel', 'parceL') WHERE seq = 4",
        "UPDATE events SET checksum = checksum + 1 WHERE seq = 4",
        "UPDATE conversations SET ended_at = 5 WHERE number = 1",
        "UPDATE conversations SET session = 8 WHERE number = 1",
        "UPDATE conversations SET started_at = started_at + 1 WHERE number = 1",
        "UPDATE sessions SET conversation = 7 WHERE number = 1",
        "UPDATE sessions SET token = zeroblob(32) WHERE number = 1",
        "UPDATE sessions SET token = NULL WHERE number = 1",
        "UPDATE start_tokens SET answer = replace(answer, 's-1', 's-2') WHERE number = 1",
        "UPDATE start_tokens SET body_hash = zeroblob(32) WHERE number = 1",
        "UPDATE start_tokens SET position = position + 1 WHERE number = 1",
        "UPDATE jobs SET id = zeroblob(16) WHERE number = 1",
        "UPDATE jobs SET organization = zeroblob(16) WHERE number = 1",
        "UPDATE jobs SET conversation = conversation + 1 WHERE number = 1",
        "UPDATE jobs SET kind = 'flow.timer' WHERE number = 1",
        "UPDATE jobs SET due_at = due_at + 1 WHERE number = 1",
        "UPDATE jobs SET attempts = 9 WHERE number = 1",
        "UPDATE jobs SET payload = '{}' WHERE number = 1",
        "UPDATE dead_jobs SET conversation = conversation + 1 WHERE number = 1",
        "UPDATE dead_jobs SET reason = 'none' WHERE number = 1",
        "UPDATE dead_jobs SET at = at + 1 WHERE number = 1",
        "UPDATE dead_jobs SET payload = '{}' WHERE number = 1",
        "UPDATE agent_states SET organization = zeroblob(16) WHERE user = (SELECT min(user) FROM agent_states)",
        "UPDATE agent_states SET payload = replace(payload, 'onQueue', 'busy') WHERE user = (SELECT min(user) FROM agent_states)",
    ];
    for forgery in forgeries {
        std::fs::write(&path, &sound).unwrap();
        let connection = Connection::open(&path).unwrap();
        assert_eq!(connection.execute(forgery, []).unwrap(), 1, "{forgery}");
        connection.close().unwrap();
        let report = doctor(folder.path()).unwrap();
        assert_eq!(report.corrupt.count, 1, "{forgery}: {report:?}");
    }
}

#[tokio::test]
async fn log6_the_doctor_finds_holes_and_what_does_not_stand_as_the_log_tells() {
    let folder = tempfile::tempdir().unwrap();
    {
        fill(&open(folder.path()), 3).await;
    }
    let path = folder.path().join(DATABASE_FILE);
    let sound = std::fs::read(&path).unwrap();
    let damages: [(&str, &str); 6] = [
        ("DELETE FROM events WHERE seq = 4", "events 4 to 4 are missing"),
        ("DELETE FROM facets", "it is missing in a list"),
        ("DELETE FROM lookups WHERE item = 0", "its token does not find it"),
        ("DELETE FROM conversations WHERE number = 1", "conversations of the log have no row"),
        ("DELETE FROM conversations WHERE number = 1", "jobs 1: its conversation is not there"),
        ("DELETE FROM events WHERE seq = (SELECT max(seq) FROM events)", "the log tells"),
    ];
    for (damage, told) in damages {
        std::fs::write(&path, &sound).unwrap();
        let connection = Connection::open(&path).unwrap();
        assert!(connection.execute(damage, []).unwrap() > 0, "{damage}");
        connection.close().unwrap();
        let report = doctor(folder.path()).unwrap();
        let lines: Vec<_> = [&report.gaps, &report.mismatches].into_iter().flat_map(|kind| &kind.told).collect();
        assert!(lines.iter().any(|line| line.contains(told)), "{damage}: {report:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn log1_a_full_disk_refuses_the_group_and_the_store_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(open(folder.path()));
    let mut sample = Sample::new(1, &[]);
    commit(&store, organization_id(1), sample.start()).await;
    let before = store.newest_position().await.unwrap();
    set_most_pages(&store, "1").await;

    let text = "x".repeat(20_000);
    let mut tasks = JoinSet::new();
    for number in 2..10 {
        let (store, text) = (Arc::clone(&store), text.clone());
        tasks.spawn(async move {
            let mut sample = Sample::new(number, &[("long", text.as_str().into())]);
            (store.commit(organization_id(1), sample.start()).await, sample)
        });
    }
    for (result, sample) in tasks.join_all().await {
        assert!(matches!(result, Err(CommitError::Full)), "{result:?}");
        assert!(store.find_conversation(organization_id(1), sample.id()).await.unwrap().is_none());
    }
    assert_eq!(store.newest_position().await.unwrap(), before);
    assert_eq!(*store.failure().borrow(), None);

    set_most_pages(&store, "1000000").await;
    let mut after = Sample::new(20, &[("long", text.as_str().into())]);
    let committed = commit(&store, organization_id(1), after.start()).await;
    assert_eq!(committed.events()[0].seq, before + 1, "no position is skipped");
    check_all(&store, &[sample, after]).await;
}

/// SQLite answers "disk full" when the file may not grow.
async fn set_most_pages(store: &SqliteStore, pages: &'static str) {
    let write = move |connection: &Connection| {
        connection.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(()))?;
        Ok(())
    };
    store.write(write).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn log1_after_a_failed_sync_nothing_is_acknowledged_any_more() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(open(folder.path()));
    let samples = fill(&store, 2).await;
    let mut failure = store.failure();
    assert_eq!(*failure.borrow_and_update(), None);

    let failed_sync = |_: &Connection| {
        let code = ffi::Error::new(ffi::SQLITE_IOERR_FSYNC);
        Err(Fault::Sqlite(rusqlite::Error::SqliteFailure(code, None)))
    };
    let failing = tokio::spawn({
        let store = Arc::clone(&store);
        async move { store.write(failed_sync).await }
    });
    let mut waiting = JoinSet::new();
    for number in 10..20 {
        let store = Arc::clone(&store);
        waiting.spawn(async move { store.commit(organization_id(1), Sample::new(number, &[]).start()).await });
    }
    assert!(matches!(failing.await.unwrap(), Err(StoreError::Unavailable(_))));
    failure.changed().await.unwrap();
    assert!(failure.borrow().is_some());
    let early = waiting.join_all().await.into_iter().filter(Result::is_ok).count();

    let error = store.commit(organization_id(1), Sample::new(30, &[]).start()).await.unwrap_err();
    assert!(matches!(error, CommitError::Store(StoreError::Unavailable(_))), "{error}");
    let error = store.fence_session(organization_id(1), session_id(1)).await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable(_)), "{error}");

    // A restart finds what was acknowledged before, and nothing of the rest.
    drop(store);
    let store = open(folder.path());
    check_all(&store, &samples).await;
    let all = store.list_conversations(organization_id(1), Default::default(), None, 200).await.unwrap();
    assert_eq!(all.len(), samples.len() + early);
    let session = store.find_session(organization_id(1), deployment_id(1), token(1)).await.unwrap();
    assert!(session.is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn log1_a_job_that_fails_in_the_middle_spoils_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(open(folder.path()));
    let mut first = Sample::new(1, &[]);
    commit(&store, organization_id(1), first.start_in_session(1, 1)).await;
    // Each odd one opens a session whose id is taken: found out only after rows were written.
    let mut tasks = JoinSet::new();
    for number in 2..=41 {
        let store = Arc::clone(&store);
        tasks.spawn(async move {
            let mut sample = Sample::new(number, &[]);
            let session = if number % 2 == 1 { 1 } else { number };
            let change = sample.start_in_session(session, number);
            (number, store.commit(organization_id(1), change).await, sample)
        });
    }
    let mut stored = vec![first];
    for (number, result, sample) in tasks.join_all().await {
        assert_eq!(result.is_ok(), number % 2 == 0, "{number}: {result:?}");
        if result.is_ok() {
            stored.push(sample);
        } else {
            assert!(store.find_conversation(organization_id(1), sample.id()).await.unwrap().is_none());
        }
    }
    assert_eq!(stored.len(), 21);
    check_all(&store, &stored).await;
    assert!(doctor(folder.path()).unwrap().is_sound());
}

#[tokio::test]
async fn log1_a_writer_that_panics_is_a_failure_that_everybody_sees() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let mut failure = store.failure();
    let result = store.write(|_| panic!("a bug in a write, on purpose")).await;
    assert!(matches!(result, Err(StoreError::Unavailable(_))), "{result:?}");
    failure.wait_for(Option::is_some).await.unwrap();
    let error = store.commit(organization_id(1), Sample::new(1, &[]).start()).await.unwrap_err();
    assert!(matches!(error, CommitError::Store(StoreError::Unavailable(_))), "{error}");
}
