//! How queues are doing, and where somebody stands.

use waybill_engine::routing::{QueueObservation, Standing};
use waybill_model::{Conversation, Queue, QueueId};

use super::today::Counts;
use crate::{Caller, Guest, Service, ServiceError};

/// Where a conversation stands in its queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueuePosition {
    /// The queue.
    pub queue_id: QueueId,
    /// Its place, from 1.
    pub position: usize,
    /// How long it will presumably wait from now on, in milliseconds; absent where nobody can tell.
    pub estimated_wait_ms: Option<u64>,
}

/// How a queue is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueView {
    /// The queue.
    pub queue: Queue,
    /// Now.
    pub now: QueueObservation,
    /// Today in UTC, as far as this server has seen the day.
    pub today: Counts,
}

impl Service {
    /// How a queue is doing.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn observe_queue(&self, caller: &Caller, id: &str) -> Result<QueueView, ServiceError> {
        let queue = self.get_queue(caller, id).await?;
        let room = self.room(caller.organization_id()).await?;
        let now = self.inner.ambient.now();
        let mut known = room.known();
        let (seen, today) = (known.board.observe(queue.id, now), known.today.of(queue.id, now));
        Ok(QueueView { queue, now: seen, today })
    }

    /// Where a conversation stands; nothing when it does not wait.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn queue_position(
        &self,
        caller: &Caller,
        conversation: &str,
    ) -> Result<Option<QueuePosition>, ServiceError> {
        let standing = self.conversation_by_text(caller, conversation).await?;
        self.queue_place(&standing).await
    }

    /// Where a guest's conversation stands; nothing when it does not wait.
    ///
    /// # Errors
    /// The store's.
    pub async fn guest_queue_position(&self, guest: &Guest) -> Result<Option<QueuePosition>, ServiceError> {
        match self.live_session(guest).await? {
            Some(live) => self.queue_place(&live.conversation).await,
            None => Ok(None),
        }
    }

    async fn queue_place(&self, standing: &Conversation) -> Result<Option<QueuePosition>, ServiceError> {
        let Some(queued) = standing.queued.as_deref().filter(|_| standing.ended_at.is_none()) else { return Ok(None) };
        let room = self.room(standing.organization_id).await?;
        let found = room.known().board.standing(standing.id, self.inner.ambient.now());
        Ok(found.map(|Standing { position, ahead: _, estimated_wait_ms }| QueuePosition {
            queue_id: queued.queue_id,
            position,
            estimated_wait_ms,
        }))
    }
}
