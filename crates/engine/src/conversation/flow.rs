//! What a flow makes of its conversation: a run begins, takes steps, and ends.

use waybill_model::{
    CommunicationId, EventBody, FlowExit, FlowId, FlowRecord, Job, JobId, Participant, ParticipantId, Purpose, Run,
    RunId, Time, Waits,
};

use super::{Decision, Going};

/// The kind of the job that lets a run take its next step.
pub const TURN: &str = "flow.turn";

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
}

impl Decision {
    /// Puts the run and its first job there; returns the participant `workflow`, which is to be announced.
    pub(super) fn begin_run(&mut self, flow: StartingFlow, at: Time) -> Participant {
        let StartingFlow { run_id, flow_id, name, version, participant_id, communication_id, job_id } = flow;
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
            variables: std::collections::BTreeMap::new(),
            waits: Waits::Turn,
            stack: Vec::new(),
            steps: 0,
            calls: 0,
            started_at: at,
        }));
        self.jobs.push(Job { id: job_id, kind: TURN.to_owned(), due_at: at, payload: String::new() });
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
