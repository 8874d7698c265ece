//! The clock of a measurement: a warm-up, a window, and what happened in it.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::Duration,
};

use anyhow::{Context, Result, bail};
use hdrhistogram::Histogram;
use serde::Serialize;
use tokio::{
    task::JoinSet,
    time::{Instant, sleep_until},
};

use super::{
    process::{ProcessStat, flushes, load},
    target::Target,
};

/// The longest latency that is told apart, in microseconds.
const LONGEST: u64 = 120_000_000;

/// How long to measure.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    pub(super) warm: Duration,
    pub(super) length: Duration,
}

/// What a measurement came to.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Measured {
    /// Which work.
    pub(super) workload: &'static str,
    /// Which server.
    pub(super) system: String,
    /// Connections that worked.
    pub(super) clients: usize,
    /// The asked rate, of an open loop.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) rate: Option<f64>,
    /// The length of the window.
    pub(super) seconds: f64,
    /// What was completed in it.
    pub(super) operations: u64,
    pub(super) per_second: f64,
    /// Latencies; of an open loop from the moment at which the operation was due.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) latency_us: Option<Latency>,
    /// Processor time of the server per operation; of its process alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) server_cpu_us: Option<f64>,
    /// Cores that the server used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) server_cores: Option<f64>,
    /// Cores that the generator used: near 1 means that it was the limit.
    pub(super) generator_cores: f64,
    /// Operations per flush of the disk below the data folder, whoever flushed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) per_flush: Option<f64>,
    /// Memory per connection, for the idle work.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) kib_per_connection: Option<f64>,
    /// Load of the machine before the measurement.
    pub(super) load_before: f64,
}

/// A distribution.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Latency {
    pub(super) p50: u64,
    pub(super) p90: u64,
    pub(super) p99: u64,
    pub(super) p999: u64,
    pub(super) max: u64,
}

/// What clients write into while a window is open.
#[derive(Clone)]
pub(super) struct Board {
    pub(super) begin: Instant,
    pub(super) end: Instant,
    count: Rc<Cell<u64>>,
    latencies: Rc<RefCell<Histogram<u64>>>,
}

impl Board {
    fn new(window: Window) -> Result<Self> {
        let begin = Instant::now() + window.warm;
        Ok(Self {
            begin,
            end: begin + window.length,
            count: Rc::default(),
            latencies: Rc::new(RefCell::new(Histogram::new_with_bounds(1, LONGEST, 3)?)),
        })
    }

    /// Whether there is more to do.
    pub(super) fn goes_on(&self) -> bool {
        Instant::now() < self.end
    }

    /// One operation, completed now, that began or was due at `since`.
    pub(super) fn done(&self, since: Instant) {
        let now = Instant::now();
        if now < self.begin || now >= self.end {
            return;
        }
        self.count.set(self.count.get() + 1);
        let micros = u64::try_from((now - since).as_micros()).unwrap_or(LONGEST);
        self.latencies.borrow_mut().saturating_record(micros.max(1));
    }

    /// So many operations whose latency is not of interest, completed now.
    pub(super) fn count(&self, operations: u64) {
        let now = Instant::now();
        if now >= self.begin && now < self.end {
            self.count.set(self.count.get() + operations);
        }
    }
}

/// Runs clients against a target through one window. The first failure of any client fails the measurement.
pub(super) async fn measure<C: Future<Output = Result<()>> + 'static>(
    workload: &'static str,
    target: &Target,
    window: Window,
    clients: impl FnOnce(&Board) -> Vec<C>,
) -> Result<Measured> {
    let load_before = load()?;
    let board = Board::new(window)?;
    let mut tasks = JoinSet::new();
    for client in clients(&board) {
        tasks.spawn_local(client);
    }
    let clients = tasks.len();
    let snapshot = || -> Result<_> {
        let flushes = target.folder.as_deref().map(flushes).transpose()?.flatten();
        Ok((target.stat()?, ProcessStat::own()?, flushes))
    };
    watch(&mut tasks, board.begin).await?;
    let (server, generator, flushed) = snapshot()?;
    watch(&mut tasks, board.end).await?;
    let (server_after, generator_after, flushed_after) = snapshot()?;
    while let Some(ended) = tasks.join_next().await {
        ended??;
    }
    let seconds = window.length.as_secs_f64();
    let operations = board.count.get();
    if operations == 0 && workload != "idle" {
        bail!("nothing was done in {seconds} s");
    }
    let cpu = server.zip(server_after).map(|(before, after)| (after.cpu_us - before.cpu_us) as f64);
    let per = |total: f64| if operations == 0 { 0.0 } else { total / operations as f64 };
    let latencies = board.latencies.borrow();
    Ok(Measured {
        workload,
        system: target.name.clone(),
        clients,
        rate: None,
        seconds,
        operations,
        per_second: operations as f64 / seconds,
        latency_us: (!latencies.is_empty()).then(|| Latency {
            p50: latencies.value_at_quantile(0.5),
            p90: latencies.value_at_quantile(0.9),
            p99: latencies.value_at_quantile(0.99),
            p999: latencies.value_at_quantile(0.999),
            max: latencies.max(),
        }),
        server_cpu_us: cpu.map(per),
        server_cores: cpu.map(|used| used / 1e6 / seconds),
        generator_cores: (generator_after.cpu_us - generator.cpu_us) as f64 / 1e6 / seconds,
        per_flush: flushed
            .zip(flushed_after)
            .filter(|(before, after)| after > before)
            .map(|(before, after)| operations as f64 / (after - before) as f64),
        kib_per_connection: None,
        load_before,
    })
}

/// Waits until the moment, and fails early when a client does.
async fn watch(tasks: &mut JoinSet<Result<()>>, until: Instant) -> Result<()> {
    loop {
        tokio::select! {
            () = sleep_until(until) => return Ok(()),
            Some(ended) = tasks.join_next() => ended?.context("a client of the measurement")?,
        }
    }
}
