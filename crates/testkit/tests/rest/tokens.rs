//! `POST /oauth/token`, bearer tokens and their rights.

use reqwest::Method;
use serde_json::{Value, json};
use waybill_testkit::{Answer, RestClient, TestServer};

use crate::support::{assert_failure, body_of, header, send};

/// An API client of another organization.
pub(crate) async fn stranger(server: &TestServer) -> RestClient {
    let organization = server.service().create_organization("strangers").await.unwrap();
    let role = waybill_model::BuiltInRole::Integrator;
    let client = server.service().create_client(organization, "stranger", role).await.unwrap();
    RestClient::log_in(server.base_url(), &client.id.to_string(), &client.secret).await.unwrap()
}

async fn ask(server: &TestServer, body: &str, headers: &[(&str, &str)]) -> Answer {
    let request = server.anonymous().request(Method::POST, "/oauth/token").body(body.to_owned());
    send(request, headers).await
}

async fn with_scope(server: &TestServer, scope: &str) -> RestClient {
    let client = &server.demo().oauth_client;
    let form = [("grant_type", "client_credentials"), ("scope", scope)];
    let anonymous = server.anonymous();
    let request = anonymous.request(Method::POST, "/oauth/token");
    let answer = send(request.basic_auth(client.id.to_string(), Some(&client.secret)).form(&form), &[]).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let body = body_of(&answer);
    assert_eq!(body["scope"], scope);
    anonymous.with_token(body["access_token"].as_str().unwrap())
}

const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

#[tokio::test]
async fn rest2_credentials_are_taken_from_the_header_a_form_or_json() {
    let server = TestServer::start().await;
    let client = server.demo().oauth_client.clone();
    let (id, secret) = (client.id.to_string(), client.secret.clone());
    let form = format!("grant_type=client_credentials&client_id={id}&client_secret={secret}");
    let json = json!({"grant_type": "client_credentials", "client_id": id, "client_secret": secret}).to_string();
    for (body, headers) in
        [(form.as_str(), vec![FORM]), (&form, vec![]), (&json, vec![("Content-Type", "application/json")])]
    {
        let answer = ask(&server, body, &headers).await;
        assert_eq!((answer.status.as_u16(), header(&answer, "cache-control")), (200, "no-store"), "{}", answer.text);
        let token = body_of(&answer);
        assert_eq!((&token["token_type"], &token["expires_in"]), (&json!("bearer"), &json!(86_400)));
        let bearer = server.anonymous().with_token(token["access_token"].as_str().unwrap());
        assert_eq!(bearer.get("/api/v2/conversations/webchat").await.unwrap().status, 200);
    }
    let request = server.anonymous().request(Method::POST, "/oauth/token").basic_auth(&id, Some(&secret));
    assert_eq!(send(request.body("grant_type=client_credentials"), &[FORM]).await.status, 200);
}

#[tokio::test]
async fn rest3_the_token_endpoint_fails_in_its_own_shape() {
    let server = TestServer::start().await;
    let client = server.demo().oauth_client.clone();
    let id = client.id.to_string();
    let good = format!("client_id={id}&client_secret={}", client.secret);
    let cases = [
        (format!("grant_type=client_credentials&client_id={id}&client_secret=wrong"), 401, "invalid_client"),
        ("grant_type=client_credentials&client_id=nobody&client_secret=wrong".to_owned(), 401, "invalid_client"),
        ("grant_type=client_credentials".to_owned(), 401, "invalid_client"),
        (format!("grant_type=password&{good}"), 400, "unsupported_grant_type"),
        (good.clone(), 400, "invalid_request"),
        (format!("grant_type=client_credentials&{good}&client_id={id}"), 400, "invalid_request"),
        (format!("grant_type=client_credentials&{good}&scope=everything"), 400, "invalid_scope"),
        ("x".repeat(70_000), 413, "invalid_request"),
    ];
    for (body, status, word) in cases {
        let answer = ask(&server, &body, &[FORM]).await;
        let error = body_of(&answer);
        assert_eq!((answer.status.as_u16(), &error["error"]), (status, &json!(word)), "{body:.80}");
        assert_eq!(error["error_description"], error["description"]);
        assert!(error["description"].as_str().is_some_and(|text| !text.is_empty()));
        assert!(error.get("contextId").is_none() && header(&answer, "inin-correlation-id").len() == 36);
        let challenge = if status == 401 { "Basic" } else { "" };
        assert_eq!(header(&answer, "www-authenticate"), challenge);
        assert!(!answer.text.contains(&client.secret), "{}", answer.text);
    }
    let bad_header = ask(&server, "grant_type=client_credentials", &[FORM, ("Authorization", "Basic ???")]).await;
    assert_eq!((bad_header.status.as_u16(), &body_of(&bad_header)["error"]), (400, &json!("invalid_request")));
}

#[tokio::test]
async fn edge6_token_requests_of_an_address_are_limited_before_anything_is_hashed() {
    let server = TestServer::builder()
        .limits(|limits| (limits.address_logins.per_second, limits.address_logins.burst) = (0.01, 1))
        .start()
        .await;
    let body = "grant_type=client_credentials&client_id=a&client_secret=b";
    assert_eq!(ask(&server, body, &[FORM]).await.status, 401);
    let answer = ask(&server, body, &[FORM]).await;
    assert_eq!((answer.status.as_u16(), &body_of(&answer)["error"]), (429, &json!("too_many_requests")));
    let wait: u64 = header(&answer, "retry-after").parse().unwrap();
    assert!((1..=100).contains(&wait), "{wait}");
}

#[tokio::test]
async fn rest2_every_path_of_the_document_needs_a_token_and_its_scope() {
    let server = TestServer::builder().without_rate_limits().start().await;
    let document: Value = server.anonymous().get("/api/v2/openapi.json").await.unwrap().json().unwrap();
    let anonymous = server.anonymous();
    let forged = anonymous.with_token("forged");
    // The client's role has nothing of this scope: nothing is left of either.
    let powerless = with_scope(&server, "gdpr:readonly").await;
    let mut checked = 0;
    for (path, item) in document["paths"].as_object().unwrap().iter().filter(|(path, _)| path.starts_with("/api/v2/")) {
        for (method, operation) in item.as_object().unwrap() {
            // An answer to HEAD has no body to look into.
            if operation["security"][0].get("guest").is_some() || method == "head" {
                continue;
            }
            let method: Method = method.to_uppercase().parse().unwrap();
            let send_as = |client: &RestClient| send(client.request(method.clone(), path).body("{}"), &[]);
            let missing = send_as(&anonymous).await;
            assert_failure(&missing, 401, "authentication.required");
            assert_eq!(header(&missing, "www-authenticate"), "Bearer");
            assert_failure(&send_as(&forged).await, 401, "bad.credentials");
            // Any token is good where the field asks for no permission: the matrix says where.
            let asks_for_none = operation["security"][0]["oauth"].as_array().is_some_and(Vec::is_empty)
                || path == "/api/v2/webdeployments/deployments/{deploymentId}/configurations";
            if asks_for_none {
                continue;
            }
            let error = assert_failure(&send_as(&powerless).await, 403, "missing.permissions");
            assert!(error["messageParams"]["permission"].as_str().is_some_and(|name| name.contains(':')), "{error}");
            checked += 1;
        }
    }
    assert!(checked >= 60, "only {checked} operations were checked");
}

#[tokio::test]
async fn rest2_reading_does_not_write() {
    let server = TestServer::start().await;
    let reader = with_scope(&server, "conversation:read").await;
    let body = json!({"deploymentId": server.deployment("open").to_string()});
    assert_failure(&reader.post("/api/v2/conversations/webchat", &body).await.unwrap(), 403, "missing.permissions");
    assert_eq!(reader.get("/api/v2/conversations/webchat").await.unwrap().status, 200);
    let writer = with_scope(&server, "conversation:write").await;
    assert_eq!(writer.post("/api/v2/conversations/webchat", &body).await.unwrap().status, 200);
}

#[tokio::test]
async fn rest2_a_token_outlives_a_restart_but_not_its_time() {
    let clock = std::sync::Arc::new(waybill_testkit::FixedClock::at("2026-11-20T18:00:00Z".parse().unwrap()));
    let mut server = TestServer::builder().clock(clock.clone()).start().await;
    let client = server.integrator().await;
    server.restart().await;
    assert_eq!(client.get("/api/v2/conversations/webchat").await.unwrap().status, 200);
    clock.advance_millis(24 * 3_600 * 1_000);
    assert_failure(&client.get("/api/v2/conversations/webchat").await.unwrap(), 401, "bad.credentials");
}

#[tokio::test]
async fn edge6_a_client_that_asks_too_fast_is_told_how_long_to_wait() {
    let server = TestServer::builder()
        .limits(|limits| (limits.client_requests.per_second, limits.client_requests.burst) = (0.1, 2))
        .start()
        .await;
    let client = server.integrator().await;
    let body = json!({"deploymentId": server.deployment("open").to_string()});
    assert_eq!(client.get("/api/v2/conversations/webchat").await.unwrap().status, 200);
    assert_eq!(client.post("/api/v2/conversations/webchat", &body).await.unwrap().status, 200);
    let answer = client.post("/api/v2/conversations/webchat", &body).await.unwrap();
    let error = assert_failure(&answer, 429, "too.many.requests");
    assert_eq!(error["retryAfter"].to_string(), header(&answer, "retry-after"));
    assert!(error["retryAfter"].as_u64().is_some_and(|wait| (1..=10).contains(&wait)), "{error}");
}
