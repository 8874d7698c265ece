//! Every start under load: the first step of its flow reads the id that was handed over, exactly.
//!
//! `WAYBILL_FLOW_STARTS` says how many starts (1,000 unless told).

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};

use serde_json::{Value, json, value::to_raw_value};
use tokio::task::JoinSet;
use waybill_client::EventStream;
use waybill_model::Time;
use waybill_testkit::{
    ConnectOptions, GuestClient, RestClient, ServerProcess, StartChat, rig::process::without_limits,
};

use crate::{
    support::{Rig, borrowed, builder, number, token},
    target::{PATIENCE, Target},
};

/// Clients that start at the same time, and again as soon as they are answered.
const CLIENTS: usize = 32;

/// What the first step reads is written beside what was sent, with the trust `flow`.
const FLOW: &str = "
flow: reads-the-id
kind: inboundMessage
uses: { customData: [crmCustomerId] }
start: keep
actions:
  keep: { setAttributes: { seenByFlow: \"{{ customData.crmCustomerId }}\" } }
";

/// Every spelling leads to the key.
const SPELLINGS: [&str; 4] = ["crmCustomerId", "customerId", "crm_customer_id", "crmId"];

/// An id that nobody may round, trim or turn into a number.
fn id_of(start: usize) -> String {
    match start % 4 {
        0 => format!("CRM-{start}"),
        1 => format!("{start:012}"),
        2 => format!(" ü/{start}?&#\"' "),
        _ => format!("{{{{ {start} }}}}"),
    }
}

/// What the log tells of one conversation.
#[derive(Debug, Default)]
struct Told {
    started_at: String,
    /// The first step, and its time.
    first: Option<(Value, String)>,
    /// What the flow wrote: value and trust.
    wrote: Vec<(Value, Value)>,
    /// Times that a run ended.
    ends: usize,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn flow20_p3_under_load_the_first_step_of_every_start_reads_the_id() {
    let starts = usize::try_from(number("WAYBILL_FLOW_STARTS", 1_000)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let target = Target::answering(|_| unreachable!("this flow asks nobody")).await;
    let mut rig = Rig::of(builder(&target).data(&data).start().await, target).await;
    rig.flow(FLOW).await;
    let (deployment, token) = (rig.open(), token(&rig.server).await);
    rig.server.stop().await;

    let limits: Vec<(String, String)> = without_limits().collect();
    let server = ServerProcess::serve(&data, &borrowed(&limits)).await;
    let client = RestClient::anonymous(server.base_url()).unwrap().with_token(&token);
    let stream = client.events("/api/v2/events?cursor=beginning", None).await.unwrap();
    let reader = tokio::spawn(read(stream, starts));

    let (began, next) = (Instant::now(), Arc::new(AtomicUsize::new(0)));
    let mut clients = JoinSet::new();
    for _ in 0..CLIENTS {
        let (client, deployment, next) = (client.clone(), deployment.clone(), Arc::clone(&next));
        let base_url = server.base_url().to_owned();
        clients.spawn(async move {
            let mut sent = Vec::new();
            loop {
                let start = next.fetch_add(1, Ordering::SeqCst);
                if start >= starts {
                    return sent;
                }
                let conversation = match start % 2 {
                    0 => by_rest(&client, &deployment, start).await,
                    _ => by_guest(&base_url, &deployment, start).await,
                };
                sent.push((conversation, start));
            }
        });
    }
    let sent: BTreeMap<String, usize> = clients.join_all().await.into_iter().flatten().collect();
    let answered = began.elapsed();
    assert_eq!(sent.len(), starts, "every start is a conversation of its own");
    let told = reader.await.unwrap();
    let all = began.elapsed();

    let mut waits = Vec::with_capacity(starts);
    for (conversation, start) in &sent {
        let told = told.get(conversation).unwrap_or_else(|| panic!("{conversation} is not in the log"));
        let id = id_of(*start);
        let (step, at) = told.first.as_ref().unwrap_or_else(|| panic!("the flow of {conversation} took no step"));
        let trust = if start % 2 == 0 { "server" } else { "page" };
        assert_eq!(step["reads"], json!([{"key": "crmCustomerId", "trust": trust}]), "{conversation}: {step}");
        assert_eq!((&step["action"], &step["outcome"]), (&json!("keep"), &json!("next")), "{conversation}: {step}");
        assert_eq!(told.wrote, [(json!(id), json!("flow"))], "{conversation} was started with {id}");
        assert_eq!(told.ends, 1, "{conversation}");
        waits.push(millis_between(&told.started_at, at));
    }
    assert_eq!(told.len(), starts, "there is no other conversation");
    waits.sort_unstable();
    let at = |percent: usize| waits[(waits.len() - 1) * percent / 100];
    println!(
        r#"{{"rig":"flow starts","starts":{starts},"read":{},"clients":{CLIENTS},"seconds":{:.1},"startsPerSecond":{:.0},"firstStepsPerSecond":{:.0},"startToFirstStepMs":{{"p50":{},"p99":{},"max":{}}}}}"#,
        waits.len(),
        answered.as_secs_f64(),
        starts as f64 / answered.as_secs_f64(),
        starts as f64 / all.as_secs_f64(),
        at(50),
        at(99),
        at(100),
    );
}

async fn by_rest(client: &RestClient, deployment: &str, start: usize) -> String {
    let body = json!({"deploymentId": deployment, "customData": custom_data(start)});
    let answer = client.post("/api/v2/conversations/webchat", &body).await.unwrap();
    let started: Value = answer.json().unwrap();
    started["id"].as_str().unwrap().to_owned()
}

async fn by_guest(base_url: &str, deployment: &str, start: usize) -> String {
    let options = ConnectOptions {
        base_url: base_url.to_owned(),
        deployment_id: deployment.to_owned(),
        token: format!("load-{start:036}"),
        ..ConnectOptions::default()
    };
    let mut guest = GuestClient::connect(options).await.unwrap();
    let options = to_raw_value(&json!({ "customData": custom_data(start) })).unwrap();
    let started = guest.start_chat(StartChat { options: Some(options), ..StartChat::default() }).await.unwrap();
    started.conversation_id.to_string()
}

fn custom_data(start: usize) -> Value {
    json!({ SPELLINGS[start / 4 % SPELLINGS.len()]: id_of(start), "source": "load" })
}

/// Reads the log until the runs of so many conversations are over.
async fn read(mut stream: EventStream, conversations: usize) -> BTreeMap<String, Told> {
    let mut all: BTreeMap<String, Told> = BTreeMap::new();
    let mut over = 0;
    while over < conversations {
        let event = tokio::time::timeout(PATIENCE, stream.next()).await;
        let event = event.unwrap_or_else(|_| panic!("{over} of {conversations} runs are over, and nothing more comes"));
        let event: Value = serde_json::from_str(&event.unwrap().expect("the stream goes on").data).unwrap();
        let (data, at) = (&event["data"], event["at"].as_str().unwrap_or_default());
        let Some(conversation) = event["conversationId"].as_str() else { continue };
        let told = all.entry(conversation.to_owned()).or_default();
        match event["type"].as_str() {
            Some("conversation:start") => at.clone_into(&mut told.started_at),
            Some("conversation:attributes") => {
                let changes = data["changes"].as_array().unwrap();
                let seen = changes.iter().filter(|change| change["key"] == "seenByFlow");
                told.wrote.extend(seen.map(|change| (change["new"].clone(), change["trust"].clone())));
            }
            Some("conversation:flow") => {
                if let Some(step) = data["steps"].get(0) {
                    told.first.get_or_insert_with(|| (step.clone(), at.to_owned()));
                }
                if data.get("ended").is_some() {
                    told.ends += 1;
                    over += 1;
                }
            }
            _ => {}
        }
    }
    all
}

/// Milliseconds from one time of the log to a later one.
fn millis_between(from: &str, to: &str) -> i64 {
    let read = |text: &str| text.parse::<Time>().unwrap().millis();
    read(to) - read(from)
}
