//! The context policy has one place, versions, and a preview that is honest (DEP3, DEP4).

use reqwest::Method;
use serde_json::{Value, json};
use waybill_testkit::{RestClient, TestServer};

use crate::support::{admin, get, of, post, put, refused, start, try_ask};

fn policy(mode: &str, attributes: Value) -> Value {
    json!({"mode": mode, "attributes": attributes})
}

#[tokio::test]
async fn dep3_a_policy_is_published_in_versions_from_the_one_it_was_made_from() {
    let server = TestServer::start().await;
    let client = admin(&server).await;
    let id = server.deployment("open");
    let path = of(id, "/contextpolicy");
    let present = get(&client, &path).await;
    assert_eq!(present["version"], 1);
    let mut wanted = present.clone();
    wanted["mode"] = json!("strict");
    wanted["attributes"].as_array_mut().unwrap().push(json!({"key": "plan", "type": "string", "enum": ["a", "b"]}));
    let answer = try_ask(&client, Method::PUT, &path, Some(wanted.clone()), &[("If-Match", "\"1\"")]).await;
    assert_eq!((answer.status.as_u16(), answer.headers["etag"].to_str().unwrap()), (200, "\"2\""), "{}", answer.text);
    // From the same read, with or without the header: somebody was faster.
    refused(&client, Method::PUT, &path, Some(wanted.clone()), 412, "revision_mismatch").await;
    let stale = try_ask(&client, Method::PUT, &path, Some(policy("open", json!([]))), &[("If-Match", "\"1\"")]).await;
    assert_eq!(stale.status, 412, "{}", stale.text);

    let body = json!({"deploymentId": id.to_string(), "customData": {"plan": "c"}});
    refused(&client, Method::POST, "/api/v2/conversations/webchat", Some(body), 400, "context_refused").await;
    let listed = get(&client, &of(id, "/contextpolicy/versions?pageSize=1")).await;
    assert_eq!((&listed["entities"][0]["version"], &listed["total"]), (&json!(2), &json!(2)));
    let older = get(&client, listed["nextUri"].as_str().unwrap()).await;
    assert_eq!(older["entities"][0]["mode"], "open");
    assert_eq!(get(&client, &of(id, "/contextpolicy/versions/1")).await["mode"], "open");
    refused(&client, Method::GET, &of(id, "/contextpolicy/versions/3"), None, 404, "not.found").await;
    let deployment = get(&client, &of(id, "")).await;
    assert_eq!(deployment["customData"]["version"], 2, "one truth in two places");
    let audit = get(&client, "/api/v2/audits?pageSize=200").await.to_string();
    assert!(audit.contains("policy.published") && audit.contains("`plan`"), "{audit}");

    for (body, part) in [
        (json!({"mode": "open"}), "attributes"),
        (policy("loose", json!([])), "mode"),
        (policy("open", json!([{"key": "a", "type": "text"}])), "type"),
        (policy("open", json!([{"key": "a", "type": "string", "requierd": true}])), "requierd"),
        (policy("open", json!([{"key": "a", "type": "string", "pattern": "("}])), "pattern"),
        (
            policy("open", json!([{"key": "a", "type": "string"}, {"key": "b", "type": "string", "aliases": ["a"]}])),
            "`a`",
        ),
        (json!({"mode": "open", "attributes": [], "maxBytes": 0}), "maxBytes"),
        (json!({"mode": "open", "attributes": [], "strict": true}), "strict"),
    ] {
        let body = refused(&client, Method::PUT, &path, Some(body), 400, "bad.request").await;
        assert!(body["message"].as_str().unwrap().contains(part) || body.to_string().contains(part), "{part}: {body}");
    }
}

#[tokio::test]
async fn ctx13_readers_of_a_context_get_the_link_of_a_key_filled_by_the_present_policy() {
    let server = TestServer::start().await;
    let client = admin(&server).await;
    let id = server.deployment("open");
    let conversation = start(&client, id, json!({"customData": {"crmCustomerId": "A/../1?x", "plan": "gold"}})).await;
    let path = format!("/api/v2/conversations/{conversation}/context/crmCustomerId");
    assert_eq!(get(&client, &path).await["link"], Value::Null);

    let mut wanted = get(&client, &of(id, "/contextpolicy")).await;
    wanted["attributes"][0]["link"] = json!("https://crm.example/customers/{value}");
    put(&client, &of(id, "/contextpolicy"), wanted.clone()).await;
    let link = "https://crm.example/customers/A%2F..%2F1%3Fx";
    assert_eq!(get(&client, &path).await["link"], link);
    let context = get(&client, &format!("/api/v2/conversations/{conversation}/context")).await;
    let keys = context["keys"].as_array().unwrap();
    assert_eq!(keys.iter().filter(|key| key["link"] == link).count(), 1, "{context}");

    wanted["attributes"][0]["link"] = json!("https://{value}.example/");
    wanted["version"] = json!(2);
    let body = refused(&client, Method::PUT, &of(id, "/contextpolicy"), Some(wanted), 400, "bad.request").await;
    assert!(body["message"].as_str().unwrap().contains("host of its own"), "{body}");
}

#[tokio::test]
async fn dep4_a_start_is_tried_under_a_policy_that_is_not_published() {
    let server = TestServer::start().await;
    let client = admin(&server).await;
    let path = of(server.deployment("open"), "/contextpolicy/lint");
    let options = json!({"customData": {"plan": "gold"}});
    let strict = policy("strict", json!([{"key": "crmCustomerId", "type": "string", "required": true}]));
    let tried = post(&client, &path, json!({"policy": strict, "options": options})).await;
    assert_eq!(
        (&tried["accepted"], &tried["receipt"]["missing"]),
        (&json!(false), &json!(["crmCustomerId"])),
        "{tried}"
    );
    assert_eq!(tried["receipt"]["entries"][0]["rule"], "undeclared");
    let declared = policy("strict", json!([{"key": "plan", "type": "string"}]));
    let tried = post(&client, &path, json!({"policy": declared, "options": options})).await;
    assert_eq!(tried["accepted"], true, "{tried}");
    for (body, part) in [
        (json!({"policy": declared}), "options"),
        (json!({"options": options}), "policy"),
        (json!({"policy": policy("loose", json!([])), "options": options}), "mode"),
    ] {
        let body = refused(&client, Method::POST, &path, Some(body), 400, "bad.request").await;
        assert!(body["message"].as_str().unwrap().contains(part), "{part}: {body}");
    }
    assert_eq!(
        get(&client, &of(server.deployment("open"), "/contextpolicy")).await["version"],
        1,
        "nothing is published"
    );
}

/// Rows of a preview by key.
fn row<'a>(effect: &'a Value, key: &str) -> &'a Value {
    let rows = effect["keys"].as_array().unwrap();
    rows.iter().find(|row| row["key"] == key).unwrap_or_else(|| panic!("no {key} in {effect}"))
}

async fn preview(client: &RestClient, server: &TestServer, deployment: &str, proposed: Value) -> Value {
    post(client, &of(server.deployment(deployment), "/contextpolicy/preview"), proposed).await
}

#[tokio::test]
async fn dep4_a_preview_says_what_a_change_would_have_done_without_a_value() {
    let server = TestServer::start().await;
    let client = admin(&server).await;
    let id = server.deployment("open");
    let secret = "VALUE-THAT-STAYS";
    for number in 0..3 {
        start(&client, id, json!({"customData": {"customerId": secret, "plan": "gold", "score": number}})).await;
    }
    let odd = start(&client, id, json!({"customData": {"plan": "purple", "crm-id": secret}})).await;
    let empty = start(&client, id, json!({})).await;

    let proposed = policy(
        "strict",
        json!([
            {"key": "crmCustomerId", "type": "string", "aliases": ["customerId"], "required": true},
            {"key": "plan", "type": "string", "enum": ["gold", "silver"]},
            {"key": "score", "type": "string"}
        ]),
    );
    let effect = preview(&client, &server, "open", proposed.clone()).await;
    assert_eq!(
        (&effect["starts"], &effect["refusedNow"], &effect["refusedThen"], &effect["hasMore"]),
        (&json!(5), &json!(0), &json!(2), &json!(false)),
        "{effect}"
    );
    let mut examples: Vec<_> =
        effect["refusedExamples"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
    examples.sort_unstable();
    let mut expected = [odd.as_str(), empty.as_str()];
    expected.sort_unstable();
    assert_eq!(examples, expected);
    let plan = row(&effect, "plan");
    assert_eq!(
        (&plan["now"]["stored"], &plan["then"]["stored"], &plan["then"]["refused"]),
        (&json!(4), &json!(3), &json!(1))
    );
    assert_eq!((&plan["rules"], &plan["changed"]), (&json!({"not_in_enum": 1}), &json!(1)));
    assert_eq!(plan["examples"], json!([odd]));
    let score = row(&effect, "score");
    assert_eq!((&score["now"]["coerced"], &score["then"]["coerced"]), (&json!(0), &json!(3)), "{score}");
    assert_eq!(row(&effect, "crmCustomerId")["then"]["missing"], 2);
    assert_eq!(row(&effect, "crm-id")["then"]["refused"], 1);
    assert!(!effect.to_string().contains(secret), "{effect}");
    assert_eq!(get(&client, &of(id, "/contextpolicy")).await["version"], 1, "a preview publishes nothing");

    // Publishing says the same, and then the same policy changes nothing more.
    let published = put(&client, &of(id, "/contextpolicy"), proposed.clone()).await;
    assert_eq!(published["effect"]["refusedThen"], 2);
    let again = preview(&client, &server, "open", proposed).await;
    assert_eq!(
        (&again["refusedNow"], &again["refusedThen"], &again["presentVersion"]),
        (&json!(2), &json!(2), &json!(2))
    );
    assert!(again["keys"].as_array().unwrap().iter().all(|row| row["changed"] == 0), "{again}");
}

#[tokio::test]
async fn dep4_a_preview_judges_what_was_set_aside_and_says_what_it_cannot_know() {
    let server = TestServer::start().await;
    let client = admin(&server).await;
    let id = server.deployment("quarantine");
    start(
        &client,
        id,
        json!({"customData": {"loose": "x", "nested": {"a": 1}}, "attributes": {"crm": {"tier": "one"}}}),
    )
    .await;
    let lax = json!({
        "mode": "open", "containers": {"custom": "", "crm": "crm_"},
        "attributes": [{"key": "loose", "type": "string"}, {"key": "crm_tier", "type": "string"}]
    });
    let effect = preview(&client, &server, "quarantine", lax).await;
    let loose = row(&effect, "loose");
    assert_eq!((&loose["now"]["quarantined"], &loose["declared"]), (&json!(1), &json!(true)), "{effect}");
    assert_eq!(row(&effect, "nested")["then"]["refused"], 1, "an object refuses a start in `open`");
    assert_eq!(loose["then"]["refusedWithStart"], 1);
    assert_eq!(row(&effect, "crm_tier")["then"]["refusedWithStart"], 1, "a namespace that is mapped now has keys");
    assert_eq!(row(&effect, "attributes.crm")["now"]["quarantined"], 1);

    let body = json!({"deploymentId": server.deployment("strict").to_string(), "customData": {"odd-key": "x"}});
    refused(&client, Method::POST, "/api/v2/conversations/webchat", Some(body), 400, "context_refused").await;
    let proposed = policy("open", json!([]));
    // Records are written behind the answer: ask until it is there.
    let unknown = loop {
        let effect = preview(&client, &server, "strict", proposed.clone()).await;
        if effect["unknown"]["refusedStarts"] == 1 {
            break effect;
        }
        tokio::task::yield_now().await;
    };
    assert_eq!((&unknown["starts"], &unknown["keys"]), (&json!(0), &json!([])));
}
