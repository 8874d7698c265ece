//! What routing wants to be done.

use waybill_model::{ConversationId, ParticipantId, QueueId, Time, UserId};

/// One decision. Whoever asked for it commits it and tells the board what came of it; until then the board goes on asking for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a move changes nothing until it is committed"]
pub enum Move {
    /// A conversation is offered to an agent.
    Offer {
        /// The conversation.
        conversation_id: ConversationId,
        /// The queue that it waits in.
        queue_id: QueueId,
        /// The agent.
        user_id: UserId,
        /// Until when the agent may think about it.
        until: Time,
    },
    /// An agent let an alert pass: the alert ends, the agent is among the declined and is `not_responding` from now on.
    TimeOut {
        /// The conversation.
        conversation_id: ConversationId,
        /// The participant that alerts.
        participant_id: ParticipantId,
        /// The agent.
        user_id: UserId,
    },
    /// An agent went before it answered: the alert ends, and nobody declined anything.
    Withdraw {
        /// The conversation.
        conversation_id: ConversationId,
        /// The participant that alerts.
        participant_id: ParticipantId,
        /// The agent.
        user_id: UserId,
    },
    /// A conversation waited too long: it waits in another queue, its time of waiting goes along.
    Overflow {
        /// The conversation.
        conversation_id: ConversationId,
        /// The queue that it leaves.
        from_queue: QueueId,
        /// The queue that it goes to.
        to_queue: QueueId,
    },
    /// The time for a wrap-up is over: the place is free without a code.
    WrapupOver {
        /// The conversation.
        conversation_id: ConversationId,
        /// The participant that owes it.
        participant_id: ParticipantId,
        /// The agent.
        user_id: UserId,
    },
    /// An agent's desk is gone for so long that it is away: its presence becomes `Away`.
    Away {
        /// The agent.
        user_id: UserId,
    },
    /// An agent does not come back: it leaves the conversation, which waits in its queue again with [`REQUEUE_PRIORITY`](super::REQUEUE_PRIORITY) added.
    Requeue {
        /// The conversation.
        conversation_id: ConversationId,
        /// The participant that leaves.
        participant_id: ParticipantId,
        /// The agent.
        user_id: UserId,
        /// The queue that the agent got it from.
        queue_id: QueueId,
    },
}
