//! Results for people and for machines.

use std::fmt::Write as _;

use anyhow::Result;
use serde::Serialize;

use super::{floors::SyncFloor, run::Measured};
use crate::commands::terminal;

/// A result with the floors of the same minutes.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Report {
    #[serde(flatten)]
    pub(super) measured: Measured,
    /// The version of the generator.
    pub(super) version: &'static str,
    /// Whether it was built for speed.
    pub(super) optimised: bool,
    /// What was different from a server as it is installed.
    pub(super) set_up: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) echo: Option<Measured>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) syncs: Option<SyncFloor>,
}

impl Report {
    /// Operations for each round trip of the bare echo.
    fn per_echo(&self) -> Option<f64> {
        self.echo.as_ref().map(|echo| self.measured.per_second / echo.per_second)
    }

    /// Operations for each sync of one bare writer.
    fn per_sync(&self) -> Option<f64> {
        self.syncs.map(|floor| self.measured.per_second / floor.per_second)
    }

    /// Writes it to standard output.
    pub(super) fn print(&self, json: bool) -> Result<()> {
        if json {
            terminal::say(serde_json::to_string(self)?)?;
        } else {
            terminal::say(self.text()?)?;
        }
        Ok(())
    }

    fn text(&self) -> Result<String> {
        let Measured { workload, system, clients, rate, seconds, operations, per_second, .. } = &self.measured;
        let measured = &self.measured;
        let mut text = format!("{workload} · {system} · {clients} clients · {seconds} s");
        if let Some(rate) = rate {
            write!(text, " · {rate} per second asked")?;
        }
        writeln!(text, "\n  {}", self.set_up)?;
        if !self.optimised {
            writeln!(text, "  built without optimisation: these figures say nothing about a release")?;
        }
        if let Some(kib) = measured.kib_per_connection {
            writeln!(text, "  {kib:.1} KiB per connection (growth of the server's resident memory)")?;
        } else {
            writeln!(text, "  {per_second:.0} per second ({operations} in all)")?;
        }
        if let Some(latency) = measured.latency_us {
            writeln!(
                text,
                "  latency in ms: p50 {:.2}, p90 {:.2}, p99 {:.2}, p99.9 {:.2}, longest {:.2}",
                millis(latency.p50),
                millis(latency.p90),
                millis(latency.p99),
                millis(latency.p999),
                millis(latency.max)
            )?;
        }
        if let (Some(each), Some(cores)) = (measured.server_cpu_us, measured.server_cores) {
            writeln!(
                text,
                "  server: {each:.1} µs of processor each, {cores:.2} cores; generator {:.2} cores",
                measured.generator_cores
            )?;
        }
        if let Some(per_flush) = measured.per_flush {
            writeln!(text, "  {per_flush:.1} for each flush of the disk")?;
        }
        if let (Some(echo), Some(ratio)) = (&self.echo, self.per_echo()) {
            writeln!(text, "  {ratio:.2} of a bare echo ({:.0} round trips per second)", echo.per_second)?;
        }
        if let (Some(floor), Some(ratio)) = (&self.syncs, self.per_sync()) {
            writeln!(
                text,
                "  {ratio:.2} for each bare append and sync ({:.0} per second, p50 {} µs, p99 {} µs)",
                floor.per_second, floor.p50_us, floor.p99_us
            )?;
        }
        write!(text, "  load of the machine before: {:.2}", measured.load_before)?;
        Ok(text)
    }
}

fn millis(micros: u64) -> f64 {
    micros as f64 / 1_000.0
}
