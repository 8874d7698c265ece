//! JSON with placeholders: made JSON first, rendered leaf by leaf, so that no value can break or add to it.

use serde_json::Value;

use super::{Names, RenderFault, Rendered, TemplateFault, Uses};

/// A JSON document with placeholders in its leaves and keys.
#[derive(Debug, Clone)]
pub struct JsonTemplate {
    uses: Uses,
}

impl JsonTemplate {
    /// Reads a text. A placeholder inside a JSON string is text there; one outside of strings is a value with its type.
    ///
    /// # Errors
    /// `TemplateFault` names the place and what to write instead.
    pub fn compile(text: &str) -> Result<Self, TemplateFault> {
        todo!("{text}")
    }

    /// Takes a document as it stands in a flow. A string that is exactly one placeholder becomes a value with its type.
    ///
    /// # Errors
    /// `TemplateFault` names the place and what to write instead.
    pub fn of(document: &Value) -> Result<Self, TemplateFault> {
        todo!("{document}")
    }

    /// Fills the placeholders.
    ///
    /// # Errors
    /// `RenderFault` names what is not there and why, or what can't be done.
    pub fn render(&self, names: &Names) -> Result<Rendered<Value>, RenderFault> {
        todo!("{names:?}")
    }

    /// What it names.
    #[must_use]
    pub const fn uses(&self) -> &Uses {
        &self.uses
    }
}
