//! What agents are doing: presence, and what routing knows of it.

use serde::{Deserialize, Serialize};

use crate::{OrganizationId, Time, UserId};

/// What somebody says to be doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Default)]
#[serde(rename_all = "camelCase")]
pub enum Presence {
    /// Works, but takes no conversations from queues by itself.
    Available,
    /// Takes conversations from queues.
    OnQueue,
    /// Must not be disturbed.
    Busy,
    /// Is not at the desk.
    Away,
    /// Eats.
    Meal,
    /// Takes a break.
    Break,
    /// Is in a meeting.
    Meeting,
    /// Is being trained.
    Training,
    /// Is not there.
    #[default]
    Offline,
}

impl Presence {
    /// Every one of them.
    pub const ALL: [Self; 9] = [
        Self::Available,
        Self::OnQueue,
        Self::Busy,
        Self::Away,
        Self::Meal,
        Self::Break,
        Self::Meeting,
        Self::Training,
        Self::Offline,
    ];

    /// The field's word for it (`systemPresence`).
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Available => "Available",
            Self::OnQueue => "On Queue",
            Self::Busy => "Busy",
            Self::Away => "Away",
            Self::Meal => "Meal",
            Self::Break => "Break",
            Self::Meeting => "Meeting",
            Self::Training => "Training",
            Self::Offline => "Offline",
        }
    }
}

/// One agent as routing knows it. Kept, so that a restart knows it too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AgentState {
    /// The tenant.
    pub organization_id: OrganizationId,
    /// The person.
    pub user_id: UserId,
    /// What it says to be doing.
    pub presence: Presence,
    /// Since when.
    pub presence_since: Time,
    /// An alert that it let pass; it gets no others until it says so.
    pub not_responding: bool,
    /// When it last had nothing to do: who has been idle longest comes first.
    pub idle_since: Time,
    /// Whether a desk of it was open when it was last seen: after a restart it has to come back.
    #[serde(default)]
    pub desk_open: bool,
    /// Since when no desk of it was seen; absent while one is open, and for whoever never had one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gone_since: Option<Time>,
}
