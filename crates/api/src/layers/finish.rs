//! Gives every request its context id, and writes the body of every failure with it.

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};

use waybill_protocol::rest::token::TokenError;
use waybill_service::Ambient;

use super::Used;
use crate::error::{ApiError, draw_context_id};

/// The response header that carries the context id.
pub(crate) const CORRELATION_ID: HeaderName = HeaderName::from_static("inin-correlation-id");

pub(super) async fn finish(State(ambient): State<Ambient>, mut request: Request, next: Next) -> Response {
    let context_id = draw_context_id(&ambient);
    let header = HeaderValue::from_str(&context_id);
    let used = Used::default();
    request.extensions_mut().insert(used.clone());
    let mut response = next.run(request).await;
    if let Some(error) = response.extensions_mut().remove::<ApiError>() {
        response = write(error, context_id, response);
    }
    used.tell(response.headers_mut());
    if let Ok(header) = header {
        response.headers_mut().insert(CORRELATION_ID, header);
    }
    response
}

fn write(error: ApiError, context_id: String, response: Response) -> Response {
    let (mut parts, _) = response.into_parts();
    let oauth = error.oauth_error();
    let body = error.into_body(context_id);
    let written = match oauth {
        Some(error) => serde_json::to_vec(&TokenError {
            error: error.to_owned(),
            error_description: body.message.clone(),
            description: body.message,
        }),
        None => serde_json::to_vec(&body),
    };
    let body = written.unwrap_or_else(|error| {
        tracing::error!(%error, "an error body could not be written");
        b"{}".to_vec()
    });
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Response::from_parts(parts, Body::from(body))
}
