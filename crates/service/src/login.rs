//! People who log in through a client: what the client asks for, password, second factor, and the code that it gets (ACC5).

use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use waybill_model::{ClientId, CodeBinding, OrganizationId, Sealed, User, UserId};

use crate::{Service, ServiceError, Versioned, application::Application, entities::Act, oauth::checked_scopes, totp};

/// Somebody who has given the right password has this long for the second factor, in milliseconds.
const SECOND: i64 = 5 * 60 * 1_000;
/// What tickets are sealed for.
const TICKET: &str = "login ticket";

/// What a client asks for, as it came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuthorizationRequest {
    /// `code`.
    pub response_type: Option<String>,
    /// The client.
    pub client_id: Option<String>,
    /// Where to send the person back to.
    pub redirect_uri: Option<String>,
    /// Scopes to narrow the token to.
    pub scope: Option<String>,
    /// Handed back as it came.
    pub state: Option<String>,
    /// PKCE.
    pub code_challenge: Option<String>,
    /// `S256`.
    pub code_challenge_method: Option<String>,
}

/// The same, checked.
#[derive(Debug, Clone)]
pub struct Authorization {
    application: Application,
    redirect_uri: String,
    scopes: String,
    challenge: String,
    state: Option<String>,
}

impl Authorization {
    /// The client's name, hostile text.
    #[must_use]
    pub fn client_name(&self) -> &str {
        self.application.name()
    }

    /// Where the person is sent back to.
    #[must_use]
    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// The redirect with the code in it.
    #[must_use]
    pub fn answer(&self, code: &str) -> String {
        with_query(&self.redirect_uri, &[("code", Some(code)), ("state", self.state.as_deref())])
    }
}

/// Why nobody can log in with this request.
#[derive(Debug)]
pub enum AuthorizationFault {
    /// Told to the person: the client or its address can't be trusted.
    Person(ServiceError),
    /// Told to the client, at the redirect with the error in it.
    Client(String),
}

impl From<ServiceError> for AuthorizationFault {
    fn from(error: ServiceError) -> Self {
        Self::Person(error)
    }
}

/// What follows on a password.
#[derive(Clone)]
pub enum LoggedIn {
    /// The code for the client.
    Code(String),
    /// A second factor is asked for; the ticket says that the password was right.
    SecondFactor {
        /// Sealed.
        ticket: String,
    },
}

#[derive(Serialize, Deserialize)]
struct Ticket {
    organization: OrganizationId,
    user: UserId,
    client: ClientId,
    until: i64,
}

impl Service {
    /// Checks what a client asks for. `origin` is the server's own address, for clients that are served by it.
    ///
    /// # Errors
    /// `AuthorizationFault`.
    pub async fn check_authorization(
        &self,
        request: &AuthorizationRequest,
        origin: &str,
    ) -> Result<Authorization, AuthorizationFault> {
        let AuthorizationRequest {
            response_type,
            client_id,
            redirect_uri,
            scope,
            state,
            code_challenge,
            code_challenge_method,
        } = request;
        let invalid = |field, rule: &str, remedy: &str| ServiceError::Invalid {
            field,
            rule: rule.to_owned(),
            remedy: remedy.to_owned(),
        };
        let unknown =
            || invalid("client_id", "names no application of this server", "start again from the application");
        let id: ClientId = client_id.as_deref().and_then(|id| id.parse().ok()).ok_or_else(unknown)?;
        let application = self.find_application(id).await?.ok_or_else(unknown)?;
        let redirect_uri = redirect_uri
            .as_deref()
            .filter(|uri| application.redirect_uris().any(|registered| is_registered(registered, uri, origin)))
            .ok_or_else(|| {
                let remedy = "ask the administrator to register the address with the application";
                invalid("redirect_uri", "is no address that this application registered", remedy)
            })?
            .to_owned();
        let told = |error: &str, description: &str| {
            let query = [("error", Some(error)), ("error_description", Some(description)), ("state", state.as_deref())];
            AuthorizationFault::Client(with_query(&redirect_uri, &query))
        };
        if response_type.as_deref() != Some("code") {
            return Err(told("unsupported_response_type", "response_type has to be code"));
        }
        let challenge = match (code_challenge.as_deref(), code_challenge_method.as_deref()) {
            (Some(challenge), Some("S256")) if challenge.len() == 43 && challenge.bytes().all(is_base64url) => {
                challenge
            }
            (Some(_), Some("S256")) => {
                return Err(told("invalid_request", "code_challenge has to be the base64url of a SHA-256"));
            }
            _ => {
                let description = "code_challenge and code_challenge_method=S256 are required (PKCE)";
                return Err(told("invalid_request", description));
            }
        };
        let scopes =
            checked_scopes(scope.as_deref()).map_err(|_| told("invalid_scope", "scope names an unknown scope"))?;
        if state.as_ref().is_some_and(|state| state.len() > 2_048) {
            return Err(AuthorizationFault::Client(with_query(
                &redirect_uri,
                &[("error", Some("invalid_request")), ("error_description", Some("state has more than 2048 bytes"))],
            )));
        }
        let challenge = challenge.to_owned();
        Ok(Authorization { application, redirect_uri, scopes, challenge, state: state.clone() })
    }

    /// First step: e-mail address and password. An unknown address costs the same time as a wrong password.
    ///
    /// # Errors
    /// `Unauthorized` (which of both was wrong is not said), `Throttled`.
    pub async fn log_in(
        &self,
        authorization: &Authorization,
        email: &str,
        password: &str,
        address: IpAddr,
    ) -> Result<LoggedIn, ServiceError> {
        let refused = ServiceError::Unauthorized("the e-mail address or the password is wrong");
        let email = email.trim().to_lowercase();
        let attempt = self.begin_log_in(&account(&email), address)?;
        // Nobody's address or password is that long; hashing it would only cost.
        let plausible = email.len() <= 320 && password.len() <= 1_024;
        let found: Option<User> = match plausible {
            true => self.locate_entity(&email).await?.map(|found| found.entity),
            false => None,
        };
        let known = found.as_ref().map(|user| (user.organization_id, user.id.uuid()));
        let hash = found.as_ref().and_then(|user| user.password_hash.clone());
        let password = if plausible { password.to_owned() } else { String::new() };
        let fits = self.some_secret_fits(password, hash.into_iter().collect()).await?;
        let may = |user: &User| fits && user.enabled && authorization.application.is_for(user.organization_id);
        let Some(user) = found.filter(may) else {
            self.log_in_failed(attempt, known).await?;
            return Err(refused);
        };
        if user.totp.is_some() {
            // The attempt is judged when the second factor was: the password alone opens nothing.
            drop(attempt);
            let ticket = Ticket {
                organization: user.organization_id,
                user: user.id,
                client: authorization.application.id(),
                until: self.inner.ambient.now().plus_millis(SECOND).millis(),
            };
            let ticket = serde_json::to_vec(&ticket).map_err(|error| ServiceError::Bug(error.to_string()))?;
            return Ok(LoggedIn::SecondFactor { ticket: self.seal(TICKET, &ticket)?.0 });
        }
        attempt.succeeded();
        self.note_log_in(user.id, user.organization_id).await?;
        Ok(LoggedIn::Code(self.code_for(&user, authorization).await?))
    }

    /// Second step: the code of the app. Each code works once.
    ///
    /// # Errors
    /// `Invalid` for a ticket that is over (log in again), `Unauthorized` for a wrong code, `Throttled`.
    pub async fn log_in_second(
        &self,
        authorization: &Authorization,
        ticket: &str,
        code: &str,
        address: IpAddr,
    ) -> Result<String, ServiceError> {
        let over = || ServiceError::Invalid {
            field: "ticket",
            rule: "is over".to_owned(),
            remedy: "log in again with your password".to_owned(),
        };
        // Whatever does not open is no ticket of ours.
        let ticket = self.unseal(TICKET, &Sealed(ticket.to_owned())).map_err(|_| over())?;
        let Ticket { organization, user, client, until } = serde_json::from_slice(&ticket).map_err(|_| over())?;
        let now = self.inner.ambient.now();
        if client != authorization.application.id() || until <= now.millis() {
            return Err(over());
        }
        let found = self.find_entity::<User>(organization, user.uuid()).await?.ok_or_else(over)?;
        let Some(secret) = found.entity.totp.clone().filter(|_| found.entity.enabled) else { return Err(over()) };
        let attempt = self.begin_log_in(&account(&found.entity.email), address)?;
        let secret = self.unseal(&totp_purpose(user), &secret)?;
        let code: String = code.chars().filter(|one| !one.is_whitespace()).collect();
        let Some(step) = totp::step_of(&secret, &code, now, found.entity.totp_step) else {
            self.log_in_failed(attempt, Some((organization, user.uuid()))).await?;
            return Err(ServiceError::Unauthorized("the code is wrong or was used before; wait for the next one"));
        };
        let Versioned { entity, version } = found;
        let changed = Versioned { entity: User { totp_step: Some(step), ..entity }, version };
        let act = Act { by: waybill_model::Actor::User(user), ..Act::of_server("user.logged_in", user.uuid()) };
        // Two log-ins with the same code: one of them was first.
        match self.update_entity(&changed, act.saying("with a second factor")).await {
            Ok(()) => {}
            Err(ServiceError::Stale(_)) => {
                return Err(ServiceError::Unauthorized("the code was used before; wait for the next one"));
            }
            Err(error) => return Err(error),
        }
        attempt.succeeded();
        self.code_for(&changed.entity, authorization).await
    }

    async fn code_for(&self, user: &User, authorization: &Authorization) -> Result<String, ServiceError> {
        let Authorization { application, redirect_uri, scopes, challenge, state: _ } = authorization;
        let binding = CodeBinding { redirect_uri: redirect_uri.clone(), challenge: challenge.clone() };
        self.issue_code(user, application.id(), scopes, binding).await
    }
}

/// As failures of a person are counted.
pub(crate) fn account(email: &str) -> String {
    format!("user {email}")
}

/// What a person's second factor is sealed for.
pub(crate) fn totp_purpose(user: UserId) -> String {
    format!("totp {user}")
}

/// The same text; a path alone stands for this server's own address; a loopback address fits with every port (RFC 8252).
fn is_registered(registered: &str, given: &str, origin: &str) -> bool {
    if registered.starts_with('/') {
        return given.strip_prefix(origin) == Some(registered);
    }
    if registered == given {
        return true;
    }
    match (without_port(registered), without_port(given)) {
        (Some(registered), Some(given)) => registered == given,
        _ => false,
    }
}

/// A loopback address in its two parts around the port.
fn without_port(uri: &str) -> Option<(&str, &str)> {
    let host = ["http://127.0.0.1", "http://[::1]", "http://localhost"]
        .into_iter()
        .find(|host| uri.strip_prefix(host).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/', '?'])))?;
    let rest = &uri[host.len()..];
    let Some(after) = rest.strip_prefix(':') else { return Some((host, rest)) };
    let digits = after.bytes().take_while(u8::is_ascii_digit).count();
    let path = &after[digits..];
    (path.is_empty() || path.starts_with(['/', '?'])).then_some((host, path))
}

/// Whether people may be sent to an address: `https`, a loopback address, or a path of this server; no fragment.
pub(crate) fn is_redirect_uri(uri: &str) -> bool {
    let plain =
        uri.len() <= 2_048 && uri.bytes().all(|byte| byte.is_ascii_graphic() && !b"#\"<>\\`{}|^".contains(&byte));
    let own = uri.starts_with('/') && !uri.starts_with("//");
    let https = uri.strip_prefix("https://").is_some_and(|rest| {
        let host = rest.split(['/', '?']).next().unwrap_or_default();
        !host.is_empty() && !host.contains('@')
    });
    plain && (own || https || without_port(uri).is_some())
}

const fn is_base64url(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

/// An address with more in its query.
fn with_query(uri: &str, parameters: &[(&str, Option<&str>)]) -> String {
    let mut text = uri.to_owned();
    for (name, value) in parameters {
        let Some(value) = value else { continue };
        text.push(if text.contains('?') { '&' } else { '?' });
        text.push_str(name);
        text.push('=');
        for byte in value.bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                text.push(char::from(byte));
            } else {
                text.push_str(&format!("%{byte:02X}"));
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn acc5_a_redirect_uri_is_the_registered_text_but_for_loopback_ports_and_own_paths() {
        let own = "http://chat.example:8080";
        for (registered, given, expected) in [
            ("https://app.example/back", "https://app.example/back", true),
            ("https://app.example/back", "https://app.example/back/", false),
            ("https://app.example/back", "https://app.example/back?x=1", false),
            ("https://app.example/back", "https://evil.example/back", false),
            ("http://127.0.0.1/back", "http://127.0.0.1:49152/back", true),
            ("http://127.0.0.1:1/back", "http://127.0.0.1:49152/back", true),
            ("http://127.0.0.1/back", "http://127.0.0.1:49152/other", false),
            ("http://127.0.0.1/back", "http://127.0.0.1.evil.example/back", false),
            ("http://127.0.0.1/back", "http://127.0.0.1:80@evil.example/back", false),
            ("http://localhost/back", "http://127.0.0.1/back", false),
            ("/console/", "http://chat.example:8080/console/", true),
            ("/console/", "http://evil.example/console/", false),
            ("/console/", "/console/", false),
        ] {
            assert_eq!(is_registered(registered, given, own), expected, "{registered} {given}");
        }
    }

    #[test]
    fn acc5_only_safe_addresses_can_be_registered() {
        for uri in [
            "https://app.example/back?a=b",
            "http://127.0.0.1/",
            "http://[::1]:8080/x",
            "http://localhost",
            "/console/",
        ] {
            assert!(is_redirect_uri(uri), "{uri}");
        }
        for uri in [
            "",
            "http://app.example/",
            "https://",
            "https:///x",
            "https://user@app.example/",
            "javascript:alert(1)",
            "data:text/html,x",
            "//app.example/",
            "https://app.example/#x",
            "https://app.example/ x",
            "console",
        ] {
            assert!(!is_redirect_uri(uri), "{uri}");
        }
    }

    #[test]
    fn acc5_what_is_handed_back_is_escaped() {
        let uri = with_query(
            "https://app.example/back?a=b",
            &[("code", Some("x&y=z")), ("state", Some("ä \"<")), ("none", None)],
        );
        assert_eq!(uri, "https://app.example/back?a=b&code=x%26y%3Dz&state=%C3%A4%20%22%3C");
    }
}
