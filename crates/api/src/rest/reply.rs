//! Answers: typed bodies straight to bytes.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use crate::error::{ApiError, ApiResult};

/// Room for a usual body, so that it is written without growing.
const USUAL_BYTES: usize = 2_048;

/// 200 with a body.
pub(super) fn json(body: &impl Serialize) -> ApiResult<Response> {
    let mut bytes = Vec::with_capacity(USUAL_BYTES);
    serde_json::to_writer(&mut bytes, body)
        .map_err(|error| ApiError::bug(format!("a body was not written: {error}")))?;
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], bytes).into_response())
}

/// The same with another status.
pub(super) fn with_status(status: StatusCode, mut response: Response) -> Response {
    *response.status_mut() = status;
    response
}

/// 202 or 204 without a word.
pub(super) fn silent(status: StatusCode) -> Response {
    status.into_response()
}

/// The context revision as `ETag` (LOG3).
pub(super) fn at_revision(revision: u64, mut response: Response) -> ApiResult<Response> {
    let tag = HeaderValue::from_str(&format!("\"{revision}\"")).map_err(|error| ApiError::bug(error.to_string()))?;
    response.headers_mut().insert(header::ETAG, tag);
    Ok(response)
}

/// 200 with a body and the context revision as its `ETag` (LOG3).
pub(super) fn json_at_revision(revision: u64, body: &impl Serialize) -> ApiResult<Response> {
    at_revision(revision, json(body)?)
}
