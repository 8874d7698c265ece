//! What the tests of deployments share.

use reqwest::Method;
use serde_json::{Value, json};
use waybill_model::{BuiltInRole, DeploymentId};
use waybill_testkit::{Answer, RestClient, TestServer};

pub(crate) const DEPLOYMENTS: &str = "/api/v2/webdeployments/deployments";
pub(crate) const CONFIGURATIONS: &str = "/api/v2/webdeployments/configurations";

/// A client that may administer everything.
pub(crate) async fn admin(server: &TestServer) -> RestClient {
    with_role(server, BuiltInRole::Admin).await
}

pub(crate) async fn with_role(server: &TestServer, role: BuiltInRole) -> RestClient {
    let client = server.service().create_client(server.organization_id(), "test", role).await.unwrap();
    RestClient::log_in(server.base_url(), &client.id.to_string(), &client.secret).await.unwrap()
}

pub(crate) fn of(id: impl std::fmt::Display, rest: &str) -> String {
    format!("{DEPLOYMENTS}/{id}{rest}")
}

/// A request that is expected to work, with its answer's body.
pub(crate) async fn ask(client: &RestClient, method: Method, path: &str, body: Option<Value>) -> Value {
    let answer = try_ask(client, method, path, body, &[]).await;
    assert!(answer.status.is_success(), "{path}: {}", answer.text);
    if answer.text.is_empty() { Value::Null } else { serde_json::from_str(&answer.text).unwrap() }
}

pub(crate) async fn get(client: &RestClient, path: &str) -> Value {
    ask(client, Method::GET, path, None).await
}

pub(crate) async fn post(client: &RestClient, path: &str, body: Value) -> Value {
    ask(client, Method::POST, path, Some(body)).await
}

pub(crate) async fn put(client: &RestClient, path: &str, body: Value) -> Value {
    ask(client, Method::PUT, path, Some(body)).await
}

pub(crate) async fn try_ask(
    client: &RestClient,
    method: Method,
    path: &str,
    body: Option<Value>,
    headers: &[(&str, &str)],
) -> Answer {
    let request = client.request(method, path);
    let request = body.iter().fold(request, |request, body| request.json(body));
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    Answer { status, headers, text: response.text().await.unwrap() }
}

/// A request that is expected to fail; answers its body.
pub(crate) async fn refused(
    client: &RestClient,
    method: Method,
    path: &str,
    body: Option<Value>,
    status: u16,
    code: &str,
) -> Value {
    let answer = try_ask(client, method, path, body, &[]).await;
    assert_eq!(answer.status, status, "{path}: {}", answer.text);
    let body: Value = serde_json::from_str(&answer.text).unwrap();
    assert_eq!(body["code"], code, "{body}");
    body
}

/// Starts a webchat over REST and expects it to work; answers its id.
pub(crate) async fn start(client: &RestClient, deployment: DeploymentId, mut body: Value) -> String {
    body["deploymentId"] = json!(deployment.to_string());
    let started = post(client, "/api/v2/conversations/webchat", body).await;
    started["id"].as_str().unwrap().to_owned()
}

/// No member of a Platform-shaped body is null: real clients break on one.
#[track_caller]
pub(crate) fn assert_no_nulls(value: &Value) {
    let mut pending = vec![value];
    while let Some(one) = pending.pop() {
        match one {
            Value::Null => panic!("a null in {value}"),
            Value::Array(values) => pending.extend(values),
            Value::Object(members) => pending.extend(members.values()),
            Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
}
