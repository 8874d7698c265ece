//! Failures on their way to a guest: one table from kinds to the protocol's codes, and the frames around them.

use axum::http::StatusCode;
use waybill_model::{Rule, Verdict};
use waybill_protocol::{
    ErrorBody,
    guest::{FrameClass, FrameType, ServerFrame, TooManyRequests, Unreadable, code},
};
use waybill_service::ServiceError;

use super::{socket::Close, visitor::Outcome};
use crate::error::ApiError;

/// Why a frame was not done.
#[derive(Debug)]
pub(super) struct Refusal {
    code: u16,
    error: ApiError,
    /// What clients of the field's own protocol read, where it is not the message.
    text: Option<String>,
    close: bool,
}

/// What the answer to a refused frame needs to know of it.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) tracing_id: Option<String>,
    /// Whether the action is one of ours: its errors have class `Error`.
    pub(super) own_action: bool,
}

impl Refusal {
    /// A refusal of the edge itself.
    pub(super) fn new(code: u16, status: StatusCode, word: &'static str, message: impl Into<String>) -> Self {
        Self { code, error: ApiError::new(status, word, message), text: None, close: false }
    }

    /// The same, and the connection is over (EDGE1).
    pub(super) fn closing(mut self) -> Self {
        self.close = true;
        self
    }

    /// The answer.
    pub(super) fn into_outcome(self, asked: Asked, context_id: String) -> Outcome {
        let Self { code, error, text, close } = self;
        metrics::counter!("waybill_guest_refusals_total", "code" => code.to_string()).increment(1);
        let body = error.into_guest_body(context_id);
        let frame = frame(code, text, body, asked);
        Outcome { frame: Some(frame), close: close.then_some(Close { code: 1008, reason: "refused at the door" }) }
    }
}

fn frame(code: u16, text: Option<String>, body: ErrorBody, Asked { tracing_id, own_action }: Asked) -> String {
    let kind = FrameType::Response;
    if own_action {
        let (class, code) = (FrameClass::Error, body.status);
        return to_json(&ServerFrame { kind, class, code, tracing_id, body, error: None });
    }
    if code == StatusCode::TOO_MANY_REQUESTS.as_u16() {
        let too_many = TooManyRequests {
            retry_after: body.retry_after.unwrap_or(1),
            error_code: code::TOO_MANY_REQUESTS,
            error_message: body.message.clone(),
        };
        let class = FrameClass::TooManyRequestsErrorMessage;
        return to_json(&ServerFrame { kind, class, code, tracing_id, body: too_many, error: Some(body) });
    }
    let text = text.unwrap_or_else(|| body.message.clone());
    to_json(&ServerFrame { kind, class: FrameClass::Text, code, tracing_id, body: text, error: Some(body) })
}

/// The JSON of a frame. Our own types always have one.
pub(super) fn to_json<B: serde::Serialize>(frame: &ServerFrame<B>) -> String {
    serde_json::to_string(frame).unwrap_or_else(|error| {
        tracing::error!(%error, "a frame has no JSON");
        r#"{"type":"response","class":"string","code":5000,"body":"internal error"}"#.to_owned()
    })
}

impl From<ServiceError> for Refusal {
    fn from(error: ServiceError) -> Self {
        let code = code_of(&error);
        let text = match &error {
            ServiceError::Refused(receipt) if code == code::ATTRIBUTES_TOO_LARGE => {
                Some(format!("Custom attributes have {} bytes, {} are allowed", receipt.bytes, receipt.max_bytes))
            }
            _ => None,
        };
        Self { code, error: error.into(), text, close: false }
    }
}

impl From<Unreadable> for Refusal {
    fn from(unreadable: Unreadable) -> Self {
        let (code, word) = match &unreadable {
            Unreadable::Malformed { .. } => (400, "malformed_json"),
            Unreadable::Misshapen { .. } => (400, "malformed_frame"),
            Unreadable::NoAction | Unreadable::UnknownAction => (400, "unknown_action"),
            Unreadable::NotServed(_) => (code::FEATURE_UNAVAILABLE, "action_not_served"),
        };
        Self::new(code, StatusCode::BAD_REQUEST, word, unreadable.to_string())
    }
}

/// The protocol's code of each kind of failure.
fn code_of(error: &ServiceError) -> u16 {
    match error {
        ServiceError::Refused(receipt) => {
            let too_large = |rule| matches!(rule, Some(Rule::MaxBytes | Rule::ContextBytes));
            let is_too_large = receipt.with(Verdict::Refused).any(|entry| too_large(entry.rule));
            if is_too_large { code::ATTRIBUTES_TOO_LARGE } else { 400 }
        }
        ServiceError::MessageTooLong { .. } => code::MESSAGE_TOO_LONG,
        ServiceError::Invalid { .. } | ServiceError::RegionMismatch { .. } | ServiceError::CursorGone { .. } => 400,
        ServiceError::UnknownDeployment
        | ServiceError::WrongOrganization
        | ServiceError::InactiveDeployment
        | ServiceError::Unauthorized(_)
        | ServiceError::IdentityToken(_) => 401,
        ServiceError::OriginDenied | ServiceError::MissingPermission(_) | ServiceError::MissingKeyPermission { .. } => {
            403
        }
        ServiceError::NotFound { .. } => 404,
        ServiceError::StartTokenReused
        | ServiceError::RevisionMismatch { .. }
        | ServiceError::Taken(_)
        | ServiceError::Stale(_)
        | ServiceError::WrongState { .. } => 409,
        ServiceError::Throttled { .. } => 429,
        ServiceError::Unavailable { .. } => 503,
        ServiceError::WrongMasterKey | ServiceError::Bug(_) => code::UNEXPECTED,
    }
}
