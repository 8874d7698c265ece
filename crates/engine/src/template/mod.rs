//! The one language for templates and expressions in flows (FLOW1–FLOW9): `{{ customData.crmCustomerId }}`.
//!
//! Placeholders are found here, names are found ahead in what they hold, and the rest of an expression – operators,
//! `if`, filters – is minijinja's. A placeholder is filled once; what it is filled with is never looked at again.

mod engine;
mod fault;
mod fill;
mod json;
mod names;
mod place;
mod read;
mod request;
mod scan;
#[cfg(test)]
mod tests;
mod text;
mod uses;

pub use fault::{RenderFault, SecretFault, TemplateFault};
pub use fill::{Filled, Lacking, Written, escape_html};
pub use json::JsonTemplate;
pub use names::{ConversationFacts, Names, ROOTS, Secrets};
pub use read::is_variable_name;
pub use request::{BodySource, PreparedBody, PreparedRequest, ReadyRequest, RequestSource, RequestTemplate};
pub use text::{Expression, Landing, Rendered, Template};
pub use uses::{Uses, canonical_name};

/// The longest source of one template, in bytes.
pub const MAX_SOURCE_BYTES: usize = 64 * 1024;
/// The most that one template may become, in bytes.
pub const MAX_OUTPUT_BYTES: usize = 64 * 1024;
