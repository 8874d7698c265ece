//! Kills the real binary under load, again and again on one growing folder, and compares what was acknowledged with
//! what is there.
//!
//! `WAYBILL_CRASH_CYCLES` says how often (6 in `cargo test`; `cargo xtask test` asks for 30, `cargo xtask crash --cycles N`
//! for as many as you like), `WAYBILL_CRASH_SEED` repeats the choices of an earlier run.
//! A kill leaves the page cache alone, so this rig cannot tell a synced commit from an unsynced one: the power cuts of
//! the fault rig do. What it proves is that nothing acknowledged lives in the process alone, that recovery finds it,
//! and that retries after a crash meet what is there. Its controls show that the comparison sees a loss: a folder whose
//! last writes are taken away again, and one with a flipped bit, must not pass.

use std::{path::Path, time::Duration};

use anyhow::{Context, Result, bail, ensure};
use waybill_testkit::rig::{
    compare::{Fault, compare},
    dice::Dice,
    found::Found,
    integrator::Cursor,
    load::{ApiClient, Guest, Open, Target, record, start_again},
    process::Running,
    read_back::{Depth, read_back},
    record::{Fate, Record},
    site::Site,
};

const GUESTS: usize = 12;
const API_CLIENTS: usize = 3;
const CYCLES: usize = 6;
/// The shortest and the longest life of a server under load, in milliseconds.
const LIFE: (u64, u64) = (20, 600);

/// A folder, those who write into it, and what was read back so far.
struct Rig {
    site: Site,
    dice: Dice,
    open: Open,
    guests: Vec<Guest>,
    clients: Vec<ApiClient>,
    found: Found,
    cursor: Cursor,
}

impl Rig {
    async fn new(folder: &Path, seed: u64) -> Result<Self> {
        let mut dice = Dice::new(seed);
        let guests = (0..GUESTS).map(|number| Guest::new(number, dice.split())).collect();
        let clients = (0..API_CLIENTS).map(|number| ApiClient::new(number, dice.split())).collect();
        let site = Site::create(folder).await?;
        Ok(Self { site, dice, open: Open::default(), guests, clients, found: Found::default(), cursor: None })
    }

    fn record(&self) -> Record {
        record(&self.guests, &self.clients)
    }

    /// Lets everybody write for a while, then kills the server under them.
    async fn load_and_kill(&mut self, server: Running) -> Result<()> {
        let target = Target::new(&self.site, &server, &self.open)?;
        let life = Duration::from_millis(LIFE.0 + self.dice.below(LIFE.1 - LIFE.0));
        let mut tasks = tokio::task::JoinSet::new();
        for mut guest in self.guests.drain(..) {
            let target = target.clone();
            tasks.spawn(async move {
                let outcome = guest.run(&target).await;
                (Some(guest), None, outcome)
            });
        }
        for mut client in self.clients.drain(..) {
            let target = target.clone();
            tasks.spawn(async move {
                let outcome = client.run(&target).await;
                (None, Some(client), outcome)
            });
        }
        // The life of the server is what this rig varies; nothing waits here for something to happen.
        tokio::time::sleep(life).await;
        target.announce_the_end();
        server.kill().await?;
        let mut faults = Vec::new();
        while let Some(ended) = tasks.join_next().await {
            let (guest, client, outcome) = ended?;
            self.guests.extend(guest);
            self.clients.extend(client);
            faults.extend(outcome.err());
        }
        match faults.into_iter().next() {
            None => Ok(()),
            Some(fault) => Err(fault),
        }
    }

    /// What the stream told so far plus what it tells now, and the views of some chats or all.
    async fn check(&mut self, server: &Running, depth: Depth) -> Result<Vec<Fault>> {
        let record = self.record();
        read_back(&self.site, server, &record, &mut self.found, &mut self.cursor, depth, &mut self.dice).await?;
        let faults = compare(&record, &self.found);
        // Views are of now: the next check reads them again.
        for conversation in self.found.conversations.values_mut() {
            (conversation.context, conversation.history) = (None, None);
        }
        Ok(faults)
    }

    /// START1: a start that was acknowledged before a crash is answered the same after it.
    async fn repeat_starts(&mut self, server: &Running) -> Result<()> {
        let record = self.record();
        let known: Vec<_> = record.chats.values().filter(|chat| chat.start.fate == Fate::Acknowledged).collect();
        for _ in 0..3 {
            if let Some(chat) = self.dice.pick(&known) {
                start_again(&self.site, server.address(), &chat.start).await?;
            }
        }
        Ok(())
    }
}

fn number(name: &str, default: u64) -> Result<u64> {
    match std::env::var(name) {
        Ok(text) => text.parse().with_context(|| format!("{name}={text}")),
        Err(_) => Ok(default),
    }
}

fn fresh_seed() -> u64 {
    use std::hash::{BuildHasher, Hasher, RandomState};
    RandomState::new().build_hasher().finish()
}

#[track_caller]
fn assert_no(faults: &[Fault], when: &str) {
    let list: Vec<String> = faults.iter().take(20).map(ToString::to_string).collect();
    assert!(faults.is_empty(), "{when}: {} faults, for example\n{}", faults.len(), list.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p2_p3_start1_log2_what_was_acknowledged_survives_every_crash() -> Result<()> {
    let (seed, cycles) = (number("WAYBILL_CRASH_SEED", fresh_seed())?, number("WAYBILL_CRASH_CYCLES", CYCLES as u64)?);
    println!("crash rig: {cycles} cycles, WAYBILL_CRASH_SEED={seed}");
    let folder = tempfile::tempdir()?;
    let mut rig = Rig::new(folder.path(), seed).await?;
    for cycle in 1..=cycles {
        let server = Running::start(&rig.site.folder).await?;
        let faults = rig.check(&server, Depth::Sample(10)).await?;
        assert_no(&faults, &format!("before cycle {cycle}, seed {seed}"));
        rig.repeat_starts(&server).await?;
        rig.load_and_kill(server).await.with_context(|| format!("cycle {cycle}, seed {seed}"))?;
    }
    let server = Running::start(&rig.site.folder).await?;
    let faults = rig.check(&server, Depth::Everything).await?;
    assert_no(&faults, &format!("after the last cycle, seed {seed}"));

    // The stream from its beginning tells the same as it did piece by piece, over all crashes (LOG4).
    let piece_by_piece = std::mem::take(&mut rig.found);
    rig.found.marks.clone_from(&piece_by_piece.marks);
    rig.cursor = None;
    let faults = rig.check(&server, Depth::Sample(0)).await?;
    assert_no(&faults, &format!("the whole stream, seed {seed}"));
    ensure!(rig.found.conversations == piece_by_piece.conversations, "two readings of the stream differ, seed {seed}");
    server.stop().await?;
    let (clean, said) = rig.site.doctor().await?;
    ensure!(clean, "waybill doctor: {said}");

    let tally = rig.record().tally();
    println!(
        r#"{{"rig":"crash","seed":{seed},"cycles":{cycles},"acknowledgedStarts":{},"acknowledgedWrites":{},"unknown":{},"lost":0,"doubled":0,"reordered":0,"changed":0}}"#,
        tally.starts, tally.writes, tally.unknown
    );
    ensure!(tally.starts > 0 && tally.writes > 0, "nothing was acknowledged, so nothing was proven");
    Ok(())
}

/// The control: what the store had written since its last checkpoint is taken away, as if it had been acknowledged
/// before it was written. The comparison must notice.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p2_control_a_folder_that_lost_its_last_writes_does_not_pass() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut rig = loaded(folder.path(), 1).await?;
    let wal = rig.site.folder.join("waybill.db-wal");
    let length = std::fs::metadata(&wal)?.len();
    ensure!(length > 0, "nothing was written");
    std::fs::File::options().write(true).open(&wal)?.set_len(length / 2)?;
    let server = Running::start(&rig.site.folder).await?;
    let faults = rig.check(&server, Depth::Everything).await?;
    ensure!(faults.iter().any(|fault| matches!(fault, Fault::Lost(_))), "the loss was not noticed: {faults:?}");
    server.stop().await?;
    Ok(())
}

/// The control for changed bytes: one character of a stored value is turned into another.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p2_control_a_flipped_bit_does_not_pass() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut rig = loaded(folder.path(), 2).await?;
    // A stop in good order leaves everything in the database file itself.
    Running::start(&rig.site.folder).await?.stop().await?;
    let database = rig.site.folder.join("waybill.db");
    let mut bytes = std::fs::read(&database)?;
    let record = rig.record();
    let acknowledged = record.chats.values().find(|chat| chat.start.fate == Fate::Acknowledged).context("no start")?;
    let needle = acknowledged.start.crm.as_bytes();
    let places: Vec<usize> = (0..bytes.len()).filter(|place| bytes[*place..].starts_with(needle)).collect();
    ensure!(!places.is_empty(), "the value is not in the file");
    // Some places may be on pages that nobody uses any more; all of them are not.
    places.iter().for_each(|place| bytes[place + needle.len() - 1] ^= 1);
    std::fs::write(&database, bytes)?;
    let (clean, said) = rig.site.doctor().await?;
    ensure!(!clean, "waybill doctor did not notice: {said}");
    let server = Running::start(&rig.site.folder).await?;
    let faults = match rig.check(&server, Depth::Everything).await {
        Ok(faults) => faults,
        Err(error) => bail!("the control could not be read at all: {error:#}"),
    };
    ensure!(!faults.is_empty(), "the flipped bit was served as good");
    server.kill().await?;
    Ok(())
}

/// A rig after one crash.
async fn loaded(folder: &Path, seed: u64) -> Result<Rig> {
    let mut rig = Rig::new(folder, seed).await?;
    let server = Running::start(&rig.site.folder).await?;
    rig.load_and_kill(server).await?;
    Ok(rig)
}
