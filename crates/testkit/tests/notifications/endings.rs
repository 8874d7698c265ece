//! How a socket ends (NOT3, NOT8, NOT9).

use std::sync::Arc;

use serde_json::json;
use waybill_client::NotificationStream;
use waybill_testkit::{ClientError, FixedClock, TestServer};

use crate::support::{Channel, EVERY_EVENT, body, follow, start};

/// The warning that a socket is about to close, and the close behind it.
async fn warned(stream: &mut NotificationStream) -> (u16, String) {
    loop {
        let frame = stream.receive().await.unwrap();
        if frame.topic_name.as_deref() == Some("v2.system.socket_closing") {
            assert!(body(&frame)["message"].is_string());
            return stream.closed().await.unwrap();
        }
    }
}

#[tokio::test]
async fn not3_a_newer_socket_of_a_channel_ends_the_older_one() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let (channel, mut older) = follow(&client, &[EVERY_EVENT]).await;
    let mut newer = channel.open().await;
    assert_eq!(warned(&mut older).await.0, 1000);
    let chat = start(&server, &client, "open", json!({})).await;
    assert_eq!(body(&newer.next().await.unwrap())["conversationId"], chat.id);
}

#[tokio::test]
async fn not9_a_socket_warns_and_ends_when_the_server_drains_and_goes_on_afterwards() {
    let mut server = TestServer::start().await;
    let client = server.integrator().await;
    let (channel, mut stream) = follow(&client, &[EVERY_EVENT]).await;
    let ((code, _), ()) = tokio::join!(warned(&mut stream), server.restart());
    assert_eq!(code, 1012);
    let cursor = stream.cursor().unwrap().to_owned();
    let client = server.integrator().await;
    let chat = start(&server, &client, "open", json!({})).await;
    let mut resumed = channel.open_after(Some(&cursor)).await;
    assert_eq!(body(&resumed.next().await.unwrap())["conversationId"], chat.id);
}

#[tokio::test]
async fn not9_a_socket_ends_when_its_token_does_and_says_why() {
    let clock = Arc::new(FixedClock::at("2026-11-20T18:00:00Z".parse().unwrap()));
    let server = TestServer::builder().clock(clock.clone()).start().await;
    let client = server.integrator().await;
    let (channel, mut stream) = follow(&client, &[EVERY_EVENT]).await;
    // A minute before the channel ends it is warned; then it is over.
    clock.advance_millis(24 * 3_600 * 1_000 - 30_000);
    let frame = stream.receive().await.unwrap();
    assert_eq!(frame.topic_name.as_deref(), Some("v2.system.socket_closing"));
    clock.advance_millis(60_000);
    assert_eq!(stream.answer().await.unwrap().result.as_deref(), Some("404"));
    assert_eq!(stream.closed().await.unwrap().0, 1008);
    let opened = NotificationStream::open(&channel.connect_uri, None).await;
    assert!(matches!(opened, Err(ClientError::UpgradeRefused(404))), "{opened:?}");
}

#[tokio::test]
async fn not3_the_socket_of_a_channel_that_was_replaced_is_told_and_ends() {
    let clock = Arc::new(FixedClock::at("2026-11-20T18:00:00Z".parse().unwrap()));
    let server = TestServer::builder().clock(clock.clone()).without_rate_limits().start().await;
    let client = server.integrator().await;
    let mut streams = Vec::new();
    for _ in 0..20 {
        streams.push(Channel::create(&client).await.open().await);
        clock.advance_millis(1_000);
    }
    Channel::create(&client).await;
    assert_eq!(streams[0].answer().await.unwrap().result.as_deref(), Some("404"));
    assert_eq!(streams[0].closed().await.unwrap().0, 1008);
}

#[tokio::test]
async fn not9_whoever_sends_too_much_is_closed_with_the_reason() {
    let server = TestServer::builder().limits(|limits| limits.connection_frames.burst = 20).start().await;
    let client = server.integrator().await;
    let (channel, mut stream) = follow(&client, &[EVERY_EVENT]).await;
    for _ in 0..21 {
        stream.send_text(r#"{"message":"ping"}"#).await.unwrap();
    }
    assert_eq!(stream.closed().await.unwrap(), (1008, "too many frames".to_owned()));
    let mut stream = channel.open().await;
    let topics = "x".repeat(300 * 1_024);
    stream.send_text(format!(r#"{{"message":"subscribe","topics":["{topics}"]}}"#)).await.unwrap();
    assert_eq!(stream.closed().await.unwrap().0, 1009);
}

#[tokio::test]
async fn not9_a_reader_that_does_not_read_holds_nobody_else() {
    let server = TestServer::builder().without_rate_limits().start().await;
    let client = server.integrator().await;
    // Opened and never read: its socket fills, and only its own task waits.
    let (_stuck_channel, stuck) = follow(&client, &[EVERY_EVENT]).await;
    let (_channel, mut stream) = follow(&client, &["v2.detail.events.conversation.*.customer.start"]).await;
    let large = "x".repeat(900);
    for _ in 0..300 {
        let chat = start(&server, &client, "open", json!({"customData": {"large": large}})).await;
        assert_eq!(body(&stream.next().await.unwrap())["conversationId"], chat.id);
    }
    drop(stuck);
}
