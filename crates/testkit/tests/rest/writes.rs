//! `PUT …/participants/{participantId}`: the late write of the two documents.

use reqwest::Method;
use serde_json::json;
use waybill_testkit::TestServer;

use crate::support::{assert_failure, body_of, header, put, read, send, start};

#[tokio::test]
async fn l14_a_late_write_merges_and_the_id_arrives_under_its_key() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let chat = start(&server, &client, "open", json!({"customData": {"source": "website"}})).await;
    let answer = put(&client, &chat, "", json!({"crmId": "CRM-882910"}), &[]).await;
    assert_eq!((answer.status.as_u16(), header(&answer, "etag")), (200, "\"2\""), "{}", answer.text);
    let written = body_of(&answer);
    let whole = json!({"crmCustomerId": "CRM-882910", "source": "website"});
    assert_eq!((&written["metadata"], &written["customData"], &written["revision"]), (&whole, &whole, &json!(2)));
    let entry = &written["receipt"]["entries"][0];
    assert_eq!(
        (&entry["key"], &entry["storedAs"], &entry["form"]),
        (&json!("crmId"), &json!("crmCustomerId"), &json!("rest.metadata"))
    );
    let webchat = read(&client, &format!("/api/v2/conversations/webchat/{}", chat.id)).await;
    let as_sent = json!({"crmCustomerId": "CRM-882910", "crmId": "CRM-882910", "source": "website"});
    assert_eq!(webchat["custom_attributes"], as_sent);
}

#[tokio::test]
async fn p5_only_an_explicit_flag_replaces_and_null_deletes_with_history() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let chat = start(&server, &client, "open", json!({"customData": {"a": "1", "b": "2", "c": "3"}})).await;
    let replaced = body_of(&put(&client, &chat, "?replace=true", json!({"a": "one"}), &[]).await);
    assert_eq!(replaced["metadata"], json!({"a": "one"}));
    let deleted = body_of(&put(&client, &chat, "", json!({"a": null}), &[]).await);
    assert_eq!((&deleted["metadata"], &deleted["revision"]), (&json!({}), &json!(3)));
    let history = read(&client, &format!("/api/v2/conversations/{}/context/history", chat.id)).await;
    let entries = history["entries"].as_array().unwrap();
    assert_eq!(entries.iter().map(|one| one["revision"].as_u64().unwrap()).collect::<Vec<_>>(), [1, 2, 3]);
    let change = |entry: usize, key: &str| {
        let changes = entries[entry]["changes"].as_array().unwrap();
        changes.iter().find(|one| one["key"] == key).unwrap_or_else(|| panic!("no {key} in {changes:?}")).clone()
    };
    let second = change(1, "a");
    assert_eq!((&second["old"], &second["new"], &second["trust"]), (&json!("1"), &json!("one"), &json!("server")));
    assert_eq!((&change(1, "b")["action"], &change(1, "b")["old"]), (&json!("deleted"), &json!("2")));
    assert_eq!((&change(2, "a")["action"], &change(2, "a")["old"]), (&json!("deleted"), &json!("one")));
    assert!(entries.iter().all(|one| one["by"].as_str().unwrap().starts_with("client ")), "{history}");
    assert_failure(&put(&client, &chat, "?replace=yes", json!({}), &[]).await, 400, "bad.request");
}

#[tokio::test]
async fn log3_a_stale_if_match_is_412_and_changes_nothing() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let chat = start(&server, &client, "open", json!({"customData": {"a": "1"}})).await;
    let second = put(&client, &chat, "", json!({"a": "2"}), &[("If-Match", "\"1\"")]).await;
    assert_eq!((second.status.as_u16(), header(&second, "etag")), (200, "\"2\""));
    let stale = put(&client, &chat, "", json!({"a": "3"}), &[("If-Match", "\"1\"")]).await;
    let error = assert_failure(&stale, 412, "revision_mismatch");
    assert_eq!(error["messageParams"], json!({"expected": "1", "found": "2"}));
    assert_failure(&put(&client, &chat, "", json!({"a": "4"}), &[("If-Match", "latest")]).await, 400, "bad.request");
    let webchat = client.get(&format!("/api/v2/conversations/webchat/{}", chat.id)).await.unwrap();
    assert_eq!((header(&webchat, "etag"), &body_of(&webchat)["customData"]["a"]), ("\"2\"", &json!("2")));
    assert_eq!(put(&client, &chat, "", json!({"a": "5"}), &[("If-Match", "*")]).await.status, 200);
}

#[tokio::test]
async fn log3_an_equal_value_makes_no_revision_and_messages_do_not_move_it() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let chat = start(&server, &client, "open", json!({"customData": {"a": "1"}, "message": "Hi"})).await;
    let same = body_of(&put(&client, &chat, "", json!({"a": "1"}), &[]).await);
    assert_eq!(same["revision"], 1, "{same}");
    let communication = chat.started["communicationId"].as_str().unwrap();
    let path = format!("/api/v2/conversations/messages/{}/communications/{communication}/messages", chat.id);
    assert_eq!(client.post(&path, &json!({"textBody": "Hello"})).await.unwrap().status, 200);
    assert_eq!(read(&client, &format!("/api/v2/conversations/webchat/{}", chat.id)).await["revision"], 1);
}

#[tokio::test]
async fn l15_concurrent_writers_of_different_keys_lose_nothing_and_all_stand_in_the_history() {
    let server = TestServer::builder().without_rate_limits().start().await;
    let client = server.integrator().await;
    let chat = start(&server, &client, "open", json!({"customData": {"shared": "start"}})).await;
    let writers = (0..20).map(|number| {
        let (client, chat) = (&client, &chat);
        async move {
            let metadata = json!({ format!("k{number}"): number, "shared": format!("w{number}") });
            let answer = put(client, chat, "", metadata, &[]).await;
            assert_eq!(answer.status, 200, "{}", answer.text);
        }
    });
    futures_util::future::join_all(writers).await;
    let webchat = read(&client, &format!("/api/v2/conversations/webchat/{}", chat.id)).await;
    for number in 0..20 {
        assert_eq!(webchat["customData"][format!("k{number}")], json!(number));
    }
    let history = read(&client, &format!("/api/v2/conversations/{}/context/history", chat.id)).await;
    let entries = history["entries"].as_array().unwrap();
    let shared = entries.iter().flat_map(|one| one["changes"].as_array().unwrap()).filter(|one| one["key"] == "shared");
    let mut standing = json!(null);
    for (index, change) in shared.enumerate() {
        if index > 0 {
            assert_eq!(change["old"], standing, "each write knows what it replaced");
        }
        standing = change["new"].clone();
    }
    assert_eq!((entries.len(), &webchat["customData"]["shared"]), (21, &standing));
}

#[tokio::test]
async fn l15_of_two_writers_with_the_same_if_match_one_wins_and_the_other_is_told() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let chat = start(&server, &client, "open", json!({"customData": {"a": "1"}})).await;
    let write = |value: &'static str| put(&client, &chat, "", json!({ "a": value }), &[("If-Match", "\"1\"")]);
    let (one, other) = tokio::join!(write("2"), write("3"));
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);
}

#[tokio::test]
async fn l8_a_write_that_is_too_large_is_refused_whole_and_leaves_a_record() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let chat = start(&server, &client, "open", json!({"customData": {"a": "1"}})).await;
    let answer = put(&client, &chat, "", json!({"a": "2", "large": "x".repeat(1_024)}), &[]).await;
    let error = assert_failure(&answer, 400, "context_refused");
    assert_eq!(error["details"][0]["errorCode"], "max_bytes");
    let webchat = read(&client, &format!("/api/v2/conversations/webchat/{}", chat.id)).await;
    assert_eq!(webchat["customData"], json!({"a": "1"}));
}

#[tokio::test]
async fn edge2_unknown_conversations_and_participants_are_404() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let chat = start(&server, &client, "open", json!({})).await;
    let unknown = "0190b0a1-7c1e-7d31-9d0a-2f5c3a1b7e42";
    for (conversation, participant) in [(unknown, chat.participant.as_str()), (&chat.id, unknown), (&chat.id, "nobody")]
    {
        let path = format!("/api/v2/conversations/webchat/{conversation}/participants/{participant}");
        assert_failure(&client.put(&path, &json!({"metadata": {"a": "1"}})).await.unwrap(), 404, "not.found");
    }
}

#[tokio::test]
async fn l12_a_body_without_metadata_is_refused_by_name() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let chat = start(&server, &client, "open", json!({})).await;
    let path = format!("/api/v2/conversations/webchat/{}/participants/{}", chat.id, chat.participant);
    for (body, field) in [
        (r#"{"metdata":{"crmId":"CRM-1"}}"#, "metdata"),
        (r#"{"attributes":{"crmId":"CRM-1"},"metadata":{}}"#, "attributes"),
        ("{}", "metadata"),
        (r#"{"metadata":{},"metadata":{}}"#, "metadata"),
    ] {
        let error = assert_failure(&send(client.request(Method::PUT, &path).body(body), &[]).await, 400, "bad.request");
        assert_eq!(error["details"][0]["fieldName"], field, "{body}");
        assert!(!error.to_string().contains("CRM-1"), "{error}");
    }
    let duplicate = send(client.request(Method::PUT, &path).body(r#"{"metadata":{"a":1,"a":2}}"#), &[]).await;
    assert_failure(&duplicate, 400, "context_refused");
}
