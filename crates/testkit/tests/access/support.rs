//! What the tests of access share.

use reqwest::Method;
use serde_json::{Value, json};
use waybill_testkit::{Answer, DemoUser, RestClient, TestServer};

pub(crate) const ADMIN: &str = "00000000-0000-8000-8000-000000000001";
pub(crate) const SUPERVISOR: &str = "00000000-0000-8000-8000-000000000002";
pub(crate) const AGENT: &str = "00000000-0000-8000-8000-000000000003";
pub(crate) const INTEGRATOR: &str = "00000000-0000-8000-8000-000000000004";
pub(crate) const PASSWORD: &str = "four words nobody guesses";

pub(crate) fn body_of(answer: &Answer) -> Value {
    serde_json::from_str(&answer.text).unwrap_or_else(|error| panic!("no JSON ({error}): {}", answer.text))
}

/// A success, and its body.
pub(crate) fn good(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{}", answer.text);
    body_of(answer)
}

/// A success that says nothing.
pub(crate) fn done(answer: &Answer) {
    assert_eq!(answer.status, 204, "{}", answer.text);
}

/// A failure with its code.
pub(crate) fn fails(answer: &Answer, status: u16, code: &str) -> Value {
    let body = body_of(answer);
    assert_eq!((answer.status.as_u16(), body["code"].as_str()), (status, Some(code)), "{}", answer.text);
    body
}

pub(crate) async fn read(client: &RestClient, path: &str) -> Value {
    good(&client.get(path).await.unwrap())
}

pub(crate) async fn send(client: &RestClient, method: Method, path: &str, body: Option<&Value>) -> Answer {
    let mut request = client.request(method, path);
    if let Some(body) = body {
        request = request.json(body);
    }
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    Answer { status, headers, text: response.text().await.unwrap() }
}

pub(crate) async fn delete(client: &RestClient, path: &str) -> Answer {
    send(client, Method::DELETE, path, None).await
}

pub(crate) async fn patch(client: &RestClient, path: &str, body: &Value) -> Answer {
    send(client, Method::PATCH, path, Some(body)).await
}

/// A form to the token endpoint.
pub(crate) async fn token(server: &TestServer, form: &[(&str, &str)]) -> Answer {
    let response = server.anonymous().request(Method::POST, "/oauth/token").form(form).send().await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    Answer { status, headers, text: response.text().await.unwrap() }
}

/// A role in one division, or everywhere.
pub(crate) fn role(role: &str, division: &str) -> Value {
    json!({"roleId": role, "divisionId": division})
}

/// A new person with these roles, logged in.
pub(crate) async fn person(
    server: &TestServer,
    admin: &RestClient,
    email: &str,
    roles: &[Value],
) -> (String, RestClient) {
    let body = json!({"name": email, "email": email, "password": PASSWORD, "roleDivisions": roles});
    let user = good(&admin.post("/api/v2/users", &body).await.unwrap());
    let client = server.log_in(&DemoUser { email: email.to_owned(), password: PASSWORD.to_owned() }).await;
    (user["id"].as_str().unwrap().to_owned(), client)
}

/// A role of one's own.
pub(crate) async fn own_role(admin: &RestClient, name: &str, permissions: Value, policies: Value) -> String {
    let body = json!({"name": name, "permissions": permissions, "permissionPolicies": policies});
    let role = good(&admin.post("/api/v2/authorization/roles", &body).await.unwrap());
    role["id"].as_str().unwrap().to_owned()
}

/// Starts a webchat with this context and gives its id.
pub(crate) async fn start(server: &TestServer, client: &RestClient, deployment: &str, body: Value) -> String {
    let mut body = body;
    body["deploymentId"] = json!(server.deployment(deployment).to_string());
    let started = good(&client.post("/api/v2/conversations/webchat", &body).await.unwrap());
    started["id"].as_str().unwrap().to_owned()
}

/// The actions of the audit log about a subject.
pub(crate) async fn audited(admin: &RestClient, subject: &str) -> Vec<Value> {
    let page = read(admin, "/api/v2/audits?pageSize=500").await;
    let rows = page["entities"].as_array().unwrap().iter().filter(|row| row.to_string().contains(subject));
    rows.cloned().collect()
}
