//! One request of a flow or a data action on its way out: credential, secrets, circuit, bounds – and what came back.

use std::{collections::BTreeMap, time::Duration};

use waybill_engine::{flow::Answer, template::PreparedRequest};
use waybill_model::{Credential, CredentialId, CredentialKind, EffectId, OrganizationId};
use waybill_outbound::{
    Bytes, Method, Outbound, OutboundError, Request, Response,
    header::{self, HeaderMap, HeaderName, HeaderValue},
};

use super::{
    breaker::Health,
    credentials::Opened,
    retry,
    tokens::{basic, secret_value},
};
use crate::{Service, ServiceError, Versioned};

/// What tells the other side that it has seen a request before.
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// A request waits so long for a place among the others.
const PLACE: Duration = Duration::from_secs(60);

/// A request that is about to be made.
#[derive(Debug, Clone)]
pub(super) struct Outgoing<'a> {
    pub(super) organization: OrganizationId,
    pub(super) effect: EffectId,
    pub(super) prepared: &'a PreparedRequest,
    pub(super) credential: Option<CredentialId>,
    pub(super) timeout: Duration,
}

/// What one attempt came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Came {
    /// The answer, or the name of what stood in its way.
    pub(super) result: Result<Answer, String>,
    /// Whether the time was over.
    pub(super) timed_out: bool,
    /// Whether another attempt could go better.
    pub(super) again: bool,
    /// What `Retry-After` asked for.
    pub(super) asked: Option<Duration>,
}

impl Came {
    fn not(code: impl Into<String>) -> Self {
        Self { result: Err(code.into()), timed_out: false, again: false, asked: None }
    }
}

/// Everything of a request that needed the store; what is left needs the network alone.
pub(super) struct Sealed {
    outbound: Outbound,
    request: Request,
    opened: Option<Opened>,
}

impl Service {
    /// Makes one attempt.
    pub(super) async fn send_once(&self, outgoing: &Outgoing<'_>) -> Result<Came, ServiceError> {
        let target = target(&outgoing.prepared.url);
        if !self.inner.flows.breakers.lets_through(&target, self.inner.ambient.now()) {
            return Ok(Came { again: true, ..Came::not("circuit_open") });
        }
        let came = self.send_through(outgoing).await;
        let health = match &came {
            Ok(Came { result: Ok(answer), .. }) if answer.status < 500 => Health::Well,
            Ok(Came { result: Ok(_), .. }) => Health::Ill,
            Ok(Came { result: Err(_), again, timed_out, .. }) if *again || *timed_out => Health::Ill,
            Ok(_) | Err(_) => Health::Unknown,
        };
        self.inner.flows.breakers.note(&target, health, self.inner.ambient.now());
        came
    }

    async fn send_through(&self, outgoing: &Outgoing<'_>) -> Result<Came, ServiceError> {
        let Sealed { outbound, mut request, opened } = match self.written(outgoing).await? {
            Ok(sealed) => sealed,
            Err(came) => return Ok(came),
        };
        let place = tokio::time::timeout(PLACE, self.inner.flows.requests.acquire()).await;
        let Ok(Ok(place)) = place else { return Ok(Came { again: true, ..Came::not("no_place") }) };
        let mut used = None;
        if let Some(opened) = opened.as_ref().filter(|opened| is_oauth(opened)) {
            match self.bearer(opened, None).await {
                Ok((value, token)) => {
                    request.headers.insert(header::AUTHORIZATION, value);
                    used = Some((opened, token));
                }
                Err(code) => return Ok(Came { again: true, ..Came::not(code) }),
            }
        }
        let mut result = outbound.send(request.clone()).await;
        if let (Ok(Response { status: 401, .. }), Some((opened, token))) = (&result, used) {
            // The token may have been taken back: one more, once.
            match self.bearer(opened, Some(&token)).await {
                Ok((value, _)) => {
                    request.headers.insert(header::AUTHORIZATION, value);
                    result = outbound.send(request).await;
                }
                Err(code) => return Ok(Came { again: true, ..Came::not(code) }),
            }
        }
        drop(place);
        Ok(self.judged(result))
    }

    async fn bearer(&self, opened: &Opened, refused: Option<&str>) -> Result<(HeaderValue, String), String> {
        let token = self.token(opened, refused).await.map_err(|no| no.code())?;
        let value = secret_value(&format!("Bearer {token}")).ok_or("token_unreadable")?;
        Ok((value, token))
    }

    /// Fills in what is secret and writes the request; a request that can't be written came to nothing.
    async fn written(&self, outgoing: &Outgoing<'_>) -> Result<Result<Sealed, Came>, ServiceError> {
        let Outgoing { organization, effect, prepared, credential, timeout } = outgoing;
        let mut secrets = BTreeMap::new();
        for name in &prepared.secrets {
            let opened = self.open_credential(*organization, name).await?;
            let Some(opened) = opened.filter(|opened| opened.credential.kind == CredentialKind::Secret) else {
                return Ok(Err(Came::not("secret_missing")));
            };
            secrets.insert(name.clone(), opened.secret);
        }
        let Ok(ready) = prepared.with_secrets(&|name| secrets.get(name).cloned()) else {
            return Ok(Err(Came::not("secret_unusable")));
        };
        let opened = match credential {
            Some(id) => match self.open_credential_by_id(*organization, *id).await? {
                Some(opened) => Some(opened),
                None => return Ok(Err(Came::not("credential_missing"))),
            },
            None => None,
        };
        let mut headers = HeaderMap::new();
        for (name, value) in &ready.headers {
            let (Ok(name), Some(mut value)) = (HeaderName::try_from(name.as_str()), secret_value(value)) else {
                return Ok(Err(Came::not("header_unusable")));
            };
            value.set_sensitive(true);
            headers.append(name, value);
        }
        if let Some(value) = opened.as_ref().and_then(fixed_authorization) {
            headers.insert(header::AUTHORIZATION, value);
        }
        let key = HeaderValue::from_str(&effect.to_string()).expect("an id is fit for a header");
        headers.insert(IDEMPOTENCY_KEY, key);
        let Ok(method) = Method::from_bytes(ready.method.to_ascii_uppercase().as_bytes()) else {
            return Ok(Err(Came::not("method_unusable")));
        };
        let settings = &self.inner.settings.flows;
        let request = Request {
            method,
            url: ready.url,
            headers,
            body: Bytes::from(ready.body.unwrap_or_default()),
            timeout: (*timeout).min(settings.request_timeout),
            max_response: settings.response_bytes,
        };
        Ok(Ok(Sealed { outbound: self.inner.webhooks.outbound()?.clone(), request, opened }))
    }

    fn judged(&self, result: Result<Response, OutboundError>) -> Came {
        match result {
            Ok(Response { status, headers, body }) => Came {
                result: Ok(Answer { status, body: body.to_vec() }),
                timed_out: false,
                again: status == 429 || status >= 500,
                asked: retry::asked(&headers, self.inner.ambient.now()),
            },
            Err(error) => {
                let timed_out = matches!(error, OutboundError::TimedOut(_));
                let again = timed_out || matches!(error, OutboundError::NotConnected | OutboundError::Broken);
                Came { timed_out, again, ..Came::not(error.code()) }
            }
        }
    }

    async fn open_credential_by_id(
        &self,
        organization: OrganizationId,
        id: CredentialId,
    ) -> Result<Option<Opened>, ServiceError> {
        let found = self.find_entity::<Credential>(organization, id.uuid()).await?;
        found.map(|Versioned { entity, version: _ }| self.opened(entity)).transpose()
    }
}

const fn is_oauth(opened: &Opened) -> bool {
    matches!(opened.credential.kind, CredentialKind::OauthClientCredentials { .. })
}

/// What a credential says by itself; a token has to be bought first.
fn fixed_authorization(opened: &Opened) -> Option<HeaderValue> {
    match &opened.credential.kind {
        CredentialKind::Secret | CredentialKind::Bearer => secret_value(&format!("Bearer {}", opened.secret)),
        CredentialKind::Basic { user } => Some(basic(user, &opened.secret)),
        CredentialKind::OauthClientCredentials { .. } => None,
    }
}

/// Scheme, host and port of a URL, for circuits and records; never more, for the rest may hold values.
pub(super) fn target(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    crate::error::cut(&format!("{scheme}://{host}").to_ascii_lowercase(), 300)
}

#[cfg(test)]
mod tests {
    use super::target;

    #[test]
    fn flow29_of_a_url_only_scheme_host_and_port_are_told() {
        for (url, expected) in [
            ("https://CRM.example/customers/C-1?key=x", "https://crm.example"),
            ("http://127.0.0.1:8081", "http://127.0.0.1:8081"),
            ("https://user:word@crm.example:8443/#x", "https://crm.example:8443"),
            ("https://crm.example?key=x", "https://crm.example"),
            ("nonsense", "://nonsense"),
        ] {
            assert_eq!(target(url), expected);
        }
    }
}
