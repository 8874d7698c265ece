//! Several servers in turn, round by round in another order each time, and their ratios.

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use anyhow::{Context, Result, bail};
use clap::Args;

use super::{
    Workload, floors,
    run::{Measured, Window},
    speak::Protocol,
    target::{Running, Target},
};
use crate::commands::terminal;

/// Measures Waybill and peers in turn.
#[derive(Debug, Args)]
pub(super) struct Compare {
    /// A peer that runs already: `plain=URL` or `socketio=URL`, and `,PID` for its processor time and memory.
    #[arg(long, value_name = "PEER", value_parser = peer)]
    peer: Vec<Running>,
    /// What to measure: start, message, rate (5,000 messages per second), idle, read, fanout.
    #[arg(long, value_delimiter = ',', value_parser = workload, default_value = "start,message,rate,read,fanout")]
    work: Vec<Workload>,
    /// How often.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Seconds to measure, each time.
    #[arg(long, default_value_t = 30.0)]
    seconds: f64,
    /// Seconds to warm up, each time.
    #[arg(long, default_value_t = 2.0)]
    warm: f64,
    /// Where Waybill keeps its data; the same disk as the peers'.
    #[arg(long, value_name = "DIR", default_value = ".")]
    data: PathBuf,
}

impl Compare {
    /// Prints one JSON line per measurement, then the table.
    pub(super) async fn run(self) -> Result<()> {
        let Self { peer, work, rounds, seconds, warm, data } = self;
        let window = Window { warm: Duration::from_secs_f64(warm), length: Duration::from_secs_f64(seconds) };
        let own = Target::own(&data).await?;
        let mut targets = vec![own];
        for running in peer {
            targets.push(Target::running(&Running { folder: Some(data.clone()), ..running }).await?);
        }
        let mut results: BTreeMap<(usize, String), Vec<Measured>> = BTreeMap::new();
        for round in 0..rounds {
            for (index, workload) in work.iter().enumerate() {
                let syncs = floors::syncs(&data, Duration::from_secs(1))?;
                terminal::say(
                    serde_json::json!({ "round": round, "workload": format!("{workload:?}"), "floor": syncs }),
                )?;
                for turn in 0..targets.len() {
                    let target = &targets[(round + turn) % targets.len()];
                    let measured = workload.run(target, workload.clients(), window).await;
                    let measured = measured.with_context(|| format!("{workload:?} of {}", target.name))?;
                    terminal::say(serde_json::to_string(&measured)?)?;
                    results.entry((index, target.name.clone())).or_default().push(measured);
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
            }
        }
        for ((index, system), measured) in &results {
            let ours = &results[&(*index, targets[0].name.clone())];
            terminal::say(line(work[*index], system, measured, ours))?;
        }
        for target in targets {
            target.end().await?;
        }
        Ok(())
    }
}

/// Median and range, and Waybill's ratio to this system: the median of the rounds' own ratios.
fn line(workload: Workload, system: &str, measured: &[Measured], ours: &[Measured]) -> String {
    let figure = |measured: &Measured| match workload {
        Workload::MessageAt(_) => measured.latency_us.map_or(0.0, |latency| latency.p99 as f64 / 1_000.0),
        Workload::Idle => measured.kib_per_connection.unwrap_or(0.0),
        Workload::Start | Workload::Message | Workload::Read | Workload::Fanout | Workload::Flow => measured.per_second,
    };
    let unit = match workload {
        Workload::MessageAt(_) => "ms p99",
        Workload::Idle => "KiB each",
        Workload::Start | Workload::Message | Workload::Read | Workload::Fanout | Workload::Flow => "per second",
    };
    let figures: Vec<f64> = measured.iter().map(figure).collect();
    let ratios: Vec<f64> = ours.iter().zip(measured).map(|(ours, theirs)| figure(ours) / figure(theirs)).collect();
    let cpu: Vec<f64> = measured.iter().filter_map(|one| one.server_cpu_us).collect();
    let (low, high) = figures.iter().fold((f64::MAX, f64::MIN), |(low, high), one| (low.min(*one), high.max(*one)));
    format!(
        "{:<18} {system:<10} {:>12.1} {unit} [{low:.1}–{high:.1}]  waybill is {:.2}×  server CPU {:.1} µs",
        format!("{workload:?}"),
        median(figures),
        median(ratios),
        median(cpu),
    )
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => f64::NAN,
        length if length % 2 == 1 => values[length / 2],
        length => f64::midpoint(values[length / 2 - 1], values[length / 2]),
    }
}

fn peer(text: &str) -> Result<Running> {
    let (kind, rest) = text.split_once('=').context("a peer is `plain=URL` or `socketio=URL`")?;
    let protocol = match kind {
        "plain" => Protocol::Plain,
        "socketio" => Protocol::Socketio,
        other => bail!("`{other}` is not a kind of peer; `plain` and `socketio` are"),
    };
    let (url, process) = match rest.split_once(',') {
        Some((url, process)) => (url, Some(process.parse().context("the process id of a peer")?)),
        None => (rest, None),
    };
    Ok(Running { url: url.to_owned(), protocol, ids: None, process, folder: None })
}

fn workload(text: &str) -> Result<Workload> {
    Ok(match text {
        "start" => Workload::Start,
        "message" => Workload::Message,
        "rate" => Workload::MessageAt(5_000.0),
        "idle" => Workload::Idle,
        "read" => Workload::Read,
        "fanout" => Workload::Fanout,
        other => bail!("`{other}` is no work; start, message, rate, idle, read and fanout are"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn peers_and_medians_are_read() {
        let running = peer("socketio=ws://127.0.0.1:7102,42").unwrap();
        assert_eq!((running.protocol, running.process), (Protocol::Socketio, Some(42)));
        assert!(peer("other=x").is_err() && peer("plain").is_err() && workload("starts").is_err());
        assert_eq!(median(vec![3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(vec![4.0, 1.0]), 2.5);
    }
}
