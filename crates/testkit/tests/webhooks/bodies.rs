//! What is posted: the stream's own bytes, signed; where it went stands in the trace.

use serde_json::json;

use crate::{
    receiver::{Answer, Receiver},
    support::{get, hook, post, server, start, until},
};

#[tokio::test]
async fn wh7_a_delivery_has_the_bytes_of_the_stream_and_says_where_it_belongs() {
    let (server, receiver) = (server().await, Receiver::new().await);
    let client = server.integrator().await;
    let hook = hook(&client, &receiver, json!({})).await;
    let chat = start(&client, &server.deployment("open").to_string(), json!({"crmCustomerId": "CRM-1"})).await;
    chat.set(&client, json!({"plan": "gold"})).await;

    let received = receiver
        .until("the change", |all| all.iter().any(|one| one.header("waybill-event") == "conversation:attributes"));
    let received = received.await;
    // The same stretch of the log as server-sent events.
    let mut events = client.events("/api/v2/events", Some(&beginning(&received[0].json()["cursor"]))).await.unwrap();
    for (index, one) in received.iter().enumerate() {
        let event = events.next().await.unwrap().unwrap();
        assert_eq!((one.header("waybill-event"), &one.body), (event.event.as_deref().unwrap(), &event.data), "{index}");
        assert_eq!(one.header("waybill-cursor"), event.id.as_deref().unwrap());
        let body = one.json();
        assert_eq!(one.header("webhook-id"), body["id"]);
        assert_eq!(one.conversation(), chat.id);
        assert_eq!(body["conversationSeq"], one.seq());
        assert_eq!((one.header("waybill-attempt"), one.header("content-type")), ("1", "application/json"));
        assert_eq!(one.header("waybill-webhook"), hook.id);
        assert!(one.is_signed_by(&hook.secret), "{one:?}");
    }
    let first = received[0].json();
    assert_eq!(first["type"], "conversation:start");
    assert_eq!(first["data"]["customData"], json!({"crmCustomerId": "CRM-1"}));
    let seqs: Vec<_> = received.iter().map(|one| one.seq()).collect();
    assert_eq!(seqs, (1..=received.len() as u64).collect::<Vec<_>>());
}

/// The cursor before one.
fn beginning(cursor: &serde_json::Value) -> String {
    let (epoch, seq) = cursor.as_str().unwrap().split_once('-').unwrap();
    format!("{epoch}-{}", seq.parse::<u64>().unwrap() - 1)
}

#[tokio::test]
async fn wh3_two_secrets_sign_while_one_is_rotated() {
    let (server, receiver) = (server().await, Receiver::new().await);
    let client = server.integrator().await;
    let hook = hook(&client, &receiver, json!({"events": ["conversation:start"]})).await;
    let deployment = server.deployment("open").to_string();
    let rotate = async |seconds: u64| {
        let path = format!("{}/secret/rotate", hook.path);
        post(&client, &path, &json!({"overlapSeconds": seconds})).await
    };
    let second = rotate(3_600).await;
    assert!(second["previousSecretUntil"].is_string(), "{second}");
    let second = second["secret"].as_str().unwrap();
    start(&client, &deployment, json!({})).await;
    let both = receiver.count(1).await;
    assert!(both[0].is_signed_by(&hook.secret) && both[0].is_signed_by(second));

    let third = rotate(0).await;
    assert!(third.get("previousSecretUntil").is_none(), "{third}");
    let third = third["secret"].as_str().unwrap();
    start(&client, &deployment, json!({})).await;
    let alone = &receiver.count(2).await[1];
    assert!(alone.is_signed_by(third) && !alone.is_signed_by(second) && !alone.is_signed_by(&hook.secret));
    // A secret is told once, by the answer that drew it.
    assert!(get(&client, &hook.path).await.get("secret").is_none());
}

#[tokio::test]
async fn p7_wh8_the_trace_shows_a_broken_webhook_and_the_delivery_that_followed() {
    let (server, receiver) = (
        server().await,
        Receiver::answering(|one| Answer::Status(if one.header("waybill-attempt") == "1" { 503 } else { 200 })).await,
    );
    let client = server.integrator().await;
    let hook = hook(&client, &receiver, json!({"events": ["conversation:start"]})).await;
    let chat = start(&client, &server.deployment("open").to_string(), json!({"crmCustomerId": "CRM-1"})).await;
    let path = format!("/api/v2/conversations/{}/trace?key=crmCustomerId", chat.id);
    let webhook = |trace: &serde_json::Value| -> Vec<(String, String)> {
        let hops = trace["hops"].as_array().unwrap().iter().filter(|hop| hop["stage"] == "webhook");
        hops.map(|hop| (hop["who"].as_str().unwrap().to_owned(), hop["outcome"].as_str().unwrap().to_owned())).collect()
    };
    let trace = until(&client, &path, |trace| webhook(trace).len() >= 2).await;
    let who = format!("webhook {}", hook.id);
    assert_eq!(webhook(&trace), [(who.clone(), "503, is tried again".to_owned()), (who, "200".to_owned())]);
}

#[tokio::test]
async fn wh9_personal_values_leave_only_where_they_were_asked_for() {
    let personal = |policy: &mut waybill_testkit::NewDeployment| {
        policy.policy.attributes.iter_mut().for_each(|attribute| attribute.personal = true);
    };
    let server = crate::support::builder().deployment("personal", personal).start().await;
    let (open, masked) = (Receiver::new().await, Receiver::new().await);
    let client = server.integrator().await;
    hook(&client, &open, json!({"name": "Open"})).await;
    hook(&client, &masked, json!({"name": "Masked", "includePersonal": false})).await;
    let deployment = server.deployment("personal").to_string();
    start(&client, &deployment, json!({"crmCustomerId": "CRM-SECRET", "plan": "gold"})).await;
    let body = |one: &crate::receiver::Received| one.json()["data"]["customData"].clone();
    let open = open.count(1).await;
    assert_eq!(body(&open[0]), json!({"crmCustomerId": "CRM-SECRET", "plan": "gold"}));
    let masked = masked.count(1).await;
    assert_eq!(body(&masked[0]), json!({"crmCustomerId": "***", "plan": "gold"}));
    assert!(!masked[0].body.contains("CRM-SECRET"));
}
