//! What a template can name, and what stands behind the names.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use waybill_model::{
    Context, Conversation, ConversationId, Customer, DeploymentId, EffectId, Time, conversation::Source,
};

use crate::attributes::CompiledPolicy;

/// The names that everything begins with but a flow's own variables; no variable can have one.
pub const ROOTS: [&str; 10] =
    ["customData", "Context", "conversation", "customer", "trust", "message", "env", "secret", "flow", "now"];

/// Everything that a template can name, at one moment of one conversation.
#[derive(Debug, Clone, Copy)]
pub struct Names<'a> {
    /// The policy that the conversation lives under.
    pub policy: &'a CompiledPolicy,
    /// The conversation's context.
    pub context: &'a Context,
    /// Who the customer says to be.
    pub customer: &'a Customer,
    /// The conversation.
    pub conversation: ConversationFacts<'a>,
    /// The flow's variables.
    pub variables: &'a BTreeMap<String, Value>,
    /// The operator's values.
    pub env: &'a BTreeMap<String, String>,
    /// Secrets, by name only.
    pub secrets: Secrets<'a>,
    /// The customer's latest text.
    pub message: Option<&'a str>,
    /// The time of this step.
    pub now: Time,
}

/// What a template can know of the conversation itself.
#[derive(Debug, Clone, Copy)]
pub struct ConversationFacts<'a> {
    /// Its id.
    pub id: ConversationId,
    /// The entry point.
    pub deployment_id: DeploymentId,
    /// When it started.
    pub started_at: Time,
    /// Where it came from.
    pub source: &'a Source,
}

impl<'a> ConversationFacts<'a> {
    /// The facts of a conversation.
    #[must_use]
    pub const fn of(conversation: &'a Conversation) -> Self {
        Self {
            id: conversation.id,
            deployment_id: conversation.deployment_id,
            started_at: conversation.started_at,
            source: &conversation.source,
        }
    }
}

/// Secrets as a template sees them: names that may be used, and what marks their places.
#[derive(Debug, Clone, Copy)]
pub struct Secrets<'a> {
    /// The names that the flow may use.
    pub allowed: &'a BTreeSet<String>,
    /// The id of the request, which nobody can have known when the values were written.
    pub marker: EffectId,
}
