//! Parameters of the query: unknown ones are refused by name, because a misspelt filter that is ignored finds everything.

use std::str::FromStr;

use axum::{
    extract::{FromRequestParts, Query},
    http::request::Parts,
};
use serde::de::DeserializeOwned;

use crate::{App, error::ApiError};

/// The parameters of a query, each as text; `T` names them all and denies others.
pub(crate) struct Parameters<T>(pub(crate) T);

impl<T: DeserializeOwned + Send> FromRequestParts<App> for Parameters<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        match Query::from_request_parts(parts, app).await {
            Ok(Query(parameters)) => Ok(Self(parameters)),
            // Every parameter is read as text, so what serde complains about is a name, never a value.
            Err(rejection) => {
                let source = std::error::Error::source(&rejection).map(ToString::to_string);
                let rule = source.unwrap_or_else(|| "can't be read".to_owned());
                Err(ApiError::invalid("query", &format!("can't be read: {rule}"), "correct the parameter's name"))
            }
        }
    }
}

/// Reads one parameter.
///
/// # Errors
/// 400 that names the parameter and shows what it should look like.
pub(crate) fn parse<T: FromStr>(name: &str, text: Option<&str>, example: &str) -> Result<Option<T>, ApiError> {
    let parsed = text.map(str::parse::<T>).transpose();
    parsed.map_err(|_| ApiError::invalid(name, "can't be read", &format!("write it like `{example}`")))
}
