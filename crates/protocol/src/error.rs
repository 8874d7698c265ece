//! The error body: one shape for REST and for our own socket actions.

use std::{borrow::Cow, collections::BTreeMap};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Receipt;

/// Why a request was not done, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({
    "message": "conversation `0190b0a1-7c1e-7d31-9d0a-2f5c3a1b7e42` not found", "code": "not.found", "status": 404,
    "contextId": "5f0c8d0e-6c52-4d17-9f0c-8a3e0b0f4c11", "details": [], "errors": []
}))]
pub struct ErrorBody {
    /// A sentence for people: it names the thing, the rule and the remedy, and no value.
    pub message: String,
    /// The machine-readable kind.
    #[schema(value_type = String, example = "not.found")]
    pub code: Cow<'static, str>,
    /// The HTTP status, also where the transport has none.
    pub status: u16,
    /// Names this one failure in the server's log; the same as the header `ININ-Correlation-Id`.
    pub context_id: String,
    /// The parts of the message that vary.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub message_params: BTreeMap<String, String>,
    /// One entry per fault.
    #[serde(default)]
    pub details: Vec<ErrorDetail>,
    /// Nested errors; none so far.
    #[serde(default)]
    #[schema(no_recursion)]
    pub errors: Vec<Self>,
    /// The verdict on every key, when a context was refused; no values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<Receipt>,
    /// After how many seconds a retry can succeed; the same as the header `Retry-After`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
}

/// One fault of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ErrorDetail {
    /// The rule that was broken.
    #[schema(value_type = String, example = "max_bytes")]
    pub error_code: Cow<'static, str>,
    /// The field or key that broke it.
    pub field_name: String,
    /// A sentence for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
}
