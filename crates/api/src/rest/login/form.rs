//! What the forms of the log-in page carry, and the proof that they came from it.

use axum::http::{HeaderMap, HeaderValue, header};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use waybill_service::{Ambient, AuthorizationRequest};

/// Everything that the page's addresses and forms can carry.
#[derive(Default)]
pub(super) struct Given {
    pub(super) request: AuthorizationRequest,
    pub(super) email: Option<String>,
    pub(super) password: Option<String>,
    pub(super) ticket: Option<String>,
    pub(super) code: Option<String>,
    pub(super) csrf: Option<String>,
}

impl Given {
    /// Reads a query or a form.
    ///
    /// # Errors
    /// A sentence, when a parameter stands there twice (RFC 6749).
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let mut given = Self::default();
        for (name, value) in form_urlencoded::parse(text.as_bytes()) {
            let request = &mut given.request;
            let place = match name.as_ref() {
                "response_type" => &mut request.response_type,
                "client_id" => &mut request.client_id,
                "redirect_uri" => &mut request.redirect_uri,
                "scope" => &mut request.scope,
                "state" => &mut request.state,
                "code_challenge" => &mut request.code_challenge,
                "code_challenge_method" => &mut request.code_challenge_method,
                "email" => &mut given.email,
                "password" => &mut given.password,
                "ticket" => &mut given.ticket,
                "code" => &mut given.code,
                "csrf" => &mut given.csrf,
                // RFC 6749: what is not known is ignored here.
                _ => continue,
            };
            if place.replace(value.into_owned()).is_some() {
                return Err(
                    "A parameter stands twice in the address. Go back to the application and try again.".to_owned()
                );
            }
        }
        Ok(given)
    }

    /// The client's request once more, for the next form.
    pub(super) fn request_fields(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let AuthorizationRequest {
            response_type,
            client_id,
            redirect_uri,
            scope,
            state,
            code_challenge,
            code_challenge_method,
        } = &self.request;
        let fields = [
            ("response_type", response_type),
            ("client_id", client_id),
            ("redirect_uri", redirect_uri),
            ("scope", scope),
            ("state", state),
            ("code_challenge", code_challenge),
            ("code_challenge_method", code_challenge_method),
        ];
        fields.into_iter().filter_map(|(name, value)| Some((name, value.as_deref()?)))
    }
}

/// A random text that stands in a cookie and in the form: another site can send neither the one nor the other.
pub(super) struct FormToken {
    text: String,
    secure: bool,
}

impl FormToken {
    /// The browser's own, or a new one.
    pub(super) fn of(ambient: &Ambient, headers: &HeaderMap, base_url: &str) -> Self {
        let secure = base_url.starts_with("https:");
        let text = cookie(headers, name(secure)).filter(|text| text.len() == 43).map(str::to_owned);
        let text = text.unwrap_or_else(|| URL_SAFE_NO_PAD.encode(ambient.bytes::<32>()));
        Self { text, secure }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The header that sets the cookie. Forms of other sites come without it; the way here from another site brings it
    /// along, so that two tabs have the same.
    pub(super) fn cookie(&self) -> String {
        let secure = if self.secure { "; Secure" } else { "" };
        format!("{}={}; Path=/; HttpOnly; SameSite=Lax{secure}", name(self.secure), self.text)
    }

    /// Whether a form came from the page: the same text in both places, and no word of another origin.
    pub(super) fn admits(&self, headers: &HeaderMap, base_url: &str, in_form: Option<&str>) -> bool {
        let foreign = headers.get(header::ORIGIN).is_some_and(|origin| !is_own(origin, headers, base_url));
        let sent = cookie(headers, name(self.secure));
        !foreign && sent.is_some() && sent == in_form && in_form == Some(self.text.as_str())
    }
}

/// Whether an origin is this server: under its public address, or under the name by which the browser asked for it
/// (`login.example.com` beside `api.example.com`).
fn is_own(origin: &HeaderValue, headers: &HeaderMap, base_url: &str) -> bool {
    let Ok(origin) = origin.to_str() else { return false };
    let asked_for = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    origin == base_url || asked_for.is_some_and(|host| origin.split_once("://").is_some_and(|(_, named)| named == host))
}

/// With TLS under a name that no other host can set.
const fn name(secure: bool) -> &'static str {
    if secure { "__Host-waybill_login" } else { "waybill_login" }
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut cookies = lines.flat_map(|line| line.split(';')).filter_map(|cookie| cookie.trim().split_once('='));
    cookies.find(|(found, _)| *found == name).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admits(cookie: Option<&str>, origin: Option<&str>, in_form: Option<&str>) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in [(header::COOKIE, cookie), (header::ORIGIN, origin)] {
            if let Some(value) = value {
                headers.insert(name, value.parse().unwrap());
            }
        }
        let text = in_form.unwrap_or_default().to_owned();
        headers.insert(header::HOST, "login.example".parse().unwrap());
        FormToken { text, secure: false }.admits(&headers, "http://chat.example", in_form)
    }

    #[test]
    fn acc5_a_form_counts_with_the_page_s_cookie_and_from_its_origin_only() {
        let own = Some("http://chat.example");
        assert!(admits(Some("a=b; waybill_login=secret"), own, Some("secret")));
        assert!(admits(Some("waybill_login=secret"), None, Some("secret")), "not every browser names an origin");
        let other_name = Some("https://login.example");
        assert!(admits(Some("waybill_login=secret"), other_name, Some("secret")), "the name that was asked for");
        assert!(!admits(None, own, Some("secret")));
        assert!(!admits(Some("waybill_login=other"), own, Some("secret")));
        assert!(!admits(Some("waybill_login=secret"), own, None));
        assert!(!admits(Some("waybill_login=secret"), Some("https://evil.example"), Some("secret")));
        assert!(!admits(Some("waybill_login=secret"), Some("null"), Some("secret")));
    }
}
