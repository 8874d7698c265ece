//! Who is let in, and how the others are told (EDGE1–EDGE5, WIRE7, WIRE14).

use reqwest::Method;
use serde_json::{Value, json};
use waybill_testkit::{ClientError, ConnectOptions, GuestClient, NewDeployment, TestServer};

use crate::support::{Socket, configure, start};

/// Connects and asks once; the answer must be followed by a close.
async fn refused(options: ConnectOptions, frame: Value) -> Value {
    let mut socket = Socket::of(GuestClient::connect(options).await.expect("the upgrade succeeds"));
    let answer = socket.ask(frame).await;
    assert_eq!(socket.closed().await, 1008, "{answer}");
    answer
}

fn check(answer: &Value, class: &str, status: u16, code: &str) {
    assert_eq!((answer["type"].as_str(), answer["class"].as_str()), (Some("response"), Some(class)), "{answer}");
    let error = if class == "Error" { &answer["body"] } else { &answer["error"] };
    assert_eq!((error["status"].as_u64(), error["code"].as_str()), (Some(status.into()), Some(code)), "{answer}");
    assert_eq!(answer["code"], status, "{answer}");
    assert!(error["message"].as_str().is_some_and(|text| !text.is_empty()), "{answer}");
    assert!(error["contextId"].as_str().is_some_and(|text| !text.is_empty()), "{answer}");
    assert_eq!(error["errors"], json!([]), "{answer}");
}

#[tokio::test]
async fn edge1_wire7_a_client_is_told_in_its_first_frame_why_it_may_not_come_in() {
    let server = TestServer::start().await;
    let unknown =
        ConnectOptions { deployment_id: "6a1c0000-0000-4000-8000-00000000dead".to_owned(), ..server.visitor("open") };
    check(&refused(unknown.clone(), configure()).await, "string", 401, "unknown_deployment");
    check(&refused(unknown, start(&json!({}))).await, "Error", 401, "unknown_deployment");

    let nonsense = ConnectOptions { deployment_id: "no-uuid".to_owned(), ..server.visitor("open") };
    check(&refused(nonsense, start(&json!({}))).await, "Error", 401, "unknown_deployment");

    let other = Some("6a1c0000-0000-4000-8000-00000000dead".to_owned());
    let organization = ConnectOptions { organization_id: other, ..server.visitor("open") };
    check(&refused(organization, start(&json!({}))).await, "Error", 401, "wrong_organization");

    check(&refused(server.visitor("inactive"), start(&json!({}))).await, "Error", 401, "inactive_deployment");

    let region = ConnectOptions { region: Some("eu-west-1".to_owned()), ..server.visitor("open") };
    let answer = refused(region, start(&json!({}))).await;
    check(&answer, "Error", 400, "region_mismatch");
    assert!(answer["body"]["message"].as_str().is_some_and(|text| text.contains("us-east-1")), "{answer}");
}

#[tokio::test]
async fn edge1_edge6_too_many_connects_are_told_with_the_time_to_wait() {
    let server = TestServer::builder()
        .limits(|limits| {
            limits.deployment_connects.burst = 1;
            limits.deployment_connects.per_second = 0.01;
        })
        .start()
        .await;
    let mut first = Socket::open(&server, "open").await;
    first.done(configure()).await;
    let answer = refused(server.visitor("open"), configure()).await;
    check(&answer, "TooManyRequestsErrorMessage", 429, "too_many_requests");
    assert_eq!(answer["body"]["errorCode"], 4029);
    assert!(answer["body"]["retryAfter"].as_u64().is_some_and(|seconds| seconds > 1), "{answer}");
}

#[tokio::test]
async fn edge3_what_frames_repeat_of_the_address_is_checked() {
    let server = TestServer::start().await;
    let cases = [
        (json!({"deploymentId": "6a1c0000-0000-4000-8000-00000000dead"}), 401, "unknown_deployment"),
        (json!({"organizationId": "6a1c0000-0000-4000-8000-00000000dead"}), 401, "wrong_organization"),
        (json!({"region": "eu-west-1"}), 400, "region_mismatch"),
    ];
    for (claim, status, code) in cases {
        for (mut frame, class) in [(configure(), "string"), (start(&json!({})), "Error")] {
            let (name, value) = claim.as_object().unwrap().iter().next().unwrap();
            frame[name] = value.clone();
            check(&refused(server.visitor("open"), frame).await, class, status, code);
        }
    }
    let mut right = configure();
    right["deploymentId"] = json!(server.deployment("open").to_string());
    right["organizationId"] = json!(server.organization_id().to_string());
    right["region"] = json!("us-east-1");
    Socket::open(&server, "open").await.done(right).await;
}

async fn knock(server: &TestServer, deployment: &str, origin: Option<&str>) -> Result<(), u16> {
    let options = ConnectOptions { origin: origin.map(str::to_owned), ..server.visitor(deployment) };
    match GuestClient::connect(options).await {
        Ok(_) => Ok(()),
        Err(ClientError::UpgradeRefused(status)) => Err(status),
        Err(other) => panic!("{other}"),
    }
}

#[tokio::test]
async fn edge4_origins_are_checked_at_the_upgrade() {
    let shop = |native: bool| {
        move |new: &mut NewDeployment| {
            new.allow_all_domains = false;
            new.allowed_domains = vec!["shop.example".to_owned()];
            new.allow_native = native;
        }
    };
    let server = TestServer::builder().deployment("shop", shop(false)).deployment("app", shop(true)).start().await;
    for origin in ["https://shop.example", "http://shop.example:8080", "https://www.shop.example", "shop.example"] {
        assert_eq!(knock(&server, "shop", Some(origin)).await, Ok(()), "{origin}");
    }
    for origin in ["https://example", "https://evilshop.example", "null", "https://shop.example.evil.test", ""] {
        assert_eq!(knock(&server, "shop", Some(origin)).await, Err(403), "{origin}");
    }
    assert_eq!(knock(&server, "shop", None).await, Err(403));
    assert_eq!(knock(&server, "app", None).await, Ok(()));
    assert_eq!(knock(&server, "app", Some("https://evil.test")).await, Err(403));
    assert_eq!(knock(&server, "open", Some("null")).await, Ok(()));
    assert_eq!(knock(&server, "open", Some("https://anything.test")).await, Ok(()));
}

async fn file(server: &TestServer, deployment: &str, name: &str) -> (u16, Option<String>, Value) {
    let path = format!("/webdeployments/v1/deployments/{deployment}/{name}");
    let request = server.anonymous().request(Method::GET, &path).header("Origin", "https://any.test");
    let answer = request.send().await.expect("the server answers");
    let cors = answer.headers().get("access-control-allow-origin");
    let cors = cors.map(|value| value.to_str().expect("a text").to_owned());
    (answer.status().as_u16(), cors, answer.json().await.expect("JSON"))
}

#[tokio::test]
async fn edge5_wire14_any_site_reads_what_a_deployment_says_of_itself() {
    let server = TestServer::start().await;
    let id = server.deployment("open").to_string();
    let (status, cors, config) = file(&server, &id, "config.json").await;
    assert_eq!((status, cors.as_deref()), (200, Some("*")), "{config}");
    assert_eq!(config["id"], id);
    assert_eq!(config["status"], "Active");
    assert_eq!(config["apiEndpoint"], server.base_url());
    let conversations = &config["messenger"]["apps"]["conversations"];
    assert_eq!(conversations["messagingEndpoint"], server.base_url().replacen("http", "ws", 1));
    let expected = json!({
        "organizationId": server.organization_id().to_string(), "region": "us-east-1",
        "version": config["waybill"]["version"], "maxBytes": 1024, "customData": {"enabled": true}
    });
    assert_eq!(config["waybill"], expected);
    assert!(!config.to_string().contains("null"), "a real client throws on null: {config}");

    let (_, _, inactive) = file(&server, &server.deployment("inactive").to_string(), "config.json").await;
    assert_eq!(inactive["status"], "Inactive");
    let (_, _, disabled) = file(&server, &server.deployment("disabled").to_string(), "config.json").await;
    assert_eq!(disabled["waybill"]["customData"]["enabled"], false);

    let (status, cors, domains) = file(&server, &id, "domains.json").await;
    assert_eq!((status, cors.as_deref()), (200, Some("*")));
    assert_eq!(domains["allowAllDomains"], true);

    let (status, cors, unknown) = file(&server, "6a1c0000-0000-4000-8000-00000000dead", "config.json").await;
    assert_eq!((status, cors.as_deref(), unknown["status"].as_u64()), (404, Some("*"), Some(404)), "{unknown}");
}
