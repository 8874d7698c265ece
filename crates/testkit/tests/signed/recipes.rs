//! SIG8: the recipes of the guide really make tokens that are believed.

use std::{path::Path, process::Stdio};

use serde_json::json;
use tokio::{io::AsyncWriteExt as _, process::Command};
use waybill_testkit::TestServer;

use crate::support::{Guest, done, entries};

/// Runs a recipe the way a site's server would: the key in the environment, the customer as argument.
async fn run(server: &TestServer, program: &str, arguments: &[&str]) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/signed-context");
    let key = &server.demo().signing_key;
    let mut child = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .env("WAYBILL_KEY_ID", key.id.to_string())
        .env("WAYBILL_KEY_SECRET", &key.secret)
        .env("WAYBILL_DEPLOYMENT_ID", server.deployment("signed").to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap_or_else(|error| panic!("{program} can't be run: {error}"));
    child.stdin.take().unwrap().shutdown().await.unwrap();
    let output = child.wait_with_output().await.unwrap();
    assert!(output.status.success(), "{program} {arguments:?}: {}", output.status);
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

async fn is_believed(server: &TestServer, token: &str) {
    let answer = Guest::of(server, "signed").await.start(token, json!({})).await;
    let started = done(&answer);
    assert_eq!(started["customData"], json!({"crmCustomerId": "CRM-882910"}));
    assert_eq!(started["customer"]["name"], json!("Zoë Doe"));
    let expected = ["crmCustomerId token signed stored", "customer.name token signed stored"];
    assert_eq!(entries(&started["receipt"]), expected);
}

#[tokio::test]
async fn sig8_the_recipe_for_node_is_believed() {
    let server = TestServer::start().await;
    let token = run(&server, "node", &["sign.mjs", "CRM-882910", "Zoë Doe"]).await;
    is_believed(&server, &token).await;
}

#[tokio::test]
async fn sig8_the_recipe_for_python_is_believed() {
    let server = TestServer::start().await;
    let token = run(&server, "python3", &["sign.py", "CRM-882910", "Zoë Doe"]).await;
    is_believed(&server, &token).await;
}

#[path = "../../../../examples/signed-context/sign.rs"]
#[expect(unreachable_pub, reason = "the recipe is written for a crate of its own")]
mod sign;

#[tokio::test]
async fn sig8_the_recipe_for_rust_is_believed() {
    let server = TestServer::start().await;
    let key = server.demo().signing_key.clone();
    let shop = sign::Shop {
        key_id: key.id.to_string(),
        secret: key.secret,
        deployment_id: server.deployment("signed").to_string(),
    };
    is_believed(&server, &shop.vouch("CRM-882910", "Zoë Doe", &crate::support::draw()).unwrap()).await;
}

/// PHP is not on every machine where this is built: without it this proves that the recipe is there, and says so.
#[tokio::test]
async fn sig8_the_recipe_for_php_is_believed_where_php_is_installed() {
    let server = TestServer::start().await;
    let is_there = Command::new("php").arg("--version").stdout(Stdio::null()).status().await.is_ok();
    if is_there {
        let token = run(&server, "php", &["sign.php", "CRM-882910", "Zoë Doe"]).await;
        is_believed(&server, &token).await;
    }
}
