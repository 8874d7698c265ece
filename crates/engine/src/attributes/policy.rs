//! A context policy that has been checked and made ready: built once per version, used by every hand-over.

use std::collections::HashMap;

use regex::{Regex, RegexBuilder};
use waybill_model::{ContextPolicy, DeclaredAttribute, ScalarType, policy::MAX_CONTEXT_BYTES};

use super::{link, names};

/// Largest compiled form of one declared pattern.
const PATTERN_BYTES: usize = 1 << 20;

/// A checked policy with its names and patterns looked up ahead.
#[derive(Debug, Clone)]
pub struct CompiledPolicy {
    policy: ContextPolicy,
    /// Keys and aliases → position among the declared attributes.
    names: HashMap<String, usize>,
    patterns: Vec<Option<Regex>>,
    /// Keys and aliases as typing mistakes are compared.
    folded: Vec<(String, usize)>,
}

/// Why a policy can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPolicy {
    /// A limit outside of what a context can hold.
    #[error("maxBytes is {0}: it must be from 1 to {MAX_CONTEXT_BYTES}")]
    MaxBytes(u64),
    /// Two declarations claim one name (L25).
    #[error("the name `{0}` is declared twice, as key or alias: every name must lead to one attribute")]
    DuplicateName(String),
    /// A name that no hand-over could carry.
    #[error(
        "the name `{0}` can't be declared: names have 1 to 128 bytes, no control characters and are not `__proto__`"
    )]
    Name(String),
    /// A pattern that is no regular expression, or too large.
    #[error("the pattern of `{key}` is not usable: {reason}")]
    Pattern {
        /// The attribute.
        key: String,
        /// What the expression compiler says.
        reason: String,
    },
    /// An allowed value that the declared type can't have, or an empty list.
    #[error("the enum of `{0}` must list at least one value, each of the declared type")]
    Enum(String),
    /// A link that leads nowhere, or where the value says (CTX13).
    #[error("the link of `{key}` {reason}; write it like `https://crm.example/customers/{{value}}`")]
    Link {
        /// The attribute.
        key: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A container name or prefix that can't be used.
    #[error(
        "the container `{0}` can't be mapped: names have 1 to 128 bytes and no control characters, prefixes at most 64 bytes"
    )]
    Container(String),
}

impl CompiledPolicy {
    /// Checks a policy and makes it ready.
    ///
    /// # Errors
    /// `InvalidPolicy` names the first thing in it that can't work, and what would.
    pub fn new(policy: ContextPolicy) -> Result<Self, InvalidPolicy> {
        if !(1..=MAX_CONTEXT_BYTES).contains(&policy.max_bytes) {
            return Err(InvalidPolicy::MaxBytes(policy.max_bytes));
        }
        for (namespace, prefix) in &policy.containers {
            if !is_declarable(namespace) || prefix.len() > 64 || prefix.chars().any(char::is_control) {
                return Err(InvalidPolicy::Container(namespace.clone()));
            }
        }
        let mut names = HashMap::new();
        let mut folded = Vec::new();
        let mut patterns = Vec::with_capacity(policy.attributes.len());
        for (position, attribute) in policy.attributes.iter().enumerate() {
            for name in std::iter::once(&attribute.key).chain(&attribute.aliases) {
                if !is_declarable(name) {
                    return Err(InvalidPolicy::Name(name.clone()));
                }
                if names.insert(name.clone(), position).is_some() {
                    return Err(InvalidPolicy::DuplicateName(name.clone()));
                }
                folded.push((names::folded(name), position));
            }
            if !is_enum_possible(attribute) {
                return Err(InvalidPolicy::Enum(attribute.key.clone()));
            }
            if let Some(reason) = attribute.link.as_deref().and_then(link::fault) {
                return Err(InvalidPolicy::Link { key: attribute.key.clone(), reason });
            }
            patterns.push(compile(attribute)?);
        }
        Ok(Self { policy, names, patterns, folded })
    }

    /// The policy as it was published.
    #[must_use]
    pub const fn policy(&self) -> &ContextPolicy {
        &self.policy
    }

    /// The canonical key behind a name or an alias; an undeclared name stands for itself (CTX5).
    #[must_use]
    pub fn canonical<'a>(&'a self, name: &'a str) -> &'a str {
        self.declared(name).map_or(name, |attribute| attribute.key.as_str())
    }

    /// The declaration behind a name or an alias.
    #[must_use]
    pub fn declared(&self, name: &str) -> Option<&DeclaredAttribute> {
        self.names.get(name).and_then(|position| self.policy.attributes.get(*position))
    }

    /// The declared key that an undeclared name seems to mean.
    pub(super) fn meant_by(&self, name: &str) -> Option<&str> {
        let name = names::folded(name);
        let near = self.folded.iter().filter_map(|(known, position)| Some((names::distance(&name, known)?, position)));
        let (_, position) = near.min_by_key(|(distance, _)| *distance)?;
        self.policy.attributes.get(*position).map(|attribute| attribute.key.as_str())
    }

    /// Whether a text matches the declared pattern as a whole; true where none is declared.
    pub(super) fn matches(&self, attribute: &DeclaredAttribute, text: &str) -> bool {
        let pattern = self.names.get(&attribute.key).and_then(|position| self.patterns.get(*position));
        pattern.and_then(Option::as_ref).is_none_or(|pattern| pattern.is_match(text))
    }
}

fn is_declarable(name: &str) -> bool {
    !names::is_reserved(name) && name.len() <= names::MAX_NAME_BYTES && !name.chars().any(char::is_control)
}

fn is_enum_possible(attribute: &DeclaredAttribute) -> bool {
    let Some(allowed) = &attribute.allowed else { return true };
    let fits = |text: &String| match attribute.scalar_type {
        ScalarType::String => true,
        ScalarType::Number => text.parse::<f64>().is_ok_and(f64::is_finite),
        ScalarType::Boolean => matches!(text.as_str(), "true" | "false"),
    };
    !allowed.is_empty() && allowed.iter().all(fits)
}

fn compile(attribute: &DeclaredAttribute) -> Result<Option<Regex>, InvalidPolicy> {
    let Some(pattern) = &attribute.pattern else { return Ok(None) };
    let build = |text: &str| RegexBuilder::new(text).size_limit(PATTERN_BYTES).build();
    let unusable =
        |error: regex::Error| InvalidPolicy::Pattern { key: attribute.key.clone(), reason: error.to_string() };
    // Alone first: `a)|(b` is broken, although the group put around it would mend it.
    build(pattern).map_err(unusable)?;
    build(&format!(r"\A(?:{pattern})\z")).map(Some).map_err(unusable)
}
