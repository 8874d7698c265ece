//! Bodies as raw text: admission finds duplicate keys and exact numbers only there.

use std::fmt;

use axum::{
    extract::{FromRequest, Request},
    http::{StatusCode, header},
};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use serde::{
    Deserialize,
    de::{Deserializer as _, MapAccess, Visitor},
};
use serde_json::value::RawValue;

use crate::{App, error::ApiError};

/// The text of a body, at most as long as the operator allows.
pub(crate) struct RawBody(pub(crate) String);

impl FromRequest<App> for RawBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &App) -> Result<Self, ApiError> {
        read_text(request, app.service().settings().limits.body_bytes).await.map(Self)
    }
}

/// The text of a body that needs more room than others: a thousand topics.
pub(crate) struct LongBody(pub(crate) String);

/// Bytes of a long body.
const LONG_BYTES: usize = 256 * 1_024;

impl FromRequest<App> for LongBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &App) -> Result<Self, ApiError> {
        read_text(request, app.service().settings().limits.body_bytes.max(LONG_BYTES)).await.map(Self)
    }
}

async fn read_text(request: Request, limit: usize) -> Result<String, ApiError> {
    let announced = request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    if announced.is_some_and(|bytes: u64| bytes > limit as u64) {
        return Err(too_large(limit));
    }
    let bytes = Limited::new(request.into_body(), limit).collect().await.map_err(|error| unread(&*error, limit))?;
    let text = String::from_utf8(bytes.to_bytes().into());
    text.map_err(|_| malformed("the body is not UTF-8; send JSON as UTF-8"))
}

fn unread(error: &(dyn std::error::Error + 'static), limit: usize) -> ApiError {
    if error.is::<LengthLimitError>() {
        return too_large(limit);
    }
    malformed("the body ended before its time; send it again")
}

fn too_large(limit: usize) -> ApiError {
    let message = format!("the body is larger than {limit} bytes; send less");
    ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "request.entity.too.large", message).with_param("maxBytes", limit)
}

fn malformed(message: impl Into<String>) -> ApiError {
    ApiError::new(StatusCode::BAD_REQUEST, "malformed_json", message)
}

/// The members of a JSON object, each with the raw text of its value.
pub(crate) struct Fields<'a>(Vec<(String, &'a RawValue)>);

impl<'a> Fields<'a> {
    /// Reads the top level of an object.
    ///
    /// # Errors
    /// 400 when the text is not a JSON object; the message has no value in it.
    pub(crate) fn read(text: &'a str) -> Result<Self, ApiError> {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let members = deserializer.deserialize_map(Members).and_then(|members| deserializer.end().map(|()| members));
        members.map(Self).map_err(|error| match error.classify() {
            serde_json::error::Category::Data => malformed("the body has to be a JSON object"),
            serde_json::error::Category::Syntax
            | serde_json::error::Category::Eof
            | serde_json::error::Category::Io => {
                let (line, column) = (error.line(), error.column());
                malformed(format!("the body stops being JSON at line {line}, column {column}; send valid JSON"))
            }
        })
    }

    /// The same for a body that may be absent: clients send nothing at all, or the word `null`.
    ///
    /// # Errors
    /// As `read`.
    pub(crate) fn read_or_nothing(text: &'a str) -> Result<Self, ApiError> {
        if is_nothing(text) { Ok(Self(Vec::new())) } else { Self::read(text) }
    }

    /// Takes a member out; `None` when there is none of this name, or when it is `null`.
    ///
    /// # Errors
    /// 400 when it stands there twice.
    pub(crate) fn take_given(&mut self, name: &'static str) -> Result<Option<&'a RawValue>, ApiError> {
        Ok(self.take(name)?.filter(|value| value.get() != "null"))
    }

    /// Takes a member of a known shape out; `None` when it is absent or `null`.
    ///
    /// # Errors
    /// 400 when it stands there twice or has another shape.
    pub(crate) fn take_as<T: Deserialize<'a>>(
        &mut self,
        name: &'static str,
        shape: &str,
        example: &str,
    ) -> Result<Option<T>, ApiError> {
        let Some(value) = self.take_given(name)? else { return Ok(None) };
        // What serde complains about could be a value: it stays inside.
        let read = serde_json::from_str(whole(value.get())).map(Some);
        read.map_err(|_| ApiError::invalid(name, &format!("has to be {shape}"), &format!("send it like `{example}`")))
    }

    /// Takes an object of a known shape out, and nothing but an object: a list of the values of its members is none.
    ///
    /// # Errors
    /// As `take_as`.
    pub(crate) fn take_object<T: Deserialize<'a>>(
        &mut self,
        name: &'static str,
        shape: &str,
        example: &str,
    ) -> Result<Option<T>, ApiError> {
        if self.0.iter().any(|(key, value)| key == name && value.get().starts_with('[')) {
            return Err(ApiError::invalid(name, &format!("has to be {shape}"), &format!("send it like `{example}`")));
        }
        self.take_as(name, shape, example)
    }

    /// Takes a list out, each member as raw text; `None` when it is absent or `null`.
    ///
    /// # Errors
    /// 400 when it stands there twice or is no list.
    pub(crate) fn take_list(
        &mut self,
        name: &'static str,
        example: &str,
    ) -> Result<Option<Vec<&'a RawValue>>, ApiError> {
        let Some(value) = self.take_given(name)? else { return Ok(None) };
        let read = serde_json::from_str(value.get()).map(Some);
        read.map_err(|_| ApiError::invalid(name, "has to be a list", &format!("send it like `{example}`")))
    }

    /// Takes members out that say what the server says itself: clients send back what they read.
    ///
    /// # Errors
    /// 400 when one stands there twice.
    pub(crate) fn leave_out(&mut self, names: &[&'static str]) -> Result<(), ApiError> {
        names.iter().try_for_each(|name| self.take(name).map(|_| ()))
    }

    /// Takes a member out; `None` when there is none of this name.
    ///
    /// # Errors
    /// 400 when it stands there twice.
    pub(crate) fn take(&mut self, name: &'static str) -> Result<Option<&'a RawValue>, ApiError> {
        let mut found = self.0.extract_if(.., |(key, _)| key == name).map(|(_, value)| value);
        let first = found.next();
        if found.next().is_some() {
            return Err(ApiError::invalid(name, "stands twice in the body", "send it once"));
        }
        Ok(first)
    }

    /// Takes a text out.
    ///
    /// # Errors
    /// 400 when it is missing, twice there, or no text.
    pub(crate) fn take_text(&mut self, name: &'static str, example: &str) -> Result<String, ApiError> {
        let Some(value) = self.take(name)? else {
            return Err(ApiError::invalid(name, "is missing", &format!("send it like `{example}`")));
        };
        let text = serde_json::from_str(value.get());
        text.map_err(|_| ApiError::invalid(name, "has to be text", &format!("send it like `{example}`")))
    }

    /// Takes a text out that may be missing, or null.
    ///
    /// # Errors
    /// 400 when it is twice there, or no text.
    pub(crate) fn take_optional_text(&mut self, name: &'static str, example: &str) -> Result<Option<String>, ApiError> {
        let Some(value) = self.take(name)? else { return Ok(None) };
        let text = serde_json::from_str(value.get());
        text.map_err(|_| ApiError::invalid(name, "has to be text", &format!("send it like `{example}`")))
    }

    /// Every member that nobody took: for bodies whose other members are kept as they are.
    ///
    /// # Errors
    /// 400 when one stands there twice.
    pub(crate) fn into_rest(self) -> Result<Vec<(String, &'a RawValue)>, ApiError> {
        let mut names = std::collections::BTreeSet::new();
        for (name, _) in &self.0 {
            if !names.insert(name.as_str()) {
                let name: String = name.chars().take(128).collect();
                return Err(ApiError::invalid(&name, "stands twice in the body", "send it once"));
            }
        }
        Ok(self.0)
    }

    /// Nothing vanishes: a member that nobody took is refused by name.
    ///
    /// # Errors
    /// 400 that lists every member that is left, and the ones that exist.
    pub(crate) fn finish(self, known: &str) -> Result<(), ApiError> {
        if self.0.is_empty() {
            return Ok(());
        }
        let mut error = ApiError::new(
            StatusCode::BAD_REQUEST,
            "bad.request",
            format!("the body has members that this path does not know; it knows {known}"),
        );
        for (name, _) in self.0 {
            let name: String = name.chars().take(128).collect();
            error = error.about("unknown_option", &name, "is not known here", &format!("use {known}"));
        }
        Err(error)
    }
}

/// A number as the text of a whole one, where it is: for JSON, `43.0` is the integer 43.
pub(crate) fn whole(text: &str) -> &str {
    match text.split_once('.') {
        Some((whole, rest))
            if !whole.is_empty()
                && whole.trim_start_matches('-').bytes().all(|byte| byte.is_ascii_digit())
                && rest.bytes().all(|byte| byte == b'0') =>
        {
            whole
        }
        Some(_) | None => text,
    }
}

/// Whether a body says nothing.
pub(crate) fn is_nothing(text: &str) -> bool {
    matches!(text.trim(), "" | "null")
}

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Vec<(String, &'de RawValue)>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(body: &str, expected: Result<&str, (u16, &str)>) {
        let read = Fields::read(body).and_then(|mut fields| {
            let value = fields.take("metadata")?.map_or("", RawValue::get);
            fields.finish("`metadata`").map(|()| value)
        });
        let read = read.map_err(|error| error.into_body(String::new()));
        match (read, expected) {
            (Ok(value), Ok(expected)) => assert_eq!(value, expected, "{body}"),
            (Err(error), Err((status, part))) => {
                assert_eq!(error.status, status, "{body}");
                assert!(error.message.contains(part), "{body}: {}", error.message);
            }
            (read, expected) => panic!("{body}: {read:?}, not {expected:?}"),
        }
    }

    #[test]
    fn ctx1_a_body_is_read_as_raw_text_and_faults_name_no_value() {
        check(r#"{"metadata":{"a":1,"a":2}}"#, Ok(r#"{"a":1,"a":2}"#));
        check(r#"{"metadata": 0.10}"#, Ok("0.10"));
        check("{}", Ok(""));
        check(r#"{"metadata":{},"metadata":{}}"#, Err((400, "twice")));
        check(r#"{"metdata":{}}"#, Err((400, "`metadata`")));
        check(r#""CRM-1""#, Err((400, "has to be a JSON object")));
        check("[1]", Err((400, "has to be a JSON object")));
        check("null", Err((400, "has to be a JSON object")));
        check(r#"{"metadata":"#, Err((400, "line 1")));
        check(r#"{"metadata":{}} x"#, Err((400, "line 1")));
        check("", Err((400, "line 1")));
    }

    #[test]
    fn rest1_an_integer_may_be_written_with_a_fraction_of_nothing() {
        for (text, expected) in [
            ("43.0", "43"),
            ("-7.00", "-7"),
            ("43.5", "43.5"),
            ("43", "43"),
            ("\"4.0\"", "\"4.0\""),
            ("[4.0]", "[4.0]"),
        ] {
            assert_eq!(whole(text), expected);
        }
    }
}
