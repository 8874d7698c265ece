//! What comes to a run, and what it wants done.

use std::collections::BTreeMap;

use serde_json::Value;
use waybill_model::{
    Call, CredentialId, EffectId, FlowId, FlowRecord, LanguageId, QueueId, SkillWish, Time, UserId, WrapupCodeId,
};

use crate::{attributes::Admission, template::PreparedRequest};

/// What comes to a run.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// It begins.
    Started,
    /// The customer said something.
    Message {
        /// What.
        text: String,
        /// When.
        at: Time,
    },
    /// A request was answered, or given up.
    Reply {
        /// How it went; its `effect` says which request.
        call: Call,
        /// What came.
        reply: Reply,
    },
    /// A time is over.
    Timer {
        /// Which.
        effect: EffectId,
    },
    /// An agent took the conversation.
    AgentConnected {
        /// The person.
        user_id: Option<UserId>,
    },
    /// The last agent left.
    AgentLeft,
    /// The conversation ended.
    Ended,
}

/// What came of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// An answer, with whatever status.
    Answer(Answer),
    /// No answer in time.
    TimedOut,
    /// No answer for another reason, which `call.error` names.
    Failed,
}

/// The answer to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Its body as it came, within the outbound bound.
    pub body: Vec<u8>,
}

/// What a step comes to: one commit.
#[derive(Debug, Clone, PartialEq)]
#[must_use]
pub struct Outcome {
    /// What is to be done, in this order.
    pub effects: Vec<Effect>,
    /// What the log tells of it.
    pub record: FlowRecord,
}

/// Something that a step wants done.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Say something to the customer.
    Say(Say),
    /// Store this in the customer's context; it was admitted onto what the effects before it made of that.
    SetAttributes(Box<Admission>),
    /// Make a request; its answer comes as [`Input::Reply`].
    Request(Box<Request>),
    /// Come back at a time with [`Input::Timer`].
    Timer {
        /// Its id.
        effect: EffectId,
        /// When.
        due: Time,
    },
    /// Let it wait for an agent; whatever queue it was in before, it leaves.
    Queue(QueueWish),
    /// Let it wait for no agent any more.
    LeaveQueue,
    /// Note how the flow's work ended.
    WrapUp {
        /// The code.
        code_id: WrapupCodeId,
        /// Its name as the flow wrote it.
        name: String,
        /// Notes, hostile text.
        notes: String,
    },
    /// Let another flow go on; this run is over.
    TransferToFlow {
        /// The flow.
        flow_id: FlowId,
        /// The version that is published.
        version: u64,
        /// Its name.
        name: String,
        /// Variables that it begins with, in place of those that it declares.
        variables: BTreeMap<String, Value>,
    },
    /// End the conversation; this run is over.
    EndConversation,
}

/// Something to say.
#[derive(Debug, Clone, PartialEq)]
pub struct Say {
    /// The text, hostile where it has values in it.
    pub text: String,
    /// Quick replies or a card: a JSON array in the guest protocol's structured shape.
    pub content: Option<Value>,
}

/// A request to make.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// Its id, which is its idempotency key as well.
    pub effect: EffectId,
    /// Everything but its secrets.
    pub prepared: PreparedRequest,
    /// The credential that it goes with.
    pub credential: Option<CredentialId>,
    /// How long one attempt may take, in milliseconds.
    pub timeout_ms: u32,
    /// How often it is attempted, at least once.
    pub attempts: u32,
}

/// How it is to wait for an agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueWish {
    /// In this queue.
    pub queue_id: QueueId,
    /// Higher comes first.
    pub priority: i32,
    /// For these skills.
    pub skills: Vec<SkillWish>,
    /// For this language.
    pub language_id: Option<LanguageId>,
    /// For this person alone.
    pub agent: Option<UserId>,
}
