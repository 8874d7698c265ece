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
use tokio::sync::Notify;
use waybill_model::{Actor, Direction, Event, EventBody, FlowExit};
use waybill_testkit::{RestClient, ServerProcess, TestServer, rig::dice::Dice};

use crate::{
    support::{Rig, builder, path, records, steps},
    target::{Answer, Target},
};

/// Chats of one cycle.
const CHATS: usize = 8;

/// Every kind of step: it speaks, asks another system, keeps what that says, writes back, rests, and ends.
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
    success: keep
    failure: lost
    missing: lost
  keep: { setAttributes: { tier: \"{{ tier }}\" }, next: write }
  write:
    apiRequest:
      method: POST
      url: \"{{ env.CRM_URL }}/notes\"
      body: { customer: \"{{ customData.crmCustomerId }}\" }
      retry: { attempts: 10 }
    success: said
    failure: lost
  said: { sendMessage: Two, next: rest }
  rest: { wait: 30ms, next: bye }
  bye: { sendMessage: Three }
  lost: { sendMessage: Lost }
";

const PATH: &str = "hello next, look-up waits, look-up success, keep next, write waits, write success, said next, \
                    rest waits, rest next, bye next";

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap())
}

fn fresh_seed() -> u64 {
    use std::hash::{BuildHasher, Hasher, RandomState};
    RandomState::new().build_hasher().finish()
}

/// What the rig knows while servers come and go.
struct Site {
    deployment: String,
    token: String,
    environment: Vec<(String, String)>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn flow22_p3_a_server_that_is_killed_at_any_step_neither_loses_nor_doubles() {
    let (seed, cycles) = (number("WAYBILL_CRASH_SEED", fresh_seed()), number("WAYBILL_CRASH_CYCLES", 6));
    println!("crash rig of flows: {cycles} cycles, WAYBILL_CRASH_SEED={seed}");
    let mut dice = Dice::new(seed);
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let fatal = Arc::new((AtomicUsize::new(usize::MAX), Notify::new()));
    let counted = Arc::clone(&fatal);
    let target = Target::answering(move |received| {
        // The server dies when so many requests have come since it started.
        if counted.0.fetch_sub(1, Ordering::SeqCst) == 1 {
            counted.1.notify_one();
        }
        match received.path.as_str() {
            "/notes" => Answer::Json(201, json!({})),
            _ => Answer::Json(200, json!({"tier": "gold"})),
        }
    })
    .await;
    let mut rig = Rig::of(builder(&target).data(&data).start().await, target).await;
    rig.flow(FLOW).await;
    let site = Site {
        deployment: rig.open(),
        token: token(&rig.server).await,
        environment: vec![
            ("WAYBILL__OUTBOUND__ALLOW_HTTP".to_owned(), "true".to_owned()),
            ("WAYBILL__OUTBOUND__ALLOW_NETWORKS".to_owned(), "127.0.0.1/32".to_owned()),
            ("WAYBILL__FLOWS__ENV__CRM_URL".to_owned(), rig.target.url.clone()),
            ("WAYBILL__FLOWS__CIRCUIT_FAILURES".to_owned(), "1000000".to_owned()),
        ],
    };
    rig.server.stop().await;

    let mut started = BTreeSet::new();
    for cycle in 1..=cycles {
        let environment: Vec<(&str, &str)> =
            site.environment.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let server = ServerProcess::serve(&data, &environment).await;
        // Either after so many requests to the other system, or after a time: so steps without a request are hit, too.
        let by_request = dice.chance(60);
        let requests = 1 + usize::try_from(dice.below(2 * CHATS as u64)).unwrap();
        fatal.0.store(if by_request { requests } else { usize::MAX }, Ordering::SeqCst);
        let client = RestClient::anonymous(server.base_url()).unwrap().with_token(&site.token);
        for chat in 0..CHATS {
            started.extend(start(&client, &site.deployment, &format!("CRM-{cycle}-{chat}")).await);
        }
        let life = Duration::from_millis(if by_request { 3_000 } else { 1 + dice.below(150) });
        // The life of the server is what this rig varies; a request that does not come must not hold it up.
        tokio::select! {
            () = fatal.1.notified() => {}
            () = tokio::time::sleep(life) => {}
        }
        server.kill_9().await;
    }
    fatal.0.store(usize::MAX, Ordering::SeqCst);
    assert!(started.len() >= CHATS, "nothing was started, so nothing was proven");

    let Rig { target, server } = rig;
    drop(server);
    let rig = Rig { server: builder(&target).data(&data).start().await, target };
    for conversation in &started {
        let (_, exit) = rig.ended(conversation).await;
        let is_over = |events: &[Event]| records(events).any(|record| record.ended.is_some());
        let events = rig.until(conversation, "the end", is_over).await;
        assert_eq!(exit, FlowExit::Finished, "{conversation}, seed {seed}: {}", path(&steps(&events)));
        assert_eq!(path(&steps(&events)), PATH, "{conversation}, seed {seed}");
        assert_eq!(said(&events), ["One", "Two", "Three"], "{conversation}, seed {seed}");
        let written = events
            .iter()
            .filter(|event| matches!((&event.body, &event.by), (EventBody::AttributesChanged { .. }, Actor::Flow(_))));
        assert_eq!(written.count(), 1, "{conversation}, seed {seed}");
    }
    let (repeated, writes) = written_once(&rig, seed);
    println!(
        r#"{{"rig":"flows","seed":{seed},"cycles":{cycles},"conversations":{},"writes":{writes},"repeatedWithTheSameKey":{repeated},"lost":0,"doubled":0}}"#,
        started.len()
    );
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

async fn token(server: &TestServer) -> String {
    let client = &server.demo().oauth_client;
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", &client.id.to_string()),
        ("client_secret", &client.secret),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let request = server.anonymous().request(reqwest::Method::POST, "/oauth/token").form(&form);
    let answer: Value = serde_json::from_str(&request.send().await.unwrap().text().await.unwrap()).unwrap();
    answer["access_token"].as_str().unwrap().to_owned()
}
