//! How a participant's leg of its conversation stands, in the words that every view of the field shares.

use waybill_model::{Conversation, Participant, Purpose, Time};

/// A leg.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Leg {
    /// `alerting`, `connected` or `disconnected`.
    pub(crate) state: &'static str,
    /// `alerting` for an agent who was asked, otherwise `connected`.
    pub(crate) initial_state: &'static str,
    /// When the alert began, where there was one.
    pub(crate) alerted_at: Option<Time>,
    /// When it was connected; absent for an alert that nobody answered.
    pub(crate) connected_at: Option<Time>,
    /// When it ended.
    pub(crate) ended_at: Option<Time>,
    /// Why it ended before the conversation did.
    pub(crate) left: Option<Left>,
}

/// Why a leg ended before its conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Left {
    /// Whoever it was left by himself.
    Client,
    /// The conversation went on elsewhere.
    Transfer,
    /// An alert that nobody answered.
    NoAnswer,
}

impl Left {
    /// The word of the conversation's views.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Transfer => "transfer",
            Self::NoAnswer => "transfer.noanswer",
        }
    }

    /// The word of the detail topics.
    pub(crate) const fn in_details(self) -> &'static str {
        match self {
            Self::Client => "CLIENT",
            Self::Transfer => "TRANSFER",
            Self::NoAnswer => "NO_ANSWER_TRANSFER",
        }
    }
}

impl Leg {
    /// The leg of a participant of a conversation that ended at a time, or goes on.
    pub(crate) fn of(participant: &Participant, conversation_end: Option<Time>) -> Self {
        let was_offered = participant.purpose == Purpose::Agent
            && (participant.alerting || participant.answered_at.is_some_and(|at| at > participant.joined_at));
        let ended_at = participant.left_at.or(conversation_end);
        let left_early = participant.left_at.filter(|left| conversation_end.is_none_or(|end| *left < end));
        Self {
            state: match ended_at {
                Some(_) => "disconnected",
                None if participant.alerting => "alerting",
                None => "connected",
            },
            initial_state: if was_offered { "alerting" } else { "connected" },
            alerted_at: was_offered.then_some(participant.joined_at),
            connected_at: if participant.alerting {
                None
            } else {
                Some(participant.answered_at.unwrap_or(participant.joined_at))
            },
            ended_at,
            left: left_early.map(|_| match participant.purpose {
                Purpose::Agent if participant.alerting => Left::NoAnswer,
                Purpose::Acd | Purpose::Workflow => Left::Transfer,
                Purpose::Customer | Purpose::Agent | Purpose::Api => Left::Client,
            }),
        }
    }

    /// The same, of a conversation that is at hand.
    pub(crate) fn within(participant: &Participant, conversation: &Conversation) -> Self {
        Self::of(participant, conversation.ended_at)
    }

    /// How long an alert lasted, in milliseconds; up to now where it goes on.
    pub(crate) fn alerting_ms(&self, now: Time) -> Option<i64> {
        let until = self.connected_at.or(self.ended_at).unwrap_or(now);
        self.alerted_at.map(|since| (until.millis() - since.millis()).max(0))
    }

    /// How long it was connected, in milliseconds; up to now where it is.
    pub(crate) fn connected_ms(&self, now: Time) -> i64 {
        let until = self.ended_at.unwrap_or(now).millis();
        self.connected_at.map_or(0, |since| (until - since.millis()).max(0))
    }
}

#[cfg(test)]
mod tests {
    use waybill_model::{CommunicationId, ParticipantId};

    use super::*;

    fn agent(change: impl FnOnce(&mut Participant)) -> Participant {
        let id = uuid::Uuid::from_u128(7);
        let (id, leg) = (ParticipantId::new(id), CommunicationId::new(id));
        let mut agent = Participant::joining(id, leg, Purpose::Agent, Time::from_millis(1_000));
        change(&mut agent);
        agent
    }

    fn check(participant: &Participant, end: Option<i64>, expected: (&str, &str, Option<i64>, Option<Left>)) {
        let leg = Leg::of(participant, end.map(Time::from_millis));
        let connected = leg.connected_at.map(Time::millis);
        assert_eq!((leg.state, leg.initial_state, connected, leg.left), expected);
    }

    #[test]
    fn plat1_a_leg_alerts_is_connected_and_ends_with_a_reason() {
        let at = |millis| Some(Time::from_millis(millis));
        check(&agent(|one| one.alerting = true), None, ("alerting", "alerting", None, None));
        check(&agent(|one| one.answered_at = at(3_000)), None, ("connected", "alerting", Some(3_000), None));
        // Whoever took it by himself was not asked.
        check(&agent(|one| one.answered_at = at(1_000)), None, ("connected", "connected", Some(1_000), None));
        let declined = agent(|one| (one.alerting, one.left_at) = (true, at(4_000)));
        check(&declined, None, ("disconnected", "alerting", None, Some(Left::NoAnswer)));
        let left = agent(|one| (one.answered_at, one.left_at) = (at(3_000), at(5_000)));
        check(&left, None, ("disconnected", "alerting", Some(3_000), Some(Left::Client)));
        check(&left, Some(5_000), ("disconnected", "alerting", Some(3_000), None));
        check(&left, Some(9_000), ("disconnected", "alerting", Some(3_000), Some(Left::Client)));
        let queue = Participant { purpose: Purpose::Acd, ..agent(|one| one.left_at = at(2_000)) };
        check(&queue, Some(9_000), ("disconnected", "connected", Some(1_000), Some(Left::Transfer)));
        let leg = Leg::of(&left, None);
        assert_eq!(
            (leg.alerting_ms(Time::from_millis(9_000)), leg.connected_ms(Time::from_millis(9_000))),
            (Some(2_000), 2_000)
        );
    }
}
