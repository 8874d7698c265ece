//! `conversation:routing`: a conversation waits in a queue, is offered, and waits no more.

use serde::Serialize;
use utoipa::ToSchema;
use waybill_model::{LanguageId, ParticipantId, QueueId, SkillId, Time, UserId};

/// What happened to a conversation in a queue.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConversationRouting {
    /// `queued` (it began to wait), `offered` (to an agent), `declined` (the alert ended without the agent) or `left` (it
    /// waits no more).
    pub action: &'static str,
    /// The queue.
    #[schema(value_type = String, format = Uuid)]
    pub queue_id: QueueId,
    /// The participant `acd` that stands for the queue.
    #[schema(value_type = String, format = Uuid)]
    pub participant_id: ParticipantId,
    /// `queued`: higher comes first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<i32>,
    /// `queued`: the skills that it asks for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skills: Option<Vec<RoutingSkillWish>>,
    /// `queued`: the language that it asks for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Uuid)]
    pub language_id: Option<LanguageId>,
    /// `queued`: the one agent that it is for. `offered`, `declined`: who is asked. `left`: who took it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Uuid)]
    pub user_id: Option<UserId>,
    /// `offered`, `declined`: the participant `agent` that alerts.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Uuid)]
    pub agent_participant_id: Option<ParticipantId>,
    /// `queued`: since when its waiting counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub since: Option<Time>,
    /// `offered`: until when it alerts.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<Time>,
    /// `left`: how long it waited, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waited_ms: Option<u64>,
    /// Why. `queued`: `flow`, `transfer`, `overflow`, `agentGone`, `agentUnavailable`, `rest`, `flowFailed`, or `changed` where
    /// it waits on and asks for something else; `declined`: `declined`,
    /// `timeout`, `gone` or `withdrawn`; `left`: `answered`, `transferred`, `overflow`, `abandoned` or `flow`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A skill that a conversation asks for.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RoutingSkillWish {
    /// The skill.
    #[schema(value_type = String, format = Uuid)]
    pub id: SkillId,
    /// The least level, 0 to 5.
    pub level: u8,
}
