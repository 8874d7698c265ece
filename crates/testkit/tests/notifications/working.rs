//! What queues and agents do is told on the topics of the field (NOT4).

use serde_json::{Value, json};
use waybill_testkit::{RestClient, TestServer};

use crate::support::{EVERY_DETAIL, body, body_of, follow, next, start};

async fn done(answer: waybill_testkit::Answer) -> Value {
    assert!(answer.status.is_success(), "{}", answer.text);
    if answer.text.is_empty() { Value::Null } else { body_of(&answer) }
}

async fn patch(client: &RestClient, path: &str, body: Value) {
    let response = client.request(reqwest::Method::PATCH, path).json(&body).send().await.unwrap();
    assert!(response.status().is_success(), "{path}: {}", response.text().await.unwrap());
}

#[tokio::test]
async fn not4_waiting_alerting_and_wrapping_up_are_told_in_the_fields_shapes() {
    let server = TestServer::start().await;
    let (client, admin, agent) = (server.integrator().await, server.admin().await, server.agent().await);
    let me: Value = agent.get("/api/v2/users/me").await.unwrap().json().unwrap();
    let user = me["id"].as_str().unwrap();
    let queue = done(admin.post("/api/v2/routing/queues", &json!({"name": "Parcels"})).await.unwrap()).await;
    let queue = queue["id"].as_str().unwrap();
    let code = done(admin.post("/api/v2/routing/wrapupcodes", &json!({"name": "Delivered"})).await.unwrap()).await;
    done(
        admin.post(&format!("/api/v2/routing/queues/{queue}/wrapupcodes"), &json!([{"id": code["id"]}])).await.unwrap(),
    )
    .await;
    done(admin.post(&format!("/api/v2/routing/queues/{queue}/members"), &json!([{"id": user}])).await.unwrap()).await;
    let (_details, mut details) = follow(&client, &[EVERY_DETAIL]).await;
    let of_queue = format!("v2.routing.queues.{queue}.conversations");
    let (_queue, mut of_the_queue) = follow(&client, &[&of_queue]).await;
    let chat = start(&server, &client, "open", json!({"routing": {"queue": queue, "priority": 5}})).await;
    let mut until = async |kind: &str| loop {
        let (topic, told) = next(&mut details).await;
        if topic == chat.topic(kind) {
            return told;
        }
    };
    let waits = until("acd.start").await;
    assert_eq!((&waits["queueId"], &waits["routingPriority"]), (&json!(queue), &json!(5)));
    done(agent.put(&format!("/api/v2/users/{user}/routingstatus"), &json!({"status": "IDLE"})).await.unwrap()).await;
    let alerted = until("user.start").await;
    assert_eq!((&alerted["userId"], &alerted["state"]), (&json!(user), &json!("ALERTING")));
    let own = format!("/api/v2/conversations/{}/participants/{}", chat.id, alerted["participantId"].as_str().unwrap());
    patch(&agent, &own, json!({"state": "connected"})).await;
    let taken = until("acd.end").await;
    assert_eq!((&taken["acdOutcome"], &taken["answeredUserId"]), (&json!("ANSWERED"), &json!(user)));
    patch(&agent, &own, json!({"state": "disconnected", "wrapup": {"code": code["id"], "notes": "ok"}})).await;
    let left = until("user.end").await;
    assert!(left["alertingDurationMs"].is_u64() && left["interactingDurationMs"].is_u64(), "{left}");
    let wrapped = until("wrapup").await;
    assert_eq!((&wrapped["wrapupCode"], &wrapped["wrapupNotes"]), (&code["id"], &json!("ok")));
    assert_eq!(until("acw").await, wrapped);
    let view = of_the_queue.next().await.unwrap();
    assert_eq!(view.topic_name.as_deref(), Some(of_queue.as_str()));
    assert_eq!(body(&view)["id"], json!(chat.id));
}
