//! What queues and agents do is told on the topics of the field (NOT4).

use serde_json::{Value, json};
use waybill_client::NotificationStream;
use waybill_testkit::{RestClient, TestServer};

use crate::support::{Channel, EVERY_DETAIL, body, body_of, follow, next, start, topics_body};

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

/// The next frame about a person: such frames are no events of the log.
async fn next_of_people(stream: &mut NotificationStream) -> (String, Value) {
    loop {
        let told = stream.receive().await.unwrap();
        let topic = told.topic_name.clone().unwrap_or_default();
        if topic.starts_with("v2.users.") {
            assert_eq!(told.metadata.event_id, None);
            return (topic, body(&told));
        }
    }
}

#[tokio::test]
async fn not4_presence_and_routing_status_are_told_as_they_change() {
    let server = TestServer::start().await;
    let (client, agent) = (server.integrator().await, server.agent().await);
    let me: Value = agent.get("/api/v2/users/me").await.unwrap().json().unwrap();
    let user = me["id"].as_str().unwrap();
    let (presence, status) = (format!("v2.users.{user}.presence"), format!("v2.users.{user}.routingStatus"));
    let both = format!("v2.users.{user}?presence&routingStatus");
    // One's own, and somebody else's with the right to read the directory.
    let (_mine, mut mine) = follow(&agent, &[&presence]).await;
    let (_theirs, mut theirs) = follow(&client, &[&both]).await;
    done(agent.put(&format!("/api/v2/users/{user}/routingstatus"), &json!({"status": "IDLE"})).await.unwrap()).await;
    for stream in [&mut mine, &mut theirs] {
        let (topic, told) = next_of_people(stream).await;
        assert_eq!(topic, presence);
        assert_eq!((&told["id"], &told["presenceDefinition"]["systemPresence"]), (&json!(user), &json!("On Queue")));
    }
    let (topic, told) = next_of_people(&mut theirs).await;
    assert_eq!((topic.as_str(), &told["id"]), (status.as_str(), &json!(user)));
    assert_eq!(told["routingStatus"]["status"], "IDLE");
    assert_eq!(
        told["routingStatus"],
        body_of(&client.get(&format!("/api/v2/users/{user}/routingstatus")).await.unwrap())
    );
    // What did not change is not told: the next of this topic is the next change.
    let path = format!("/api/v2/users/{user}/presences/purecloud");
    patch(&agent, &path, json!({"presenceDefinition": {"systemPresence": "On Queue"}})).await;
    for (word, topics) in [("Meal", vec![&presence, &status]), ("Break", vec![&presence])] {
        patch(&agent, &path, json!({"presenceDefinition": {"systemPresence": word}})).await;
        let (_, told) = next_of_people(&mut mine).await;
        assert_eq!(told["presenceDefinition"]["systemPresence"], word);
        for topic in topics {
            assert_eq!(next_of_people(&mut theirs).await.0, *topic);
        }
    }
    // Nobody's is told of nobody.
    let nobody = "v2.users.0190b0a1-7c1e-7d31-9d0a-2f5c3a1b7e42.presence";
    let channel = Channel::create(&client).await;
    let refused = client.post(&channel.subscriptions(), &topics_body(&[nobody])).await.unwrap();
    assert_eq!(refused.status, 400, "{}", refused.text);
}

/// The next look at a queue's conversations, by metric.
async fn next_of_queue(stream: &mut NotificationStream, topic: &str) -> Value {
    loop {
        let told = stream.receive().await.unwrap();
        let look = if told.topic_name.as_deref() == Some(topic) { body(&told) } else { continue };
        assert_eq!(told.metadata.event_id, None);
        if look["group"]["mediaType"] == "message" {
            let metrics = look["data"][0]["metrics"].as_array().unwrap().iter();
            return metrics.map(|one| (one["metric"].as_str().unwrap(), one["stats"]["count"].clone())).collect();
        }
    }
}

#[tokio::test]
async fn not4_how_a_queue_is_doing_is_told_when_it_is_different() {
    let server = TestServer::start().await;
    let (client, admin, agent) = (server.integrator().await, server.admin().await, server.agent().await);
    let queue = done(admin.post("/api/v2/routing/queues", &json!({"name": "Parcels"})).await.unwrap()).await;
    let queue = queue["id"].as_str().unwrap();
    let topic = format!("v2.analytics.queues.{queue}.observations");
    let (_channel, mut told) = follow(&admin, &[&topic]).await;
    let counts = |waiting: u64| json!({"oAlerting": 0, "oInteracting": 0, "oWaiting": waiting, "oWrappingUp": 0});
    assert_eq!(next_of_queue(&mut told, &topic).await, counts(0), "how it is at first");
    start(&server, &client, "open", json!({"routing": {"queue": queue}})).await;
    assert_eq!(next_of_queue(&mut told, &topic).await, counts(1));
    start(&server, &client, "open", json!({"routing": {"queue": queue}})).await;
    assert_eq!(next_of_queue(&mut told, &topic).await, counts(2));

    // Who may not look at queues hears nothing of them, and nobody hears of a queue that is not there.
    let channel = Channel::create(&agent).await;
    let refused = agent.post(&channel.subscriptions(), &topics_body(&[&topic])).await.unwrap();
    assert_eq!(refused.status, 403, "{}", refused.text);
    assert!(refused.text.contains("analytics:queueObservation:view"), "{}", refused.text);
    let channel = Channel::create(&admin).await;
    let nobody = "v2.analytics.queues.0190b0a1-7c1e-7d31-9d0a-2f5c3a1b7e42.observations";
    let refused = admin.post(&channel.subscriptions(), &topics_body(&[nobody])).await.unwrap();
    assert_eq!(refused.status, 400, "{}", refused.text);
}
