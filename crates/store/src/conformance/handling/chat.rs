//! A conversation that is routed, step by step, with the events and the snapshot that follow.

use waybill_model::{
    Change, CommunicationId, Direction, EventBody, FlowExit, FlowId, FlowRecord, Message, MessageId, MessageKind,
    Offer, Originator, Participant, ParticipantId, Purpose, QueueId, Queued, RoutingChange, RoutingRecord, Run, RunId,
    Time, UserId, Waits, Wrapup, WrapupCodeId,
};

use super::super::{
    Sample,
    sample::{plain_id, time},
};

/// One thing that happens; what can't happen does not.
#[derive(Debug, Clone, Copy)]
pub enum Do {
    /// An agent is put there by hand.
    Join(u64),
    /// It begins to wait, for this reason.
    Queue(u64, &'static str),
    /// It is offered to an agent.
    Offer(u64),
    /// The agent takes it.
    Answer,
    /// The alert ends, for this reason.
    Decline(&'static str),
    /// It waits no more, for this reason.
    LeaveQueue(&'static str),
    /// An agent leaves.
    Leave(u64),
    /// An agent leaves who owes a wrap-up.
    LeaveOwing(u64),
    /// An agent's work is wrapped up with a code, after so many milliseconds.
    Wrap(u64, Option<u64>, u64),
    /// An agent says something.
    Say(u64),
    /// The customer says something.
    Ask,
    /// A flow takes its first step.
    Flow(u64),
    /// The flow ends, well or not.
    EndFlow(bool),
    /// The conversation ends.
    End,
}

pub(super) fn user(number: u64) -> UserId {
    UserId::new(plain_id(1_000 + number))
}

pub(super) fn queue(number: u64) -> QueueId {
    QueueId::new(plain_id(2_000 + number))
}

pub(super) fn code(number: u64) -> WrapupCodeId {
    WrapupCodeId::new(plain_id(3_000 + number))
}

pub(super) fn flow(number: u64) -> FlowId {
    FlowId::new(plain_id(4_000 + number))
}

/// The conversation so far.
#[derive(Debug)]
pub struct Chat {
    /// What it is made of.
    pub sample: Sample,
    number: u64,
    /// How many events each commit had.
    pub(super) commits: Vec<usize>,
    pending: Vec<EventBody>,
    flow: Option<(u64, ParticipantId)>,
}

impl Chat {
    /// Conversation `number`, not yet started.
    #[must_use]
    pub fn new(sample: Sample, number: u64) -> Self {
        Self { sample, number, commits: Vec::new(), pending: Vec::new(), flow: None }
    }

    /// The start.
    pub fn start(&mut self) -> Change {
        let change = self.sample.start();
        self.commits.push(change.events.len());
        change
    }

    /// What happens at that second, in one commit; none where nothing could.
    pub fn commit(&mut self, seconds: i64, steps: &[Do]) -> Option<Change> {
        let last = self.sample.conversation.last_at;
        self.sample.conversation.last_at = last.max(time(seconds).plus_millis(-1));
        for step in steps {
            if self.sample.conversation.ended_at.is_none() || matches!(step, Do::Wrap(..)) {
                self.step(*step);
            }
        }
        let bodies = std::mem::take(&mut self.pending);
        if bodies.is_empty() {
            self.sample.conversation.last_at = last;
            return None;
        }
        let only_said = bodies.iter().all(|body| matches!(body, EventBody::MessageAdded { .. }));
        let mut change = self.sample.change(bodies);
        change.snapshot = (!only_said).then(|| self.sample.conversation.clone());
        self.commits.push(change.events.len());
        Some(change)
    }

    /// When the next event happens.
    fn now(&self) -> Time {
        self.sample.conversation.last_at.plus_millis(1 + self.pending.len() as i64)
    }

    fn step(&mut self, step: Do) {
        match step {
            Do::Join(number) => {
                self.join(Purpose::Agent, |agent| {
                    (agent.user_id, agent.answered_at) = (Some(user(number)), Some(agent.joined_at));
                });
            }
            Do::Queue(number, why) => self.queue(number, why),
            Do::Offer(number) => self.offer(number),
            Do::Answer => self.answer(),
            Do::Decline(why) => self.decline(why),
            Do::LeaveQueue(why) => self.leave_queue(why, None),
            Do::Leave(number) => self.leave_agent(number, false),
            Do::LeaveOwing(number) => self.leave_agent(number, true),
            Do::Wrap(number, code, took) => self.wrap(number, code, took),
            Do::Say(number) => {
                if let Some(agent) = self.at_work(number) {
                    self.say(agent, Direction::Outbound);
                }
            }
            Do::Ask => self.say(self.sample.conversation.participants[0].id, Direction::Inbound),
            Do::Flow(number) => self.begin_flow(number),
            Do::EndFlow(well) => {
                let exit = if well { FlowExit::Finished } else { FlowExit::Failed { fault: "a fault".to_owned() } };
                self.end_flow(exit);
            }
            Do::End => self.end(),
        }
    }

    fn join(&mut self, purpose: Purpose, what: impl FnOnce(&mut Participant)) -> ParticipantId {
        let number = 5_000 + 100 * self.number + self.sample.conversation.participants.len() as u64;
        let ids = (ParticipantId::new(plain_id(number)), CommunicationId::new(plain_id(number)));
        let mut participant = Participant::joining(ids.0, ids.1, purpose, self.now());
        what(&mut participant);
        self.pending.push(EventBody::ParticipantJoined { participant: Box::new(participant.clone()) });
        self.sample.conversation.participants.push(participant);
        ids.0
    }

    fn routed(&mut self, (queue_id, participant_id): (QueueId, ParticipantId), change: RoutingChange) {
        let record = RoutingRecord { queue_id, participant_id, change };
        self.pending.push(EventBody::Routed(Box::new(record)));
    }

    fn queue(&mut self, number: u64, why: &str) {
        let since = self.sample.conversation.queued.as_ref().map(|queued| queued.since);
        self.leave_queue(if why == "overflow" { "overflow" } else { "transferred" }, None);
        let since = since.filter(|_| why == "overflow").unwrap_or_else(|| self.now());
        let participant_id = self.join(Purpose::Acd, |acd| acd.queue_id = Some(queue(number)));
        self.sample.conversation.queued = Some(Box::new(Queued {
            queue_id: queue(number),
            participant_id,
            priority: 0,
            skills: Vec::new(),
            language_id: None,
            agent: None,
            since,
            offer: None,
            declined: Vec::new(),
        }));
        let change = RoutingChange::Queued {
            priority: 0,
            skills: Vec::new(),
            language_id: None,
            agent: None,
            since,
            why: why.to_owned(),
        };
        self.routed((queue(number), participant_id), change);
    }

    fn standing(&self) -> Option<(QueueId, ParticipantId, Option<Offer>)> {
        let queued = self.sample.conversation.queued.as_deref()?;
        Some((queued.queue_id, queued.participant_id, queued.offer.clone()))
    }

    fn set_offer(&mut self, offer: Option<Offer>) {
        if let Some(queued) = &mut self.sample.conversation.queued {
            queued.offer = offer;
        }
    }

    fn offer(&mut self, number: u64) {
        let Some((queue_id, acd, None)) = self.standing() else { return };
        let participant_id = self.join(Purpose::Agent, |agent| {
            (agent.user_id, agent.queue_id, agent.alerting) = (Some(user(number)), Some(queue_id), true);
        });
        let offer = Offer { user_id: user(number), participant_id, at: self.now(), until: self.now() };
        self.set_offer(Some(offer.clone()));
        self.routed((queue_id, acd), RoutingChange::Offered { offer });
    }

    fn answer(&mut self) {
        let Some((_, _, Some(offer))) = self.standing() else { return };
        self.set_offer(None);
        let at = self.now();
        let agent = self.participant(offer.participant_id);
        (agent.alerting, agent.answered_at) = (false, Some(at));
        self.pending.push(EventBody::ParticipantConnected { participant_id: offer.participant_id });
        self.leave_queue("answered", Some(offer.user_id));
    }

    fn decline(&mut self, why: &str) {
        let Some((queue_id, acd, Some(offer))) = self.standing() else { return };
        self.set_offer(None);
        let Offer { user_id, participant_id, .. } = offer;
        self.routed((queue_id, acd), RoutingChange::Declined { user_id, participant_id, why: why.to_owned() });
        self.leave(participant_id);
    }

    fn leave_queue(&mut self, why: &str, user_id: Option<UserId>) {
        self.decline("withdrawn");
        let Some(queued) = self.sample.conversation.queued.take() else { return };
        let waited_ms = (self.now().millis() - queued.since.millis()).unsigned_abs();
        let place = (queued.queue_id, queued.participant_id);
        self.routed(place, RoutingChange::Left { waited_ms, why: why.to_owned(), user_id });
        self.leave(queued.participant_id);
    }

    fn participant(&mut self, id: ParticipantId) -> &mut Participant {
        self.sample.conversation.participants.iter_mut().find(|one| one.id == id).expect("somebody who is there")
    }

    fn leave(&mut self, id: ParticipantId) {
        let at = self.now();
        self.participant(id).left_at = Some(at);
        self.pending.push(EventBody::ParticipantLeft { participant_id: id });
    }

    fn at_work(&self, number: u64) -> Option<ParticipantId> {
        let mut participants = self.sample.conversation.participants.iter();
        let works = |one: &&Participant| one.user_id == Some(user(number)) && one.left_at.is_none() && !one.alerting;
        participants.find(works).map(|one| one.id)
    }

    fn leave_agent(&mut self, number: u64, owing: bool) {
        let Some(id) = self.at_work(number) else { return };
        self.leave(id);
        let agent = self.participant(id);
        agent.owes_wrapup = owing && agent.wrapup.is_none();
    }

    fn wrap(&mut self, number: u64, code_number: Option<u64>, took_ms: u64) {
        let worked = |one: &&Participant| one.user_id == Some(user(number)) && !one.alerting;
        let Some(id) = self.sample.conversation.participants.iter().rfind(worked).map(|one| one.id) else { return };
        let wrapup = Wrapup {
            code_id: code_number.map(code),
            name: String::new(),
            notes: String::new(),
            at: self.now(),
            took_ms,
        };
        let agent = self.participant(id);
        (agent.wrapup, agent.owes_wrapup) = (Some(wrapup.clone()), false);
        self.pending.push(EventBody::WrappedUp { participant_id: id, wrapup });
    }

    fn say(&mut self, participant_id: ParticipantId, direction: Direction) {
        let number = 1_000_000 + 1_000 * self.number + self.sample.conversation.seq + self.pending.len() as u64;
        let message = Message {
            id: MessageId::new(plain_id(number)),
            session_id: None,
            participant_id,
            direction,
            kind: MessageKind::Text,
            text: "Well".to_owned(),
            content: None,
            at: self.now(),
            originator: Originator::Human,
            nickname: None,
            tracing_id: None,
            client_id: None,
        };
        self.pending.push(EventBody::MessageAdded { message: Box::new(message) });
    }

    fn begin_flow(&mut self, number: u64) {
        if self.flow.is_some() {
            return;
        }
        let participant = self.join(Purpose::Workflow, |workflow| workflow.flow_id = Some(flow(number)));
        self.flow = Some((number, participant));
        self.stepped((number, participant), true, None);
        self.sample.conversation.run = Some(Box::new(Run {
            id: RunId::new(plain_id(number)),
            flow_id: flow(number),
            name: "greet".to_owned(),
            version: 1,
            participant_id: participant,
            at: Some("ask".to_owned()),
            variables: std::collections::BTreeMap::new(),
            waits: Waits::Turn,
            stack: Vec::new(),
            steps: 1,
            calls: 0,
            started_at: self.now(),
        }));
    }

    fn stepped(&mut self, (number, participant_id): (u64, ParticipantId), started: bool, ended: Option<FlowExit>) {
        self.pending.push(EventBody::FlowStepped(Box::new(FlowRecord {
            run_id: RunId::new(plain_id(number)),
            flow_id: flow(number),
            flow_name: "greet".to_owned(),
            version: 1,
            participant_id,
            started,
            steps: Vec::new(),
            ended,
        })));
    }

    fn end_flow(&mut self, exit: FlowExit) {
        let Some(flow) = self.flow.take() else { return };
        self.stepped(flow, false, Some(exit));
        self.sample.conversation.run = None;
        self.leave(flow.1);
    }

    fn end(&mut self) {
        self.end_flow(FlowExit::Ended);
        self.leave_queue("abandoned", None);
        let here: Vec<_> = self
            .sample
            .conversation
            .participants
            .iter()
            .filter(|participant| participant.left_at.is_none())
            .map(|participant| participant.id)
            .collect();
        for id in here {
            self.leave(id);
        }
        self.sample.conversation.ended_at = Some(self.now());
        self.pending.push(EventBody::Ended { reason: "customer".to_owned() });
    }
}
