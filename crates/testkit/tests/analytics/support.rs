//! What the tests of analytics share.

use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpListener,
    sync::mpsc::{UnboundedReceiver, unbounded_channel},
};
use waybill_testkit::{Answer, RestClient, TestServer};

pub(crate) const DETAILS: &str = "/api/v2/analytics/conversations/details/query";
pub(crate) const AGGREGATES: &str = "/api/v2/analytics/conversations/aggregates/query";
pub(crate) const JOBS: &str = "/api/v2/analytics/conversations/details/jobs";
pub(crate) const COMPLETENESS: &str = "/api/v2/analytics/context/completeness";
pub(crate) const ALARMS: &str = "/api/v2/analytics/context/alarms";

/// A webchat that was started over REST.
pub(crate) struct Chat {
    pub(crate) id: String,
    pub(crate) participant: String,
}

pub(crate) async fn start(server: &TestServer, client: &RestClient, deployment: &str, context: Value) -> Chat {
    let body = json!({"deploymentId": server.deployment(deployment).to_string(), "customData": context});
    let answer = client.post("/api/v2/conversations/webchat", &body).await.unwrap();
    assert_eq!(answer.status, 200, "{}", answer.text);
    let started = body_of(&answer);
    let text = |name: &str| started[name].as_str().unwrap().to_owned();
    Chat { id: text("id"), participant: text("participantId") }
}

/// A late write of the two documents.
pub(crate) async fn put(client: &RestClient, chat: &Chat, metadata: Value) {
    let path = format!("/api/v2/conversations/webchat/{}/participants/{}", chat.id, chat.participant);
    let answer = client.put(&path, &json!({ "metadata": metadata })).await.unwrap();
    assert_eq!(answer.status, 200, "{}", answer.text);
}

pub(crate) fn body_of(answer: &Answer) -> Value {
    serde_json::from_str(&answer.text).unwrap_or_else(|error| panic!("no JSON ({error}): {}", answer.text))
}

pub(crate) async fn ask(client: &RestClient, path: &str, question: Value) -> Value {
    let answer = client.post(path, &question).await.unwrap();
    assert!(answer.status.is_success(), "{question}: {}", answer.text);
    assert!(!answer.text.contains("null"), "a null in {}", answer.text);
    body_of(&answer)
}

pub(crate) async fn read(client: &RestClient, path: &str) -> Value {
    let answer = client.get(path).await.unwrap();
    assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    assert!(!answer.text.contains("null"), "a null in {}", answer.text);
    body_of(&answer)
}

/// A failure names a field and what to do, and repeats no value.
pub(crate) async fn refused(client: &RestClient, path: &str, question: Value, field: &str) {
    let answer = client.post(path, &question).await.unwrap();
    assert_eq!(answer.status, 400, "{question}: {}", answer.text);
    let body = body_of(&answer);
    assert_eq!(body["details"][0]["fieldName"], field, "{question}: {body}");
    assert!(body["details"][0]["remedy"].as_str().is_some_and(|remedy| !remedy.is_empty()), "{body}");
    assert!(!answer.text.contains("SECRET"), "{body}");
}

/// A person with the permissions of analytics alone, in one division or everywhere (`*`), logged in.
pub(crate) async fn analyst(server: &TestServer, division: &str) -> RestClient {
    let admin = server.admin().await;
    let email = format!("analyst-{}@example.org", division.len());
    let role = json!({"name": email, "permissions": ["analytics:conversationDetail:view", "analytics:conversationAggregate:view"]});
    let role = admin.post("/api/v2/authorization/roles", &role).await.unwrap();
    assert_eq!(role.status, 200, "{}", role.text);
    let roles = json!([{"roleId": body_of(&role)["id"], "divisionId": division}]);
    let password = "four words nobody guesses";
    let user = json!({"name": "Analyst", "email": email, "password": password, "roleDivisions": roles});
    let user = admin.post("/api/v2/users", &user).await.unwrap();
    assert_eq!(user.status, 200, "{}", user.text);
    server.log_in(&waybill_testkit::DemoUser { email, password: password.to_owned() }).await
}

/// An endpoint that takes every webhook and hands its body on.
pub(crate) async fn receiver() -> (String, UnboundedReceiver<Value>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let (sender, receiver) = unbounded_channel();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let sender = sender.clone();
            tokio::spawn(async move {
                let mut socket = BufReader::new(socket);
                loop {
                    let (mut line, mut length) = (String::new(), None);
                    while socket.read_line(&mut line).await.is_ok_and(|bytes| bytes > 2) {
                        if let Some(("content-length", value)) = line.to_lowercase().split_once(':') {
                            length = value.trim().parse().ok();
                        }
                        line.clear();
                    }
                    let Some(length) = length else { return };
                    let mut body = vec![0; length];
                    socket.read_exact(&mut body).await.unwrap();
                    socket.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.unwrap();
                    sender.send(serde_json::from_slice(&body).unwrap()).unwrap();
                }
            });
        }
    });
    (url, receiver)
}

/// The interval around now.
pub(crate) fn interval(server: &TestServer) -> String {
    let now = server.service().ambient().now();
    format!("{}/{}", now.plus_millis(-3_600_000), now.plus_millis(3_600_000))
}

/// One predicate over a dimension.
pub(crate) fn is(dimension: &str, value: &str) -> Value {
    json!({"type": "and", "predicates": [
        {"type": "dimension", "dimension": dimension, "operator": "matches", "value": value}]})
}

/// The ids of a page, in its order.
pub(crate) fn ids(page: &Value) -> Vec<&str> {
    let conversations = page["conversations"].as_array().unwrap();
    conversations.iter().map(|one| one["conversationId"].as_str().unwrap()).collect()
}
