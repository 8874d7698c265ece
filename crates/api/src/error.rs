//! Failures on their way to a client: one table from kinds to the body of DESIGN's page, for both edges.

use std::borrow::Cow;

use axum::{
    http::{HeaderValue, StatusCode, header::RETRY_AFTER},
    response::{IntoResponse, Response},
};
use waybill_protocol::{ErrorBody, ErrorDetail};
use waybill_service::{Ambient, ServiceError, seconds};

use crate::convert;

/// The answer of a handler.
pub(crate) type ApiResult<T> = Result<T, ApiError>;

/// A failure that has no context id yet; it gets one where it leaves the server.
#[derive(Debug, Clone)]
pub(crate) struct ApiError {
    body: Box<ErrorBody>,
    /// For the log only.
    cause: Option<String>,
    /// The word of the token endpoint, whose bodies have a shape of their own (REST3).
    oauth: Option<&'static str>,
}

/// Draws the id by which a client and the server's log name the same failure: 128 random bits in the text of a UUID.
pub(crate) fn draw_context_id(ambient: &Ambient) -> String {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(36);
    for (index, byte) in ambient.bytes::<16>().into_iter().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        text.push(char::from(HEX[usize::from(byte >> 4)]));
        text.push(char::from(HEX[usize::from(byte & 0xf)]));
    }
    text
}

impl ApiError {
    /// A failure of the edge itself: a path, a header, a parameter.
    pub(crate) fn new(status: StatusCode, code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        let body = ErrorBody {
            message: message.into(),
            code: code.into(),
            status: status.as_u16(),
            context_id: String::new(),
            message_params: std::collections::BTreeMap::new(),
            details: Vec::new(),
            errors: Vec::new(),
            receipt: None,
            retry_after: None,
        };
        Self { body: Box::new(body), cause: None, oauth: None }
    }

    /// A bug: the cause goes to the log, the client gets a generic message (REST3).
    pub(crate) fn bug(cause: impl Into<String>) -> Self {
        let message = "the server made a mistake; report the contextId to its operator";
        let mut error = Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal.server.error", message);
        error.cause = Some(cause.into());
        error
    }

    /// 400 about one parameter or field.
    pub(crate) fn invalid(field: &str, rule: &str, remedy: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad.request", format!("`{field}` {rule}; {remedy}")).about(
            "invalid.value",
            field,
            rule,
            remedy,
        )
    }

    /// 404 about something that a use case answers by its absence.
    pub(crate) fn not_found(kind: &'static str, id: &str) -> Self {
        ServiceError::NotFound { kind, id: id.chars().take(64).collect() }.into()
    }

    /// Adds one fault.
    pub(crate) fn about(mut self, code: &'static str, field: &str, rule: &str, remedy: &str) -> Self {
        self.body.details.push(ErrorDetail {
            error_code: code.into(),
            field_name: field.to_owned(),
            message: Some(rule.to_owned()),
            remedy: Some(remedy.to_owned()),
        });
        self
    }

    pub(crate) fn with_param(mut self, name: &str, value: impl ToString) -> Self {
        self.body.message_params.insert(name.to_owned(), value.to_string());
        self
    }

    fn retry_after(mut self, seconds: u64) -> Self {
        self.body.retry_after = Some(seconds);
        self
    }

    pub(crate) fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.body.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// Answers in the shape of the token endpoint.
    pub(crate) fn in_oauth_shape(mut self, error: &'static str) -> Self {
        self.oauth = Some(error);
        self
    }

    /// The token endpoint's word, when this failure is one of its own.
    pub(crate) const fn oauth_error(&self) -> Option<&'static str> {
        self.oauth
    }

    /// The same body in the spelling of the guest socket: `too_many_requests`, `conversation_not_found`. Call it once.
    pub(crate) fn into_guest_body(self, context_id: String) -> ErrorBody {
        let mut body = self.into_body(context_id);
        body.code = match (body.status, body.message_params.get("kind")) {
            (404, Some(kind)) => format!("{kind}_not_found").into(),
            (_, _) => body.code.replace('.', "_").into(),
        };
        body
    }

    /// The body for a client. Writes the cause to the log where there is one: call it once.
    pub(crate) fn into_body(self, context_id: String) -> ErrorBody {
        if let Some(cause) = &self.cause {
            if self.body.status == 503 {
                tracing::warn!(%context_id, cause, "answered 503");
            } else {
                tracing::error!(%context_id, cause, "answered 500");
            }
        }
        ErrorBody { context_id, ..*self.body }
    }
}

impl From<ServiceError> for ApiError {
    fn from(error: ServiceError) -> Self {
        use StatusCode as Status;
        let message = error.to_string();
        let plain = |status, code: &'static str| Self::new(status, code, message.clone());
        match error {
            ServiceError::Refused(receipt) => {
                let mut refused = plain(Status::BAD_REQUEST, "context_refused");
                refused.body.details = details_of(&receipt);
                if receipt.entries.iter().any(|entry| entry.rule == Some(waybill_model::Rule::CustomDataDisabled)) {
                    refused.body.code = "custom_data_disabled".into();
                }
                refused.body.receipt = Some(convert::receipt(&receipt));
                refused
            }
            ServiceError::Invalid { field, rule, remedy } => {
                plain(Status::BAD_REQUEST, "bad.request").about("invalid.value", field, &rule, &remedy)
            }
            ServiceError::RegionMismatch { server, given } => {
                plain(Status::BAD_REQUEST, "region_mismatch").with_param("server", server).with_param("given", given)
            }
            ServiceError::MessageTooLong { bytes, max } => {
                plain(Status::BAD_REQUEST, "message_too_long").with_param("bytes", bytes).with_param("max", max)
            }
            ServiceError::UnknownDeployment => plain(Status::UNAUTHORIZED, "unknown_deployment"),
            ServiceError::WrongOrganization => plain(Status::UNAUTHORIZED, "wrong_organization"),
            ServiceError::InactiveDeployment => plain(Status::UNAUTHORIZED, "inactive_deployment"),
            ServiceError::Unauthorized(_) => plain(Status::UNAUTHORIZED, "bad.credentials"),
            ServiceError::IdentityToken(fault) => plain(Status::UNAUTHORIZED, fault.code()),
            ServiceError::OriginDenied => plain(Status::FORBIDDEN, "origin_denied"),
            ServiceError::MissingPermission(permission) => {
                plain(Status::FORBIDDEN, "missing.permissions").with_param("permission", permission)
            }
            ServiceError::MissingKeyPermission { permission, key } => plain(Status::FORBIDDEN, "missing.permissions")
                .with_param("permission", permission)
                .with_param("key", key),
            ServiceError::Taken(_) => plain(Status::CONFLICT, "already.exists"),
            ServiceError::Stale(_) => plain(Status::CONFLICT, "changed.in.between"),
            ServiceError::WrongState { .. } => plain(Status::CONFLICT, "wrong.state"),
            ServiceError::NotFound { kind, id } => {
                plain(Status::NOT_FOUND, "not.found").with_param("kind", kind).with_param("id", id)
            }
            ServiceError::StartTokenReused => plain(Status::CONFLICT, "start_token_reused"),
            ServiceError::CursorGone { begin } => plain(Status::GONE, "cursor_gone").with_param("begin", begin),
            ServiceError::RevisionMismatch { expected, found } => {
                plain(Status::PRECONDITION_FAILED, "revision_mismatch")
                    .with_param("expected", expected)
                    .with_param("found", found)
            }
            ServiceError::Throttled { what: _, retry_after } => {
                plain(Status::TOO_MANY_REQUESTS, "too.many.requests").retry_after(seconds(retry_after))
            }
            ServiceError::Unavailable { cause, retry_after } => {
                let mut error =
                    plain(Status::SERVICE_UNAVAILABLE, "service.unavailable").retry_after(seconds(retry_after));
                error.cause = Some(cause);
                error
            }
            ServiceError::WrongMasterKey => Self::bug(message),
            ServiceError::Bug(cause) => Self::bug(cause),
        }
    }
}

/// One detail per fault of a refused context: the rule, the key, what to do; no value.
fn details_of(receipt: &waybill_model::Receipt) -> Vec<ErrorDetail> {
    let faulty = receipt.entries.iter().filter_map(|entry| entry.rule.map(|rule| (entry, rule)));
    faulty
        .map(|(entry, rule)| ErrorDetail {
            error_code: rule.as_str().into(),
            field_name: entry.key.clone(),
            message: entry.reason.clone(),
            remedy: entry.remedy.clone(),
        })
        .collect()
}

/// The body is written by the layer that knows the request's context id.
impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        if let Some(seconds) = self.body.retry_after {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(self);
        response
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use waybill_model::{Form, Receipt, ReceiptEntry, Rule, Trust, Verdict};

    use super::*;

    fn check(error: ServiceError, status: u16, code: &str, guest_code: &str) -> ErrorBody {
        let error = ApiError::from(error);
        assert_eq!(error.status().as_u16(), status, "{code}");
        assert_eq!(error.clone().into_guest_body(String::new()).code, guest_code);
        let body = error.into_body("id".to_owned());
        assert_eq!((body.code.as_ref(), body.status, body.context_id.as_str()), (code, status, "id"));
        body
    }

    #[test]
    fn edge2_each_kind_has_one_status_and_a_code_for_each_edge() {
        let retry_after = Duration::from_millis(1_200);
        check(ServiceError::UnknownDeployment, 401, "unknown_deployment", "unknown_deployment");
        check(ServiceError::WrongOrganization, 401, "wrong_organization", "wrong_organization");
        check(ServiceError::InactiveDeployment, 401, "inactive_deployment", "inactive_deployment");
        check(ServiceError::Unauthorized("no"), 401, "bad.credentials", "bad_credentials");
        check(ServiceError::OriginDenied, 403, "origin_denied", "origin_denied");
        check(ServiceError::MissingPermission("a:b:c"), 403, "missing.permissions", "missing_permissions");
        let not_found = ServiceError::NotFound { kind: "conversation", id: "7".to_owned() };
        check(not_found, 404, "not.found", "conversation_not_found");
        check(ServiceError::StartTokenReused, 409, "start_token_reused", "start_token_reused");
        check(ServiceError::CursorGone { begin: "1-0".to_owned() }, 410, "cursor_gone", "cursor_gone");
        let mismatch = ServiceError::RevisionMismatch { expected: 1, found: 2 };
        check(mismatch, 412, "revision_mismatch", "revision_mismatch");
        check(ServiceError::MessageTooLong { bytes: 2, max: 1 }, 400, "message_too_long", "message_too_long");
        let region = ServiceError::RegionMismatch { server: "us-east-1".to_owned(), given: "eu".to_owned() };
        check(region, 400, "region_mismatch", "region_mismatch");
        let throttled = ServiceError::Throttled { what: "starts", retry_after };
        let body = check(throttled, 429, "too.many.requests", "too_many_requests");
        assert_eq!(body.retry_after, Some(2), "a wait is rounded up");
    }

    #[test]
    fn rest3_causes_stay_inside() {
        let retry_after = Duration::from_secs(1);
        let unavailable = ServiceError::Unavailable { cause: "disk /dev/sda is full".to_owned(), retry_after };
        let body = check(unavailable, 503, "service.unavailable", "service_unavailable");
        assert!(!body.message.contains("sda"), "{}", body.message);
        let bug = ServiceError::Bug("row 7 of events is odd".to_owned());
        let body = check(bug, 500, "internal.server.error", "internal_server_error");
        assert!(!body.message.contains("row"), "{}", body.message);
    }

    #[test]
    fn ctx1_a_refused_context_lists_every_fault_with_rule_and_remedy() {
        let entry = |key: &str, rule: Rule| ReceiptEntry {
            key: key.to_owned(),
            form: Form::CustomData,
            verdict: Verdict::Refused,
            stored_as: None,
            declared: false,
            trust: Trust::Page,
            coerced: None,
            reason: Some("because".to_owned()),
            rule: Some(rule),
            remedy: Some("do this".to_owned()),
            promoted: false,
        };
        let receipt = |rules: &[Rule]| {
            let entries = rules.iter().map(|rule| entry("k", *rule)).collect();
            ServiceError::Refused(Box::new(Receipt { entries, ..Receipt::default() }))
        };
        let body = check(receipt(&[Rule::NotScalar, Rule::MaxBytes]), 400, "context_refused", "context_refused");
        let rules: Vec<_> = body.details.iter().map(|detail| detail.error_code.as_ref()).collect();
        assert_eq!(rules, ["not_scalar", "max_bytes"]);
        assert_eq!((body.details[0].field_name.as_str(), body.details[0].remedy.as_deref()), ("k", Some("do this")));
        assert_eq!(body.receipt.map(|receipt| receipt.entries.len()), Some(2));
        check(receipt(&[Rule::CustomDataDisabled]), 400, "custom_data_disabled", "custom_data_disabled");
    }
}
