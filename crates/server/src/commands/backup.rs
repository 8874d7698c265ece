//! `backup` and `restore`: a whole copy, verified by checksum both ways (LOG4, LOG10).

use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use waybill_server::wiring::{new_epoch, system_ambient};
use waybill_store::folder::{BackupReport, RestoreReport, backup, restore};

use super::{folder::Folder, terminal};

/// Copies the database of a data folder into one file, examines the copy, and writes its checksum beside it.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  waybill backup --config waybill.toml /backups/2026-11-20.db\n  waybill backup --data ./demo-data demo.db && waybill restore demo.db --data ./demo-again\n\nIt may run beside the server: everything that was answered before it began is in the copy. Nothing is overwritten.\nKeep FILE and FILE.xxh3 together; the copy holds personal data, and only its owner can read it."
)]
pub(crate) struct Backup {
    /// The file to make.
    file: PathBuf,
    #[command(flatten)]
    folder: Folder,
}

impl Backup {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let Self { file, folder } = self;
        let report = backup(&folder.path()?, &file)?;
        let BackupReport { file, checksum_file, checksum, bytes, events, conversations, newest } = report;
        terminal::say(format_args!(
            "backed up  {} ({bytes} bytes, xxh3-64 {checksum})\n           {events} log records up to {newest}, {conversations} conversations; every checksum fits\nbeside it  {}",
            file.display(),
            checksum_file.display()
        ))?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Makes a data folder of a backup, after comparing its checksum and examining every record.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  waybill restore /backups/2026-11-20.db --data /var/lib/waybill-restored\n\nThe folder must be new or empty. The restored log has a new epoch: readers of the event stream whose cursor is of\nbefore are answered 410 and told where to begin, so that nobody passes over what happens from now on."
)]
pub(crate) struct Restore {
    /// The backup; its checksum file must lie beside it.
    file: PathBuf,
    #[command(flatten)]
    folder: Folder,
}

impl Restore {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let Self { file, folder } = self;
        let folder = folder.path()?;
        let RestoreReport { events, conversations, epoch } = restore(&file, &folder, new_epoch(&system_ambient()))?;
        terminal::say(format_args!(
            "restored   {}\n           {events} log records, {conversations} conversations; every checksum fits\nepoch      {epoch}: cursors of before begin again\nnow        put the master.key of the former folder there (a backup does not hold it), or set WAYBILL_MASTER_KEY",
            folder.display()
        ))?;
        Ok(ExitCode::SUCCESS)
    }
}
