//! Paths that are not served: the answer names the nearest one that is.

use std::sync::LazyLock;

use axum::http::{Method, StatusCode, Uri};

use crate::{error::ApiError, rest};

/// Longest path that is compared; longer ones are nobody's typing error.
const COMPARED: usize = 200;
/// Words of tutorials and of older clients, and what serves their purpose here.
const OTHER_WORDS: [(&str, &str); 11] = [
    ("/api/v2/engage/guests", "/api/v2/conversations/webchat"),
    ("/api/v2/conversations/interactions", "/api/v2/conversations"),
    ("/api/v2/interactions", "/api/v2/conversations"),
    ("/api/v2/conversations/chats", "/api/v2/conversations/messages"),
    ("/api/v2/conversations/chat", "/api/v2/conversations/messages"),
    ("/api/v2/conversations/calls", "/api/v2/conversations/messages"),
    ("/api/v2/conversations/voice", "/api/v2/conversations/messages"),
    ("/api/v2/conversations/emails", "/api/v2/conversations/messages"),
    ("/api/v2/webchat/guest/conversations", "/api/v2/conversations/webchat"),
    ("/api/v2/webmessaging/deployments", "/api/v2/webdeployments/deployments"),
    ("/api/v2/widgets/deployments", "/api/v2/webdeployments/deployments"),
];
/// Below this likeness a hint would only mislead.
const LIKENESS: f64 = 0.5;

/// Every path of the OpenAPI document.
static SERVED: LazyLock<Vec<Served>> = LazyLock::new(|| {
    let document = rest::openapi();
    let paths = document["paths"].as_object().into_iter().flat_map(|paths| paths.keys().cloned());
    paths.map(|path| Served { compared: with_places(&path), path }).collect()
});

/// A served path, as it stands in the document and as it is compared.
struct Served {
    path: String,
    compared: String,
}

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
    let path = with_places(&in_our_words(path));
    let likeness = |served: &Served| strsim::normalized_damerau_levenshtein(&path, &served.compared);
    let best = SERVED.iter().map(|served| (likeness(served), served)).max_by(|one, other| one.0.total_cmp(&other.0));
    best.filter(|(likeness, _)| *likeness >= LIKENESS).map(|(_, served)| served.path.as_str())
}

/// The path without its last slash, and with our words for what others call otherwise.
fn in_our_words(path: &str) -> String {
    let path = path.strip_suffix('/').unwrap_or(path);
    let other = OTHER_WORDS.iter().find_map(|(theirs, ours)| {
        let rest = path.strip_prefix(theirs)?;
        (rest.is_empty() || rest.starts_with('/')).then(|| format!("{ours}{rest}"))
    });
    other.unwrap_or_else(|| path.to_owned())
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
        check("/api/v2/routing/queue", Some("/api/v2/routing/queues"));
        check("/", None);
        check("/wp-login.php", None);
    }

    #[test]
    fn plat10_words_of_tutorials_and_older_clients_lead_to_what_serves_their_purpose() {
        const ID: &str = "98765432-1234-5678-90ab-cdef12345678";
        check("/api/v2/engage/guests", Some("/api/v2/conversations/webchat"));
        check(&format!("/api/v2/conversations/interactions/{ID}"), Some("/api/v2/conversations/{conversationId}"));
        check("/api/v2/conversations/chats", Some("/api/v2/conversations/messages"));
        check(
            &format!("/api/v2/conversations/voice/{ID}/participants/{ID}/attributes"),
            Some("/api/v2/conversations/messages/{conversationId}/participants/{participantId}/attributes"),
        );
        check(
            &format!("/api/v2/conversations/chats/{ID}/communications/{ID}/typing"),
            Some("/api/v2/conversations/messages/{conversationId}/communications/{communicationId}/typing"),
        );
        check("/api/v2/conversations/", Some("/api/v2/conversations"));
        check(
            &format!("/api/v2/conversations/{ID}/participants/{ID}/wrapups"),
            Some("/api/v2/conversations/{conversationId}/participants/{participantId}/wrapup"),
        );
    }
}
