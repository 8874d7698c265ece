//! Flows: what happens in a conversation by itself. Documents are kept as they were written; a run is data (P3).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::entity::entity;
use crate::{
    Actor, DivisionId, EffectId, Entity, FlowId, OrganizationId, ParticipantId, QueueId, RunId, SkillId, Time, Trust,
};

/// A flow: a draft that is worked on, and published versions of which one runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Flow {
    /// Its id.
    pub id: FlowId,
    /// The tenant.
    pub organization_id: OrganizationId,
    /// The division that it belongs to.
    pub division_id: DivisionId,
    /// Its name, hostile text.
    pub name: String,
    /// What it is for, hostile text.
    pub description: String,
    /// The draft as it was written (YAML or JSON).
    pub draft: String,
    /// The version that new conversations start with; absent until one is published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<u64>,
    /// The newest version that was ever published; 0 before the first.
    pub newest: u64,
    /// When it was created.
    pub created_at: Time,
    /// When it was changed last.
    pub modified_at: Time,
}

entity!(Flow = "flow", |it| vec![crate::entity::name_in(it.organization_id, &it.name)]);

impl Flow {
    /// The unique key under which a name is found.
    #[must_use]
    pub fn key(organization: OrganizationId, name: &str) -> String {
        crate::entity::name_in(organization, name)
    }
}

/// A published version of a flow; it never changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FlowVersion {
    /// The flow.
    pub flow_id: FlowId,
    /// The tenant.
    pub organization_id: OrganizationId,
    /// Its number, from 1.
    pub version: u64,
    /// What its list is sorted by.
    pub sort: String,
    /// The flow's name at that time.
    pub name: String,
    /// The document as it was written.
    pub source: String,
    /// When it was published.
    pub published_at: Time,
    /// By whom.
    pub by: Actor,
}

impl FlowVersion {
    /// The id under which a version is kept: its flow's, with the number in the last bits.
    #[must_use]
    pub const fn uuid_of(flow: FlowId, version: u64) -> Uuid {
        Uuid::from_u128(flow.uuid().as_u128() ^ (version as u128))
    }

    /// What stands in `sort` for a version of a flow.
    #[must_use]
    pub fn sort_of(flow: FlowId, version: u64) -> String {
        format!("{flow}/{version:08}")
    }
}

impl Entity for FlowVersion {
    const KIND: &'static str = "flow version";
    fn uuid(&self) -> Uuid {
        Self::uuid_of(self.flow_id, self.version)
    }
    fn organization_id(&self) -> OrganizationId {
        self.organization_id
    }
    // Versions of one flow are listed in their order, not by the name that they share.
    #[expect(clippy::misnamed_getters, reason = "the name that lists are sorted by")]
    fn name(&self) -> &str {
        &self.sort
    }
}

/// A run of a flow as it stands in its conversation. It is written in the commit of the events that it causes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Run {
    /// Its id.
    pub id: RunId,
    /// The flow.
    pub flow_id: FlowId,
    /// Its name at that time, hostile text.
    pub name: String,
    /// The version that it stays on (LOG9).
    pub version: u64,
    /// The participant `workflow` that speaks for it.
    pub participant_id: ParticipantId,
    /// The action that is next, or that it waits in; absent before its first step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// What it has set, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub variables: BTreeMap<String, Value>,
    /// What it waits for.
    pub waits: Waits,
    /// Where sub-flows return to, the innermost last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stack: Vec<Return>,
    /// Actions that it has taken (budget).
    pub steps: u32,
    /// Requests that it has made (budget).
    pub calls: u32,
    /// When it began.
    pub started_at: Time,
}

/// Where a sub-flow returns to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Return {
    /// The calling flow.
    pub flow_id: FlowId,
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: u64,
    /// The calling action.
    pub at: String,
    /// The caller's variables.
    pub variables: BTreeMap<String, Value>,
}

/// What a run waits for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "for")]
pub enum Waits {
    /// For its next turn: a job stands ready.
    Turn,
    /// For the answer of a request.
    Reply {
        /// The request.
        effect: EffectId,
    },
    /// For the customer's answer to a question.
    Answer {
        /// The timer that ends the waiting.
        effect: EffectId,
        /// When it was asked: what was said before is no answer.
        since: Time,
        /// Until when.
        until: Time,
        /// Answers that did not fit.
        tries: u32,
    },
    /// For a time.
    Timer {
        /// The timer.
        effect: EffectId,
        /// Until when.
        until: Time,
    },
    /// For an agent, in a queue or at work.
    Agent {
        /// The timer that ends the waiting for one, where the action has one.
        effect: EffectId,
        /// Until when an agent has to be there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Time>,
    },
    /// For nothing: it has ended.
    Nothing,
}

/// What the log tells of a step of a flow.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FlowRecord {
    /// The run.
    pub run_id: RunId,
    /// The flow.
    pub flow_id: FlowId,
    /// Its name at that time, hostile text.
    pub flow_name: String,
    /// The version.
    pub version: u64,
    /// The participant `workflow`.
    pub participant_id: ParticipantId,
    /// Whether the run began with this.
    #[serde(default)]
    pub started: bool,
    /// The actions that were taken, in order.
    pub steps: Vec<FlowStep>,
    /// How the run ended, where it did with this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<FlowExit>,
}

/// One action that was taken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FlowStep {
    /// The action's name.
    pub action: String,
    /// What it does (`apiRequest`).
    pub kind: String,
    /// The way out that it took (`success`, `missing`, `next`), or `waits`.
    pub outcome: String,
    /// The action that comes next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// The context keys that it read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reads: Vec<ContextRead>,
    /// The variables and attributes that it set, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sets: Vec<String>,
    /// The request whose answer it took.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call: Option<Call>,
    /// What went wrong, in words for the flow's author; never a value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
}

/// A context key that a flow read (P6, P7).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ContextRead {
    /// The canonical key.
    pub key: String,
    /// Its trust; absent where the key was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trust: Option<Trust>,
    /// Why it was absent (`never_sent`, `quarantined` …).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub absent: Option<String>,
}

/// A request that a flow made, without secrets and without values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Call {
    /// Its id, sent as `Idempotency-Key`.
    pub effect: EffectId,
    /// The method.
    pub method: String,
    /// Scheme, host and port.
    pub target: String,
    /// The status; absent where no answer came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// From the first attempt to the answer, in milliseconds.
    pub millis: u64,
    /// Attempts.
    pub attempts: u32,
    /// Why no answer came (`timeout`, `denied`, `circuit_open` …).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "reason")]
pub enum FlowExit {
    /// It reached an end and let go; the conversation goes on without it.
    Finished,
    /// It handed over to a queue and does not wait for what comes of it.
    Transferred {
        /// The queue.
        queue_id: QueueId,
    },
    /// Another flow went on.
    TransferredToFlow {
        /// The flow.
        flow_id: FlowId,
    },
    /// The conversation ended.
    Ended,
    /// It could not go on: a fault without a way out, or a budget was used up.
    Failed {
        /// In words for the flow's author.
        fault: String,
    },
}

/// A wish for routing as a flow, a person or a client expresses it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SkillWish {
    /// The skill.
    pub skill_id: SkillId,
    /// The least level, 0 to 5.
    #[serde(default)]
    pub level: u8,
}
