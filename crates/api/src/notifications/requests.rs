//! What a client says over its socket: ping, subscribe, resume.

use waybill_protocol::notification::frame::{SocketAnswer, SocketRequest};
use waybill_service::{Rejection, ServiceError, SubscribeError};

use crate::error::{ApiError, draw_context_id};

/// What a client wants.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Request {
    Ping,
    Subscribe {
        topics: Vec<String>,
        correlation_id: Option<String>,
    },
    Resume {
        cursor: String,
        correlation_id: Option<String>,
    },
    /// Not to be understood: why.
    Unknown {
        message: &'static str,
        correlation_id: Option<String>,
    },
}

/// Longest correlation id that is sent back, in bytes.
const CORRELATION_BYTES: usize = 128;

/// Reads a frame.
pub(super) fn read(text: &str) -> Request {
    let Ok(SocketRequest { message, topics, correlation_id, cursor }) = serde_json::from_str(text) else {
        let message = "send JSON with `message`: `ping`, `subscribe` with `topics`, or `resume` with `cursor`";
        return Request::Unknown { message, correlation_id: None };
    };
    let correlation_id = correlation_id.filter(|id| id.len() <= CORRELATION_BYTES);
    match (message.as_str(), topics, cursor) {
        ("ping", _, _) => Request::Ping,
        ("subscribe", Some(topics), _) => Request::Subscribe { topics, correlation_id },
        ("resume", _, Some(cursor)) => Request::Resume { cursor, correlation_id },
        ("subscribe", None, _) => Request::Unknown { message: "`topics` is missing; send a list", correlation_id },
        ("resume", _, None) => Request::Unknown { message: "`cursor` is missing; send one", correlation_id },
        (_, _, _) => {
            let message = "`message` is not known; send `ping`, `subscribe` with `topics`, or `resume` with `cursor`";
            Request::Unknown { message, correlation_id }
        }
    }
}

/// The answer to what was done.
pub(super) const fn done(status: &'static str, correlation_id: Option<String>) -> SocketAnswer {
    SocketAnswer { result: "200", status, message: None, correlation_id, rejected: Vec::new(), begin: None }
}

/// The answer to what was not.
pub(super) fn refused(message: &str, correlation_id: Option<String>) -> SocketAnswer {
    let message = Some(message.to_owned());
    SocketAnswer { result: "400", status: "error", message, correlation_id, rejected: Vec::new(), begin: None }
}

/// The answer to what failed.
pub(super) fn failed(
    error: ServiceError,
    correlation_id: Option<String>,
    ambient: &waybill_service::Ambient,
) -> SocketAnswer {
    let begin = match &error {
        ServiceError::CursorGone { begin } => Some(begin.clone()),
        _ => None,
    };
    let is_gone = is_over(&error);
    let body = ApiError::from(error).into_body(draw_context_id(ambient));
    let result = match body.status {
        400 => "400",
        403 => "403",
        410 => "410",
        429 => "429",
        503 => "503",
        // The field's word for a channel or token that is over.
        _ if is_gone => "404",
        _ => "500",
    };
    let message = Some(body.message);
    SocketAnswer { result, status: "failure", message, correlation_id, rejected: Vec::new(), begin }
}

/// The answer to topics that were not permitted.
pub(super) fn not_subscribed(
    error: SubscribeError,
    correlation_id: Option<String>,
    ambient: &waybill_service::Ambient,
) -> SocketAnswer {
    let message = error.to_string();
    let rejected = match error {
        SubscribeError::Service(error) => return failed(error, correlation_id, ambient),
        SubscribeError::TooMany => Vec::new(),
        SubscribeError::Rejected(judged) => {
            let rejected = judged.into_iter().filter_map(|one| one.rejection.map(|why| (one.topic, why)));
            rejected.map(|(topic, why): (String, Rejection)| format!("{topic}: {why}")).collect()
        }
    };
    SocketAnswer { result: "400", status: "failure", message: Some(message), correlation_id, rejected, begin: None }
}

/// Whether a channel or the token behind it is no more.
pub(super) const fn is_over(error: &ServiceError) -> bool {
    matches!(error, ServiceError::NotFound { .. } | ServiceError::Unauthorized(_) | ServiceError::MissingPermission(_))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn not8_frames_of_clients_are_read_and_nonsense_is_told() {
        assert_eq!(read(r#"{"message":"ping"}"#), Request::Ping);
        let topics = vec!["v2.conversations.*".to_owned()];
        let subscribe = r#"{"message":"subscribe","topics":["v2.conversations.*"],"correlationId":"a","more":1}"#;
        assert_eq!(read(subscribe), Request::Subscribe { topics, correlation_id: Some("a".to_owned()) });
        let resume = Request::Resume { cursor: "0000beef-1".to_owned(), correlation_id: None };
        assert_eq!(read(r#"{"message":"resume","cursor":"0000beef-1"}"#), resume);
        for text in ["", "null", "[]", "{}", r#"{"message":"subscribe"}"#, r#"{"message":"dance"}"#, r#"{"message":1}"#]
        {
            assert!(matches!(read(text), Request::Unknown { .. }), "{text}");
        }
    }
}
