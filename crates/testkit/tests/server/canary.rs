//! What customers say and secrets are found in no log line and no metric, whatever goes wrong.

use reqwest::Method;
use serde_json::json;
use waybill_testkit::{ConnectOptions, GuestClient, NewMessage, RestClient, ServerProcess};

use crate::{raw, start};

/// Stands in every value, text, token and query that this test sends, and nowhere else.
const CANARY: &str = "canary7f3a9";

#[tokio::test]
async fn ctx11_neither_values_nor_tokens_nor_queries_reach_logs_and_metrics() {
    let folder = tempfile::tempdir().unwrap();
    let level = ("WAYBILL__LOG__LEVEL", "debug");
    let mut process = ServerProcess::demo(folder.path(), &[level]).await;
    let demo = process.demo_file().await;
    let token = format!("{CANARY}-token-of-a-guest-0123456789012345678901234");
    let mut secrets = vec![CANARY.to_owned(), demo.oauth_client.secret.clone()];
    for deployment in [demo.deployments.open, demo.deployments.strict, demo.deployments.disabled] {
        let options = ConnectOptions {
            base_url: demo.base_url.clone(),
            deployment_id: deployment.to_string(),
            application: Some(format!("waybill-{CANARY}")),
            token: token.clone(),
            ..ConnectOptions::default()
        };
        let mut guest = GuestClient::connect(options).await.unwrap();
        let value = format!("CRM-{CANARY}");
        let options =
            json!({"customData": {"crmCustomerId": value, "odd-key": value, "nested": {"a": value}}, "message": value});
        // Refused on each of them, for another reason each.
        guest.start_chat(start(&options)).await.unwrap_err();
        let options = json!({"customData": {"crmCustomerId": value}, "message": value,
            "customer": {"id": value, "name": value, "email": value}});
        if guest.start_chat(start(&options)).await.is_ok() {
            let said = NewMessage {
                text: value.clone(),
                attributes: Some(raw(&json!({"note": value}))),
                ..NewMessage::default()
            };
            // Strict deployments refuse the note; that is a path of its own.
            drop(guest.send_message(said).await);
            secrets.push(guest.get_jwt().await.unwrap().jwt);
        }
        guest.send_text(format!("{{\"action\":\"{CANARY}\",\"token\":\"{CANARY}\"}}")).await.unwrap();
        guest.receive().await.unwrap();
        guest.send_text(format!("not json {CANARY}")).await.unwrap();
        guest.receive().await.unwrap();
    }

    let client = &demo.oauth_client;
    let rest = RestClient::log_in(&demo.base_url, &client.id.to_string(), &client.secret).await.unwrap();
    RestClient::log_in(&demo.base_url, &client.id.to_string(), CANARY).await.unwrap_err();
    let body =
        json!({"deploymentId": demo.deployments.open, "customData": {"crmCustomerId": CANARY}, "message": CANARY});
    assert!(rest.post("/api/v2/conversations/webchat", &body).await.unwrap().status.is_success());
    for path in [
        format!("/api/v2/conversations/webchat?attributeKey=crmCustomerId&attributeValue={CANARY}"),
        format!("/api/v2/conversations/{CANARY}"),
        format!("/api/v2/{CANARY}?{CANARY}"),
        format!("/api/v2/events?cursor={CANARY}"),
    ] {
        rest.get(&path).await.unwrap();
    }
    let bearer = rest.with_token(CANARY).request(Method::GET, "/api/v2/conversations/webchat").header("Origin", CANARY);
    assert_eq!(bearer.send().await.unwrap().status(), 401);
    let header =
        rest.with_token(CANARY).request(Method::GET, "/health").build().unwrap().headers()["authorization"].clone();
    assert!(header.to_str().unwrap().contains(CANARY), "the control: what is sent does hold the canary");

    let metrics = rest.get("/metrics").await.unwrap().text;
    assert!(metrics.contains("waybill_http_requests_total"), "{metrics}");
    process.terminate().await;
    process.ended().await;
    let output = process.output();
    assert!(output.contains("\"message\":\"serving\""), "the control: the log was gathered");
    for secret in &secrets {
        for (name, text) in [("log", &output), ("metrics", &metrics)] {
            let found = text.lines().find(|line| line.contains(secret.as_str()));
            assert_eq!(found, None, "a secret or a value stands in the {name}");
        }
    }
}
