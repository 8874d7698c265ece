//! What the tests of REST share.

use serde_json::{Value, json};
use waybill_testkit::{Answer, RestClient, TestServer};

/// A webchat that was started over REST.
pub(crate) struct Webchat {
    pub(crate) id: String,
    pub(crate) participant: String,
    pub(crate) started: Value,
}

/// Starts one and expects it to work.
pub(crate) async fn start(server: &TestServer, client: &RestClient, deployment: &str, body: Value) -> Webchat {
    let answer = try_start(server, client, deployment, body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let started = body_of(&answer);
    let text = |name: &str| started[name].as_str().unwrap().to_owned();
    Webchat { id: text("id"), participant: text("participantId"), started }
}

/// Tries to start one; `body` lacks only the deployment.
pub(crate) async fn try_start(server: &TestServer, client: &RestClient, deployment: &str, mut body: Value) -> Answer {
    body["deploymentId"] = json!(server.deployment(deployment).to_string());
    client.post("/api/v2/conversations/webchat", &body).await.unwrap()
}

/// GET that is expected to work.
pub(crate) async fn read(client: &RestClient, path: &str) -> Value {
    let answer = client.get(path).await.unwrap();
    assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    body_of(&answer)
}

pub(crate) fn body_of(answer: &Answer) -> Value {
    serde_json::from_str(&answer.text).unwrap_or_else(|error| panic!("no JSON ({error}): {}", answer.text))
}

pub(crate) fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer.headers.get(name).map_or("", |value| value.to_str().unwrap())
}

/// A failure has the usual body, whose context id is the one of the header.
pub(crate) fn assert_failure(answer: &Answer, status: u16, code: &str) -> Value {
    assert_eq!(answer.status, status, "{}", answer.text);
    let body = body_of(answer);
    assert_eq!((&body["status"], &body["code"]), (&json!(status), &json!(code)), "{body}");
    assert_eq!(body["contextId"], json!(header(answer, "inin-correlation-id")), "{body}");
    assert!(body["contextId"].as_str().is_some_and(|id| id.len() == 36), "{body}");
    assert!(body["message"].as_str().is_some_and(|message| !message.is_empty()), "{body}");
    assert!(body["details"].is_array() && body["errors"].is_array(), "{body}");
    body
}

/// Any request with headers of its own.
pub(crate) async fn send(request: reqwest::RequestBuilder, headers: &[(&str, &str)]) -> Answer {
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    Answer { status, headers, text: response.text().await.unwrap() }
}

/// The late write of the two documents.
pub(crate) async fn put(
    client: &RestClient,
    chat: &Webchat,
    query: &str,
    metadata: Value,
    headers: &[(&str, &str)],
) -> Answer {
    let path = format!("/api/v2/conversations/webchat/{}/participants/{}{query}", chat.id, chat.participant);
    send(client.request(reqwest::Method::PUT, &path).json(&json!({ "metadata": metadata })), headers).await
}

/// The verdicts of a receipt, by the key as it was sent.
pub(crate) fn verdicts(receipt: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    receipt["entries"].as_array().unwrap().iter().map(|one| (text(&one["key"]), text(&one["verdict"]))).collect()
}
