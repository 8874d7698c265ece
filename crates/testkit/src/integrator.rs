//! An API client with a token: small on purpose, so that tests see statuses, headers and bodies as they are.

use reqwest::{Method, StatusCode, header::HeaderMap};
use serde_json::Value;

/// A REST client; its token is a secret and is not shown.
#[derive(Clone)]
pub struct RestClient {
    base_url: String,
    token: Option<String>,
    http: reqwest::Client,
}

/// What the server answered.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body; `Null` when it is empty or no JSON.
    pub body: Value,
    /// The body as it came.
    pub text: String,
}

impl Answer {
    /// The body of a success; anything else fails the test and shows what came.
    #[track_caller]
    #[must_use]
    pub fn ok(self) -> Value {
        assert!(self.status.is_success(), "{} {}", self.status, self.text);
        self.body
    }

    /// One header's text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

impl RestClient {
    /// A client without a token.
    ///
    /// # Panics
    /// When no HTTP client can be made.
    #[must_use]
    pub fn anonymous(base_url: &str) -> Self {
        waybill_server::tls::install_provider();
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .expect("an HTTP client can be made");
        Self { base_url: base_url.to_owned(), token: None, http }
    }

    /// A client that has logged in.
    ///
    /// # Panics
    /// When the login is refused.
    pub async fn log_in(base_url: &str, id: &str, secret: &str) -> Self {
        Self::log_in_with_scope(base_url, id, secret, None).await
    }

    /// A client that has logged in with narrowed rights.
    ///
    /// # Panics
    /// When the login is refused.
    pub async fn log_in_with_scope(base_url: &str, id: &str, secret: &str, scope: Option<&str>) -> Self {
        let mut client = Self::anonymous(base_url);
        let mut form = vec![("grant_type", "client_credentials"), ("client_id", id), ("client_secret", secret)];
        form.extend(scope.map(|scope| ("scope", scope)));
        let request = client.http.post(format!("{base_url}/oauth/token")).form(&form);
        let body = send(request).await.ok();
        client.token = Some(body["access_token"].as_str().expect("a login answers an access token").to_owned());
        client
    }

    /// The bearer token.
    ///
    /// # Panics
    /// When the client has none.
    #[must_use]
    pub fn token(&self) -> &str {
        self.token.as_deref().expect("the client has logged in")
    }

    /// A request to build further; `path` begins with a slash.
    #[must_use]
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.base_url));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Answer {
        send(self.request(Method::GET, path)).await
    }

    /// POST with a JSON body.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        send(self.request(Method::POST, path).json(body)).await
    }

    /// PUT with a JSON body.
    pub async fn put(&self, path: &str, body: &Value) -> Answer {
        send(self.request(Method::PUT, path).json(body)).await
    }

    /// PATCH with a JSON body.
    pub async fn patch(&self, path: &str, body: &Value) -> Answer {
        send(self.request(Method::PATCH, path).json(body)).await
    }

    /// Sends what `request` built.
    pub async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        send(request).await
    }
}

async fn send(request: reqwest::RequestBuilder) -> Answer {
    let response = request.send().await.expect("the server answers");
    let (status, headers) = (response.status(), response.headers().clone());
    let text = response.text().await.expect("the answer has a body");
    let body = serde_json::from_str(&text).unwrap_or(Value::Null);
    Answer { status, headers, body, text }
}
