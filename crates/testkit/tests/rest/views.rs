//! The views: the field's own, the two documents', and the list.

use serde_json::{Value, json};
use waybill_testkit::TestServer;

use crate::support::{assert_failure, header, read, start};

#[tokio::test]
async fn rest1_the_webchat_view_shows_the_context_under_every_name_of_the_two_documents() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let chat = start(&server, &client, "open", json!({"customData": {"crmCustomerId": "CRM-1", "vip": false}})).await;
    let answer = client.get(&format!("/api/v2/conversations/webchat/{}", chat.id)).await.unwrap();
    let webchat: Value = answer.json().unwrap();
    let context = json!({"crmCustomerId": "CRM-1", "vip": false});
    for view in [
        "/customData",
        "/custom_attributes",
        "/attributes/custom",
        "/routing_data",
        "/participants/0/attributes",
        "/participants/0/metadata",
    ] {
        assert_eq!(webchat.pointer(view), Some(&context), "{view}");
    }
    assert_eq!(header(&answer, "etag"), "\"1\"");
    assert_eq!((&webchat["state"], &webchat["deploymentId"]), (&json!("connected"), &json!(server.deployment("open"))));
    assert_eq!(webchat["participants"][0]["id"], json!(chat.participant));
    let attributes = client.get(&format!("/api/v2/conversations/webchat/{}/attributes", chat.id)).await.unwrap();
    assert_eq!(header(&attributes, "etag"), "\"1\"");
    let attributes: Value = attributes.json().unwrap();
    assert_eq!(attributes["custom_attributes"], context);
    assert_eq!(attributes["attributes"]["custom"], context);
}

#[tokio::test]
async fn ctx5_an_alias_is_shown_as_it_was_sent_beside_its_key_and_finds_it() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let chat =
        start(&server, &client, "open", json!({"attributes": {"custom": {"crm_customer_id": "CRM-987654"}}})).await;
    let webchat = read(&client, &format!("/api/v2/conversations/webchat/{}", chat.id)).await;
    let both = json!({"crmCustomerId": "CRM-987654", "crm_customer_id": "CRM-987654"});
    assert_eq!((&webchat["custom_attributes"], &webchat["attributes"]["custom"]), (&both, &both));
    assert_eq!(webchat["customData"], json!({"crmCustomerId": "CRM-987654"}), "`customData` has the key alone");
    for name in ["crmCustomerId", "customerId", "customer_id", "crm_customer_id", "crmId"] {
        let found =
            read(&client, &format!("/api/v2/conversations/webchat?attributeKey={name}&attributeValue=CRM-987654"))
                .await;
        assert_eq!(found["entities"][0]["id"], json!(chat.id), "filter by {name}");
        let key = read(&client, &format!("/api/v2/conversations/{}/context/{name}", chat.id)).await;
        assert_eq!((&key["key"], &key["value"]), (&json!("crmCustomerId"), &json!("CRM-987654")), "context/{name}");
        let trace = read(&client, &format!("/api/v2/conversations/{}/trace?key={name}", chat.id)).await;
        assert_eq!(trace["key"], "crmCustomerId", "trace of {name}");
    }
    let other = read(&client, "/api/v2/conversations/webchat?attributeKey=crmId&attributeValue=CRM-98765").await;
    assert_eq!(other["entities"], json!([]), "a part of a value is another value");
}

#[tokio::test]
async fn ctx3_the_field_s_view_shows_text_without_nulls_and_the_others_keep_the_type() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let given = json!({"text": "0042", "number": 0.1, "big": 9_007_199_254_740_991_u64, "no": false, "nothing": null, "empty": ""});
    let chat = start(&server, &client, "open", json!({"customData": given.clone()})).await;
    let conversation = read(&client, &format!("/api/v2/conversations/{}", chat.id)).await;
    let texts = json!({"text": "0042", "number": "0.1", "big": "9007199254740991", "no": "false", "empty": ""});
    assert_eq!(conversation["participants"][0]["attributes"], texts);
    assert_eq!(conversation["customData"], given);
    let webchat = read(&client, &format!("/api/v2/conversations/webchat/{}", chat.id)).await;
    assert_eq!(webchat["custom_attributes"], given);
    for (key, value) in [("number", "0.1"), ("no", "false"), ("empty", ""), ("text", "0042")] {
        let found =
            read(&client, &format!("/api/v2/conversations/webchat?attributeKey={key}&attributeValue={value}")).await;
        assert_eq!(found["entities"][0]["id"], json!(chat.id), "filter {key}={value}");
    }
}

#[tokio::test]
async fn rest1_the_field_s_view_has_the_shape_that_its_clients_read() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let chat = start(&server, &client, "open", json!({"customData": {"a": "1"}, "customer": {"name": "Zoë"}})).await;
    let conversation = read(&client, &format!("/api/v2/conversations/{}", chat.id)).await;
    assert_eq!(conversation["selfUri"], json!(format!("/api/v2/conversations/{}", chat.id)));
    assert_eq!((&conversation["state"], &conversation["revision"]), (&json!("connected"), &json!(1)));
    let participant = &conversation["participants"][0];
    assert_eq!((&participant["purpose"], &participant["name"]), (&json!("customer"), &json!("Zoë")));
    let communication = &participant["messages"][0];
    assert_eq!(communication["id"], chat.started["communicationId"]);
    for (name, value) in [("state", "connected"), ("direction", "inbound"), ("type", "webmessaging")] {
        assert_eq!(communication[name], value, "{name}");
    }
    assert_no_null(&conversation, "conversation");
}

/// Clients of the field break on a null where they expect a word.
fn assert_no_null(value: &Value, place: &str) {
    match value {
        Value::Null => panic!("null at {place}"),
        Value::Array(items) => items.iter().for_each(|item| assert_no_null(item, place)),
        Value::Object(members) => {
            members.iter().for_each(|(name, member)| assert_no_null(member, &format!("{place}.{name}")))
        }
        Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[tokio::test]
async fn l5_what_is_stored_is_seen_everywhere_declared_or_not_and_quarantine_is_listed() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let chat = start(&server, &client, "open", json!({"customData": {"undeclared": "u-1", "odd-key.x": "o-1"}})).await;
    let webchat = read(&client, &format!("/api/v2/conversations/webchat/{}", chat.id)).await;
    assert_eq!(webchat["custom_attributes"], json!({"undeclared": "u-1", "odd-key.x": "o-1"}));
    for (key, value) in [("undeclared", "u-1"), ("odd-key.x", "o-1")] {
        let found =
            read(&client, &format!("/api/v2/conversations/webchat?attributeKey={key}&attributeValue={value}")).await;
        assert_eq!(found["entities"][0]["id"], json!(chat.id), "filter {key}");
    }
    let apart =
        start(&server, &client, "quarantine", json!({"customData": {"undeclared": {"deep": [1]}, "vip": true}})).await;
    let context = read(&client, &format!("/api/v2/conversations/{}/context", apart.id)).await;
    let keys = context["keys"].as_array().unwrap();
    let of =
        |name: &str| keys.iter().find(|one| one["key"] == name).unwrap_or_else(|| panic!("no {name} in {context}"));
    assert_eq!(
        (&of("undeclared")["status"], &of("undeclared")["value"]),
        (&json!("quarantined"), &json!({"deep": [1]}))
    );
    assert_eq!((&of("vip")["status"], &of("vip")["value"]), (&json!("stored"), &json!(true)));
    let webchat = read(&client, &format!("/api/v2/conversations/webchat/{}", apart.id)).await;
    assert_eq!(webchat["custom_attributes"], json!({"vip": true}), "quarantined values are not offered as context");
}

#[tokio::test]
async fn l13_keys_with_the_names_of_the_server_s_own_fields_stand_beside_them() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let names = [
        "id",
        "state",
        "revision",
        "participants",
        "startTime",
        "customData",
        "receipt",
        "name",
        "purpose",
        "constructor",
    ];
    let given: Value =
        names.iter().map(|name| ((*name).to_owned(), json!("page's"))).collect::<serde_json::Map<_, _>>().into();
    let body = json!({"customData": given.clone(), "customer": {"name": "Zoë"}});
    let chat = start(&server, &client, "open", body).await;
    let webchat = read(&client, &format!("/api/v2/conversations/webchat/{}", chat.id)).await;
    assert_eq!(webchat["custom_attributes"], given);
    assert_eq!((&webchat["id"], &webchat["state"]), (&json!(chat.id), &json!("connected")));
    assert_eq!(webchat["participants"][0]["name"], "Zoë");
    let conversation = read(&client, &format!("/api/v2/conversations/{}", chat.id)).await;
    assert_eq!(conversation["participants"][0]["attributes"], given);
    let name = read(&client, &format!("/api/v2/conversations/{}/context/name", chat.id)).await;
    assert_eq!((&name["value"], &name["receipt"]["form"]), (&json!("page's"), &json!("rest.webchat")));
}

#[tokio::test]
async fn rest1_the_list_is_newest_first_and_its_pages_meet_without_gap_or_double() {
    let server = TestServer::builder().without_rate_limits().start().await;
    let client = server.integrator().await;
    let mut started = Vec::new();
    for number in 0..7 {
        started
            .push(start(&server, &client, "open", json!({"customData": {"n": number, "group": number % 2}})).await.id);
    }
    started.reverse();
    let mut listed = Vec::new();
    let mut path = "/api/v2/conversations/webchat?pageSize=3".to_owned();
    loop {
        let page = read(&client, &path).await;
        assert_eq!(page["pageSize"], 3);
        listed.extend(page["entities"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()));
        let Some(cursor) = page["cursor"].as_str() else { break };
        path = format!("/api/v2/conversations/webchat?pageSize=3&cursor={cursor}");
    }
    assert_eq!(listed, started);
    let odd = read(&client, "/api/v2/conversations/webchat?attributeKey=group&attributeValue=1").await;
    assert_eq!(odd["entities"].as_array().unwrap().len(), 3);
    let middle = read(&client, &format!("/api/v2/conversations/webchat/{}", started[3])).await;
    let time = middle["startTime"].as_str().unwrap();
    let since = read(&client, &format!("/api/v2/conversations/webchat?from={time}")).await;
    let before = read(&client, &format!("/api/v2/conversations/webchat?to={time}")).await;
    let (since, before) = (since["entities"].as_array().unwrap().len(), before["entities"].as_array().unwrap().len());
    assert_eq!(since + before, 7, "every start is either before the time or not");
    assert!(since >= 4 && before <= 3, "{since} {before}");
}

#[tokio::test]
async fn rest1_a_misspelt_filter_is_refused_instead_of_finding_everything() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    start(&server, &client, "open", json!({"customData": {"a": "1"}})).await;
    for query in [
        "attributekey=a",
        "attributeKey=a&attributeKey=b",
        "attributeValue=1",
        "from=yesterday",
        "pageNumber=2",
        "pageSize=0",
        "cursor=x",
    ] {
        let answer = client.get(&format!("/api/v2/conversations/webchat?{query}")).await.unwrap();
        assert_failure(&answer, 400, "bad.request");
    }
}
