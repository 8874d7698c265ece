//! Everything that a step knows from outside of its flow.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use waybill_model::{Conversation, CredentialId, FlowId, LanguageId, QueueId, SkillId, Time, WrapupCodeId};

use super::{CompiledDataAction, CompiledFlow, CompiledSchedule};
use crate::attributes::CompiledPolicy;

/// Everything that a step knows from outside of its flow.
#[derive(Debug, Clone, Copy)]
pub struct World<'a> {
    /// The time.
    pub now: Time,
    /// The conversation as it stands before this step.
    pub conversation: &'a Conversation,
    /// The policy that the conversation lives under.
    pub policy: &'a CompiledPolicy,
    /// The operator's values for flows.
    pub env: &'a BTreeMap<String, String>,
    /// The names of secrets that flows may use.
    pub secrets: &'a BTreeSet<String>,
    /// The customer's latest text.
    pub message: Option<&'a str>,
    /// What flows can name.
    pub directory: &'a Directory,
}

/// What the flows of an organization can name, each by its name as [`key`] writes it.
#[derive(Debug, Clone, Default)]
pub struct Directory {
    /// Queues.
    pub queues: BTreeMap<String, QueueId>,
    /// Skills.
    pub skills: BTreeMap<String, SkillId>,
    /// Languages.
    pub languages: BTreeMap<String, LanguageId>,
    /// Wrap-up codes.
    pub wrapup_codes: BTreeMap<String, WrapupCodeId>,
    /// Credentials.
    pub credentials: BTreeMap<String, CredentialId>,
    /// Schedules.
    pub schedules: BTreeMap<String, Arc<CompiledSchedule>>,
    /// Data actions.
    pub data_actions: BTreeMap<String, Arc<KnownDataAction>>,
    /// Flows as they are published.
    pub flows: BTreeMap<String, Published>,
    /// Other versions that sub-flows of live runs return to, by flow and version.
    pub versions: BTreeMap<(FlowId, u64), Published>,
}

/// A published version of a flow.
#[derive(Debug, Clone)]
pub struct Published {
    /// The flow.
    pub flow_id: FlowId,
    /// Its name.
    pub name: String,
    /// The version.
    pub version: u64,
    /// What it says.
    pub flow: Arc<CompiledFlow>,
}

/// A data action as flows find it.
#[derive(Debug, Clone)]
pub struct KnownDataAction {
    /// What it does.
    pub action: CompiledDataAction,
    /// The credential that its requests go with.
    pub credential: Option<CredentialId>,
}

/// How a name stands in a [`Directory`]: names differ by more than case and the spaces around them.
#[must_use]
pub fn key(name: &str) -> String {
    name.trim().to_lowercase()
}

impl Directory {
    /// A version of a flow, where it is known.
    #[must_use]
    pub fn version(&self, flow_id: FlowId, version: u64) -> Option<&Published> {
        let is_it = |published: &&Published| published.flow_id == flow_id && published.version == version;
        self.versions.get(&(flow_id, version)).or_else(|| self.flows.values().find(is_it))
    }
}
