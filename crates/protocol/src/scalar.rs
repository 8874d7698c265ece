//! A context value on the wire, with its JSON type (CTX3).

use serde::{Deserialize, Serialize};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        RefOr, Schema,
        schema::{ObjectBuilder, SchemaType, Type},
    },
};

/// A string, number, boolean or null.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Scalar {
    /// JSON null.
    Null,
    /// True or false.
    Bool(bool),
    /// A number, digit for digit.
    Number(serde_json::Number),
    /// Text, byte for byte.
    Text(String),
}

impl PartialSchema for Scalar {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(SchemaType::from_iter([Type::String, Type::Number, Type::Boolean, Type::Null]))
            .description(Some("One context value. It keeps the JSON type with which it was handed over."))
            .examples([serde_json::json!("CRM-USER-123456789")])
            .into()
    }
}

impl ToSchema for Scalar {
    fn name() -> std::borrow::Cow<'static, str> {
        "Scalar".into()
    }
}
