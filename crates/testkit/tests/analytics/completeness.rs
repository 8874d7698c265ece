//! How complete context is, and drift.

use std::sync::Arc;

use serde_json::{Value, json};
use waybill_model::{DeclaredAttribute, Mode, Time};
use waybill_testkit::{FixedClock, RestClient, TestServer};

use crate::support::{ALARMS, COMPLETENESS, read, receiver, start};

/// What is said of a key, in the row of a deployment.
fn key<'a>(rows: &'a Value, deployment: &str, key: &str) -> (&'a Value, &'a Value) {
    let rows = rows["entities"].as_array().unwrap();
    let row = rows.iter().find(|row| row["deploymentId"] == deployment).unwrap();
    let key = row["keys"].as_array().unwrap().iter().find(|one| one["key"] == key);
    (row, key.unwrap_or_else(|| panic!("no such key: {row}")))
}

fn declare(server: waybill_testkit::TestServerBuilder, mode: Mode) -> waybill_testkit::TestServerBuilder {
    let mut policy = waybill_model::ContextPolicy::standard();
    policy.mode = mode;
    policy.attributes.push(DeclaredAttribute { required: true, ..seats() });
    server.policy("shop", policy)
}

fn seats() -> DeclaredAttribute {
    let text = json!({"key": "seats", "type": "string", "aliases": ["seatCount"]});
    serde_json::from_value(text).unwrap()
}

#[tokio::test]
async fn ana5_completeness_counts_refused_starts_in() {
    let server = declare(TestServer::builder().without_rate_limits(), Mode::Strict).start().await;
    let client = server.integrator().await;
    for seats in [json!("4"), json!("5"), json!(6)] {
        start(&server, &client, "shop", json!({"seats": seats, "crmCustomerId": "CRM-1"})).await;
    }
    let id = server.deployment("shop").to_string();
    let body = json!({"deploymentId": id, "customData": {"seatCount": ["many"]}});
    let refused = client.post("/api/v2/conversations/webchat", &body).await.unwrap();
    assert_eq!(refused.status, 400, "{}", refused.text);
    let path = format!("{COMPLETENESS}?deploymentId={id}");
    // Refusals are written behind the answer: ask until it is there.
    let answer = loop {
        let answer = read(&client, &path).await;
        if answer["entities"][0]["refusedStarts"] == 1 {
            break answer;
        }
        tokio::task::yield_now().await;
    };
    let (row, seats) = key(&answer, &id, "seats");
    assert_eq!((&row["starts"], &row["conversations"]), (&json!(4), &json!(3)));
    let expected = json!({"key": "seats", "declared": true, "required": true, "present": 3, "presenceRate": 0.75,
                          "refused": 1, "quarantined": 0, "coerced": 1, "late": 0, "missing": 0});
    assert_eq!(*seats, expected);
    assert_eq!(key(&answer, &id, "crmCustomerId").1["presenceRate"], 0.75);
    let unknown = client.get(&format!("{COMPLETENESS}?groupBy=colour")).await.unwrap();
    assert_eq!(unknown.status, 400);
    let nowhere = "0190b0a1-7c1e-7d31-9d0a-2f5c3a1b7e42";
    assert_eq!(client.get(&format!("{COMPLETENESS}?deploymentId={nowhere}")).await.unwrap().status, 404);
}

#[tokio::test]
async fn ana5_what_was_kept_apart_is_told_by_page_and_version() {
    let server = declare(TestServer::builder().without_rate_limits(), Mode::Quarantine).start().await;
    let client = server.integrator().await;
    let id = server.deployment("shop").to_string();
    for seats in [json!("4"), json!(["many"]), json!(["many"])] {
        start(&server, &client, "shop", json!({"seatCount": seats})).await;
    }
    start(&server, &client, "shop", json!({})).await;
    for group_by in ["key", "pagePath", "sdkVersion"] {
        let answer = read(&client, &format!("{COMPLETENESS}?groupBy={group_by}&deploymentId={id}")).await;
        let (row, seats) = key(&answer, &id, "seats");
        assert_eq!((&row["starts"], &seats["present"], &seats["quarantined"]), (&json!(4), &json!(1), &json!(2)));
        assert!(row.get("pagePath").is_none() && row.get("sdkVersion").is_none(), "nobody said where: {row}");
    }
}

async fn start_some(server: &TestServer, client: &RestClient, with: usize, without: usize) {
    for number in 0..with + without {
        let context = if number < with { json!({"crmCustomerId": "CRM-1"}) } else { json!({}) };
        start(server, client, "open", context).await;
    }
}

#[tokio::test]
async fn ana7_an_alarm_is_told_once_and_so_is_its_end() {
    let clock = Arc::new(FixedClock::at("2026-11-20T18:00:00Z".parse::<Time>().unwrap()));
    let builder = TestServer::builder().without_rate_limits().clock(Arc::clone(&clock) as _);
    let mut server = builder.config(|config| config.outbound.allow_this_machine()).start().await;
    let client = server.integrator().await;
    let (url, mut hooked) = receiver().await;
    let hook = json!({"name": "drift", "url": url, "events": ["analytics:drift"]});
    let hook = server.admin().await.post("/api/v2/webhooks", &hook).await.unwrap();
    assert_eq!(hook.status, 200, "{}", hook.text);
    start_some(&server, &client, 110, 0).await;
    server.service().check_drift().await.unwrap();
    assert_eq!(read(&client, ALARMS).await["entities"], json!([]));

    // A release drops the key from most starts.
    clock.advance_millis(3 * 3_600_000);
    let mut stream = client.events("/api/v2/events", None).await.unwrap();
    start_some(&server, &client, 12, 28).await;
    for _ in 0..3 {
        server.service().check_drift().await.unwrap();
    }
    let alarms = read(&client, ALARMS).await;
    assert_eq!(alarms["entities"].as_array().unwrap().len(), 1, "{alarms}");
    let alarm = &alarms["entities"][0];
    assert_eq!((&alarm["state"], &alarm["key"]), (&json!("began"), &json!("crmCustomerId")));
    assert_eq!(alarm["deploymentId"], json!(server.deployment("open")));
    assert_eq!((&alarm["baseline"]["rate"], &alarm["window"]["rate"]), (&json!(1.0), &json!(0.3)));
    let drift = async {
        loop {
            let event = stream.next().await.unwrap().unwrap();
            if event.event.as_deref() == Some("analytics:drift") {
                return event;
            }
        }
    };
    let told: Value = serde_json::from_str(&drift.await.data).unwrap();
    assert_eq!(
        (&told["type"], &told["data"]["id"], &told["data"]["state"]),
        (&json!("analytics:drift"), &alarm["id"], &json!("began"))
    );

    let sent = hooked.recv().await.unwrap();
    assert_eq!((&sent["type"], &sent["data"]), (&told["type"], &told["data"]));

    // It lasts over a restart, and is told again only to streams, which can't know.
    server.restart().await;
    let client = server.integrator().await;
    let mut stream = client.events("/api/v2/events", None).await.unwrap();
    let first = stream.next().await.unwrap().unwrap();
    assert_eq!(first.event.as_deref(), Some("analytics:drift"), "{}", first.data);
    server.service().check_drift().await.unwrap();
    let alarms = read(&client, ALARMS).await;
    assert_eq!(alarms["entities"].as_array().unwrap().len(), 1, "{alarms}");

    // The key is back.
    clock.advance_millis(3 * 3_600_000);
    let client = server.integrator().await;
    start_some(&server, &client, 40, 0).await;
    server.service().check_drift().await.unwrap();
    let alarms = read(&client, ALARMS).await;
    assert_eq!(alarms["entities"].as_array().unwrap().len(), 1, "{alarms}");
    assert_eq!(
        (&alarms["entities"][0]["state"], &alarms["entities"][0]["latest"]["rate"]),
        (&json!("ended"), &json!(1.0))
    );
    assert!(alarms["entities"][0]["endedAt"].is_string());
    // The next that the webhook is sent is the end: the beginning was not repeated.
    let sent = hooked.recv().await.unwrap();
    assert_eq!((&sent["data"]["id"], &sent["data"]["state"]), (&alarms["entities"][0]["id"], &json!("ended")));
}
