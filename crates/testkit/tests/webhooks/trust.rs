//! TLS of receivers: believed when an authority vouches for it, and refused otherwise.

use serde_json::json;
use waybill_testkit::TestServer;

use crate::support::{builder, post};

#[path = "../server/certificate.rs"]
mod certificate;

#[tokio::test]
async fn out1_https_is_believed_when_an_authority_of_the_operator_vouches_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let made = certificate::Certificate::for_localhost();
    let (cert, key) = (folder.path().join("chain.pem"), folder.path().join("key.pem"));
    std::fs::write(&cert, &made.certificate).unwrap();
    std::fs::write(&key, &made.key).unwrap();
    // Any server with TLS will do as the other side: what matters is whether it is spoken to.
    let chain = cert.clone();
    let other = TestServer::builder().config(|config| {
        config.tls.cert = chain;
        config.tls.key = key;
    });
    let other = other.start().await;
    let url = format!("https://localhost:{}/health", other.address().port());
    let attempt = async |server: TestServer| {
        let client = server.integrator().await;
        let hook = post(&client, "/api/v2/webhooks", &json!({"name": "TLS", "url": url})).await;
        post(&client, &format!("{}/test", hook["selfUri"].as_str().unwrap()), &json!({})).await
    };
    let trusting = builder().config(|config| config.outbound.authorities = cert).start().await;
    let said = attempt(trusting).await;
    assert!(said["status"].is_number() && said.get("error").is_none(), "{said}");
    let said = attempt(builder().start().await).await;
    assert_eq!(said["error"], "untrusted", "{said}");
}
