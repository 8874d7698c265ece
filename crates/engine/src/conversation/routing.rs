//! What routing makes of a conversation: it waits in a queue, is offered, answered, and its work is wrapped up.

use waybill_model::{
    EventBody, Offer, Participant, ParticipantId, Queued, RoutingChange, RoutingRecord, Time, UserId, Wrapup,
};

use super::Going;

impl Going {
    /// It begins to wait; `acd` stands for the queue among the participants. What it waited for before is left.
    pub fn queue(self, acd: Participant, standing: Queued, why: &str) -> Self {
        let left_why = if why == "overflow" { "overflow" } else { "transferred" };
        let mut going = self.leave_queue(left_why).join(acd);
        let Queued { queue_id, participant_id, priority, skills, language_id, agent, since, offer: _, declined: _ } =
            &standing;
        let change = RoutingChange::Queued {
            priority: *priority,
            skills: skills.clone(),
            language_id: *language_id,
            agent: *agent,
            since: *since,
            why: why.to_owned(),
        };
        let record = RoutingRecord { queue_id: *queue_id, participant_id: *participant_id, change };
        going.decision.conversation.queued = Some(Box::new(standing));
        going.routed(record);
        going
    }

    /// It is offered to an agent, who joins as the alerting participant.
    pub fn offer(self, mut alerted: Participant, offer: Offer) -> Self {
        if self.decision.conversation.queued.is_none() {
            return self;
        }
        alerted.alerting = true;
        let mut going = self.join(alerted);
        if let Some(queued) = &mut going.decision.conversation.queued {
            queued.offer = Some(offer.clone());
            let record = RoutingRecord {
                queue_id: queued.queue_id,
                participant_id: queued.participant_id,
                change: RoutingChange::Offered { offer },
            };
            going.routed(record);
        }
        going
    }

    /// The alert that is out ends without an agent: `declined`, `timeout`, `gone` or `withdrawn`. It goes on waiting.
    pub fn decline(mut self, why: &str) -> Self {
        let at = self.at;
        let Some(queued) = &mut self.decision.conversation.queued else { return self };
        let Some(Offer { user_id, participant_id, .. }) = queued.offer.take() else { return self };
        queued.declined.retain(|(user, _)| *user != user_id);
        if why != "withdrawn" {
            queued.declined.push((user_id, at));
        }
        let change = RoutingChange::Declined { user_id, participant_id, why: why.to_owned() };
        let record = RoutingRecord { queue_id: queued.queue_id, participant_id: queued.participant_id, change };
        self.routed(record);
        self.leave(participant_id)
    }

    /// The alerted agent takes it: it waits no more.
    pub fn answer(mut self) -> Self {
        let at = self.decision.next_time(self.at);
        let Some(queued) = &mut self.decision.conversation.queued else { return self };
        let Some(Offer { user_id, participant_id, .. }) = queued.offer.take() else { return self };
        let mut participants = self.decision.conversation.participants.iter_mut();
        if let Some(agent) = participants.find(|one| one.id == participant_id) {
            (agent.alerting, agent.answered_at) = (false, Some(at));
        }
        self.decision.rewrite = true;
        self.decision.push(at, &self.by, EventBody::ParticipantConnected { participant_id });
        self.out_of_queue("answered", Some(user_id))
    }

    /// It waits no more: `transferred`, `overflow`, `abandoned`, `flow` or `answered`; an alert that is out is withdrawn.
    pub fn leave_queue(self, why: &str) -> Self {
        self.decline("withdrawn").out_of_queue(why, None)
    }

    fn out_of_queue(mut self, why: &str, user_id: Option<UserId>) -> Self {
        let Some(queued) = self.decision.conversation.queued.take() else { return self };
        let waited_ms = waited(queued.since, self.decision.next_time(self.at));
        let change = RoutingChange::Left { waited_ms, why: why.to_owned(), user_id };
        self.routed(RoutingRecord { queue_id: queued.queue_id, participant_id: queued.participant_id, change });
        self.leave(queued.participant_id)
    }

    /// An agent's work is over but for the wrap-up, for which its place stays taken.
    pub fn owe_wrapup(mut self, participant_id: ParticipantId) -> Self {
        let mut participants = self.decision.conversation.participants.iter_mut();
        if let Some(agent) = participants.find(|one| one.id == participant_id && one.wrapup.is_none()) {
            agent.owes_wrapup = true;
            self.decision.rewrite = true;
        }
        self
    }

    /// An agent's work is wrapped up; a later wrap-up replaces an earlier one.
    pub fn wrap_up(mut self, participant_id: ParticipantId, wrapup: Wrapup) -> Self {
        let mut participants = self.decision.conversation.participants.iter_mut();
        let Some(agent) = participants.find(|one| one.id == participant_id) else { return self };
        agent.owes_wrapup = false;
        agent.wrapup = Some(wrapup.clone());
        self.decision.rewrite = true;
        let at = self.decision.next_time(self.at);
        self.decision.push(at, &self.by, EventBody::WrappedUp { participant_id, wrapup });
        self
    }

    fn routed(&mut self, record: RoutingRecord) {
        self.decision.rewrite = true;
        let at = self.decision.next_time(self.at);
        self.decision.push(at, &self.by, EventBody::Routed(Box::new(record)));
    }
}

fn waited(since: Time, until: Time) -> u64 {
    u64::try_from(until.millis().saturating_sub(since.millis())).unwrap_or(0)
}
