//! What the accept loop holds itself: slow handshakes, places, metrics.

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use waybill_testkit::{LimitsConfig, TestServer};

async fn connect(server: &TestServer) -> TcpStream {
    TcpStream::connect(server.base_url().trim_start_matches("http://")).await.unwrap()
}

#[tokio::test]
async fn edge6_a_slow_handshake_is_closed() {
    let server = TestServer::builder().limits(|limits| limits.handshake_seconds = 1).start().await;
    for head in ["", "GET /v1?deploymentId=x HTTP/1.1\r\nHost: a\r\nX-Slow"] {
        let mut stream = connect(&server).await;
        stream.write_all(head.as_bytes()).await.unwrap();
        // Ends when the server closes; a server that waits on would hang this test until its time is up.
        let mut said = Vec::new();
        stream.read_to_end(&mut said).await.unwrap();
        assert!(!said.starts_with(b"HTTP/1.1 2"), "{head}");
    }
}

#[tokio::test]
async fn edge6_a_connection_beyond_the_limit_is_told_to_come_later() {
    let server = TestServer::builder().limits(|limits| limits.connections = 1).start().await;
    let mut first = connect(&server).await;
    first.write_all(b"GET /health HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    let mut head = [0; 12];
    first.read_exact(&mut head).await.unwrap();
    assert_eq!(&head, b"HTTP/1.1 200");
    let mut said = String::new();
    connect(&server).await.read_to_string(&mut said).await.unwrap();
    assert!(said.starts_with("HTTP/1.1 503") && said.contains("Retry-After: 5"), "{said}");
    drop(first);
    // The place is free again once the server has seen the end.
    until_served(&server).await;
}

async fn until_served(server: &TestServer) {
    loop {
        let mut stream = connect(server).await;
        let mut said = String::new();
        // A refused connection may be reset before its answer is read.
        drop(stream.write_all(b"GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await);
        if stream.read_to_string(&mut said).await.is_ok() && said.starts_with("HTTP/1.1 200") {
            return;
        }
    }
}

#[tokio::test]
async fn edge6_a_peer_that_takes_nothing_loses_its_place() {
    let one_place = |limits: &mut LimitsConfig| {
        limits.connections = 1;
        limits.idle_seconds = 1;
    };
    let server = TestServer::builder().limits(one_place).start().await;
    let mut greedy = connect(&server).await;
    // Asks for far more than the kernel holds for somebody who does not read, and does not read.
    let asked = b"GET /api/v2/openapi.json HTTP/1.1\r\nHost: a\r\n\r\n".repeat(2_000);
    let asking = tokio::spawn(async move {
        drop(greedy.write_all(&asked).await);
        std::future::pending::<()>().await;
        drop(greedy);
    });
    // Nobody else gets in until the place is free again.
    until_served(&server).await;
    asking.abort();
}

#[tokio::test]
async fn edge6_a_head_beyond_the_limit_is_refused() {
    let server = TestServer::start().await;
    let mut stream = connect(&server).await;
    let head = format!("GET /health HTTP/1.1\r\nHost: a\r\nX-Long: {}\r\n\r\n", "x".repeat(64 * 1024));
    // The server may stop reading before everything is written.
    drop(stream.write_all(head.as_bytes()).await);
    let mut said = Vec::new();
    drop(stream.read_to_end(&mut said).await);
    assert!(said.is_empty() || said.starts_with(b"HTTP/1.1 431"), "{}", String::from_utf8_lossy(&said));
}

#[tokio::test]
async fn edge6_metrics_are_served_to_this_machine_and_to_no_proxy() {
    let server = TestServer::start().await;
    let client = server.anonymous();
    let metrics = client.get("/metrics").await.unwrap();
    assert_eq!(metrics.status, 200);
    for name in ["waybill_build_info", "waybill_connections"] {
        assert!(metrics.text.contains(name), "{name} is missing in {}", metrics.text);
    }
    let passed_on = client.request(reqwest::Method::GET, "/metrics").header("X-Forwarded-For", "127.0.0.1");
    assert_eq!(passed_on.send().await.unwrap().status(), 404);
    let server = TestServer::builder().config(|config| config.metrics.enabled = false).start().await;
    assert_eq!(server.anonymous().get("/metrics").await.unwrap().status, 404);
}
