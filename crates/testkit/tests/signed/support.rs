//! What the tests of signed context share: keys, tokens of every kind, and guests who bring them.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Value, json};
use waybill_model::BuiltInRole;
use waybill_server::wiring::system_ambient;
use waybill_testkit::{Answer, GuestClient, RestClient, TestServer};

/// Seconds since 1970.
pub(crate) fn now() -> i64 {
    system_ambient().now().seconds()
}

pub(crate) fn draw() -> String {
    system_ambient().uuid().to_string()
}

/// Claims as a site's server makes them for a deployment.
pub(crate) fn claims(server: &TestServer, deployment: &str, custom_data: Value) -> Value {
    json!({
        "aud": server.deployment(deployment),
        "iat": now(),
        "exp": now() + 300,
        "jti": draw(),
        "customData": custom_data,
    })
}

/// A token whose header and claims are written as they stand.
pub(crate) fn sign_text(header: &str, claims: &str, key: &EncodingKey, algorithm: Algorithm) -> String {
    let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), key, algorithm).unwrap();
    format!("{message}.{signature}")
}

/// A token by the demo's key, as the recipes make it.
pub(crate) fn token(server: &TestServer, claims: &Value) -> String {
    let key = &server.demo().signing_key;
    let header = json!({"alg": "HS256", "typ": "JWT", "kid": key.id}).to_string();
    sign_text(&header, &claims.to_string(), &secret(&key.secret), Algorithm::HS256)
}

pub(crate) fn secret(text: &str) -> EncodingKey {
    EncodingKey::from_secret(text.as_bytes())
}

/// A guest who sends frames as they are.
pub(crate) struct Guest {
    pub(crate) client: GuestClient,
    token: String,
}

impl Guest {
    pub(crate) async fn of(server: &TestServer, deployment: &str) -> Self {
        Self::over(server.guest(deployment).await)
    }

    pub(crate) fn over(client: GuestClient) -> Self {
        let token = client.token().to_owned();
        Self { client, token }
    }

    pub(crate) async fn ask(&mut self, mut frame: Value) -> Value {
        frame["token"] = json!(self.token);
        frame["tracingId"] = json!("ask");
        self.client.send_text(&frame.to_string()).await.unwrap();
        loop {
            let text = self.client.receive_text().await.unwrap();
            let frame: Value = serde_json::from_str(&text).unwrap();
            // Pushes come in between.
            if frame["tracingId"] == "ask" && frame["type"] == "response" {
                return frame;
            }
        }
    }

    /// `startChat` with a token.
    pub(crate) async fn start(&mut self, identity_token: &str, options: Value) -> Value {
        self.ask(json!({"action": "startChat", "options": options, "identityToken": identity_token})).await
    }

    /// The same with a start token.
    pub(crate) async fn start_as(&mut self, start_token: &str, identity_token: &str, options: Value) -> Value {
        let mut start = json!({"action": "startChat", "options": options, "identityToken": identity_token});
        start["startToken"] = json!(start_token);
        self.ask(start).await
    }

    pub(crate) async fn set_context(&mut self, identity_token: &str, options: Value) -> Value {
        self.ask(json!({"action": "setContext", "options": options, "identityToken": identity_token})).await
    }
}

/// A start that has to work.
pub(crate) fn done(answer: &Value) -> &Value {
    assert_eq!(answer["code"], 200, "{answer}");
    &answer["body"]
}

/// A refusal: its code word. The body has nothing of the token.
pub(crate) fn refused(answer: &Value, token: &str) -> String {
    assert_eq!((&answer["code"], &answer["class"]), (&json!(401), &json!("Error")), "{answer}");
    let text = answer.to_string();
    for part in token.split('.').filter(|part| part.len() > 8) {
        assert!(!text.contains(part), "the answer repeats a part of the token: {text}");
    }
    assert!(!text.contains("CRM-"), "the answer repeats a value: {text}");
    answer["body"]["code"].as_str().unwrap().to_owned()
}

/// `key form trust verdict` of each entry.
pub(crate) fn entries(receipt: &Value) -> Vec<String> {
    let text = |entry: &Value, name: &str| entry[name].as_str().unwrap_or_default().to_owned();
    let entries = receipt["entries"].as_array().unwrap().iter();
    let line = |entry| ["key", "form", "trust", "verdict"].map(|name| text(entry, name)).join(" ");
    entries.map(line).collect()
}

/// An API client that may do everything.
pub(crate) async fn admin(server: &TestServer) -> RestClient {
    let created = server.service().create_client(server.organization_id(), "Admin", BuiltInRole::Admin).await.unwrap();
    RestClient::log_in(server.base_url(), &created.id.to_string(), &created.secret).await.unwrap()
}

pub(crate) fn body(answer: &Answer, status: u16) -> Value {
    assert_eq!(answer.status, status, "{}", answer.text);
    serde_json::from_str(&answer.text).unwrap()
}

pub(crate) async fn read(client: &RestClient, path: &str) -> Value {
    body(&client.get(path).await.unwrap(), 200)
}

/// Where the signing keys of a deployment are.
pub(crate) fn keys_path(server: &TestServer, deployment: &str) -> String {
    format!("/api/v2/webdeployments/deployments/{}/signingkeys", server.deployment(deployment))
}

/// How many conversations there are, and where the log stands.
pub(crate) async fn stored(server: &TestServer) -> (usize, u64) {
    let client = server.integrator().await;
    let list = read(&client, "/api/v2/conversations/webchat?pageSize=200").await;
    (list["entities"].as_array().unwrap().len(), server.service().newest_cursor().await.unwrap().seq)
}
