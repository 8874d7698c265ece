//! Templates that become text, and expressions that become a value.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use waybill_model::ContextRead;

use super::{
    MAX_OUTPUT_BYTES, Names, RenderFault, TemplateFault, Uses,
    place::{Place, SecretRule},
    scan::{Piece, check_length, excerpt, pieces},
};

/// Whatever is not "unreserved" in RFC 3986.
pub(super) const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// Why a secret can't stand in most places.
const SECRETS_IN_REQUESTS: &str = "secrets stand in the headers and the body of a request only";
const SECRETS_IN_URLS: &str = "URLs are logged on their way; put it into a header or the body";

/// Where the text of a placeholder lands. JSON is made leaf by leaf and needs no landing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Landing {
    /// In plain text.
    Text,
    /// In a part of a URL: percent-encoded, but for the operator's `env.*`.
    UrlPart,
    /// In the value of a header: visible characters only.
    Header,
}

/// What was rendered, and what was read for it (P7).
#[derive(Debug, Clone, PartialEq)]
pub struct Rendered<T> {
    /// What it became.
    pub value: T,
    /// The context keys that were read, each once.
    pub reads: Vec<ContextRead>,
}

/// A text with placeholders.
#[derive(Debug, Clone)]
pub struct Template {
    landing: Landing,
    parts: Vec<Part>,
    uses: Uses,
}

#[derive(Debug, Clone)]
pub(super) enum Part {
    Text(Box<str>),
    Place(Place),
}

/// One expression, without braces around it.
#[derive(Debug, Clone)]
pub struct Expression {
    place: Place,
    uses: Uses,
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// `TemplateFault` names the place and what to write instead.
    pub fn compile(source: &str, landing: Landing) -> Result<Self, TemplateFault> {
        let secrets = match landing {
            Landing::Text => SecretRule::Refused(SECRETS_IN_REQUESTS),
            Landing::UrlPart => SecretRule::Refused(SECRETS_IN_URLS),
            Landing::Header => SecretRule::Places,
        };
        Self::compile_with(source, landing, secrets)
    }

    pub(super) fn compile_with(source: &str, landing: Landing, secrets: SecretRule) -> Result<Self, TemplateFault> {
        let mut uses = Uses::default();
        let parts = pieces(source)?.into_iter().map(|piece| match piece {
            Piece::Text(text) => Ok(Part::Text(text.into())),
            Piece::Place(source) => Place::compile(source, secrets, &mut uses).map(Part::Place),
        });
        let parts = parts.collect::<Result<Vec<_>, _>>()?;
        Ok(Self { landing, parts, uses })
    }

    /// Fills the placeholders.
    ///
    /// # Errors
    /// `RenderFault` names what is not there and why, or what can't be done.
    pub fn render(&self, names: &Names<'_>) -> Result<Rendered<String>, RenderFault> {
        let mut reads = Vec::new();
        let value = self.write(names, &mut reads)?;
        Ok(Rendered { value, reads })
    }

    pub(super) fn write(&self, names: &Names<'_>, reads: &mut Vec<ContextRead>) -> Result<String, RenderFault> {
        let mut out = String::new();
        for part in &self.parts {
            match (part, self.landing) {
                (Part::Text(text), _) => out.push_str(text),
                (Part::Place(place), Landing::UrlPart) if !place.is_operators() => {
                    let mut text = String::new();
                    place.write(names, reads, &mut text)?;
                    out.extend(utf8_percent_encode(&text, RESERVED));
                }
                (Part::Place(place), Landing::Text | Landing::UrlPart | Landing::Header) => {
                    place.write(names, reads, &mut out)?;
                }
            }
            check_size(out.len())?;
        }
        match self.landing {
            Landing::Header if !is_header_value(&out) => Err(RenderFault::Unsendable {
                part: "header".to_owned(),
                reason: "a value has a line break or a character that headers can't carry; send it in the body"
                    .to_owned(),
            }),
            Landing::Header | Landing::Text | Landing::UrlPart => Ok(out),
        }
    }

    /// What it names.
    #[must_use]
    pub const fn uses(&self) -> &Uses {
        &self.uses
    }

    pub(super) fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The one placeholder that it is, if it is exactly that.
    pub(super) const fn as_place(&self) -> Option<&Place> {
        match self.parts.as_slice() {
            [Part::Place(place)] => Some(place),
            _ => None,
        }
    }

    /// The text that it is, if nothing in it has to be filled.
    pub(super) fn as_text(&self) -> Option<Cow<'_, str>> {
        self.parts
            .iter()
            .map(|part| match part {
                Part::Text(text) => Some(text.as_ref()),
                Part::Place(_) => None,
            })
            .collect::<Option<String>>()
            .map(Cow::Owned)
    }
}

impl Expression {
    /// Reads an expression. Braces around all of it may stand there or not.
    ///
    /// # Errors
    /// `TemplateFault` names the place and what to write instead.
    pub fn compile(source: &str) -> Result<Self, TemplateFault> {
        check_length(source)?;
        let mut inside = source.trim();
        if inside.starts_with("{{") {
            let pieces = pieces(inside)?;
            let [Piece::Place(place)] = pieces.as_slice() else {
                let reason = "it is one expression, with or without `{{ }}` around it".to_owned();
                return Err(TemplateFault::Syntax { expression: excerpt(source), reason });
            };
            inside = place;
        }
        let mut uses = Uses::default();
        let place = Place::compile(inside, SecretRule::Refused(SECRETS_IN_REQUESTS), &mut uses)?;
        Ok(Self { place, uses })
    }

    /// Finds its value.
    ///
    /// # Errors
    /// `RenderFault` names what is not there and why, or what can't be done.
    pub fn evaluate(&self, names: &Names<'_>) -> Result<Rendered<Value>, RenderFault> {
        let mut reads = Vec::new();
        let value = self.place.value(names, &mut reads)?;
        check_size(json_size(&value))?;
        Ok(Rendered { value, reads })
    }

    /// What it names.
    #[must_use]
    pub const fn uses(&self) -> &Uses {
        &self.uses
    }
}

/// Visible ASCII with spaces and tabs between.
pub(super) fn is_header_value(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b'\t' | b' '..=b'~'))
}

pub(super) fn check_size(bytes: usize) -> Result<(), RenderFault> {
    if bytes > MAX_OUTPUT_BYTES {
        let reason = format!("it became more than {MAX_OUTPUT_BYTES} bytes");
        return Err(RenderFault::Budget { name: "the text".to_owned(), reason });
    }
    Ok(())
}

/// About how long a value is as JSON.
pub(super) fn json_size(value: &Value) -> usize {
    match value {
        Value::Null | Value::Bool(_) => 4,
        Value::Number(_) => 8,
        Value::String(text) => text.len() + 2,
        Value::Array(items) => items.iter().map(|item| json_size(item) + 1).sum::<usize>() + 2,
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| name.len() + json_size(value) + 4).sum::<usize>() + 2
        }
    }
}
