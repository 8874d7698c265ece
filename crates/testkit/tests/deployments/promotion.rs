//! A quarantined key is promoted, in one conversation or in many (DEP5, LOG9).

use reqwest::Method;
use serde_json::{Value, json};
use waybill_model::BuiltInRole;
use waybill_testkit::{GuestClient, RestClient, StartChat, TestServer};

use crate::support::{admin, get, of, post, put, refused, start, try_ask, with_role};

fn promote(conversation: &str, key: &str) -> String {
    format!("/api/v2/conversations/{conversation}/context/{key}/promote")
}

async fn key(client: &RestClient, conversation: &str, key: &str) -> Value {
    get(client, &format!("/api/v2/conversations/{conversation}/context/{key}")).await
}

/// Declares one more key in a deployment's policy.
async fn declare(client: &RestClient, server: &TestServer, deployment: &str, attribute: Value) {
    let path = of(server.deployment(deployment), "/contextpolicy");
    let mut policy = get(client, &path).await;
    policy["attributes"].as_array_mut().unwrap().push(attribute);
    put(client, &path, policy).await;
}

#[tokio::test]
async fn dep5_a_promoted_value_is_stored_with_the_trust_that_it_came_with() {
    let server = TestServer::start().await;
    let client = admin(&server).await;
    let mut guest = GuestClient::connect(server.visitor("quarantine")).await.unwrap();
    let options =
        serde_json::value::to_raw_value(&json!({"customData": {"orderId": "O-7", "deep": {"a": 1}}})).unwrap();
    let started = guest.start_chat(StartChat { options: Some(options), ..StartChat::default() }).await.unwrap();
    let conversation = started.conversation_id.clone();
    assert_eq!(key(&client, &conversation, "orderId").await["status"], "quarantined");

    // Undeclared keys do not fit a deployment that quarantines them.
    let body = refused(&client, Method::POST, &promote(&conversation, "orderId"), None, 409, "wrong.state").await;
    assert!(body["message"].as_str().unwrap().contains("undeclared"), "{body}");
    assert!(!body.to_string().contains("O-7"), "{body}");
    declare(&client, &server, "quarantine", json!({"key": "orderNumber", "type": "string", "aliases": ["orderId"]}))
        .await;
    let revision = get(&client, &format!("/api/v2/conversations/{conversation}/context")).await["revision"].clone();
    let promoted = post(&client, &promote(&conversation, "orderId"), Value::Null).await;
    assert_eq!(promoted["revision"].as_u64(), revision.as_u64().map(|revision| revision + 1), "{promoted}");
    let entry = &promoted["receipt"]["entries"][0];
    assert_eq!(
        (&entry["key"], &entry["storedAs"], &entry["verdict"], &entry["trust"], &entry["promoted"]),
        (&json!("orderId"), &json!("orderNumber"), &json!("stored"), &json!("page"), &json!(true)),
        "{promoted}"
    );
    let history = get(&client, &format!("/api/v2/conversations/{conversation}/context/history")).await.to_string();
    assert!(history.contains("promoted"), "{history}");
    refused(&client, Method::POST, &promote(&conversation, "orderId"), None, 404, "not.found").await;

    // An object is no value, whatever the reason; a missing reason is asked for.
    let wish = json!({"override": true, "reason": "they asked"});
    refused(&client, Method::POST, &promote(&conversation, "deep"), Some(wish), 409, "wrong.state").await;
    refused(
        &client,
        Method::POST,
        &promote(&conversation, "deep"),
        Some(json!({"override": true})),
        400,
        "bad.request",
    )
    .await;
    // The log tells the same story to whoever reads it again.
    let as_of =
        get(&client, &format!("/api/v2/conversations/{conversation}/context?asOf={}", promoted["revision"])).await;
    assert!(
        as_of.to_string().contains("orderNumber")
            && !as_of.to_string().contains("\"status\":\"quarantined\",\"key\":\"orderId\"")
    );
}

#[tokio::test]
async fn dep5_an_override_says_why_and_a_right_is_needed() {
    let server = TestServer::start().await;
    let client = admin(&server).await;
    let conversation = start(&client, server.deployment("quarantine"), json!({"customData": {"tier": "x"}})).await;
    let agent = with_role(&server, BuiltInRole::Agent).await;
    let answer = try_ask(&agent, Method::POST, &promote(&conversation, "tier"), Some(json!({})), &[]).await;
    assert_eq!(answer.status, 403, "{}", answer.text);
    let wish = json!({"override": true, "reason": "checked by hand"});
    let promoted = post(&client, &promote(&conversation, "tier"), wish).await;
    assert_eq!(promoted["receipt"]["entries"][0]["declared"], false, "{promoted}");
    let history = get(&client, &format!("/api/v2/conversations/{conversation}/context/history")).await.to_string();
    assert!(history.contains("checked by hand"), "{history}");
    assert_eq!(key(&client, &conversation, "tier").await["value"], "x");
}

#[tokio::test]
async fn dep5_a_key_is_promoted_in_many_conversations_step_by_step() {
    let server = TestServer::builder().without_rate_limits().start().await;
    let client = admin(&server).await;
    let id = server.deployment("quarantine");
    for number in 0..7 {
        start(&client, id, json!({"customData": {"order": format!("O-{number}")}})).await;
    }
    start(&client, id, json!({"customData": {"order": 7}})).await;
    start(&client, id, json!({"customData": {"other": "x"}})).await;
    let listed = get(&client, &of(id, "/quarantine")).await;
    assert_eq!((&listed["scanned"], listed.get("cursor")), (&json!(9), None), "{listed}");
    let order = &listed["entities"][0];
    assert_eq!(
        (&order["key"], &order["conversations"], &order["declared"]),
        (&json!("order"), &json!(8), &json!(false))
    );
    assert!(!listed.to_string().contains("O-1"), "{listed}");

    declare(&client, &server, "quarantine", json!({"key": "order", "type": "string", "pattern": "O-[0-9]"})).await;
    let path = of(id, "/quarantine/order/promote");
    let dry = post(&client, &path, json!({"dryRun": true})).await;
    assert_eq!(
        (&dry["found"], &dry["promoted"], &dry["kept"], &dry["dryRun"]),
        (&json!(8), &json!(7), &json!({"pattern": 1}), &json!(true)),
        "{dry}"
    );
    assert_eq!(
        get(&client, &of(id, "/quarantine")).await["entities"][0]["conversations"],
        8,
        "a dry run changes nothing"
    );
    let (mut promoted, mut cursor, mut steps) = (0, None, 0);
    loop {
        let mut body = json!({"limit": 4});
        if let Some(cursor) = &cursor {
            body["cursor"] = json!(cursor);
        }
        let done = post(&client, &path, body).await;
        promoted += done["promoted"].as_u64().unwrap();
        steps += 1;
        let Some(next) = done["cursor"].as_str() else { break };
        cursor = Some(next.to_owned());
    }
    assert_eq!((promoted, steps), (7, 3));
    let again = post(&client, &path, json!({})).await;
    assert_eq!((&again["promoted"], &again["found"]), (&json!(0), &json!(1)), "once is enough");
    let found = get(&client, "/api/v2/conversations/webchat?attributeKey=order&attributeValue=O-3").await;
    assert_eq!(found["entities"].as_array().unwrap().len(), 1, "what is promoted is found");
    refused(&client, Method::POST, &path, Some(json!({"limit": 0})), 400, "bad.request").await;
}
