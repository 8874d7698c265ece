//! The values that context can hold (CTX3): string, number, boolean or null, with their JSON type.

use serde::{Deserialize, Serialize};

/// One context value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Scalar {
    /// JSON null: at a start it is stored, in a later write it deletes.
    Null,
    /// JSON true or false.
    Bool(bool),
    /// A number whose decimal value survived (checked by admission).
    Number(serde_json::Number),
    /// Text, byte for byte as it was sent.
    Text(String),
}

impl Scalar {
    /// The form that filters, aliases of type and Platform-shaped views compare and show; `None` for null.
    #[must_use]
    pub fn to_text(&self) -> Option<std::borrow::Cow<'_, str>> {
        match self {
            Self::Null => None,
            Self::Bool(true) => Some("true".into()),
            Self::Bool(false) => Some("false".into()),
            Self::Number(number) => Some(number.to_string().into()),
            Self::Text(text) => Some(text.as_str().into()),
        }
    }

    /// Whether this is JSON null.
    #[must_use]
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }
}

impl From<&str> for Scalar {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}
