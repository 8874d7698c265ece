//! Disks that fail: a sync that reports an error, a disk that is full, and power that goes.
//!
//! A small C file is preloaded into the real binary (`shim/fault_shim.c`). It fails the N-th call and keeps a journal,
//! from which the folder is built anew as a disk would hold it that keeps only what was synced: what was acknowledged
//! must be in there. `WAYBILL_FAULT_POINTS` says how many places are tried (default 20, of 1 to 200; 200 tries all).

use std::{path::Path, time::Duration};

use anyhow::{Context, Result, bail, ensure};
use tempfile::TempDir;
use waybill_testkit::rig::{
    compare::{Fault, compare},
    dice::Dice,
    found::Found,
    journal::{Unsynced, Until, replay},
    load::{ApiClient, Guest, Open, Target, record},
    process::{Ended, Launched, Running},
    read_back::{Depth, read_back},
    record::{Record, Tally},
    shim::{Counts, Shim, Wrong},
    site::Site,
};

/// The last place at which a call is made to fail.
const LAST: u64 = 200;
/// How long a server is written to that does not end by itself, in milliseconds.
const LIFE: u64 = 400;

/// A server with the shim in it, and those who write to it.
struct Rig {
    /// Holds everything; removed at the end.
    place: TempDir,
    /// The folder as it was before the server started.
    before: Site,
    site: Site,
    shim: Shim,
    guests: Vec<Guest>,
    clients: Vec<ApiClient>,
    seed: u64,
}

/// A folder that all rigs of a test begin with.
async fn template() -> Result<(TempDir, Site)> {
    let place = tempfile::tempdir()?;
    let site = Site::create(&place.path().join("data")).await?;
    Ok((place, site))
}

impl Rig {
    fn new(template: &Site, wrong: Option<Wrong>, guests: usize, seed: u64) -> Result<Self> {
        let place = tempfile::tempdir()?;
        let before = template.copy_to(&place.path().join("before"))?;
        let site = template.copy_to(&place.path().join("data"))?;
        let shim = Shim::new(&site.folder, &place.path().join("aside"), wrong)?;
        let mut dice = Dice::new(seed);
        let guests = (0..guests).map(|number| Guest::new(number, dice.split())).collect();
        let clients = vec![ApiClient::new(0, dice.split())];
        Ok(Self { place, before, site, shim, guests, clients, seed })
    }

    fn record(&self) -> Record {
        record(&self.guests, &self.clients)
    }

    fn tally(&self) -> Tally {
        self.record().tally()
    }

    fn counts(&self) -> Result<Counts> {
        self.shim.counts()
    }

    /// Writes until the server ends by itself, or its time is up and it is killed. Says how it ended by itself.
    async fn load(&mut self, server: Box<Running>, life: Duration) -> Result<Option<Ended>> {
        let target = Target::new(&self.site, &server, &Open::default())?;
        // What fails is what this rig is about: no connection is expected to last.
        target.announce_the_end();
        let (guests, clients) = (std::mem::take(&mut self.guests), std::mem::take(&mut self.clients));
        let writing = async {
            let mut tasks = tokio::task::JoinSet::new();
            for mut guest in guests {
                let target = target.clone();
                tasks.spawn(async move {
                    let outcome = guest.run(&target).await;
                    (Some(guest), None, outcome)
                });
            }
            for mut client in clients {
                let target = target.clone();
                tasks.spawn(async move {
                    let outcome = client.run(&target).await;
                    (None, Some(client), outcome)
                });
            }
            tasks.join_all().await
        };
        let (ended, written) = tokio::join!(end_or_kill(server, life), writing);
        for (guest, client, outcome) in written {
            self.guests.extend(guest);
            self.clients.extend(client);
            outcome?;
        }
        ended
    }

    /// Starts a sound server on a folder and compares what is there with what was acknowledged.
    async fn compare_in(&self, folder: &Path) -> Result<Vec<Fault>> {
        let site = self.site.at(folder)?;
        let server = Running::start(&site.folder).await?;
        let (mut found, mut cursor, record) = (Found::default(), None, self.record());
        let mut dice = Dice::new(self.seed);
        read_back(&site, &server, &record, &mut found, &mut cursor, Depth::Everything, &mut dice).await?;
        server.stop().await?;
        let (clean, said) = site.doctor().await?;
        ensure!(clean, "waybill doctor: {said}");
        Ok(compare(&record, &found))
    }

    /// The folder as the disk holds it after the power went.
    fn cut(&self, name: &str, until: Until, mut unsynced: Unsynced) -> Result<std::path::PathBuf> {
        let target = self.place.path().join(name);
        replay(&self.before.folder, self.shim.folder(), &self.shim.journal(), until, &mut unsynced, &target)?;
        Ok(target)
    }

    /// The folder as it was left, and as two power cuts would have left it.
    async fn compare_everywhere(&self) -> Result<()> {
        let left = self.compare_in(&self.site.folder).await.context("the folder as it was left")?;
        assert_no(&left, self.seed, "in the folder as it was left");
        let gone = self.cut("gone", Until::End, Unsynced::Gone)?;
        let gone = self.compare_in(&gone).await.context("after a cut")?;
        assert_no(&gone, self.seed, "after a cut that took everything unsynced");
        let some = self.cut("some", Until::End, Unsynced::Some(Dice::new(self.seed)))?;
        let some = self.compare_in(&some).await.context("after a torn cut")?;
        assert_no(&some, self.seed, "after a cut that took some of the unsynced");
        Ok(())
    }
}

async fn end_or_kill(mut server: Box<Running>, life: Duration) -> Result<Option<Ended>> {
    let deadline = tokio::time::Instant::now() + life;
    let mut look = tokio::time::interval(Duration::from_millis(5));
    while tokio::time::Instant::now() < deadline {
        look.tick().await;
        if server.has_ended()? {
            return Ok(Some(server.ended().await?));
        }
    }
    server.kill().await?;
    Ok(None)
}

#[track_caller]
fn assert_no(faults: &[Fault], seed: u64, what: &str) {
    let list: Vec<String> = faults.iter().take(20).map(ToString::to_string).collect();
    assert!(faults.is_empty(), "seed {seed}, {what}: {} faults, for example\n{}", faults.len(), list.join("\n"));
}

/// The places at which a call fails: some of 1 to 200, spread evenly, or all.
fn points() -> Result<Vec<u64>> {
    let count: u64 = match std::env::var("WAYBILL_FAULT_POINTS") {
        Ok(text) => text.parse().context("WAYBILL_FAULT_POINTS")?,
        Err(_) => 20,
    };
    ensure!((1..=LAST).contains(&count), "WAYBILL_FAULT_POINTS is 1 to {LAST}");
    Ok((0..count).map(|index| 1 + index * LAST / count).collect())
}

fn assert_clear(ended: &Ended, point: u64) -> Result<()> {
    ensure!(!ended.status.success(), "point {point}: the server ended as if all were well");
    let told = ended.log.iter().any(|line| line.contains("ERROR") || line.starts_with("waybill: "));
    ensure!(told, "point {point}: no clear line in its log:\n{}", ended.log.join("\n"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p2_a_failed_sync_is_never_acknowledged_and_stops_the_server() -> Result<()> {
    let (_place, template) = template().await?;
    let (mut stopped, mut acknowledged) = (0, 0);
    for point in points()? {
        let mut rig = Rig::new(&template, Some(Wrong::Sync(point)), 3, point)?;
        let ended = match Running::launch(&rig.site.folder, Some(&rig.shim)).await? {
            Launched::Down(ended) => Some(ended),
            // It ends by itself as soon as the sync fails; the time is only for a server that would not.
            Launched::Up(server) => {
                rig.load(server, Duration::from_secs(20)).await.with_context(|| format!("point {point}"))?
            }
        };
        let Some(ended) = ended else {
            bail!("point {point}: the server went on after a failed sync, {:?}", rig.counts()?)
        };
        ensure!(rig.counts()?.faults == 1, "point {point}: {:?}", rig.counts()?);
        assert_clear(&ended, point)?;
        rig.compare_everywhere().await.with_context(|| format!("point {point}"))?;
        stopped += 1;
        acknowledged += rig.tally().starts + rig.tally().writes;
    }
    println!(r#"{{"rig":"failed sync","points":{stopped},"acknowledged":{acknowledged},"lost":0}}"#);
    ensure!(acknowledged > 0, "nothing was acknowledged at any point, so nothing was proven");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p2_a_failed_write_is_never_acknowledged() -> Result<()> {
    let (_place, template) = template().await?;
    for point in points()?.into_iter().step_by(2) {
        for wrong in [Wrong::Write(point), Wrong::Short(point)] {
            let mut rig = Rig::new(&template, Some(wrong), 3, point)?;
            match Running::launch(&rig.site.folder, Some(&rig.shim)).await? {
                Launched::Down(ended) => assert_clear(&ended, point)?,
                Launched::Up(server) => {
                    if let Some(ended) = rig.load(server, Duration::from_millis(LIFE)).await? {
                        assert_clear(&ended, point)?;
                    }
                }
            }
            rig.compare_everywhere().await.with_context(|| format!("{wrong:?}"))?;
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p2_what_was_acknowledged_survives_a_power_cut() -> Result<()> {
    let (_place, template) = template().await?;
    for seed in 1..=3 {
        let mut rig = Rig::new(&template, None, 8, seed)?;
        let Launched::Up(server) = Running::launch(&rig.site.folder, Some(&rig.shim)).await? else {
            bail!("a server without faults did not start");
        };
        ensure!(rig.load(server, Duration::from_millis(LIFE)).await?.is_none(), "it ended by itself");
        rig.compare_everywhere().await?;
        ensure!(rig.tally().writes > 0, "nothing was acknowledged, so nothing was proven");
    }
    Ok(())
}

/// The control: a disk that lied about its last syncs has lost something that was acknowledged, and the comparison
/// must say so. This is what a server would show that acknowledges before its commit is on disk.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p2_control_acknowledgements_ahead_of_the_sync_do_not_pass() -> Result<()> {
    let (_place, template) = template().await?;
    let mut rig = Rig::new(&template, None, 8, 7)?;
    let Launched::Up(server) = Running::launch(&rig.site.folder, Some(&rig.shim)).await? else {
        bail!("a server without faults did not start");
    };
    rig.load(server, Duration::from_millis(LIFE)).await?;
    let lied = rig.cut("lied", Until::WithoutLastSyncs(5), Unsynced::Gone)?;
    let faults = rig.compare_in(&lied).await?;
    ensure!(faults.iter().any(|fault| matches!(fault, Fault::Lost(_))), "the loss was not noticed: {faults:?}");
    Ok(())
}

/// The control of the shim itself: it is in the process, it counts, and without a fault everything is acknowledged.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p2_control_the_shim_is_loaded_and_does_no_harm_by_itself() -> Result<()> {
    let (_place, template) = template().await?;
    let mut rig = Rig::new(&template, None, 3, 11)?;
    let Launched::Up(server) = Running::launch(&rig.site.folder, Some(&rig.shim)).await? else {
        bail!("a server without faults did not start");
    };
    rig.load(server, Duration::from_millis(LIFE)).await?;
    let Counts { syncs, writes, faults, loaded } = rig.counts()?;
    ensure!(loaded && syncs > 0 && writes > 0 && faults == 0, "{:?}", rig.counts()?);
    let tally = rig.tally();
    ensure!(tally.starts > 0 && tally.writes > 0, "nothing was acknowledged");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn log1_a_full_disk_is_told_not_acknowledged_and_over_when_there_is_room() -> Result<()> {
    let (_place, template) = template().await?;
    let mut rig = Rig::new(&template, None, 3, 13)?;
    let Launched::Up(server) = Running::launch(&rig.site.folder, Some(&rig.shim)).await? else {
        bail!("a server without faults did not start");
    };
    let deployment = &rig.site.deployment_id;
    let mut socket = waybill_testkit::rig::socket::Socket::open(server.address(), deployment).await?;
    let mut guest = Dice::new(17);
    let token = guest.text(43);
    let start = |id: &str, crm: &str| {
        serde_json::json!({
            "action": "startChat", "deploymentId": deployment, "organizationId": rig.site.organization_id,
            "token": token, "startToken": id, "tracingId": id, "api": "webMessagingClient",
            "options": { "customData": { "crmCustomerId": crm } },
        })
    };
    rig.shim.fill_the_disk()?;
    let refused = socket.ask(&start("full", "CRM-FULL")).await?;
    ensure!(refused["class"] == "Error" && refused["code"] == 503, "a full disk was answered: {refused}");
    let writes = rig.counts()?.writes;
    ensure!(rig.counts()?.faults > 0 && writes > 0, "the disk was not full: {:?}", rig.counts()?);
    rig.shim.make_room()?;
    let taken = socket.ask(&start("full", "CRM-FULL")).await?;
    ensure!(taken["class"] == "StartChatResponse" && taken["body"]["resumed"] == false, "with room again: {taken}");
    drop(socket);
    server.stop().await?;
    // The folder that saw it is sound, and everybody can go on with it.
    let server = Box::new(Running::start(&rig.site.folder).await?);
    ensure!(rig.load(server, Duration::from_millis(LIFE)).await?.is_none(), "the server did not go on");
    ensure!(rig.tally().starts > 0, "nothing was acknowledged afterwards");
    let (clean, said) = rig.site.doctor().await?;
    ensure!(clean, "waybill doctor: {said}");
    Ok(())
}

/// The disk fills up at the N-th write and stays full: nothing is acknowledged from there on, nothing before is lost.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn log1_a_disk_that_fills_up_loses_nothing() -> Result<()> {
    let (_place, template) = template().await?;
    for point in points()?.into_iter().step_by(4) {
        let mut rig = Rig::new(&template, Some(Wrong::Full(point)), 3, point)?;
        match Running::launch(&rig.site.folder, Some(&rig.shim)).await? {
            Launched::Down(ended) => assert_clear(&ended, point)?,
            Launched::Up(server) => drop(rig.load(server, Duration::from_millis(LIFE)).await?),
        }
        rig.compare_everywhere().await.with_context(|| format!("point {point}"))?;
    }
    Ok(())
}
