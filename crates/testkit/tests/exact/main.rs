//! Kills the real binary and the consumers of its log, again and again, during a long run of events, and compares what
//! each consumer has at the end with the log (NOT7, LOG4).
//!
//! `WAYBILL_EXACT_EVENTS` says how many events (1,000 in `cargo test`; `cargo xtask exact --events N` for as many as you
//! like, 100,000 when it is not said), `WAYBILL_EXACT_SEED` repeats the choices of an earlier run.
//! A consumer is what an integrator would write: it keeps what an event does and its cursor in a file, the cursor less
//! often than the events, so that it is told some again after each break; those are doubles by the event's id, and it
//! passes over them. Its controls show that the comparison sees a consumer that forgets its cursor, and one that does
//! not pass over doubles.

mod consumer;
mod writer;

use std::{
    collections::HashMap,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use tokio::sync::watch;
use waybill_testkit::{
    RestClient,
    rig::{dice::Dice, process::Running, site::Site},
};

use self::{
    consumer::{Consumer, Habit, Source},
    writer::{THE_END, Writer},
};

const EVENTS: u64 = 1_000;
const WRITERS: usize = 4;
/// The shortest and the longest life of a server, in milliseconds; the longest grows with the run.
const LIFE: (u64, u64) = (100, 500);
const LONGEST_LIFE: u64 = 4_000;
/// The longest life of a consumer, in milliseconds; it grows with the run as well.
const CONSUMER_LIFE: u64 = 300;
/// Nothing that lives takes longer to catch up.
const PATIENCE: Duration = Duration::from_secs(120);

/// Where the server is now; `None` while it is down.
type Address = watch::Receiver<Option<String>>;

fn number(name: &str, default: u64) -> Result<u64> {
    match std::env::var(name) {
        Ok(text) => text.parse().with_context(|| format!("{name}={text}")),
        Err(_) => Ok(default),
    }
}

/// What became of a run.
struct Outcome {
    /// The log, as it is read without a break: the ids of its events.
    log: Vec<String>,
    /// What was acknowledged to the writers and is not in the log, or is there twice.
    unacknowledged: Vec<String>,
    consumers: Vec<Consumer>,
    kills: u64,
}

/// One run: writers write, the server dies and comes back, consumers die and come back, until enough was written; then
/// everybody catches up.
async fn run(folder: &Path, seed: u64, events: u64, habits: &[(Source, Habit)]) -> Result<Outcome> {
    let mut dice = Dice::new(seed);
    let site = Site::create(&folder.join("server")).await?;
    let (told, address) = watch::channel(None);
    let mut server = Running::start(&site.folder).await?;
    let channels = channels(&server.base_url(), &site.access_token, habits).await?;
    told.send_replace(Some(server.base_url()));

    let site = Arc::new(site);
    let (stop, stopped) = watch::channel(false);
    let written = Arc::new(AtomicU64::new(0));
    let mut writers = tokio::task::JoinSet::new();
    for number in 0..WRITERS {
        let writer = Writer::new(number, dice.split(), Arc::clone(&site), address.clone(), Arc::clone(&written));
        writers.spawn(writer.run(stopped.clone()));
    }
    let mut consumers = tokio::task::JoinSet::new();
    for (number, ((source, habit), channel)) in habits.iter().zip(channels).enumerate() {
        let file = folder.join(format!("consumer-{number}"));
        let consumer = Consumer::new(*source, *habit, channel, file, site.access_token.clone(), address.clone());
        consumers.spawn(consumer.live(dice.split(), (events / 50).clamp(CONSUMER_LIFE, LONGEST_LIFE), stopped.clone()));
    }

    let mut kills = 0;
    let longest = (events / 20).clamp(LIFE.1, LONGEST_LIFE);
    while written.load(Ordering::SeqCst) < events {
        let life = Duration::from_millis(LIFE.0 + dice.below(longest - LIFE.0));
        // The life of the server is what this rig varies; nothing waits here for something to happen.
        tokio::time::sleep(life).await;
        told.send_replace(None);
        server.kill().await?;
        kills += 1;
        server = Running::start(&site.folder).await?;
        told.send_replace(Some(server.base_url()));
    }
    stop.send_replace(true);
    let mut acknowledged = Vec::new();
    while let Some(writer) = writers.join_next().await {
        acknowledged.extend(writer??);
    }
    let mut ended = Vec::new();
    while let Some(consumer) = consumers.join_next().await {
        ended.push(consumer?);
    }
    // Nobody writes any more: what the log holds now is what everybody has to end with.
    let client = RestClient::anonymous(&server.base_url())?.with_token(&site.access_token);
    Writer::write_the_end(&client, &site).await?;
    let whole = Consumer::reader(site.access_token.clone(), address).read_all(PATIENCE, THE_END).await?;
    let last = whole.last().context("the log is empty")?.id.clone();
    for consumer in &mut ended {
        consumer.catch_up(PATIENCE, &last).await?;
    }
    server.stop().await?;
    ensure!(whole_numbers(&whole), "the log itself has a hole in a conversation");
    let mut marks = HashMap::<&str, u64>::new();
    for mark in whole.iter().filter_map(|event| event.mark.as_deref()) {
        *marks.entry(mark).or_default() += 1;
    }
    let unacknowledged = acknowledged.into_iter().filter(|mark| marks.get(mark.as_str()) != Some(&1)).collect();
    Ok(Outcome { log: whole.into_iter().map(|event| event.id).collect(), unacknowledged, consumers: ended, kills })
}

/// A channel for each consumer of notifications.
async fn channels(base_url: &str, token: &str, habits: &[(Source, Habit)]) -> Result<Vec<Option<String>>> {
    let client = RestClient::anonymous(base_url)?.with_token(token);
    let mut channels = Vec::new();
    for (source, _) in habits {
        channels.push(match source {
            Source::Events => None,
            Source::Notifications => {
                let created: serde_json::Value =
                    client.post("/api/v2/notifications/channels", &serde_json::Value::Null).await?.json()?;
                let id = created["id"].as_str().context("a channel without id")?.to_owned();
                let path = format!("/api/v2/notifications/channels/{id}/subscriptions");
                client
                    .post(&path, &serde_json::json!([{"id": "v2.conversations.*"}]))
                    .await?
                    .json::<serde_json::Value>()?;
                Some(id)
            }
        });
    }
    Ok(channels)
}

/// Within each conversation the numbers are 1, 2, 3 …
fn whole_numbers(log: &[consumer::Told]) -> bool {
    let mut last = HashMap::<&str, u64>::new();
    log.iter().all(|event| {
        let number = last.entry(&event.conversation).or_default();
        *number += 1;
        *number == event.number
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn not7_log4_a_consumer_ends_with_the_exact_sequence_whoever_is_killed() -> Result<()> {
    let (events, seed) = (number("WAYBILL_EXACT_EVENTS", EVENTS)?, number("WAYBILL_EXACT_SEED", 1)?);
    let folder = tempfile::tempdir()?;
    let habits = [(Source::Events, Habit::Careful), (Source::Notifications, Habit::Careful)];
    let outcome = run(folder.path(), seed, events, &habits).await?;
    let Outcome { log, unacknowledged, consumers, kills } = outcome;
    for consumer in &consumers {
        println!(
            r#"{{"rig":"exact","seed":{seed},"source":"{:?}","events":{},"serverKills":{kills},"consumerKills":{},"doubles":{}}}"#,
            consumer.source(),
            log.len(),
            consumer.kills(),
            consumer.doubles()
        );
    }
    ensure!(log.len() as u64 >= events, "only {} events were written", log.len());
    ensure!(unacknowledged.is_empty(), "acknowledged and not there once: {unacknowledged:?}");
    for consumer in &consumers {
        ensure!(kills > 0 && consumer.kills() > 0, "nobody was killed, so nothing was proven");
        let kept = consumer.kept()?;
        ensure!(kept == log, "{:?}: {}", consumer.source(), difference(&kept, &log));
    }
    Ok(())
}

/// The controls: a consumer that begins anew with what happens now has holes, one that keeps everything it is told has
/// doubles. The comparison must notice both.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn not7_control_careless_consumers_do_not_pass() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let habits = [
        (Source::Events, Habit::ForgetsItsCursor),
        (Source::Notifications, Habit::ForgetsItsCursor),
        (Source::Events, Habit::KeepsDoubles),
        (Source::Notifications, Habit::KeepsDoubles),
    ];
    let outcome = run(folder.path(), 7, 600, &habits).await?;
    for consumer in &outcome.consumers {
        let kept = consumer.kept()?;
        ensure!(kept != outcome.log, "{:?} {:?} passed", consumer.source(), consumer.habit());
    }
    Ok(())
}

fn difference(kept: &[String], log: &[String]) -> String {
    let place = kept.iter().zip(log).position(|(one, other)| one != other).unwrap_or_else(|| kept.len().min(log.len()));
    let at = |list: &[String]| list.get(place).cloned().unwrap_or_else(|| "nothing".to_owned());
    format!("{} events kept, {} in the log; at {place} stands {}, not {}", kept.len(), log.len(), at(kept), at(log))
}
