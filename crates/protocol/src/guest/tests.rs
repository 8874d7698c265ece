//! Frames as real clients write them, and the frames that real clients must be able to read.

use serde_json::{Value, json};

use super::{
    EchoFrame, FrameClass, GuestFrame, MessageEvent, OnMessageFrame, ServerFrame, SessionAnswer, StructuredMessage,
    Unreadable, read_frame,
};

fn read(text: &str) -> GuestFrame {
    read_frame(text).frame.unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn on_message(text: &str) -> OnMessageFrame {
    match read(text) {
        GuestFrame::OnMessage(frame) => frame,
        other => panic!("{other:?}"),
    }
}

fn echo(text: &str) -> EchoFrame {
    match read(text) {
        GuestFrame::Echo(frame) => frame,
        other => panic!("{other:?}"),
    }
}

#[test]
fn guest_a_configure_session_is_read_from_each_client() {
    let clients = [
        r#"{"action":"configureSession","deploymentId":"6a1c","token":"2f1e"}"#,
        r#"{"action":"configureSession","deploymentId":"6a1c","token":"2f1e","startNew":false,"tracingId":"7c",
            "journeyContext":{"customer":{"id":"2f1e","idType":"cookie"},"customerSession":{"id":"","type":"web"},
            "triggeringAction":{"id":"a","actionMap":{"id":"m","version":1.0}}}}"#,
        r#"{"tracingId":"7c","mode":0,"token":"2f1e","action":"configureSession","deploymentId":"6a1c","startNew":null}"#,
    ];
    for text in clients {
        let GuestFrame::ConfigureSession(frame) = read(text) else { panic!("{text}") };
        assert_eq!((frame.token.as_str(), frame.deployment_id.as_deref()), ("2f1e", Some("6a1c")));
        assert_ne!(frame.start_new, Some(true));
    }
}

#[test]
fn start9_what_the_page_gave_stays_byte_for_byte() {
    let options = r#"{"customData":{"a":1.50,"a":2,"n":12345678901234567890},"message":"Hi"}"#;
    let text =
        format!(r#"{{"action":"startChat","token":"t","startToken":"s","api":"cxoneChat","options":{options}}}"#);
    let GuestFrame::StartChat(frame) = read(&text) else { panic!("{text}") };
    assert_eq!(frame.options.unwrap().get(), options);
    assert_eq!(frame.api.as_deref(), Some("cxoneChat"));
}

#[test]
fn wire8_attributes_are_read_in_both_places() {
    let frame = on_message(
        r#"{"action":"onMessage","token":"t","message":{"type":"Text","text":"hi",
            "channel":{"metadata":{"customAttributes":{"inner":"1"}}}},
            "channel":{"metadata":{"customAttributes":{"outer":true}}},"time":"2026-11-20T18:08:55Z"}"#,
    );
    let raw = |channel: Option<super::frame::IncomingChannel>| {
        channel.and_then(|channel| channel.metadata?.custom_attributes).map(|raw| raw.get().to_owned())
    };
    assert_eq!(raw(frame.channel).as_deref(), Some(r#"{"outer":true}"#));
    assert_eq!(raw(frame.message.channel).as_deref(), Some(r#"{"inner":"1"}"#));
}

#[test]
fn guest_a_message_without_type_text_or_tracing_id_is_read() {
    let frame =
        on_message(r#"{"action":"onMessage","token":"t","message":{"content":[{"contentType":"Attachment"}]}}"#);
    assert_eq!((frame.message.kind, frame.message.text, frame.tracing_id), (None, None, None));
    assert_eq!(frame.message.content.unwrap().get(), r#"[{"contentType":"Attachment"}]"#);
}

#[test]
fn guest_an_echo_is_read_with_and_without_token_and_with_a_bare_text() {
    let cases = [
        (r#"{"action":"echo","token":"t","tracingId":"x","message":{"type":"Text","text":"ping"}}"#, "ping"),
        (r#"{"action":"echo","message":{"type":"Text","text":"ping"}}"#, "ping"),
        (r#"{"action":"echo","message":"ping"}"#, "ping"),
        (r#"{"action":"echo","message":7}"#, ""),
        (r#"{"action":"echo"}"#, ""),
    ];
    for (text, expected) in cases {
        assert_eq!(echo(text).text(), expected, "{text}");
    }
}

#[test]
fn guest_a_label_of_another_type_breaks_no_frame() {
    let received = read_frame(r#"{"action":"echo","tracingId":42,"token":null}"#);
    assert_eq!(received.tracing_id.as_deref(), Some("42"));
    assert!(matches!(received.frame, Ok(GuestFrame::Echo(_))));
    let received = read_frame(r#"{"action":"echo","tracingId":{"a":1}}"#);
    assert_eq!(received.tracing_id, None);
}

#[test]
fn edge1_what_cannot_be_read_is_named_without_a_word_of_it() {
    let check = |text: &str, expected: fn(&Unreadable) -> bool, own: bool| {
        let received = read_frame(text);
        let error = received.frame.expect_err(text);
        assert!(expected(&error), "{text}: {error:?}");
        assert_eq!(received.own_action, own, "{text}");
        assert!(!error.to_string().contains("secret"), "{error}");
    };
    check("secret", |error| matches!(error, Unreadable::Malformed { .. }), false);
    check(r#"["secret"]"#, |error| matches!(error, Unreadable::Malformed { .. }), false);
    check(r#"{"secret":1}"#, |error| *error == Unreadable::NoAction, false);
    check(r#"{"action":"secret"}"#, |error| *error == Unreadable::UnknownAction, false);
    check(r#"{"action":"onAttachment"}"#, |error| *error == Unreadable::NotServed("onAttachment"), false);
    check(
        r#"{"action":"configureAuthenticatedSession","token":"secret"}"#,
        |error| *error == Unreadable::NotServed("configureAuthenticatedSession"),
        false,
    );
    let misshapen = |error: &Unreadable| matches!(error, Unreadable::Misshapen { .. });
    check(r#"{"action":"onMessage","message":"secret"}"#, misshapen, false);
    check(r#"{"action":"startChat","token":["secret"]}"#, misshapen, true);
    check(r#"{"action":"startChat","token":"secret","token":"secret"}"#, misshapen, true);
}

#[test]
fn guest_every_served_action_is_named() {
    for action in GuestFrame::ACTIONS {
        let text = json!({"action": action, "token": "t", "message": {}, "score": 5}).to_string();
        let written = serde_json::to_value(read(&text)).unwrap();
        assert_eq!(written["action"], action);
    }
}

#[test]
fn guest_an_answer_has_the_envelope_that_clients_read() {
    let body = SessionAnswer { connected: true, expiration_date: Some(1_795_457_335), ..SessionAnswer::default() };
    let frame = ServerFrame::answer(FrameClass::SessionResponse, Some("7c".to_owned()), body);
    let expected = json!({
        "type": "response", "class": "SessionResponse", "code": 200, "tracingId": "7c",
        "body": {"connected": true, "newSession": false, "readOnly": false, "expirationDate": 1_795_457_335}
    });
    assert_eq!(serde_json::to_value(frame).unwrap(), expected);
}

#[test]
fn guest_a_push_has_no_tracing_id_and_an_unknown_class_is_read() {
    let frame = ServerFrame::push(FrameClass::Text, "hello");
    let expected = json!({"type": "message", "class": "string", "code": 200, "body": "hello"});
    assert_eq!(serde_json::to_value(frame).unwrap(), expected);
    let later = r#"{"type":"message","class":"SomethingNew","code":200,"body":{}}"#;
    let frame: ServerFrame<Value> = serde_json::from_str(later).unwrap();
    assert_eq!(frame.class, FrameClass::Unknown);
}

#[test]
fn guest_a_presence_event_is_written_as_clients_read_it() {
    let text = json!({
        "id": "1", "type": "Event", "direction": "Outbound", "metadata": {"readOnly": "false"},
        "events": [{"eventType": "Presence", "presence": {"type": "Disconnect"}}]
    });
    let message: StructuredMessage = serde_json::from_value(text.clone()).unwrap();
    assert!(matches!(message.events.as_slice(), [MessageEvent::Presence { .. }]));
    assert_eq!(serde_json::to_value(message).unwrap(), text);
}
