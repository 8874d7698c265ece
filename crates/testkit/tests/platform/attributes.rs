//! `PATCH …/participants/{participantId}/attributes` on both paths.

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use waybill_testkit::TestServer;

use crate::support::{UNKNOWN, body_of, header, patch, read, refused, send, start};

fn given(attributes: Value) -> Value {
    json!({ "attributes": attributes })
}

#[tokio::test]
async fn plat5_patching_merges_on_both_paths_and_says_so() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let chat = start(&server, &client, "open", json!({"customData": {"crmId": "CRM-1", "a": "1"}})).await;
    let short = patch(&client, &chat.attributes(), given(json!({"b": "2", "customer_id": "CRM-2"}))).await;
    assert_eq!((short.status.as_u16(), short.text.as_str(), header(&short, "etag")), (202, "", "\"2\""));
    assert_eq!(header(&short, "waybill-receipt"), "stored=2, quarantined=0, refused=0");
    let long = chat.messages(&format!("/participants/{}/attributes", chat.customer));
    let answer = patch(&client, &long, given(json!({"c": 3, "a": null}))).await;
    assert_eq!((answer.status.as_u16(), header(&answer, "etag")), (202, "\"3\""), "{}", answer.text);
    let written = body_of(&answer);
    assert_eq!(written["attributes"], json!({"crmCustomerId": "CRM-2", "b": "2", "c": "3"}));
    assert_eq!(
        (&written["receipt"]["entries"][0]["form"], &written["revision"]),
        (&json!("rest.attributes"), &json!(3))
    );
    let conversation = read(&client, &chat.path("")).await;
    assert_eq!(conversation["participants"][0]["attributes"], written["attributes"]);
    assert_eq!(conversation["customData"]["c"], json!(3), "the type is kept beside it");
    let history = read(&client, &chat.path("/context/history")).await;
    let deleted = &history["entries"][2]["changes"];
    assert!(deleted.as_array().unwrap().iter().any(|one| one["key"] == "a" && one["action"] == "deleted"), "{deleted}");
    let before = read(&client, &chat.path("/context/a?asOf=2")).await;
    assert_eq!(before["value"], "1", "as of then");
    for body in ["", "null"] {
        let nothing = send(&client, Method::PATCH, &long, body, &[]).await;
        assert_eq!((nothing.status.as_u16(), body_of(&nothing)["revision"].clone()), (202, json!(3)), "{body}");
    }
    let nobody = chat.path(&format!("/participants/{UNKNOWN}/attributes"));
    refused(&patch(&client, &nobody, given(json!({}))).await, 404, "not.found");
}

#[tokio::test]
async fn plat5_replacing_needs_the_flag_and_a_stale_if_match_writes_nothing() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let chat = start(&server, &client, "open", json!({"customData": {"a": "1", "b": "2"}})).await;
    let path = chat.messages(&format!("/participants/{}/attributes", chat.customer));
    let body = given(json!({"a": "one"})).to_string();
    let stale = send(&client, Method::PATCH, &path, &body, &[("If-Match", "\"7\"")]).await;
    refused(&stale, 412, "revision_mismatch");
    let replaced = send(&client, Method::PATCH, &format!("{path}?replace=true"), &body, &[("If-Match", "\"1\"")]).await;
    assert_eq!((replaced.status.as_u16(), header(&replaced, "etag")), (202, "\"2\""));
    assert_eq!(body_of(&replaced)["attributes"], json!({"a": "one"}));
    let bodies = ["x", "y"].map(|value| given(json!({ "a": value })).to_string());
    let headers = [("If-Match", "\"2\"")];
    let (one, other) = tokio::join!(
        send(&client, Method::PATCH, &path, &bodies[0], &headers),
        send(&client, Method::PATCH, &path, &bodies[1], &headers),
    );
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [202, 412]);
}

#[tokio::test]
async fn ctx10_over_the_limit_or_strict_nothing_is_stored_and_a_single_verdict_stops_nobody() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let chat = start(&server, &client, "open", json!({"customData": {"a": "1"}})).await;
    let large = patch(&client, &chat.attributes(), given(json!({"a": "2", "large": "x".repeat(1_024)}))).await;
    let error = refused(&large, 400, "context_refused");
    assert_eq!(error["details"][0]["errorCode"], "max_bytes");
    assert_eq!(read(&client, &chat.path("")).await["customData"], json!({"a": "1"}));
    let mixed = patch(&client, &chat.attributes(), given(json!({"b": "2", "tree": {"x": 1}}))).await;
    assert_eq!(mixed.status, 202, "{}", mixed.text);
    assert_eq!(header(&mixed, "waybill-receipt"), "stored=1, quarantined=1, refused=0");
    let tree = read(&client, &chat.path("/context/tree")).await;
    assert_eq!((&tree["status"], &tree["rule"]), (&json!("quarantined"), &json!("not_scalar")), "{tree}");

    let strict = start(&server, &client, "strict", json!({"customData": {"crmCustomerId": "CRM-1"}})).await;
    let answer =
        patch(&client, &strict.attributes(), given(json!({"crmCustomerId": "CRM-2", "undeclared": "x"}))).await;
    refused(&answer, 400, "context_refused");
    assert_eq!(read(&client, &strict.path("")).await["customData"], json!({"crmCustomerId": "CRM-1"}));
}

#[tokio::test]
async fn plat5_a_hundred_writers_to_different_keys_lose_nothing() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let chat = start(&server, &client, "open", json!({"customData": {"start": "1"}})).await;
    let writers = (0..100).map(|number| {
        let (client, path) = (&client, chat.attributes());
        async move {
            let answer = patch(client, &path, given(json!({ format!("k{number}"): number.to_string() }))).await;
            assert_eq!(answer.status, 202, "{}", answer.text);
        }
    });
    join_all(writers).await;
    let conversation = read(&client, &chat.path("")).await;
    for number in 0..100 {
        assert_eq!(conversation["customData"][format!("k{number}")], json!(number.to_string()));
    }
    assert_eq!(conversation["revision"], 101, "each write is a revision");
    let history = read(&client, &chat.path("/context/history")).await;
    let revisions: Vec<_> = history["entries"].as_array().unwrap().iter().map(|one| one["revision"].as_u64()).collect();
    assert_eq!(revisions, (1..=101).map(Some).collect::<Vec<_>>());
    let middle = read(&client, &chat.path("/context?asOf=51")).await;
    assert_eq!(middle["keys"].as_array().unwrap().len(), 51, "as of the middle: the start and fifty writes");
}

#[tokio::test]
async fn l12_a_body_without_attributes_is_refused_by_name() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let chat = start(&server, &client, "open", json!({})).await;
    for (body, field) in [
        (r#"{"atributes":{"crmId":"CRM-1"}}"#, "atributes"),
        (r#"{"metadata":{"crmId":"CRM-1"},"attributes":{}}"#, "metadata"),
        ("{}", "attributes"),
        (r#"{"attributes":{},"attributes":{}}"#, "attributes"),
        (r#"{"attributes":{},"override":{}}"#, "reason"),
    ] {
        let answer = send(&client, Method::PATCH, &chat.attributes(), body, &[]).await;
        let error = refused(&answer, 400, "bad.request");
        assert_eq!(error["details"][0]["fieldName"], field, "{body}");
        assert!(!error.to_string().contains("CRM-1"), "{error}");
    }
}
