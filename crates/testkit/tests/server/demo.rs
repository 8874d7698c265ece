//! `waybill demo`: what it writes, what it prints, what it refuses.

use std::os::unix::fs::PermissionsExt as _;

use serde_json::json;
use waybill_testkit::{ClientError, Demo, ServerProcess, TestServer};

use crate::start;

#[tokio::test]
async fn edge6_demo_json_is_private_and_the_same_folder_keeps_ids_and_secret() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("demo-data");
    let mut process = ServerProcess::demo(&folder, &[]).await;
    let first = process.demo_file().await;
    for entry in std::fs::read_dir(&folder).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{:?} is for its owner alone", entry.file_name());
    }
    assert_eq!((first.base_url.as_str(), first.region.as_str()), (process.base_url(), "us-east-1"));

    let text = std::fs::read_to_string(folder.join("demo.json")).unwrap();
    let file: serde_json::Value = serde_json::from_str(&text).unwrap();
    let names: Vec<_> = file["deployments"].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(names, ["bare", "disabled", "inactive", "limited", "open", "quarantine", "signed", "strict"]);
    let id = |name: &str| file["deployments"][name].as_str().unwrap();
    assert!(names.iter().all(|name| id(name).len() == 36));
    assert!(file["oauthClient"]["secret"].as_str().unwrap().len() >= 43, "256 random bits");
    for (role, user) in
        [("admin", &first.users.admin), ("agent", &first.users.agent), ("supervisor", &first.users.supervisor)]
    {
        assert_eq!(file["users"][role], serde_json::json!({"email": user.email, "password": user.password}));
        let client = first.login_client.id.to_string();
        let token = waybill_testkit::login::log_in(process.base_url(), &client, &user.email, &user.password).await;
        assert!(token["access_token"].is_string(), "{role}: {token}");
    }

    process.kill_9().await;
    let mut process = ServerProcess::demo(&folder, &[]).await;
    let second = process.demo_file().await;
    let mut expected = Demo { base_url: process.base_url().to_owned(), ..first.clone() };
    // The receiver of webhooks has moved with the server.
    expected.webhook.as_mut().unwrap().url = format!("{}/demo/webhook", process.base_url());
    // So has the example CRM; its token stays.
    expected.crm.as_mut().unwrap().url = second.crm.as_ref().unwrap().url.clone();
    assert!(first.queues.is_some() && first.flow_id.is_some(), "{first:?}");
    assert_eq!(second, expected);

    let other = tempfile::tempdir().unwrap();
    let other = ServerProcess::demo(other.path(), &[]).await.demo_file().await;
    assert_ne!((other.org_id, &other.oauth_client.secret), (first.org_id, &first.oauth_client.secret));
}

#[tokio::test]
async fn edge6_the_demo_prints_what_to_open_and_every_limit() {
    let folder = tempfile::tempdir().unwrap();
    let burst = ("WAYBILL__LIMITS__ADDRESS_STARTS__BURST", "77");
    let mut process = ServerProcess::demo(folder.path(), &[burst]).await;
    let demo = process.demo_file().await;
    let output = process.output();
    for text in [
        &format!("{}/examples/tutorial.html", demo.base_url),
        &demo.deployments.strict.to_string(),
        "5 messages per second, burst 10",
        "20 starts (IPv6 by /64) per second, burst 77",
        "2000 connects per second, burst 2000",
        "300 requests per second, burst 600",
        "frame 65536, REST body 65536, message 4096 bytes",
        "handshake 10 s, idle socket 75 s",
        "waybill trace",
    ] {
        assert!(output.contains(text), "`{text}` is missing in {output}");
    }
    assert!(!output.contains(&demo.oauth_client.secret), "the secret stays in the file");
}

#[tokio::test]
async fn edge6_a_taken_address_is_said_and_nothing_else_is_touched() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let output = ServerProcess::run(["demo", "--listen", &address, "--data", data.to_str().unwrap()]).await;
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains(&format!("can't listen on {address}")) && said.contains("choose another address"), "{said}");
    assert!(!data.exists());
}

#[tokio::test]
async fn edge4_a_demo_for_other_machines_needs_a_flag() {
    let output = ServerProcess::run(["demo", "--listen", "0.0.0.0:0"]).await;
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.code() == Some(1) && said.contains("--allow-remote"), "{said}");
}

#[tokio::test]
async fn log10_a_second_process_is_kept_off_the_folder_and_leaves_demo_json_alone() {
    let folder = tempfile::tempdir().unwrap();
    let mut process = ServerProcess::demo(folder.path(), &[]).await;
    let demo = process.demo_file().await;
    let output =
        ServerProcess::run(["demo", "--listen", "127.0.0.1:0", "--data", folder.path().to_str().unwrap()]).await;
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.code() == Some(1) && said.contains("another process works on the folder"), "{said}");
    assert_eq!(Demo::read(folder.path()).unwrap(), demo);
}

/// Starts on one of the sample's deployments; the answer's or the refusal's code.
async fn code_of_start(server: &TestServer, deployment: &str, options: serde_json::Value) -> u16 {
    match server.guest(deployment).await.start_chat(start(&options)).await {
        Ok(_) => 200,
        Err(ClientError::Refused(refused)) => refused.code,
        Err(error) => panic!("{deployment}: {error}"),
    }
}

#[tokio::test]
async fn ctx1_each_deployment_of_the_sample_answers_as_its_name_says() {
    let server = TestServer::start().await;
    let tutorial = || {
        json!({"customData": {"crmCustomerId": "CRM-USER-123456789", "timestamp": "2026-11-20T18:08:55.431Z"},
        "message": "Hi", "customer": {"name": "Test User", "email": "test@example.com"}})
    };
    let undeclared = || json!({"customData": {"shoeSize": 43}});
    for (deployment, options, code) in [
        ("open", tutorial(), 200),
        ("open", undeclared(), 200),
        ("quarantine", undeclared(), 200),
        ("strict", tutorial(), 200),
        (
            "strict",
            json!({"customData": {"crmCustomerId": "C", "source": "website", "campaignId": "summer", "plan": "gold", "vip": true, "age": 43}}),
            200,
        ),
        ("strict", undeclared(), 400),
        ("strict", json!({"customData": {"plan": "platinum"}}), 400),
        ("disabled", tutorial(), 400),
        ("inactive", tutorial(), 401),
        ("signed", tutorial(), 200),
        ("limited", tutorial(), 200),
        ("limited", tutorial(), 429),
    ] {
        assert_eq!(code_of_start(&server, deployment, options.clone()).await, code, "{deployment} {options}");
    }
    let answer = server.guest("signed").await.start_chat(start(&tutorial())).await.unwrap();
    let verdict = answer.receipt.entries.iter().find(|entry| entry.key == "crmCustomerId").unwrap().verdict;
    assert_eq!(serde_json::to_value(verdict).unwrap(), "quarantined");
}

#[tokio::test]
async fn edge5_the_site_is_served_and_the_examples_are_filled_in() {
    let server = TestServer::start().await;
    let client = server.anonymous();
    let page = client.get("/examples/tutorial.html").await.unwrap();
    assert_eq!(page.status, 200);
    assert!(page.text.contains(&server.deployment("open").to_string()) && !page.text.contains("YOUR_ORG_ID"));
    let index = client.get("/").await.unwrap();
    assert_eq!((index.status.as_u16(), index.headers["location"].to_str().unwrap()), (307, "/examples/"));
    for path in ["/sdk/waybill.js", "/purecloud/webchat/v2/purecloud-webchat-sdk.js", "/sdk/nothing.js"] {
        let script = client.get(path).await.unwrap();
        assert_eq!(script.headers["access-control-allow-origin"], "*", "{path}");
        // Without web files inside, the answer says how to get them; tests of the SDK's pages need them anyway.
        assert!(script.status == 200 || script.text.contains("cargo xtask web") || path == "/sdk/nothing.js", "{path}");
    }
    assert_eq!(client.get("/health").await.unwrap().status, 200);
    assert_eq!(client.get("/ready").await.unwrap().status, 200);
}
