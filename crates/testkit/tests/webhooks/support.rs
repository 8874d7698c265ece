//! What the tests of webhooks share.

use std::time::Duration;

use serde_json::{Value, json};
use waybill_testkit::{Answer, RestClient, TestServer, TestServerBuilder};

use crate::receiver::Receiver;

/// A server that may send to this machine and tries again at once.
pub(crate) fn builder() -> TestServerBuilder {
    TestServer::builder().without_rate_limits().config(|config| {
        config.outbound.allow_this_machine();
        config.webhooks.retry_seconds = vec![0.01, 0.02, 0.05];
    })
}

pub(crate) async fn server() -> TestServer {
    builder().start().await
}

/// A webhook that was set up.
pub(crate) struct Hook {
    pub(crate) id: String,
    pub(crate) secret: String,
    pub(crate) path: String,
}

/// Sets one up; `more` is put over name and URL.
pub(crate) async fn hook(client: &RestClient, receiver: &Receiver, more: Value) -> Hook {
    let mut body = json!({"name": "Test", "url": receiver.url});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let created = post(client, "/api/v2/webhooks", &body).await;
    let text = |name: &str| created[name].as_str().unwrap().to_owned();
    Hook { id: text("id"), secret: text("secret"), path: text("selfUri") }
}

pub(crate) fn ok(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{}", answer.text);
    serde_json::from_str(&answer.text).unwrap()
}

pub(crate) async fn get(client: &RestClient, path: &str) -> Value {
    ok(&client.get(path).await.unwrap())
}

pub(crate) async fn post(client: &RestClient, path: &str, body: &Value) -> Value {
    ok(&client.post(path, body).await.unwrap())
}

/// A conversation that was started over REST.
pub(crate) struct Chat {
    pub(crate) id: String,
    participant: String,
}

pub(crate) async fn start(client: &RestClient, deployment: &str, custom_data: Value) -> Chat {
    let body = json!({"deploymentId": deployment, "customData": custom_data});
    let started = post(client, "/api/v2/conversations/webchat", &body).await;
    let text = |name: &str| started[name].as_str().unwrap().to_owned();
    Chat { id: text("id"), participant: text("participantId") }
}

impl Chat {
    /// A late write: one `conversation:attributes`.
    pub(crate) async fn set(&self, client: &RestClient, metadata: Value) {
        let path = format!("/api/v2/conversations/webchat/{}/participants/{}", self.id, self.participant);
        ok(&client.put(&path, &json!({"metadata": metadata})).await.unwrap());
    }
}

/// Waits until a path answers as a test wants it.
pub(crate) async fn until(client: &RestClient, path: &str, holds: impl Fn(&Value) -> bool) -> Value {
    let mut last = Value::Null;
    let found = tokio::time::timeout(Duration::from_secs(60), async {
        loop {
            last = get(client, path).await;
            if holds(&last) {
                return;
            }
            tokio::task::yield_now().await;
        }
    });
    if found.await.is_err() {
        panic!("{path} did not get there; it says {last:#}");
    }
    last
}

/// The states of a webhook's deliveries, oldest first.
pub(crate) fn states(listing: &Value) -> Vec<&str> {
    let entities = listing["entities"].as_array().unwrap();
    entities.iter().rev().map(|one| one["state"].as_str().unwrap()).collect()
}
