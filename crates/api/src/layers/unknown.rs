//! Paths that are not served: the answer names the nearest one that is.

use std::sync::LazyLock;

use axum::http::{Method, StatusCode, Uri};

use crate::{error::ApiError, rest};

/// Longest path that is compared; longer ones are nobody's typing error.
const COMPARED: usize = 200;
/// Below this likeness a hint would only mislead.
const LIKENESS: f64 = 0.5;

/// Every path of the OpenAPI document.
static SERVED: LazyLock<Vec<String>> = LazyLock::new(|| rest::openapi().paths.paths.into_keys().collect());

pub(super) async fn unknown_path(method: Method, uri: Uri) -> ApiError {
    let path: String = uri.path().chars().take(COMPARED).collect();
    let near = nearest(&path);
    let hint = near.map_or_else(
        || "see `/api/v2/openapi.json` for all that is served".to_owned(),
        |near| format!("did you mean `{near}`?"),
    );
    let error = ApiError::new(StatusCode::NOT_FOUND, "not.found", format!("`{method} {path}` is not served; {hint}"));
    match near {
        Some(near) => error.with_param("nearest", near),
        None => error,
    }
}

pub(super) async fn unknown_method(method: Method, uri: Uri) -> ApiError {
    let path: String = uri.path().chars().take(COMPARED).collect();
    let message = format!("`{path}` is not served with {method}; the header `Allow` says with what");
    ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "method.not.allowed", message)
}

fn nearest(path: &str) -> Option<&'static str> {
    let path = with_places(path);
    let likeness = |served: &str| strsim::normalized_damerau_levenshtein(&path, &with_places(served));
    let best = SERVED.iter().map(|served| (likeness(served), served)).max_by(|one, other| one.0.total_cmp(&other.0));
    best.filter(|(likeness, _)| *likeness >= LIKENESS).map(|(_, served)| served.as_str())
}

/// Ids and the places for them count as one letter: they say nothing about which path was meant.
fn with_places(path: &str) -> String {
    let place = |segment: &str| {
        let is_id = segment.len() == 36 && segment.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
        is_id || segment.starts_with('{')
    };
    path.split('/').map(|segment| if place(segment) { "*" } else { segment }).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, expected: Option<&str>) {
        assert_eq!(nearest(path), expected, "{path}");
    }

    #[test]
    fn edge2_an_unknown_path_names_the_nearest_served_one() {
        check("/api/v2/conversation/webchat", Some("/api/v2/conversations/webchat"));
        check(
            "/api/v2/conversations/webchats/98765432-1234-5678-90ab-cdef12345678",
            Some("/api/v2/conversations/webchat/{conversationId}"),
        );
        check(
            "/api/v2/conversations/98765432-1234-5678-90ab-cdef12345678/contexts",
            Some("/api/v2/conversations/{conversationId}/context"),
        );
        check("/oauth/tokens", Some("/oauth/token"));
        check("/", None);
        check("/wp-login.php", None);
    }
}
