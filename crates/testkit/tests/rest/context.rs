//! The context with its reasons, its past and its way.

use serde_json::{Value, json};
use waybill_testkit::TestServer;

use crate::support::{assert_failure, header, put, read, start};

#[tokio::test]
async fn p6_a_key_that_is_not_there_says_why() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let chat = start(&server, &client, "open", json!({"customData": {"gone": "1"}})).await;
    put(&client, &chat, "", json!({"gone": null}), &[]).await;
    let why = |key: &'static str| {
        let path = format!("/api/v2/conversations/{}/context/{key}", chat.id);
        let client = &client;
        async move { read(client, &path).await }
    };
    let gone = why("gone").await;
    assert_eq!((&gone["status"], &gone["why"], &gone["revision"]), (&json!("absent"), &json!("deleted"), &json!(2)));
    let never = why("crmId").await;
    assert_eq!(
        (&never["key"], &never["why"], &never["declared"]),
        (&json!("crmCustomerId"), &json!("never_sent"), &json!(true))
    );
    assert!(never["remedy"].as_str().is_some_and(|remedy| !remedy.is_empty()));
    let near = why("crmCustomerID").await;
    assert_eq!(near["why"], "not_declared", "a wrong case is named: {near}");
    assert!(near["remedy"].as_str().unwrap().contains("crmCustomerId"), "{near}");

    let apart = start(&server, &client, "quarantine", json!({"customData": {"plan": "platinum"}})).await;
    let plan = read(&client, &format!("/api/v2/conversations/{}/context/plan", apart.id)).await;
    assert_eq!(
        (&plan["status"], &plan["value"], &plan["rule"]),
        (&json!("quarantined"), &json!("platinum"), &json!("not_in_enum"))
    );
}

#[tokio::test]
async fn p5_each_key_says_value_trust_source_and_revision() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let chat =
        start(&server, &client, "open", json!({"customData": {"customerId": "CRM-1"}, "customer": {"name": "Zoë"}}))
            .await;
    let answer = client.get(&format!("/api/v2/conversations/{}/context", chat.id)).await.unwrap();
    assert_eq!(header(&answer, "etag"), "\"1\"");
    let context: Value = answer.json().unwrap();
    assert_eq!(context["customer"], json!({"name": "Zoë"}));
    let key = &context["keys"][0];
    for (name, value) in [
        ("key", json!("crmCustomerId")),
        ("value", json!("CRM-1")),
        ("trust", json!("server")),
        ("form", json!("rest.webchat")),
        ("sentAs", json!("customerId")),
        ("declared", json!(true)),
        ("revision", json!(1)),
        ("late", json!(false)),
    ] {
        assert_eq!(key[name], value, "{name}");
    }
    assert_eq!(key["receipt"]["storedAs"], "crmCustomerId");
}

#[tokio::test]
async fn log3_the_past_is_read_by_revision_and_by_time() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let chat = start(&server, &client, "open", json!({"customData": {"a": "1"}})).await;
    put(&client, &chat, "", json!({"a": "2", "b": "x"}), &[]).await;
    put(&client, &chat, "", json!({"b": null}), &[]).await;
    let value = |key: &'static str, as_of: String| {
        let path = format!("/api/v2/conversations/{}/context/{key}?asOf={as_of}", chat.id);
        let client = &client;
        async move { read(client, &path).await }
    };
    assert_eq!(value("a", "1".to_owned()).await["value"], "1");
    assert_eq!(value("a", "2".to_owned()).await["value"], "2");
    assert_eq!(value("b", "1".to_owned()).await["status"], "absent");
    assert_eq!(value("b", "2".to_owned()).await["value"], "x");
    assert_eq!(value("b", "3".to_owned()).await["why"], "deleted");
    let history = read(&client, &format!("/api/v2/conversations/{}/context/history", chat.id)).await;
    let second = history["entries"][1]["at"].as_str().unwrap().to_owned();
    assert_eq!(value("b", second).await["value"], "x", "the time of a write is the state after it");
    let path = |as_of: &str| format!("/api/v2/conversations/{}/context?asOf={as_of}", chat.id);
    assert_failure(&client.get(&path("tomorrow")).await.unwrap(), 400, "bad.request");
    assert_failure(&client.get(&path("2001-01-01T00:00:00Z")).await.unwrap(), 404, "not.found");
}

#[tokio::test]
async fn p7_a_trace_names_each_hop_of_a_key_in_order() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let chat = start(&server, &client, "open", json!({"customData": {"customerId": "CRM-SECRET"}})).await;
    read(&client, &format!("/api/v2/conversations/{}", chat.id)).await;
    let mut events =
        client.events(&format!("/api/v2/conversations/{}/events?cursor=beginning", chat.id), None).await.unwrap();
    events.next().await.unwrap().unwrap();
    let path = format!("/api/v2/conversations/{}/trace?key=crmId", chat.id);
    // Marks are written behind the answer: ask until they are there.
    let trace = loop {
        let trace = read(&client, &path).await;
        let hops = trace["hops"].as_array().unwrap();
        if ["read", "streamed"].iter().all(|stage| hops.iter().any(|hop| hop["stage"] == *stage)) {
            break trace;
        }
        tokio::task::yield_now().await;
    };
    let stages: Vec<_> = trace["hops"].as_array().unwrap().iter().map(|hop| hop["stage"].as_str().unwrap()).collect();
    assert_eq!(stages[..4], ["received", "admitted", "stored", "answered"]);
    assert_eq!(trace["hops"][1]["outcome"], "stored as crmCustomerId");
    assert!(!trace.to_string().contains("CRM-SECRET"), "a trace has no values: {trace}");
    let never = read(&client, &format!("/api/v2/conversations/{}/trace?key=other", chat.id)).await;
    assert_eq!(never["absence"]["why"], "never_sent");
}

#[tokio::test]
async fn ctx5_odd_key_names_are_read_by_their_encoded_path() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let given = json!({"a/b": "1", "ключ": "2", "history": "3", "50%": "4", "x y": "5"});
    let chat = start(&server, &client, "open", json!({"customData": given})).await;
    for (path, key, value) in [
        ("a%2Fb", "a/b", "1"),
        ("%D0%BA%D0%BB%D1%8E%D1%87", "ключ", "2"),
        ("%68istory", "history", "3"),
        ("50%25", "50%", "4"),
        ("x%20y", "x y", "5"),
    ] {
        let read = read(&client, &format!("/api/v2/conversations/{}/context/{path}", chat.id)).await;
        assert_eq!((&read["key"], &read["value"]), (&json!(key), &json!(value)), "{path}");
    }
}

#[tokio::test]
async fn edge2_another_organization_s_conversation_is_404() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let chat = start(&server, &client, "open", json!({"customData": {"a": "1"}})).await;
    let stranger = crate::tokens::stranger(&server).await;
    for path in [
        format!("/api/v2/conversations/{}", chat.id),
        format!("/api/v2/conversations/webchat/{}", chat.id),
        format!("/api/v2/conversations/webchat/{}/attributes", chat.id),
        format!("/api/v2/conversations/{}/context", chat.id),
        format!("/api/v2/conversations/{}/context/a", chat.id),
        format!("/api/v2/conversations/{}/context/history", chat.id),
        format!("/api/v2/conversations/{}/trace", chat.id),
        format!("/api/v2/conversations/{}/events", chat.id),
        format!("/api/v2/webdeployments/deployments/{}", server.deployment("open")),
        format!("/api/v2/webdeployments/deployments/{}/context/types", server.deployment("open")),
    ] {
        let answer = stranger.get(&path).await.unwrap();
        let error = assert_failure(&answer, 404, "not.found");
        assert!(!error.to_string().contains("a\": \"1"), "{error}");
    }
    let write = format!("/api/v2/conversations/webchat/{}/participants/{}", chat.id, chat.participant);
    assert_failure(&stranger.put(&write, &json!({"metadata": {"a": "2"}})).await.unwrap(), 404, "not.found");
    let lint = format!("/api/v2/webdeployments/deployments/{}/context/lint", server.deployment("open"));
    assert_failure(&stranger.post(&lint, &json!({})).await.unwrap(), 404, "not.found");
    assert_eq!(read(&stranger, "/api/v2/conversations/webchat").await["entities"], json!([]));
    let body = json!({"deploymentId": server.deployment("open").to_string()});
    assert_failure(&stranger.post("/api/v2/conversations/webchat", &body).await.unwrap(), 401, "unknown_deployment");
}
