//! Trying again, giving up, and being told to go away.

use serde_json::json;

use crate::{
    receiver::{Answer, Receiver},
    support::{get, hook, ok, post, server, start, states, until},
};

#[tokio::test]
async fn wh4_what_is_not_accepted_is_tried_again_with_the_same_id_then_dead() {
    let (server, receiver) = (server().await, Receiver::answering(|_| Answer::Status(500)).await);
    let client = server.integrator().await;
    let hook = hook(&client, &receiver, json!({"events": ["conversation:start"]})).await;
    start(&client, &server.deployment("open").to_string(), json!({})).await;
    let dead = until(&client, &format!("{}/dead", hook.path), |dead| !states(dead).is_empty()).await;
    let received = receiver.received();
    // Three waits: four attempts.
    let attempts: Vec<_> = received.iter().map(|one| one.header("waybill-attempt")).collect();
    assert_eq!(attempts, ["1", "2", "3", "4"]);
    assert!(received.iter().all(|one| one.header("webhook-id") == received[0].header("webhook-id")));
    assert!(received.iter().all(|one| one.body == received[0].body && one.is_signed_by(&hook.secret)));
    let dead = &dead["entities"][0];
    assert_eq!((&dead["attempts"], &dead["lastAttempt"]["status"]), (&json!(4), &json!(500)), "{dead}");
    assert_eq!(dead["eventId"], received[0].header("webhook-id"));
    assert!(dead.get("nextAttempt").is_none() && dead["lastAttempt"]["accepted"] == false, "{dead}");
}

#[tokio::test]
async fn wh4_a_redirect_and_a_receiver_that_is_not_there_are_failures() {
    let server = server().await;
    let elsewhere = Receiver::new().await;
    let redirecting = Receiver::answering(|_| Answer::Status(302)).await;
    let client = server.integrator().await;
    let first = hook(&client, &redirecting, json!({"name": "Redirecting"})).await;
    let nobody = {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        format!("http://{}/", listener.local_addr().unwrap())
    };
    let second = post(&client, "/api/v2/webhooks", &json!({"name": "Nobody", "url": nobody})).await;
    start(&client, &server.deployment("open").to_string(), json!({})).await;
    let dead = until(&client, &format!("{}/dead", first.path), |dead| !states(dead).is_empty()).await;
    assert_eq!(dead["entities"][0]["lastAttempt"]["status"], 302);
    let path = format!("{}/dead", second["selfUri"].as_str().unwrap());
    let dead = until(&client, &path, |dead| !states(dead).is_empty()).await;
    assert_eq!(dead["entities"][0]["lastAttempt"]["error"], "not_connected");
    assert!(elsewhere.received().is_empty());
}

#[tokio::test]
async fn wh4_410_switches_the_webhook_off_and_on_again_it_goes_on_where_it_stood() {
    let gone = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(true));
    let is_gone = std::sync::Arc::clone(&gone);
    let receiver = Receiver::answering(move |_| {
        Answer::Status(if is_gone.load(std::sync::atomic::Ordering::SeqCst) { 410 } else { 200 })
    })
    .await;
    let server = server().await;
    let client = server.integrator().await;
    let hook = hook(&client, &receiver, json!({"events": ["conversation:start"]})).await;
    let deployment = server.deployment("open").to_string();
    start(&client, &deployment, json!({"n": 1})).await;
    let off = until(&client, &hook.path, |hook| hook["enabled"] == false).await;
    assert_eq!(off["disabled"]["reason"], "the endpoint answered 410 Gone");
    start(&client, &deployment, json!({"n": 2})).await;

    gone.store(false, std::sync::atomic::Ordering::SeqCst);
    let body =
        json!({"name": "Test", "url": receiver.url, "events": ["conversation:start"], "version": off["version"]});
    let on = ok(&client.put(&hook.path, &body).await.unwrap());
    assert!(on["enabled"] == true && on.get("disabled").is_none(), "{on}");
    let received =
        receiver.until("both starts", |all| all.iter().any(|one| one.json()["data"]["customData"]["n"] == 2));
    let received = received.await;
    let seen: Vec<_> = received.iter().map(|one| one.json()["data"]["customData"]["n"].clone()).collect();
    assert_eq!(seen, [json!(1), json!(1), json!(2)], "refused once, then both");
    let audit = get(&server.admin().await, "/api/v2/audits").await;
    let mut rows = audit["entities"].as_array().unwrap().iter().filter(|row| row["subject"] == hook.id.as_str());
    assert!(rows.any(|row| row["action"] == "webhook.disabled"), "{audit}");
}

#[tokio::test]
async fn wh4_a_test_says_what_came_back_and_stands_in_no_log() {
    let (server, receiver) = (server().await, Receiver::answering(|_| Answer::Status(418)).await);
    let client = server.integrator().await;
    let hook = hook(&client, &receiver, json!({"enabled": false})).await;
    let said = post(&client, &format!("{}/test", hook.path), &json!({})).await;
    assert_eq!((&said["accepted"], &said["status"]), (&json!(false), &json!(418)), "{said}");
    let received = receiver.count(1).await;
    assert!(received[0].is_signed_by(&hook.secret));
    assert_eq!(
        (received[0].json()["type"].as_str(), received[0].header("waybill-event")),
        (Some("webhook:test"), "webhook:test")
    );
    assert_eq!(get(&client, &format!("{}/deliveries", hook.path)).await["entities"], json!([]));
}

#[tokio::test]
async fn wh4_a_notice_is_delivered_like_an_event() {
    let (server, receiver) = (server().await, Receiver::new().await);
    let client = server.integrator().await;
    let hook = hook(&client, &receiver, json!({"events": ["analytics:drift"]})).await;
    let data = json!({"key": "crmCustomerId", "rate": 0.2});
    let (service, organization) = (server.service(), server.organization_id());
    let drift = waybill_model::WebhookEvent::AnalyticsDrift;
    service.notify_webhooks(organization, Some(server.deployment("open")), drift, data.clone()).await.unwrap();
    let received = receiver.count(1).await;
    let body = received[0].json();
    assert_eq!((&body["type"], &body["data"]), (&json!("analytics:drift"), &data));
    assert_eq!(body["id"], received[0].header("webhook-id"));
    assert!(received[0].is_signed_by(&hook.secret) && received[0].conversation().is_empty());
    until(&client, &format!("{}/deliveries", hook.path), |all| states(all) == ["delivered"]).await;
}
