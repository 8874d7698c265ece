//! `conversation:flow`: what a flow did, action by action, with the reasons; no values and no secrets.

use serde::Serialize;
use utoipa::ToSchema;
use waybill_model::{EffectId, FlowId, ParticipantId, QueueId, RunId};

/// A flow took steps.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConversationFlow {
    /// The run: the field's flow execution.
    #[schema(value_type = String, format = Uuid)]
    pub flow_execution_id: RunId,
    /// The flow.
    #[schema(value_type = String, format = Uuid)]
    pub flow_id: FlowId,
    /// Its name at that time.
    pub flow_name: String,
    /// The version that the conversation stays on.
    pub flow_version: u64,
    /// The participant `workflow`.
    #[schema(value_type = String, format = Uuid)]
    pub participant_id: ParticipantId,
    /// Whether the run began with this.
    pub started: bool,
    /// The actions that were taken, in order.
    pub steps: Vec<FlowStep>,
    /// How the run ended, where it did with this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<FlowEnding>,
}

/// One action that was taken.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FlowStep {
    /// The action's name.
    pub action: String,
    /// What it does, such as `apiRequest`.
    pub kind: String,
    /// The way out that it took, such as `success` or `missing`; `waits` where it took none yet.
    pub outcome: String,
    /// The action that comes next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// The context keys that it read, with their trust, or why they were absent.
    pub reads: Vec<FlowRead>,
    /// The variables and attributes that it set, by name.
    pub sets: Vec<String>,
    /// The request whose answer it took.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub call: Option<FlowCall>,
    /// What went wrong, in words for the flow's author.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
}

/// A context key that a flow read.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FlowRead {
    /// The canonical key.
    pub key: String,
    /// `page`, `server`, `agent`, `flow` or `signed`; absent where the key was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trust: Option<&'static str>,
    /// Why it was absent, such as `never_sent` or `quarantined`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub absent: Option<String>,
}

/// A request that a flow made.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FlowCall {
    /// Its id, sent as `Idempotency-Key`; the same in every attempt.
    #[schema(value_type = String, format = Uuid)]
    pub id: EffectId,
    /// The method.
    pub method: String,
    /// Scheme, host and port.
    pub target: String,
    /// The status; absent where no answer came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// From the first attempt to the answer, in milliseconds.
    pub duration_ms: u64,
    /// How often it was sent.
    pub attempts: u32,
    /// Why no answer came, such as `timeout` or `denied`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// How a run ended.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FlowEnding {
    /// `finished`, `transferred`, `transferredToFlow`, `ended` (the conversation did) or `failed`.
    pub reason: &'static str,
    /// The queue that it was transferred to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Uuid)]
    pub queue_id: Option<QueueId>,
    /// The flow that went on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Uuid)]
    pub flow_id: Option<FlowId>,
    /// Why it failed, in words for the flow's author.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
}
