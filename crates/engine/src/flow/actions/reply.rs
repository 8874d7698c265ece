//! What `apiRequest` and `dataAction` make of what comes back.

use waybill_model::{FlowExit, Waits};

use crate::flow::{
    Effect, Input, Reply, Request,
    step::MAX_CALLS,
    turn::{Fault, Taken, Turn},
};

/// Sends a request and waits for its answer.
pub(super) fn send<'a>(turn: &mut Turn<'a>, request: Request) -> Taken<'a> {
    if turn.run.calls >= MAX_CALLS {
        let fault = format!("the run has made {MAX_CALLS} requests, which are the most");
        return Taken::End(FlowExit::Failed { fault });
    }
    turn.run.calls += 1;
    let effect = request.effect;
    turn.effects.push(Effect::Request(Box::new(request)));
    Taken::Wait(Waits::Reply { effect })
}

/// What a reply means: the answer, or the way out.
pub(super) enum Received<'i> {
    Success(&'i crate::flow::Answer),
    Way(&'static str),
}

/// Takes a reply; `None` where the input is none.
pub(super) fn receive<'i>(turn: &mut Turn<'_>, input: &'i Input) -> Option<Received<'i>> {
    let Input::Reply { call, reply } = input else { return None };
    turn.call = Some(call.clone());
    Some(match reply {
        Reply::Answer(answer) if (200..300).contains(&answer.status) => Received::Success(answer),
        Reply::Answer(answer) => {
            turn.note = Some(format!("the answer has the status {}", answer.status));
            Received::Way("failure")
        }
        Reply::TimedOut => {
            turn.note = Some("no answer came in time".to_owned());
            Received::Way("timeout")
        }
        Reply::Failed => {
            turn.note = Some("no answer came".to_owned());
            Received::Way("failure")
        }
    })
}

/// The JSON of an answer.
pub(in crate::flow) fn json(body: &[u8]) -> Result<serde_json::Value, Fault> {
    serde_json::from_slice(body).map_err(|error| {
        Fault::new(format!("the answer stops being JSON at line {}, column {}", error.line(), error.column()))
    })
}
