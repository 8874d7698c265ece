//! Compiles the parts of an action, and notes what the static check has to know of them.

use std::collections::BTreeMap;

use regex::{Regex, RegexBuilder};
use serde_json::Value;
use serde_json_path::JsonPath;

use super::{Finding, Place, compiled::Way, source::Source};
use crate::template::{
    Expression, JsonTemplate, Landing, ROOTS, RequestSource, RequestTemplate, Template, TemplateFault, Uses,
    is_variable_name,
};

/// Largest compiled form of one pattern.
const PATTERN_BYTES: usize = 1 << 20;

/// What the static check has to know of an action.
#[derive(Debug, Clone, Default)]
pub(super) struct Facts {
    /// Everything that is filled in or evaluated.
    pub(super) parts: Vec<Part>,
    /// The variables that it sets.
    pub(super) sets: Vec<(String, Origin)>,
    /// Context keys that it writes, and from what.
    pub(super) writes: Vec<(String, Origin)>,
    /// What it names of the organization.
    pub(super) refers: Vec<Reference>,
    /// Whether it waits for something outside, so that no loop through it is endless.
    pub(super) waits: bool,
    /// Whether it makes a request.
    pub(super) requests: bool,
    /// The request as it is written.
    pub(super) request: Option<RequestSource>,
}

/// Something that is filled in or evaluated.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub(super) role: Role,
    pub(super) place: Place,
    pub(super) source: String,
    pub(super) uses: Uses,
}

/// What a part is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// It is said to the customer.
    Message,
    /// It is sent to somebody else.
    Request,
    /// It decides.
    Condition,
    /// It becomes a variable, an attribute, a name.
    Value,
    /// It is handed to another flow.
    Handed,
}

/// Where the value of a variable comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// It is made of the action's parts.
    Parts,
    /// The customer said it.
    Answer,
    /// A request brought it.
    Reply,
    /// A sub-flow made it.
    SubFlow,
}

/// Something of the organization that is named.
#[derive(Debug, Clone)]
pub(super) struct Reference {
    pub(super) thing: Thing,
    pub(super) name: String,
    pub(super) place: Place,
}

/// What can be named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Thing {
    Queue,
    Skill,
    Language,
    Flow,
    Schedule,
    DataAction,
    Credential,
    WrapupCode,
}

impl Thing {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Queue => "queue",
            Self::Skill => "skill",
            Self::Language => "language",
            Self::Flow => "flow",
            Self::Schedule => "schedule",
            Self::DataAction => "data action",
            Self::Credential => "credential",
            Self::WrapupCode => "wrap-up code",
        }
    }
}

/// Values by name, each a template.
pub(super) type Values = Vec<(String, JsonTemplate)>;
/// JSONPaths by name.
pub(super) type Paths = Vec<(String, Path)>;

/// A JSONPath; one that can find only one thing finds that, any other a list.
#[derive(Debug, Clone)]
pub(super) struct Path {
    path: JsonPath,
    is_single: bool,
}

impl Path {
    pub(super) fn parse(text: &str) -> Result<Self, serde_json_path::ParseError> {
        let path = JsonPath::parse(text)?;
        let is_single = !text.contains("..") && !text.contains(['*', '?', ':', ',']);
        Ok(Self { path, is_single })
    }

    /// What it finds; `None` when that is nothing.
    pub(super) fn find(&self, value: &Value) -> Option<Value> {
        let found = self.path.query(value).all();
        match (found.as_slice(), self.is_single) {
            ([], true) => None,
            ([one, ..], true) => Some((*one).clone()),
            (many, false) => Some(many.iter().map(|one| (*one).clone()).collect()),
        }
    }
}

/// Compiles the parts of one action.
pub(super) struct Compiler<'a> {
    source: &'a Source,
    action: &'a str,
    path: &'a str,
    pub(super) findings: Vec<Finding>,
    pub(super) facts: Facts,
    pub(super) ways: Vec<Way>,
}

impl<'a> Compiler<'a> {
    pub(super) fn new(source: &'a Source, action: &'a str, path: &'a str) -> Self {
        Self { source, action, path, findings: Vec::new(), facts: Facts::default(), ways: Vec::new() }
    }

    /// The place of something inside of the action.
    pub(super) fn at(&self, inner: &str) -> Place {
        if inner.is_empty() { self.source.at(self.path) } else { self.source.at(&format!("{}.{inner}", self.path)) }
    }

    /// Notes a fault of the document.
    pub(super) fn fault(&mut self, inner: &str, rule: &'static str, message: String, remedy: &str) {
        let finding = Finding::error(rule, message, remedy.to_owned());
        self.findings.push(Finding { place: self.at(inner), action: Some(self.action.to_owned()), ..finding });
    }

    fn template_fault(&mut self, inner: &str, fault: &TemplateFault) {
        let message = fault.to_string();
        let (rule, remedy) = match fault {
            TemplateFault::Secret { .. } => ("secretExposed", "secrets stand in headers and bodies of requests alone"),
            TemplateFault::Name { .. } => ("unknownName", "see the reference of flows for the names that there are"),
            TemplateFault::TooLong { .. }
            | TemplateFault::TooMany { .. }
            | TemplateFault::Unclosed { .. }
            | TemplateFault::Statement
            | TemplateFault::Syntax { .. }
            | TemplateFault::Json { .. }
            | TemplateFault::Request { .. } => ("template", "write it as the message says"),
        };
        self.fault(inner, rule, message, remedy);
    }

    /// Notes something that is evaluated.
    pub(super) fn note(&mut self, inner: &str, role: Role, source: &str, uses: &Uses) {
        let part = Part { role, place: self.at(inner), source: source.to_owned(), uses: uses.clone() };
        self.facts.parts.push(part);
    }

    /// A way out, where the document has one.
    pub(super) fn way(&mut self, name: &str, to: Option<String>) {
        self.way_at(name, name, to);
    }

    /// A way out that stands under another name.
    pub(super) fn way_at(&mut self, inner: &str, name: &str, to: Option<String>) {
        if let Some(to) = to {
            let place = self.at(inner);
            self.ways.push(Way { name: name.to_owned(), to, place });
        }
    }

    /// A text.
    pub(super) fn text(&mut self, inner: &str, role: Role, source: &str) -> Option<Template> {
        match Template::compile(source, Landing::Text) {
            Ok(template) => {
                self.note(inner, role, source, template.uses());
                Some(template)
            }
            Err(fault) => {
                self.template_fault(inner, &fault);
                None
            }
        }
    }

    /// An expression.
    pub(super) fn expression(&mut self, inner: &str, source: &str) -> Option<Expression> {
        match Expression::compile(source) {
            Ok(expression) => {
                self.note(inner, Role::Condition, source, expression.uses());
                Some(expression)
            }
            Err(fault) => {
                self.template_fault(inner, &fault);
                None
            }
        }
    }

    /// A value of any type with placeholders inside.
    pub(super) fn value(&mut self, inner: &str, source: &Value) -> Option<JsonTemplate> {
        self.value_for(inner, source, Role::Value)
    }

    fn value_for(&mut self, inner: &str, source: &Value, role: Role) -> Option<JsonTemplate> {
        match JsonTemplate::of(source) {
            Ok(template) => {
                let text = source.as_str().map_or_else(|| source.to_string(), str::to_owned);
                self.note(inner, role, &text, template.uses());
                Some(template)
            }
            Err(fault) => {
                self.template_fault(inner, &fault);
                None
            }
        }
    }

    /// Values by name.
    pub(super) fn values(&mut self, inner: &str, sources: &BTreeMap<String, Value>) -> Option<Values> {
        self.values_for(inner, sources, Role::Value)
    }

    /// Values by name that are for something.
    pub(super) fn values_for(&mut self, inner: &str, sources: &BTreeMap<String, Value>, role: Role) -> Option<Values> {
        let each = sources.iter().map(|(name, source)| {
            let template = self.value_for(&format!("{inner}.{name}"), source, role)?;
            Some((name.clone(), template))
        });
        // Every one is looked at, so that all faults are found at once.
        each.collect::<Vec<_>>().into_iter().collect()
    }

    /// Variables that another flow begins with.
    pub(super) fn handed(&mut self, inner: &str, sources: &BTreeMap<String, Value>) -> Option<Values> {
        for name in sources.keys() {
            if let Some(remedy) = misnamed_variable(name) {
                self.fault(
                    &format!("{inner}.{name}"),
                    "document",
                    format!("`{name}` is no name for a variable"),
                    &remedy,
                );
            }
        }
        self.values_for(inner, sources, Role::Handed)
    }

    /// Values that become variables.
    pub(super) fn variables(&mut self, inner: &str, sources: &BTreeMap<String, Value>) -> Option<Values> {
        for name in sources.keys() {
            self.sets(&format!("{inner}.{name}"), name, Origin::Parts);
        }
        self.values(inner, sources)
    }

    /// Values that become attributes.
    pub(super) fn attributes(&mut self, inner: &str, sources: &BTreeMap<String, Value>) -> Option<Values> {
        self.facts.writes.extend(sources.keys().map(|key| (key.clone(), Origin::Parts)));
        self.values(inner, sources)
    }

    /// A variable that is set.
    pub(super) fn sets(&mut self, inner: &str, name: &str, origin: Origin) {
        if let Some(remedy) = misnamed_variable(name) {
            self.fault(inner, "document", format!("`{name}` is no name for a variable"), &remedy);
        }
        self.facts.sets.push((name.to_owned(), origin));
    }

    /// JSONPaths by name.
    pub(super) fn paths(&mut self, inner: &str, sources: &BTreeMap<String, String>) -> Option<Paths> {
        let each = sources.iter().map(|(name, source)| match Path::parse(source) {
            Ok(path) => Some((name.clone(), path)),
            Err(error) => {
                let message = format!("`{source}` is no JSONPath: {error}");
                self.fault(&format!("{inner}.{name}"), "jsonPath", message, "write it as `$.customer.name`");
                None
            }
        });
        each.collect::<Vec<_>>().into_iter().collect()
    }

    /// JSONPaths of variables and of attributes.
    pub(super) fn mapping(
        &mut self,
        inner: &str,
        set: &BTreeMap<String, String>,
        set_attributes: &BTreeMap<String, String>,
        origin: Origin,
    ) -> Option<(Paths, Paths)> {
        for name in set.keys() {
            self.sets(&format!("{inner}.set.{name}"), name, origin);
        }
        self.facts.writes.extend(set_attributes.keys().map(|key| (key.clone(), origin)));
        let variables = self.paths(&format!("{inner}.set"), set);
        let attributes = self.paths(&format!("{inner}.setAttributes"), set_attributes);
        Some((variables?, attributes?))
    }

    /// A request.
    pub(super) fn request(&mut self, inner: &str, source: RequestSource) -> Option<RequestTemplate> {
        self.facts.requests = true;
        let compiled = RequestTemplate::compile(&source);
        self.facts.request = Some(source);
        match compiled {
            Ok(template) => {
                self.note(inner, Role::Request, "", template.uses());
                Some(template)
            }
            Err(fault) => {
                self.template_fault(inner, &fault);
                None
            }
        }
    }

    /// The name of something of the organization, a text; where it is written out, it has to be there.
    pub(super) fn named(&mut self, inner: &str, thing: Thing, source: &str) -> Option<Template> {
        if source.contains("{{") {
            // What is written out in a choice of two has to be there as well.
            for name in literals(source) {
                self.refers(inner, thing, &name);
            }
        } else {
            self.refers(inner, thing, source);
        }
        self.text(inner, Role::Value, source)
    }

    /// The name of something of the organization.
    pub(super) fn refers(&mut self, inner: &str, thing: Thing, name: &str) {
        let place = self.at(inner);
        self.facts.refers.push(Reference { thing, name: name.to_owned(), place });
    }

    /// A regular expression that a whole text has to match.
    pub(super) fn pattern(&mut self, inner: &str, source: &str) -> Option<Regex> {
        let build = |text: &str| RegexBuilder::new(text).size_limit(PATTERN_BYTES).build();
        // Alone first: `a)|(b` is broken, although the group put around it would mend it.
        match build(source).and_then(|_| build(&format!(r"\A(?:{source})\z"))) {
            Ok(pattern) => Some(pattern),
            Err(error) => {
                let message = format!("the pattern is not usable: {error}");
                self.fault(inner, "pattern", message, "write a regular expression without look-around");
                None
            }
        }
    }
}

/// The texts of a choice that is one placeholder, `{{ 'Gold' if … else 'Support' }}`.
fn literals(source: &str) -> Vec<String> {
    let Some(expression) = source.trim().strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}")) else {
        return Vec::new();
    };
    let unquoted = |part: &str| {
        let part = part.trim();
        let quote = part.chars().next().filter(|quote| matches!(quote, '\'' | '"'))?;
        let inner = part.strip_prefix(quote)?.strip_suffix(quote)?;
        (!inner.contains(quote)).then(|| inner.to_owned())
    };
    let Some((first, rest)) = expression.split_once(" if ") else { return unquoted(expression).into_iter().collect() };
    let mut found: Vec<String> = unquoted(first).into_iter().collect();
    if let Some((_, last)) = rest.rsplit_once(" else ") {
        found.extend(unquoted(last));
    }
    found
}

/// What to call a variable whose name can't be one.
pub(super) fn misnamed_variable(name: &str) -> Option<String> {
    if ROOTS.contains(&name) {
        return Some(format!("`{name}` begins other names: take another one"));
    }
    let fits = is_variable_name(name) && name.len() <= 64;
    (!fits).then(|| "take letters, digits and `_`, at most 64, a letter first".to_owned())
}
