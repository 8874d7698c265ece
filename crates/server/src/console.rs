//! The console: one page with its hashed files, served at `/console`, under the strictest policy that it can live with.

use axum::{
    Router,
    extract::Path,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{Redirect, Response},
    routing::get,
};

use crate::{
    assets::{self, Asset, find_asset},
    refusal,
    site::served,
};

const INDEX: &str = "console/index.html";
/// The bundler names these files after their content: they never change.
const HASHED: &str = "assets/";

/// The routes of the console. Whatever is not a file is a page of it, and the page's router knows which.
pub(crate) fn routes() -> Router {
    Router::new()
        .route("/console", get(|| async { Redirect::permanent("/console/") }))
        .route("/console/", get(|headers: HeaderMap| async move { page(&headers) }))
        .route(
            "/console/{*path}",
            get(|Path(path): Path<String>, headers: HeaderMap| async move {
                match find_asset(&format!("console/{path}")) {
                    Some(asset) if asset.path != INDEX => hardened(asset, &path, &headers),
                    Some(_) | None if !path.starts_with(HASHED) => page(&headers),
                    Some(_) | None => missing("the console has no such file; load the page again"),
                }
            }),
        )
}

fn page(headers: &HeaderMap) -> Response {
    match find_asset(INDEX) {
        Some(asset) => hardened(asset, "", headers),
        None => missing(assets::REMEDY),
    }
}

fn missing(message: &str) -> Response {
    let mut response = refusal::problem(StatusCode::NOT_FOUND, "not.found", message);
    // A file of a newer build may be there in a moment.
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn hardened(asset: &'static Asset, path: &str, headers: &HeaderMap) -> Response {
    let mut response = served(asset, headers);
    let caching = if path.starts_with(HASHED) { "public, max-age=31536000, immutable" } else { "no-cache" };
    let own = response.headers_mut();
    own.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    own.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    own.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    own.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
    own.insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
    own.insert(
        "permissions-policy",
        HeaderValue::from_static("camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
    );
    if let Ok(policy) = HeaderValue::from_str(&content_policy(headers)) {
        own.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// No inline, no eval, nothing from elsewhere; text becomes markup through the compiled templates' own policy alone.
fn content_policy(headers: &HeaderMap) -> String {
    // Some browsers do not count the socket of the same host as 'self'.
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).filter(|host| is_host(host));
    let sockets = host.map(|host| format!(" ws://{host} wss://{host}")).unwrap_or_default();
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
         connect-src 'self'{sockets}; manifest-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; \
         require-trusted-types-for 'script'; trusted-types svelte-trusted-html"
    )
}

/// What may stand in a header that others read: letters, digits, a port, the brackets of IPv6.
fn is_host(host: &str) -> bool {
    !host.is_empty()
        && host.len() <= 255
        && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.:[]".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_names_the_socket_of_the_own_host_and_no_text_that_could_change_it() {
        for (host, expected) in [
            ("chat.example:8080", "connect-src 'self' ws://chat.example:8080 wss://chat.example:8080;"),
            ("[::1]:1", "connect-src 'self' ws://[::1]:1 wss://[::1]:1;"),
            ("a.example; script-src *", "connect-src 'self';"),
            ("", "connect-src 'self';"),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, HeaderValue::from_str(host).expect("it is a header value"));
            let policy = content_policy(&headers);
            assert!(policy.contains(expected), "{policy}");
            assert_eq!(policy.matches("script-src").count(), 1, "{policy}");
        }
    }

    #[test]
    fn a_hashed_file_that_is_gone_is_no_page() {
        let response = missing("gone");
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
        assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
    }
}
