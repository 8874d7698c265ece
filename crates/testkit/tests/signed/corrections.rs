//! CTX7: a signed value is corrected only on purpose, with a right and a reason.

use reqwest::Method;
use serde_json::{Value, json};
use waybill_testkit::{Answer, RestClient, TestServer};

use crate::support::{Guest, admin, body, claims, done, entries, read, token};

async fn put(client: &RestClient, path: &str, written: Value) -> Answer {
    client.put(path, &written).await.unwrap()
}

#[tokio::test]
async fn ctx7_a_signed_value_is_corrected_with_a_right_and_a_reason_that_the_history_keeps() {
    let server = TestServer::start().await;
    let (admin, integrator) = (admin(&server).await, server.integrator().await);
    let token = token(&server, &claims(&server, "signed", json!({"crmCustomerId": "CRM-1", "plan": "gold"})));
    let answer = Guest::of(&server, "signed").await.start(&token, json!({})).await;
    let started = done(&answer);
    let id = started["conversationId"].as_str().unwrap();
    let participant = started["participantId"].as_str().unwrap();
    let path = format!("/api/v2/conversations/webchat/{id}/participants/{participant}");
    let written = json!({"metadata": {"crmCustomerId": "CRM-2"}});

    // Without the word, without the right, without a reason.
    let answer = body(&put(&admin, &path, written.clone()).await, 200);
    assert_eq!(entries(&answer["receipt"]), ["crmCustomerId rest.metadata server quarantined"]);
    let mut with = written.clone();
    with["override"] = json!({"reason": "the shop merged two accounts"});
    let answer = body(&put(&integrator, &path, with.clone()).await, 403);
    assert_eq!(answer["messageParams"]["permission"], json!("conversation:signedAttributes:override"));
    for wrong in [json!({}), json!({"reason": ""}), json!({"reason": "x".repeat(513)}), json!("because"), json!(true)] {
        let mut with = written.clone();
        with["override"] = wrong.clone();
        body(&put(&admin, &path, with).await, 400);
    }
    let context = read(&integrator, &format!("/api/v2/conversations/{id}/context/crmCustomerId")).await;
    assert_eq!((&context["value"], &context["trust"]), (&json!("CRM-1"), &json!("signed")), "{context}");

    let answer = put(&admin, &path, with).await;
    let corrected = body(&answer, 200);
    assert_eq!(entries(&corrected["receipt"]), ["crmCustomerId rest.metadata server stored"]);
    assert_eq!(corrected["customData"]["crmCustomerId"], json!("CRM-2"));
    let history = read(&integrator, &format!("/api/v2/conversations/{id}/context/history")).await;
    let last = history["entries"].as_array().unwrap().last().unwrap();
    assert!(last["by"].as_str().unwrap().starts_with("client "), "{last}");
    let change = &last["changes"][0];
    assert_eq!(
        (&change["old"], &change["new"], &change["reason"]),
        (&json!("CRM-1"), &json!("CRM-2"), &json!("the shop merged two accounts"))
    );
    // What needed no correction has no reason, and no row in the audit log.
    let mut with = json!({"metadata": {"note": "x"}, "override": {"reason": "none needed"}});
    let answer = body(&put(&admin, &path, with.take()).await, 200);
    assert_eq!(entries(&answer["receipt"]), ["note rest.metadata server stored"]);
    let audits = admin.request(Method::GET, "/api/v2/audits?pageSize=100").send().await.unwrap();
    let audits = audits.text().await.unwrap();
    assert!(audits.contains("context.corrected") && audits.contains("the shop merged two accounts"), "{audits}");
    assert!(!audits.contains("none needed") && !audits.contains("CRM-2"), "{audits}");

    // A null corrects as well, and the page still can't.
    let gone = json!({"metadata": {"plan": null}, "override": {"reason": "cancelled"}});
    let answer = body(&put(&admin, &path, gone).await, 200);
    assert_eq!(answer["customData"].get("plan"), None);
}
