//! An API client over REST, and the history of a guest.

use reqwest::{Method, StatusCode, header::HeaderMap};
use serde::de::DeserializeOwned;
use serde_json::Value;
use waybill_protocol::{ErrorBody, guest::MessagePage};

use crate::{ClientError, EventStream, Refused};

/// A REST client; its token is a secret and is not shown.
#[derive(Clone)]
pub struct RestClient {
    base_url: String,
    token: Option<String>,
    http: reqwest::Client,
}

impl std::fmt::Debug for RestClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RestClient").field("base_url", &self.base_url).finish_non_exhaustive()
    }
}

/// An answer as it came.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub text: String,
}

impl Answer {
    /// The body of a success.
    ///
    /// # Errors
    /// `Refused` for every other status, `Unreadable`.
    pub fn json<B: DeserializeOwned>(&self) -> Result<B, ClientError> {
        if self.status.is_success() {
            return Ok(serde_json::from_str(&self.text)?);
        }
        // Not every refusal is ours: a proxy may stand between. Its text is kept.
        let error: Option<ErrorBody> = serde_json::from_str(&self.text).ok();
        let text = error.as_ref().map_or_else(|| self.text.clone(), |body| body.message.clone());
        Err(ClientError::Refused(Box::new(Refused { class: None, code: self.status.as_u16(), text, error })))
    }
}

impl RestClient {
    /// A client without a token.
    ///
    /// # Errors
    /// `Http` when no client can be made.
    pub fn anonymous(base_url: &str) -> Result<Self, ClientError> {
        install_crypto();
        let http = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build()?;
        Ok(Self { base_url: base_url.trim_end_matches('/').to_owned(), token: None, http })
    }

    /// A client that has logged in with its id and secret.
    ///
    /// # Errors
    /// `Refused` for wrong credentials, `Http`.
    pub async fn log_in(base_url: &str, id: &str, secret: &str) -> Result<Self, ClientError> {
        let client = Self::anonymous(base_url)?;
        let form = [("grant_type", "client_credentials")];
        let request = client.request(Method::POST, "/oauth/token").basic_auth(id, Some(secret)).form(&form);
        let body: Value = send(request).await?.json()?;
        let token = body.get("access_token").and_then(Value::as_str).map(str::to_owned);
        Ok(Self { token, ..client })
    }

    /// The same client with another bearer token.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// A request to build further; `path` begins with a slash.
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.base_url));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// GET.
    ///
    /// # Errors
    /// `Http`.
    pub async fn get(&self, path: &str) -> Result<Answer, ClientError> {
        send(self.request(Method::GET, path)).await
    }

    /// POST with a JSON body.
    ///
    /// # Errors
    /// `Http`.
    pub async fn post(&self, path: &str, body: &Value) -> Result<Answer, ClientError> {
        send(self.request(Method::POST, path).json(body)).await
    }

    /// PUT with a JSON body.
    ///
    /// # Errors
    /// `Http`.
    pub async fn put(&self, path: &str, body: &Value) -> Result<Answer, ClientError> {
        send(self.request(Method::PUT, path).json(body)).await
    }

    /// A page of a guest's history, with the token that `getJwt` answered.
    ///
    /// # Errors
    /// `Refused`, `Http`.
    pub async fn history(&self, jwt: &str, page_number: u32, page_size: u32) -> Result<MessagePage, ClientError> {
        let path = format!("/api/v2/webmessaging/messages?pageNumber={page_number}&pageSize={page_size}");
        self.with_token(jwt).get(&path).await?.json()
    }

    /// Opens an event stream, after a cursor or from now on.
    ///
    /// # Errors
    /// `Refused`, `Http`.
    pub async fn events(&self, path: &str, after: Option<&str>) -> Result<EventStream, ClientError> {
        let mut request = self.request(Method::GET, path).header("Accept", "text/event-stream");
        if let Some(cursor) = after {
            request = request.header("Last-Event-ID", cursor);
        }
        let response = request.send().await?;
        if response.status().is_success() {
            return Ok(EventStream::new(response));
        }
        let (status, headers) = (response.status(), response.headers().clone());
        let refused = Answer { status, headers, text: response.text().await? }.json::<Value>();
        Err(refused.err().unwrap_or(ClientError::Closed { code: status.as_u16(), reason: String::new() }))
    }
}

async fn send(request: reqwest::RequestBuilder) -> Result<Answer, ClientError> {
    let response = request.send().await?;
    let (status, headers) = (response.status(), response.headers().clone());
    Ok(Answer { status, headers, text: response.text().await? })
}

/// TLS needs its cryptography once per process; whoever came first has decided.
fn install_crypto() {
    use rustls::crypto::{CryptoProvider, ring};
    if CryptoProvider::get_default().is_none() {
        drop(ring::default_provider().install_default());
    }
}
