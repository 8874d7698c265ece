//! Answering in a conversation.

use serde_json::{Value, json};
use waybill_testkit::TestServer;

use crate::support::{Webchat, assert_failure, body_of, read, start};

fn path(chat: &Webchat, communication: &str) -> String {
    format!("/api/v2/conversations/messages/{}/communications/{communication}/messages", chat.id)
}

#[tokio::test]
async fn rest1_an_api_client_answers_as_agent_and_joins_once() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let chat = start(&server, &client, "open", json!({"message": "Hello"})).await;
    let path = path(&chat, chat.started["communicationId"].as_str().unwrap());
    let first = body_of(&client.post(&path, &json!({"textBody": "Hi, one moment"})).await.unwrap());
    assert_eq!((&first["textBody"], &first["direction"]), (&json!("Hi, one moment"), &json!("outbound")));
    assert_eq!(first["conversationId"], json!(chat.id));
    assert_eq!(first["normalizedMessage"]["direction"], "Outbound");
    assert_eq!(first["normalizedMessage"]["text"], "Hi, one moment");
    let second = body_of(&client.post(&path, &json!({"textBody": "There you are"})).await.unwrap());
    assert_ne!(first["id"], second["id"]);
    assert!(first["timestamp"].as_str() < second["timestamp"].as_str(), "times are unique and increase");
    let conversation = read(&client, &format!("/api/v2/conversations/{}", chat.id)).await;
    let purposes: Vec<_> = conversation["participants"].as_array().unwrap().iter().map(|one| &one["purpose"]).collect();
    assert_eq!(purposes, ["customer", "agent"]);
    // The agent's own communication is as good as the customer's.
    let own = conversation["participants"][1]["messages"][0]["id"].as_str().unwrap();
    assert_eq!(client.post(&self::path(&chat, own), &json!({"textBody": "Bye"})).await.unwrap().status, 200);
}

#[tokio::test]
async fn rest1_an_answer_that_can_not_be_said_is_refused_by_name() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let chat = start(&server, &client, "open", json!({})).await;
    let own = chat.started["communicationId"].as_str().unwrap().to_owned();
    let post = |communication: String, body: Value| {
        let (client, path) = (&client, path(&chat, &communication));
        async move { client.post(&path, &body).await.unwrap() }
    };
    for (body, field) in [
        (json!({}), "textBody"),
        (json!({"textBody": ""}), "textBody"),
        (json!({"textBody": 7}), "textBody"),
        (json!({"textBody": "x", "mediaIds": ["m"]}), "mediaIds"),
    ] {
        let error = assert_failure(&post(own.clone(), body.clone()).await, 400, "bad.request");
        assert_eq!(error["details"][0]["fieldName"], field, "{body}");
    }
    let long = json!({"textBody": "x".repeat(4_097)});
    assert_failure(&post(own, long).await, 400, "message_too_long");
    for communication in ["0190b0a1-7c1e-7d31-9d0a-2f5c3a1b7e42", "nobody"] {
        assert_failure(&post(communication.to_owned(), json!({"textBody": "x"})).await, 404, "not.found");
    }
    let conversation = read(&client, &format!("/api/v2/conversations/{}", chat.id)).await;
    assert_eq!(conversation["participants"].as_array().unwrap().len(), 1, "nobody joined by a refused answer");
}
