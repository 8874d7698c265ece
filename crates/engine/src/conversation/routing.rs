//! What routing makes of a conversation: it waits in a queue, is offered, answered, and its work is wrapped up.

use waybill_model::{
    Actor, EventBody, LanguageId, Offer, Participant, ParticipantId, Purpose, Queued, RoutingChange, RoutingRecord,
    SkillWish, Time, UserId, Wrapup, WrapupPrompt,
};

use super::{Decision, Going};

impl Decision {
    /// The same, and the conversation waits in a queue from its beginning.
    pub fn waiting(self, by: Actor, at: Time, acd: Participant, standing: Queued, why: &str) -> Self {
        Going { decision: self, by, at }.queue(acd, standing, why).decision
    }
}

impl Going {
    /// It begins to wait; `acd` stands for the queue among the participants. What it waited for before is left. One that has
    /// ended waits for nobody.
    pub fn queue(self, acd: Participant, standing: Queued, why: &str) -> Self {
        if self.decision.conversation.ended_at.is_some() {
            return self;
        }
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

    /// It is offered to an agent, who joins as the alerting participant. Nothing happens where it does not wait, or where it
    /// is being offered already: no conversation alerts two agents.
    pub fn offer(self, mut alerted: Participant, offer: Offer) -> Self {
        if self.decision.conversation.queued.as_ref().is_none_or(|queued| queued.offer.is_some()) {
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

    /// The alert that is out ends without an agent: `declined`, `timeout`, `gone` or `withdrawn`. It goes on waiting. What was
    /// for one agent alone is for everybody once that agent does not want it.
    pub fn decline(mut self, why: &str) -> Self {
        let at = self.at;
        let Some(queued) = &mut self.decision.conversation.queued else { return self };
        let Some(Offer { user_id, participant_id, .. }) = queued.offer.take() else { return self };
        queued.declined.retain(|(user, _)| *user != user_id);
        if matches!(why, "declined" | "timeout") {
            queued.declined.push((user_id, at));
            queued.agent = queued.agent.filter(|agent| *agent != user_id);
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

    /// What is for one agent alone is for everybody from now on: that agent is not to be had.
    pub fn for_anybody(mut self) -> Self {
        let Some(queued) = &mut self.decision.conversation.queued else { return self };
        if queued.agent.take().is_none() {
            return self;
        }
        let record = waits_on(queued, "agentUnavailable");
        self.routed(record);
        self
    }

    /// It waits on and asks for something else; an alert that is out stays out.
    pub fn ask_for(mut self, priority: i32, skills: Vec<SkillWish>, language_id: Option<LanguageId>) -> Self {
        let Some(queued) = &mut self.decision.conversation.queued else { return self };
        if (queued.priority, &queued.skills, queued.language_id) == (priority, &skills, language_id) {
            return self;
        }
        (queued.priority, queued.skills, queued.language_id) = (priority, skills, language_id);
        let record = waits_on(queued, "changed");
        self.routed(record);
        self
    }

    /// An agent takes it without having been alerted. Where it waits it waits no more, and whoever was alerted is not any more.
    pub fn take(self, mut agent: Participant) -> Self {
        let Some(queue_id) = self.decision.conversation.queued.as_ref().map(|queued| queued.queue_id) else {
            return self.join(agent);
        };
        agent.queue_id = agent.queue_id.or(Some(queue_id));
        let (participant_id, user_id) = (agent.id, agent.user_id);
        let mut going = self.decline("withdrawn").join(agent);
        let at = going.decision.next_time(going.at);
        going.decision.push(at, &going.by, EventBody::ParticipantConnected { participant_id });
        going.out_of_queue("answered", user_id)
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

    /// An agent's work is taken away: it leaves and owes nothing.
    pub fn take_away(self, participant_id: ParticipantId) -> Self {
        let mut going = self.leave(participant_id);
        let mut participants = going.decision.conversation.participants.iter_mut();
        if let Some(agent) = participants.find(|one| one.id == participant_id) {
            agent.owes_wrapup = false;
        }
        going
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

/// What the log tells of a conversation that waits where it waited, for something else.
fn waits_on(queued: &Queued, why: &str) -> RoutingRecord {
    let change = RoutingChange::Queued {
        priority: queued.priority,
        skills: queued.skills.clone(),
        language_id: queued.language_id,
        agent: queued.agent,
        since: queued.since,
        why: why.to_owned(),
    };
    RoutingRecord { queue_id: queued.queue_id, participant_id: queued.participant_id, change }
}

fn waited(since: Time, until: Time) -> u64 {
    u64::try_from(until.millis().saturating_sub(since.millis())).unwrap_or(0)
}

/// Whether an agent who leaves now owes a wrap-up, for which its place stays taken.
pub(super) fn owes_wrapup(participant: &Participant) -> bool {
    let worked = participant.purpose == Purpose::Agent && !participant.alerting && participant.answered_at.is_some();
    let is_asked = match participant.wrapup_prompt {
        Some(WrapupPrompt::Mandatory | WrapupPrompt::Timeout) => true,
        Some(WrapupPrompt::Optional) | None => false,
    };
    worked && is_asked && participant.wrapup.is_none()
}
