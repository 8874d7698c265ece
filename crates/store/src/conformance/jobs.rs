//! Jobs and their change: a job goes in the commit of what it causes, once (LOG11).

use std::sync::Arc;

use tokio::task::JoinSet;
use waybill_model::Job;

use super::{
    Sample,
    commits::commit,
    sample::{job, job_id, organization_id},
};
use crate::{CommitError, Store};

/// A conversation with jobs that are due at once.
pub(super) async fn start_with(store: &Arc<dyn Store>, number: u64, jobs: &[u64]) -> Sample {
    let mut sample = Sample::new(number, &[]);
    let mut change = sample.start();
    change.jobs = jobs.iter().map(|number| job(*number, 0)).collect();
    commit(store, sample.organization(), change).await;
    sample
}

async fn jobs_of(store: &Arc<dyn Store>, organization: u64) -> Vec<Job> {
    store.list_jobs(organization_id(organization), 100).await.expect("a read")
}

/// LOG11: what a job causes is written with its end; a second time nothing is written, whatever the version.
pub async fn log11_a_job_is_fulfilled_once(store: &Arc<dyn Store>) {
    let mut sample = start_with(store, 1, &[1]).await;
    let organization = sample.organization();
    let mut stale = sample.clone();
    let mut step = sample.message("a step");
    step.fulfils = Some(job_id(1));
    step.jobs.push(job(2, 5));
    commit(store, organization, step).await;
    assert_eq!(jobs_of(store, 1).await, [job(2, 5)]);

    let newest = store.newest_position().await.expect("a position");
    for twin in [&mut stale, &mut sample.clone()] {
        let mut again = twin.message("the step again");
        again.fulfils = Some(job_id(1));
        again.jobs.push(job(3, 5));
        let error = store.commit(organization, again).await.expect_err("a job that is gone");
        assert!(matches!(error, CommitError::JobGone), "{error}");
    }
    assert_eq!(store.newest_position().await.expect("a position"), newest);
    assert_eq!(jobs_of(store, 1).await, [job(2, 5)]);
    let found = store.find_conversation(organization, sample.id()).await.expect("a read");
    assert_eq!(found.as_deref(), Some(&sample.conversation));
}

/// LOG11: no other conversation, and no other tenant, fulfils a job.
pub async fn log11_a_commit_fulfils_the_jobs_of_its_own_conversation_alone(store: &Arc<dyn Store>) {
    start_with(store, 1, &[1]).await;
    let mut other = start_with(store, 2, &[]).await;
    let mut foreign = Sample::new(3, &[]).at(2, 2);
    commit(store, foreign.organization(), foreign.start()).await;
    let mut unborn = Sample::new(4, &[]);
    let changes = [
        (other.organization(), other.message("mine?")),
        (foreign.organization(), foreign.message("mine?")),
        (unborn.organization(), unborn.start()),
    ];
    for (organization, mut change) in changes {
        change.fulfils = Some(job_id(1));
        let error = store.commit(organization, change).await.expect_err("another's job");
        assert!(matches!(error, CommitError::JobGone), "{error}");
    }
    assert_eq!(jobs_of(store, 1).await, [job(1, 0)]);
}

/// LOG11: of all that do the same work, one is stored; the others learn that it is done.
pub async fn log11_of_two_that_fulfil_one_job_one_is_stored(store: &Arc<dyn Store>) {
    let mut sample = start_with(store, 1, &[1]).await;
    let organization = sample.organization();
    for round in 1..=8 {
        let mut tasks = JoinSet::new();
        for worker in 0..4 {
            let (store, mut twin) = (Arc::clone(store), sample.clone());
            tasks.spawn(async move {
                let mut change = twin.message(&format!("round {round}, worker {worker}"));
                change.fulfils = Some(job_id(round));
                change.jobs.push(job(round + 1, 0));
                store.commit(organization, change).await.map(|_| twin)
            });
        }
        let (done, gone): (Vec<_>, Vec<_>) = tasks.join_all().await.into_iter().partition(Result::is_ok);
        for result in gone {
            assert!(matches!(result, Err(CommitError::JobGone)), "{result:?}");
        }
        let [Ok(winner)] = &done[..] else { panic!("round {round}: {} stored", done.len()) };
        sample = winner.clone();
        assert_eq!(jobs_of(store, 1).await, [job(round + 1, 0)]);
    }
}

/// LOG11: a commit that is refused, or fails half-way, takes no job away.
pub async fn log11_a_commit_that_fails_leaves_its_job(store: &Arc<dyn Store>) {
    let mut sample = start_with(store, 1, &[1, 2]).await;
    let organization = sample.organization();
    let mut stale = sample.clone();
    commit(store, organization, sample.message("in between")).await;
    let mut late = stale.message("decided before");
    late.fulfils = Some(job_id(1));
    let error = store.commit(organization, late).await.expect_err("an old version");
    assert!(matches!(error, CommitError::Conflict { .. }), "{error}");
    let mut doubled = sample.clone().message("two jobs of one id");
    doubled.fulfils = Some(job_id(1));
    doubled.jobs.push(job(2, 0));
    store.commit(organization, doubled).await.expect_err("an id that is taken");
    assert_eq!(jobs_of(store, 1).await, [job(1, 0), job(2, 0)]);
    let mut step = sample.message("a step");
    step.fulfils = Some(job_id(1));
    commit(store, organization, step).await;
    assert_eq!(jobs_of(store, 1).await, [job(2, 0)]);
}
