//! Webhooks: where events are sent to, and what became of each delivery.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::entity::entity;
use crate::{ConversationId, DeploymentId, DivisionId, EventBody, OrganizationId, Sealed, Time, WebhookId};

/// What a webhook can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum WebhookEvent {
    /// A conversation began.
    #[serde(rename = "conversation:start")]
    ConversationStart,
    /// Its context changed.
    #[serde(rename = "conversation:attributes")]
    ConversationAttributes,
    /// Somebody said something.
    #[serde(rename = "conversation:message")]
    ConversationMessage,
    /// Somebody came or went.
    #[serde(rename = "conversation:participant")]
    ConversationParticipant,
    /// A flow took steps.
    #[serde(rename = "conversation:flow")]
    ConversationFlow,
    /// It waits in a queue, is offered to an agent, or waits no more.
    #[serde(rename = "conversation:routing")]
    ConversationRouting,
    /// The staff noted something; only for endpoints that name it.
    #[serde(rename = "conversation:note")]
    ConversationNote,
    /// The customer rated it.
    #[serde(rename = "conversation:satisfaction")]
    ConversationSatisfaction,
    /// It ended.
    #[serde(rename = "conversation:end")]
    ConversationEnd,
    /// The presence rate of a key fell.
    #[serde(rename = "analytics:drift")]
    AnalyticsDrift,
}

/// A text that names no event.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no event; there are {all}", all = WebhookEvent::ALL.map(WebhookEvent::as_str).join(", "))]
pub struct UnknownWebhookEvent(pub String);

impl WebhookEvent {
    /// Every one of them.
    pub const ALL: [Self; 10] = [
        Self::ConversationStart,
        Self::ConversationAttributes,
        Self::ConversationMessage,
        Self::ConversationParticipant,
        Self::ConversationFlow,
        Self::ConversationRouting,
        Self::ConversationNote,
        Self::ConversationSatisfaction,
        Self::ConversationEnd,
        Self::AnalyticsDrift,
    ];

    /// Its name, the same as the `type` of the event's body.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ConversationStart => "conversation:start",
            Self::ConversationAttributes => "conversation:attributes",
            Self::ConversationMessage => "conversation:message",
            Self::ConversationParticipant => "conversation:participant",
            Self::ConversationFlow => "conversation:flow",
            Self::ConversationRouting => "conversation:routing",
            Self::ConversationNote => "conversation:note",
            Self::ConversationSatisfaction => "conversation:satisfaction",
            Self::ConversationEnd => "conversation:end",
            Self::AnalyticsDrift => "analytics:drift",
        }
    }

    /// Whether it is told to endpoints only that name it: what is meant for the staff alone.
    #[must_use]
    pub const fn is_asked_for_by_name(self) -> bool {
        matches!(self, Self::ConversationNote)
    }

    /// Which one a record of the log is; `None` for what stays inside.
    #[must_use]
    pub const fn of(body: &EventBody) -> Option<Self> {
        Some(match body {
            EventBody::Started { .. } => Self::ConversationStart,
            EventBody::AttributesChanged { .. } => Self::ConversationAttributes,
            EventBody::MessageAdded { .. } => Self::ConversationMessage,
            EventBody::ParticipantJoined { .. }
            | EventBody::ParticipantLeft { .. }
            | EventBody::ParticipantConnected { .. }
            | EventBody::WrappedUp { .. } => Self::ConversationParticipant,
            EventBody::FlowStepped(_) => Self::ConversationFlow,
            EventBody::Routed(_) => Self::ConversationRouting,
            EventBody::Ended { .. } => Self::ConversationEnd,
            EventBody::NoteAdded { .. } => Self::ConversationNote,
            EventBody::Rated { .. } => Self::ConversationSatisfaction,
            EventBody::SeenUpTo { .. } | EventBody::Erased { .. } | EventBody::Mark(_) => return None,
        })
    }
}

impl FromStr for WebhookEvent {
    type Err = UnknownWebhookEvent;
    fn from_str(text: &str) -> Result<Self, UnknownWebhookEvent> {
        let found = Self::ALL.into_iter().find(|event| event.as_str() == text);
        found.ok_or_else(|| UnknownWebhookEvent(text.chars().take(64).collect()))
    }
}

impl fmt::Display for WebhookEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An endpoint that is told events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Webhook {
    /// Its id.
    pub id: WebhookId,
    /// The tenant.
    pub organization_id: OrganizationId,
    /// Its name, hostile text.
    pub name: String,
    /// Where deliveries are sent; was vetted when it was set, and is vetted at every delivery.
    pub url: String,
    /// Whether deliveries are sent; while it is off, nothing is lost but what the log forgets.
    pub enabled: bool,
    /// Only these events; all where empty.
    #[serde(default)]
    pub events: Vec<WebhookEvent>,
    /// Only conversations of these deployments; all where empty.
    #[serde(default)]
    pub deployments: Vec<DeploymentId>,
    /// Only starts that have, and changes that touch, one of these context keys; other events pass. All where empty.
    #[serde(default)]
    pub keys: Vec<String>,
    /// Only conversations of these divisions: the reach of whoever set it up. All where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub divisions: Option<Vec<DivisionId>>,
    /// Whether personal values are sent; otherwise they are masked.
    #[serde(default)]
    pub personal: bool,
    /// The key of its signatures.
    pub secret: Sealed,
    /// The key before it, while receivers may still know only that one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_secret: Option<PreviousSecret>,
    /// Since when and why it was switched off by the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled: Option<Disabled>,
    /// When it was created.
    pub created_at: Time,
    /// When it was last changed.
    pub changed_at: Time,
}

/// A key that still signs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PreviousSecret {
    /// The key.
    pub secret: Sealed,
    /// Until when it signs beside its successor.
    pub good_until: Time,
}

/// Why the server switched an endpoint off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Disabled {
    /// Since when.
    pub at: Time,
    /// Why, in words.
    pub reason: String,
}

entity!(Webhook = "webhook");

/// Where one reading of the log for a webhook stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WebhookLane {
    /// 0 follows the log; others replay a stretch of it.
    pub lane: u32,
    /// Everything up to here has become deliveries or was passed over.
    pub position: u64,
    /// Where it ends; a lane that got there is gone.
    pub until: Option<u64>,
}

/// What a delivery tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum Occasion {
    /// A record of the log; its body is written at each attempt, so that what was erased is not sent.
    #[serde(rename_all = "camelCase")]
    Logged {
        /// Its position.
        seq: u64,
        /// Its conversation.
        conversation_id: ConversationId,
        /// Its number there.
        conversation_seq: u64,
        /// The context revision after it.
        revision: u64,
    },
    /// Something that is no conversation's.
    Notice {
        /// Names it for receivers.
        id: String,
        /// The body, JSON text.
        body: String,
    },
}

impl Occasion {
    /// The conversation whose deliveries wait for each other.
    #[must_use]
    pub const fn conversation(&self) -> Option<ConversationId> {
        match self {
            Self::Logged { conversation_id, .. } => Some(*conversation_id),
            Self::Notice { .. } => None,
        }
    }

    /// The position in the log; 0 for what has none.
    #[must_use]
    pub const fn seq(&self) -> u64 {
        match self {
            Self::Logged { seq, .. } => *seq,
            Self::Notice { .. } => 0,
        }
    }
}

/// How far a delivery is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DeliveryState {
    /// Not accepted yet; it is tried, again if need be.
    Pending,
    /// Accepted with a 2xx.
    Delivered,
    /// Given up after the last attempt; kept, and sent again when somebody asks for it.
    Dead,
}

impl DeliveryState {
    /// Its word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Delivered => "delivered",
            Self::Dead => "dead",
        }
    }
}

/// One event on its way to one webhook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Delivery {
    /// Its number within the server, by which it is found; 0 until it is stored. Deliveries of one conversation are sent
    /// in the order of their numbers.
    #[serde(skip)]
    pub number: u64,
    /// The endpoint.
    pub webhook_id: WebhookId,
    /// Which event.
    pub event: WebhookEvent,
    /// What it tells.
    pub occasion: Occasion,
    /// How far it is.
    pub state: DeliveryState,
    /// Attempts since it was made, or since the last replay.
    pub attempts: u32,
    /// How often somebody asked for it again.
    #[serde(default)]
    pub replays: u32,
    /// When it was made.
    pub created_at: Time,
    /// When it is tried next.
    pub due_at: Time,
    /// What became of the last attempt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<Attempt>,
}

/// What became of one attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attempt {
    /// When it began.
    pub at: Time,
    /// The status that came back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Why there was none: `timed_out`, `address_not_allowed` …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// How long it took, in milliseconds.
    pub took_ms: u32,
}

#[cfg(test)]
mod tests {
    use super::WebhookEvent;

    #[test]
    fn wh1_every_event_has_one_name_in_lists_and_in_store() {
        for event in WebhookEvent::ALL {
            assert_eq!(event.as_str().parse(), Ok(event));
            assert_eq!(serde_json::to_value(event).unwrap(), event.as_str());
        }
        assert!("conversation:typing".parse::<WebhookEvent>().unwrap_err().to_string().contains("analytics:drift"));
    }
}
