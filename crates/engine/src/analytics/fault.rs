//! What is wrong with a question, and what to do about it.

/// A fault of a question; never repeats a value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{field}` {rule}; {remedy}")]
pub struct AskedFault {
    /// The field.
    pub field: &'static str,
    /// The rule that it breaks.
    pub rule: String,
    /// What to do.
    pub remedy: String,
}

impl AskedFault {
    pub(super) fn new(field: &'static str, rule: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { field, rule: rule.into(), remedy: remedy.into() }
    }
}
