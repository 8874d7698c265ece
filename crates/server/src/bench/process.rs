//! What a process and a disk have done, as the kernel tells it.

use std::{os::unix::fs::MetadataExt, path::Path};

use anyhow::{Context, Result};

/// Ticks per second of the times in `/proc`: fixed for user space on Linux.
const TICKS: u64 = 100;

/// What a process has used.
#[derive(Debug, Clone, Copy)]
pub(super) struct ProcessStat {
    /// Processor time of user and kernel, in microseconds.
    pub(super) cpu_us: u64,
    /// Memory that is resident, in bytes.
    pub(super) resident: u64,
}

impl ProcessStat {
    /// Reads it.
    pub(super) fn of(process: u32) -> Result<Self> {
        let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).context("the process is gone")?;
        // The name stands in brackets and may hold anything; the rest is numbers.
        let (_, rest) = stat.rsplit_once(") ").context("/proc/…/stat has another shape")?;
        let field = |index: usize| -> Result<u64> {
            Ok(rest.split(' ').nth(index).context("/proc/…/stat is short")?.parse()?)
        };
        let ticks = field(11)? + field(12)?;
        let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
        let resident: u64 = resident.trim().trim_end_matches(" kB").parse()?;
        Ok(Self { cpu_us: ticks * 1_000_000 / TICKS, resident: resident * 1_024 })
    }

    /// Of this process.
    pub(super) fn own() -> Result<Self> {
        Self::of(std::process::id())
    }
}

/// How often the disk below a folder was told to flush; `None` where the kernel does not count.
pub(super) fn flushes(folder: &Path) -> Result<Option<u64>> {
    let device = std::fs::metadata(folder)?.dev();
    let major = ((device >> 8) & 0xfff) | ((device >> 32) & !0xfff);
    let minor = (device & 0xff) | ((device >> 12) & !0xff);
    let path = format!("/sys/dev/block/{major}:{minor}/stat");
    let Ok(stat) = std::fs::read_to_string(path) else { return Ok(None) };
    Ok(stat.split_whitespace().nth(15).map(str::parse).transpose()?)
}

/// The load of the machine over the last minute.
pub(super) fn load() -> Result<f64> {
    let text = std::fs::read_to_string("/proc/loadavg")?;
    Ok(text.split(' ').next().context("/proc/loadavg is empty")?.parse()?)
}

/// How many files this process may hold open.
pub(super) fn open_files() -> Result<u64> {
    let limits = std::fs::read_to_string("/proc/self/limits")?;
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files")).context("no limit of open files")?;
    let soft = line.split_whitespace().next().context("no limit of open files")?;
    Ok(soft.parse().unwrap_or(u64::MAX))
}
