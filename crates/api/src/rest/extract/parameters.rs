//! Parameters of the query: unknown ones are refused by name, because a misspelt filter that is ignored finds everything.

use std::{borrow::Cow, str::FromStr};

use axum::{
    extract::{FromRequestParts, Query},
    http::{Uri, request::Parts},
};
use serde::de::DeserializeOwned;

use crate::{App, error::ApiError};

/// Where the empty text is a value like any other.
const MAY_BE_EMPTY: [&str; 1] = ["attributeValue"];

/// The parameters of a query, each as text; `T` names them all and denies others. One without a text counts as absent:
/// forms and clients send what was left empty.
pub(crate) struct Parameters<T>(pub(crate) T);

impl<T: DeserializeOwned + Send> FromRequestParts<App> for Parameters<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, ApiError> {
        match Query::try_from_uri(&given(&parts.uri)) {
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

/// The address without the parameters that were left empty.
fn given(uri: &Uri) -> Cow<'_, Uri> {
    let query = uri.query().unwrap_or_default();
    let is_left_empty = |name: &str, value: &str| value.is_empty() && !MAY_BE_EMPTY.contains(&name);
    if !form_urlencoded::parse(query.as_bytes()).any(|(name, value)| is_left_empty(&name, &value)) {
        return Cow::Borrowed(uri);
    }
    let mut kept = form_urlencoded::Serializer::new(String::new());
    kept.extend_pairs(form_urlencoded::parse(query.as_bytes()).filter(|(name, value)| !is_left_empty(name, value)));
    // What was an address without them is one; if not, the reader says what is wrong with the whole.
    Uri::builder().path_and_query(format!("/?{}", kept.finish())).build().map_or(Cow::Borrowed(uri), Cow::Owned)
}

/// Reads one parameter.
///
/// # Errors
/// 400 that names the parameter and shows what it should look like.
pub(crate) fn parse<T: FromStr>(name: &str, text: Option<&str>, example: &str) -> Result<Option<T>, ApiError> {
    let parsed = text.map(str::parse::<T>).transpose();
    parsed.map_err(|_| ApiError::invalid(name, "can't be read", &format!("write it like `{example}`")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(query: &str, expected: &str) {
        let uri: Uri = format!("/api/v2/users?{query}").parse().unwrap();
        assert_eq!(given(&uri).query().unwrap_or_default(), expected, "{query}");
    }

    #[test]
    fn rest1_a_parameter_that_was_left_empty_counts_as_absent() {
        check("name=&pageSize=5", "pageSize=5");
        check("name=a%20b&cursor=&expand", "name=a+b");
        check("cursor=", "");
        check("attributeKey=plan&attributeValue=&to=", "attributeKey=plan&attributeValue=");
        check("pageSize=5&pageSize=6", "pageSize=5&pageSize=6");
    }
}
