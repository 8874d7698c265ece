//! The log-in page as HTML: two steps, no script, every hostile text escaped.

use std::fmt::Write as _;

use axum::{
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use waybill_service::Authorization;

use super::form::{FormToken, Given};

const STYLE: &str = include_str!("login.css");

/// Which question the page asks.
#[derive(Clone, Copy)]
pub(super) enum Step<'a> {
    /// E-mail address and password.
    Password,
    /// The code of the second factor; the ticket says that the password was right.
    Code(&'a str),
}

pub(super) struct Page<'a> {
    pub(super) given: &'a Given,
    pub(super) authorization: &'a Authorization,
    pub(super) token: &'a FormToken,
    /// What was wrong with the last try.
    pub(super) fault: Option<String>,
}

impl Page<'_> {
    pub(super) fn write(&self, status: StatusCode, step: Step<'_>) -> Response {
        let Self { given, authorization, token, fault } = self;
        let client = escaped(authorization.client_name());
        let mut form = String::new();
        for (name, value) in given.request_fields().chain([("csrf", token.text())]) {
            push_hidden(&mut form, name, value);
        }
        let (aria, alert) = match fault {
            Some(fault) => (
                " aria-invalid=\"true\" aria-describedby=\"fault\"",
                format!("<p id=\"fault\" class=\"fault\" role=\"alert\">{}</p>", escaped(fault)),
            ),
            None => ("", String::new()),
        };
        let heading = match step {
            Step::Password => {
                let email = given.email.as_deref().map(escaped).unwrap_or_default();
                // Whoever was told that something was wrong goes on with the password.
                let (first, second) =
                    if fault.is_some() && !email.is_empty() { ("", " autofocus") } else { (" autofocus", "") };
                push(
                    &mut form,
                    format_args!(
                        "<label for=\"email\">E-mail address</label>\
                     <input id=\"email\" name=\"email\" type=\"email\" autocomplete=\"username\" value=\"{email}\" required{aria}{first}>\
                     <label for=\"password\">Password</label>\
                     <input id=\"password\" name=\"password\" type=\"password\" autocomplete=\"current-password\" required{aria}{second}>\
                     <button type=\"submit\">Log in</button>"
                    ),
                );
                "Log in"
            }
            Step::Code(ticket) => {
                push_hidden(&mut form, "ticket", ticket);
                push(
                    &mut form,
                    format_args!(
                        "<label for=\"code\">Code</label>\
                     <p id=\"hint\" class=\"hint\">The six digits that your authenticator app shows now.</p>\
                     <input id=\"code\" name=\"code\" type=\"text\" inputmode=\"numeric\" autocomplete=\"one-time-code\" \
                     maxlength=\"9\" required autofocus{}>\
                     <button type=\"submit\">Log in</button>",
                        if fault.is_some() {
                            " aria-invalid=\"true\" aria-describedby=\"fault hint\""
                        } else {
                            " aria-describedby=\"hint\""
                        }
                    ),
                );
                "Second factor"
            }
        };
        let title = if fault.is_some() { format!("Error: {heading}") } else { heading.to_owned() };
        let body = format!(
            "<h1>{heading}</h1><p>to go on to <strong>{client}</strong></p>{alert}\
             <form method=\"post\" action=\"/login\">{form}</form>"
        );
        let mut response = answer(status, &title, &body, Some(authorization.redirect_uri()));
        if let Ok(cookie) = HeaderValue::from_str(&token.cookie()) {
            response.headers_mut().insert(header::SET_COOKIE, cookie);
        }
        response
    }
}

/// A page that can only say what is wrong.
pub(super) fn fault(status: StatusCode, sentence: &str) -> Response {
    let body = format!("<h1>Log-in is not possible</h1><p class=\"fault\" role=\"alert\">{}</p>", escaped(sentence));
    answer(status, "Log-in is not possible", &body, None)
}

pub(super) async fn style() -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/css; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (headers, STYLE).into_response()
}

fn answer(status: StatusCode, title: &str, body: &str, redirect_uri: Option<&str>) -> Response {
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"robots\" content=\"noindex\"><title>{} – Waybill</title>\
         <link rel=\"stylesheet\" href=\"/login.css\"></head><body><main>{body}</main></body></html>",
        escaped(title)
    );
    // Browsers hold the redirect after a form to the same rule as the form itself.
    let back = redirect_uri.and_then(origin_of).map(|origin| format!(" {origin}")).unwrap_or_default();
    let policy = format!(
        "default-src 'none'; style-src 'self'; form-action 'self'{back}; frame-ancestors 'none'; base-uri 'none'"
    );
    let mut response = (status, html).into_response();
    let headers = response.headers_mut();
    let fixed: [(HeaderName, &'static str); 6] = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // Nobody else learns the address. With `no-referrer` a browser would send `Origin: null` with the page's own form.
        (header::REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// Scheme, host and port, when they are nothing but that.
fn origin_of(uri: &str) -> Option<&str> {
    let (scheme, rest) = uri.split_once("://")?;
    let host = rest.split(['/', '?']).next()?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
    (matches!(scheme, "http" | "https") && host.bytes().all(plain)).then(|| &uri[..scheme.len() + 3 + host.len()])
}

fn push_hidden(form: &mut String, name: &str, value: &str) {
    push(form, format_args!("<input type=\"hidden\" name=\"{name}\" value=\"{}\">", escaped(value)));
}

fn push(text: &mut String, more: std::fmt::Arguments<'_>) {
    text.write_fmt(more).expect("a text takes whatever it is given");
}

/// A stranger's text as HTML text or attribute value.
fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            other => html.push(other),
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn acc5_hostile_texts_stay_texts() {
        assert_eq!(escaped("<script>\"'&</script>"), "&lt;script&gt;&quot;&#39;&amp;&lt;/script&gt;");
        assert_eq!(origin_of("https://app.example:8443/back?x"), Some("https://app.example:8443"));
        assert_eq!(origin_of("http://[::1]:80/"), Some("http://[::1]:80"));
        assert_eq!(origin_of("https://app.example;script-src 'unsafe-inline'/"), None);
        assert_eq!(origin_of("javascript://x/"), None);
    }
}
