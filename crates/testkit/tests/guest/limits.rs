//! Limits at the socket (EDGE6).

use serde_json::json;
use waybill_testkit::TestServer;

use crate::support::{Socket, configure, start, text};

#[tokio::test]
async fn edge6_a_connection_that_sends_too_many_frames_is_told_and_stays() {
    let limits = |limits: &mut waybill_server::config::LimitsConfig| {
        limits.connection_frames.burst = 3;
        limits.connection_frames.per_second = 5.0;
    };
    let server = TestServer::builder().limits(limits).start().await;
    let mut socket = Socket::open(&server, "open").await;
    let mut refused = None;
    for _ in 0..100 {
        let answer = socket.ask(json!({"action": "echo"})).await;
        if answer["code"] == 429 {
            refused = Some(answer);
            break;
        }
    }
    let refused = refused.expect("a hundred frames at once are too many");
    assert_eq!(refused["class"], "TooManyRequestsErrorMessage");
    assert_eq!(refused["body"]["errorCode"], 4029);
    assert!(refused["body"]["retryAfter"].as_u64().is_some_and(|seconds| seconds >= 1), "{refused}");
    assert_eq!(refused["error"]["code"], "too_many_requests");
    // Some frames later there is room again.
    while socket.ask(json!({"action": "echo"})).await["code"] != 200 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn edge6_a_session_that_says_too_much_is_told_before_anything_is_stored() {
    let server = TestServer::builder()
        .limits(|limits| {
            limits.session_messages.burst = 2;
            limits.session_messages.per_second = 0.01;
        })
        .start()
        .await;
    let mut socket = Socket::open(&server, "open").await;
    socket.done(text("one")).await;
    socket.done(text("two")).await;
    let refused = socket.ask(text("three")).await;
    assert_eq!((refused["class"].as_str(), refused["code"].as_u64()), (Some("TooManyRequestsErrorMessage"), Some(429)));
    let jwt = socket.done(json!({"action": "getJwt"})).await;
    let page = server.anonymous().history(jwt["jwt"].as_str().unwrap(), 1, 25).await.unwrap();
    assert_eq!(page.total, 2);
    Socket::open(&server, "open").await.done(text("another session is free")).await;
}

#[tokio::test]
async fn edge6_the_limited_deployment_lets_one_start_through_and_says_when_the_next_can() {
    let server = TestServer::start().await;
    Socket::open(&server, "limited").await.start(json!({"a": "1"})).await;
    let refused = Socket::open(&server, "limited").await.ask(start(&json!({}))).await;
    assert_eq!((refused["class"].as_str(), refused["code"].as_u64()), (Some("Error"), Some(429)), "{refused}");
    assert_eq!(refused["body"]["code"], "too_many_requests");
    assert!(refused["body"]["retryAfter"].as_u64().is_some_and(|seconds| (1..=10).contains(&seconds)), "{refused}");
}

#[tokio::test]
async fn edge6_a_frame_that_is_too_large_closes_with_1009() {
    let server = TestServer::start().await;
    for bytes in [70_000, 200_000] {
        let mut socket = Socket::open(&server, "open").await;
        socket.done(configure()).await;
        socket.send_text(&json!({"action": "echo", "message": "x".repeat(bytes)}).to_string()).await;
        assert_eq!(socket.closed().await, 1009, "{bytes}");
    }
    let mut socket = Socket::open(&server, "open").await;
    let large = json!({"action": "echo", "pad": "x".repeat(60_000)});
    socket.done(large).await;
}

#[tokio::test]
async fn edge6_a_silent_connection_is_closed() {
    let server = TestServer::builder().limits(|limits| limits.idle_seconds = 1).start().await;
    let mut socket = Socket::open(&server, "open").await;
    socket.done(configure()).await;
    assert_eq!(socket.closed().await, 1001);
}

#[tokio::test]
async fn edge6_p4_a_slow_reader_loses_its_connection_and_no_message() {
    let server = TestServer::builder().without_rate_limits().limits(|limits| limits.idle_seconds = 1).start().await;
    let mut slow = Socket::open(&server, "open").await;
    let first = slow.done(text("first")).await;
    // It asks and asks, and reads no answer; nothing else but its slowness can end it.
    let ask = json!({"action": "echo", "message": "x".repeat(4_000)}).to_string();
    while slow.try_send_text(&ask).await {}
    let mut again = slow.again(&server, "open").await;
    assert_eq!(again.done(configure()).await["newSession"], false);
    let second = again.done(text("second")).await;
    assert_eq!(second["conversationId"], first["conversationId"]);
    let jwt = again.done(json!({"action": "getJwt"})).await;
    let page = server.anonymous().history(jwt["jwt"].as_str().unwrap(), 1, 25).await.unwrap();
    assert_eq!(page.total, 2);
    let metrics = server.anonymous().get("/metrics").await.unwrap().text;
    // Who sees it first, the socket or the connection under it, is chance: their patience is the same.
    let counters = ["waybill_slow_readers_total ", "waybill_stalled_connections_total "];
    let is_counted =
        |line: &str| counters.iter().any(|counter| line.strip_prefix(counter).is_some_and(|count| count != "0"));
    assert!(metrics.lines().any(is_counted), "{metrics}");
}
