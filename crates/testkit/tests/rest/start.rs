//! `POST /api/v2/conversations/webchat`.

use reqwest::Method;
use serde_json::{Value, json};
use waybill_testkit::TestServer;

use crate::support::{assert_failure, body_of, header, read, send, start, try_start, verdicts};

const PATH: &str = "/api/v2/conversations/webchat";

#[tokio::test]
async fn rest1_each_container_brings_the_same_id_to_the_same_key() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    for body in [
        json!({"customData": {"crmCustomerId": "CRM-USER-123456789"}}),
        json!({"attributes": {"custom": {"crm_customer_id": "CRM-USER-123456789"}}}),
        json!({"customerId": "CRM-USER-123456789"}),
    ] {
        let chat = start(&server, &client, "open", body.clone()).await;
        assert_eq!(chat.started["customData"], json!({"crmCustomerId": "CRM-USER-123456789"}), "{body}");
        assert_eq!(chat.started["conversationId"], chat.started["id"]);
        assert_eq!(chat.started["receipt"]["entries"].as_array().unwrap().len(), 1, "{body}");
        assert_eq!(chat.started["receipt"]["entries"][0]["form"], "rest.webchat");
        let webchat = read(&client, &format!("{PATH}/{}", chat.id)).await;
        assert_eq!(webchat["customData"]["crmCustomerId"], "CRM-USER-123456789", "{body}");
    }
}

#[tokio::test]
async fn rest1_customer_message_and_routing_stand_beside_the_context() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let routing = json!({"queue": "sales", "priority": 3, "skills": ["fr"]});
    let customer = json!({"id": "c-1", "name": "Zoë", "email": "zoe@shop.example"});
    let body = json!({"customData": {"a": 1}, "customer": customer, "message": "Hi", "routing": routing});
    let chat = start(&server, &client, "open", body).await;
    assert_eq!(chat.started["customer"], customer);
    let webchat = read(&client, &format!("{PATH}/{}", chat.id)).await;
    assert_eq!((&webchat["routing"], &webchat["customer"]), (&routing, &customer));
    assert_eq!(webchat["routing_data"], json!({"a": 1}), "routing itself is not context");
    let mut events =
        client.events(&format!("/api/v2/conversations/{}/events?cursor=beginning", chat.id), None).await.unwrap();
    let text = loop {
        let event: Value = serde_json::from_str(&events.next().await.unwrap().unwrap().data).unwrap();
        if event["type"] == "conversation:message" {
            break event["data"]["text"].clone();
        }
    };
    assert_eq!(text, "Hi");
}

#[tokio::test]
async fn start1_the_same_idempotency_key_and_body_get_the_earlier_answer_also_after_a_restart() {
    let mut server = TestServer::start().await;
    let client = server.integrator().await;
    let body = json!({"deploymentId": server.deployment("open").to_string(), "customData": {"a": "1"}}).to_string();
    let key = [("Idempotency-Key", "order-4711")];
    let post = |body: String| send(client.request(Method::POST, PATH).body(body), &key);
    let first = body_of(&post(body.clone()).await);
    assert_eq!(body_of(&post(body.clone()).await), first);
    server.restart().await;
    assert_eq!(body_of(&post(body.clone()).await), first);
    assert_failure(&post(body.replace("\"1\"", "\"2\"")).await, 409, "start_token_reused");
    let list = read(&client, PATH).await;
    assert_eq!(list["entities"].as_array().unwrap().len(), 1, "one start, one conversation");
}

#[tokio::test]
async fn start1_an_idempotency_key_that_can_not_be_kept_is_refused() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let body = json!({"deploymentId": server.deployment("open").to_string()}).to_string();
    for key in ["", &"x".repeat(256)] {
        let answer = send(client.request(Method::POST, PATH).body(body.clone()), &[("Idempotency-Key", key)]).await;
        let error = assert_failure(&answer, 400, "bad.request");
        assert_eq!(error["details"][0]["fieldName"], "Idempotency-Key");
    }
    assert_eq!(read(&client, PATH).await["entities"], json!([]));
}

#[tokio::test]
async fn ctx1_a_refused_start_names_every_fault_and_starts_nothing() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let secret = "CRM-SECRET-VALUE";
    let body = json!({"cusomData": {"a": secret}, "customData": {"nested": {"b": secret}, "": secret, "ok": "1"}});
    let answer = try_start(&server, &client, "open", body).await;
    let error = assert_failure(&answer, 400, "context_refused");
    let faults: Vec<_> =
        error["details"].as_array().unwrap().iter().map(|one| one["errorCode"].as_str().unwrap()).collect();
    for rule in ["unknown_option", "not_scalar", "reserved_name"] {
        assert!(faults.contains(&rule), "{rule} is not in {faults:?}");
    }
    assert!(error["receipt"]["entries"].as_array().unwrap().iter().all(|one| one["verdict"] == "refused"), "{error}");
    assert!(!answer.text.contains(secret), "a value stands in an error body: {}", answer.text);
    assert!(answer.text.contains("Did you mean `customData`?"));
    assert_eq!(read(&client, PATH).await["entities"], json!([]), "nothing of a refused start is kept");
}

#[tokio::test]
async fn l7_malformed_json_and_containers_that_are_no_maps_start_nothing() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let id = server.deployment("open");
    for (body, code) in [
        (format!("{{\"deploymentId\":\"{id}\",\"customData\":{{\"a\":}}}}"), "malformed_json"),
        (format!("{{\"deploymentId\":\"{id}\",\"customData\":\"CRM-1\"}}"), "context_refused"),
        (format!("{{\"deploymentId\":\"{id}\",\"customData\":[1]}}"), "context_refused"),
        (format!("{{\"deploymentId\":\"{id}\",\"customData\":{{\"a\":1,\"a\":2}}}}"), "context_refused"),
        (format!("{{\"deploymentId\":\"{id}\",\"deploymentId\":\"{id}\"}}"), "bad.request"),
        ("{\"customData\":{\"a\":1}}".to_owned(), "bad.request"),
        ("[]".to_owned(), "malformed_json"),
        (String::new(), "malformed_json"),
    ] {
        let answer = send(client.request(Method::POST, PATH).body(body.clone()), &[]).await;
        assert_eq!(answer.status, 400, "{body}");
        assert_failure(&answer, 400, code);
    }
    let bytes = [b"{\"deploymentId\":\"".as_slice(), &[0xff], b"\"}"].concat();
    assert_failure(&send(client.request(Method::POST, PATH).body(bytes), &[]).await, 400, "malformed_json");
    assert_eq!(read(&client, PATH).await["entities"], json!([]));
}

#[tokio::test]
async fn edge2_a_deployment_that_takes_no_chats_is_401_and_custom_data_switched_off_is_400() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let start = |deployment| try_start(&server, &client, deployment, json!({"customData": {"a": "1"}}));
    assert_failure(&start("inactive").await, 401, "inactive_deployment");
    assert_failure(&start("disabled").await, 400, "custom_data_disabled");
    for unknown in ["0190b0a1-7c1e-7d31-9d0a-2f5c3a1b7e42", "nonsense"] {
        let answer = client.post(PATH, &json!({"deploymentId": unknown})).await.unwrap();
        assert_failure(&answer, 401, "unknown_deployment");
    }
}

#[tokio::test]
async fn ctx7_the_trust_of_an_api_client_does_not_reach_a_signed_floor() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let chat = start(&server, &client, "signed", json!({"customData": {"crmCustomerId": "CRM-1", "other": "x"}})).await;
    assert_eq!(chat.started["customData"], json!({"other": "x"}));
    let expected = [("crmCustomerId", "quarantined"), ("other", "stored")];
    assert_eq!(verdicts(&chat.started["receipt"]), expected.map(|(key, verdict)| (key.to_owned(), verdict.to_owned())));
    assert_eq!(chat.started["receipt"]["entries"][0]["rule"], "below_trust_floor");
}

#[tokio::test]
async fn p2_what_an_answer_says_is_there_after_a_restart() {
    let mut server = TestServer::start().await;
    let client = server.integrator().await;
    let chat =
        start(&server, &client, "open", json!({"customData": {"crmCustomerId": "CRM-1"}, "message": "Hi"})).await;
    let path = format!("{PATH}/{}", chat.id);
    let before = read(&client, &path).await;
    server.restart().await;
    assert_eq!(read(&client, &path).await, before);
    assert_eq!(before["customData"], chat.started["customData"]);
}

#[tokio::test]
async fn log3_a_start_is_revision_1_and_its_answer_is_tagged_with_it() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let body = json!({"deploymentId": server.deployment("open").to_string(), "customData": {"a": 1}});
    let answer = client.post(PATH, &body).await.unwrap();
    assert_eq!((header(&answer, "etag"), &body_of(&answer)["revision"]), ("\"1\"", &json!(1)));
}
