//! Agents as routing sees them, and what happens when nobody is at the desk any more.

use std::collections::BTreeMap;

use waybill_model::{AgentState, LanguageId, Presence, RoutingProfile, SkillId, Time, UserId};

/// So long an agent's desk may be gone before the agent is away.
pub const GONE_AWAY_MS: i64 = 30_000;
/// So long it may be gone before its conversations are offered to others.
pub const GONE_REQUEUE_MS: i64 = 120_000;
/// Added to the priority of a conversation whose agent is gone: its customer has waited once already.
pub const REQUEUE_PRIORITY: i32 = 100;

/// One person who takes conversations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agent {
    /// The person.
    pub user_id: UserId,
    /// What it is doing.
    pub state: AgentState,
    /// Its skills with their levels.
    pub skills: BTreeMap<SkillId, u8>,
    /// Its languages with their levels.
    pub languages: BTreeMap<LanguageId, u8>,
    /// Conversations at once.
    pub capacity: u32,
    /// Whether it may work at all; one who may not is gone for good.
    pub enabled: bool,
}

impl Agent {
    /// An enabled agent; without a profile it has no skills and the usual capacity.
    #[must_use]
    pub fn new(state: AgentState, profile: Option<&RoutingProfile>) -> Self {
        let (mut skills, mut languages, mut capacity) = (BTreeMap::new(), BTreeMap::new(), RoutingProfile::CAPACITY);
        if let Some(profile) = profile {
            for skill in &profile.skills {
                let level = skills.entry(skill.skill_id).or_insert(skill.level);
                *level = skill.level.max(*level);
            }
            languages.extend(profile.languages.iter().copied());
            capacity = profile.capacity;
        }
        Self { user_id: state.user_id, state, skills, languages, capacity, enabled: true }
    }

    /// When it is called away because nobody is at its desk; absent while somebody is, or where it does not claim to work.
    #[must_use]
    pub fn away_at(&self) -> Option<Time> {
        let since = self.state.gone_since.filter(|_| self.enabled && claims_to_work(self.state.presence))?;
        Some(since.plus_millis(GONE_AWAY_MS))
    }

    /// When its conversations are offered to others because nobody is at its desk; absent while somebody is.
    #[must_use]
    pub fn lost_at(&self) -> Option<Time> {
        Some(self.state.gone_since?.plus_millis(GONE_REQUEUE_MS))
    }

    /// Whether it takes what a queue gives to anybody.
    pub(super) fn takes_from_queues(&self) -> bool {
        self.enabled && self.state.presence == Presence::OnQueue
    }

    /// Whether it takes what is for this person alone: for that it need not be on queue.
    pub(super) fn takes_personally(&self) -> bool {
        self.enabled && matches!(self.state.presence, Presence::OnQueue | Presence::Available)
    }

    /// Whether a new alert would be noticed.
    pub(super) fn notices(&self) -> bool {
        !self.state.not_responding && self.state.gone_since.is_none()
    }
}

/// Whether somebody whose desk is gone still claims to be at work.
const fn claims_to_work(presence: Presence) -> bool {
    match presence {
        Presence::Available | Presence::OnQueue | Presence::Busy => true,
        Presence::Away
        | Presence::Meal
        | Presence::Break
        | Presence::Meeting
        | Presence::Training
        | Presence::Offline => false,
    }
}
