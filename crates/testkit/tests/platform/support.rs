//! What the tests of the platform API share.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use reqwest::Method;
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};
use waybill_server::service::{AuthorizationRequest, ClientLogin, Exchange, LoggedIn};
use waybill_testkit::{Answer, RestClient, TestServer};

/// Nobody's id.
pub(crate) const UNKNOWN: &str = "0190b0a1-7c1e-7d31-9d0a-2f5c3a1b7e42";

/// A conversation that was started over REST.
pub(crate) struct Chat {
    pub(crate) id: String,
    pub(crate) customer: String,
    pub(crate) communication: String,
}

impl Chat {
    /// A path below the conversation.
    pub(crate) fn path(&self, rest: &str) -> String {
        format!("/api/v2/conversations/{}{rest}", self.id)
    }

    /// A path below the conversation among the messages.
    pub(crate) fn messages(&self, rest: &str) -> String {
        format!("/api/v2/conversations/messages/{}{rest}", self.id)
    }

    /// Where its customer's attributes are patched.
    pub(crate) fn attributes(&self) -> String {
        self.path(&format!("/participants/{}/attributes", self.customer))
    }

    /// Where answers go.
    pub(crate) fn answers(&self) -> String {
        self.messages(&format!("/communications/{}/messages", self.communication))
    }
}

/// Starts one; `body` lacks only the deployment.
pub(crate) async fn start(server: &TestServer, client: &RestClient, deployment: &str, mut body: Value) -> Chat {
    body["deploymentId"] = json!(server.deployment(deployment).to_string());
    let started = ok(client.post("/api/v2/conversations/webchat", &body).await.unwrap());
    let text = |name: &str| started[name].as_str().unwrap().to_owned();
    Chat { id: text("id"), customer: text("participantId"), communication: text("communicationId") }
}

pub(crate) async fn read(client: &RestClient, path: &str) -> Value {
    ok(client.get(path).await.unwrap())
}

/// Sends a body as raw text, with headers of its own.
pub(crate) async fn send(
    client: &RestClient,
    method: Method,
    path: &str,
    body: &str,
    headers: &[(&str, &str)],
) -> Answer {
    let request = client.request(method, path).header("Content-Type", "application/json").body(body.to_owned());
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    Answer { status, headers, text: response.text().await.unwrap() }
}

pub(crate) async fn patch(client: &RestClient, path: &str, body: Value) -> Answer {
    send(client, Method::PATCH, path, &body.to_string(), &[]).await
}

pub(crate) async fn delete(client: &RestClient, path: &str) -> Answer {
    send(client, Method::DELETE, path, "", &[]).await
}

/// The body of a 200.
pub(crate) fn ok(answer: Answer) -> Value {
    assert_eq!(answer.status, 200, "{}", answer.text);
    body_of(&answer)
}

pub(crate) fn body_of(answer: &Answer) -> Value {
    serde_json::from_str(&answer.text).unwrap_or_else(|error| panic!("no JSON ({error}): {}", answer.text))
}

pub(crate) fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer.headers.get(name).map_or("", |value| value.to_str().unwrap())
}

/// A failure has the usual body.
pub(crate) fn refused(answer: &Answer, status: u16, code: &str) -> Value {
    assert_eq!(answer.status, status, "{}", answer.text);
    let body = body_of(answer);
    assert_eq!((&body["status"], &body["code"]), (&json!(status), &json!(code)), "{body}");
    body
}

/// The ids of a list.
pub(crate) fn ids(list: &Value, name: &str) -> Vec<String> {
    list.as_array().unwrap().iter().map(|one| one[name].as_str().unwrap().to_owned()).collect()
}

/// No member of it is null: clients of the field break on that.
pub(crate) fn assert_no_null(value: &Value) {
    match value {
        Value::Null => panic!("a null"),
        Value::Array(values) => values.iter().for_each(assert_no_null),
        // The one place that keeps the type of what was handed over.
        Value::Object(members) => {
            members.iter().filter(|(name, _)| *name != "customData").for_each(|(_, value)| assert_no_null(value));
        }
        Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Somebody of the demo who has logged in.
pub(crate) struct Person {
    pub(crate) id: String,
    pub(crate) client: RestClient,
}

/// Logs `admin`, `agent` or `supervisor` in, as a browser would with its authorization code.
pub(crate) async fn person(server: &TestServer, role: &str) -> Person {
    let demo = server.demo();
    let user = match role {
        "admin" => &demo.users.admin,
        "agent" => &demo.users.agent,
        "supervisor" => &demo.users.supervisor,
        other => panic!("the demo has no {other}"),
    };
    let verifier = "a-verifier-that-is-long-enough-for-the-rule-of-43-characters";
    let challenge = digest(&SHA256, verifier.as_bytes());
    let redirect_uri = "http://127.0.0.1/callback".to_owned();
    let request = AuthorizationRequest {
        response_type: Some("code".to_owned()),
        client_id: Some(demo.login_client.id.to_string()),
        redirect_uri: Some(redirect_uri.clone()),
        code_challenge: Some(URL_SAFE_NO_PAD.encode(challenge)),
        code_challenge_method: Some("S256".to_owned()),
        ..AuthorizationRequest::default()
    };
    let address = [127, 0, 0, 1].into();
    let service = server.service();
    let authorization = service.check_authorization(&request, server.base_url()).await.unwrap();
    let LoggedIn::Code(code) = service.log_in(&authorization, &user.email, &user.password, address).await.unwrap()
    else {
        panic!("{role} has a second factor")
    };
    let login = ClientLogin { id: demo.login_client.id.to_string(), secret: None };
    let exchange = Exchange::Code { code, redirect_uri, verifier: verifier.to_owned() };
    let token = service.issue_token(login, exchange, address).await.unwrap();
    let client = server.anonymous().with_token(&token.access_token);
    let id = read(&client, "/api/v2/users/me").await["id"].as_str().unwrap().to_owned();
    Person { id, client }
}
