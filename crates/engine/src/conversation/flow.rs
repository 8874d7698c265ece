//! What a flow makes of its conversation: a run begins, takes steps, and ends.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use waybill_model::{
    CommunicationId, Conversation, Direction, EffectId, EventBody, FlowExit, FlowId, FlowRecord, Job, JobId, MessageId,
    MessageKind, Participant, ParticipantId, Purpose, Run, RunId, Time, UserId, Waits,
};

use super::{Decision, Going};

/// The kind of the job that lets a run take its next step; its payload is a [`Turn`].
pub const TURN: &str = "flow.turn";

/// Why a run takes its next step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "because")]
pub enum Turn {
    /// It begins.
    Started,
    /// The customer said something while it waited for an answer.
    #[serde(rename_all = "camelCase")]
    Message {
        /// The message.
        message_id: MessageId,
    },
    /// An agent took the conversation while it waited for one.
    #[serde(rename_all = "camelCase")]
    AgentConnected {
        /// The person.
        user_id: Option<UserId>,
    },
    /// The last agent left while it waited for that.
    AgentLeft,
    /// A time is over; nothing happens when it does not wait for this one any more.
    #[serde(rename_all = "camelCase")]
    Timer {
        /// Which.
        effect: EffectId,
    },
}

impl Turn {
    /// The job that brings it about. Its id is the run's with the conversation's event number, so that deciding again
    /// decides the same.
    #[must_use]
    pub fn job(&self, run: &Run, seq: u64, due_at: Time) -> Job {
        let id = JobId::from_bits(run.id.bits() ^ u128::from(seq));
        Job { id, kind: TURN.to_owned(), due_at, payload: self.payload() }
    }

    fn payload(&self) -> String {
        serde_json::to_string(self).expect("a turn is made of names and ids")
    }
}

/// A flow that begins with a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartingFlow {
    /// The run.
    pub run_id: RunId,
    /// The flow.
    pub flow_id: FlowId,
    /// Its name at that time.
    pub name: String,
    /// The version that the run stays on (LOG9).
    pub version: u64,
    /// The participant `workflow`.
    pub participant_id: ParticipantId,
    /// Its leg.
    pub communication_id: CommunicationId,
    /// The job of its first step.
    pub job_id: JobId,
    /// Variables that it is given.
    pub variables: BTreeMap<String, Value>,
}

impl Decision {
    /// Whatever a run waits for wakes it in the commit that brings it: no way of writing can forget to.
    pub(super) fn wake_run(&mut self) {
        let Some(run) = self.conversation.run.as_deref() else { return };
        let turns = self.events.iter().filter_map(|event| {
            let turn = turn_for(&self.conversation, &run.waits, &event.body)?;
            Some(turn.job(run, event.conversation_seq, event.at))
        });
        let jobs: Vec<Job> = turns.collect();
        self.jobs.extend(jobs);
    }

    /// Puts the run and its first job there; returns the participant `workflow`, which is to be announced.
    pub(super) fn begin_run(&mut self, flow: StartingFlow, at: Time) -> Participant {
        let StartingFlow { run_id, flow_id, name, version, participant_id, communication_id, job_id, variables } = flow;
        let workflow = Participant {
            flow_id: Some(flow_id),
            ..Participant::joining(participant_id, communication_id, Purpose::Workflow, at)
        };
        self.conversation.participants.push(workflow.clone());
        self.conversation.run = Some(Box::new(Run {
            id: run_id,
            flow_id,
            name,
            version,
            participant_id,
            at: None,
            variables,
            waits: Waits::Turn,
            stack: Vec::new(),
            steps: 0,
            calls: 0,
            started_at: at,
        }));
        self.jobs.push(Job { id: job_id, kind: TURN.to_owned(), due_at: at, payload: Turn::Started.payload() });
        workflow
    }
}

impl Going {
    /// A flow takes over a conversation that is there already; a run that was there ends.
    pub fn begin_run(self, flow: StartingFlow) -> Self {
        let mut going = self.end_run(FlowExit::TransferredToFlow { flow_id: flow.flow_id });
        let at = going.decision.next_time(going.at);
        let workflow = Box::new(going.decision.begin_run(flow, at));
        going.decision.rewrite = true;
        going.decision.push(at, &going.by, EventBody::ParticipantJoined { participant: workflow });
        going
    }

    /// The run took steps: how it stands now, and what the log tells of them. A run that waits for nothing is over: it goes,
    /// and so does its participant.
    pub fn stepped(mut self, run: Run, record: FlowRecord) -> Self {
        let participant_id = run.participant_id;
        let is_over = run.waits == Waits::Nothing;
        self.decision.conversation.run = (!is_over).then(|| Box::new(run));
        self.decision.rewrite = true;
        let at = self.decision.next_time(self.at);
        self.decision.push(at, &self.by, EventBody::FlowStepped(Box::new(record)));
        if is_over { self.leave(participant_id) } else { self }
    }

    /// Ends the run from outside, where there is one.
    pub fn end_run(mut self, exit: FlowExit) -> Self {
        let Some(run) = self.decision.conversation.run.take() else { return self };
        let Run { id, flow_id, name, version, participant_id, .. } = *run;
        let record = FlowRecord {
            run_id: id,
            flow_id,
            flow_name: name,
            version,
            participant_id,
            started: false,
            steps: Vec::new(),
            ended: Some(exit),
        };
        self.decision.rewrite = true;
        let at = self.decision.next_time(self.at);
        self.decision.push(at, &self.by, EventBody::FlowStepped(Box::new(record)));
        self.leave(participant_id)
    }

    /// Work that follows from this.
    pub fn job(mut self, job: Job) -> Self {
        self.decision.jobs.push(job);
        self
    }

    /// The job that this fulfils: nothing is written where it was fulfilled before.
    pub fn fulfilling(mut self, job: JobId) -> Self {
        self.decision.fulfils = Some(job);
        self
    }
}

/// What an event means for a run that waits.
fn turn_for(conversation: &Conversation, waits: &Waits, body: &EventBody) -> Option<Turn> {
    match (waits, body) {
        (Waits::Answer { .. }, EventBody::MessageAdded { message })
            if message.direction == Direction::Inbound
                && matches!(message.kind, MessageKind::Text | MessageKind::Structured) =>
        {
            Some(Turn::Message { message_id: message.id })
        }
        (Waits::Agent { .. }, EventBody::ParticipantConnected { participant_id }) => {
            let user_id = conversation.participant(*participant_id).and_then(|one| one.user_id);
            Some(Turn::AgentConnected { user_id })
        }
        (Waits::Agent { .. }, EventBody::ParticipantLeft { participant_id }) => {
            let worked = |one: &Participant| one.purpose == Purpose::Agent && one.answered_at.is_some();
            let is_over = conversation.participant(*participant_id).is_some_and(worked)
                && conversation.queued.is_none()
                && !conversation.participants.iter().any(|one| worked(one) && one.left_at.is_none());
            is_over.then_some(Turn::AgentLeft)
        }
        _ => None,
    }
}
