//! Runs a flow with a script, outside of any conversation: to see what it does, and whether a new version does the same.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use serde_json::Value;
use waybill_model::{
    Call, Conversation, EffectId, FlowExit, FlowRecord, ParticipantId, Purpose, QueueId, Run, RunId, Time, Waits,
};

use super::{
    Answer, Directory, Effect, Input, Outcome, Published, QueueWish, Reply, Request, Say, World,
    document::Short,
    script::{Cue, ScriptedReply, made_up, shown},
    step,
};
use crate::{
    attributes::{Admission, CompiledPolicy},
    template::PreparedBody,
};

/// How long everything takes in a simulation, in milliseconds.
const TICK: i64 = 1_000;

/// Where a flow is simulated.
#[derive(Debug, Clone)]
pub struct Scene<'a> {
    /// The conversation as the flow finds it.
    pub conversation: Conversation,
    /// The policy that it lives under.
    pub policy: &'a CompiledPolicy,
    /// The operator's values for flows.
    pub env: &'a BTreeMap<String, String>,
    /// The names of secrets that flows may use.
    pub secrets: &'a BTreeSet<String>,
    /// What flows can name.
    pub directory: &'a Directory,
    /// When the flow begins.
    pub now: Time,
}

/// A flow that is simulated.
#[derive(Debug, Clone)]
pub struct Simulation<'a> {
    scene: Scene<'a>,
    flow: &'a Published,
    run: Run,
    message: Option<String>,
    request: Option<Request>,
    timers: Vec<(Time, EffectId)>,
    played: Vec<Played>,
}

/// Something that came to the run, and what came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Played {
    /// What came, in words.
    pub cue: String,
    /// What came of it; absent where the run did not wait for that.
    pub outcome: Option<Outcome>,
}

/// Simulates a flow until its script is at an end.
#[must_use]
pub fn simulate<'a>(flow: &'a Published, scene: Scene<'a>, script: &[Cue]) -> Simulation<'a> {
    let mut simulation = Simulation::begin(flow, scene);
    for cue in script {
        simulation.play(cue);
    }
    simulation
}

impl<'a> Simulation<'a> {
    /// Begins: the run takes its first step.
    #[must_use]
    pub fn begin(flow: &'a Published, scene: Scene<'a>) -> Self {
        let run = Run {
            id: RunId::from_bits(made_up(3, 0)),
            flow_id: flow.flow_id,
            name: flow.name.clone(),
            version: flow.version,
            participant_id: ParticipantId::from_bits(made_up(1, 3)),
            at: None,
            variables: BTreeMap::new(),
            waits: Waits::Turn,
            stack: Vec::new(),
            steps: 0,
            calls: 0,
            started_at: scene.now,
        };
        let (message, request, timers, played) = (None, None, Vec::new(), Vec::new());
        let mut simulation = Self { scene, flow, run, message, request, timers, played };
        simulation.input("started".to_owned(), Input::Started);
        simulation
    }

    /// What the run waits for.
    #[must_use]
    pub const fn waits(&self) -> &Waits {
        &self.run.waits
    }

    /// The request whose answer the run waits for: whoever has a live target makes it and plays the answer.
    #[must_use]
    pub const fn request(&self) -> Option<&Request> {
        self.request.as_ref()
    }

    /// What has come so far, and what came of it.
    #[must_use]
    pub fn played(&self) -> &[Played] {
        &self.played
    }

    /// Lets something come to the run.
    pub fn play(&mut self, cue: &Cue) {
        self.scene.now = self.scene.now.plus_millis(TICK);
        match cue {
            Cue::Say(text) => {
                self.message = Some(text.clone());
                self.input(format!("say {text:?}"), Input::Message { text: text.clone(), at: self.scene.now });
            }
            Cue::Reply(reply) => self.reply(reply),
            Cue::Pass(pause) => {
                self.scene.now = self.scene.now.plus_millis(pause.millis() - TICK);
                self.fire(format!("pass {}ms", pause.millis()));
            }
            Cue::AgentConnected => {
                self.input("agentConnected".to_owned(), Input::AgentConnected { user_id: None });
            }
            Cue::AgentLeft => self.input("agentLeft".to_owned(), Input::AgentLeft),
            Cue::End => {
                self.scene.conversation.ended_at = Some(self.scene.now);
                self.input("end".to_owned(), Input::Ended);
            }
        }
    }

    fn reply(&mut self, reply: &Short<ScriptedReply>) {
        let (words, status, error, reply) = match reply {
            Short::Text(kind) if kind == "timeout" => ("reply timeout".to_owned(), None, Some(kind), Reply::TimedOut),
            Short::Text(kind) => (format!("reply {kind}"), None, Some(kind), Reply::Failed),
            Short::Long(ScriptedReply { status, body }) => {
                let body = match body {
                    Value::String(text) => text.clone().into_bytes(),
                    Value::Null => Vec::new(),
                    Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
                        body.to_string().into_bytes()
                    }
                };
                (format!("reply {status}"), Some(*status), None, Reply::Answer(Answer { status: *status, body }))
            }
        };
        let Some(request) = self.request.take() else {
            self.played.push(Played { cue: words, outcome: None });
            return;
        };
        let call = Call {
            effect: request.effect,
            method: request.prepared.method,
            target: origin(&request.prepared.url).to_owned(),
            status,
            millis: TICK.unsigned_abs(),
            attempts: 1,
            error: error.cloned(),
        };
        self.input(words, Input::Reply { call, reply });
    }

    /// Fires the timers that are due, the earliest first.
    fn fire(&mut self, cue: String) {
        self.timers.sort_unstable_by_key(|(due, _)| std::cmp::Reverse(*due));
        let mut is_heard = false;
        while let Some((_, effect)) = self.timers.pop_if(|(due, _)| *due <= self.scene.now) {
            is_heard |= self.hears(&cue, Input::Timer { effect });
        }
        if !is_heard {
            self.played.push(Played { cue, outcome: None });
        }
    }

    fn input(&mut self, cue: String, input: Input) {
        if !self.hears(&cue, input) {
            self.played.push(Played { cue, outcome: None });
        }
    }

    /// Lets the run take a step; `false` where the input means nothing to it.
    fn hears(&mut self, cue: &str, input: Input) -> bool {
        let Scene { conversation, policy, env, secrets, directory, now } = &self.scene;
        let message = self.message.as_deref();
        let world = World { now: *now, conversation, policy, env, secrets, message, directory };
        let version = directory.version(self.run.flow_id, self.run.version).unwrap_or(self.flow);
        let Some(outcome) = step(&version.flow, &mut self.run, input, &world) else { return false };
        for effect in &outcome.effects {
            match effect {
                Effect::SetAttributes(admission) => apply(&mut self.scene.conversation, admission),
                Effect::Request(request) => self.request = Some((**request).clone()),
                Effect::Timer { effect, due } => self.timers.push((*due, *effect)),
                Effect::EndConversation => self.scene.conversation.ended_at = Some(self.scene.now),
                Effect::Say(_)
                | Effect::Queue(_)
                | Effect::LeaveQueue
                | Effect::WrapUp { .. }
                | Effect::TransferToFlow { .. } => {}
            }
        }
        self.played.push(Played { cue: cue.to_owned(), outcome: Some(outcome) });
        true
    }

    /// The way that the flow took, one action with its way out in each line.
    #[must_use]
    pub fn path(&self) -> Vec<String> {
        let records = self.played.iter().filter_map(|played| Some(&played.outcome.as_ref()?.record));
        let step = |step: &waybill_model::FlowStep| format!("{}: {}", step.action, step.outcome);
        records.flat_map(|record| record.steps.iter().map(step).chain(record.ended.as_ref().map(exit))).collect()
    }

    /// Everything that happened, for people and for comparison.
    #[must_use]
    pub fn transcript(&self) -> String {
        let mut text = String::new();
        for Played { cue, outcome } in &self.played {
            let Some(Outcome { effects, record }) = outcome else {
                line(&mut text, format_args!("> {cue} (nobody waits for it)"));
                continue;
            };
            line(&mut text, format_args!("> {cue}"));
            self.tell(&mut text, effects, record);
        }
        if self.run.waits != Waits::Nothing {
            line(&mut text, format_args!("= waits for {}", waited_for(&self.run.waits)));
        }
        text
    }

    fn tell(&self, text: &mut String, effects: &[Effect], record: &FlowRecord) {
        for step in &record.steps {
            let mut words = format!("{}: {}", step.action, step.outcome);
            if !step.sets.is_empty() {
                write_to(&mut words, format_args!(" sets {}", step.sets.join(", ")));
            }
            for read in &step.reads {
                let state = read.trust.map(waybill_model::Trust::as_str).or(read.absent.as_deref()).unwrap_or("there");
                write_to(&mut words, format_args!(" reads {} ({state})", read.key));
            }
            if let Some(fault) = &step.fault {
                write_to(&mut words, format_args!(" – {fault}"));
            }
            line(text, format_args!("{words}"));
        }
        for effect in effects {
            let words = self.words(effect);
            if !words.is_empty() {
                line(text, format_args!("  {words}"));
            }
        }
        if let Some(ended) = &record.ended {
            line(text, format_args!("= {}", exit(ended)));
        }
    }

    fn words(&self, effect: &Effect) -> String {
        match effect {
            Effect::Say(Say { text, content: None }) => format!("say {text:?}"),
            Effect::Say(Say { text, content: Some(content) }) => format!("say {text:?} {content}"),
            Effect::SetAttributes(admission) => {
                let stood = |change: &waybill_model::AttributeChange| {
                    let value = admission.context.stored.get(&change.key);
                    value.map_or_else(
                        || format!("{} gone", change.key),
                        |it| format!("{} = {}", change.key, shown(&it.value)),
                    )
                };
                let changes: Vec<String> = admission.changes.iter().map(stood).collect();
                if changes.is_empty() {
                    return "attributes as they were".to_owned();
                }
                format!("attributes {}", changes.join(", "))
            }
            Effect::Request(request) => {
                let mut words = format!("request {} {}", request.prepared.method, request.prepared.url);
                match &request.prepared.body {
                    None => {}
                    Some(PreparedBody::Json(value)) => write_to(&mut words, format_args!(" {value}")),
                    Some(PreparedBody::Form(fields)) => write_to(&mut words, format_args!(" {fields:?}")),
                    Some(PreparedBody::Text(body)) => write_to(&mut words, format_args!(" {body:?}")),
                }
                if request.attempts > 1 {
                    write_to(&mut words, format_args!(" up to {} times", request.attempts));
                }
                words
            }
            // The timer of a question or a pause goes without saying.
            Effect::Timer { .. } => String::new(),
            Effect::Queue(QueueWish { queue_id, priority, skills, language_id, agent }) => {
                let mut words = format!("queue {} priority {priority}", self.queue(*queue_id));
                if !skills.is_empty() {
                    let levels: Vec<String> = skills.iter().map(|skill| skill.level.to_string()).collect();
                    write_to(&mut words, format_args!(" skills at {}", levels.join(", ")));
                }
                if language_id.is_some() {
                    words.push_str(" language");
                }
                if let Some(agent) = agent {
                    write_to(&mut words, format_args!(" agent {agent}"));
                }
                words
            }
            Effect::LeaveQueue => "leave the queue".to_owned(),
            Effect::WrapUp { code_id: _, name, notes } => format!("wrap up {name:?} {notes:?}"),
            Effect::TransferToFlow { flow_id: _, version, name, variables } => {
                let mut words = format!("go on with {name:?} version {version}");
                for (variable, value) in variables {
                    write_to(&mut words, format_args!(" {variable} = {value}"));
                }
                words
            }
            Effect::EndConversation => "end the conversation".to_owned(),
        }
    }

    fn queue(&self, queue: QueueId) -> String {
        let found = self.scene.directory.queues.iter().find(|(_, id)| **id == queue);
        found.map_or_else(|| queue.to_string(), |(name, _)| format!("{name:?}"))
    }
}

/// What a step has made of the context.
fn apply(conversation: &mut Conversation, admission: &Admission) {
    conversation.revision = admission.revision;
    let customer = conversation.participants.iter_mut().find(|one| one.purpose == Purpose::Customer);
    if let Some(customer) = customer {
        customer.context = admission.context.clone();
        customer.customer = admission.customer.clone();
    }
}

/// Scheme, host and port.
fn origin(url: &str) -> &str {
    let start = url.find("://").map_or(0, |at| at + 3);
    let end = url[start..].find(['/', '?', '#']).map_or(url.len(), |at| start + at);
    &url[..end]
}

fn exit(exit: &FlowExit) -> String {
    match exit {
        FlowExit::Finished => "finished".to_owned(),
        FlowExit::Transferred { .. } => "transferred".to_owned(),
        FlowExit::TransferredToFlow { .. } => "transferred to a flow".to_owned(),
        FlowExit::Ended => "ended".to_owned(),
        FlowExit::Failed { fault } => format!("failed: {fault}"),
    }
}

const fn waited_for(waits: &Waits) -> &'static str {
    match waits {
        Waits::Turn => "its turn",
        Waits::Reply { .. } => "a reply",
        Waits::Answer { .. } => "an answer",
        Waits::Timer { .. } => "a time",
        Waits::Agent { .. } => "an agent",
        Waits::Nothing => "nothing",
    }
}

fn line(text: &mut String, words: std::fmt::Arguments<'_>) {
    write_to(text, words);
    text.push('\n');
}

fn write_to(text: &mut String, words: std::fmt::Arguments<'_>) {
    text.write_fmt(words).expect("a text takes every text");
}
