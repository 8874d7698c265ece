//! What the tests of privacy share: a conversation with a canary in every place, and where it is looked for.

use std::{
    path::Path,
    sync::atomic::{AtomicU32, Ordering},
};

use serde_json::{Value, json};
use waybill_model::{ContextPolicy, DeclaredAttribute, Retention, ScalarType, Trust};
use waybill_testkit::{Answer, RestClient, TestServer, TestServerBuilder};

/// Values that stand nowhere else, one per place.
pub(crate) const CRM: &str = "CRM-CANARY-0815-PRIVACY";
static STARTS: AtomicU32 = AtomicU32::new(0);
pub(crate) const CANARIES: [&str; 10] = [
    CRM,
    "former-canary-2290",
    "undeclared-canary-4471",
    "quarantined-canary-7713",
    "customer-canary-id-19",
    "Zoë Canary-Name",
    "canary.mail@example.com",
    "canary said hello 5512",
    "canary heard hello 5513",
    "canary noted 5514",
];

/// A server with a deployment `shop` that declares `plan`, which is nobody's secret.
pub(crate) fn builder(retention: Retention) -> TestServerBuilder {
    let mut policy = ContextPolicy { retention, ..ContextPolicy::standard() };
    let declared = |key: &str, scalar_type| DeclaredAttribute {
        key: key.to_owned(),
        scalar_type,
        max_length: None,
        pattern: None,
        allowed: None,
        required: false,
        aliases: Vec::new(),
        personal: false,
        trust_floor: Trust::Page,
        link: None,
    };
    policy.attributes.extend([declared("plan", ScalarType::String), declared("score", ScalarType::Number)]);
    TestServer::builder().without_rate_limits().policy("shop", policy)
}

pub(crate) async fn server() -> TestServer {
    builder(Retention::default()).start().await
}

pub(crate) async fn patch(client: &RestClient, conversation: &str, attributes: Value) {
    let view = read(client, &format!("/api/v2/conversations/{conversation}")).await;
    let participant = view["participants"][0]["id"].as_str().unwrap();
    let path = format!("/api/v2/conversations/{conversation}/participants/{participant}/attributes");
    let body = json!({ "attributes": attributes });
    let written = client.request(reqwest::Method::PATCH, &path).json(&body).send().await.unwrap();
    assert!(written.status().is_success(), "{}", written.text().await.unwrap());
}

pub(crate) fn body_of(answer: &Answer) -> Value {
    serde_json::from_str(&answer.text).unwrap_or_else(|error| panic!("no JSON ({error}): {}", answer.text))
}

pub(crate) async fn read(client: &RestClient, path: &str) -> Value {
    let answer = client.get(path).await.unwrap();
    assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    body_of(&answer)
}

/// Everything about somebody: declared and undeclared keys, a quarantined object, the customer, messages, late context.
pub(crate) async fn talk(server: &TestServer, client: &RestClient, crm: &str) -> String {
    let body = json!({
        "deploymentId": server.deployment("shop").to_string(),
        "customData": {
            "crm_customer_id": crm, "note": "former-canary-2290", "score": "quarantined-canary-7713",
            "plan": "gold"
        },
        "customer": {"id": "customer-canary-id-19", "name": "Zoë Canary-Name", "email": "canary.mail@example.com"},
        "message": "canary said hello 5512"
    });
    let request = client.request(reqwest::Method::POST, "/api/v2/conversations/webchat");
    // A key that repeats the id, as people make them.
    let key = format!("start of {crm} no. {}", STARTS.fetch_add(1, Ordering::Relaxed));
    let response = request.header("Idempotency-Key", key).json(&body).send().await.unwrap();
    let (status, text) = (response.status(), response.text().await.unwrap());
    assert_eq!(status, 200, "{text}");
    let started: Value = serde_json::from_str(&text).unwrap();
    let id = started["id"].as_str().unwrap();
    patch(client, id, json!({"note": "undeclared-canary-4471"})).await;
    let leg = started["communicationId"].as_str().unwrap();
    let path = format!("/api/v2/conversations/messages/{id}/communications/{leg}/messages");
    let said = client.post(&path, &json!({"textBody": "canary heard hello 5513"})).await.unwrap();
    assert!(said.status.is_success(), "{}", said.text);
    let note = json!({"text": format!("canary noted 5514 about {crm}")});
    let noted = client.post(&format!("/api/v2/conversations/{id}/notes"), &note).await.unwrap();
    assert!(noted.status.is_success(), "{}", noted.text);
    id.to_owned()
}

/// Asks for an erasure or export and waits until it is done.
pub(crate) async fn ask(client: &RestClient, kind: &str, subject: Value) -> Value {
    let body = json!({"requestType": kind, "subject": subject});
    let asked = client.post("/api/v2/gdpr/requests", &body).await.unwrap();
    assert_eq!(asked.status, 202, "{}", asked.text);
    done(client, body_of(&asked)["id"].as_str().unwrap()).await
}

pub(crate) async fn done(client: &RestClient, id: &str) -> Value {
    loop {
        let request = read(client, &format!("/api/v2/gdpr/requests/{id}")).await;
        if request["status"] == "COMPLETED" {
            return request;
        }
        tokio::task::yield_now().await;
    }
}

/// Every canary that stands somewhere in the bytes of a folder's files, with the file.
pub(crate) fn found_in(folder: &Path, canaries: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(found_in(&path, canaries));
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        for canary in canaries {
            if bytes.windows(canary.len()).any(|window| window == canary.as_bytes()) {
                found.push(format!("{canary} in {}", path.display()));
            }
        }
    }
    found
}

pub(crate) fn assert_without(text: &str, what: &str) {
    for canary in CANARIES {
        assert!(!text.contains(canary), "{what} shows {canary}: {text}");
    }
}
