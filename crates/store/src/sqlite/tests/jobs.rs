//! Jobs in a file: leases end with the process, claims seek, and nothing stays of what was erased.

use rusqlite::Connection;
use waybill_model::{
    Actor, AgentState, Change, ClaimedJob, ErasedConversation, EventBody, Head, JobOutcome, NewEvent, Presence, UserId,
};

use super::{commit, open};
use crate::{
    ClaimedJobs, DATABASE_FILE, Erasure, PrivacyStore, SqliteStore, WorkStore,
    conformance::{
        Sample,
        sample::{job, job_id, organization_id, plain_id, time},
    },
    folder::{backup, doctor, restore},
    sqlite::jobs::{CLAIMABLE, NEXT_FREE, NEXT_LEASED, RELEASE},
};

/// A conversation with jobs that are due at once.
async fn start_with(store: &SqliteStore, number: u64, jobs: &[u64]) -> Sample {
    let mut sample = Sample::new(number, &[]);
    let mut change = sample.start();
    change.jobs = jobs.iter().map(|number| job(*number, 0)).collect();
    commit(store, sample.organization(), change).await;
    sample
}

async fn claim(store: &SqliteStore, now: i64) -> Vec<ClaimedJob> {
    store.claim_jobs(time(now), time(now + 60), 10).await.unwrap().jobs
}

#[tokio::test]
async fn log12_a_restart_ends_every_lease() {
    let folder = tempfile::tempdir().unwrap();
    let mut sample = {
        let store = open(folder.path());
        let sample = start_with(&store, 1, &[1]).await;
        assert_eq!(claim(&store, 1).await.len(), 1);
        assert_eq!(claim(&store, 2).await, []);
        sample
    };
    // The worker was killed between its claim and its commit: the job is offered at once, and knows of the first attempt.
    let store = open(folder.path());
    let claimed = claim(&store, 3).await;
    assert_eq!(claimed.iter().map(|one| (one.attempts, one.job.clone())).collect::<Vec<_>>(), [(2, job(1, 0))]);
    let mut step = sample.message("a step");
    step.fulfils = Some(job_id(1));
    commit(&store, sample.organization(), step).await;
    drop(store);
    assert_eq!(claim(&open(folder.path()), 100).await, [], "what was acknowledged is not done again");
}

#[tokio::test]
async fn log12_a_claim_that_finds_nothing_writes_nothing() {
    let store = SqliteStore::in_memory().unwrap();
    start_with(&store, 1, &[1, 2]).await;
    let mut late = Sample::new(2, &[]);
    let mut change = late.start();
    change.jobs.push(job(3, 500));
    commit(&store, late.organization(), change).await;
    assert_eq!(claim(&store, 1).await.len(), 1);
    let before = store.statistics();
    for now in 1..60 {
        // One is leased, one stands behind it, one is not due.
        let next_due = Some(time(61));
        let found = store.claim_jobs(time(now), time(now + 60), 10).await.unwrap();
        assert_eq!(found, ClaimedJobs { jobs: Vec::new(), next_due });
    }
    assert_eq!(store.statistics(), before);
}

#[tokio::test]
async fn log12_a_claim_is_a_seek_however_many_jobs_wait() {
    let store = SqliteStore::in_memory().unwrap();
    let cases: [(&str, &[&str]); 4] = [
        (
            CLAIMABLE,
            &[
                "SEARCH jobs USING INDEX jobs_free (due_at<?)",
                "CORRELATED SCALAR SUBQUERY 2",
                "SEARCH earlier USING COVERING INDEX jobs_by_conversation (conversation=? AND due_at<?)",
                "CORRELATED SCALAR SUBQUERY 1",
                "SEARCH conversations USING INTEGER PRIMARY KEY (rowid=?)",
            ],
        ),
        (NEXT_FREE, &["SEARCH jobs USING INDEX jobs_free (due_at>?)"]),
        (NEXT_LEASED, &["SEARCH jobs USING COVERING INDEX jobs_leased (leased_until>?)"]),
        (RELEASE, &["SEARCH jobs USING INDEX jobs_leased (leased_until<?)"]),
    ];
    for (sql, expected) in cases {
        let plan: Vec<String> = store
            .readers
            .read(move |connection| {
                let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
                let count = statement.parameter_count();
                let lines = statement
                    .query_map(rusqlite::params_from_iter((0..count).map(|_| 1)), |row| row.get(3))?
                    .collect::<Result<_, _>>()?;
                Ok(lines)
            })
            .await
            .unwrap();
        assert_eq!(plan, expected, "{sql}");
    }
}

#[tokio::test]
async fn log12_a_corrupt_job_stands_still_and_others_go_on() {
    let folder = tempfile::tempdir().unwrap();
    {
        let store = open(folder.path());
        start_with(&store, 1, &[1, 2]).await;
        start_with(&store, 2, &[3]).await;
    }
    let connection = Connection::open(folder.path().join(DATABASE_FILE)).unwrap();
    let forged = connection.execute("UPDATE jobs SET payload = '{\"job\":9}' WHERE number = 1", []).unwrap();
    assert_eq!(forged, 1);
    connection.close().unwrap();
    let report = doctor(folder.path()).unwrap();
    assert_eq!(report.corrupt.told, ["jobs 1: its checksum does not fit"]);
    let store = open(folder.path());
    for (now, expected) in [(1, vec![job(3, 0)]), (2, vec![]), (100, vec![job(3, 0)])] {
        let found = store.claim_jobs(time(now), time(now + 60), 10).await.unwrap();
        assert_eq!(found.jobs.into_iter().map(|one| one.job).collect::<Vec<_>>(), expected);
    }
    store.settle_job(organization_id(1), job_id(1), JobOutcome::Done, time(3)).await.unwrap_err();
}

#[tokio::test]
async fn log11_a_backup_keeps_jobs_and_agents() {
    let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = open(folder.path());
    start_with(&store, 1, &[1]).await;
    start_with(&store, 2, &[2]).await;
    let organization = organization_id(1);
    let state = AgentState {
        organization_id: organization,
        user_id: UserId::new(plain_id(9)),
        presence: Presence::OnQueue,
        presence_since: time(1),
        not_responding: true,
        idle_since: time(2),
        gone_since: Some(time(3)),
    };
    store.put_agent_state(state.clone()).await.unwrap();
    assert_eq!(claim(&store, 1).await.len(), 2);
    store.settle_job(organization, job_id(2), JobOutcome::Dead { reason: "no".to_owned() }, time(2)).await.unwrap();
    let dead = store.list_dead_jobs(organization, None, 10).await.unwrap();
    let (file, fresh) = (elsewhere.path().join("backup.db"), elsewhere.path().join("fresh"));
    backup(folder.path(), &file).unwrap();
    restore(&file, &fresh, 9).unwrap();
    assert!(doctor(&fresh).unwrap().is_sound());
    let second = open(&fresh);
    let claimed = claim(&second, 2).await;
    assert_eq!(claimed.iter().map(|one| (one.attempts, one.job.clone())).collect::<Vec<_>>(), [(2, job(1, 0))]);
    assert_eq!(second.list_dead_jobs(organization, None, 10).await.unwrap(), dead);
    assert_eq!(second.list_agent_states(organization).await.unwrap(), [state]);
}

const CANARIES: [&str; 3] = ["waiting-canary-71", "dead-canary-72", "reason-canary-73"];

#[tokio::test]
async fn log6_nothing_of_an_erased_job_stays_in_the_files() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let mut sample = Sample::new(1, &[]);
    let mut change = sample.start();
    for (number, canary) in [(1, CANARIES[0]), (2, CANARIES[1])] {
        change.jobs.push(waybill_model::Job { payload: format!(r#"{{"body":"{canary}"}}"#), ..job(number, 0) });
    }
    commit(&store, sample.organization(), change).await;
    let organization = sample.organization();
    let dead = JobOutcome::Dead { reason: CANARIES[2].to_owned() };
    store.settle_job(organization, job_id(2), dead, time(1)).await.unwrap();
    let found = || {
        let files = std::fs::read_dir(folder.path()).unwrap();
        let bytes: Vec<u8> = files.flat_map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect();
        CANARIES.map(|canary| bytes.windows(canary.len()).any(|window| window == canary.as_bytes()))
    };
    assert_eq!(found(), [true; 3]);
    store.erase(organization, erasure(&sample)).await.unwrap();
    assert!(store.settle().await.unwrap());
    assert_eq!(found(), [false; 3]);
    drop(store);
    assert_eq!(found(), [false; 3]);
    assert!(doctor(folder.path()).unwrap().is_sound());
}

/// An erasure of a conversation without values: its jobs alone go.
fn erasure(sample: &Sample) -> Erasure {
    let (certificate, at) = (plain_id(50), sample.conversation.last_at.plus_millis(1));
    let keys = Vec::new();
    let (expected_seq, seq) = (sample.conversation.seq, sample.conversation.seq + 1);
    let body = EventBody::Erased { certificate, keys: keys.clone(), messages: 0 };
    Erasure {
        change: Change {
            conversation_id: sample.id(),
            deployment_id: sample.conversation.deployment_id,
            head: Head { expected_seq, seq, last_at: at },
            events: vec![NewEvent { conversation_seq: seq, at, by: Actor::Server, body }],
            snapshot: None,
            jobs: Vec::new(),
            fulfils: None,
            session: None,
            start_token: None,
            spent_token: None,
        },
        rewritten: Vec::new(),
        answers: Vec::new(),
        pages: Vec::new(),
        certificate,
        line: ErasedConversation {
            conversation_id: sample.id(),
            at,
            position: 0,
            keys,
            quarantined: 0,
            messages: 0,
            events: 0,
            start_tokens: 0,
        },
        done: None,
    }
}
