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

/// How far an agent is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gone {
    /// It is there, or only just gone: this says until when nothing has to be done, where time alone can change that.
    No(Option<Time>),
    /// Its desk is gone for long enough to call it away; at that time its conversations are offered to others.
    Away(Time),
    /// It does not come back to its conversations.
    Requeue,
}

/// How far an agent is gone now.
#[must_use]
pub fn gone(agent: &Agent, now: Time) -> Gone {
    if !agent.enabled {
        return Gone::Requeue;
    }
    let Some(since) = agent.state.gone_since else { return Gone::No(None) };
    let (away, requeue) = (since.plus_millis(GONE_AWAY_MS), since.plus_millis(GONE_REQUEUE_MS));
    if now >= requeue {
        Gone::Requeue
    } else if now >= away {
        Gone::Away(requeue)
    } else {
        Gone::No(Some(away))
    }
}

/// Whether somebody whose desk is gone still claims to be at work.
pub(super) const fn claims_to_work(presence: Presence) -> bool {
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
