//! Events: what the log holds. Nothing else changes a conversation.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    AttributeChange, ClientId, Conversation, ConversationId, Customer, FlowId, FlowRecord, Form, Message, Note,
    OrganizationId, Participant, ParticipantId, Quarantined, Rating, Receipt, RoutingRecord, Seen, Side, Time, UserId,
    Wrapup,
};

/// Who caused an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind", content = "id")]
pub enum Actor {
    /// The visitor's page.
    Guest,
    /// An API client.
    Client(ClientId),
    /// A person with a token.
    User(UserId),
    /// A flow.
    Flow(FlowId),
    /// The server itself (time-outs, fencing, routing).
    Server,
}

/// A mark that something of a conversation went somewhere (P7, LOG5): no conversation number, never streamed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Mark {
    /// Where it went: `answered`, `streamed`, `read`.
    pub surface: String,
    /// To whom, without secrets: `client <id>`, `guest`.
    pub to: String,
    /// The context revision that was seen.
    pub revision: u64,
    /// How it went (`200`, `sent`).
    pub outcome: String,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum EventBody {
    /// The conversation began; carries the whole conversation with its context (P3).
    Started {
        /// The conversation as it began.
        conversation: Box<Conversation>,
        /// The receipt of the start.
        receipt: Receipt,
    },
    /// Context changed.
    AttributesChanged {
        /// Whose context.
        participant_id: ParticipantId,
        /// The revision that this change made; unchanged when nothing but refusals or quarantine came.
        revision: u64,
        /// Every key that changed.
        changes: Vec<AttributeChange>,
        /// Values set aside by this change: key or path, value.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        quarantined: Vec<(String, Quarantined)>,
        /// The customer's new name, id and e-mail, where they changed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        customer: Option<Customer>,
        /// The receipt of the write.
        receipt: Receipt,
        /// Whether it came after the end (CTX12).
        #[serde(default)]
        late: bool,
    },
    /// A message was said.
    MessageAdded {
        /// The message.
        message: Box<Message>,
    },
    /// A participant joined.
    ParticipantJoined {
        /// Who.
        participant: Box<Participant>,
    },
    /// A participant left.
    ParticipantLeft {
        /// Who.
        participant_id: ParticipantId,
    },
    /// A flow took steps.
    FlowStepped(Box<FlowRecord>),
    /// It waits, is offered, or waits no more.
    Routed(Box<RoutingRecord>),
    /// An agent took what it was offered: the alerting participant is at work now.
    ParticipantConnected {
        /// Who.
        participant_id: ParticipantId,
    },
    /// An agent's work was wrapped up.
    WrappedUp {
        /// Whose.
        participant_id: ParticipantId,
        /// How.
        wrapup: Wrapup,
    },
    /// The staff noted something; guests are never told.
    NoteAdded {
        /// The note.
        note: Box<Note>,
    },
    /// The customer rated the conversation, or changed the rating.
    Rated {
        /// The rating as it stands now.
        rating: Rating,
    },
    /// One side has come further with what the other said; one record for many messages.
    SeenUpTo {
        /// Who has.
        side: Side,
        /// How far, in all.
        seen: Seen,
    },
    /// The conversation ended.
    Ended {
        /// Why: `customer`, `agent`, `api`, `fenced`, `startNew`.
        reason: String,
    },
    /// Personal data was erased (LOG6): values and texts are gone from everywhere, this stays.
    Erased {
        /// The certificate that lists what was removed.
        certificate: Uuid,
        /// The context keys whose values were removed.
        keys: Vec<String>,
        /// How many messages lost their text.
        messages: u64,
    },
    /// Something of it went somewhere.
    Mark(Mark),
}

impl EventBody {
    /// The kind as it stands in the log.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Started { .. } => "started",
            Self::AttributesChanged { .. } => "attributes",
            Self::MessageAdded { .. } => "message",
            Self::ParticipantJoined { .. } => "participant.joined",
            Self::ParticipantLeft { .. } => "participant.left",
            Self::FlowStepped(_) => "flow",
            Self::Routed(_) => "routing",
            Self::ParticipantConnected { .. } => "participant.connected",
            Self::WrappedUp { .. } => "wrapup",
            Self::NoteAdded { .. } => "note",
            Self::Rated { .. } => "satisfaction",
            Self::SeenUpTo { .. } => "seen",
            Self::Ended { .. } => "ended",
            Self::Erased { .. } => "erased",
            Self::Mark(_) => "mark",
        }
    }

    /// Whether it is activity of the conversation. What is not neither moves its last activity nor prolongs its session.
    #[must_use]
    pub const fn is_activity(&self) -> bool {
        !matches!(self, Self::NoteAdded { .. } | Self::Rated { .. } | Self::SeenUpTo { .. })
    }

    /// Whether consumers never see it (LOG5).
    #[must_use]
    pub const fn is_mark(&self) -> bool {
        matches!(self, Self::Mark(_))
    }

    /// The form words of a receipt inside, for trace.
    #[must_use]
    pub fn forms(&self) -> Vec<Form> {
        let receipt = match self {
            Self::Started { receipt, .. } | Self::AttributesChanged { receipt, .. } => receipt,
            Self::MessageAdded { .. }
            | Self::ParticipantJoined { .. }
            | Self::ParticipantLeft { .. }
            | Self::ParticipantConnected { .. }
            | Self::FlowStepped(_)
            | Self::Routed(_)
            | Self::WrappedUp { .. }
            | Self::NoteAdded { .. }
            | Self::Rated { .. }
            | Self::SeenUpTo { .. }
            | Self::Ended { .. }
            | Self::Erased { .. }
            | Self::Mark(_) => return Vec::new(),
        };
        receipt.entries.iter().map(|entry| entry.form).collect()
    }
}

/// One record of the log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// Position in the log, in commit order.
    pub seq: u64,
    /// The tenant.
    pub organization_id: OrganizationId,
    /// The conversation.
    pub conversation_id: ConversationId,
    /// 1, 2, 3 … without holes within the conversation; 0 for marks.
    pub conversation_seq: u64,
    /// When.
    pub at: Time,
    /// Who caused it.
    pub by: Actor,
    /// What happened.
    pub body: EventBody,
}
