//! How many commits one store acknowledges per second, and how many share a sync.
//!
//! `cargo run --release -p waybill-store --features conformance --example commit_rate [tasks] [seconds] [starts|messages]`

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::task::JoinSet;
use waybill_store::{
    SqliteOptions, SqliteStore, Store,
    conformance::{Sample, sample::start_token},
};

/// The allocator of the server.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What each task does in a closed loop.
#[derive(Clone, Copy)]
enum Work {
    /// Starts with a session, a start token and three attributes.
    Starts,
    /// Messages of 62 conversations per task.
    Messages,
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
#[expect(clippy::print_stdout, reason = "its output is what it is for")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let tasks: u64 = arguments.next().map_or(Ok(64), |text| text.parse())?;
    let seconds: u64 = arguments.next().map_or(Ok(5), |text| text.parse())?;
    let only = arguments.next();
    let folder = std::env::temp_dir().join("waybill-commit-rate");
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    let store = Arc::new(SqliteStore::open(&folder, SqliteOptions::default())?);
    for (name, work) in [("starts", Work::Starts), ("messages", Work::Messages)] {
        if only.as_ref().is_some_and(|only| only != name) {
            continue;
        }
        let (before, cpu) = (store.statistics(), cpu_micros()?);
        let begin = Instant::now();
        let mut latencies = run(&store, work, tasks, Duration::from_secs(seconds)).await;
        let elapsed = begin.elapsed().as_secs_f64();
        let cpu = (cpu_micros()? - cpu) as f64 / latencies.len() as f64;
        let after = store.statistics();
        let (writes, groups) = (after.writes - before.writes, after.groups - before.groups);
        latencies.sort_unstable();
        let at = |share: f64| latencies[((latencies.len() - 1) as f64 * share) as usize] as f64 / 1_000.0;
        println!(
            "{name}: {tasks} tasks, {:.0} commits/s, {:.1} commits per sync, {cpu:.0} µs CPU each, {} checkpoints, p50 {:.2} ms, p99 {:.2} ms, p99.9 {:.2} ms",
            latencies.len() as f64 / elapsed,
            writes as f64 / groups as f64,
            after.checkpoints - before.checkpoints,
            at(0.5),
            at(0.99),
            at(0.999),
        );
    }
    drop(store);
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}

/// What this process has used of all cores so far (Linux; the clock's tick is 10 ms).
fn cpu_micros() -> Result<u64, Box<dyn std::error::Error>> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let mut fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11);
    let mut ticks = || fields.next().unwrap_or("0").parse::<u64>();
    Ok((ticks()? + ticks()?) * 10_000)
}

/// Microseconds of every commit.
async fn run(store: &Arc<SqliteStore>, work: Work, tasks: u64, length: Duration) -> Vec<u64> {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let end = Instant::now() + length;
    let mut running = JoinSet::new();
    for _ in 0..tasks {
        let store = Arc::clone(store);
        running.spawn(async move {
            let (mut latencies, mut samples) = (Vec::new(), Vec::new());
            while Instant::now() < end {
                let change = if matches!(work, Work::Messages) && samples.len() == 62 {
                    let index = latencies.len() % samples.len();
                    let sample: &mut Sample = &mut samples[index];
                    sample.message("How long does delivery to Graz take?")
                } else {
                    let number = NEXT.fetch_add(1, Ordering::Relaxed);
                    let id = format!("CRM-{number}");
                    let mut sample = Sample::new(
                        number,
                        &[("crmCustomerId", id.as_str().into()), ("plan", "gold".into()), ("cart", "17".into())],
                    );
                    let mut change = sample.start_in_session(number, number);
                    change.start_token = Some(start_token(&format!("start-{number}"), number, 1));
                    if matches!(work, Work::Messages) {
                        samples.push(sample);
                    }
                    change
                };
                let begin = Instant::now();
                let committed = store.commit(waybill_store::conformance::sample::organization_id(1), change).await;
                assert!(committed.is_ok(), "{committed:?}");
                latencies.push(begin.elapsed().as_micros() as u64);
            }
            latencies
        });
    }
    running.join_all().await.concat()
}
