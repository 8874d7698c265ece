//! JSON with placeholders: made JSON first, rendered leaf by leaf, so that no value can break or add to it.

use serde_json::{Map, Value};
use waybill_model::ContextRead;

use super::{
    Landing, Names, RenderFault, Rendered, Template, TemplateFault, Uses,
    place::{Place, SecretRule},
    scan::{check_length, excerpt, place_end},
    text::{check_size, json_size},
};

/// Begins the leaf that stands for a bare placeholder; JSON that an author writes has no such character.
const BARE: char = '\u{0}';
const SECRETS_IN_REQUESTS: SecretRule =
    SecretRule::Refused("secrets stand in the headers and the body of a request only");

/// A JSON document with placeholders in its leaves and keys.
#[derive(Debug, Clone)]
pub struct JsonTemplate {
    root: Node,
    uses: Uses,
}

#[derive(Debug, Clone)]
enum Node {
    /// Nothing to fill.
    Ready(Value),
    /// A placeholder that keeps its type.
    Place(Place),
    /// Text with placeholders.
    Text(Template),
    Array(Vec<Node>),
    Object(Vec<(Template, Node)>),
}

/// How a string that is exactly one placeholder is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Strings {
    /// As text: what keeps its type stands outside of strings.
    Text,
    /// As a value with its type.
    Typed,
}

impl JsonTemplate {
    /// Reads a text. A placeholder inside a JSON string is text there; one outside of strings is a value with its type.
    ///
    /// # Errors
    /// `TemplateFault` names the place and what to write instead.
    pub fn compile(text: &str) -> Result<Self, TemplateFault> {
        Self::compile_with(text, SECRETS_IN_REQUESTS)
    }

    /// Takes a document as it stands in a flow. A string that is exactly one placeholder becomes a value with its type.
    ///
    /// # Errors
    /// `TemplateFault` names the place and what to write instead.
    pub fn of(document: &Value) -> Result<Self, TemplateFault> {
        Self::of_with(document, SECRETS_IN_REQUESTS)
    }

    pub(super) fn compile_with(text: &str, secrets: SecretRule) -> Result<Self, TemplateFault> {
        check_length(text)?;
        let (json, bare) = with_leaves(text)?;
        let document = serde_json::from_str(&json).map_err(|error| {
            // The parser saw the text with leaves in place of placeholders: its columns are not the author's.
            let reason = error.to_string();
            let reason = reason.split(" at line").next().unwrap_or_default().to_owned();
            TemplateFault::Json { reason: format!("{reason} in line {}", error.line()) }
        })?;
        let mut uses = Uses::default();
        let root = Builder { bare: &bare, strings: Strings::Text, secrets, uses: &mut uses }.node(&document)?;
        Ok(Self { root, uses })
    }

    pub(super) fn of_with(document: &Value, secrets: SecretRule) -> Result<Self, TemplateFault> {
        let mut uses = Uses::default();
        let root = Builder { bare: &[], strings: Strings::Typed, secrets, uses: &mut uses }.node(document)?;
        Ok(Self { root, uses })
    }

    /// Fills the placeholders.
    ///
    /// # Errors
    /// `RenderFault` names what is not there and why, or what can't be done.
    pub fn render(&self, names: &Names<'_>) -> Result<Rendered<Value>, RenderFault> {
        let mut reads = Vec::new();
        let value = self.write(names, &mut reads)?;
        Ok(Rendered { value, reads })
    }

    pub(super) fn write(&self, names: &Names<'_>, reads: &mut Vec<ContextRead>) -> Result<Value, RenderFault> {
        let mut filler = Filler { names, reads, bytes: 0 };
        filler.fill(&self.root)
    }

    /// What it names.
    #[must_use]
    pub const fn uses(&self) -> &Uses {
        &self.uses
    }
}

/// The text as JSON, with a leaf for each placeholder outside of strings; and those placeholders.
fn with_leaves(text: &str) -> Result<(String, Vec<&str>), TemplateFault> {
    if text.contains("\\u0000") {
        return Err(TemplateFault::Json { reason: "the character U+0000 can't be sent".to_owned() });
    }
    let mut json = String::with_capacity(text.len());
    let mut bare = Vec::new();
    let mut in_string = false;
    let mut at = 0;
    while let Some(letter) = text[at..].chars().next() {
        let rest = &text[at..];
        if let Some(inside) = rest.strip_prefix("{{") {
            let Some(end) = place_end(inside) else {
                return Err(TemplateFault::Unclosed { start: excerpt(rest) });
            };
            let place = &inside[..end];
            if in_string {
                json.push_str("{{");
                json.push_str(&escaped(place));
                json.push_str("}}");
            } else {
                json.push_str(&format!("\"\\u0000{}\"", bare.len()));
                bare.push(place.trim());
            }
            at += end + 4;
            continue;
        }
        json.push(letter);
        at += letter.len_utf8();
        match letter {
            '"' => in_string = !in_string,
            '\\' if in_string => {
                // What is escaped can't end the string.
                if let Some(escaped) = text[at..].chars().next() {
                    json.push(escaped);
                    at += escaped.len_utf8();
                }
            }
            _ => {}
        }
    }
    Ok((json, bare))
}

/// A placeholder inside of a JSON string, with its own quotes escaped: `{{ customData["odd-key"] }}` is written as it is.
fn escaped(place: &str) -> String {
    let mut escaped = String::with_capacity(place.len());
    let mut letters = place.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => escaped.push_str("\\\""),
            '\\' => {
                escaped.push('\\');
                escaped.extend(letters.next());
            }
            '\n' | '\r' | '\t' => escaped.push(' '),
            _ => escaped.push(letter),
        }
    }
    escaped
}

struct Builder<'a> {
    bare: &'a [&'a str],
    strings: Strings,
    secrets: SecretRule,
    uses: &'a mut Uses,
}

impl Builder<'_> {
    fn node(&mut self, value: &Value) -> Result<Node, TemplateFault> {
        Ok(match value {
            Value::Null | Value::Bool(_) | Value::Number(_) => Node::Ready(value.clone()),
            Value::String(text) => self.leaf(text)?,
            Value::Array(items) => {
                let items = items.iter().map(|item| self.node(item)).collect::<Result<Vec<_>, _>>()?;
                match items.iter().all(|item| matches!(item, Node::Ready(_))) {
                    true => Node::Ready(value.clone()),
                    false => Node::Array(items),
                }
            }
            Value::Object(fields) => {
                let mut nodes = Vec::with_capacity(fields.len());
                for (name, value) in fields {
                    if name.starts_with(BARE) {
                        let reason = "the name of a field is a text: put quotes around the placeholder".to_owned();
                        return Err(TemplateFault::Json { reason });
                    }
                    nodes.push((self.template(name)?, self.node(value)?));
                }
                let is_ready =
                    |(name, node): &(Template, Node)| name.as_text().is_some() && matches!(node, Node::Ready(_));
                if nodes.iter().all(is_ready) { Node::Ready(value.clone()) } else { Node::Object(nodes) }
            }
        })
    }

    fn template(&mut self, text: &str) -> Result<Template, TemplateFault> {
        let template = Template::compile_with(text, Landing::Text, self.secrets)?;
        self.uses.extend(template.uses());
        Ok(template)
    }

    fn leaf(&mut self, text: &str) -> Result<Node, TemplateFault> {
        let bare = text.strip_prefix(BARE).and_then(|position| self.bare.get(position.parse::<usize>().ok()?));
        if let Some(source) = bare {
            return Place::compile(source, self.secrets, self.uses).map(Node::Place);
        }
        let template = self.template(text)?;
        if let Some(text) = template.as_text() {
            return Ok(Node::Ready(text.into()));
        }
        match self.strings {
            Strings::Text => Ok(Node::Text(template)),
            Strings::Typed => Ok(template.as_place().cloned().map_or(Node::Text(template), Node::Place)),
        }
    }
}

struct Filler<'a, 'n> {
    names: &'a Names<'n>,
    reads: &'a mut Vec<ContextRead>,
    bytes: usize,
}

impl Filler<'_, '_> {
    fn fill(&mut self, node: &Node) -> Result<Value, RenderFault> {
        let leaf = match node {
            Node::Ready(value) => value.clone(),
            Node::Place(place) => place.value(self.names, self.reads)?,
            Node::Text(template) => template.write(self.names, self.reads)?.into(),
            Node::Array(items) => {
                return items.iter().map(|item| self.fill(item)).collect::<Result<Vec<_>, _>>().map(Value::from);
            }
            Node::Object(fields) => {
                let mut object = Map::new();
                for (name, node) in fields {
                    let name = match name.as_text() {
                        Some(name) => name.into_owned(),
                        None => name.write(self.names, self.reads)?,
                    };
                    self.count(name.len())?;
                    let value = self.fill(node)?;
                    if object.insert(name, value).is_some() {
                        let reason = "two fields of one object got the same name".to_owned();
                        return Err(RenderFault::Type { name: "the JSON".to_owned(), reason });
                    }
                }
                return Ok(object.into());
            }
        };
        self.count(json_size(&leaf))?;
        Ok(leaf)
    }

    fn count(&mut self, bytes: usize) -> Result<(), RenderFault> {
        self.bytes = self.bytes.saturating_add(bytes);
        check_size(self.bytes)
    }
}
