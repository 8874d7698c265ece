//! Claims: who works on a job has it for a while (LOG12).

use std::{collections::BTreeSet, sync::Arc};

use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use tokio::task::JoinSet;
use waybill_model::{JobOutcome, Time};

use super::{
    Sample,
    commits::commit,
    jobs::start_with,
    sample::{conversation_id, job, job_id, organization_id, time},
};
use crate::{ClaimedJobs, Store};

const DAY: i64 = 86_400;

/// The jobs of a claim, and what is next in seconds.
async fn claim(store: &Arc<dyn Store>, now: i64, until: i64, limit: u32) -> (Vec<u64>, Option<i64>) {
    let ClaimedJobs { jobs, next_due } = store.claim_jobs(time(now), time(until), limit).await.expect("a claim");
    let numbers = jobs.iter().map(|claimed| number_of(&claimed.job.payload)).collect();
    (numbers, next_due.map(|due| (due.millis() - time(0).millis()) / 1_000))
}

fn number_of(payload: &str) -> u64 {
    payload.trim_start_matches(r#"{"job":"#).trim_end_matches('}').parse().expect("a sample's payload")
}

async fn settle(store: &Arc<dyn Store>, number: u64, outcome: JobOutcome, now: i64) {
    store.settle_job(organization_id(1), job_id(number), outcome, time(now)).await.expect("a write");
}

/// One conversation for each job.
async fn start_each(store: &Arc<dyn Store>, jobs: &[(u64, i64)]) {
    for (number, due) in jobs {
        let mut sample = Sample::new(*number, &[]);
        let mut change = sample.start();
        change.jobs.push(job(*number, *due));
        commit(store, sample.organization(), change).await;
    }
}

/// LOG12: a claimed job is nobody else's until its time is over; then it is offered again, and knows how often it was.
pub async fn log12_a_claim_is_a_lease(store: &Arc<dyn Store>) {
    let mut sample = start_with(store, 7, &[1]).await;
    for (attempt, now) in [(1, 10), (2, 20), (3, 30)] {
        let claimed = store.claim_jobs(time(now), time(now + 10), 10).await.expect("a claim");
        let [only] = &claimed.jobs[..] else { panic!("{claimed:?}") };
        assert_eq!((only.attempts, only.job.clone()), (attempt, job(1, 0)));
        assert_eq!((only.organization_id, only.conversation_id), (sample.organization(), conversation_id(7)));
        assert_eq!(claimed.next_due, None, "who claims knows until when");
        for later in [now, now + 9] {
            assert_eq!(claim(store, later, later + 50, 10).await, (vec![], Some(now + 10)));
        }
    }
    // A lease that is over takes nothing from who comes late with the work: what counts is that the job stands there.
    let mut step = sample.message("late, but first");
    step.fulfils = Some(job_id(1));
    commit(store, sample.organization(), step).await;
    assert_eq!(claim(store, 100, 110, 10).await, (vec![], None));
}

/// LOG12: of all tenants, what is due longest comes first; the rest says when to come again.
pub async fn log12_claims_are_earliest_due_first(store: &Arc<dyn Store>) {
    start_each(store, &[(1, 30), (2, 10), (3, 20), (4, 10), (5, 50), (6, 40)]).await;
    let mut foreign = Sample::new(8, &[]).at(2, 2);
    let mut change = foreign.start();
    change.jobs.push(job(8, 15));
    commit(store, foreign.organization(), change).await;

    assert_eq!(claim(store, 9, 60, 10).await, (vec![], Some(10)));
    assert_eq!(claim(store, 31, 60, 0).await, (vec![], Some(10)));
    assert_eq!(claim(store, 31, 60, 3).await, (vec![2, 4, 8], Some(20)));
    assert_eq!(claim(store, 31, 60, 10).await, (vec![3, 1], Some(40)));
    assert_eq!(claim(store, 40, 70, 10).await, (vec![6], Some(50)));
    assert_eq!(claim(store, 50, 70, 10).await, (vec![5], Some(60)));
    assert_eq!(claim(store, 55, 70, 10).await, (vec![], Some(60)));
}

/// LOG12: a due job waits for the due ones of its conversation that were written before it, and for no other.
pub async fn log12_jobs_of_one_conversation_are_claimed_one_after_another(store: &Arc<dyn Store>) {
    let mut sample = Sample::new(1, &[]);
    let mut change = sample.start();
    // The first is a timer that goes off late; the third was due before the second.
    change.jobs = vec![job(1, 50), job(2, 20), job(3, 10)];
    commit(store, sample.organization(), change).await;
    start_each(store, &[(9, 20)]).await;

    assert_eq!(claim(store, 10, 100, 10).await, (vec![3], Some(20)));
    assert_eq!(claim(store, 20, 100, 10).await, (vec![2, 9], Some(50)));
    settle(store, 3, JobOutcome::Retry { due_at: time(25) }, 21).await;
    assert_eq!(claim(store, 30, 100, 10).await, (vec![], Some(50)), "the second is worked on");
    settle(store, 2, JobOutcome::Done, 31).await;
    assert_eq!(claim(store, 30, 100, 1).await, (vec![3], Some(50)));
    settle(store, 3, JobOutcome::Retry { due_at: time(35) }, 32).await;
    assert_eq!(claim(store, 50, 100, 10).await, (vec![1], Some(100)));
    let mut step = sample.message("the timer");
    step.fulfils = Some(job_id(1));
    commit(store, sample.organization(), step).await;
    assert_eq!(claim(store, 51, 100, 10).await, (vec![3], Some(100)));
}

/// LOG12: workers that claim at once share everything out, and nothing twice.
pub async fn log12_concurrent_claims_share_no_job(store: &Arc<dyn Store>) {
    const JOBS: u64 = 60;
    let jobs: Vec<(u64, i64)> = (1..=JOBS).map(|number| (number, 0)).collect();
    start_each(store, &jobs).await;
    let mut tasks = JoinSet::new();
    for _ in 0..6 {
        let store = Arc::clone(store);
        tasks.spawn(async move {
            let mut mine = Vec::new();
            loop {
                let (numbers, _) = claim(&store, 10, 1_000, 4).await;
                if numbers.is_empty() {
                    return mine;
                }
                mine.extend(numbers);
            }
        });
    }
    let all = tasks.join_all().await.concat();
    assert_eq!(all.len() as u64, JOBS);
    assert_eq!(all.into_iter().collect::<BTreeSet<_>>(), (1..=JOBS).collect());
}

/// LOG12: a job is tried again at the time that its worker says; what is done or unknown is not.
pub async fn log12_a_job_is_tried_again_at_its_time(store: &Arc<dyn Store>) {
    start_with(store, 1, &[1]).await;
    assert_eq!(claim(store, 1, 60, 10).await.0, [1]);
    settle(store, 1, JobOutcome::Retry { due_at: time(20) }, 2).await;
    assert_eq!(claim(store, 19, 60, 10).await, (vec![], Some(20)));
    let claimed = store.claim_jobs(time(20), time(60), 10).await.expect("a claim").jobs;
    assert_eq!(claimed.iter().map(|one| (one.attempts, one.job.due_at)).collect::<Vec<_>>(), [(2, time(20))]);
    let foreign = store.settle_job(organization_id(2), job_id(1), JobOutcome::Done, time(21));
    foreign.await.expect("another tenant settles nothing here");
    assert_eq!(store.list_jobs(organization_id(1), 10).await.expect("a read"), [job(1, 20)]);
    for _ in 0..2 {
        settle(store, 1, JobOutcome::Done, 22).await;
        assert_eq!(claim(store, 100, 160, 10).await, (vec![], None));
    }
    settle(store, 1, JobOutcome::Retry { due_at: time(30) }, 23).await;
    settle(store, 1, JobOutcome::Dead { reason: "too late".to_owned() }, 23).await;
    assert_eq!(claim(store, 100, 160, 10).await, (vec![], None));
    assert!(store.list_dead_jobs(organization_id(1), None, 10).await.expect("a read").is_empty());
}

/// LOG12: a job that is given up is kept with its reason, does not hold up its conversation, and can be taken up again.
pub async fn log12_a_dead_job_is_kept_and_taken_up_again(store: &Arc<dyn Store>) {
    start_with(store, 1, &[1, 2]).await;
    start_with(store, 2, &[3]).await;
    let reason = |number: u64| format!("host {number} did not answer");
    assert_eq!(claim(store, 1, 60, 10).await.0, [1, 3]);
    for (number, now) in [(1, 5), (3, 6)] {
        settle(store, number, JobOutcome::Dead { reason: reason(number) }, now).await;
    }
    assert_eq!(claim(store, 7, 60, 10).await.0, [2]);
    let dead = store.list_dead_jobs(organization_id(1), None, 10).await.expect("a read");
    let told: Vec<_> = dead
        .iter()
        .map(|(_, dead)| (dead.claimed.job.clone(), dead.claimed.conversation_id, dead.reason.clone(), dead.at))
        .collect();
    assert_eq!(
        told,
        [(job(3, 0), conversation_id(2), reason(3), time(6)), (job(1, 0), conversation_id(1), reason(1), time(5))]
    );
    assert!(dead.iter().all(|(_, dead)| dead.claimed.attempts == 1));
    let page = async |before: Option<u64>, limit: u32| {
        store.list_dead_jobs(organization_id(1), before, limit).await.expect("a read")
    };
    assert_eq!(page(None, 1).await, dead[..1]);
    assert_eq!(page(Some(dead[0].0), 10).await, dead[1..]);
    assert_eq!(page(Some(dead[1].0), 10).await, []);
    assert_eq!(store.list_dead_jobs(organization_id(2), None, 10).await.expect("a read"), []);

    let revive = async |tenant: u64, number: u64| {
        store.revive_job(organization_id(tenant), job_id(number), time(70)).await.expect("a write")
    };
    assert!(!revive(2, 3).await, "another tenant's");
    assert!(!revive(1, 2).await, "it is not dead");
    assert!(revive(1, 3).await);
    assert!(!revive(1, 3).await, "it is alive");
    assert_eq!(page(None, 10).await, dead[1..]);
    assert_eq!(claim(store, 69, 80, 10).await.0, [2]);
    let claimed = store.claim_jobs(time(70), time(90), 10).await.expect("a claim").jobs;
    let again: Vec<_> = claimed.iter().map(|one| (one.job.clone(), one.attempts, one.conversation_id)).collect();
    assert_eq!(again, [(job(3, 70), 1, conversation_id(2))]);
}

/// LOG12: what nobody took up again within 30 days goes.
pub async fn log12_dead_jobs_go_after_thirty_days(store: &Arc<dyn Store>) {
    start_with(store, 1, &[1]).await;
    start_with(store, 2, &[2]).await;
    for (number, now) in [(1, 0), (2, 10)] {
        settle(store, number, JobOutcome::Dead { reason: "no".to_owned() }, now).await;
    }
    for (now, left) in [(30 * DAY, 2), (30 * DAY + 5, 1), (30 * DAY + 11, 0)] {
        store.purge(time(now)).await.expect("a purge");
        assert_eq!(store.list_dead_jobs(organization_id(1), None, 10).await.expect("a read").len(), left);
    }
}

/// What somebody does to jobs.
#[derive(Debug, Clone)]
enum Step {
    /// Writes one into a conversation, due so many seconds from now.
    Add(u64, i64),
    /// Time goes on, and somebody claims for so many seconds.
    Claim(i64, i64, u32),
    /// One of those that stand there, by its place, is tried again so many seconds from now.
    Retry(usize, i64),
    Done(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..3_u64, -3..6_i64).prop_map(|(conversation, due)| Step::Add(conversation, due)),
        4 => (0..3_i64, 1..6_i64, 0..4_u32).prop_map(|(later, lease, limit)| Step::Claim(later, lease, limit)),
        1 => (any::<usize>(), -1..4_i64).prop_map(|(place, due)| Step::Retry(place, due)),
        2 => any::<usize>().prop_map(Step::Done),
    ]
}

/// A job as the rule sees it.
#[derive(Debug, Clone, Copy)]
struct Known {
    number: u64,
    conversation: u64,
    due: i64,
    until: i64,
}

/// LOG12: whatever happens, a claim is what the rule says: due, free, the first due one of its conversation, earliest first.
pub async fn log12_random_claims_keep_order_and_lease(store: &Arc<dyn Store>) {
    let mut samples = Vec::new();
    for number in 1..=3 {
        samples.push(start_with(store, number, &[]).await);
    }
    let handle = tokio::runtime::Handle::current();
    let state = std::cell::RefCell::new((samples, 0_u64, 0_i64));
    let mut runner = TestRunner::new(Config { cases: 32, failure_persistence: None, ..Config::default() });
    let result = tokio::task::block_in_place(|| {
        runner.run(&proptest::collection::vec(step(), 0..24), |steps| {
            let (samples, next, now) = &mut *state.borrow_mut();
            handle.block_on(follow(store, samples, (next, now), steps));
            Ok(())
        })
    });
    if let Err(failure) = result {
        panic!("{failure}");
    }
}

async fn follow(store: &Arc<dyn Store>, samples: &mut [Sample], (next, now): (&mut u64, &mut i64), steps: Vec<Step>) {
    let mut known: Vec<Known> = Vec::new();
    for step in steps {
        match step {
            Step::Add(conversation, due) => {
                *next += 1;
                let sample = &mut samples[conversation as usize];
                let mut change = sample.message("work");
                change.jobs.push(job(*next, *now + due));
                commit(store, sample.organization(), change).await;
                known.push(Known { number: *next, conversation, due: *now + due, until: i64::MIN });
            }
            Step::Claim(later, lease, limit) => {
                *now += later;
                let until = *now + lease;
                let expected = expected_claim(&mut known, *now, until, limit);
                assert_eq!(claim(store, *now, until, limit).await.0, expected, "at {now}: {known:?}");
            }
            Step::Retry(place, due) if !known.is_empty() => {
                let place = place % known.len();
                let one = &mut known[place];
                (one.due, one.until) = (*now + due, i64::MIN);
                settle(store, one.number, JobOutcome::Retry { due_at: time(one.due) }, *now).await;
            }
            Step::Done(place) if !known.is_empty() => {
                let place = place % known.len();
                settle(store, known.remove(place).number, JobOutcome::Done, *now).await;
            }
            Step::Retry(..) | Step::Done(_) => {}
        }
    }
    for one in known {
        settle(store, one.number, JobOutcome::Done, *now).await;
    }
    let empty = store.claim_jobs(time(*now), Time::from_millis(i64::MAX - 1), 10).await.expect("a claim");
    assert_eq!(empty, ClaimedJobs::default());
}

/// Numbers rise in the order of `known`.
fn expected_claim(known: &mut [Known], now: i64, until: i64, limit: u32) -> Vec<u64> {
    let due: Vec<Known> = known.iter().copied().filter(|one| one.due <= now).collect();
    let is_first = |one: &Known| due.iter().find(|due| due.conversation == one.conversation).map(|due| due.number);
    let mut free: Vec<Known> =
        due.iter().copied().filter(|one| one.until <= now && is_first(one) == Some(one.number)).collect();
    free.sort_by_key(|one| (one.due, one.number));
    free.truncate(limit as usize);
    for one in &free {
        known.iter_mut().filter(|known| known.number == one.number).for_each(|known| known.until = until);
    }
    free.iter().map(|one| one.number).collect()
}
