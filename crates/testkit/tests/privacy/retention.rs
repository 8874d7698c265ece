//! Retention: what ended conversations hold goes when its time is over (PRIV7).

use std::{collections::BTreeMap, sync::Arc};

use serde_json::json;
use waybill_model::Retention;
use waybill_testkit::{FixedClock, RestClient, TestServer};

use crate::support::{CANARIES, CRM, assert_without, builder, found_in, read, talk};

const DAY: i64 = 86_400_000;

async fn end(client: &RestClient, id: &str) {
    let ended = client.post(&format!("/api/v2/conversations/{id}/disconnect"), &json!({})).await.unwrap();
    assert_eq!(ended.status, 200, "{}", ended.text);
}

async fn webchat(server: &TestServer, id: &str) -> serde_json::Value {
    let client = server.integrator().await;
    read(&client, &format!("/api/v2/conversations/webchat/{id}")).await
}

#[tokio::test]
async fn priv7_each_class_goes_in_its_time_and_what_runs_stays() {
    let clock = Arc::new(FixedClock::at("2026-11-20T12:00:00Z".parse().unwrap()));
    let retention = Retention {
        conversation_days: Some(30),
        message_days: Some(10),
        personal_days: Some(20),
        attributes: BTreeMap::from([("plan".to_owned(), 5)]),
    };
    let mut server = builder(retention).clock(clock.clone()).start().await;
    let client = server.integrator().await;
    let (ended, runs) = (talk(&server, &client, CRM).await, talk(&server, &client, "CRM-RUNS").await);
    end(&client, &ended).await;
    let step = async |days: i64| {
        clock.advance_millis(days * DAY);
        server.service().work_on_privacy().await.unwrap();
    };
    step(4).await;
    assert_eq!(webchat(&server, &ended).await["customData"]["plan"], "gold", "its time is not over");
    step(2).await;
    let shown = webchat(&server, &ended).await;
    assert_eq!((&shown["customData"]["plan"], &shown["customData"]["crmCustomerId"]), (&json!(null), &json!(CRM)));
    assert_eq!(webchat(&server, &runs).await["customData"]["plan"], "gold", "it runs");
    step(5).await;
    let messages = server.admin().await.get("/api/v2/exports/messages").await.unwrap();
    let texts: Vec<&str> = messages.text.lines().filter(|line| line.contains(&ended)).collect();
    assert_eq!(texts.len(), 2, "that something was said stays");
    assert_without(&texts.join("\n"), "messages");
    step(10).await;
    assert_eq!(webchat(&server, &ended).await["customData"], json!({}));
    let audits = read(&server.admin().await, "/api/v2/audits?pageSize=1000").await;
    let rows = audits["entities"].as_array().unwrap().iter().filter(|row| row["action"] == "retention.applied");
    assert_eq!(rows.count(), 3, "one row for what went together: {audits}");
    end(&server.integrator().await, &runs).await;
    step(31).await;
    assert_eq!(found_in(server.data(), &[CANARIES.as_slice(), &["CRM-RUNS"]].concat()), Vec::<String>::new());
    // What has gone is not looked at again.
    let before = server.service().newest_cursor().await.unwrap();
    step(1).await;
    assert_eq!(server.service().newest_cursor().await.unwrap(), before);
    server.stop().await;
}

#[tokio::test]
async fn priv7_retention_is_part_of_the_policy() {
    let server = builder(Retention::default()).start().await;
    let admin = server.admin().await;
    let path = format!("/api/v2/webdeployments/deployments/{}/contextpolicy", server.deployment("shop"));
    let mut policy = read(&admin, &path).await;
    assert!(policy.get("retention").is_none(), "{policy}");
    policy["retention"] = json!({"messageDays": 30, "attributes": {"plan": 7}});
    let published = admin.put(&path, &policy).await.unwrap();
    assert_eq!(published.status, 200, "{}", published.text);
    assert_eq!(read(&admin, &path).await["retention"], json!({"messageDays": 30, "attributes": {"plan": 7}}));
    policy["retention"] = json!({"messageDay": 30});
    policy.as_object_mut().unwrap().remove("version");
    let refused = admin.put(&path, &policy).await.unwrap();
    assert_eq!(refused.status, 400, "{}", refused.text);
}
