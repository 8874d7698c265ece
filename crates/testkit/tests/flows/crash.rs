//! Kills the real binary at whatever step its flows stand, again and again, and compares what was promised with what is
//! there: every message once, every attribute once, every write to the other system once by its key.
//!
//! `WAYBILL_CRASH_CYCLES` says how often (6 unless told), `WAYBILL_CRASH_SEED` repeats the choices of an earlier run.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use serde_json::{Value, json};
use tokio::{sync::Notify, task::JoinSet};
use waybill_model::{Actor, Direction, Event, EventBody, FlowExit, RoutingChange, Time};
use waybill_server::{
    service::{QueueWish, StreamItem, StreamStart},
    wiring::system_ambient,
};
use waybill_testkit::{
    RestClient, ServerProcess,
    rig::{dice::Dice, process::without_limits},
};

use crate::{
    support::{Rig, admin, borrowed, builder, number, path, records, steps, token},
    target::{Answer, PATIENCE, Target},
};

/// Chats of one cycle.
const CHATS: usize = 24;
/// A server whose moment does not come dies of age.
const LONGEST_LIFE: Duration = Duration::from_secs(3);
/// After so many cycles every place at which a run can stand was hit.
const ENOUGH_CYCLES: u64 = 20;

/// Every kind of step: it speaks, asks another system, keeps what that says, writes back, rests, asks the customer, calls
/// another flow, and hands over.
const FLOW: &str = "
flow: every-step
kind: inboundMessage
uses: { customData: [crmCustomerId] }
start: hello
actions:
  hello: { sendMessage: One, next: look-up }
  look-up:
    apiRequest:
      url: \"{{ env.CRM_URL }}/customers/{{ customData.crmCustomerId }}\"
      retry: { attempts: 10 }
      set: { tier: $.tier }
    success: name-it
    failure: lost
    missing: lost
  name-it: { setVariable: { kept: \"{{ tier }}\" }, next: is-gold }
  is-gold: { decision: kept == 'gold', then: keep, else: lost }
  keep: { setAttributes: { tier: \"{{ kept }}\" }, next: write }
  write:
    apiRequest:
      method: POST
      url: \"{{ env.CRM_URL }}/notes\"
      body: { customer: \"{{ customData.crmCustomerId }}\" }
      retry: { attempts: 10 }
    success: said
    failure: lost
  said: { sendMessage: Two, next: rest }
  rest: { wait: 50ms, next: ask }
  ask: { ask: Three, timeout: 1s, next: lost, noAnswer: aside }
  aside: { subFlow: { flow: inner }, next: to-queue, failure: lost }
  to-queue: { transferToQueue: Support }
  lost: { sendMessage: Lost }
";

const INNER: &str = "
flow: inner
kind: inboundMessage
start: four
actions:
  four: { sendMessage: Four, next: pause }
  pause: { wait: 50ms }
";

const PATH: &str = "hello next, look-up waits, look-up success, name-it next, is-gold then, keep next, write waits, \
                    write success, said next, rest waits, rest next, ask waits, ask noAnswer, aside calls, inner/four next, \
                    inner/pause waits, inner/pause next, aside next, to-queue ends";

/// Where a run can stand when its server dies.
const PLACES: [&str; 6] = ["start", "look-up", "write", "rest", "ask", "inner/pause"];

fn fresh_seed() -> u64 {
    use std::hash::{BuildHasher, Hasher, RandomState};
    RandomState::new().build_hasher().finish()
}

/// The server dies when so many of something have come.
#[derive(Default)]
struct Countdown {
    left: AtomicUsize,
    over: Notify,
}

impl Countdown {
    fn set(&self, count: usize) {
        self.left.store(count, Ordering::SeqCst);
    }

    fn count(&self) {
        // Below zero it goes on from the greatest number, so it is over once.
        if self.left.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.over.notify_one();
        }
    }
}

/// What can be counted.
#[derive(Default)]
struct Countdowns {
    answered_starts: Countdown,
    look_ups: Countdown,
    writes: Countdown,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn flow22_p3_a_server_that_is_killed_at_any_step_neither_loses_nor_doubles() {
    let (seed, cycles) = (number("WAYBILL_CRASH_SEED", fresh_seed()), number("WAYBILL_CRASH_CYCLES", 6));
    println!("crash rig of flows: {cycles} cycles, WAYBILL_CRASH_SEED={seed}");
    let mut dice = Dice::new(seed);
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let fatal = Arc::new(Countdowns::default());
    let counted = Arc::clone(&fatal);
    let target = Target::answering(move |received| match received.path.as_str() {
        "/notes" => {
            counted.writes.count();
            Answer::Json(201, json!({}))
        }
        _ => {
            counted.look_ups.count();
            Answer::Json(200, json!({"tier": "gold"}))
        }
    })
    .await;
    let mut rig = Rig::of(builder(&target).data(&data).start().await, target).await;
    let queue = QueueWish { name: "Support".to_owned(), ..QueueWish::default() };
    rig.server.service().create_queue(&admin(&rig.server).await, queue).await.unwrap();
    rig.published(INNER).await;
    rig.flow(FLOW).await;
    let (deployment, token) = (rig.open(), token(&rig.server).await);
    let mut environment = vec![
        ("WAYBILL__OUTBOUND__ALLOW_HTTP".to_owned(), "true".to_owned()),
        ("WAYBILL__OUTBOUND__ALLOW_NETWORKS".to_owned(), "127.0.0.1/32".to_owned()),
        ("WAYBILL__FLOWS__ENV__CRM_URL".to_owned(), rig.target.url.clone()),
        ("WAYBILL__FLOWS__CIRCUIT_FAILURES".to_owned(), "1000000".to_owned()),
    ];
    environment.extend(without_limits());
    rig.server.stop().await;

    let clock = system_ambient().clock;
    let (mut started, mut kills) = (BTreeSet::new(), Vec::new());
    for cycle in 1..=cycles {
        let server = ServerProcess::serve(&data, &borrowed(&environment)).await;
        // By turns: soon after a start was answered, while it looks up, while it writes, and whenever it comes.
        let countdowns = [&fatal.answered_starts, &fatal.look_ups, &fatal.writes];
        countdowns.iter().for_each(|countdown| countdown.set(usize::MAX));
        let moment = countdowns.get(usize::try_from(cycle % 4).unwrap());
        let life = match moment {
            Some(countdown) => {
                countdown.set(1 + usize::try_from(dice.below(CHATS as u64)).unwrap());
                LONGEST_LIFE
            }
            None => Duration::from_millis(1 + dice.below(1_500)),
        };
        let client = RestClient::anonymous(server.base_url()).unwrap().with_token(&token);
        let mut starts = JoinSet::new();
        for chat in 0..CHATS {
            let (client, deployment, fatal) = (client.clone(), deployment.clone(), Arc::clone(&fatal));
            starts.spawn(async move {
                let started = start(&client, &deployment, &format!("CRM-{cycle}-{chat}")).await;
                if started.is_some() {
                    fatal.answered_starts.count();
                }
                started
            });
        }
        let over = async {
            match moment {
                Some(countdown) => countdown.over.notified().await,
                None => std::future::pending().await,
            }
        };
        // The life of the server is what this rig varies; what is counted and does not come must not hold it up.
        tokio::select! {
            () = over => {}
            () = tokio::time::sleep(life) => {}
        }
        kills.push(clock.now());
        server.kill_9().await;
        started.extend(starts.join_all().await.into_iter().flatten());
    }
    assert!(started.len() >= CHATS, "nothing was started, so nothing was proven");

    let Rig { target, server } = rig;
    drop(server);
    let rig = Rig { server: builder(&target).data(&data).start().await, target };
    let logs = logs(&rig, &started, seed).await;
    for (conversation, events) in &logs {
        let at = format!("{conversation}, seed {seed}");
        let ends: Vec<_> = records(events).filter_map(|record| record.ended.as_ref()).collect();
        assert!(matches!(ends[..], [FlowExit::Transferred { .. }]), "{at}: {ends:?} {}", path(&steps(events)));
        assert_eq!(path(&steps(events)), PATH, "{at}");
        assert_eq!(said(events), ["One", "Two", "Three", "Four"], "{at}");
        let written = events
            .iter()
            .filter(|event| matches!((&event.body, &event.by), (EventBody::AttributesChanged { .. }, Actor::Flow(_))));
        assert_eq!(written.count(), 1, "{at}");
        assert_eq!(events.iter().filter(|event| is_queued(event)).count(), 1, "{at}");
    }
    let stood = stood(&logs, &kills);
    if cycles >= ENOUGH_CYCLES {
        for place in PLACES {
            assert!(stood.contains_key(place), "no server died while a run stood at `{place}`, seed {seed}: {stood:?}");
        }
    }
    let (repeated, writes) = written_once(&rig, seed);
    assert_eq!(writes, logs.len(), "every conversation wrote, seed {seed}");
    println!(
        r#"{{"rig":"flows","seed":{seed},"cycles":{cycles},"acknowledged":{},"conversations":{},"writes":{writes},"repeatedWithTheSameKey":{repeated},"runsThatStoodAt":{},"lost":0,"doubled":0}}"#,
        started.len(),
        logs.len(),
        json!(stood),
    );
}

/// The log of every conversation, once all runs are over.
async fn logs(rig: &Rig, started: &BTreeSet<String>, seed: u64) -> BTreeMap<String, Vec<Event>> {
    let (service, admin) = (rig.server.service(), rig.admin().await);
    let mut reader = service.read_events(&admin, None, StreamStart::Beginning).await.unwrap();
    let mut logs: BTreeMap<String, Vec<Event>> = BTreeMap::new();
    let mut over = BTreeSet::new();
    let is_read = |logs: &BTreeMap<String, _>, over: &BTreeSet<String>| {
        over.len() == logs.len() && started.iter().all(|conversation| over.contains(conversation))
    };
    while !is_read(&logs, &over) {
        let next = tokio::time::timeout(PATIENCE, reader.next()).await;
        let next = next.unwrap_or_else(|_| {
            let open: Vec<_> = logs.iter().filter(|(id, _)| !over.contains(*id)).collect();
            let missing: Vec<_> = started.iter().filter(|id| !logs.contains_key(*id)).collect();
            panic!("seed {seed}: {missing:?} are lost, and these do not come to their end: {open:#?}")
        });
        let StreamItem::Event(event) = next.unwrap() else { continue };
        let id = event.conversation_id.to_string();
        let events = logs.entry(id.clone()).or_default();
        events.push((*event).clone());
        // Whatever the order of the events of its last commit: a hand-over is over once the conversation waits in the queue.
        let is_over = records(events).any(|record| match &record.ended {
            Some(FlowExit::Transferred { .. }) => events.iter().any(is_queued),
            ended => ended.is_some(),
        });
        if is_over {
            over.insert(id);
        }
    }
    logs
}

/// How many runs stood where when their server was killed.
fn stood(logs: &BTreeMap<String, Vec<Event>>, kills: &[Time]) -> BTreeMap<String, usize> {
    let mut places = BTreeMap::new();
    for kill in kills {
        for events in logs.values() {
            let before: Vec<Event> = events.iter().filter(|event| event.at <= *kill).cloned().collect();
            if before.is_empty() || records(&before).any(|record| record.ended.is_some()) {
                continue;
            }
            let place = steps(&before).last().map_or_else(|| "start".to_owned(), |step| step.action.clone());
            *places.entry(place).or_default() += 1;
        }
    }
    places
}

fn is_queued(event: &Event) -> bool {
    match &event.body {
        EventBody::Routed(record) => matches!(record.change, RoutingChange::Queued { .. }),
        _ => false,
    }
}

fn said(events: &[Event]) -> Vec<&str> {
    let texts = events.iter().filter_map(|event| match &event.body {
        EventBody::MessageAdded { message } if message.direction == Direction::Outbound => Some(message.text.as_str()),
        _ => None,
    });
    texts.collect()
}

/// Each customer was written once: under one key, however often that was sent.
fn written_once(rig: &Rig, seed: u64) -> (usize, usize) {
    let mut keys: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let received = rig.target.received();
    let notes = received.iter().filter(|one| one.path == "/notes");
    let mut sent = 0;
    for note in notes {
        let body: Value = serde_json::from_str(&note.body).unwrap();
        keys.entry(body["customer"].as_str().unwrap().to_owned()).or_default().insert(note.key().to_owned());
        sent += 1;
    }
    for (customer, keys) in &keys {
        assert_eq!(keys.len(), 1, "{customer}, seed {seed}: {keys:?}");
    }
    (sent - keys.len(), keys.len())
}

/// Starts a chat; a server that is killed meanwhile answers nothing.
async fn start(client: &RestClient, deployment: &str, customer: &str) -> Option<String> {
    let body = json!({"deploymentId": deployment, "customData": {"crmCustomerId": customer}});
    let answer = client.post("/api/v2/conversations/webchat", &body).await.ok()?;
    let started: Value = answer.json().ok()?;
    Some(started["id"].as_str()?.to_owned())
}
