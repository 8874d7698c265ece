//! Answers: typed bodies straight to bytes.

use axum::{
    http::{HeaderValue, header},
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

/// 200 with a body and the context revision as its `ETag` (LOG3).
pub(super) fn json_at_revision(revision: u64, body: &impl Serialize) -> ApiResult<Response> {
    let mut response = json(body)?;
    let tag = HeaderValue::from_str(&format!("\"{revision}\"")).map_err(|error| ApiError::bug(error.to_string()))?;
    response.headers_mut().insert(header::ETAG, tag);
    Ok(response)
}
