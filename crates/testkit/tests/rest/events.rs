//! The event stream (LOG4).

use reqwest::Method;
use serde_json::{Value, json};
use waybill_client::{EventStream, SentEvent};
use waybill_testkit::{ClientError, RestClient, TestServer};

use crate::support::{Webchat, assert_failure, put, read, send, start};

fn of(chat: &Webchat) -> String {
    format!("/api/v2/conversations/{}/events", chat.id)
}

async fn follow(client: &RestClient, path: &str, after: Option<&str>) -> EventStream {
    client.events(path, after).await.unwrap()
}

async fn next(stream: &mut EventStream) -> Value {
    let SentEvent { id, event, data } = stream.next().await.unwrap().expect("the stream goes on");
    let body: Value = serde_json::from_str(&data).unwrap();
    assert_eq!((body["type"].as_str(), body["cursor"].as_str()), (event.as_deref(), id.as_deref()), "{body}");
    body
}

async fn refused(client: &RestClient, path: &str, after: Option<&str>) -> waybill_testkit::Answer {
    let headers: Vec<(&str, &str)> = after.map(|cursor| ("Last-Event-ID", cursor)).into_iter().collect();
    send(client.request(Method::GET, path), &headers).await
}

#[tokio::test]
async fn l17_the_start_event_carries_the_whole_context_and_nothing_comes_before_it() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let mut stream = follow(&client, "/api/v2/events", None).await;
    let given = json!({"crm_customer_id": "CRM-1", "vip": false, "empty": "", "nothing": null});
    let body = json!({"attributes": {"custom": given}, "customer": {"name": "Zoë"}, "message": "Hi"});
    let chat = start(&server, &client, "open", body).await;
    let event = next(&mut stream).await;
    assert_eq!((&event["type"], &event["conversationSeq"]), (&json!("conversation:start"), &json!(1)));
    assert_eq!((&event["conversationId"], &event["revision"]), (&json!(chat.id), &json!(1)));
    assert_eq!(event["organizationId"], json!(server.organization_id()));
    let data = &event["data"];
    assert_eq!(data["customData"], json!({"crmCustomerId": "CRM-1", "vip": false, "empty": "", "nothing": null}));
    assert_eq!(data["custom_attributes"]["crm_customer_id"], "CRM-1");
    let value = &data["context"]["values"]["crmCustomerId"];
    assert_eq!(
        (&value["value"], &value["trust"], &value["form"]),
        (&json!("CRM-1"), &json!("server"), &json!("rest.webchat"))
    );
    assert_eq!(data["context"]["receipt"], chat.started["receipt"]);
    assert_eq!(data["customer"], json!({"name": "Zoë"}));
    assert_eq!(data["participants"][0]["attributes"]["crmCustomerId"], "CRM-1");
    let mut kinds = [next(&mut stream).await, next(&mut stream).await];
    kinds.sort_by_key(|event| event["conversationSeq"].as_u64());
    let kinds: Vec<_> = kinds.iter().map(|event| event["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["conversation:participant", "conversation:message"]);
}

#[tokio::test]
async fn p3_quarantined_values_are_in_the_start_event_and_apart() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let chat = start(&server, &client, "quarantine", json!({"customData": {"crmId": "CRM-1", "odd": [1, 2]}})).await;
    let event = next(&mut follow(&client, &format!("{}?cursor=beginning", of(&chat)), None).await).await;
    let context = &event["data"]["context"];
    assert_eq!(
        (&context["quarantined"]["odd"]["value"], &context["quarantined"]["odd"]["rule"]),
        (&json!([1, 2]), &json!("not_scalar"))
    );
    assert_eq!(event["data"]["customData"], json!({"crmCustomerId": "CRM-1"}));
}

#[tokio::test]
async fn log4_each_kind_of_event_is_told_once_in_order_without_holes() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let mut stream = follow(&client, "/api/v2/events", None).await;
    let mut guest = server.guest("open").await;
    let started = guest.start_chat(waybill_testkit::StartChat::default()).await.unwrap();
    let id = started.conversation_id.to_string();
    let path = format!("/api/v2/conversations/webchat/{id}/participants/{}", started.participant_id);
    assert_eq!(client.put(&path, &json!({"metadata": {"crmId": "CRM-2"}})).await.unwrap().status, 200);
    let conversation = read(&client, &format!("/api/v2/conversations/{id}")).await;
    let leg = conversation["participants"][0]["messages"][0]["id"].as_str().unwrap();
    let path = format!("/api/v2/conversations/messages/{id}/communications/{leg}/messages");
    assert_eq!(client.post(&path, &json!({"textBody": "Hello"})).await.unwrap().status, 200);
    guest.send_presence("Disconnect").await.unwrap();
    let mut told = Vec::new();
    while told.last().is_none_or(|event: &Value| event["type"] != "conversation:end") {
        told.push(next(&mut stream).await);
    }
    let seqs: Vec<_> = told.iter().map(|event| event["conversationSeq"].as_u64().unwrap()).collect();
    assert_eq!(seqs, (1..=told.len() as u64).collect::<Vec<_>>());
    let kinds: Vec<_> =
        told.iter().map(|event| event["type"].as_str().unwrap().trim_start_matches("conversation:")).collect();
    assert_eq!(kinds[0], "start");
    for kind in ["attributes", "participant", "message", "end"] {
        assert!(kinds.contains(&kind), "{kind} is not in {kinds:?}");
    }
    let change = told.iter().find(|event| event["type"] == "conversation:attributes").unwrap();
    let key = &change["data"]["changes"][0];
    assert_eq!((&key["key"], &key["new"], &key["action"]), (&json!("crmCustomerId"), &json!("CRM-2"), &json!("added")));
    assert_eq!((&change["data"]["receipt"]["entries"][0]["key"], &change["revision"]), (&json!("crmId"), &json!(1)));
    let message = told.iter().rfind(|event| event["data"]["text"] == "Hello").unwrap();
    assert_eq!((&message["data"]["direction"], &message["revision"]), (&json!("Outbound"), &json!(1)));
    assert_eq!(told.last().unwrap()["data"]["reason"], "customer");
    // A reader that comes late, and one that reads the one conversation, see the same.
    for path in
        ["/api/v2/events?cursor=beginning".to_owned(), format!("/api/v2/conversations/{id}/events?cursor=beginning")]
    {
        let mut again = follow(&client, &path, None).await;
        for event in &told {
            assert_eq!(next(&mut again).await, *event, "{path}");
        }
    }
}

#[tokio::test]
async fn log4_a_stream_goes_on_after_any_cursor_also_after_a_restart() {
    let mut server = TestServer::start().await;
    let client = server.integrator().await;
    let chat = start(&server, &client, "open", json!({"customData": {"a": "0"}})).await;
    for number in 1..=4 {
        put(&client, &chat, "", json!({ "a": number.to_string() }), &[]).await;
    }
    let mut stream = follow(&client, "/api/v2/events?cursor=beginning", None).await;
    let mut all = Vec::new();
    while all.last().is_none_or(|event: &Value| event["revision"] != 5) {
        all.push(next(&mut stream).await);
    }
    server.restart().await;
    let client = server.integrator().await;
    for (index, event) in all.iter().enumerate().take(all.len() - 1) {
        let cursor = event["cursor"].as_str().unwrap();
        for (path, header) in
            [("/api/v2/events".to_owned(), Some(cursor)), (format!("/api/v2/events?cursor={cursor}"), None)]
        {
            let mut resumed = follow(&client, &path, header).await;
            assert_eq!(next(&mut resumed).await, all[index + 1], "after {cursor}");
        }
    }
}

#[tokio::test]
async fn log4_the_header_goes_before_the_address_because_browsers_repeat_the_address() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let chat = start(&server, &client, "open", json!({"message": "Hi"})).await;
    let path = format!("{}?cursor=beginning", of(&chat));
    let first = next(&mut follow(&client, &path, None).await).await;
    let second = next(&mut follow(&client, &path, first["cursor"].as_str()).await).await;
    assert_eq!(second["conversationSeq"], 2);
}

#[tokio::test]
async fn log4_a_reader_that_is_cut_off_before_its_first_event_misses_nothing() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let request = client.request(Method::GET, "/api/v2/events");
    let mut response = request.send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut text = String::new();
    while !text.contains("\n\n") {
        text.push_str(std::str::from_utf8(&response.chunk().await.unwrap().unwrap()).unwrap());
    }
    drop(response);
    let cursor = text.lines().find_map(|line| line.strip_prefix("id: ")).expect("the greeting has a cursor").to_owned();
    let chat = start(&server, &client, "open", json!({})).await;
    let event = next(&mut follow(&client, "/api/v2/events", Some(&cursor)).await).await;
    assert_eq!((&event["type"], &event["conversationId"]), (&json!("conversation:start"), &json!(chat.id)));
}

#[tokio::test]
async fn log4_a_malformed_cursor_is_400_and_one_of_another_epoch_410_with_where_to_begin() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let chat = start(&server, &client, "open", json!({})).await;
    let event = next(&mut follow(&client, &format!("{}?cursor=beginning", of(&chat)), None).await).await;
    let (epoch, seq) = event["cursor"].as_str().unwrap().split_once('-').unwrap();
    for path in ["/api/v2/events".to_owned(), of(&chat)] {
        for malformed in ["nonsense", "42", "0000beef-"] {
            assert_failure(&refused(&client, &path, Some(malformed)).await, 400, "bad.request");
            assert_failure(&refused(&client, &format!("{path}?cursor={malformed}"), None).await, 400, "bad.request");
        }
        let other = if epoch == "0000beef" { "0000beee" } else { "0000beef" };
        for gone in [format!("{other}-{seq}"), format!("{epoch}-999999")] {
            let error = assert_failure(&refused(&client, &path, Some(&gone)).await, 410, "cursor_gone");
            let begin = error["messageParams"]["begin"].as_str().unwrap();
            let first = next(&mut follow(&client, &path, Some(begin)).await).await;
            assert_eq!(first["conversationSeq"], 1, "it begins where the answer says");
        }
    }
    assert_failure(&refused(&client, "/api/v2/events?from=now", None).await, 400, "bad.request");
}

#[tokio::test]
async fn log4_typing_has_no_id_and_is_not_told_again() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let mut guest = server.guest("open").await;
    let started = guest.start_chat(waybill_testkit::StartChat::default()).await.unwrap();
    let path = format!("/api/v2/conversations/{}/events", started.conversation_id);
    let mut stream = follow(&client, &path, None).await;
    guest.send_typing().await.unwrap();
    let typing = stream.next().await.unwrap().unwrap();
    assert_eq!((typing.id, typing.event.as_deref()), (None, Some("conversation:typing")));
    let body: Value = serde_json::from_str(&typing.data).unwrap();
    assert_eq!((&body["purpose"], &body["conversationId"]), (&json!("customer"), &json!(started.conversation_id)));
    guest.send_presence("Disconnect").await.unwrap();
    let mut again = follow(&client, &format!("{path}?cursor=beginning"), None).await;
    loop {
        let event = again.next().await.unwrap().unwrap();
        assert_ne!(event.event.as_deref(), Some("conversation:typing"));
        if event.event.as_deref() == Some("conversation:end") {
            break;
        }
    }
}

#[tokio::test]
async fn p4_a_stream_loses_nothing_when_every_bell_is_lost() {
    let server = TestServer::builder().drop_bells().start().await;
    let client = server.integrator().await;
    let mut stream = follow(&client, "/api/v2/events", None).await;
    let chat = start(&server, &client, "open", json!({"customData": {"crmCustomerId": "CRM-1"}})).await;
    let event = next(&mut stream).await;
    assert_eq!(
        (&event["conversationId"], &event["data"]["customData"]["crmCustomerId"]),
        (&json!(chat.id), &json!("CRM-1"))
    );
}

#[tokio::test]
async fn log4_a_stream_ends_when_the_server_drains_and_goes_on_afterwards() {
    let mut server = TestServer::start().await;
    let client = server.integrator().await;
    let mut stream = follow(&client, "/api/v2/events", None).await;
    let chat = start(&server, &client, "open", json!({})).await;
    next(&mut stream).await;
    let cursor = stream.cursor().unwrap().to_owned();
    let (ended, ()) = tokio::join!(
        async {
            // What was written before the end may still come.
            while let Some(_event) = stream.next().await? {}
            Ok::<_, ClientError>(())
        },
        server.restart()
    );
    ended.expect("the stream ends by itself, not by a broken connection");
    let client = server.integrator().await;
    let event = next(&mut follow(&client, "/api/v2/events", Some(&cursor)).await).await;
    assert_eq!((&event["conversationId"], &event["conversationSeq"]), (&json!(chat.id), &json!(2)));
}

#[tokio::test]
async fn rest2_a_stream_ends_when_its_token_does() {
    let clock = std::sync::Arc::new(waybill_testkit::FixedClock::at("2026-11-20T18:00:00Z".parse().unwrap()));
    let server = TestServer::builder().clock(clock.clone()).start().await;
    let client = server.integrator().await;
    let mut stream = follow(&client, "/api/v2/events", None).await;
    clock.advance_millis(24 * 3_600 * 1_000);
    let last = stream.next().await.unwrap().unwrap();
    assert_eq!((last.event.as_deref(), last.id), (Some("stream:end"), None), "the stream says why it ends");
    assert!(last.data.contains("bad.credentials"), "{}", last.data);
    assert!(stream.next().await.unwrap().is_none(), "nothing but the end comes");
}

#[tokio::test]
async fn edge6_a_reader_that_does_not_read_holds_nobody_else() {
    let server = TestServer::builder().without_rate_limits().start().await;
    let client = server.integrator().await;
    // Opened and never read: its socket fills, and only its own task waits.
    let stuck = client.request(Method::GET, "/api/v2/events").send().await.unwrap();
    let mut stream = follow(&client, "/api/v2/events", None).await;
    let large = "x".repeat(900);
    let mut ids = Vec::new();
    for _ in 0..300 {
        ids.push(start(&server, &client, "open", json!({"customData": {"large": large}})).await.id);
    }
    let mut told = Vec::new();
    while told.len() < ids.len() {
        let event = next(&mut stream).await;
        if event["type"] == "conversation:start" {
            told.push(event["conversationId"].as_str().unwrap().to_owned());
        }
    }
    assert_eq!(told, ids);
    drop(stuck);
}
