//! How the conversations of a queue find their agents: the field's words for parts of it, and all of it in ours.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use waybill_model::{QueueId, SkillId};

/// What is asked of an agent after its work.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AcwSettings {
    /// `OPTIONAL`, `MANDATORY` or `MANDATORY_TIMEOUT`.
    #[schema(value_type = String)]
    pub wrapup_prompt: &'static str,
    /// How long it may take, in milliseconds.
    pub timeout_ms: u64,
}

/// How conversations of each kind are offered.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MediaSettings {
    /// Of messages.
    pub message: MessageMediaSettings,
}

/// How messages are offered.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageMediaSettings {
    /// How long an agent may think about an alert.
    pub alerting_timeout_seconds: u32,
    /// How fast they should be taken.
    pub service_level: ServiceLevelSettings,
}

/// How fast conversations should be taken.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ServiceLevelSettings {
    /// This share of them, 0 to 1,
    pub percentage: f64,
    /// within this time, in milliseconds.
    pub duration_ms: u64,
}

/// How the conversations of a queue find their agents. Times in seconds.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct QueueRules {
    /// `longestIdle` or `bestSkill`.
    #[schema(value_type = String)]
    pub method: &'static str,
    /// How long an agent may think about an alert.
    pub alerting_seconds: u32,
    /// `optional`, `mandatory` or `timeout`.
    #[schema(value_type = String)]
    pub wrapup: &'static str,
    /// How long a wrap-up may take.
    pub wrapup_seconds: u32,
    /// The service level.
    pub service_level: ServiceLevel,
    /// Conditions on the context that change priority and wishes, in order; all that hold apply.
    pub context_rules: Vec<ContextRule>,
    /// Whoever waits longer asks for less, in the order of time.
    pub rings: Vec<Ring>,
    /// Where whoever waits too long goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overflow: Option<Overflow>,
    /// What happens to a customer who says nothing while an agent is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub silence: Option<Silence>,
}

/// So many percent within so many seconds.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ServiceLevel {
    /// 0 to 100.
    #[schema(maximum = 100)]
    pub percent: u8,
    /// Within this time.
    pub seconds: u32,
}

/// A condition on the context.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ContextRule {
    /// An expression in the language of flows, such as `customData.plan == "gold"`.
    pub when: String,
    /// Added to the priority.
    #[serde(default)]
    pub priority: i32,
    /// Skills that are asked for besides.
    #[serde(default)]
    pub skills: Vec<SkillWish>,
}

/// A skill that is asked for.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SkillWish {
    /// The skill.
    #[schema(value_type = String, format = Uuid)]
    pub id: SkillId,
    /// The least level, 0 to 5.
    #[serde(default)]
    #[schema(maximum = 5)]
    pub level: u8,
}

/// From when on somebody who waits asks for less.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Ring {
    /// After so many seconds of waiting.
    pub after_seconds: u32,
    /// These skills are not asked for any more.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub drop_skills: Vec<SkillId>,
    /// Every level that is asked for is lowered by so much.
    #[serde(default)]
    #[schema(maximum = 5)]
    pub lower_levels: u8,
    /// The language is not asked for any more.
    #[serde(default)]
    pub drop_language: bool,
}

/// Where whoever waits too long goes.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Overflow {
    /// After so many seconds of waiting.
    pub after_seconds: u32,
    /// To this queue; the time of waiting goes along.
    #[schema(value_type = String, format = Uuid)]
    pub queue_id: QueueId,
}

/// What happens to a customer who says nothing.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Silence {
    /// After so many seconds it is warned.
    pub warn_seconds: u32,
    /// With these words.
    pub warning: String,
    /// So many seconds after the warning the conversation ends.
    pub end_seconds: u32,
}
