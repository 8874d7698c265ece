//! Work on a conversation in the field's shape: wrapping up, passing on, and where it stands in its queue.

use serde::Serialize;
use utoipa::ToSchema;
use waybill_model::QueueId;

use super::{
    conversation::Wrapup,
    skill::{RoutingLanguage, RoutingSkill},
};

/// How an agent's work ended.
#[derive(Clone, Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"code": "0190b0a1-7c1e-7d31-9d0a-2f5c3a1b7e42", "notes": "Sent the new address."}))]
pub struct WriteWrapup {
    /// The code.
    #[schema(format = Uuid)]
    pub code: String,
    /// What the agent notes, at most 4096 bytes.
    pub notes: Option<String>,
}

/// How a participant's work ended.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AssignedWrapup {
    /// The wrap-up itself.
    #[serde(flatten)]
    pub wrapup: Wrapup,
    /// Always false: nothing is written down before it is done.
    pub provisional: bool,
}

/// To whom a conversation is passed on.
#[derive(Clone, Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"userId": "0190b0a1-7c1e-7d31-9d0a-2f5c3a1b7e42"}))]
pub struct ReplaceWithAgent {
    /// The agent.
    #[schema(format = Uuid)]
    pub user_id: String,
    /// `Unattended` at most: nobody stays until the other takes it.
    pub transfer_type: Option<String>,
}

/// To which queue a conversation is passed on.
#[derive(Clone, Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"queueId": "0190b0a1-7c1e-7d31-9d0a-2f5c3a1b7e42", "priority": 10}))]
pub struct ReplaceWithQueue {
    /// The queue.
    #[schema(format = Uuid)]
    pub queue_id: String,
    /// Higher comes first; 0 when absent. Ours.
    pub priority: Option<i32>,
    /// The skills that it asks for. Ours.
    pub skill_ids: Option<Vec<String>>,
    /// The language that it asks for. Ours.
    #[schema(format = Uuid)]
    pub language_id: Option<String>,
    /// `Unattended` at most: nobody stays until the other takes it.
    pub transfer_type: Option<String>,
}

/// To which flow a conversation is passed on. Ours.
#[derive(Clone, Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"flowId": "0190b0a1-7c1e-7d31-9d0a-2f5c3a1b7e42"}))]
pub struct ReplaceWithFlow {
    /// The flow; its published version goes on.
    #[schema(format = Uuid)]
    pub flow_id: String,
}

/// What a waiting conversation is to ask for; what is absent stays.
#[derive(Clone, Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"priority": 10, "skillIds": ["0190b0a1-7c1e-7d31-9d0a-2f5c3a1b7e42"]}))]
pub struct PatchRoutingConversation {
    /// Higher comes first.
    #[schema(minimum = -1_000_000, maximum = 1_000_000)]
    pub priority: Option<i32>,
    /// All of the skills that it asks for, at most 20; one that it asked for before keeps its level.
    #[schema(max_items = 20)]
    pub skill_ids: Option<Vec<String>>,
    /// The language.
    #[schema(format = Uuid)]
    pub language_id: Option<String>,
}

/// What a waiting conversation asks for.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RoutingConversation {
    /// Higher comes first.
    pub priority: i32,
    /// The skills.
    pub skills: Vec<RoutingSkill>,
    /// The language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<RoutingLanguage>,
}

/// Where a conversation stands in its queue. Ours.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct QueuePosition {
    /// The conversation.
    #[schema(format = Uuid)]
    pub conversation_id: String,
    /// Whether it waits.
    pub waiting: bool,
    /// The queue.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Uuid)]
    pub queue_id: Option<QueueId>,
    /// From 1: those who come before it, and itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<usize>,
    /// How long it will presumably go on waiting; absent where nobody can tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub estimated_wait_time_seconds: Option<u64>,
}
