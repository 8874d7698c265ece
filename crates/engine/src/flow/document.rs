//! The document of a flow as its author writes it. Its JSON Schema is made of these types.

use std::{borrow::Cow, collections::BTreeMap, fmt, marker::PhantomData, time::Duration};

use jiff::SignedDuration;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{
    Deserialize, Deserializer,
    de::{self, MapAccess, Visitor, value::MapAccessDeserializer},
};
use serde_json::Value;

use super::actions::WrittenAction;

/// A flow: what happens in a conversation by itself.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields, title = "Flow")]
pub struct FlowDocument {
    /// The flow's name.
    pub flow: String,
    /// What it is begun by.
    pub kind: FlowKind,
    /// What it is for.
    #[schemars(default)]
    pub description: Option<String>,
    /// What it needs of the deployments that are bound to it.
    #[schemars(default)]
    pub uses: Uses,
    /// Variables that have a value from the beginning.
    #[schemars(default)]
    pub variables: BTreeMap<String, Value>,
    /// What becomes of the conversation when a run fails.
    #[schemars(default)]
    pub on_failure: Option<OnFailure>,
    /// The action that comes first.
    pub start: String,
    /// The actions by name.
    pub actions: BTreeMap<String, WrittenAction>,
}

/// The document before its actions are told apart.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct RawDocument {
    pub(super) flow: String,
    #[expect(dead_code, reason = "there is one kind, and reading it checks that")]
    pub(super) kind: FlowKind,
    #[expect(dead_code, reason = "for people who read the document")]
    #[serde(default)]
    pub(super) description: Option<String>,
    #[serde(default)]
    pub(super) uses: Uses,
    #[serde(default)]
    pub(super) variables: BTreeMap<String, Value>,
    #[serde(default)]
    pub(super) on_failure: Option<OnFailure>,
    pub(super) start: String,
    pub(super) actions: BTreeMap<String, Value>,
}

/// What a flow is begun by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum FlowKind {
    /// A conversation begins.
    InboundMessage,
}

/// What a flow needs of the deployments that are bound to it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Uses {
    /// Context keys: `plan`; `plan?` where it can do without; `crmCustomerId@signed` where only a value of at least this
    /// trust counts.
    pub custom_data: Vec<String>,
}

/// What becomes of the conversation when a run fails.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OnFailure {
    /// The name of the queue in which it waits from then on, unless it waits already or somebody works on it.
    pub queue: String,
}

/// A text, or the long form of the same.
#[derive(Debug, Clone, PartialEq, Eq, JsonSchema)]
#[schemars(untagged)]
pub enum Short<T> {
    /// The text.
    Text(String),
    /// The long form.
    Long(T),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Short<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ShortVisitor(PhantomData))
    }
}

struct ShortVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ShortVisitor<T> {
    type Value = Short<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or a map")
    }

    fn visit_str<E>(self, text: &str) -> Result<Short<T>, E> {
        Ok(Short::Text(text.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Short<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(members)).map(Short::Long)
    }
}

/// A length of time as it is written: `500ms`, `2s`, `10 minutes`, `1h 30m`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pause(Duration);

impl Pause {
    /// So many milliseconds.
    #[must_use]
    pub const fn from_millis(millis: u64) -> Self {
        Self(Duration::from_millis(millis))
    }

    /// In milliseconds.
    #[must_use]
    pub fn millis(self) -> i64 {
        i64::try_from(self.0.as_millis()).unwrap_or(i64::MAX)
    }
}

impl<'de> Deserialize<'de> for Pause {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let read = |text: &str| {
            let Ok(span) = text.parse::<SignedDuration>() else { return None };
            Duration::try_from(span).map_or(None, |span| Some(Self(span)))
        };
        read(&text).ok_or_else(|| de::Error::custom(format!("`{text}` is no length of time, such as `2s` or `10m`")))
    }
}

impl JsonSchema for Pause {
    fn schema_name() -> Cow<'static, str> {
        "Pause".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "A length of time: `500ms`, `2s`, `10 minutes`, `1h 30m`.",
            "pattern": "^[0-9]"
        })
    }
}
