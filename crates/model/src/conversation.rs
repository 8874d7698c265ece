//! The conversation: who takes part, and the context that it carries.

use std::{
    collections::BTreeMap,
    ops::{Deref, DerefMut},
    sync::Arc,
};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use crate::{
    Attributes, Beside, CommunicationId, ConversationId, DeploymentId, FlowId, OrganizationId, ParticipantId,
    Quarantined, QueueId, Queued, ReceiptEntry, Run, SessionId, Time, Trust, UserId, Wrapup, WrapupPrompt,
};

/// The part that a participant plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Purpose {
    /// The visitor.
    Customer,
    /// A person who answers.
    Agent,
    /// An API client that answers.
    Api,
    /// The flow.
    Workflow,
    /// The queue that the conversation waits in.
    Acd,
}

impl Purpose {
    /// The word on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Agent => "agent",
            Self::Api => "api",
            Self::Workflow => "workflow",
            Self::Acd => "acd",
        }
    }
}

/// Who the customer says to be (CTX8): the participant, not an attribute.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Customer {
    /// The site's own id of the customer.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub id: Option<String>,
    /// The name to show, hostile text.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub name: Option<String>,
    /// The e-mail address, unverified.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub email: Option<String>,
    /// How far the fields can be believed, by their names; what is not named was said by the page.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub trust: BTreeMap<String, Trust>,
}

/// What is known of one participant's context: stored, quarantined, and refused (P1, P6).
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct Context {
    /// Stored values by canonical key.
    pub stored: Attributes,
    /// Values kept apart, by the key or path under which they were sent.
    pub quarantined: BTreeMap<String, Quarantined>,
    /// The latest receipt entry of keys that were refused beside stored ones, by canonical key.
    pub refused: BTreeMap<String, ReceiptEntry>,
    /// Required keys that nobody sent.
    pub missing: Vec<String>,
    /// Keys that were deleted, with the revision that deleted them.
    pub deleted: BTreeMap<String, u64>,
    /// Keys whose values were erased, with the certificate that says so (LOG6).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub erased: BTreeMap<String, Uuid>,
}

/// One party of a conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Participant {
    /// Its id.
    pub id: ParticipantId,
    /// Its leg of the conversation.
    pub communication_id: CommunicationId,
    /// The part it plays.
    pub purpose: Purpose,
    /// Who it says to be.
    pub customer: Customer,
    /// The person behind an agent.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub user_id: Option<UserId>,
    /// The queue that it came from.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub queue_id: Option<QueueId>,
    /// The flow that it speaks for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub flow_id: Option<FlowId>,
    /// When it joined; an agent who is alerted joins with the alert.
    pub joined_at: Time,
    /// Whether it is an alert that nobody has answered.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub alerting: bool,
    /// When an agent took what alerted it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub answered_at: Option<Time>,
    /// How its work ended.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub wrapup: Option<Wrapup>,
    /// What its queue asks of it after its work, as it stood when it was alerted.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub wrapup_prompt: Option<WrapupPrompt>,
    /// Whether its work is over but for the wrap-up, for which its place stays taken.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub owes_wrapup: bool,
    /// When it left.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub left_at: Option<Time>,
    /// Its context; the conversation's context is the one of the participant `customer` (CTX9).
    pub context: Context,
}

/// Everyone of a conversation. Clones share them until one is changed: most events of a conversation change its head alone.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Participants(Arc<Vec<Participant>>);

impl From<Vec<Participant>> for Participants {
    fn from(participants: Vec<Participant>) -> Self {
        Self(Arc::new(participants))
    }
}

impl Deref for Participants {
    type Target = Vec<Participant>;

    fn deref(&self) -> &Vec<Participant> {
        &self.0
    }
}

impl DerefMut for Participants {
    fn deref_mut(&mut self) -> &mut Vec<Participant> {
        Arc::make_mut(&mut self.0)
    }
}

impl<'a> IntoIterator for &'a Participants {
    type Item = &'a Participant;
    type IntoIter = std::slice::Iter<'a, Participant>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<'a> IntoIterator for &'a mut Participants {
    type Item = &'a mut Participant;
    type IntoIter = std::slice::IterMut<'a, Participant>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter_mut()
    }
}

impl Serialize for Participants {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Participants {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::deserialize(deserializer).map(Self::from)
    }
}

/// A conversation as it stands after its last context or participant change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Conversation {
    /// Its id.
    pub id: ConversationId,
    /// The tenant.
    pub organization_id: OrganizationId,
    /// The entry point.
    pub deployment_id: DeploymentId,
    /// The guest's session; absent for conversations made over REST.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub session_id: Option<SessionId>,
    /// When it started.
    pub started_at: Time,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ended_at: Option<Time>,
    /// Everyone who took part; the first is the customer.
    pub participants: Participants,
    /// Context changes, from 1 (LOG3).
    pub revision: u64,
    /// The policy version that it lives under (LOG9).
    pub policy_version: u64,
    /// Routing wishes given at a REST start, as JSON text (REST1).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub routing: Option<String>,
    /// The flow's run, as long as there is one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub run: Option<Box<Run>>,
    /// Where it waits for an agent.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub queued: Option<Box<Queued>>,
    /// Notes, rating, and how far both sides have read.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub beside: Option<Box<Beside>>,
    /// Page path (no query), SDK version and call form of the start (CTX11).
    #[serde(default)]
    pub source: Source,
    /// Version for optimistic concurrency: the conversation's last event number.
    pub seq: u64,
    /// Time of the last message or event; the next one is later (unique `channel.time`).
    pub last_at: Time,
}

/// Where a start came from (CTX11); no values, no query strings.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Source {
    /// The path of the page.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub page: Option<String>,
    /// The SDK's version.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sdk: Option<String>,
    /// The call form (`webMessagingClient`, `cxoneChat`, …) or the surface (`rest`, `guest`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub api: Option<String>,
    /// The visitor's language tag.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub locale: Option<String>,
}

impl Participant {
    /// A party that joins now, with nothing known of it but who it is.
    #[must_use]
    pub fn joining(id: ParticipantId, communication_id: CommunicationId, purpose: Purpose, joined_at: Time) -> Self {
        Self {
            id,
            communication_id,
            purpose,
            customer: Customer::default(),
            user_id: None,
            queue_id: None,
            flow_id: None,
            joined_at,
            alerting: false,
            answered_at: None,
            wrapup: None,
            wrapup_prompt: None,
            owes_wrapup: false,
            left_at: None,
            context: Context::default(),
        }
    }
}

impl Conversation {
    /// Whether it waits for an agent, or one works on it.
    #[must_use]
    pub fn is_in_hands(&self) -> bool {
        self.queued.is_some() || self.has_agent()
    }

    /// Whether somebody works on it.
    #[must_use]
    pub fn has_agent(&self) -> bool {
        let works = |one: &Participant| matches!(one.purpose, Purpose::Agent | Purpose::Api) && !one.alerting;
        self.participants.iter().any(|one| works(one) && one.left_at.is_none())
    }

    /// The participant `customer`.
    #[must_use]
    pub fn customer(&self) -> Option<&Participant> {
        self.participants.iter().find(|participant| participant.purpose == Purpose::Customer)
    }

    /// The conversation's context (CTX9).
    #[must_use]
    pub fn context(&self) -> Option<&Context> {
        self.customer().map(|participant| &participant.context)
    }

    /// A participant by id.
    #[must_use]
    pub fn participant(&self, id: ParticipantId) -> Option<&Participant> {
        self.participants.iter().find(|participant| participant.id == id)
    }
}
