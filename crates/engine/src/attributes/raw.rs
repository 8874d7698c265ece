//! Raw JSON: the members of an object as they stand in the text, doubles included (L25).

use std::{collections::BTreeMap, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

/// One member of an object.
#[derive(Debug)]
pub(super) struct Member<'a> {
    pub(super) key: String,
    /// The value's JSON text.
    pub(super) json: &'a str,
    /// Whether the same key stands elsewhere in the same object.
    pub(super) twice: bool,
}

/// Why a text has no members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NotAnObject {
    /// It is not JSON; where it stops being JSON.
    Malformed { line: usize, column: usize },
    /// It is JSON of another kind.
    Other(Kind),
}

/// The kinds of JSON values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Null,
    Bool,
    Number,
    Text,
    Array,
    Object,
}

impl Kind {
    /// The kind of a valid JSON text, from its first character.
    pub(super) fn of(json: &str) -> Self {
        match json.trim_start_matches([' ', '\t', '\r', '\n']).as_bytes().first() {
            Some(b'n') => Self::Null,
            Some(b't' | b'f') => Self::Bool,
            Some(b'"') => Self::Text,
            Some(b'[') => Self::Array,
            Some(b'{') => Self::Object,
            Some(_) | None => Self::Number,
        }
    }

    /// With its article, for sentences.
    pub(super) const fn article(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool => "a boolean",
            Self::Number => "a number",
            Self::Text => "text",
            Self::Array => "an array",
            Self::Object => "an object",
        }
    }
}

/// The members of an object, in the order of the text.
pub(super) fn members(json: &str) -> Result<Vec<Member<'_>>, NotAnObject> {
    let malformed = |error: serde_json::Error| NotAnObject::Malformed { line: error.line(), column: error.column() };
    if Kind::of(json) != Kind::Object {
        let value: &RawValue = serde_json::from_str(json).map_err(malformed)?;
        return Err(NotAnObject::Other(Kind::of(value.get())));
    }
    let Members(mut members) = serde_json::from_str(json).map_err(malformed)?;
    mark_doubles(&mut members);
    Ok(members)
}

/// How deep arrays and objects are nested in a valid JSON text; 0 for a scalar.
pub(super) fn depth(json: &str) -> usize {
    let (mut deepest, mut depth, mut in_text, mut escaped) = (0_usize, 0_usize, false, false);
    for byte in json.bytes() {
        if escaped {
            escaped = false;
            continue;
        }
        match byte {
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'[' | b'{' if !in_text => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

fn mark_doubles(members: &mut [Member<'_>]) {
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for member in members.iter() {
        *counts.entry(&member.key).or_default() += 1;
    }
    if counts.len() == members.len() {
        return;
    }
    let doubles: Vec<bool> = members.iter().map(|member| counts.get(member.key.as_str()) > Some(&1)).collect();
    for (member, twice) in members.iter_mut().zip(doubles) {
        member.twice = twice;
    }
}

struct Members<'a>(Vec<Member<'a>>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
        let mut members = Vec::new();
        while let Some((key, value)) = map.next_entry::<String, &'de RawValue>()? {
            members.push(Member { key, json: value.get(), twice: false });
        }
        Ok(Members(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(json: &str) -> Vec<(String, String, bool)> {
        members(json).unwrap().into_iter().map(|member| (member.key, member.json.to_owned(), member.twice)).collect()
    }

    #[test]
    fn l25_a_key_that_stands_twice_is_seen_twice_however_it_is_written() {
        let found = keys(r#"{ "a" : 1, "b": [ 1 ] , "\u0061": "x" }"#);
        let a = |json: &str| ("a".to_owned(), json.to_owned(), true);
        assert_eq!(found, [a("1"), ("b".to_owned(), "[ 1 ]".to_owned(), false), a("\"x\"")]);
    }

    #[test]
    fn l7_text_that_is_not_an_object_is_told_from_text_that_is_not_json() {
        assert_eq!(members("[]").unwrap_err(), NotAnObject::Other(Kind::Array));
        assert_eq!(members(" \"{}\"").unwrap_err(), NotAnObject::Other(Kind::Text));
        for broken in ["", "{", "{]", "{\"a\":1,}", "{\"a\":01}", "{} x", "nul", "{\"a\":\"\n\"}", "{\"\\ud800\":1}"] {
            assert!(matches!(members(broken), Err(NotAnObject::Malformed { .. })), "{broken}");
        }
    }

    #[test]
    fn ctx1_depth_counts_brackets_outside_of_text() {
        for (json, expected) in [("1", 0), ("[]", 1), (r#"{"a":[{}]}"#, 3), (r#"["[[\"[", []]"#, 2), (r#""[{""#, 0)] {
            assert_eq!(depth(json), expected, "{json}");
        }
    }
}
