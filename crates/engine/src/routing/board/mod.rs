//! Everything that routing knows of one organization.

mod view;

use waybill_model::{ConversationId, Queue, QueueId, Time, UserId};

pub use self::view::{QueueObservation, Standing};
use super::{Agent, Load, Move};

/// Everything that routing knows of one organization: fed with what was committed, asked for one move at a time.
#[derive(Debug, Default)]
pub struct Board {}

impl Board {
    /// Adds a queue, or changes it.
    pub fn set_queue(&mut self, _queue: &Queue) {}
    /// Removes a queue.
    pub fn remove_queue(&mut self, _id: QueueId) {}
    /// Adds an agent, or changes it.
    pub fn set_agent(&mut self, _agent: Agent) {}
    /// Removes an agent.
    pub fn remove_agent(&mut self, _id: UserId) {}
    /// Adds a conversation, or changes it; one that means nothing to routing is removed.
    pub fn set_conversation(&mut self, _id: ConversationId, _load: Load) {}
    /// Removes a conversation.
    pub fn remove_conversation(&mut self, _id: ConversationId) {}
    /// The next decision; none when nothing is to be done before [`due`](Self::due) or the next change.
    pub fn next(&mut self, _now: Time) -> Option<Move> {
        None
    }
    /// When time alone makes a decision possible; not later than now if one is possible now.
    #[must_use]
    pub fn due(&self, _now: Time) -> Option<Time> {
        None
    }
    /// Where a conversation stands; absent when it does not wait.
    #[must_use]
    pub fn standing(&self, _id: ConversationId, _now: Time) -> Option<Standing> {
        None
    }
    /// Where everybody of a queue stands, in the order of the line.
    #[must_use]
    pub fn standings(&self, _queue_id: QueueId, _now: Time) -> Vec<(ConversationId, Standing)> {
        Vec::new()
    }
    /// How a queue is doing; an unknown one has nothing.
    #[must_use]
    pub fn observe(&self, _queue_id: QueueId, _now: Time) -> QueueObservation {
        QueueObservation::default()
    }
}
