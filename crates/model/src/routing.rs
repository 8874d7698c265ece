//! Queues, skills, languages and wrap-up codes: where conversations wait, for whom, and how work on them ends.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::entity::{entity, name_in};
use crate::{
    DivisionId, Entity, LanguageId, OrganizationId, ParticipantId, QueueId, SkillId, SkillWish, Time, UserId,
    WrapupCodeId,
};

/// Where conversations wait for agents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Queue {
    /// Its id.
    pub id: QueueId,
    /// The tenant.
    pub organization_id: OrganizationId,
    /// The division that it belongs to.
    pub division_id: DivisionId,
    /// Its name, hostile text.
    pub name: String,
    /// What it is for, hostile text.
    pub description: String,
    /// Who works in it.
    pub members: Vec<UserId>,
    /// The wrap-up codes of its work.
    pub wrapup_codes: Vec<WrapupCodeId>,
    /// How its conversations find their agents.
    #[serde(default)]
    pub rules: QueueRules,
    /// When it was created.
    pub created_at: Time,
}

entity!(Queue = "queue", |it| vec![name_in(it.organization_id, &it.name)]);

/// How work on a conversation ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WrapupCode {
    /// Its id.
    pub id: WrapupCodeId,
    /// The tenant.
    pub organization_id: OrganizationId,
    /// The division that it belongs to.
    pub division_id: DivisionId,
    /// Its name, hostile text.
    pub name: String,
    /// When it was created.
    pub created_at: Time,
}

entity!(WrapupCode = "wrapupCode", |it| vec![name_in(it.organization_id, &it.name)]);

/// How the conversations of a queue find their agents, and what happens when they do not. Times in seconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct QueueRules {
    /// Which of several free agents.
    pub method: RoutingMethod,
    /// How long an agent may think about an alert.
    pub alerting_seconds: u32,
    /// What is asked of an agent after its work.
    pub wrapup: WrapupPrompt,
    /// How long it may take for that; the work is over then.
    pub wrapup_seconds: u32,
    /// The service level: so many percent within so many seconds.
    pub service_level: (u8, u32),
    /// Conditions on the context that change priority and wishes, in order; all that hold apply.
    pub context_rules: Vec<ContextRule>,
    /// Bull's-eye: whoever waits longer asks for less, in the order of time.
    pub rings: Vec<Ring>,
    /// Where whoever waits too long goes.
    pub overflow: Option<Overflow>,
    /// What happens to a customer who says nothing while an agent is there.
    pub silence: Option<Silence>,
}

impl Default for QueueRules {
    fn default() -> Self {
        Self {
            method: RoutingMethod::LongestIdle,
            alerting_seconds: 30,
            wrapup: WrapupPrompt::Optional,
            wrapup_seconds: 120,
            service_level: (80, 20),
            context_rules: Vec::new(),
            rings: Vec::new(),
            overflow: None,
            silence: None,
        }
    }
}

/// Which of several free agents gets a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RoutingMethod {
    /// Who has had nothing to do for the longest time.
    LongestIdle,
    /// Who has the wanted skills best; of equals who has been idle longest.
    BestSkill,
}

/// What is asked of an agent after its work on a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum WrapupPrompt {
    /// Nothing is waited for.
    Optional,
    /// Its place stays taken until a code was given.
    Mandatory,
    /// Its place stays taken until a code was given, or the time is over.
    Timeout,
}

/// A condition on the context, and what it means for routing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ContextRule {
    /// An expression in the language of flows: `customData.plan == "gold"`.
    pub when: String,
    /// Added to the priority.
    #[serde(default)]
    pub priority: i32,
    /// Skills that are asked for besides.
    #[serde(default)]
    pub skills: Vec<SkillWish>,
}

/// From when on somebody who waits asks for less.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Ring {
    /// After so many seconds of waiting.
    pub after_seconds: u32,
    /// These skills are not asked for any more.
    #[serde(default)]
    pub drop_skills: Vec<SkillId>,
    /// Every level that is asked for is lowered by so much.
    #[serde(default)]
    pub lower_levels: u8,
    /// The language is not asked for any more.
    #[serde(default)]
    pub drop_language: bool,
}

/// Where whoever waits too long goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Overflow {
    /// After so many seconds of waiting.
    pub after_seconds: u32,
    /// To this queue; the time of waiting goes along.
    pub queue_id: QueueId,
}

/// What happens to a customer who says nothing while an agent is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Silence {
    /// After so many seconds it is warned.
    pub warn_seconds: u32,
    /// With these words.
    pub warning: String,
    /// So many seconds after the warning the conversation ends.
    pub end_seconds: u32,
}

/// Something that agents can do and conversations ask for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Skill {
    /// Its id.
    pub id: SkillId,
    /// The tenant.
    pub organization_id: OrganizationId,
    /// Its name, hostile text.
    pub name: String,
    /// When it was created.
    pub created_at: Time,
}

entity!(Skill = "skill", |it| vec![name_in(it.organization_id, &it.name)]);

/// A language that agents speak and conversations ask for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Language {
    /// Its id.
    pub id: LanguageId,
    /// The tenant.
    pub organization_id: OrganizationId,
    /// Its name, hostile text.
    pub name: String,
    /// When it was created.
    pub created_at: Time,
}

entity!(Language = "language", |it| vec![name_in(it.organization_id, &it.name)]);

/// What somebody can do, and how much at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RoutingProfile {
    /// The person.
    pub user_id: UserId,
    /// The tenant.
    pub organization_id: OrganizationId,
    /// Its skills with their levels, 0 to 5.
    pub skills: Vec<SkillWish>,
    /// Its languages with their levels, 0 to 5.
    pub languages: Vec<(LanguageId, u8)>,
    /// Conversations at once.
    pub capacity: u32,
}

impl RoutingProfile {
    /// Conversations at once, where nothing else was said.
    pub const CAPACITY: u32 = 4;
}

impl Entity for RoutingProfile {
    const KIND: &'static str = "routing profile";
    fn uuid(&self) -> Uuid {
        self.user_id.uuid()
    }
    fn organization_id(&self) -> OrganizationId {
        self.organization_id
    }
    fn name(&self) -> &str {
        Self::KIND
    }
}

/// A conversation that waits in a queue, or that a queue has given to an agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Queued {
    /// The queue.
    pub queue_id: QueueId,
    /// The participant `acd` that stands for it.
    pub participant_id: ParticipantId,
    /// Higher comes first.
    pub priority: i32,
    /// Wanted skills.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skills: Vec<SkillWish>,
    /// Wanted language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language_id: Option<LanguageId>,
    /// Wanted agent, where it was given to one person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<UserId>,
    /// Since when it waits; goes along when it moves to another queue by overflow.
    pub since: Time,
    /// The alert that is out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer: Option<Offer>,
    /// Who let an alert pass or declined it, with the time: they come last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub declined: Vec<(UserId, Time)>,
}

/// An alert: a conversation is offered to an agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Offer {
    /// To whom.
    pub user_id: UserId,
    /// The participant `agent` that alerts.
    pub participant_id: ParticipantId,
    /// Since when.
    pub at: Time,
    /// Until when.
    pub until: Time,
}

/// What the log tells of routing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RoutingRecord {
    /// The queue.
    pub queue_id: QueueId,
    /// The participant `acd`.
    pub participant_id: ParticipantId,
    /// What happened.
    pub change: RoutingChange,
}

/// What happened to a conversation in a queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum RoutingChange {
    /// It began to wait.
    Queued {
        /// Its priority.
        priority: i32,
        /// The skills that it asks for.
        skills: Vec<SkillWish>,
        /// The language.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        language_id: Option<LanguageId>,
        /// The one agent that it is for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        agent: Option<UserId>,
        /// Since when its waiting counts.
        since: Time,
        /// Why: `flow`, `transfer`, `overflow`, `agentGone`, `agentUnavailable`, `rest`, `flowFailed`; `changed` where it waits on
        /// and asks for something else.
        why: String,
    },
    /// It was offered to an agent.
    Offered {
        /// To whom.
        offer: Offer,
    },
    /// The alert ended without an agent.
    Declined {
        /// Who had it.
        user_id: UserId,
        /// The participant that alerted.
        participant_id: ParticipantId,
        /// Why: `declined`, `timeout`, `gone`, `withdrawn`.
        why: String,
    },
    /// It waits no more.
    Left {
        /// How long it waited, in milliseconds.
        waited_ms: u64,
        /// Why: `answered`, `transferred`, `overflow`, `abandoned`, `flow`.
        why: String,
        /// Who took it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        user_id: Option<UserId>,
    },
}

/// How an agent's work on a conversation ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Wrapup {
    /// The code; absent where it was skipped or the time was over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_id: Option<WrapupCodeId>,
    /// The code's name at that time, hostile text.
    #[serde(default)]
    pub name: String,
    /// Notes, hostile text.
    #[serde(default)]
    pub notes: String,
    /// When.
    pub at: Time,
    /// How long it took after the work, in milliseconds.
    pub took_ms: u64,
}
