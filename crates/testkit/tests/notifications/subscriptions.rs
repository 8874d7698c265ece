//! Subscribing: each topic is judged (NOT4, NOT5).

use serde_json::{Value, json};
use waybill_testkit::{RestClient, TestServer};

use crate::support::{Channel, EVERY_DETAIL, EVERY_EVENT, body_of, narrowed, start, states, topics_body};

async fn ids(client: &RestClient, channel: &Channel) -> Vec<String> {
    let answer = client.get(&channel.subscriptions()).await.unwrap();
    states(&body_of(&answer)).into_iter().map(|(topic, _)| topic).collect()
}

#[tokio::test]
async fn not4_topics_are_added_replaced_and_cleared() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let chat = start(&server, &client, "open", json!({})).await;
    let channel = Channel::create(&client).await;
    let both = format!("v2.detail.events.conversation.{}?attributes&customer.end", chat.id);
    channel.subscribe(&client, &[&both, EVERY_EVENT]).await;
    channel.subscribe(&client, &[EVERY_EVENT, &chat.topic("flow.start")]).await;
    assert_eq!(ids(&client, &channel).await, [both.clone(), EVERY_EVENT.to_owned(), chat.topic("flow.start")]);
    let answer = client.put(&channel.subscriptions(), &topics_body(&[EVERY_DETAIL])).await.unwrap();
    let body = body_of(&answer);
    assert_eq!(states(&body), [(EVERY_DETAIL.to_owned(), "Permitted".to_owned())]);
    assert_eq!(body["entities"][0]["selfUri"], channel.subscriptions());
    assert_eq!(ids(&client, &channel).await, [EVERY_DETAIL]);
    let cleared = client.request(reqwest::Method::DELETE, &channel.subscriptions()).body("null").send().await.unwrap();
    assert_eq!(cleared.status(), 204);
    assert_eq!(ids(&client, &channel).await, Vec::<String>::new());
    assert_eq!(client.post(&channel.subscriptions(), &Value::Null).await.unwrap().status, 200);
}

#[tokio::test]
async fn not5_one_bad_topic_refuses_the_call_unless_errors_are_ignored() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let channel = Channel::create(&client).await;
    let foreign = "v2.detail.events.conversation.98765432-1234-4678-90ab-cdef12345678.attributes";
    for bad in ["v2.nonsense", foreign, "v2.users.98765432-1234-4678-90ab-cdef12345678.conversations", ""] {
        let topics = topics_body(&[EVERY_EVENT, bad]);
        let refused = client.post(&channel.subscriptions(), &topics).await.unwrap();
        let body = body_of(&refused);
        assert_eq!((refused.status.as_u16(), &body["code"]), (400, &json!("notification.invalid.topic")), "{body}");
        assert_eq!(body["details"][0]["fieldName"], bad);
        assert_eq!(ids(&client, &channel).await, Vec::<String>::new(), "nothing was subscribed");
        let path = format!("{}?ignoreErrors=true", channel.subscriptions());
        let body = body_of(&client.put(&path, &topics).await.unwrap());
        let expected = [(EVERY_EVENT.to_owned(), "Permitted".to_owned()), (bad.to_owned(), "Rejected".to_owned())];
        assert_eq!(states(&body), expected);
        assert_eq!(body["entities"][1]["rejectionReason"], "notification.invalid.topic");
        assert!(body["entities"][0].get("rejectionReason").is_none());
        assert_eq!(ids(&client, &channel).await, [EVERY_EVENT]);
        client.put(&channel.subscriptions(), &json!([])).await.unwrap();
    }
    for malformed in ["{", "[1]", r#"[{"topic":"a"}]"#, r#"{"id":"v2.conversations.*"}"#] {
        let request = client.request(reqwest::Method::POST, &channel.subscriptions());
        assert_eq!(request.body(malformed).send().await.unwrap().status(), 400, "{malformed}");
    }
}

#[tokio::test]
async fn not5_a_topic_takes_its_own_permissions() {
    let server = TestServer::start().await;
    let client = narrowed(&server, "notifications").await;
    let channel = Channel::create(&client).await;
    channel.subscribe(&client, &[EVERY_EVENT, EVERY_DETAIL]).await;
    let someone = "98765432-1234-4678-90ab-cdef12345678";
    for (topic, permission) in [
        (format!("v2.users.{someone}.conversations"), "conversation:communication:view"),
        (format!("v2.routing.queues.{someone}.conversations"), "routing:queue:view"),
    ] {
        let topics = topics_body(&[&topic]);
        let refused = client.post(&channel.subscriptions(), &topics).await.unwrap();
        let body = body_of(&refused);
        assert_eq!((refused.status.as_u16(), &body["code"]), (403, &json!("missing.permissions")), "{body}");
        let path = format!("{}?ignoreErrors=true", channel.subscriptions());
        let entity = body_of(&client.post(&path, &topics).await.unwrap())["entities"][0].clone();
        assert_eq!((&entity["state"], &entity["missingPermissions"]), (&json!("Rejected"), &json!([permission])));
    }
}

#[tokio::test]
async fn not5_a_thousand_topics_fit_and_no_more() {
    let server = TestServer::builder().without_rate_limits().start().await;
    let client = server.integrator().await;
    let channel = Channel::create(&client).await;
    let kinds =
        "attributes customer.start customer.end flow.start flow.end acd.start acd.end user.start user.end wrapup";
    let mut topics = Vec::new();
    for _ in 0..101 {
        let chat = start(&server, &client, "open", json!({})).await;
        topics.extend(kinds.split(' ').map(|kind| chat.topic(kind)));
    }
    let body = |topics: &[String]| topics_body(&topics.iter().map(String::as_str).collect::<Vec<_>>());
    let too_many = client.post(&channel.subscriptions(), &body(&topics[..1_001])).await.unwrap();
    let answer = body_of(&too_many);
    let code = "notification.subscription.too.many.subscriptions";
    assert_eq!((too_many.status.as_u16(), &answer["code"]), (400, &json!(code)));
    assert_eq!(client.post(&channel.subscriptions(), &body(&topics[..1_000])).await.unwrap().status, 200);
    let one_more = client.post(&channel.subscriptions(), &body(&topics[1_000..1_001])).await.unwrap();
    assert_eq!((one_more.status.as_u16(), &body_of(&one_more)["code"]), (400, &json!(code)));
    assert_eq!(ids(&client, &channel).await.len(), 1_000);
}
