//! `onMessage` (WIRE8, WIRE9, WIRE12, START8, CTX10, EDGE8).

use serde_json::{Value, json};
use waybill_model::ContextPolicy;
use waybill_testkit::TestServer;

use crate::support::{Socket, answer_as_agent, configure, custom_data, presence, start, text, text_with};

#[tokio::test]
async fn wire8_a_message_comes_back_as_an_echo_with_its_tracing_id() {
    let server = TestServer::start().await;
    let mut socket = Socket::open(&server, "open").await;
    socket.done(configure()).await;
    let mut frame = text("hi");
    frame["tracingId"] = json!("c3");
    frame["message"]["metadata"] = json!({"id": "0190b0a1-7c1e-7d31-9d0a-2f5c3a1b7e42"});
    let echo = socket.ask(frame).await;
    assert_eq!((echo["type"].as_str(), echo["class"].as_str()), (Some("message"), Some("StructuredMessage")));
    let body = &echo["body"];
    assert_eq!((&body["type"], &body["text"], &body["direction"]), (&json!("Text"), &json!("hi"), &json!("Inbound")));
    assert_eq!(body["metadata"]["id"], "0190b0a1-7c1e-7d31-9d0a-2f5c3a1b7e42");
    assert!(
        body["metadata"].as_object().unwrap().values().all(Value::is_string),
        "real clients read texts only: {body}"
    );
    assert_eq!(body["content"], json!([]));
    assert_eq!(body["originatingEntity"], "Human");
    assert_eq!((&body["channel"]["type"], &body["channel"]["from"]), (&json!("Private"), &json!({})));
    let time = body["channel"]["time"].as_str().unwrap();
    assert!(time.len() == 24 && time.ends_with('Z'), "{time}");
}

#[tokio::test]
async fn edge8_an_echo_has_two_fields_of_ours_and_stays_small() {
    let server = TestServer::start().await;
    let mut socket = Socket::open(&server, "open").await;
    let echo = socket.ask(text_with(&"é".repeat(2_048), &json!({"crmCustomerId": "CRM-1"}))).await;
    let vendor = ["id", "type", "text", "direction", "channel", "content", "originatingEntity", "metadata"];
    let ours: Vec<_> = echo["body"].as_object().unwrap().keys().filter(|key| !vendor.contains(&key.as_str())).collect();
    assert_eq!(ours, ["conversationId", "revision"]);
    assert_eq!(echo["body"]["revision"], 1);
    assert!(echo.to_string().len() < 8_192, "{}", echo.to_string().len());
    let frame: Vec<_> = echo.as_object().unwrap().keys().collect();
    assert_eq!(frame.len(), 5, "{frame:?}");
}

#[tokio::test]
async fn wire8_l11_attributes_in_both_places_are_merged_and_the_inner_ones_win() {
    let server = TestServer::start().await;
    let mut socket = Socket::open(&server, "open").await;
    let mut frame = text_with("hi", &json!({"plan": "inner", "crmCustomerId": "CRM-1"}));
    frame["channel"] = json!({"metadata": {"customAttributes": {"plan": "outer", "shop": "7", "vip": true}}});
    let echo = socket.done(frame).await;
    let stored = custom_data(&server, &echo["conversationId"]).await;
    assert_eq!(stored, json!({"plan": "inner", "crmCustomerId": "CRM-1", "shop": "7", "vip": true}));

    let later = socket.done(text_with("and", &json!({"cart": "9"}))).await;
    assert_eq!(later["conversationId"], echo["conversationId"]);
    assert_eq!(later["revision"], 2);
    let stored = custom_data(&server, &echo["conversationId"]).await;
    assert_eq!(stored, json!({"plan": "inner", "crmCustomerId": "CRM-1", "shop": "7", "vip": true, "cart": "9"}));
}

#[tokio::test]
async fn ctx10_a_message_over_the_limit_is_4013_and_nothing_of_it_is_stored() {
    let server = TestServer::start().await;
    let mut socket = Socket::open(&server, "open").await;
    let echo = socket.done(text_with("one", &json!({"a": "1"}))).await;
    let refused = socket.ask(text_with("two", &json!({"b": "x".repeat(3_000)}))).await;
    assert_eq!((refused["type"].as_str(), refused["class"].as_str()), (Some("response"), Some("string")));
    assert_eq!(refused["code"], 4013);
    assert!(refused["body"].is_string());
    assert_eq!(refused["error"]["code"], "context_refused");
    let next = socket.done(text("three")).await;
    assert_eq!(next["text"], "three", "no echo of the refused message comes");
    assert_eq!(custom_data(&server, &echo["conversationId"]).await, json!({"a": "1"}));
}

#[tokio::test]
async fn ctx10_a_strict_refusal_is_400_and_a_conflict_stops_no_message() {
    let strict = ContextPolicy { mode: waybill_model::Mode::Strict, ..ContextPolicy::standard() };
    let server = TestServer::builder().policy("narrow", strict).start().await;
    let mut socket = Socket::open(&server, "narrow").await;
    let refused = socket.ask(text_with("hi", &json!({"undeclared": "1"}))).await;
    assert_eq!((refused["class"].as_str(), refused["code"].as_u64()), (Some("string"), Some(400)));
    assert_eq!(refused["error"]["details"][0]["errorCode"], "undeclared");

    let mut socket = Socket::open(&server, "open").await;
    let echo = socket.done(text_with("hi", &json!({"crmCustomerId": "A", "customerId": "B", "plan": "gold"}))).await;
    assert_eq!(echo["text"], "hi");
    assert_eq!(custom_data(&server, &echo["conversationId"]).await["plan"], "gold");
}

#[tokio::test]
async fn start8_only_our_own_message_id_removes_doubles() {
    let server = TestServer::start().await;
    let mut socket = Socket::open(&server, "open").await;
    let mut frame = text("once");
    frame["message"]["metadata"] = json!({"id": "0190b0a1-7c1e-7d31-9d0a-2f5c3a1b7e42"});
    let first = socket.done(frame.clone()).await;
    let again = socket.done(frame.clone()).await;
    assert_eq!(again["id"], first["id"]);
    assert_eq!(again["channel"], first["channel"]);

    let mut other = text("twice");
    other["tracingId"] = json!("same");
    let one = socket.done(other.clone()).await;
    let two = socket.done(other).await;
    assert_ne!(one["id"], two["id"]);
    let jwt = socket.done(json!({"action": "getJwt"})).await;
    let page = server.anonymous().history(jwt["jwt"].as_str().unwrap(), 1, 25).await.unwrap();
    assert_eq!(page.total, 3);
}

#[tokio::test]
async fn wire9_a_guest_comes_in_without_a_word_and_leaves() {
    let server = TestServer::start().await;
    let mut socket = Socket::open(&server, "open").await;
    socket.done(configure()).await;
    let mut join = presence("Join");
    join["message"]["channel"] = json!({"metadata": {"customAttributes": {"crmCustomerId": "CRM-1"}}});
    let echo = socket.done(join).await;
    assert_eq!((&echo["type"], &echo["direction"]), (&json!("Event"), &json!("Inbound")));
    assert_eq!(echo["events"], json!([{"eventType": "Presence", "presence": {"type": "Join"}}]));
    assert_eq!(custom_data(&server, &echo["conversationId"]).await, json!({"crmCustomerId": "CRM-1"}));

    let said = socket.done(text("hi")).await;
    assert_eq!(said["conversationId"], echo["conversationId"]);
    let left = socket.done(presence("Disconnect")).await;
    assert_eq!(left["events"][0]["presence"]["type"], "Disconnect");
    assert_eq!(left["direction"], "Inbound");

    let next = socket.done(text("me again")).await;
    assert_ne!(next["conversationId"], echo["conversationId"], "a vendor's message begins a conversation by itself");
    let nobody = Socket::open(&server, "open").await.ask(presence("Disconnect")).await;
    assert_eq!(
        (nobody["code"].as_u64(), nobody["error"]["code"].as_str()),
        (Some(404), Some("conversation_not_found"))
    );
}

#[tokio::test]
async fn wire12_a_message_of_the_business_reaches_the_guest_without_tracing_id() {
    let server = TestServer::start().await;
    let mut socket = Socket::open(&server, "open").await;
    let started = socket.start(json!({"crmCustomerId": "CRM-1"})).await;
    answer_as_agent(&server, &started["conversationId"], "How can I help?").await;
    let push = socket.next().await;
    assert_eq!((push["type"].as_str(), push["class"].as_str()), (Some("message"), Some("StructuredMessage")));
    assert_eq!(push.get("tracingId"), None);
    let body = &push["body"];
    assert_eq!((&body["text"], &body["direction"]), (&json!("How can I help?"), &json!("Outbound")));
    assert!(body["channel"]["from"]["nickname"].is_string(), "{body}");
    assert!(body["channel"]["messageId"].is_string(), "{body}");
}

#[tokio::test]
async fn wire8_quick_replies_keep_their_content() {
    let server = TestServer::start().await;
    let mut socket = Socket::open(&server, "open").await;
    let content = json!([{"contentType": "ButtonResponse", "buttonResponse": {"type": "QuickReply", "text": "Yes", "payload": "yes"}}]);
    let structured = json!({"type": "Structured", "text": "Yes", "content": content});
    let echo = socket.done(json!({"action": "onMessage", "message": structured})).await;
    assert_eq!((&echo["type"], &echo["content"]), (&json!("Structured"), &content));
    let untyped = json!({"text": "", "type": "Text", "content": content});
    let echo = socket.done(json!({"action": "onMessage", "message": untyped})).await;
    assert_eq!((&echo["type"], &echo["content"]), (&json!("Text"), &content));
}

#[tokio::test]
async fn wire6_what_is_not_served_is_named_and_the_socket_stays() {
    let server = TestServer::start().await;
    let mut socket = Socket::open(&server, "open").await;
    let attachment = json!({"content": [{"contentType": "Attachment", "attachment": {"id": "a"}}]});
    let odd_event = json!({"type": "Event", "events": [{"eventType": "CoBrowse"}]});
    let cases = [
        (json!({"action": "fly"}), 400, "unknown_action"),
        (json!({"action": "onAttachment", "fileName": "a.png"}), 4000, "action_not_served"),
        (json!({"action": "configureAuthenticatedSession", "data": {"code": "c"}}), 4000, "action_not_served"),
        (json!({"action": "onMessage", "message": attachment}), 4000, "attachments_not_served"),
        (json!({"action": "onMessage", "message": odd_event}), 400, "event_not_served"),
        (json!({"action": "onMessage", "message": {"type": "Receipt"}}), 400, "unknown_message_type"),
        (json!({"action": "onMessage", "message": {"type": "Text", "text": ""}}), 4020, "empty_message"),
        (
            json!({"action": "onMessage", "message": {"type": "Text", "text": "x".repeat(4_097)}}),
            4011,
            "message_too_long",
        ),
        (json!({"action": "onMessage"}), 400, "malformed_frame"),
        (presence("Clear"), 403, "clear_not_allowed"),
        (json!({"action": "configureSession", "token": ""}), 401, "bad_credentials"),
    ];
    for (frame, code, word) in cases {
        let answer = socket.ask(frame.clone()).await;
        assert_eq!(answer["class"], "string", "{answer}");
        assert_eq!((answer["code"].as_u64(), answer["error"]["code"].as_str()), (Some(code), Some(word)), "{frame}");
        assert!(answer["body"].is_string(), "{answer}");
    }
    let served = socket.ask(json!({"action": "fly"})).await;
    assert!(served["body"].as_str().unwrap().contains("`startChat`"), "{served}");

    socket.send_text("{\"action\": \"onMessage\"").await;
    let malformed = socket.next().await;
    assert_eq!((malformed["class"].as_str(), malformed["code"].as_u64()), (Some("string"), Some(400)));
    assert_eq!(malformed["error"]["code"], "malformed_json");
    socket.done(text("still here")).await;
}

#[tokio::test]
async fn wire8_typing_is_passed_on_and_answered_with_nothing() {
    let server = TestServer::start().await;
    let mut socket = Socket::open(&server, "open").await;
    socket.done(start(&json!({}))).await;
    let events = json!([{"eventType": "Typing", "typing": {"type": "On"}}]);
    socket.send(json!({"action": "onMessage", "message": {"type": "Event", "events": events}})).await;
    let echo = socket.done(text("typed")).await;
    assert_eq!(echo["text"], "typed", "typing has no answer");
}

#[tokio::test]
async fn wire6_a_tracing_id_that_would_bloat_the_echo_is_refused() {
    let server = TestServer::start().await;
    let mut socket = Socket::open(&server, "open").await;
    let mut frame = text("hi");
    frame["tracingId"] = json!("x".repeat(257));
    socket.send(frame).await;
    let refused = socket.next().await;
    assert_eq!((refused["code"].as_u64(), refused.get("tracingId")), (Some(400), None), "{refused}");
    assert_eq!(refused["error"]["details"][0]["fieldName"], "tracingId");
}

#[tokio::test]
async fn p4_lost_bells_delay_a_message_and_lose_none() {
    let server = TestServer::builder().drop_bells().start().await;
    let mut socket = Socket::open(&server, "open").await;
    let started = socket.start(json!({"a": "1"})).await;
    answer_as_agent(&server, &started["conversationId"], "one").await;
    answer_as_agent(&server, &started["conversationId"], "two").await;
    assert_eq!(socket.next().await["body"]["text"], "one");
    assert_eq!(socket.next().await["body"]["text"], "two");
}
