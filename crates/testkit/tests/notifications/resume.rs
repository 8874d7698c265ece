//! Going on after a break (NOT7).

use serde_json::json;
use waybill_client::NotificationStream;
use waybill_testkit::{ClientError, TestServer};

use crate::support::{EVERY_EVENT, body, follow, start};

#[tokio::test]
async fn not7_a_channel_goes_on_after_any_cursor_also_after_a_restart() {
    let mut server = TestServer::start().await;
    let client = server.integrator().await;
    let (channel, mut stream) = follow(&client, &[EVERY_EVENT]).await;
    let chat = start(&server, &client, "open", json!({"customData": {"a": "0"}})).await;
    for number in 1..=4 {
        chat.put(&client, json!({ "a": number.to_string() })).await;
    }
    let mut all = Vec::new();
    while all.last().is_none_or(|event| body(event)["revision"] != 5) {
        all.push(stream.next().await.unwrap());
    }
    server.restart().await;
    for (index, event) in all.iter().enumerate().take(all.len() - 1) {
        let mut resumed = channel.open_after(event.metadata.cursor.as_deref()).await;
        let next = resumed.next().await.unwrap();
        assert_eq!(next.metadata.event_id, all[index + 1].metadata.event_id);
        assert_eq!(body(&next), body(&all[index + 1]));
    }
    let mut from_the_first = channel.open_after(Some("beginning")).await;
    assert_eq!(from_the_first.next().await.unwrap().metadata.event_id, all[0].metadata.event_id);
    // The same over an open socket.
    let mut stream = channel.open().await;
    stream.resume(all[0].metadata.cursor.as_deref().unwrap()).await.unwrap();
    let answer = stream.answer().await.unwrap();
    assert_eq!((answer.result.as_deref(), answer.status.as_deref()), (Some("200"), Some("resumed")));
    assert_eq!(stream.next().await.unwrap().metadata.event_id, all[1].metadata.event_id);
}

#[tokio::test]
async fn not7_a_reader_that_is_cut_off_before_its_first_event_misses_nothing() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let (channel, stream) = follow(&client, &[EVERY_EVENT]).await;
    let cursor = stream.cursor().expect("the first heartbeat has a cursor").to_owned();
    drop(stream);
    let chat = start(&server, &client, "open", json!({})).await;
    let mut resumed = channel.open_after(Some(&cursor)).await;
    assert_eq!(body(&resumed.next().await.unwrap())["conversationId"], chat.id);
}

#[tokio::test]
async fn not7_a_cursor_that_is_gone_is_told_by_a_frame_and_a_malformed_one_is_400() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let (channel, stream) = follow(&client, &[EVERY_EVENT]).await;
    let (epoch, _) = stream.cursor().unwrap().split_once('-').unwrap();
    let other = if epoch == "0000beef" { "0000beee" } else { "0000beef" };
    let gone = [format!("{other}-1"), format!("{epoch}-999999")];
    drop(stream);
    let chat = start(&server, &client, "open", json!({})).await;
    for cursor in &gone {
        let mut stream = NotificationStream::open(&channel.connect_uri, Some(cursor)).await.unwrap();
        let notice = stream.receive().await.unwrap();
        let told = body(&notice);
        assert_eq!((notice.topic_name.as_deref(), &told["code"]), (Some("channel.metadata"), &json!("cursor_gone")));
        stream.resume(told["begin"].as_str().unwrap()).await.unwrap();
        assert_eq!(stream.answer().await.unwrap().result.as_deref(), Some("200"));
        assert_eq!(body(&stream.next().await.unwrap())["conversationId"], chat.id);
        stream.resume(cursor).await.unwrap();
        let answer = stream.answer().await.unwrap();
        assert_eq!((answer.result.as_deref(), answer.begin.is_some()), (Some("410"), true));
        stream.resume("nonsense").await.unwrap();
        assert_eq!(stream.answer().await.unwrap().result.as_deref(), Some("400"));
    }
    let opened = NotificationStream::open(&channel.connect_uri, Some("nonsense")).await;
    assert!(matches!(opened, Err(ClientError::UpgradeRefused(400))), "{opened:?}");
}
