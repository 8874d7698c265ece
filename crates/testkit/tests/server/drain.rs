//! Going down gently: SIGTERM tells everybody, loses nothing, and ends with status 0.

use serde_json::{Value, json};
use tokio::{io::AsyncReadExt as _, io::AsyncWriteExt as _, net::TcpStream};
use waybill_testkit::{ClientError, ConnectOptions, Demo, Exit, GuestClient, NewMessage, RestClient, ServerProcess};

use crate::start;

const TOKEN: &str = "a-token-of-a-guest-0123456789012345678901234";

async fn guest(demo: &Demo) -> GuestClient {
    let options = ConnectOptions {
        base_url: demo.base_url.clone(),
        deployment_id: demo.deployments.open.to_string(),
        application: Some("waybill-sdk-2.0.0".to_owned()),
        token: TOKEN.to_owned(),
        ..ConnectOptions::default()
    };
    GuestClient::connect(options).await.unwrap()
}

async fn integrator(demo: &Demo) -> RestClient {
    let client = &demo.oauth_client;
    RestClient::log_in(&demo.base_url, &client.id.to_string(), &client.secret).await.unwrap()
}

#[tokio::test]
async fn p2_sigterm_hints_at_reconnecting_ends_streams_and_keeps_what_was_answered() {
    let folder = tempfile::tempdir().unwrap();
    let mut process = ServerProcess::demo(folder.path(), &[]).await;
    let demo = process.demo_file().await;
    let mut guest = guest(&demo).await;
    let options = json!({"customData": {"crmCustomerId": "CRM-1"}});
    let started = guest.start_chat(start(&options)).await.unwrap();
    guest.send_message(NewMessage { text: "before".to_owned(), ..NewMessage::default() }).await.unwrap();
    let mut events = integrator(&demo).await.events("/api/v2/events", None).await.unwrap();

    process.terminate().await;
    let mut hinted = false;
    let closed = loop {
        match guest.next_push().await {
            Ok(push) => hinted |= serde_json::to_value(push.class).unwrap() == "ReconnectHint",
            Err(error) => break error,
        }
    };
    assert!(hinted, "our own clients are told when to come back");
    assert!(matches!(closed, ClientError::Closed { code: 1012, .. }), "{closed}");
    while let Ok(Some(_)) = events.next().await {}
    assert_eq!(process.ended().await, Exit::Status(0), "{}", process.output());
    assert!(process.output().contains("every connection has ended"), "{}", process.output());

    let mut process = ServerProcess::demo(folder.path(), &[]).await;
    let demo = process.demo_file().await;
    let path = format!("/api/v2/conversations/webchat/{}", started.conversation_id);
    let webchat: Value = integrator(&demo).await.get(&path).await.unwrap().json().unwrap();
    assert_eq!(webchat["customData"]["crmCustomerId"], "CRM-1");
}

#[tokio::test]
async fn p2_whoever_comes_while_the_server_drains_is_told_to_come_later() {
    let folder = tempfile::tempdir().unwrap();
    let mut process = ServerProcess::demo(folder.path(), &[]).await;
    let demo = process.demo_file().await;
    let address = demo.base_url.trim_start_matches("http://");
    // Half a request keeps its place until its time is up, and so the server draining.
    let mut slow = TcpStream::connect(address).await.unwrap();
    slow.write_all(b"GET /health HTTP/1.1\r\nHost: a\r\n").await.unwrap();
    process.terminate().await;
    process.line("draining").await;
    let answered = loop {
        let mut said = String::new();
        let mut stream = TcpStream::connect(address).await.unwrap();
        drop(stream.write_all(b"GET /ready HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await);
        if stream.read_to_string(&mut said).await.is_ok() && !said.is_empty() {
            break said;
        }
    };
    assert!(answered.starts_with("HTTP/1.1 503") && answered.to_lowercase().contains("retry-after"), "{answered}");
    drop(slow);
    assert_eq!(process.ended().await, Exit::Status(0));
}
