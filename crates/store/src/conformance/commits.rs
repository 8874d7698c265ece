//! The write door: versions, atomicity, and many writers at once.

use std::{collections::BTreeSet, sync::Arc};

use tokio::task::JoinSet;
use waybill_model::{Change, Job, JobId, NewEvent, OrganizationId, Scalar};

use super::{
    Sample,
    sample::{conversation_id, organization_id, plain_id, start_token, time},
};
use crate::{CommitError, Committed, LogScope, Store};

pub(super) async fn commit(store: &Arc<dyn Store>, organization: OrganizationId, change: Change) -> Committed {
    store.commit(organization, change).await.expect("a sound change is stored")
}

/// What a committed change looks like from the outside, but for positions.
fn plain(committed: &Committed) -> Vec<NewEvent> {
    committed
        .events()
        .iter()
        .map(|event| NewEvent {
            conversation_seq: event.conversation_seq,
            at: event.at,
            by: event.by.clone(),
            body: event.body.clone(),
        })
        .collect()
}

/// LOG1: `Committed` carries the events with their positions and the conversation as it stands.
pub async fn log1_a_commit_returns_what_it_stored(store: &Arc<dyn Store>) {
    let mut sample = Sample::new(1, &[("crmCustomerId", "CRM-1".into())]);
    let committed = commit(store, sample.organization(), sample.start()).await;
    assert_eq!(plain(&committed), sample.events);
    assert_eq!(**committed.conversation(), sample.conversation);
    assert_eq!(committed.cursor().epoch, store.epoch());
    assert_eq!(committed.cursor().seq, committed.events()[2].seq);
    for event in committed.events() {
        assert_eq!((event.conversation_id, event.organization_id), (sample.id(), sample.organization()));
    }
}

/// LOG1: a commit that is refused leaves no trace, in any table.
pub async fn log1_a_failed_check_writes_nothing(store: &Arc<dyn Store>) {
    let mut sample = Sample::new(1, &[]);
    commit(store, sample.organization(), sample.start()).await;
    let newest = store.newest_position().await.expect("a position");

    let mut stale = sample.clone();
    stale.conversation.seq = 1;
    let mut change = stale.set("crmCustomerId", Some("CRM-9".into()));
    change.start_token = Some(start_token("s-1", 1, 1));
    change.jobs.push(Job {
        id: JobId::new(plain_id(1)),
        kind: "run_flow".to_owned(),
        due_at: time(0),
        payload: "{}".to_owned(),
    });
    let error = store.commit(sample.organization(), change).await.expect_err("an old version");
    assert!(matches!(error, CommitError::Conflict { expected: 1, found: 3 }), "{error}");

    let organization = sample.organization();
    assert_eq!(store.newest_position().await.expect("a position"), newest);
    let found = store.find_conversation(organization, sample.id()).await.expect("a read");
    assert_eq!(found.as_deref(), Some(&sample.conversation));
    assert_eq!(store.list_jobs(organization, 10).await.expect("a read"), Vec::new());
    let deployment = sample.conversation.deployment_id;
    let start = store.find_start(organization, deployment, super::sample::token(1), "s-1").await;
    assert_eq!(start.expect("a read"), None);
}

/// LOG1: concurrent commits all come back, each with positions of its own, and the log holds every one.
pub async fn log1_many_writers_lose_nothing(store: &Arc<dyn Store>) {
    const WRITERS: u64 = 48;
    let mut tasks = JoinSet::new();
    for number in 1..=WRITERS {
        let store = Arc::clone(store);
        tasks.spawn(async move {
            let mut sample = Sample::new(number, &[("crmCustomerId", Scalar::Text(format!("CRM-{number}")))]);
            let organization = sample.organization();
            let mut positions = Vec::new();
            let changes = [sample.start(), sample.message("one"), sample.set("vip", Some(Scalar::Bool(true)))];
            for change in changes {
                let committed = commit(&store, organization, change).await;
                let of_this: Vec<u64> = committed.events().iter().map(|event| event.seq).collect();
                assert!(of_this.windows(2).all(|pair| pair[0] + 1 == pair[1]), "one commit stands together");
                assert!(positions.last() < of_this.first(), "positions increase");
                positions.extend(of_this);
            }
            (sample, positions)
        });
    }
    let mut positions = BTreeSet::new();
    while let Some(done) = tasks.join_next().await {
        let (sample, of_one) = done.expect("a writer");
        let found = store.find_conversation(sample.organization(), sample.id()).await.expect("a read");
        assert_eq!(found.as_deref(), Some(&sample.conversation));
        for position in of_one {
            assert!(positions.insert(position), "position {position} was given twice");
        }
    }
    assert_eq!(positions.len() as u64, WRITERS * 5);
    let listed = super::log::read_all(store, organization_id(1), LogScope::Organization, 100).await;
    assert_eq!(listed.iter().map(|event| event.seq).collect::<BTreeSet<_>>(), positions);
}

/// LOG2: a decision on an old version is refused and names both numbers.
pub async fn log2_a_commit_on_an_old_version_is_a_conflict(store: &Arc<dyn Store>) {
    let mut sample = Sample::new(1, &[]);
    let organization = sample.organization();
    let unborn = sample.clone().message("before the start");
    commit(store, organization, sample.start()).await;
    let mut twin = sample.clone();
    commit(store, organization, sample.message("one")).await;
    let error = store.commit(organization, twin.message("two")).await.expect_err("an old version");
    assert!(matches!(error, CommitError::Conflict { expected: 3, found: 4 }), "{error}");

    let mut ahead = Sample::new(2, &[]);
    ahead.conversation.seq = 5;
    let error = store.commit(organization, ahead.message("nobody there")).await.expect_err("no conversation");
    assert!(matches!(error, CommitError::Conflict { expected: 5, found: 0 }), "{error}");
    assert_eq!(unborn.head.expected_seq, 0);
}

/// LOG2: of all commits that were decided on one version, exactly one is stored.
pub async fn log2_of_two_writers_at_one_version_one_wins(store: &Arc<dyn Store>) {
    let mut sample = Sample::new(1, &[]);
    let organization = sample.organization();
    commit(store, organization, sample.start()).await;
    for round in 0..8_u64 {
        let mut tasks = JoinSet::new();
        for writer in 0..6 {
            let (store, mut twin) = (Arc::clone(store), sample.clone());
            tasks.spawn(async move {
                let change = twin.message(&format!("round {round}, writer {writer}"));
                store.commit(organization, change).await.map(|_| twin)
            });
        }
        let mut winners = Vec::new();
        while let Some(done) = tasks.join_next().await {
            match done.expect("a writer") {
                Ok(twin) => winners.push(twin),
                Err(CommitError::Conflict { expected, found }) => assert_eq!((expected, found), (3 + round, 4 + round)),
                Err(error) => panic!("{error}"),
            }
        }
        assert_eq!(winners.len(), 1, "round {round}");
        sample = winners.remove(0);
    }
    let log = store.list_conversation_log(organization, sample.id()).await.expect("a read");
    let numbers: Vec<u64> = log.iter().map(|event| event.conversation_seq).collect();
    assert_eq!(numbers, (1..=11).collect::<Vec<_>>());
}

/// LOG2: an id that stands there can't be started again.
pub async fn log2_an_id_is_started_once(store: &Arc<dyn Store>) {
    let mut first = Sample::new(1, &[("crmCustomerId", "CRM-1".into())]);
    commit(store, first.organization(), first.start()).await;
    let mut second = Sample::new(1, &[("crmCustomerId", "CRM-2".into())]);
    let error = store.commit(second.organization(), second.start()).await.expect_err("an id that is taken");
    assert!(matches!(error, CommitError::Conflict { expected: 0, found: 3 }), "{error}");
    let mut foreign = Sample::new(1, &[]).at(2, 2);
    let error = store.commit(organization_id(2), foreign.start()).await.expect_err("an id of another tenant");
    assert!(matches!(error, CommitError::Conflict { expected: 0, .. }), "{error}");
    let found = store.find_conversation(organization_id(1), conversation_id(1)).await.expect("a read");
    assert_eq!(found.as_deref(), Some(&first.conversation));
}

/// START5, P3: jobs are rows of the same transaction, listed oldest first.
pub async fn start5_jobs_are_written_with_their_change(store: &Arc<dyn Store>) {
    let mut jobs = Vec::new();
    for number in 1..=3 {
        let mut sample = Sample::new(number, &[]);
        let mut change = sample.start();
        let job = Job {
            id: JobId::new(plain_id(number)),
            kind: "run_flow".to_owned(),
            due_at: time(10 - number.cast_signed()),
            payload: format!(r#"{{"conversation":{number}}}"#),
        };
        change.jobs.push(job.clone());
        commit(store, sample.organization(), change).await;
        jobs.insert(0, job);
    }
    assert_eq!(store.list_jobs(organization_id(1), 10).await.expect("a read"), jobs);
    assert_eq!(store.list_jobs(organization_id(1), 1).await.expect("a read"), jobs[..1]);
    assert_eq!(store.list_jobs(organization_id(2), 10).await.expect("a read"), Vec::new());
}
