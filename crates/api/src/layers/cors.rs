//! CORS of `/api/v2` and the token endpoints (EDGE5): origins that some active deployment admits, requested headers reflected, no credentials.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::{App, error::ApiError};

const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, POST, PUT, PATCH, DELETE");
const EXPOSED: HeaderValue = HeaderValue::from_static(
    "ETag, ININ-Correlation-Id, Retry-After, inin-ratelimit-count, inin-ratelimit-allowed, inin-ratelimit-reset",
);
/// How long a browser may keep the answer to a preflight, in seconds.
const MAX_AGE: HeaderValue = HeaderValue::from_static("600");

pub(super) async fn cors(State(app): State<App>, request: Request, next: Next) -> Response {
    // Requests of servers have no origin: the usual case pays nothing.
    let Some(origin) = request.headers().get(header::ORIGIN).cloned() else { return next.run(request).await };
    let path = request.uri().path();
    // Pages that log people in exchange their codes themselves.
    if !path.starts_with("/api/v2/") && !matches!(path, "/oauth/token" | "/oauth/revoke") {
        return next.run(request).await;
    }
    let admitted = match admits(&app, &origin).await {
        Ok(admitted) => admitted,
        Err(error) => return vary(error.into_response()),
    };
    if is_preflight(&request) {
        return vary(answer_preflight(admitted, origin, request.headers()));
    }
    let mut response = next.run(request).await;
    if admitted {
        let headers = response.headers_mut();
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    }
    vary(response)
}

async fn admits(app: &App, origin: &HeaderValue) -> Result<bool, ApiError> {
    match origin.to_str() {
        Ok(origin) => Ok(app.service().admits_origin_somewhere(origin).await?),
        // An origin is ASCII: whatever this is, no deployment names it.
        Err(_) => Ok(false),
    }
}

fn is_preflight(request: &Request) -> bool {
    request.method() == Method::OPTIONS && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

fn answer_preflight(admitted: bool, origin: HeaderValue, asked: &HeaderMap) -> Response {
    if !admitted {
        let message = "no active deployment admits this origin; add its host to a deployment's allowed domains";
        return ApiError::new(StatusCode::FORBIDDEN, "origin_denied", message).into_response();
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, MAX_AGE);
    if let Some(wanted) = asked.get(header::ACCESS_CONTROL_REQUEST_HEADERS) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, wanted.clone());
    }
    response
}

/// Caches must not give one origin's answer to another.
fn vary(mut response: Response) -> Response {
    response.headers_mut().append(header::VARY, HeaderValue::from_static("Origin"));
    response
}
