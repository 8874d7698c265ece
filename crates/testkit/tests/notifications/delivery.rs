//! What is told on the socket (NOT6–NOT8).

use std::time::Duration;

use serde_json::json;
use waybill_testkit::TestServer;

use crate::support::{Channel, EVERY_DETAIL, EVERY_EVENT, body, follow, next, start};

#[tokio::test]
async fn not6_l17_the_start_is_told_with_its_context_in_the_fields_envelope() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let (_channel, mut stream) = follow(&client, &["v2.detail.events.conversation.*.customer.start"]).await;
    let given = json!({"crmCustomerId": "CRM-1", "vip": false, "count": 3, "empty": "", "nothing": null});
    let chat = start(&server, &client, "open", json!({"customData": given, "message": "Hi"})).await;
    let event = stream.next().await.unwrap();
    assert_eq!(event.topic_name.as_deref(), Some(chat.topic("customer.start").as_str()), "never the wildcard");
    assert_eq!(event.metadata.cursor, event.metadata.event_id, "its only frame is its last one");
    let told = body(&event);
    assert_eq!((&told["conversationId"], &told["participantId"]), (&json!(chat.id), &json!(chat.participant)));
    assert_eq!(told["attributes"], json!({"crmCustomerId": "CRM-1", "vip": "false", "count": "3", "empty": ""}));
    assert_eq!((&told["mediaType"], &told["messageType"]), (&json!("MESSAGE"), &json!("WEBMESSAGING")));
    assert_eq!((&told["direction"], &told["sessionId"]), (&json!("INBOUND"), &json!(chat.communication)));
    assert!(told["eventTime"].as_i64().is_some_and(|millis| millis > 1_700_000_000_000), "{told}");
    assert_eq!(told["addressTo"], json!(server.deployment("open")));
    assert_eq!(told["divisionId"], json!(server.organization_id()), "the home division");
    // The raw frame has the envelope of the field.
    let (_channel, mut raw) = follow(&client, &["v2.detail.events.conversation.*.customer.start"]).await;
    start(&server, &client, "open", json!({})).await;
    let frame = raw.receive_value().await.unwrap();
    assert_eq!(frame["version"], "2");
    assert!(frame["metadata"]["CorrelationId"].as_str().is_some_and(|id| id.len() == 36), "{frame}");
}

#[tokio::test]
async fn not6_each_kind_is_told_to_those_who_asked_for_it() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let (_all, mut all) = follow(&client, &[EVERY_DETAIL]).await;
    let mut guest = server.guest("open").await;
    let options = serde_json::value::RawValue::from_string(r#"{"customData":{"crmId":"CRM-1"}}"#.to_owned()).unwrap();
    let started = waybill_testkit::StartChat { options: Some(options), ..waybill_testkit::StartChat::default() };
    let started = guest.start_chat(started).await.unwrap();
    let id = started.conversation_id.to_string();
    let topic = |kind: &str| format!("v2.detail.events.conversation.{id}.{kind}");
    let ends = topic("customer.end");
    let (_end, mut end) = follow(&client, &[&ends]).await;
    let path = format!("/api/v2/conversations/webchat/{id}/participants/{}", started.participant_id);
    let written = json!({"metadata": {"tier": 7, "crmCustomerId": null}});
    assert_eq!(client.put(&path, &written).await.unwrap().status, 200);
    guest.send_presence("Disconnect").await.unwrap();

    let (told, first) = next(&mut all).await;
    assert_eq!((told, &first["addressFrom"]), (topic("customer.start"), &json!(started.session_id)));
    let (told, context) = next(&mut all).await;
    assert_eq!((told, &context["attributes"]), (topic("attributes"), &json!({"crmCustomerId": "CRM-1"})));
    assert_eq!(context["communications"][0]["mediaType"], "MESSAGE");
    assert_eq!((&context["conversationExternalContactIds"], &context["revision"]), (&json!([]), &json!(1)));
    let (told, change) = next(&mut all).await;
    assert_eq!((told, &change["attributes"]), (topic("attributes"), &json!({"tier": "7"})));
    assert_eq!((&change["removedAttributes"], &change["revision"]), (&json!(["crmCustomerId"]), &json!(2)));
    assert_eq!(change["participantStartTime"], context["participantStartTime"]);
    let (told, last) = next(&mut all).await;
    assert_eq!((told, &last["disconnectType"]), (topic("customer.end"), &json!("ENDPOINT")));
    assert!(last["connectedDurationMs"].as_i64().is_some_and(|millis| millis >= 0), "{last}");
    assert_eq!(next(&mut end).await, (topic("customer.end"), last), "and nothing before it");
}

#[tokio::test]
async fn not7_every_event_of_a_conversation_is_told_as_the_event_stream_tells_it() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let (_channel, mut stream) = follow(&client, &[EVERY_EVENT]).await;
    let mut events = client.events("/api/v2/events", None).await.unwrap();
    let chat = start(&server, &client, "open", json!({"customData": {"a": "1"}, "message": "Hi"})).await;
    chat.put(&client, json!({"a": "2"})).await;
    chat.say(&client, "Hello").await;
    for _ in 0..5 {
        let event = stream.next().await.unwrap();
        let sent = events.next().await.unwrap().unwrap();
        assert_eq!(event.topic_name, Some(format!("v2.conversations.{}", chat.id)));
        assert_eq!(event.metadata.cursor, sent.id);
        assert_eq!(body(&event), serde_json::from_str::<serde_json::Value>(&sent.data).unwrap());
    }
}

#[tokio::test]
async fn not6_only_the_last_frame_of_an_event_moves_the_cursor_past_it() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let (channel, mut stream) = follow(&client, &[EVERY_DETAIL, EVERY_EVENT]).await;
    let chat = start(&server, &client, "open", json!({"customData": {"a": "1"}})).await;
    let expected = [chat.topic("customer.start"), chat.topic("attributes"), format!("v2.conversations.{}", chat.id)];
    let mut told = Vec::new();
    for topic in &expected {
        let event = stream.next().await.unwrap();
        assert_eq!(event.topic_name.as_ref(), Some(topic));
        told.push(event);
    }
    assert!(told.iter().all(|event| event.metadata.event_id == told[0].metadata.event_id));
    assert_eq!(told[2].metadata.cursor, told[2].metadata.event_id);
    assert_ne!(told[0].metadata.cursor, told[2].metadata.cursor);
    // Whoever is cut off in between is told all of the event again.
    let mut again = channel.open_after(told[1].metadata.cursor.as_deref()).await;
    for topic in &expected {
        assert_eq!(again.next().await.unwrap().topic_name.as_ref(), Some(topic));
    }
}

#[tokio::test]
async fn not4_what_is_subscribed_is_told_from_the_answer_on() {
    let server = TestServer::builder().without_rate_limits().start().await;
    let client = server.integrator().await;
    let channel = Channel::create(&client).await;
    let mut stream = channel.open().await;
    for round in 0..20 {
        let chat = start(&server, &client, "open", json!({})).await;
        channel.subscribe(&client, &[&chat.topic("attributes")]).await;
        chat.put(&client, json!({"round": round})).await;
        let (topic, told) = next(&mut stream).await;
        assert_eq!((topic, &told["attributes"]["round"]), (chat.topic("attributes"), &json!(round.to_string())));
    }
}

#[tokio::test]
async fn not8_topics_can_be_asked_for_over_the_socket() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let channel = Channel::create(&client).await;
    let mut stream = channel.open().await;
    stream.subscribe(&["v2.detail.events.conversation.*.customer.start"], "one").await.unwrap();
    let answer = stream.answer().await.unwrap();
    assert_eq!((answer.result.as_deref(), answer.status.as_deref()), (Some("200"), Some("subscribed")));
    assert_eq!(answer.correlation_id.as_deref(), Some("one"));
    let chat = start(&server, &client, "open", json!({})).await;
    assert_eq!(next(&mut stream).await.0, chat.topic("customer.start"));
    stream.subscribe(&["v2.nonsense", EVERY_EVENT], "two").await.unwrap();
    let answer = stream.answer().await.unwrap();
    assert_eq!((answer.result.as_deref(), answer.status.as_deref()), (Some("400"), Some("failure")));
    assert_eq!(answer.rejected, ["v2.nonsense: notification.invalid.topic"]);
    for nonsense in ["", "{}", "[", r#"{"message":"dance"}"#, r#"{"message":"subscribe"}"#] {
        stream.send_text(nonsense).await.unwrap();
        let answer = stream.answer().await.unwrap();
        assert_eq!((answer.result.as_deref(), answer.status.as_deref()), (Some("400"), Some("error")), "{nonsense}");
    }
    let listed = client.get(&channel.subscriptions()).await.unwrap();
    assert!(listed.text.contains("customer.start") && !listed.text.contains(EVERY_EVENT), "{}", listed.text);
}

#[tokio::test]
async fn not8_pings_of_both_kinds_are_answered_also_while_events_flow() {
    let server = TestServer::builder().without_rate_limits().start().await;
    let client = server.integrator().await;
    let (_channel, mut stream) = follow(&client, &[EVERY_EVENT]).await;
    stream.send_text(r#"{"message":"ping"}"#).await.unwrap();
    let pong = stream.receive().await.unwrap();
    assert_eq!((pong.topic_name.as_deref(), &body(&pong)["message"]), (Some("channel.metadata"), &json!("pong")));
    let (pinged, _) = tokio::join!(
        async {
            for _ in 0..50 {
                stream.ping(Duration::from_secs(20)).await?;
            }
            Ok::<_, waybill_testkit::ClientError>(())
        },
        async {
            for _ in 0..50 {
                start(&server, &client, "open", json!({"message": "Hi"})).await;
            }
        }
    );
    pinged.unwrap();
}

#[tokio::test]
async fn p4_a_channel_loses_nothing_when_every_bell_is_lost() {
    let server = TestServer::builder().drop_bells().start().await;
    let client = server.integrator().await;
    let (_channel, mut stream) = follow(&client, &[EVERY_DETAIL]).await;
    let chat = start(&server, &client, "open", json!({"customData": {"crmCustomerId": "CRM-1"}})).await;
    let (topic, told) = next(&mut stream).await;
    assert_eq!((topic, &told["attributes"]["crmCustomerId"]), (chat.topic("customer.start"), &json!("CRM-1")));
}
