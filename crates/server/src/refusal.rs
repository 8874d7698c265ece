//! Answers that the server gives before, or instead of, the edge.

use axum::{body::Body, http::header};
use hyper::{Response, StatusCode};
use serde_json::json;

/// What a connection beyond the limit is told, byte for byte.
pub(crate) const NO_PLACE: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

/// The request's body did not arrive in time, or its handler did not answer.
pub(crate) fn request_timeout() -> Response<Body> {
    problem(StatusCode::REQUEST_TIMEOUT, "request.timeout", "the request took too long; send it again")
}

/// An answer in the error shape of the edge.
pub(crate) fn problem(status: StatusCode, code: &str, message: &str) -> Response<Body> {
    let body = json!({
        "message": message, "code": code, "status": status.as_u16(), "contextId": "", "details": [], "errors": [],
    });
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/json"));
    response
}
