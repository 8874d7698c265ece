//! What the tests of the guest socket share: raw frames in, raw frames out.

use serde_json::{Value, json};
use waybill_testkit::{Answer, ClientError, GuestClient, RestClient, TestServer};

/// A socket of a guest that shows frames as they are.
pub(crate) struct Socket {
    client: GuestClient,
    token: String,
    asked: u64,
}

impl Socket {
    /// A new guest.
    pub(crate) async fn open(server: &TestServer, deployment: &str) -> Self {
        Self::of(server.guest(deployment).await)
    }

    /// The same guest on one more socket.
    pub(crate) async fn again(&self, server: &TestServer, deployment: &str) -> Self {
        let mut options = server.visitor(deployment);
        options.token = self.token.clone();
        Self::of(GuestClient::connect(options).await.expect("the socket opens"))
    }

    pub(crate) fn of(client: GuestClient) -> Self {
        let token = client.token().to_owned();
        Self { client, token, asked: 0 }
    }

    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    /// Sends a frame with the guest's token and a tracing id, which it answers.
    pub(crate) async fn send(&mut self, mut frame: Value) -> String {
        self.asked += 1;
        let tracing_id = format!("ask-{}", self.asked);
        let fields = frame.as_object_mut().expect("a frame is an object");
        fields.entry("token").or_insert_with(|| json!(self.token));
        let tracing_id = fields.entry("tracingId").or_insert_with(|| json!(tracing_id)).clone();
        self.send_text(&frame.to_string()).await;
        tracing_id.as_str().expect("a text").to_owned()
    }

    pub(crate) async fn send_text(&mut self, text: &str) {
        self.client.send_text(text).await.expect("the frame can be sent");
    }

    /// Sends a frame; `false` when the connection is gone.
    pub(crate) async fn try_send_text(&mut self, text: &str) -> bool {
        self.client.send_text(text).await.is_ok()
    }

    /// Sends a frame and waits for the next frame, which must belong to it.
    pub(crate) async fn ask(&mut self, frame: Value) -> Value {
        let tracing_id = self.send(frame).await;
        let answer = self.next().await;
        assert_eq!(answer["tracingId"], tracing_id, "{answer}");
        answer
    }

    /// Sends a frame that must be answered with 200.
    pub(crate) async fn done(&mut self, frame: Value) -> Value {
        let answer = self.ask(frame).await;
        assert_eq!(answer["code"], 200, "{answer}");
        answer["body"].clone()
    }

    /// The next frame.
    pub(crate) async fn next(&mut self) -> Value {
        let text = self.client.receive_text().await.expect("a frame comes");
        serde_json::from_str(&text).expect("frames are JSON")
    }

    /// Waits for the server's close and answers its code.
    pub(crate) async fn closed(&mut self) -> u16 {
        match self.client.receive_text().await {
            Err(ClientError::Closed { code, .. }) => code,
            other => panic!("no close but {other:?}"),
        }
    }

    /// Starts a chat with custom data.
    pub(crate) async fn start(&mut self, custom_data: Value) -> Value {
        self.done(start(&json!({"customData": custom_data}))).await
    }
}

/// A start frame of the first call form.
pub(crate) fn start(options: &Value) -> Value {
    json!({"action": "startChat", "api": "webMessagingClient", "options": options})
}

pub(crate) fn configure() -> Value {
    json!({"action": "configureSession"})
}

pub(crate) fn text(text: &str) -> Value {
    json!({"action": "onMessage", "message": {"type": "Text", "text": text}})
}

/// A text with attributes in the place that the field's own SDKs use.
pub(crate) fn text_with(said: &str, attributes: &Value) -> Value {
    let channel = json!({"metadata": {"customAttributes": attributes}});
    json!({"action": "onMessage", "message": {"type": "Text", "text": said, "channel": channel}})
}

pub(crate) fn presence(kind: &str) -> Value {
    let events = json!([{"eventType": "Presence", "presence": {"type": kind}}]);
    json!({"action": "onMessage", "message": {"type": "Event", "events": events}})
}

/// The stored context of a conversation, as REST shows it.
pub(crate) async fn custom_data(server: &TestServer, conversation: &Value) -> Value {
    let conversation = webchat(server, conversation).await;
    conversation["customData"].clone()
}

pub(crate) async fn webchat(server: &TestServer, conversation: &Value) -> Value {
    let id = conversation.as_str().expect("an id");
    get(&server.integrator().await, &format!("/api/v2/conversations/webchat/{id}")).await
}

pub(crate) async fn get(client: &RestClient, path: &str) -> Value {
    let answer: Answer = client.get(path).await.expect("the server answers");
    answer.json().expect("a success")
}

/// An API client answers as agent.
pub(crate) async fn answer_as_agent(server: &TestServer, conversation: &Value, text: &str) {
    let integrator = server.integrator().await;
    let id = conversation.as_str().expect("an id");
    let shown = get(&integrator, &format!("/api/v2/conversations/{id}")).await;
    let leg = &shown["participants"][0]["messages"][0]["id"];
    let leg = leg.as_str().unwrap_or_else(|| panic!("no communication in {shown}"));
    let path = format!("/api/v2/conversations/messages/{id}/communications/{leg}/messages");
    let answer = integrator.post(&path, &json!({"textBody": text})).await.expect("the server answers");
    assert!(answer.status.is_success(), "{}", answer.text);
}
