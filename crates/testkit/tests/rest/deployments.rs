//! Deployments: how they judge, the dry run, the types, and what was refused.

use reqwest::Method;
use serde_json::{Value, json};
use waybill_testkit::{RestClient, TestServer};

use crate::support::{Webchat, assert_failure, body_of, header, put, read, send, start, try_start, verdicts};

const PATH: &str = "/api/v2/webdeployments/deployments";

async fn lint(server: &TestServer, client: &RestClient, deployment: &str, api: &str, options: Value) -> Value {
    let path = format!("{PATH}/{}/context/lint?api={api}", server.deployment(deployment));
    let answer = client.post(&path, &options).await.unwrap();
    assert_eq!(answer.status, 200, "{}", answer.text);
    body_of(&answer)
}

#[tokio::test]
async fn ctx4_lint_answers_what_a_start_would_and_stores_nothing() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let refused =
        lint(&server, &client, "strict", "webMessagingClient", json!({"customData": {"crm-customer-id": "CRM-1"}}))
            .await;
    assert_eq!((&refused["accepted"], &refused["receipt"]["entries"][0]["rule"]), (&json!(false), &json!("key_name")));
    assert!(refused["receipt"]["entries"][0]["remedy"].as_str().unwrap().contains("crmCustomerId"), "{refused}");
    let typing_error = lint(&server, &client, "open", "webMessagingClient", json!({"cusomData": {"a": "1"}})).await;
    assert_eq!(typing_error["receipt"]["entries"][0]["remedy"], "Did you mean `customData`?");
    for (api, options) in [
        ("webMessagingClient", json!({"customData": {"crmCustomerId": "CRM-1"}})),
        ("genesysCloudWebMessaging", json!({"attributes": {"custom": {"crm_customer_id": "CRM-1"}}})),
        ("cxoneChat", json!({"customerId": "CRM-1"})),
        ("genesysCommand", json!({"messaging": {"customAttributes": {"crmId": "CRM-1"}}})),
    ] {
        let accepted = lint(&server, &client, "strict", api, options).await;
        assert_eq!(accepted["accepted"], json!(true), "{api}: {accepted}");
        let receipt = &accepted["receipt"];
        assert_eq!(receipt["entries"].as_array().unwrap().len(), 1);
        let key = receipt["entries"][0].get("storedAs").unwrap_or(&receipt["entries"][0]["key"]);
        assert_eq!(key, "crmCustomerId", "{api}");
    }
    let malformed = format!("{PATH}/{}/context/lint", server.deployment("open"));
    let malformed = send(client.request(Method::POST, &malformed).body("{\"customData\":"), &[]).await;
    assert_eq!(body_of(&malformed)["accepted"], json!(false));
    let unknown = format!("{PATH}/{}/context/lint?api=webMesagingClient", server.deployment("open"));
    assert_failure(&client.post(&unknown, &json!({})).await.unwrap(), 400, "bad.request");
    assert_eq!(read(&client, "/api/v2/conversations/webchat").await["entities"], json!([]));
    assert_eq!(
        read(&client, "/api/v2/webdeployments/refusals").await["entities"],
        json!([]),
        "a dry run is no refusal"
    );
}

#[tokio::test]
async fn ctx1_a_deployment_shows_how_it_judges() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let list = read(&client, PATH).await;
    assert_eq!((list["total"].as_u64(), list["entities"].as_array().unwrap().len()), (Some(8), 8));
    let strict = read(&client, &format!("{PATH}/{}", server.deployment("strict"))).await;
    assert_eq!((&strict["status"], &strict["customData"]["mode"]), (&json!("Active"), &json!("strict")));
    let crm = &strict["customData"]["attributes"][0];
    assert_eq!(
        (&crm["key"], &crm["type"], &crm["aliases"][0]),
        (&json!("crmCustomerId"), &json!("string"), &json!("customerId"))
    );
    let inactive = read(&client, &format!("{PATH}/{}", server.deployment("inactive"))).await;
    assert_eq!(inactive["status"], "Inactive");
    assert_failure(&client.get(&format!("{PATH}/nonsense")).await.unwrap(), 404, "not.found");
}

#[tokio::test]
async fn ctx5_types_are_a_declaration_with_every_name() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let answer = client.get(&format!("{PATH}/{}/context/types", server.deployment("strict"))).await.unwrap();
    assert_eq!(header(&answer, "content-type"), "text/plain; charset=utf-8");
    for line in [
        "export interface CustomData {",
        "\"crm_customer_id\"?: string;",
        "\"plan\"?: \"basic\" | \"silver\" | \"gold\";",
        "\"vip\"?: boolean;",
    ] {
        assert!(answer.text.contains(line), "no {line} in\n{}", answer.text);
    }
}

#[tokio::test]
async fn ctx11_refused_starts_and_writes_leave_a_record_without_values() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let secret = "CRM-SECRET-VALUE";
    try_start(&server, &client, "strict", json!({"customData": {"odd-key": secret}})).await;
    let chat: Webchat = start(&server, &client, "open", json!({})).await;
    put(&client, &chat, "", json!({"nested": {"a": secret}}), &[]).await;
    // Records are written behind the answer: ask until they are there.
    let refusals = loop {
        let refusals = read(&client, "/api/v2/webdeployments/refusals").await;
        if refusals["entities"].as_array().unwrap().len() == 2 {
            break refusals;
        }
        tokio::task::yield_now().await;
    };
    let newest = &refusals["entities"][0];
    assert_eq!(newest["faults"], json!([{"key": "nested", "form": "rest.metadata", "rule": "not_scalar"}]));
    assert_eq!((&newest["deploymentId"], &newest["count"]), (&json!(server.deployment("open")), &json!(1)));
    assert!(!refusals.to_string().contains(secret), "{refusals}");
    let of_strict =
        read(&client, &format!("/api/v2/webdeployments/refusals?deploymentId={}", server.deployment("strict"))).await;
    assert_eq!(of_strict["entities"].as_array().unwrap().len(), 1);
    assert_eq!(of_strict["entities"][0]["faults"][0]["key"], "odd-key");
    assert_eq!(verdicts(&chat.started["receipt"]), []);
    let stranger = crate::tokens::stranger(&server).await;
    assert_eq!(read(&stranger, "/api/v2/webdeployments/refusals").await["entities"], json!([]));
}
