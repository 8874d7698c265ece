//! `bench`: measures a server on this machine, beside what the machine itself allows in the same minute.

mod compare;
mod floors;
mod process;
mod report;
mod rest;
mod run;
mod speak;
mod target;
mod wire;
mod workloads;

use std::{path::PathBuf, process::ExitCode, time::Duration};

use anyhow::{Result, bail};
use clap::{Args, Subcommand};
use tokio::{runtime, task::LocalSet};

use self::{
    report::Report,
    run::{Measured, Window},
    speak::Protocol,
    target::{Running, Target},
};

/// Measures a server on this machine.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  waybill bench start\n  waybill bench message --clients 4000 --seconds 30 --json\n  waybill bench message --rate 5000 --clients 1000\n  waybill bench read --target http://127.0.0.1:8080 --ids ./demo-data/demo.json\n  waybill bench start --target ws://127.0.0.1:7101 --protocol plain\n  waybill bench compare --peer plain=ws://127.0.0.1:7101 --rounds 5 --seconds 30\n\nWithout --target a server of its own is started on a new folder, with its rate limits raised, and removed afterwards.\nGenerator and server share the processors: compare figures of one run, not of different ones. See docs/performance.md."
)]
pub(crate) struct Bench {
    #[command(subcommand)]
    work: Work,
}

#[derive(Debug, Subcommand)]
enum Work {
    /// Connect, start a chat with its context, be acknowledged, leave.
    Start(Common),
    /// Messages, one outstanding in each chat; with --rate at a fixed pace.
    Message(MessageArgs),
    /// Memory and processor time of chats in which nothing happens.
    Idle(Common),
    /// Authorized reads of one conversation each.
    Read(Common),
    /// Connect, start a chat, and wait for what the demo's flow says after it has asked the example CRM.
    Flow(Common),
    /// Events that each go to many subscribers.
    Fanout(Common),
    /// Several servers in turn, round by round, with ratios.
    Compare(compare::Compare),
    /// The echo server that the others are held against.
    #[command(hide = true)]
    EchoFloor,
}

#[derive(Debug, Clone, Args)]
struct Common {
    /// A server that runs already, on this machine.
    #[arg(long, value_name = "URL")]
    target: Option<String>,
    /// What the target speaks.
    #[arg(long, value_enum, default_value = "waybill", requires = "target")]
    protocol: Protocol,
    /// `demo.json` of a Waybill target.
    #[arg(long, value_name = "FILE", requires = "target")]
    ids: Option<PathBuf>,
    /// The target's process, for its processor time and memory.
    #[arg(long, value_name = "PID", requires = "target")]
    pid: Option<u32>,
    /// Connections.
    #[arg(long)]
    clients: Option<usize>,
    /// Seconds to measure, after a warm-up.
    #[arg(long, default_value_t = 10.0)]
    seconds: f64,
    /// Seconds to warm up.
    #[arg(long, default_value_t = 2.0)]
    warm: f64,
    /// Where a server of its own keeps its data, and where syncs are measured; a disk, not memory.
    #[arg(long, value_name = "DIR", default_value = ".")]
    data: PathBuf,
    /// Leaves out the bare echo and the bare syncs.
    #[arg(long)]
    no_floors: bool,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct MessageArgs {
    #[command(flatten)]
    common: Common,
    /// Messages per second, whatever the server does; without it each chat says the next when the last is acknowledged.
    #[arg(long)]
    rate: Option<f64>,
}

impl Bench {
    pub(crate) fn run(self) -> Result<ExitCode> {
        // One thread: the generator shall not take more of the machine than it needs.
        let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
        LocalSet::new().block_on(&runtime, async move {
            match self.work {
                Work::Start(common) => measure(Workload::Start, common).await?,
                Work::Message(MessageArgs { common, rate: None }) => measure(Workload::Message, common).await?,
                Work::Message(MessageArgs { common, rate: Some(rate) }) => {
                    measure(Workload::MessageAt(rate), common).await?;
                }
                Work::Idle(common) => measure(Workload::Idle, common).await?,
                Work::Read(common) => measure(Workload::Read, common).await?,
                Work::Flow(common) => measure(Workload::Flow, common).await?,
                Work::Fanout(common) => measure(Workload::Fanout, common).await?,
                Work::Compare(compare) => compare.run().await?,
                Work::EchoFloor => floors::serve_echo().await?,
            }
            Ok(ExitCode::SUCCESS)
        })
    }
}

/// One kind of work.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Workload {
    Start,
    Message,
    MessageAt(f64),
    Idle,
    Read,
    Fanout,
    Flow,
}

impl Workload {
    /// So many connections where nobody says another number.
    const fn clients(self) -> usize {
        match self {
            Self::Start => 64,
            Self::Message => 4_000,
            Self::MessageAt(_) | Self::Fanout => 1_000,
            Self::Idle => 10_000,
            Self::Read | Self::Flow => 32,
        }
    }

    async fn run(self, target: &Target, clients: usize, window: Window) -> Result<Measured> {
        let needed = clients as u64 + 200;
        let allowed = process::open_files()?;
        if needed > allowed {
            bail!("{clients} connections need {needed} open files, this process may have {allowed}; raise `ulimit -n`");
        }
        match self {
            Self::Start => workloads::start(target, clients, window).await,
            Self::Message => workloads::message(target, clients, window).await,
            Self::MessageAt(rate) => workloads::message_at(target, clients, rate, window).await,
            Self::Idle => workloads::idle(target, clients, window).await,
            Self::Read => workloads::read(target, clients, window).await,
            Self::Fanout => workloads::fanout(target, clients, window).await,
            Self::Flow => workloads::flow(target, clients, window).await,
        }
    }
}

async fn measure(workload: Workload, common: Common) -> Result<()> {
    let Common { target, protocol, ids, pid, clients, seconds, warm, data, no_floors, json } = common;
    let clients = clients.unwrap_or(workload.clients());
    let window = Window { warm: Duration::from_secs_f64(warm), length: Duration::from_secs_f64(seconds) };
    let short = Window { warm: Duration::from_millis(500), length: Duration::from_secs(3) };
    let (echo, syncs) = if no_floors {
        (None, None)
    } else {
        let syncs = floors::syncs(&data, Duration::from_secs(2))?;
        (Some(floors::echo(clients.min(4_000), short).await?), Some(syncs))
    };
    let (target, set_up) = match target {
        Some(url) => {
            let running = Running { url, protocol, ids, process: pid, folder: Some(data) };
            (Target::running(&running).await?, "a server that ran already".to_owned())
        }
        None => {
            let target = Target::own(&data).await?;
            let set_up = format!("a server of its own, rate limits raised, data in `{}`", data.display());
            (target, set_up)
        }
    };
    let measured = workload.run(&target, clients, window).await;
    target.end().await?;
    let report = Report {
        measured: measured?,
        version: env!("CARGO_PKG_VERSION"),
        optimised: !cfg!(debug_assertions),
        set_up,
        echo,
        syncs,
    };
    report.print(json)
}
