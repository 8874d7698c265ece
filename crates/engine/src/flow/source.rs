//! A document as text: what it says, and where each part of it stands.

use std::{collections::BTreeMap, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Number, Value};
use serde_saphyr::{Error, Location, MessageFormatter, Spanned, UserMessageFormatter};

use super::{Finding, Place, Severity};
use crate::attributes::nearest;

/// The longest document in bytes.
const MAX_BYTES: usize = 256 * 1024;

/// A document as text: what it says, and where each part of it stands.
#[derive(Debug, Clone, Default)]
pub(super) struct Source {
    /// What it says.
    pub(super) value: Value,
    /// Line and column by path.
    places: BTreeMap<String, (u64, u64)>,
}

impl Source {
    /// Reads YAML or JSON.
    pub(super) fn read(text: &str) -> Result<Self, Box<Finding>> {
        if text.len() > MAX_BYTES {
            let message = format!("the document has {} bytes", text.len());
            return Err(Box::new(Finding::error(
                "syntax",
                message,
                format!("{MAX_BYTES} are the most: put parts into sub-flows"),
            )));
        }
        let options = serde_saphyr::options! {
            budget: serde_saphyr::budget! { max_depth: 32, max_nodes: 50_000, max_documents: 1, max_aliases: 200, max_total_scalar_bytes: 4 * MAX_BYTES },
            strict_booleans: true,
            with_snippet: false,
            non_finite_float_policy: serde_saphyr::options::NonFiniteFloatPolicy::Reject,
        };
        let node: Spanned<Node> =
            serde_saphyr::from_str_with_options(text, options).map_err(|error| unreadable(&error))?;
        let mut source = Self::default();
        source.value = source.place(node, String::new());
        Ok(source)
    }

    /// The place of a path, or of the nearest part around it that has one.
    pub(super) fn at(&self, path: &str) -> Place {
        let mut around = path;
        loop {
            if let Some((line, column)) = self.places.get(around) {
                return Place { line: *line, column: *column, path: path.to_owned() };
            }
            let Some(end) = around.rfind(['.', '[']) else { break };
            around = &around[..end];
        }
        let (line, column) = self.places.get("").copied().unwrap_or_default();
        Place { line, column, path: path.to_owned() }
    }

    /// Reads a part into its type.
    pub(super) fn part<T: DeserializeOwned>(&self, path: &str, value: &Value) -> Result<T, Box<Finding>> {
        serde_path_to_error::deserialize(value).map_err(|error| {
            let inner = error.path().to_string();
            let path = match (path, inner.as_str()) {
                (path, "." | "") => path.to_owned(),
                ("", inner) => inner.to_owned(),
                (path, inner) if inner.starts_with('[') => format!("{path}{inner}"),
                (path, inner) => format!("{path}.{inner}"),
            };
            let message = error.inner().to_string();
            let remedy = remedy(&message);
            Box::new(Finding { place: self.at(&path), ..Finding::error("document", message, remedy) })
        })
    }

    fn place(&mut self, node: Spanned<Node>, path: String) -> Value {
        let Spanned { value, referenced, defined: _ } = node;
        let value = match value {
            Node::Scalar(value) => value,
            Node::List(items) => {
                let each = |(position, item)| self.place(item, format!("{path}[{position}]"));
                Value::Array(items.into_iter().enumerate().map(each).collect())
            }
            Node::Map(members) => {
                let mut map = Map::new();
                for (name, member) in members {
                    let inner = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                    let member = self.place(member, inner);
                    map.insert(name, member);
                }
                Value::Object(map)
            }
        };
        if referenced != Location::UNKNOWN {
            self.places.insert(path, (referenced.line(), referenced.column()));
        }
        value
    }
}

fn unreadable(error: &Error) -> Finding {
    let message = UserMessageFormatter.format_message(error).into_owned();
    let (line, column) = error.location().map_or((0, 0), |location| (location.line(), location.column()));
    let place = Place { line, column, path: String::new() };
    Finding { place, ..Finding::error("syntax", message, "write the document as YAML or JSON".to_owned()) }
}

/// What is probably meant, where serde lists what it knows.
fn remedy(message: &str) -> String {
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    match quoted.split_first() {
        Some((unknown, known)) if message.starts_with("unknown") && !known.is_empty() => {
            match nearest(unknown, known.iter().copied()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("take one of `{}`", known.join("`, `")),
            }
        }
        Some((name, _)) if message.starts_with("missing field") => format!("add `{name}`"),
        Some(_) | None => "see the schema of flows for what can stand here".to_owned(),
    }
}

impl Finding {
    /// The action that a path leads into.
    pub(super) fn action_in(path: &str) -> Option<String> {
        let inside = path.strip_prefix("actions.")?;
        Some(inside.split(['.', '[']).next().unwrap_or(inside).to_owned())
    }

    pub(super) fn error(rule: &'static str, message: String, remedy: String) -> Self {
        Self { severity: Severity::Error, place: Place::default(), action: None, rule, message, remedy }
    }
}

/// One node of a document with places inside.
#[derive(Debug)]
enum Node {
    Scalar(Value),
    List(Vec<Spanned<Node>>),
    Map(Vec<(String, Spanned<Node>)>),
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text, a number, true, false, null, a list or a map")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Scalar(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Scalar(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Scalar(value.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Node, E> {
        let number = Number::from_f64(value).ok_or_else(|| E::custom("a number has to be finite"))?;
        Ok(Node::Scalar(Value::Number(number)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Node, E> {
        Ok(Node::Scalar(value.into()))
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Scalar(Value::Null))
    }

    fn visit_none<E>(self) -> Result<Node, E> {
        Ok(Node::Scalar(Value::Null))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Node::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Node, A::Error> {
        let mut map = Vec::new();
        while let Some(member) = members.next_entry()? {
            map.push(member);
        }
        Ok(Node::Map(map))
    }
}
