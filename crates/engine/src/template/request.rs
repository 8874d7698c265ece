//! Requests with placeholders. A prepared request holds the places of secrets; they are filled when it is sent.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use waybill_model::EffectId;

use super::{Names, RenderFault, Rendered, SecretFault, TemplateFault, Uses};

/// A request as its author wrote it.
#[derive(Debug, Clone, PartialEq)]
pub struct RequestSource {
    /// The method.
    pub method: String,
    /// The URL.
    pub url: String,
    /// Headers.
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: Option<BodySource>,
}

/// A body as its author wrote it.
#[derive(Debug, Clone, PartialEq)]
pub enum BodySource {
    /// JSON text, with bare placeholders perhaps.
    JsonText(String),
    /// A document as it stands in the flow.
    Json(Value),
    /// Fields of a form.
    Form(BTreeMap<String, String>),
    /// Plain text.
    Text(String),
}

/// A request with placeholders.
#[derive(Debug, Clone)]
pub struct RequestTemplate {
    uses: Uses,
}

/// A request that can be kept: complete but for its secrets, of which it has the places.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PreparedRequest {
    /// The method.
    pub method: String,
    /// The URL.
    pub url: String,
    /// Headers; the names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<PreparedBody>,
    /// What marks the places of secrets.
    pub marker: EffectId,
    /// The secrets that it needs.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub secrets: BTreeSet<String>,
}

/// The body of a request that can be kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "type", content = "content")]
pub enum PreparedBody {
    /// JSON.
    Json(Value),
    /// Fields of a form.
    Form(Vec<(String, String)>),
    /// Plain text.
    Text(String),
}

/// A request as it is sent. It holds secrets: it is never kept, logged or shown.
#[derive(Clone, PartialEq, Eq)]
pub struct ReadyRequest {
    /// The method.
    pub method: String,
    /// The URL.
    pub url: String,
    /// Headers, `content-type` among them where there is a body; the names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body as it is written.
    pub body: Option<String>,
}

impl RequestTemplate {
    /// Reads a request.
    ///
    /// # Errors
    /// `TemplateFault` names the part and what to write instead.
    pub fn compile(source: &RequestSource) -> Result<Self, TemplateFault> {
        todo!("{source:?}")
    }

    /// Fills the placeholders; secrets get places that only [`PreparedRequest::with_secrets`] fills.
    ///
    /// # Errors
    /// `RenderFault` names what is not there and why, or what can't be sent.
    pub fn render(&self, names: &Names) -> Result<Rendered<PreparedRequest>, RenderFault> {
        todo!("{names:?}")
    }

    /// What it names.
    #[must_use]
    pub const fn uses(&self) -> &Uses {
        &self.uses
    }
}

impl PreparedRequest {
    /// Fills the places of secrets.
    ///
    /// # Errors
    /// `SecretFault` names the secret that is missing, or can't stand where it is wanted.
    pub fn with_secrets(&self, find: &dyn Fn(&str) -> Option<String>) -> Result<ReadyRequest, SecretFault> {
        todo!("{}", find("").is_some())
    }
}
