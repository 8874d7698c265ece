//! What a flow did → `conversation:flow`.

use waybill_model as model;
use waybill_protocol::rest::flow_event::{ConversationFlow, FlowCall, FlowEnding, FlowRead, FlowStep};

pub(super) fn flow_event(record: &model::FlowRecord) -> ConversationFlow {
    let model::FlowRecord { run_id, flow_id, flow_name, version, participant_id, started, steps, ended } = record;
    ConversationFlow {
        flow_execution_id: *run_id,
        flow_id: *flow_id,
        flow_name: flow_name.clone(),
        flow_version: *version,
        participant_id: *participant_id,
        started: *started,
        steps: steps.iter().map(step).collect(),
        ended: ended.as_ref().map(ending),
    }
}

pub(in crate::rest) fn step(step: &model::FlowStep) -> FlowStep {
    let model::FlowStep { action, kind, outcome, next, reads, sets, call, fault } = step;
    FlowStep {
        action: action.clone(),
        kind: kind.clone(),
        outcome: outcome.clone(),
        next: next.clone(),
        reads: reads.iter().map(read).collect(),
        sets: sets.clone(),
        call: call.as_ref().map(self::call),
        fault: fault.clone(),
    }
}

fn read(read: &model::ContextRead) -> FlowRead {
    let model::ContextRead { key, trust, absent } = read;
    FlowRead { key: key.clone(), trust: trust.map(model::Trust::as_str), absent: absent.clone() }
}

fn call(call: &model::Call) -> FlowCall {
    let model::Call { effect, method, target, status, millis, attempts, error } = call;
    FlowCall {
        id: *effect,
        method: method.clone(),
        target: target.clone(),
        status: *status,
        duration_ms: *millis,
        attempts: *attempts,
        error: error.clone(),
    }
}

pub(in crate::rest) fn ending(exit: &model::FlowExit) -> FlowEnding {
    let ending = |reason| FlowEnding { reason, queue_id: None, flow_id: None, fault: None };
    match exit {
        model::FlowExit::Finished => ending("finished"),
        model::FlowExit::Transferred { queue_id } => FlowEnding { queue_id: Some(*queue_id), ..ending("transferred") },
        model::FlowExit::TransferredToFlow { flow_id } => {
            FlowEnding { flow_id: Some(*flow_id), ..ending("transferredToFlow") }
        }
        model::FlowExit::Ended => ending("ended"),
        model::FlowExit::Failed { fault } => FlowEnding { fault: Some(fault.clone()), ..ending("failed") },
    }
}
