//! Templates that become text, and expressions that become a value.

use serde_json::Value;
use waybill_model::ContextRead;

use super::{Names, RenderFault, TemplateFault, Uses};

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
    uses: Uses,
}

/// One expression, without braces around it.
#[derive(Debug, Clone)]
pub struct Expression {
    uses: Uses,
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// `TemplateFault` names the place and what to write instead.
    pub fn compile(source: &str, landing: Landing) -> Result<Self, TemplateFault> {
        todo!("{source}{landing:?}")
    }

    /// Fills the placeholders.
    ///
    /// # Errors
    /// `RenderFault` names what is not there and why, or what can't be done.
    pub fn render(&self, names: &Names) -> Result<Rendered<String>, RenderFault> {
        todo!("{names:?}")
    }

    /// What it names.
    #[must_use]
    pub const fn uses(&self) -> &Uses {
        &self.uses
    }
}

impl Expression {
    /// Reads an expression.
    ///
    /// # Errors
    /// `TemplateFault` names the place and what to write instead.
    pub fn compile(source: &str) -> Result<Self, TemplateFault> {
        todo!("{source}")
    }

    /// Finds its value.
    ///
    /// # Errors
    /// `RenderFault` names what is not there and why, or what can't be done.
    pub fn evaluate(&self, names: &Names) -> Result<Rendered<Value>, RenderFault> {
        todo!("{names:?}")
    }

    /// What it names.
    #[must_use]
    pub const fn uses(&self) -> &Uses {
        &self.uses
    }
}
