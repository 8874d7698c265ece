//! Tokens that requests carry: bought with a credential, kept as long as they are good, fetched once for everybody who
//! waits for one (FLOW27).

use std::{sync::Arc, time::Duration};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use moka::sync::Cache;
use serde::Deserialize;
use tokio::sync::Mutex;
use waybill_model::{ClientAuth, CredentialId, CredentialKind, Time};
use waybill_outbound::{Bytes, Method, Request, header};

use super::credentials::Opened;
use crate::{Service, ServiceError};

/// Tokens that are kept at once.
const MOST: u64 = 10_000;
/// A token is fetched anew so long before it ends, or halfway through a shorter life.
const MARGIN: i64 = 30 * 1_000;
const PATIENCE: Duration = Duration::from_secs(10);
const MOST_BYTES: usize = 64 * 1024;
/// A token that is longer is none.
const LONGEST_TOKEN: usize = 16 * 1024;

/// The tokens by credential.
pub(crate) struct Tokens(Cache<CredentialId, Arc<Mutex<Option<Held>>>>);

struct Held {
    token: String,
    /// Absent where the issuer did not say: it is good until somebody answers 401.
    good_until: Option<Time>,
}

/// Why there is no token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NoToken {
    /// The issuer said no.
    Refused(u16),
    /// The issuer can't be reached, for a reason with this name.
    Unreachable(&'static str),
    /// The issuer's answer holds no token.
    Unreadable,
}

impl NoToken {
    pub(super) fn code(&self) -> String {
        match self {
            Self::Refused(status) => format!("token_refused_{status}"),
            Self::Unreachable(code) => format!("token_{code}"),
            Self::Unreadable => "token_unreadable".to_owned(),
        }
    }
}

impl Tokens {
    pub(super) fn new() -> Self {
        Self(Cache::builder().max_capacity(MOST).build())
    }

    pub(super) fn forget(&self, credential: CredentialId) {
        self.0.invalidate(&credential);
    }
}

/// The issuer's answer, as far as it matters.
#[derive(Deserialize)]
struct Issued {
    access_token: String,
    #[serde(default)]
    expires_in: Option<Seconds>,
}

/// Some write the number as a text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Seconds {
    Number(f64),
    Text(String),
}

impl Service {
    /// A token for a credential; one that was `refused` is not given again.
    pub(super) async fn token(&self, opened: &Opened, refused: Option<&str>) -> Result<String, NoToken> {
        let place = self.inner.flows.tokens.0.get_with(opened.credential.id, Arc::default);
        // One fetches: whoever comes meanwhile waits for its token.
        let mut held = place.lock().await;
        let now = self.inner.ambient.now();
        if let Some(held) = held.as_ref()
            && refused != Some(held.token.as_str())
            && held.good_until.is_none_or(|until| until > now)
        {
            return Ok(held.token.clone());
        }
        *held = None;
        let issued = self.fetch_token(opened).await?;
        let token = issued.token.clone();
        *held = Some(issued);
        Ok(token)
    }

    async fn fetch_token(&self, opened: &Opened) -> Result<Held, NoToken> {
        let CredentialKind::OauthClientCredentials { token_url, client_id, client_auth, scope } =
            &opened.credential.kind
        else {
            return Err(NoToken::Unreadable);
        };
        let mut headers = header::HeaderMap::new();
        headers.insert(header::ACCEPT, header::HeaderValue::from_static("application/json"));
        headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/x-www-form-urlencoded"));
        let mut fields = vec![("grant_type", "client_credentials")];
        fields.extend(scope.as_deref().map(|scope| ("scope", scope)));
        match client_auth {
            ClientAuth::Header => {
                headers.insert(header::AUTHORIZATION, basic(&encoded(client_id), &encoded(&opened.secret)));
            }
            ClientAuth::Body => {
                fields.extend([("client_id", client_id.as_str()), ("client_secret", opened.secret.as_str())]);
            }
        }
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request {
            method: Method::POST,
            url: token_url.clone(),
            headers,
            body: Bytes::from(form),
            timeout: PATIENCE,
            max_response: MOST_BYTES,
        };
        let outbound = self.inner.webhooks.outbound().map_err(|_: ServiceError| NoToken::Unreachable("not_ready"))?;
        let answer = outbound.send(request).await.map_err(|error| NoToken::Unreachable(error.code()))?;
        metrics::counter!("waybill_flow_tokens_total").increment(1);
        if !(200..300).contains(&answer.status) {
            return Err(NoToken::Refused(answer.status));
        }
        read(&answer.body, self.inner.ambient.now()).ok_or(NoToken::Unreadable)
    }
}

fn read(body: &[u8], now: Time) -> Option<Held> {
    let Issued { access_token: token, expires_in } = serde_json::from_slice(body).ok()?;
    if token.is_empty() || token.len() > LONGEST_TOKEN || token.chars().any(char::is_control) {
        return None;
    }
    let seconds = match expires_in {
        Some(Seconds::Number(seconds)) => Some(seconds),
        Some(Seconds::Text(text)) => Some(text.trim().parse().ok()?),
        None => None,
    };
    let good_until = seconds.map(|seconds| {
        let millis =
            Duration::try_from_secs_f64(seconds).map_or(0, |life| i64::try_from(life.as_millis()).unwrap_or(i64::MAX));
        now.plus_millis(millis - MARGIN.min(millis / 2))
    });
    Some(Held { token, good_until })
}

/// `Authorization: Basic`.
pub(super) fn basic(user: &str, password: &str) -> header::HeaderValue {
    secret_value(&format!("Basic {}", STANDARD.encode(format!("{user}:{password}"))))
        .expect("base64 is fit for a header")
}

/// A header's value that is never shown.
pub(super) fn secret_value(text: &str) -> Option<header::HeaderValue> {
    let mut value = header::HeaderValue::from_str(text).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// RFC 6749 wants both encoded as in a form before they are joined.
fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn until(body: &str) -> Option<Option<i64>> {
        read(body.as_bytes(), Time::from_millis(0)).map(|held| held.good_until.map(Time::millis))
    }

    #[test]
    fn flow27_a_token_is_renewed_before_it_ends_and_kept_where_nobody_said_when() {
        assert_eq!(until(r#"{"access_token":"t"}"#), Some(None));
        assert_eq!(until(r#"{"access_token":"t","expires_in":3600}"#), Some(Some(3_570_000)));
        assert_eq!(until(r#"{"access_token":"t","expires_in":"3600"}"#), Some(Some(3_570_000)));
        assert_eq!(until(r#"{"access_token":"t","expires_in":10}"#), Some(Some(5_000)));
        assert_eq!(until(r#"{"access_token":"t","expires_in":-1}"#), Some(Some(0)));
    }

    #[test]
    fn flow27_what_is_no_token_is_none() {
        for body in
            ["", "{}", "<html>", r#"{"access_token":""}"#, r#"{"access_token":"a\nb"}"#, r#"{"access_token":7}"#]
        {
            assert_eq!(until(body), None, "{body}");
        }
    }
}
