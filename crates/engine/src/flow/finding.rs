//! What is wrong with a flow, where, and what to do about it.

use std::fmt;

use serde::Serialize;

/// Something that is wrong with a flow, or with another document that is read with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// Whether it keeps the flow from being published.
    pub severity: Severity,
    /// Where it is.
    pub place: Place,
    /// The action that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// The rule that it breaks (`unknownKey`).
    pub rule: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub remedy: String,
}

/// Whether a finding keeps a flow from being published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Severity {
    /// It does.
    Error,
    /// It does not.
    Warning,
}

/// A place in a document.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Place {
    /// The line, from 1; 0 where only the path is known.
    pub line: u64,
    /// The column, from 1; 0 where only the path is known.
    pub column: u64,
    /// The way there: `actions.greet.sendMessage`.
    pub path: String,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.line, self.path.as_str()) {
            (0, path) => f.write_str(path),
            (line, "") => write!(f, "line {line}, column {}", self.column),
            (line, path) => write!(f, "line {line}, column {} ({path})", self.column),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        write!(f, "{}: {severity} [{}]: {}: {}", self.place, self.rule, self.message, self.remedy)
    }
}
