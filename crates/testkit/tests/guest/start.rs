//! `startChat` and `setContext` (START1, START2, START9, WIRE3–WIRE5, WIRE10, and the loss classes).

use serde_json::{Value, json};
use waybill_model::ContextPolicy;
use waybill_testkit::TestServer;

use crate::support::{Socket, answer_as_agent, configure, custom_data, start, text, webchat};

#[tokio::test]
async fn start9_wire3_one_frame_starts_a_chat_and_its_answer_says_what_is_stored() {
    let server = TestServer::start().await;
    let mut socket = Socket::open(&server, "open").await;
    let options = json!({
        "customData": {"crmCustomerId": "CRM-USER-123456789"}, "message": "Hello", "customer": {"name": "Zoë"}
    });
    let answer = socket.ask(start(&options)).await;
    assert_eq!((answer["type"].as_str(), answer["class"].as_str()), (Some("response"), Some("StartChatResponse")));
    let body = &answer["body"];
    assert_eq!(body["status"], "connected");
    assert_eq!(body["resumed"], false);
    assert_eq!(body["customData"], json!({"crmCustomerId": "CRM-USER-123456789"}));
    assert_eq!(body["customer"], json!({"name": "Zoë"}));
    assert_eq!(body["revision"], 1);
    for id in ["sessionId", "conversationId", "participantId", "cursor"] {
        assert!(body[id].as_str().is_some_and(|id| !id.is_empty()), "{id}: {body}");
    }
    let entry = &body["receipt"]["entries"][0];
    assert_eq!((&entry["key"], &entry["verdict"]), (&json!("crmCustomerId"), &json!("stored")));

    let echo = socket.next().await;
    assert_eq!((echo["type"].as_str(), echo["class"].as_str()), (Some("message"), Some("StructuredMessage")));
    assert_eq!((&echo["body"]["text"], &echo["body"]["direction"]), (&json!("Hello"), &json!("Inbound")));
    assert_eq!(echo["tracingId"], answer["tracingId"]);
    assert_eq!(echo["body"]["conversationId"], body["conversationId"]);
    assert_eq!(custom_data(&server, &body["conversationId"]).await, body["customData"]);
}

#[tokio::test]
async fn l3_every_way_in_on_the_socket_brings_the_same_id_to_the_same_place() {
    let server = TestServer::builder().without_rate_limits().start().await;
    let id = "CRM-üñ-000123";
    let forms = [
        ("webMessagingClient", json!({"customData": {"crmCustomerId": id}})),
        ("genesysCloudWebMessaging", json!({"attributes": {"custom": {"crm_customer_id": id}}})),
        ("cxoneChat", json!({"customerId": id, "name": "John", "email": "john@example.com"})),
        ("genesysCommand", json!({"messaging": {"customAttributes": {"customer_id": id}}})),
    ];
    for (api, options) in forms {
        let mut socket = Socket::open(&server, "open").await;
        let body = socket.done(json!({"action": "startChat", "api": api, "options": options})).await;
        assert_eq!(body["customData"]["crmCustomerId"], id, "{api}");
        assert_eq!(custom_data(&server, &body["conversationId"]).await["crmCustomerId"], id, "{api}");
    }
    let mut vendor = Socket::open(&server, "open").await;
    let echo = vendor.done(crate::support::text_with("hi", &json!({"crmId": id}))).await;
    assert_eq!(custom_data(&server, &echo["conversationId"]).await["crmCustomerId"], id);
}

#[tokio::test]
async fn l10_ctx3_empty_false_zero_and_null_come_back_as_they_were() {
    let server = TestServer::start().await;
    let given = json!({"empty": "", "no": false, "zero": 0, "nothing": null, "lead": "007", "tenth": 0.1});
    let mut socket = Socket::open(&server, "open").await;
    let body = socket.start(given.clone()).await;
    assert_eq!(body["customData"], given);
    assert_eq!(custom_data(&server, &body["conversationId"]).await, given);
}

#[tokio::test]
async fn ctx1_wire5_a_refused_start_names_every_fault_and_stores_nothing() {
    let server = TestServer::start().await;
    let mut socket = Socket::open(&server, "open").await;
    let options = json!({"customData": {"crmCustomerId": "CRM-1", "bag": {"a": 1}, "list": []}, "cusomData": {}});
    let answer = socket.ask(start(&options)).await;
    assert_eq!((answer["class"].as_str(), answer["code"].as_u64()), (Some("Error"), Some(400)));
    let body = &answer["body"];
    assert_eq!((&body["code"], &body["status"]), (&json!("context_refused"), &json!(400)));
    let faults: Vec<_> =
        body["details"].as_array().unwrap().iter().map(|fault| (&fault["fieldName"], &fault["errorCode"])).collect();
    for expected in [("bag", "not_scalar"), ("list", "not_scalar"), ("cusomData", "unknown_option")] {
        assert!(faults.contains(&(&json!(expected.0), &json!(expected.1))), "{expected:?} in {faults:?}");
    }
    assert!(body["details"].as_array().unwrap().iter().all(|fault| fault["remedy"].is_string()), "{body}");
    assert!(body["receipt"]["entries"].as_array().is_some_and(|entries| !entries.is_empty()), "{body}");
    assert!(!body.to_string().contains("CRM-1"), "no value leaves with an error: {body}");
    let nothing = socket.ask(json!({"action": "setContext", "options": {"customData": {"a": 1}}})).await;
    assert_eq!(nothing["body"]["code"], "conversation_not_found");
}

#[tokio::test]
async fn ctx1_l25_a_key_given_twice_reaches_the_judge() {
    let server = TestServer::start().await;
    let mut socket = Socket::open(&server, "open").await;
    let token = socket.token().to_owned();
    let frame =
        r#"{"action":"startChat","tracingId":"x","options":{"customData":{"plan":"a","plan":"b"}},"token":"TOKEN"}"#;
    socket.send_text(&frame.replace("TOKEN", &token)).await;
    let answer = socket.next().await;
    assert_eq!(answer["code"], 400, "{answer}");
    assert_eq!(answer["body"]["details"][0]["errorCode"], "duplicate_key", "{answer}");
}

#[tokio::test]
async fn ctx1_switched_off_custom_data_is_400() {
    let server = TestServer::start().await;
    let mut socket = Socket::open(&server, "disabled").await;
    let answer = socket.ask(start(&json!({"customData": {"crmCustomerId": "CRM-1"}}))).await;
    assert_eq!((answer["code"].as_u64(), answer["body"]["code"].as_str()), (Some(400), Some("custom_data_disabled")));
}

#[tokio::test]
async fn start9_an_unknown_call_form_is_named() {
    let server = TestServer::start().await;
    let mut socket = Socket::open(&server, "open").await;
    let answer = socket.ask(json!({"action": "startChat", "api": "someChat", "options": {}})).await;
    assert_eq!((answer["class"].as_str(), answer["code"].as_u64()), (Some("Error"), Some(400)));
    assert_eq!(answer["body"]["details"][0]["fieldName"], "api", "{answer}");
}

fn with_token(custom_data: &Value, start_token: &str) -> Value {
    let mut frame = start(&json!({"customData": custom_data, "message": "Hello"}));
    frame["startToken"] = json!(start_token);
    frame
}

#[tokio::test]
async fn start1_a_used_start_token_gets_the_earlier_answer_also_after_a_restart() {
    let mut server = TestServer::start().await;
    let mut socket = Socket::open(&server, "open").await;
    let first = socket.done(with_token(&json!({"a": "1"}), "start-1")).await;
    let echo = socket.next().await;
    assert_eq!(echo["body"]["text"], "Hello");
    let again = socket.done(with_token(&json!({"a": "1"}), "start-1")).await;
    assert_eq!(again, first);
    let other = socket.ask(with_token(&json!({"a": "2"}), "start-1")).await;
    assert_eq!((other["code"].as_u64(), other["body"]["code"].as_str()), (Some(409), Some("start_token_reused")));

    server.restart().await;
    let mut socket = socket.again(&server, "open").await;
    let after = socket.done(with_token(&json!({"a": "1"}), "start-1")).await;
    assert_eq!(after, first);
    assert_eq!(custom_data(&server, &first["conversationId"]).await, json!({"a": "1"}));
}

#[tokio::test]
async fn start1_a_repeated_start_that_has_nothing_to_write_gets_the_earlier_answer() {
    let server = TestServer::start().await;
    let mut socket = Socket::open(&server, "open").await;
    let mut frame = start(&json!({"customData": {"a": "1"}}));
    frame["startToken"] = json!("start-1");
    let first = socket.done(frame.clone()).await;
    assert_eq!(socket.done(frame).await, first);
}

#[tokio::test]
async fn start1_start2_a_repeated_start_of_a_new_conversation_does_not_end_it() {
    let server = TestServer::start().await;
    let mut socket = Socket::open(&server, "open").await;
    let before = socket.start(json!({"a": "1"})).await;
    let mut frame = start(&json!({"customData": {"a": "2"}, "startNew": true}));
    frame["startToken"] = json!("start-2");
    let first = socket.done(frame.clone()).await;
    assert_ne!(first["conversationId"], before["conversationId"]);
    assert_eq!(socket.done(frame).await, first);
    assert_eq!(webchat(&server, &first["conversationId"]).await["state"], "connected");
}

#[tokio::test]
async fn start2_a_second_start_takes_the_live_conversation_up() {
    let server = TestServer::start().await;
    let mut socket = Socket::open(&server, "open").await;
    let first = socket.start(json!({"crmCustomerId": "CRM-1", "plan": "gold"})).await;
    let second = socket.start(json!({"cart": "7"})).await;
    assert_eq!((&second["resumed"], &second["conversationId"]), (&json!(true), &first["conversationId"]));
    assert_eq!(second["sessionId"], first["sessionId"]);
    assert_eq!(second["customData"], json!({"crmCustomerId": "CRM-1", "plan": "gold", "cart": "7"}));

    let third = socket.done(start(&json!({"customData": {"b": "1"}, "startNew": true}))).await;
    assert_eq!(third["resumed"], false);
    assert_ne!(third["conversationId"], first["conversationId"]);
    assert_eq!(third["customData"], json!({"b": "1"}));
}

#[tokio::test]
async fn start2_l19_wire10_another_customer_on_the_same_token_reads_nothing_of_the_first() {
    let server = TestServer::start().await;
    let mut socket = Socket::open(&server, "open").await;
    let first = socket.start(json!({"crmCustomerId": "CRM-1", "secret": "hers"})).await;
    socket.done(text("my private words")).await;
    let second = socket.start(json!({"crmCustomerId": "CRM-2"})).await;
    assert_eq!(second["resumed"], false);
    assert_ne!(second["sessionId"], first["sessionId"]);
    assert_eq!(second["customData"], json!({"crmCustomerId": "CRM-2"}));
    socket.done(text("mine")).await;

    let jwt = socket.done(json!({"action": "getJwt"})).await;
    let page = server.anonymous().history(jwt["jwt"].as_str().unwrap(), 1, 25).await.unwrap();
    let texts: Vec<_> = page.entities.iter().filter_map(|message| message.text.as_deref()).collect();
    assert_eq!(texts, ["mine"]);
    let old = custom_data(&server, &first["conversationId"]).await;
    assert_eq!(old, json!({"crmCustomerId": "CRM-1", "secret": "hers"}));
}

#[tokio::test]
async fn wire4_l14_set_context_merges_and_says_what_became_of_each_key() {
    let server = TestServer::start().await;
    let mut socket = Socket::open(&server, "open").await;
    let before = socket.ask(json!({"action": "setContext", "options": {"customData": {"a": 1}}})).await;
    assert_eq!((before["class"].as_str(), before["code"].as_u64()), (Some("Error"), Some(404)));
    assert_eq!(before["body"]["code"], "conversation_not_found");

    let started = socket.start(json!({"crmCustomerId": "CRM-1"})).await;
    let frame = json!({"action": "setContext", "api": "webMessagingClient", "options": {"customData": {"cart": "7"}}});
    let answer = socket.ask(frame).await;
    assert_eq!(answer["class"], "SetContextResponse");
    let body = &answer["body"];
    assert_eq!((&body["conversationId"], &body["revision"]), (&started["conversationId"], &json!(2)));
    assert_eq!(body["customData"], json!({"crmCustomerId": "CRM-1", "cart": "7"}));
    assert_eq!(body["receipt"]["entries"][0]["key"], "cart");
    assert_eq!(custom_data(&server, &started["conversationId"]).await, body["customData"]);
}

#[tokio::test]
async fn l8_a_hand_over_that_is_too_large_leaves_everything_as_it_was() {
    let server = TestServer::start().await;
    let mut socket = Socket::open(&server, "open").await;
    let started = socket.start(json!({"crmCustomerId": "CRM-1"})).await;
    let large = json!({"customData": {"large": "x".repeat(1_100), "small": "1"}});
    let answer = socket.ask(json!({"action": "setContext", "options": large})).await;
    assert_eq!((answer["class"].as_str(), answer["code"].as_u64()), (Some("Error"), Some(400)), "{answer}");
    let stored = custom_data(&server, &started["conversationId"]).await;
    assert_eq!(stored, json!({"crmCustomerId": "CRM-1"}));
    let again = socket.done(json!({"action": "setContext", "options": {"customData": {"small": "1"}}})).await;
    assert_eq!(again["customData"], json!({"crmCustomerId": "CRM-1", "small": "1"}));
}

#[tokio::test]
async fn l24_p2_what_a_start_answers_is_there_at_once_for_everybody() {
    let server = TestServer::builder().without_rate_limits().start().await;
    for number in 0..20 {
        let mut socket = Socket::open(&server, "open").await;
        let body = socket.start(json!({"number": number})).await;
        let shown = webchat(&server, &body["conversationId"]).await;
        assert_eq!(shown["customData"], body["customData"]);
    }
}

#[tokio::test]
async fn ctx2_a_start_is_held_to_the_limit_and_a_vendor_frame_to_its_own() {
    let policy = ContextPolicy { max_bytes: 1_024, ..ContextPolicy::standard() };
    let server = TestServer::builder().policy("kib", policy).start().await;
    let of = |bytes: usize| json!({"k": "x".repeat(bytes - 1)});
    let mut socket = Socket::open(&server, "kib").await;
    let announced = socket.done(configure()).await;
    assert_eq!(announced["maxCustomDataBytes"], 2_048);
    let refused = socket.ask(start(&json!({"customData": of(1_025)}))).await;
    assert_eq!(refused["body"]["details"][0]["errorCode"], "max_bytes", "{refused}");
    socket.start(of(1_024)).await;

    let mut vendor = Socket::open(&server, "kib").await;
    vendor.done(crate::support::text_with("hi", &of(2_048))).await;
    let refused = vendor.ask(crate::support::text_with("hi", &of(2_049))).await;
    assert_eq!(refused["code"], 4013, "{refused}");
}

#[tokio::test]
async fn start2_a_socket_that_was_there_before_hears_the_agent_in_the_new_conversation() {
    let server = TestServer::start().await;
    let mut socket = Socket::open(&server, "open").await;
    socket.start(json!({"a": "1"})).await;
    let second = socket.done(start(&json!({"startNew": true}))).await;
    answer_as_agent(&server, &second["conversationId"], "I am here").await;
    let push = socket.next().await;
    assert_eq!(push["body"]["text"], "I am here", "{push}");
    assert_eq!(push["body"]["conversationId"], second["conversationId"]);
}

#[tokio::test]
async fn start2_starts_of_several_tabs_at_once_make_one_conversation() {
    let server = TestServer::builder().without_rate_limits().start().await;
    for _ in 0..10 {
        let mut first = Socket::open(&server, "open").await;
        let mut second = first.again(&server, "open").await;
        let mut third = first.again(&server, "open").await;
        let (one, two, three) = tokio::join!(
            first.start(json!({"crmCustomerId": "CRM-1", "a": "1"})),
            second.start(json!({"crmCustomerId": "CRM-1", "b": "2"})),
            third.done(crate::support::text_with("hi", &json!({"c": "3"})))
        );
        assert_eq!(one["conversationId"], two["conversationId"]);
        assert_eq!(one["conversationId"], three["conversationId"]);
        let stored = custom_data(&server, &one["conversationId"]).await;
        assert_eq!(stored, json!({"crmCustomerId": "CRM-1", "a": "1", "b": "2", "c": "3"}));
    }
}

#[tokio::test]
async fn ctx11_the_record_of_a_refusal_has_the_page_without_its_query_and_no_value() {
    let server = TestServer::start().await;
    let mut socket = Socket::open(&server, "open").await;
    let mut frame = start(&json!({"customData": {"bag": {"inner": "SECRET-VALUE"}}}));
    frame["page"] = json!({"path": "/cart?mail=SECRET-QUERY#SECRET-FRAGMENT"});
    frame["sdk"] = json!("2.0.0");
    assert_eq!(socket.ask(frame).await["code"], 400);
    let integrator = server.integrator().await;
    let path = format!("/api/v2/webdeployments/refusals?deploymentId={}", server.deployment("open"));
    let listed = loop {
        // The record is written after the answer.
        let listed = crate::support::get(&integrator, &path).await;
        if listed["entities"].as_array().is_some_and(|entities| !entities.is_empty()) {
            break listed.to_string();
        }
        tokio::task::yield_now().await;
    };
    for part in ["/cart", "2.0.0", "bag", "not_scalar", "webMessagingClient"] {
        assert!(listed.contains(part), "{part} in {listed}");
    }
    assert!(!listed.contains("SECRET"), "{listed}");
}
