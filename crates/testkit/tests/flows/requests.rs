//! Requests of flows, and what comes of them.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use serde_json::json;
use waybill_model::{ClientAuth, CredentialKind, Event, EventBody, FlowExit, RoutingChange, Trust};
use waybill_server::service::QueueWish;

use crate::{
    support::{Rig, TOKEN, builder, steps},
    target::{Answer, Received, Target},
};

/// Looks the customer up, keeps the tier, and says it.
const LOOK_UP: &str = "
flow: look-up
kind: inboundMessage
uses: { customData: [crmCustomerId?] }
start: look-up
actions:
  look-up:
    apiRequest:
      url: \"{{ env.CRM_URL }}/customers/{{ customData.crmCustomerId }}\"
      headers: { authorization: \"Bearer {{ secret.crmToken }}\" }
      timeout: 500ms
      retry: { attempts: 3 }
      set: { tier: $.tier }
    success: keep
    failure: sorry
    timeout: slow
    missing: who
  keep:
    setAttributes: { tier: \"{{ tier }}\" }
    next: write
  write:
    apiRequest:
      method: POST
      url: \"{{ env.CRM_URL }}/notes\"
      body: { customer: \"{{ customData.crmCustomerId }}\", conversation: \"{{ conversation.id }}\" }
    success: done
    failure: sorry
  done: { sendMessage: All set }
  sorry: { sendMessage: Sorry }
  slow: { sendMessage: Too slow }
  who: { sendMessage: Who are you? }
";

fn crm(received: &Received) -> Answer {
    match received.path.as_str() {
        "/customers/CRM-1" => Answer::Json(200, json!({"tier": "gold"})),
        "/notes" => Answer::Json(201, json!({"id": 7})),
        _ => Answer::Json(404, json!({"error": "unknown"})),
    }
}

#[tokio::test]
async fn flow25_a_flow_looks_up_keeps_and_writes_back() {
    let rig = Rig::new(crm).await;
    rig.flow(LOOK_UP).await;
    let mut chat = rig.chat(json!({"crmCustomerId": "CRM-1"})).await;
    assert_eq!(chat.hears().await, "All set");
    let asked = rig.target.received();
    assert_eq!(asked.len(), 2);
    assert_eq!((asked[0].method.as_str(), asked[0].path.as_str()), ("GET", "/customers/CRM-1"));
    assert_eq!(asked[0].header("authorization"), format!("Bearer {TOKEN}"));
    assert_eq!((asked[1].method.as_str(), asked[1].header("content-type")), ("POST", "application/json"));
    let body: serde_json::Value = serde_json::from_str(&asked[1].body).unwrap();
    assert_eq!(body, json!({"customer": "CRM-1", "conversation": chat.id}));
    assert!(!asked[0].key().is_empty() && asked[0].key() != asked[1].key(), "one key for each request");
    let (taken, exit) = rig.ended(&chat.id).await;
    assert_eq!(exit, FlowExit::Finished);
    let call = taken.iter().find_map(|step| step.call.clone()).unwrap();
    assert_eq!((call.status, call.attempts, call.target.as_str()), (Some(200), 1, rig.target.url.as_str()));
    let events = rig.until(&chat.id, "the end", |events| steps(events).len() >= 4).await;
    let tier = events.iter().find_map(|event| match &event.body {
        EventBody::AttributesChanged { changes, .. } => changes[0].new.clone(),
        _ => None,
    });
    assert_eq!(tier.unwrap().trust, Trust::Flow);
}

#[tokio::test]
async fn flow25_flow38_an_unknown_and_an_absent_id_take_their_ways() {
    let rig = Rig::new(crm).await;
    rig.flow(LOOK_UP).await;
    assert_eq!(rig.chat(json!({"crmCustomerId": "CRM-9"})).await.hears().await, "Sorry");
    assert_eq!(rig.target.received().len(), 1, "a 404 is an answer: nobody asks again");
    let mut chat = rig.chat(json!({})).await;
    assert_eq!(chat.hears().await, "Who are you?");
    let (taken, _) = rig.ended(&chat.id).await;
    assert!(taken[0].fault.as_ref().unwrap().contains("never_sent"), "{:?}", taken[0]);
}

#[tokio::test]
async fn flow25_what_fails_is_asked_again_with_the_same_key_as_often_as_the_action_says() {
    let mut answers = [
        Answer::Json(500, json!({})),
        Answer::Header(429, "Retry-After", "1"),
        Answer::Json(200, json!({"tier": "gold"})),
    ]
    .into_iter();
    let rig = Rig::new(move |received| match received.path.as_str() {
        "/notes" => Answer::Json(201, json!({})),
        _ => answers.next().unwrap(),
    })
    .await;
    rig.flow(LOOK_UP).await;
    let mut chat = rig.chat(json!({"crmCustomerId": "CRM-1"})).await;
    assert_eq!(chat.hears().await, "All set");
    let asked = rig.target.received();
    assert_eq!(asked.len(), 4);
    assert!(asked[..3].iter().all(|one| one.key() == asked[0].key()));
    let (taken, _) = rig.ended(&chat.id).await;
    let call = taken.iter().find_map(|step| step.call.clone()).unwrap();
    assert_eq!((call.attempts, call.status), (3, Some(200)));
    assert!(call.millis >= 1_000, "Retry-After was kept: {} ms", call.millis);
}

#[tokio::test]
async fn flow25_after_the_last_attempt_the_failure_is_the_answer() {
    let rig = Rig::new(|_| Answer::Hangup).await;
    rig.flow(LOOK_UP).await;
    let mut chat = rig.chat(json!({"crmCustomerId": "CRM-1"})).await;
    assert_eq!(chat.hears().await, "Sorry");
    assert_eq!(rig.target.received().len(), 3);
    let (taken, _) = rig.ended(&chat.id).await;
    let call = taken[1].call.clone().unwrap();
    assert_eq!((call.attempts, call.status, call.error.as_deref()), (3, None, Some("answer_broken")));
}

#[tokio::test]
async fn flow25_a_silent_system_takes_the_way_for_time_outs() {
    let rig = Rig::new(|_| Answer::Silence).await;
    rig.flow(&LOOK_UP.replace("attempts: 3", "attempts: 1")).await;
    assert_eq!(rig.chat(json!({"crmCustomerId": "CRM-1"})).await.hears().await, "Too slow");
}

#[tokio::test]
async fn flow25_private_addresses_are_closed_to_flows() {
    let target = Target::answering(crm).await;
    let server = builder(&target).config(|config| config.outbound.allow_networks.clear()).start().await;
    let rig = Rig::of(server, target).await;
    rig.flow(LOOK_UP).await;
    let mut chat = rig.chat(json!({"crmCustomerId": "CRM-1"})).await;
    assert_eq!(chat.hears().await, "Sorry");
    assert!(rig.target.received().is_empty());
    let (taken, _) = rig.ended(&chat.id).await;
    assert_eq!(taken[1].call.clone().unwrap().error.as_deref(), Some("address_not_allowed"));
}

#[tokio::test]
async fn flow26_a_host_that_keeps_failing_is_asked_no_more() {
    let target = Target::answering(|_| Answer::Json(503, json!({}))).await;
    let server = builder(&target).config(|config| {
        config.flows.circuit_failures = 3;
        config.flows.circuit_seconds = 3_600.0;
    });
    let rig = Rig::of(server.start().await, target).await;
    rig.flow(&LOOK_UP.replace("attempts: 3", "attempts: 1")).await;
    for _ in 0..4 {
        assert_eq!(rig.chat(json!({"crmCustomerId": "CRM-1"})).await.hears().await, "Sorry");
    }
    assert_eq!(rig.target.received().len(), 3);
    let mut chat = rig.chat(json!({"crmCustomerId": "CRM-1"})).await;
    chat.hears().await;
    let (taken, _) = rig.ended(&chat.id).await;
    assert_eq!(taken[1].call.clone().unwrap().error.as_deref(), Some("circuit_open"));
}

#[tokio::test]
async fn flow27_a_token_is_bought_once_for_everybody_and_anew_after_a_401() {
    let bought = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&bought);
    let rig = Rig::new(move |received| match received.path.as_str() {
        "/token" => {
            let number = counted.fetch_add(1, Ordering::SeqCst) + 1;
            Answer::Json(200, json!({"access_token": format!("token-{number}"), "token_type": "Bearer"}))
        }
        // The first token is taken back as soon as somebody asks for C-9 with it.
        "/customers/C-9" if received.header("authorization") == "Bearer token-1" => Answer::Json(401, json!({})),
        _ => Answer::Json(200, json!({"tier": "gold"})),
    })
    .await;
    let kind = CredentialKind::OauthClientCredentials {
        token_url: format!("{}/token", rig.target.url),
        client_id: "waybill".to_owned(),
        client_auth: ClientAuth::Body,
        scope: Some("crm".to_owned()),
    };
    rig.credential("crm", kind, "the client's secret").await;
    rig.flow(
        "
flow: oauth
kind: inboundMessage
uses: { customData: [crmCustomerId] }
start: look-up
actions:
  look-up:
    apiRequest:
      url: \"{{ env.CRM_URL }}/customers/{{ customData.crmCustomerId }}\"
      auth: crm
    success: done
    failure: sorry
    missing: sorry
  done: { sendMessage: All set }
  sorry: { sendMessage: Sorry }
",
    )
    .await;
    let mut chats = Vec::new();
    for number in 1..=4 {
        chats.push(rig.chat(json!({ "crmCustomerId": format!("C-{number}") })).await);
    }
    for chat in &mut chats {
        assert_eq!(chat.hears().await, "All set");
    }
    assert_eq!(bought.load(Ordering::SeqCst), 1);
    let token = rig.target.received().into_iter().find(|one| one.path == "/token").unwrap();
    assert!(token.body.contains("grant_type=client_credentials") && token.body.contains("scope=crm"));
    assert!(token.body.contains("client_secret=the+client%27s+secret"), "{}", token.body);

    assert_eq!(rig.chat(json!({"crmCustomerId": "C-9"})).await.hears().await, "All set");
    let asked: Vec<_> = rig.target.received().into_iter().filter(|one| one.path == "/customers/C-9").collect();
    let with: Vec<_> = asked.iter().map(|one| one.header("authorization")).collect();
    assert_eq!(with, ["Bearer token-1", "Bearer token-2"]);
    assert_eq!(asked[0].key(), asked[1].key());
}

#[tokio::test]
async fn flow22_a_request_that_a_stop_cut_off_is_made_again_with_the_same_key() {
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    let mut rig = Rig::new(move |received| match received.path.as_str() {
        "/notes" => Answer::Json(201, json!({})),
        _ if counted.fetch_add(1, Ordering::SeqCst) == 0 => Answer::Silence,
        _ => Answer::Json(200, json!({"tier": "gold"})),
    })
    .await;
    rig.flow(&LOOK_UP.replace("timeout: 500ms", "timeout: 30s")).await;
    let chat = rig.chat(json!({"crmCustomerId": "CRM-1"})).await;
    rig.target.count(1).await;
    rig.server.restart().await;
    assert_eq!(rig.ended(&chat.id).await.1, FlowExit::Finished);
    let received = rig.target.received();
    assert_eq!(received.len(), 3);
    assert_eq!(received[0].key(), received[1].key());
}

#[tokio::test]
async fn flow29_no_secret_is_kept_or_told() {
    let rig = Rig::new(crm).await;
    rig.flow(LOOK_UP).await;
    let mut chat = rig.chat(json!({"crmCustomerId": "CRM-1"})).await;
    assert_eq!(chat.hears().await, "All set");
    let events = rig.until(&chat.id, "the end", |events| steps(events).len() >= 5).await;
    assert!(!format!("{events:?}").contains(TOKEN));
    let admin = rig.server.admin().await;
    let trace = admin.get(&format!("/api/v2/conversations/{}/trace", chat.id)).await.unwrap();
    assert!(trace.status.is_success() && !trace.text.contains(TOKEN), "{}", trace.text);
    let mut rig = rig;
    rig.server.stop().await;
    let mut looked_at = 0;
    for entry in std::fs::read_dir(rig.server.data()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            looked_at += bytes.len();
            assert!(!bytes.windows(TOKEN.len()).any(|window| window == TOKEN.as_bytes()), "{}", path.display());
        }
    }
    assert!(looked_at > 0);
}

#[tokio::test]
async fn flow13_a_run_that_fails_leaves_its_conversation_in_the_queue_for_that() {
    let rig = Rig::quiet().await;
    let (service, admin) = (rig.server.service(), rig.admin().await);
    let document = "
flow: falls-back
kind: inboundMessage
onFailure: { queue: Rescue }
variables: { where: Nowhere }
start: hand-over
actions:
  hand-over: { transferToQueue: { queue: \"{{ where }}\" } }
";
    // The check finds a queue that there is not.
    let findings = service.validate_document(&admin, document, &[]).await.unwrap();
    let found = findings.iter().find(|finding| finding.rule == "unknownQueue");
    assert_eq!(found.map(|finding| finding.place.path.as_str()), Some("onFailure.queue"), "{findings:#?}");
    let wish = QueueWish { name: "Rescue".to_owned(), ..QueueWish::default() };
    let queue = service.create_queue(&admin, wish).await.unwrap();
    rig.flow(document).await;
    let chat = rig.chat(json!({})).await;
    let (_, exit) = rig.ended(&chat.id).await;
    assert!(matches!(exit, FlowExit::Failed { .. }), "{exit:?}");
    let standing = service.get_conversation(&admin, &chat.id).await.unwrap();
    assert_eq!(standing.queued.as_ref().map(|queued| queued.queue_id), Some(queue.id));
    let queued = |events: &[Event]| {
        events.iter().find_map(|event| match &event.body {
            EventBody::Routed(record) => match &record.change {
                RoutingChange::Queued { why, .. } => Some(why.clone()),
                _ => None,
            },
            _ => None,
        })
    };
    let events = rig.until(&chat.id, "the queue", |events| queued(events).is_some()).await;
    assert_eq!(queued(&events).as_deref(), Some("flowFailed"));
}
