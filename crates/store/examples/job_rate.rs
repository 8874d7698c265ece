//! What a job, its claim and its fulfilment cost beside a plain commit.
//!
//! `cargo run --release -p waybill-store --features conformance --example job_rate [conversations] [rounds] [waiting timers]`

use std::{collections::HashMap, sync::Arc, time::Instant};

use tokio::task::JoinSet;
use waybill_model::{Change, ConversationId, JobId};
use waybill_store::{
    SqliteOptions, SqliteStore, Store, WorkStore,
    conformance::{
        Sample,
        sample::{job, organization_id, time},
    },
};

/// The allocator of the server.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Far from now: these jobs wait.
const LATE: i64 = 10_000_000;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut number = |usual: u64| arguments.next().map_or(Ok(usual), |text| text.parse::<u64>());
    let (conversations, rounds, timers) = (number(256)?, number(40)?, number(0)?);
    let folder = std::env::temp_dir().join("waybill-job-rate");
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    let store = Arc::new(SqliteStore::open(&folder, SqliteOptions::default())?);
    let mut samples: HashMap<ConversationId, Sample> = HashMap::new();
    let (mut starts, mut next) = (Vec::new(), 1_u64);
    for conversation in 1..=conversations {
        let mut sample = Sample::new(conversation, &[("crmCustomerId", "CRM-1".into()), ("plan", "gold".into())]);
        let mut change = sample.start();
        for _ in 0..timers / conversations {
            next += 1;
            change.jobs.push(job(next, LATE));
        }
        starts.push(change);
        samples.insert(sample.id(), sample);
    }
    commit_all(&store, starts).await;

    let (cpu, begin) = (cpu_micros()?, Instant::now());
    for _ in 0..rounds {
        let changes = samples.values_mut().map(|sample| sample.revise(|_| {})).collect();
        commit_all(&store, changes).await;
    }
    report("plain commits", conversations * rounds, cpu_micros()? - cpu, begin);

    let mut first = Vec::new();
    for sample in samples.values_mut() {
        next += 1;
        first.push(step(sample, None, next));
    }
    commit_all(&store, first).await;
    let (cpu, begin) = (cpu_micros()?, Instant::now());
    for round in 0..rounds {
        let now = round.cast_signed();
        let claimed = store.claim_jobs(time(now), time(now + 60), 1_000).await?;
        assert_eq!(claimed.jobs.len() as u64, conversations);
        let mut changes = Vec::new();
        for one in claimed.jobs {
            next += 1;
            let sample = samples.get_mut(&one.conversation_id).expect("a conversation that was started here");
            changes.push(step(sample, Some(one.job.id), next));
        }
        commit_all(&store, changes).await;
    }
    report("steps: claim, fulfil, next job", conversations * rounds, cpu_micros()? - cpu, begin);

    let (cpu, begin) = (cpu_micros()?, Instant::now());
    for round in 0..rounds {
        store.claim_jobs(time(round.cast_signed()), time(60), 1).await?;
    }
    report("claims", rounds, cpu_micros()? - cpu, begin);
    drop(store);
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}

#[expect(clippy::print_stdout, reason = "its output is what it is for")]
fn report(what: &str, count: u64, micros: u64, begin: Instant) {
    let wall = begin.elapsed().as_micros() as f64 / count as f64;
    println!("{what}: {count}, {:.0} µs CPU and {wall:.0} µs each", micros as f64 / count as f64);
}

/// A step that fulfils a job and writes the next one.
fn step(sample: &mut Sample, fulfils: Option<JobId>, next: u64) -> Change {
    let mut change = sample.revise(|_| {});
    change.fulfils = fulfils;
    change.jobs.push(job(next, 0));
    change
}

async fn commit_all(store: &Arc<SqliteStore>, changes: Vec<Change>) {
    let mut running = JoinSet::new();
    for change in changes {
        let store = Arc::clone(store);
        running.spawn(async move { store.commit(organization_id(1), change).await });
    }
    for result in running.join_all().await {
        assert!(result.is_ok(), "{result:?}");
    }
}

/// What this process has used of all cores so far (Linux; the clock's tick is 10 ms).
fn cpu_micros() -> Result<u64, Box<dyn std::error::Error>> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let mut fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11);
    let mut ticks = || fields.next().unwrap_or("0").parse::<u64>();
    Ok((ticks()? + ticks()?) * 10_000)
}
