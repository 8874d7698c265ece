//! What one conversation means to routing: where it waits, and whom it occupies.

use waybill_model::{Conversation, ParticipantId, Purpose, QueueId, Queued, Time, UserId};

/// One conversation as routing sees it.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Load {
    /// Where it waits, with the alert that is out.
    pub queued: Option<Box<Queued>>,
    /// Whom it occupies.
    pub occupants: Vec<Occupant>,
}

/// An agent's place that a conversation takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Occupant {
    /// The person.
    pub user_id: UserId,
    /// Its participant.
    pub participant_id: ParticipantId,
    /// The queue that it came from.
    pub queue_id: Option<QueueId>,
    /// By what.
    pub occupation: Occupation,
}

/// By what a conversation takes an agent's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occupation {
    /// The agent is alerted.
    Alerting,
    /// The agent is at work, since that time.
    Connected(Time),
    /// The work is over since that time, but for the wrap-up.
    WrappingUp(Time),
}

impl Load {
    /// What a conversation means to routing.
    #[must_use]
    pub fn of(conversation: &Conversation) -> Self {
        let ended = conversation.ended_at;
        let queued = if ended.is_none() { conversation.queued.clone() } else { None };
        let mut occupants = Vec::new();
        for participant in &conversation.participants {
            let (Purpose::Agent, Some(user_id)) = (participant.purpose, participant.user_id) else { continue };
            let occupation = match participant.left_at.or(ended) {
                Some(left) if participant.owes_wrapup => Occupation::WrappingUp(left),
                Some(_) => continue,
                None if participant.alerting => Occupation::Alerting,
                None => Occupation::Connected(participant.answered_at.unwrap_or(participant.joined_at)),
            };
            let queue_id = participant.queue_id;
            occupants.push(Occupant { user_id, participant_id: participant.id, queue_id, occupation });
        }
        let mut load = Self { queued, occupants };
        load.count_the_offer();
        load
    }

    /// Whether routing need not know of the conversation.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.queued.is_none() && self.occupants.is_empty()
    }

    /// An alert takes a place even where its participant was not written.
    fn count_the_offer(&mut self) {
        let Some(queued) = &self.queued else { return };
        let Some(offer) = &queued.offer else { return };
        if self.occupants.iter().all(|occupant| occupant.participant_id != offer.participant_id) {
            self.occupants.push(Occupant {
                user_id: offer.user_id,
                participant_id: offer.participant_id,
                queue_id: Some(queued.queue_id),
                occupation: Occupation::Alerting,
            });
        }
    }
}
