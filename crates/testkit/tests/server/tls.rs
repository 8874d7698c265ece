//! TLS by the server itself.

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use waybill_testkit::{RestClient, TestServer};

use crate::certificate::Certificate;

#[tokio::test]
async fn edge6_the_server_ends_tls_itself_and_plain_text_gets_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let made = Certificate::for_localhost();
    let (cert, key) = (folder.path().join("chain.pem"), folder.path().join("key.pem"));
    std::fs::write(&cert, &made.certificate).unwrap();
    std::fs::write(&key, &made.key).unwrap();
    let server = TestServer::builder()
        .config(|config| {
            config.tls.cert = cert;
            config.tls.key = key;
            config.limits.handshake_seconds = 1;
        })
        .start()
        .await;
    let address = server.base_url().strip_prefix("https://127.0.0.1").unwrap();

    // Makes the process's cryptography known to the client that follows.
    drop(RestClient::anonymous(server.base_url()).unwrap());
    let root = reqwest::Certificate::from_pem(made.certificate.as_bytes()).unwrap();
    let client = reqwest::Client::builder().no_proxy().tls_certs_only([root]).build().unwrap();
    let ready = client.get(format!("https://localhost{address}/ready")).send().await.unwrap();
    assert_eq!(ready.status(), 200);
    // Clients are told addresses that they can use.
    let deployment = server.deployment("open");
    let config = format!("https://localhost{address}/webdeployments/v1/deployments/{deployment}/config.json");
    let config = client.get(config).send().await.unwrap().text().await.unwrap();
    assert!(!config.contains("http://localhost") && !config.contains("ws://localhost"), "{config}");

    let stranger = reqwest::Client::builder().no_proxy().tls_certs_only([]).build().unwrap();
    assert!(stranger.get(format!("https://localhost{address}/ready")).send().await.is_err());

    let mut plain = TcpStream::connect(format!("127.0.0.1{address}")).await.unwrap();
    plain.write_all(b"GET /ready HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    let mut said = Vec::new();
    drop(plain.read_to_end(&mut said).await);
    assert!(!said.starts_with(b"HTTP"));

    // A handshake that never comes is closed in time.
    let mut silent = TcpStream::connect(format!("127.0.0.1{address}")).await.unwrap();
    assert_eq!(silent.read(&mut [0; 16]).await.unwrap(), 0);
}
