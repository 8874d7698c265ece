//! What the tests of notifications share.

use serde_json::{Value, json};
use waybill_client::{Notification, NotificationStream};
use waybill_testkit::{Answer, RestClient, TestServer};

pub(crate) const CHANNELS: &str = "/api/v2/notifications/channels";
pub(crate) const EVERY_DETAIL: &str = "v2.detail.events.conversation.*";
pub(crate) const EVERY_EVENT: &str = "v2.conversations.*";

/// A channel as it was created.
pub(crate) struct Channel {
    pub(crate) id: String,
    pub(crate) connect_uri: String,
}

impl Channel {
    pub(crate) async fn create(client: &RestClient) -> Self {
        let answer = client.post(CHANNELS, &Value::Null).await.unwrap();
        assert_eq!(answer.status, 200, "{}", answer.text);
        let body = body_of(&answer);
        let text = |name: &str| body[name].as_str().unwrap().to_owned();
        Self { id: text("id"), connect_uri: text("connectUri") }
    }

    pub(crate) fn path(&self) -> String {
        format!("{CHANNELS}/{}", self.id)
    }

    pub(crate) fn subscriptions(&self) -> String {
        format!("{CHANNELS}/{}/subscriptions", self.id)
    }

    /// Adds topics and expects each to be permitted.
    pub(crate) async fn subscribe(&self, client: &RestClient, topics: &[&str]) {
        let answer = client.post(&self.subscriptions(), &topics_body(topics)).await.unwrap();
        assert_eq!(answer.status, 200, "{}", answer.text);
        let states = states(&body_of(&answer));
        assert!(states.iter().all(|(_, state)| state == "Permitted"), "{states:?}");
    }

    /// Opens its socket and takes the first heartbeat.
    pub(crate) async fn open(&self) -> NotificationStream {
        self.open_after(None).await
    }

    pub(crate) async fn open_after(&self, cursor: Option<&str>) -> NotificationStream {
        let mut stream = NotificationStream::open(&self.connect_uri, cursor).await.unwrap();
        let first = stream.receive().await.unwrap();
        assert_eq!(first.topic_name.as_deref(), Some("channel.metadata"));
        assert_eq!(body(&first)["message"], "WebSocket Heartbeat");
        stream
    }
}

/// A channel with these topics and its open socket.
pub(crate) async fn follow(client: &RestClient, topics: &[&str]) -> (Channel, NotificationStream) {
    let channel = Channel::create(client).await;
    channel.subscribe(client, topics).await;
    let stream = channel.open().await;
    (channel, stream)
}

pub(crate) fn topics_body(topics: &[&str]) -> Value {
    topics.iter().map(|topic| json!({ "id": topic })).collect()
}

/// Topic and state of each entry.
pub(crate) fn states(body: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    body["entities"].as_array().unwrap().iter().map(|one| (text(&one["id"]), text(&one["state"]))).collect()
}

pub(crate) fn body_of(answer: &Answer) -> Value {
    serde_json::from_str(&answer.text).unwrap_or_else(|error| panic!("no JSON ({error}): {}", answer.text))
}

pub(crate) fn body(notification: &Notification) -> Value {
    notification.body().unwrap()
}

/// The next event: its topic and its body.
pub(crate) async fn next(stream: &mut NotificationStream) -> (String, Value) {
    let event = stream.next().await.unwrap();
    (event.topic_name.clone().unwrap(), body(&event))
}

/// A conversation that was started over REST.
pub(crate) struct Chat {
    pub(crate) id: String,
    pub(crate) participant: String,
    pub(crate) communication: String,
}

/// Starts one; `body` lacks only the deployment.
pub(crate) async fn start(server: &TestServer, client: &RestClient, deployment: &str, mut body: Value) -> Chat {
    body["deploymentId"] = json!(server.deployment(deployment).to_string());
    let answer = client.post("/api/v2/conversations/webchat", &body).await.unwrap();
    assert_eq!(answer.status, 200, "{}", answer.text);
    let started = body_of(&answer);
    let text = |name: &str| started[name].as_str().unwrap().to_owned();
    Chat { id: text("id"), participant: text("participantId"), communication: text("communicationId") }
}

impl Chat {
    /// The late write of the two documents.
    pub(crate) async fn put(&self, client: &RestClient, metadata: Value) {
        let path = format!("/api/v2/conversations/webchat/{}/participants/{}", self.id, self.participant);
        let answer = client.put(&path, &json!({ "metadata": metadata })).await.unwrap();
        assert_eq!(answer.status, 200, "{}", answer.text);
    }

    pub(crate) async fn say(&self, client: &RestClient, text: &str) {
        let path = format!("/api/v2/conversations/messages/{}/communications/{}/messages", self.id, self.communication);
        let answer = client.post(&path, &json!({ "textBody": text })).await.unwrap();
        assert_eq!(answer.status, 200, "{}", answer.text);
    }

    /// Its topic of one kind.
    pub(crate) fn topic(&self, kind: &str) -> String {
        format!("v2.detail.events.conversation.{}.{kind}", self.id)
    }
}

/// The demo's client, narrowed to some scopes.
pub(crate) async fn narrowed(server: &TestServer, scope: &str) -> RestClient {
    let client = &server.demo().oauth_client;
    let anonymous = server.anonymous();
    let form = [("grant_type", "client_credentials"), ("scope", scope)];
    let request = anonymous.request(reqwest::Method::POST, "/oauth/token");
    let answer = request.basic_auth(client.id.to_string(), Some(&client.secret)).form(&form).send().await.unwrap();
    let body: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
    anonymous.with_token(body["access_token"].as_str().unwrap())
}
