//! The bus is a doorbell (P4): losing every bell delays, never loses. Consumers read the log.

mod in_process;

use std::{future::Future, pin::Pin, sync::Arc};

pub use in_process::InProcessBus;
use waybill_model::{ConversationId, OrganizationId};

/// "The log of this conversation has moved up to `seq`."
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bell {
    /// The tenant.
    pub organization_id: OrganizationId,
    /// The conversation.
    pub conversation_id: ConversationId,
    /// Position of its newest record.
    pub seq: u64,
}

/// Something that is worth nothing a moment later, and may be lost: typing, a place in a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whisper {
    /// The business is typing.
    AgentTyping {
        /// For how long, in milliseconds.
        duration_ms: u32,
    },
    /// The customer is typing.
    CustomerTyping,
    /// Where the conversation stands in its queue.
    QueuePosition {
        /// Its place, from 1.
        position: u32,
        /// How long it will presumably wait from now on, in milliseconds; absent where nobody can tell.
        estimated_wait_ms: Option<u64>,
    },
}

/// What a listener wants to hear.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Every conversation of a tenant.
    Organization(OrganizationId),
    /// One conversation.
    Conversation(OrganizationId, ConversationId),
}

/// A doorbell.
pub trait Bus: Send + Sync + 'static {
    /// Tells everybody who listens that the log has moved.
    fn ring(&self, bell: Bell);
    /// Passes something on that may be lost.
    fn whisper(&self, organization_id: OrganizationId, conversation_id: ConversationId, whisper: Whisper);
    /// Starts to listen.
    fn listen(&self, scope: Scope) -> Box<dyn Listener>;
}

/// One listener. Bells that come between two waits become one.
pub trait Listener: Send {
    /// Waits for the next bell or whisper.
    fn heard<'a>(&'a mut self) -> Pin<Box<dyn Future<Output = Heard> + Send + 'a>>;
}

/// What a listener heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// The log moved up to this position at least: read it.
    Bell(u64),
    /// Something ephemeral.
    Whisper(Arc<Whisper>),
}
