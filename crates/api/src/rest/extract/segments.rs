//! The variable segments of a path.

use axum::{
    extract::{FromRequestParts, Path, rejection::PathRejection},
    http::{StatusCode, request::Parts},
};
use serde::de::DeserializeOwned;

use crate::{App, error::ApiError};

/// Segments as texts; whether they name something is the use case's to say.
pub(crate) struct Segments<T>(pub(crate) T);

impl<T: DeserializeOwned + Send> FromRequestParts<App> for Segments<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        match Path::from_request_parts(parts, app).await {
            Ok(Path(segments)) => Ok(Self(segments)),
            Err(PathRejection::FailedToDeserializePathParams(_)) => {
                Err(ApiError::new(StatusCode::BAD_REQUEST, "bad.request", "the path is not UTF-8; encode it as such"))
            }
            Err(rejection) => Err(ApiError::bug(rejection.to_string())),
        }
    }
}
