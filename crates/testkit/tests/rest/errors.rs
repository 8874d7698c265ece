//! Failures that have nothing to do with what is asked: paths, methods, sizes, health.

use reqwest::Method;
use serde_json::json;
use waybill_testkit::TestServer;

use crate::support::{assert_failure, header, read, send, try_start};

#[tokio::test]
async fn edge2_an_unknown_path_is_404_and_names_the_nearest() {
    let server = TestServer::start().await;
    let client = server.anonymous();
    let error = assert_failure(&client.get("/api/v2/conversation/webchat").await.unwrap(), 404, "not.found");
    assert_eq!(error["messageParams"]["nearest"], "/api/v2/conversations/webchat");
    assert!(error["message"].as_str().unwrap().contains("did you mean `/api/v2/conversations/webchat`?"), "{error}");
    let error = assert_failure(&client.get("/nothing/of/the/kind").await.unwrap(), 404, "not.found");
    assert!(error["messageParams"].get("nearest").is_none(), "{error}");
    assert_failure(&client.get(&format!("/{}", "x".repeat(2_000))).await.unwrap(), 404, "not.found");
}

#[tokio::test]
async fn edge2_a_wrong_method_is_405_and_the_right_ones_are_named() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let answer = send(client.request(Method::DELETE, "/api/v2/conversations/webchat"), &[]).await;
    assert_failure(&answer, 405, "method.not.allowed");
    let allowed = header(&answer, "allow");
    assert!(allowed.contains("GET") && allowed.contains("POST"), "{allowed}");
}

#[tokio::test]
async fn edge6_a_body_over_the_limit_is_413_announced_or_not() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let large = json!({"customData": {"a": "x".repeat(65 * 1_024)}});
    let announced = try_start(&server, &client, "open", large.clone()).await;
    let error = assert_failure(&announced, 413, "request.entity.too.large");
    assert_eq!(error["messageParams"]["maxBytes"], "65536");
    let chunks = futures_util::stream::iter((0..9).map(|_| Ok::<_, std::io::Error>(vec![b' '; 8 * 1_024])));
    let request =
        client.request(Method::POST, "/api/v2/conversations/webchat").body(reqwest::Body::wrap_stream(chunks));
    assert_failure(&send(request, &[]).await, 413, "request.entity.too.large");
    assert_eq!(read(&client, "/api/v2/conversations/webchat").await["entities"], json!([]));
}

#[tokio::test]
async fn edge2_every_answer_has_its_own_context_id() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let mut ids = std::collections::BTreeSet::new();
    for path in ["/api/v2/conversations/webchat", "/api/v2/conversations/webchat", "/health", "/nowhere"] {
        let answer = client.get(path).await.unwrap();
        assert!(ids.insert(header(&answer, "inin-correlation-id").to_owned()), "{path} has no id of its own");
    }
}

#[tokio::test]
async fn edge2_a_server_that_runs_is_alive_and_ready() {
    let server = TestServer::start().await;
    let client = server.anonymous();
    assert_eq!(read(&client, "/health").await, json!({"status": "ok"}));
    assert_eq!(read(&client, "/ready").await, json!({"status": "ready"}));
}

#[tokio::test]
async fn rest1_the_document_is_served() {
    let server = TestServer::start().await;
    let document = read(&server.anonymous(), "/api/v2/openapi.json").await;
    assert_eq!((&document["openapi"], &document["info"]["title"]), (&json!("3.1.0"), &json!("Waybill")));
}
