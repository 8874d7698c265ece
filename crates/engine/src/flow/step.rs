//! One step of a run: as many actions as it can take until it has to wait, or ends.

use std::borrow::Cow;

use serde_json::Value;
use waybill_model::{FlowExit, FlowRecord, FlowStep, Return, Run, Waits};

use super::{
    CompiledFlow, Effect, Input, Outcome, QueueWish, World,
    actions::Does,
    compiled::CompiledAction,
    turn::{Fault, Taken, Turn},
    world::key,
};

/// The most actions of one step.
const MAX_ACTIONS_PER_STEP: usize = 200;
/// The most actions of one run.
const MAX_ACTIONS_PER_RUN: u32 = 5_000;
/// The longest that a run lasts, in milliseconds.
const MAX_MILLIS_PER_RUN: i64 = 30 * 24 * 3_600_000;
/// The most that a run keeps in variables, in bytes of JSON.
const MAX_VARIABLE_BYTES: usize = 16 * 1024;
/// How deep sub-flows go.
const MAX_DEPTH: usize = 8;
/// The most requests of one run.
pub(super) const MAX_CALLS: u32 = 100;

/// Lets a run go on until it has to wait or ends. `flow` is what `run.flow_id` and `run.version` name: in a sub-flow, that.
///
/// `None` where the input means nothing to the run as it stands (another timer, an answer to an earlier question): nothing
/// has changed then.
#[must_use]
pub fn step(flow: &CompiledFlow, run: &mut Run, input: Input, world: &World<'_>) -> Option<Outcome> {
    let wakes = Wakes::of(&run.waits, &input)?;
    let before = run.clone();
    let record = record_of(run, wakes == Wakes::Begin);
    let mut stepper = Stepper { flow, turn: Turn::new(run, world), record };
    stepper.turn.see_as(flow);
    let goes_on = match wakes {
        Wakes::Begin => stepper.begin(),
        Wakes::End => {
            stepper.over(FlowExit::Ended);
            true
        }
        Wakes::Resume => stepper.resume(&input),
    };
    let Stepper { turn, record, .. } = stepper;
    let Turn { effects, run, .. } = turn;
    if goes_on {
        return Some(Outcome { effects, record });
    }
    *run = before;
    None
}

/// What an input does to a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wakes {
    Begin,
    Resume,
    End,
}

impl Wakes {
    /// `None` where it is not what the run waits for.
    fn of(waits: &Waits, input: &Input) -> Option<Self> {
        let is_awaited = match (waits, input) {
            (Waits::Nothing, _) => return None,
            (_, Input::Ended) => return Some(Self::End),
            (Waits::Turn, Input::Started) => return Some(Self::Begin),
            (Waits::Reply { effect }, Input::Reply { call, .. }) => call.effect == *effect,
            (Waits::Answer { since, .. }, Input::Message { at, .. }) => at >= since,
            (Waits::Answer { effect, .. } | Waits::Timer { effect, .. }, Input::Timer { effect: due }) => effect == due,
            (Waits::Agent { effect, until }, Input::Timer { effect: due }) => until.is_some() && effect == due,
            (Waits::Agent { .. }, Input::AgentConnected { .. } | Input::AgentLeft) => true,
            (_, _) => false,
        };
        is_awaited.then_some(Self::Resume)
    }
}

/// The record of a step that has not been taken. It tells of the outermost flow, whose run it is.
fn record_of(run: &Run, started: bool) -> FlowRecord {
    let outermost = run.stack.first();
    FlowRecord {
        run_id: run.id,
        flow_id: outermost.map_or(run.flow_id, |one| one.flow_id),
        flow_name: outermost.map_or(&run.name, |one| &one.name).clone(),
        version: outermost.map_or(run.version, |one| one.version),
        participant_id: run.participant_id,
        started,
        steps: Vec::new(),
        ended: None,
    }
}

struct Stepper<'a> {
    flow: &'a CompiledFlow,
    turn: Turn<'a>,
    record: FlowRecord,
}

/// Where a step stands.
enum Stands<'a> {
    /// Before an action.
    Before(String),
    /// Within the action that the run is at; it came to this.
    After(&'a CompiledAction, Result<Taken<'a>, Fault>),
    /// At the end of a flow.
    AtEnd,
    /// Nothing more can be done now.
    Done,
}

impl<'a> Stepper<'a> {
    fn begin(&mut self) -> bool {
        // What the run was given goes before what its flow declares.
        let given = std::mem::replace(&mut self.turn.run.variables, self.flow.variables.clone());
        self.turn.run.variables.extend(given);
        self.go(Stands::Before(self.flow.start.clone()));
        true
    }

    /// `false` where the input was something else than what the action waits for.
    fn resume(&mut self, input: &Input) -> bool {
        let flow = self.flow;
        let found = self.turn.run.at.as_ref().and_then(|at| flow.actions.get(at));
        let Some(action) = found else {
            let words = "the action that the run waits in is not in this version of the flow";
            self.over(FlowExit::Failed { fault: words.to_owned() });
            return true;
        };
        self.turn.turn_to(&action.defaults);
        match action.does.resume(&mut self.turn, action, input) {
            Ok(None) => return false,
            Ok(Some(taken)) => self.go(Stands::After(action, Ok(taken))),
            Err(fault) => self.go(Stands::After(action, Err(fault))),
        }
        true
    }

    fn go(&mut self, mut stands: Stands<'a>) {
        loop {
            if let Some(fault) = self.over_budget() {
                return self.over(FlowExit::Failed { fault });
            }
            stands = match stands {
                Stands::Before(name) => self.enter(name),
                Stands::After(action, taken) => self.leave(action, taken),
                Stands::AtEnd => self.give_back(),
                Stands::Done => return,
            };
        }
    }

    fn enter(&mut self, name: String) -> Stands<'a> {
        let flow = self.flow;
        let Some(action) = flow.actions.get(&name) else {
            self.over(FlowExit::Failed { fault: format!("there is no action `{name}`") });
            return Stands::Done;
        };
        self.turn.run.at = Some(name);
        self.turn.turn_to(&action.defaults);
        let said = self.turn.effects.len();
        let taken = action.does.enter(&mut self.turn, action);
        if taken.is_err() {
            // An action is done as a whole, or not at all.
            self.turn.effects.truncate(said);
        }
        Stands::After(action, taken)
    }

    fn leave(&mut self, action: &'a CompiledAction, taken: Result<Taken<'a>, Fault>) -> Stands<'a> {
        match taken {
            Ok(Taken::Way(way)) => match self.resolve(action, &way) {
                Ok(next) => {
                    self.note(action, way, next.clone(), None);
                    next.map_or(Stands::AtEnd, Stands::Before)
                }
                Err(()) => {
                    let words = self.turn.note.take().unwrap_or_else(|| "it has no answer".to_owned());
                    let fault = format!("it went `{way}`, for which there is no way out: {words}");
                    self.fail(action, way, fault)
                }
            },
            Ok(Taken::Wait(waits)) => {
                self.note(action, "waits".into(), None, None);
                self.turn.run.waits = waits;
                Stands::Done
            }
            Ok(Taken::End(exit)) => {
                let fault = match &exit {
                    FlowExit::Failed { fault } => Some(fault.clone()),
                    FlowExit::Finished
                    | FlowExit::Transferred { .. }
                    | FlowExit::TransferredToFlow { .. }
                    | FlowExit::Ended => None,
                };
                self.note(action, "ends".into(), None, fault);
                self.over(exit);
                Stands::Done
            }
            Ok(Taken::Return) => {
                self.note(action, "ends".into(), None, None);
                Stands::AtEnd
            }
            Ok(Taken::Call(published, variables)) => {
                self.note(action, "calls".into(), None, None);
                let mut inner = published.flow.variables.clone();
                inner.extend(variables);
                let run = &mut *self.turn.run;
                run.stack.push(Return {
                    flow_id: std::mem::replace(&mut run.flow_id, published.flow_id),
                    name: std::mem::replace(&mut run.name, published.name.clone()),
                    version: std::mem::replace(&mut run.version, published.version),
                    at: run.at.take().unwrap_or_default(),
                    variables: std::mem::replace(&mut run.variables, inner),
                });
                self.flow = &published.flow;
                self.turn.see_as(self.flow);
                Stands::Before(self.flow.start.clone())
            }
            Err(fault) => match ["error", "failure"].into_iter().find_map(|way| Some((way, action.way(way)?))) {
                Some((way, next)) => {
                    let next = next.to_owned();
                    self.note(action, way.into(), Some(next.clone()), Some(fault.words));
                    Stands::Before(next)
                }
                None => self.fail(action, "error".into(), fault.words),
            },
        }
    }

    /// Where a way leads: to an action, to the flow's end, or (`Err`) nowhere at all, because it is one that nobody planned.
    fn resolve(&self, action: &CompiledAction, way: &str) -> Result<Option<String>, ()> {
        if let Some(next) = action.way(way) {
            return Ok(Some(next.to_owned()));
        }
        let instead: &[&str] = match way {
            "failure" | "invalid" | "noAnswer" | "missing" | "timeout" => &["failure", "noAnswer", "error"],
            "holiday" => &["closed"],
            _ => &[],
        };
        if let Some(next) = instead.iter().find_map(|way| action.way(way)) {
            return Ok(Some(next.to_owned()));
        }
        if matches!(way, "failure" | "invalid" | "noAnswer" | "missing" | "timeout") { Err(()) } else { Ok(None) }
    }

    /// A flow has ended: what called it goes on.
    fn give_back(&mut self) -> Stands<'a> {
        let Some(caller) = self.turn.run.stack.pop() else {
            self.over(FlowExit::Finished);
            return Stands::Done;
        };
        let variables = Value::Object(self.turn.run.variables.clone().into_iter().collect());
        match self.return_to(caller) {
            None => Stands::Done,
            Some(action) => {
                let Does::SubFlow(sub_flow) = &action.does else {
                    let fault = Fault::new("the action that called the flow is another one in this version");
                    return Stands::After(action, Err(fault));
                };
                let taken = sub_flow.returned(&mut self.turn, variables);
                Stands::After(action, taken)
            }
        }
    }

    /// Goes back to the action that called a flow; `None` where that is gone, and the run with it.
    fn return_to(&mut self, caller: Return) -> Option<&'a CompiledAction> {
        let Return { flow_id, name, version, at, variables } = caller;
        let run = &mut *self.turn.run;
        (run.flow_id, run.name, run.version, run.variables) = (flow_id, name, version, variables);
        let world = self.turn.world;
        let found = world.directory.version(flow_id, version).map(|published| &*published.flow);
        let Some((flow, action)) = found.and_then(|flow| Some((flow, flow.actions.get(&at)?))) else {
            let fault = "the version of the flow that called a sub-flow is not there any more".to_owned();
            self.over(FlowExit::Failed { fault });
            return None;
        };
        self.turn.run.at = Some(at);
        self.flow = flow;
        self.turn.see_as(flow);
        self.turn.turn_to(&action.defaults);
        Some(action)
    }

    /// A fault without a way out: the flow around this one may have one, otherwise the run is over.
    fn fail(&mut self, action: &'a CompiledAction, way: Cow<'static, str>, words: String) -> Stands<'a> {
        let at = self.turn.run.at.clone().unwrap_or_default();
        self.note(action, way, None, Some(words.clone()));
        let Some(caller) = self.turn.run.stack.pop() else {
            self.over(FlowExit::Failed { fault: format!("`{at}`: {words}") });
            return Stands::Done;
        };
        match self.return_to(caller) {
            None => Stands::Done,
            Some(action) => Stands::After(action, Err(Fault::new(format!("the sub-flow failed at `{at}`: {words}")))),
        }
    }

    /// Notes an action that was taken.
    fn note(&mut self, action: &CompiledAction, way: Cow<'static, str>, next: Option<String>, fault: Option<String>) {
        let turn = &mut self.turn;
        let name = turn.run.at.clone().unwrap_or_default();
        let is_inside = !turn.run.stack.is_empty();
        self.record.steps.push(FlowStep {
            action: if is_inside { format!("{}/{name}", turn.run.name) } else { name },
            kind: action.kind.to_owned(),
            outcome: way.into_owned(),
            next,
            reads: std::mem::take(&mut turn.reads),
            sets: std::mem::take(&mut turn.sets),
            call: turn.call.take(),
            fault: fault.or(turn.note.take()),
        });
    }

    fn over(&mut self, exit: FlowExit) {
        if let FlowExit::Failed { .. } = exit
            && let Some(wish) = self.fallback()
        {
            self.turn.effects.push(Effect::Queue(wish));
        }
        let run = &mut *self.turn.run;
        (run.at, run.waits) = (None, Waits::Nothing);
        run.variables.clear();
        run.stack.clear();
        self.record.ended = Some(exit);
    }

    /// Where the conversation waits when its run fails: the outermost flow says it. Nowhere where it waits already, where
    /// somebody works on it, and where the queue is gone.
    fn fallback(&self) -> Option<QueueWish> {
        let world = self.turn.world;
        let flow = match self.turn.run.stack.first() {
            Some(outermost) => &*world.directory.version(outermost.flow_id, outermost.version)?.flow,
            None => self.flow,
        };
        let queue_id = *world.directory.queues.get(&key(flow.on_failure()?))?;
        let waits = self.turn.effects.iter().fold(world.conversation.is_in_hands(), |waits, effect| match effect {
            Effect::Queue(_) => true,
            Effect::LeaveQueue => world.conversation.has_agent(),
            Effect::Say(_)
            | Effect::SetAttributes(_)
            | Effect::Request(_)
            | Effect::Timer { .. }
            | Effect::WrapUp { .. }
            | Effect::TransferToFlow { .. }
            | Effect::EndConversation => waits,
        });
        let wish = QueueWish { queue_id, priority: 0, skills: Vec::new(), language_id: None, agent: None };
        (!waits).then_some(wish)
    }

    /// The budget that is used up, in words.
    fn over_budget(&self) -> Option<String> {
        let run = &*self.turn.run;
        if run.waits == Waits::Nothing {
            return None;
        }
        if self.record.steps.len() >= MAX_ACTIONS_PER_STEP {
            return Some(format!(
                "it has taken {MAX_ACTIONS_PER_STEP} actions without waiting, which are the most: it seems to go round in a circle"
            ));
        }
        if run.steps >= MAX_ACTIONS_PER_RUN {
            return Some(format!("it has taken {MAX_ACTIONS_PER_RUN} actions, which are the most of one run"));
        }
        if self.turn.world.now.millis() - run.started_at.millis() > MAX_MILLIS_PER_RUN {
            return Some("it has lasted for 30 days, which is the longest".to_owned());
        }
        if run.stack.len() > MAX_DEPTH {
            return Some(format!("sub-flows go {MAX_DEPTH} deep at most"));
        }
        let bytes = bytes_of(run);
        (bytes > MAX_VARIABLE_BYTES)
            .then(|| format!("its variables have {bytes} bytes; {MAX_VARIABLE_BYTES} are the most"))
    }
}

/// Bytes of the variables of a run, those of the flows around it included.
fn bytes_of(run: &Run) -> usize {
    let around = run.stack.iter().flat_map(|one| &one.variables);
    run.variables.iter().chain(around).map(|(name, value)| name.len() + size_of_json(value)).sum()
}

/// About the length of a value's JSON text.
fn size_of_json(value: &Value) -> usize {
    match value {
        Value::Null | Value::Bool(_) => 5,
        Value::Number(_) => 8,
        Value::String(text) => text.len() + 2,
        Value::Array(items) => 2 + items.iter().map(|item| size_of_json(item) + 1).sum::<usize>(),
        Value::Object(members) => {
            2 + members.iter().map(|(name, value)| name.len() + 4 + size_of_json(value)).sum::<usize>()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flow15_the_guide_names_the_budgets_that_hold() {
        let days = MAX_MILLIS_PER_RUN / (24 * 3_600_000);
        let thousands = |number: u32| format!("{},{:03}", number / 1_000, number % 1_000);
        let limits = format!(
            "A step takes at most {MAX_ACTIONS_PER_STEP} actions and a run {}; a run makes at most {MAX_CALLS} requests, \
             lasts {days} days at most and holds {} KiB of variables; sub-flows go {MAX_DEPTH} deep.",
            thousands(MAX_ACTIONS_PER_RUN),
            MAX_VARIABLE_BYTES / 1_024,
        );
        let guide = include_str!("../../../../docs/guide/flows.md");
        assert!(guide.contains(&limits), "docs/guide/flows.md has to say: {limits}");
        let rule = format!(
            "A step takes at most {MAX_ACTIONS_PER_STEP} actions, a run {MAX_ACTIONS_PER_RUN} actions, {MAX_CALLS} requests \
             and {days} days; its variables have at most {} KiB, sub-flows go {MAX_DEPTH} deep.",
            MAX_VARIABLE_BYTES / 1_024,
        );
        let spec = include_str!("../../../../docs/spec/flows.md");
        assert!(spec.contains(&rule), "docs/spec/flows.md has to say: {rule}");
    }
}
