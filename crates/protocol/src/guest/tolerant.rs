//! Readers for fields that clients fill in more ways than one.

use serde::{Deserialize, Deserializer, de::IgnoredAny};

/// Text, or a number or boolean as its text; anything else counts as absent.
#[derive(Deserialize)]
#[serde(untagged)]
enum Loose {
    Text(String),
    Bool(bool),
    Number(serde_json::Number),
    Other(IgnoredAny),
}

/// Reads an optional text leniently: it labels something and decides nothing.
pub(crate) fn label<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(match Loose::deserialize(deserializer)? {
        Loose::Text(text) => Some(text),
        Loose::Bool(value) => Some(value.to_string()),
        Loose::Number(number) => Some(number.to_string()),
        Loose::Other(_) => None,
    })
}

/// Reads a text that may be null or absent.
pub(crate) fn text_or_empty<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}
