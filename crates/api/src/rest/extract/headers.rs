//! Request headers with a meaning of their own.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};

use crate::{App, error::ApiError};

/// `Idempotency-Key`: the start token of REST (START1).
pub(crate) struct IdempotencyKey(pub(crate) Option<String>);

/// `If-Match`: the revision that the caller decided on (LOG3).
pub(crate) struct IfMatch(pub(crate) Option<u64>);

/// `Last-Event-ID`: where a stream goes on (LOG4).
pub(crate) struct LastEventId(pub(crate) Option<String>);

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a str>, ApiError> {
    let mut values = headers.get_all(name).iter();
    let first = values.next().map(|value| value.to_str()).transpose();
    match (first, values.next()) {
        (Ok(text), None) => Ok(text),
        (Ok(_), Some(_)) => Err(ApiError::invalid(name, "came twice", "send it once")),
        (Err(_), _) => Err(ApiError::invalid(name, "is not ASCII text", "send ASCII text")),
    }
}

impl FromRequestParts<App> for IdempotencyKey {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _app: &App) -> Result<Self, ApiError> {
        let name = "Idempotency-Key";
        let key = text(&parts.headers, name)?;
        match key {
            Some(key) if key.is_empty() || key.len() > 255 => {
                Err(ApiError::invalid(name, "must have 1 to 255 bytes", "draw a UUID for each start"))
            }
            Some(_) | None => Ok(Self(key.map(str::to_owned))),
        }
    }
}

impl FromRequestParts<App> for IfMatch {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _app: &App) -> Result<Self, ApiError> {
        let Some(text) = text(&parts.headers, header::IF_MATCH.as_str())?.map(str::trim) else { return Ok(Self(None)) };
        // `*` asks for any revision at all: there always is one.
        if text == "*" {
            return Ok(Self(None));
        }
        let quoted = text.strip_prefix("W/").unwrap_or(text);
        let inner = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(quoted);
        match inner.parse() {
            Ok(revision) => Ok(Self(Some(revision))),
            Err(_) => {
                Err(ApiError::invalid("If-Match", "is no revision", "send the `ETag` of the read, such as `\"3\"`"))
            }
        }
    }
}

impl FromRequestParts<App> for LastEventId {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _app: &App) -> Result<Self, ApiError> {
        Ok(Self(text(&parts.headers, "Last-Event-ID")?.filter(|text| !text.is_empty()).map(str::to_owned)))
    }
}
