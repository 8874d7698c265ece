//! What a conversation sees of its flow.

use std::sync::Arc;

use serde_json::json;
use waybill_model::{Actor, Event, EventBody, FlowExit, Time, Trust, Waits};
use waybill_server::service::QueueWish;
use waybill_testkit::{ConnectOptions, FixedClock, GuestClient, StartChat};

use crate::{
    support::{Rig, builder, path, records, steps},
    target::{Answer, Target},
};

const GREET: &str = "
flow: greet
kind: inboundMessage
uses: { customData: [firstName?] }
start: hello
actions:
  hello:
    sendMessage: \"Hello {{ customData.firstName | default('you') }}\"
    next: bye
  bye:
    sendMessage: And bye
";

const ASK: &str = "
flow: ask
kind: inboundMessage
start: number
actions:
  number:
    ask: What is your number?
    accept: '[A-Z]{3}-[0-9]{4,}'
    set: claimed
    retries: 1
    retryMessage: Like ABC-1234, please.
    timeout: 2m
    next: thanks
    invalid: pity
    noAnswer: silence
  thanks:
    sendMessage: \"Thanks, {{ claimed }}.\"
  pity:
    sendMessage: That is none.
  silence:
    sendMessage: Are you still there?
";

#[tokio::test]
async fn flow20_flow21_a_flow_speaks_as_soon_as_the_chat_begins() {
    let rig = Rig::quiet().await;
    rig.flow(GREET).await;
    let mut chat = rig.chat(json!({"firstName": "Ada"})).await;
    assert_eq!(chat.hears().await, "Hello Ada");
    assert_eq!(chat.hears().await, "And bye");
    assert_eq!(rig.path(&chat.id).await, "hello next, bye next");
    let events = rig.until(&chat.id, "the end", |events| records(events).any(|record| record.ended.is_some())).await;
    let EventBody::Started { conversation, .. } = &events[0].body else { panic!("no start") };
    let run = conversation.run.as_ref().unwrap();
    assert_eq!((run.version, &run.waits), (1, &Waits::Turn), "the run begins with the conversation");
    let first = records(&events).next().unwrap();
    assert_eq!((first.started, &first.flow_name), (true, &"greet".to_owned()));
    assert!(matches!(events.last().unwrap().by, Actor::Flow(_)));
}

#[tokio::test]
async fn flow20_a_chat_that_a_message_or_an_api_client_begins_has_it_too() {
    let rig = Rig::quiet().await;
    rig.flow(GREET).await;
    let mut guest = rig.server.guest("open").await;
    guest.configure(false).await.unwrap();
    guest.send_message(waybill_testkit::NewMessage { text: "Hi".to_owned(), ..Default::default() }).await.unwrap();
    assert_eq!(guest.next_outbound().await.unwrap().text.as_deref(), Some("Hello you"));
    let body = json!({"deploymentId": rig.open(), "customData": {"firstName": "Bo"}});
    let started = rig.server.integrator().await.post("/api/v2/conversations/webchat", &body).await.unwrap();
    let started: serde_json::Value = started.json().unwrap();
    assert_eq!(rig.path(started["id"].as_str().unwrap()).await, "hello next, bye next");
}

#[tokio::test]
async fn flow20_without_a_published_flow_a_chat_has_none() {
    let rig = Rig::quiet().await;
    let chat = rig.chat(json!({})).await;
    let is_there = |events: &[waybill_model::Event]| events.len() >= 2;
    let events = rig.until(&chat.id, "the start", is_there).await;
    let EventBody::Started { conversation, .. } = &events[0].body else { panic!("no start") };
    assert_eq!((&conversation.run, conversation.participants.len()), (&None, 1));
}

#[tokio::test]
async fn flow37_an_answer_is_awaited_judged_and_asked_for_again() {
    let rig = Rig::quiet().await;
    rig.flow(ASK).await;
    let mut chat = rig.chat(json!({})).await;
    assert_eq!(chat.hears().await, "What is your number?");
    chat.says("seven").await;
    assert_eq!(chat.hears().await, "Like ABC-1234, please.");
    chat.says("ABC-1234").await;
    assert_eq!(chat.hears().await, "Thanks, ABC-1234.");
    assert_eq!(rig.ended(&chat.id).await.1, FlowExit::Finished);

    let mut chat = rig.chat(json!({})).await;
    assert_eq!(chat.hears().await, "What is your number?");
    chat.says("seven").await;
    assert_eq!(chat.hears().await, "Like ABC-1234, please.");
    chat.says("eight").await;
    assert_eq!(chat.hears().await, "That is none.");
}

#[tokio::test]
async fn flow37_whoever_does_not_answer_in_time_has_not_answered() {
    let target = Target::answering(|_| Answer::Json(200, json!({}))).await;
    let clock = Arc::new(FixedClock::at(Time::from_millis(1_795_198_135_000)));
    let server = builder(&target).clock(clock.clone()).start().await;
    let rig = Rig::of(server, target).await;
    rig.flow(ASK).await;
    let mut chat = rig.chat(json!({})).await;
    assert_eq!(chat.hears().await, "What is your number?");
    clock.advance_millis(2 * 60 * 1_000);
    assert_eq!(chat.hears().await, "Are you still there?");
    assert_eq!(rig.path(&chat.id).await, "number waits, number noAnswer, silence next");
}

#[tokio::test]
async fn flow37_a_chat_that_ends_ends_its_run() {
    let rig = Rig::quiet().await;
    rig.flow(ASK).await;
    let mut chat = rig.chat(json!({})).await;
    assert_eq!(chat.hears().await, "What is your number?");
    chat.guest.send_presence("Disconnect").await.unwrap();
    assert_eq!(rig.ended(&chat.id).await.1, FlowExit::Ended);
}

#[tokio::test]
async fn flow38_trust_decides_and_what_is_absent_says_why() {
    let rig = Rig::quiet().await;
    rig.flow(
        "
flow: trust
kind: inboundMessage
uses: { customData: [crmCustomerId?] }
start: vouched
actions:
  vouched:
    decision: trust.crmCustomerId == 'server'
    then: known
    else: claim
  known: { sendMessage: Welcome back }
  claim:
    sendMessage: \"You say you are {{ customData.crmCustomerId }}\"
    error: nobody
  nobody: { sendMessage: Who are you? }
",
    )
    .await;
    let mut chat = rig.chat(json!({"crmCustomerId": "CRM-1"})).await;
    assert_eq!(chat.hears().await, "You say you are CRM-1");
    let (taken, _) = rig.ended(&chat.id).await;
    assert_eq!((taken[1].reads[0].key.as_str(), taken[1].reads[0].trust), ("crmCustomerId", Some(Trust::Page)));

    let mut chat = rig.chat(json!({})).await;
    assert_eq!(chat.hears().await, "Who are you?");
    let (taken, _) = rig.ended(&chat.id).await;
    let read = taken.iter().flat_map(|step| &step.reads).find(|read| read.trust.is_none()).unwrap();
    assert_eq!((read.key.as_str(), read.absent.as_deref()), ("crmCustomerId", Some("never_sent")));

    let body = json!({"deploymentId": rig.open(), "customData": {"crmCustomerId": "CRM-1"}});
    let started = rig.server.integrator().await.post("/api/v2/conversations/webchat", &body).await.unwrap();
    let started: serde_json::Value = started.json().unwrap();
    assert_eq!(rig.path(started["id"].as_str().unwrap()).await, "vouched then, known next");
}

#[tokio::test]
async fn flow31_a_conversation_stays_on_its_version_and_a_rollback_is_for_new_ones() {
    let rig = Rig::quiet().await;
    let version = |word: &str| {
        format!(
            "
flow: versions
kind: inboundMessage
start: ask
actions:
  ask: {{ ask: '{word}?', timeout: 10m, set: said, next: tell, noAnswer: tell }}
  tell: {{ sendMessage: '{word}!' }}
"
        )
    };
    let id = rig.flow(&version("one")).await;
    let mut first = rig.chat(json!({})).await;
    assert_eq!(first.hears().await, "one?");
    rig.publish(&id, &version("two")).await;
    let mut second = rig.chat(json!({})).await;
    assert_eq!(second.hears().await, "two?");
    let service = rig.server.service();
    let back = service.rollback_flow(&rig.admin().await, &id, "1").await.unwrap();
    assert_eq!((back.flow.entity.published, back.flow.entity.newest), (Some(1), 2));
    let mut third = rig.chat(json!({})).await;
    assert_eq!(third.hears().await, "one?");
    for (chat, word) in [(&mut first, "one!"), (&mut second, "two!"), (&mut third, "one!")] {
        chat.says("go on").await;
        assert_eq!(chat.hears().await, word);
    }
}

#[tokio::test]
async fn flow31_a_sub_flow_returns_to_the_version_that_called_it() {
    let rig = Rig::quiet().await;
    rig.published(
        "
flow: inner
kind: inboundMessage
start: ask
actions:
  ask: { ask: Name?, timeout: 10m, set: name, next: done, noAnswer: done }
  done: { end: {} }
",
    )
    .await;
    let outer = |word: &str| {
        format!(
            "
flow: outer
kind: inboundMessage
start: inside
actions:
  inside: {{ subFlow: {{ flow: inner, set: {{ name: $.name }} }}, next: tell, failure: tell }}
  tell:
    sendMessage: \"{word}, {{{{ name | default('nobody') }}}}\"
"
        )
    };
    let id = rig.flow(&outer("Hello")).await;
    let mut chat = rig.chat(json!({})).await;
    assert_eq!(chat.hears().await, "Name?");
    rig.publish(&id, &outer("Moin")).await;
    chat.says("Ada").await;
    assert_eq!(chat.hears().await, "Hello, Ada");
}

#[tokio::test]
async fn flow39_a_hand_over_waits_in_the_queue_with_what_its_rules_add() {
    let rig = Rig::quiet().await;
    let integrator = rig.server.admin().await;
    let made = integrator.post("/api/v2/routing/queues", &json!({"name": "Gold"})).await.unwrap();
    let queue: serde_json::Value = made.json().unwrap();
    rig.flow(
        "
flow: hand-over
kind: inboundMessage
start: tier
actions:
  tier: { setAttributes: { tier: gold }, next: to-queue }
  to-queue: { transferToQueue: { queue: Gold, priority: 7 } }
",
    )
    .await;
    let chat = rig.chat(json!({})).await;
    let (_, exit) = rig.ended(&chat.id).await;
    assert_eq!(exit, FlowExit::Transferred { queue_id: queue["id"].as_str().unwrap().parse().unwrap() });
    let conversation = rig.server.service().get_conversation(&rig.admin().await, &chat.id).await.unwrap();
    let queued = conversation.queued.as_ref().unwrap();
    assert_eq!((queued.queue_id.to_string(), queued.priority), (queue["id"].as_str().unwrap().to_owned(), 7));
    assert_eq!(conversation.run, None, "the flow lets go");
    assert_eq!(rig.context(&chat.id).await["tier"], "gold");
}

#[tokio::test]
async fn flow21_a_pause_and_a_restart_lose_nothing() {
    let target = Target::answering(|_| Answer::Json(200, json!({}))).await;
    let clock = Arc::new(FixedClock::at(Time::from_millis(1_795_198_135_000)));
    let server = builder(&target).clock(clock.clone()).start().await;
    let mut rig = Rig::of(server, target).await;
    rig.flow(
        "
flow: pause
kind: inboundMessage
start: hello
actions:
  hello: { sendMessage: Hello, next: rest }
  rest: { wait: 10m, next: bye }
  bye: { sendMessage: Bye }
",
    )
    .await;
    let mut chat = rig.chat(json!({})).await;
    assert_eq!(chat.hears().await, "Hello");
    rig.server.restart().await;
    clock.advance_millis(10 * 60 * 1_000);
    assert_eq!(rig.path(&chat.id).await, "hello next, rest waits, rest next, bye next");
    let said = |events: &[waybill_model::Event]| path(&steps(events)).ends_with("bye next");
    let events = rig.until(&chat.id, "the end", said).await;
    let texts: Vec<&str> = events
        .iter()
        .filter_map(|event| match &event.body {
            EventBody::MessageAdded { message } => Some(message.text.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(texts, ["Hello", "Bye"]);
}

#[tokio::test]
async fn wire17_our_own_sockets_are_told_their_place_in_the_queue() {
    let rig = Rig::quiet().await;
    let (service, admin) = (rig.server.service(), rig.admin().await);
    service.create_queue(&admin, QueueWish { name: "Support".to_owned(), ..QueueWish::default() }).await.unwrap();
    rig.flow("flow: on\nkind: inboundMessage\nstart: on\nactions:\n  on: { transferToQueue: Support }\n").await;
    let application = |name: &str| ConnectOptions { application: Some(name.to_owned()), ..rig.server.visitor("open") };
    let mut ours = GuestClient::connect(application("waybill-sdk-2.0.0")).await.unwrap();
    ours.start_chat(StartChat::default()).await.unwrap();
    let place = loop {
        let push = ours.next_push().await.unwrap();
        if serde_json::to_value(push.class).unwrap() == "QueuePositionEvent" {
            break serde_json::from_str::<serde_json::Value>(push.body.get()).unwrap();
        }
    };
    assert_eq!(place, json!({"position": 1}), "nobody can tell how long");
}

#[tokio::test]
async fn flow40_another_flow_goes_on_with_what_it_is_handed() {
    let rig = Rig::quiet().await;
    rig.published(
        "
flow: goes-on
kind: inboundMessage
variables: { plan: none, rounds: 1 }
start: tell
actions:
  tell: { sendMessage: \"{{ plan }} {{ rounds }}\" }
",
    )
    .await;
    rig.flow(
        "
flow: begins
kind: inboundMessage
uses: { customData: [plan] }
start: keep
actions:
  keep: { setVariable: { kept: \"{{ customData.plan }}\" }, next: hand-over }
  hand-over: { transferToFlow: goes-on, variables: { plan: \"{{ kept }}\" } }
",
    )
    .await;
    let mut chat = rig.chat(json!({"plan": "gold"})).await;
    assert_eq!(chat.hears().await, "gold 1");
    let is_over = |events: &[Event]| records(events).filter(|record| record.ended.is_some()).count() == 2;
    let events = rig.until(&chat.id, "the end of both runs", is_over).await;
    assert_eq!(path(&steps(&events)), "keep next, hand-over ends, tell next");
    let flows: Vec<_> = records(&events).map(|record| record.flow_name.clone()).collect();
    assert_eq!(flows, ["begins", "goes-on"]);
}
