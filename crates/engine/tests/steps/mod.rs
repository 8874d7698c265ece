//! Steps of runs, one at a time: what wakes them, what bounds them, what they tell.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde_json::json;
use uuid::Uuid;
use waybill_engine::flow::{
    Answer, CompiledFlow, Directory, Effect, Input, Outcome, Published, Reply, Script, World, key, step,
};
use waybill_model::{
    Actor, Call, Conversation, EffectId, FlowExit, FlowId, Form, ParticipantId, Run, RunId, Time, Trust, Waits,
};

/// A run of a flow in a conversation.
pub(crate) struct Stage {
    pub(crate) directory: Directory,
    pub(crate) conversation: Conversation,
    pub(crate) policy: waybill_engine::attributes::CompiledPolicy,
    pub(crate) env: BTreeMap<String, String>,
    pub(crate) secrets: BTreeSet<String>,
    pub(crate) run: Run,
    pub(crate) now: Time,
}

impl Stage {
    pub(crate) fn new(flows: &[&str], script: &str) -> Self {
        let script = Script::read(script).expect("a script");
        let flows: Vec<Arc<CompiledFlow>> = flows
            .iter()
            .map(|text| Arc::new(CompiledFlow::read(text).unwrap_or_else(|findings| panic!("{findings:#?}"))))
            .collect();
        let mut directory = script.directory(flows.iter().map(|flow| &**flow)).expect("a directory");
        for (count, flow) in flows.iter().enumerate() {
            let flow_id = FlowId::new(Uuid::from_u128(count as u128 + 1));
            let name = flow.name().to_owned();
            directory.flows.insert(key(&name), Published { flow_id, name, version: 1, flow: Arc::clone(flow) });
        }
        let policy = script.policy().expect("a policy");
        let run = Run {
            id: RunId::new(Uuid::from_u128(0x77)),
            flow_id: FlowId::new(Uuid::from_u128(1)),
            name: flows[0].name().to_owned(),
            version: 1,
            participant_id: ParticipantId::new(Uuid::from_u128(9)),
            at: None,
            variables: BTreeMap::new(),
            waits: Waits::Turn,
            stack: Vec::new(),
            steps: 0,
            calls: 0,
            started_at: script.at(),
        };
        let conversation = script.conversation(&policy).expect("a conversation");
        let now = script.at();
        Self { directory, conversation, policy, env: script.env, secrets: script.secrets, run, now }
    }

    /// Lets an input come to the run.
    pub(crate) fn input(&mut self, input: Input) -> Option<Outcome> {
        let Self { directory, conversation, policy, env, secrets, run, now } = self;
        let world = World { now: *now, conversation, policy, env, secrets, message: None, directory };
        let flow = directory.version(run.flow_id, run.version).expect("the run's flow is there").flow.clone();
        step(&flow, run, input, &world)
    }

    /// How the run ended with an input, in words.
    fn exit(&mut self, input: Input) -> String {
        let outcome = self.input(input).expect("the run waits for this");
        match outcome.record.ended {
            Some(FlowExit::Failed { fault }) => fault,
            other => format!("{other:?}"),
        }
    }
}

fn said(at: Time) -> Input {
    Input::Message { text: "12".to_owned(), at }
}

fn reply(effect: EffectId, body: &str) -> Input {
    let call = Call {
        effect,
        method: "GET".to_owned(),
        target: "https://crm.example".to_owned(),
        status: Some(200),
        millis: 12,
        attempts: 1,
        error: None,
    };
    Input::Reply { call, reply: Reply::Answer(Answer { status: 200, body: body.as_bytes().to_vec() }) }
}

const REQUEST: &str = r#"
flow: x
kind: inboundMessage
start: a
actions:
  a:
    apiRequest:
      url: "https://crm.example/{{ customData.crmCustomerId }}"
      headers: { authorization: "Bearer {{ secret.crm }}" }
      set: { tier: $.tier }
    success: b
    failure: c
  b: { setAttributes: { tier: "{{ tier }}" }, next: c }
  c: { sendMessage: "{{ customData.tier | default('-') }}" }
"#;

#[test]
fn flow11_a_step_goes_on_until_it_waits_and_its_effects_have_ids_of_the_run() {
    let mut stage = Stage::new(&[REQUEST], "context: { crmCustomerId: CRM-1 }\nsecrets: [crm]");
    let outcome = stage.input(Input::Started).expect("it begins");
    let [Effect::Request(request)] = outcome.effects.as_slice() else { panic!("{:?}", outcome.effects) };
    assert_eq!(stage.run.waits, Waits::Reply { effect: request.effect });
    assert_eq!(request.prepared.marker, request.effect);
    assert_eq!((request.timeout_ms, request.attempts), (10_000, 1));
    assert!(outcome.record.started && outcome.record.ended.is_none());
    assert_eq!(outcome.record.steps[0].reads[0].trust, Some(Trust::Page));
    let first = request.effect;

    let done = stage.input(reply(first, r#"{"tier": "gold"}"#)).expect("it waits for that");
    let steps: Vec<(&str, &str)> =
        done.record.steps.iter().map(|step| (step.action.as_str(), step.outcome.as_str())).collect();
    assert_eq!(steps, [("a", "success"), ("b", "next"), ("c", "next")]);
    assert_eq!(done.record.steps[0].call.as_ref().map(|call| call.status), Some(Some(200)));
    assert_eq!((stage.run.waits.clone(), done.record.ended), (Waits::Nothing, Some(FlowExit::Finished)));

    let mut other = Stage::new(&[REQUEST], "context: { crmCustomerId: CRM-1 }\nsecrets: [crm]");
    other.run.id = RunId::new(Uuid::from_u128(0x78));
    let outcome = other.input(Input::Started).expect("it begins");
    assert!(matches!(&outcome.effects[0], Effect::Request(request) if request.effect != first));
}

#[test]
fn flow18_what_a_flow_writes_is_admitted_and_seen_by_the_next_action() {
    let mut stage = Stage::new(&[REQUEST], "context: { crmCustomerId: CRM-1 }\nsecrets: [crm]");
    let effect = effect_of(&stage.input(Input::Started).expect("it begins"));
    let done = stage.input(reply(effect, r#"{"tier": "gold"}"#)).expect("it waits for that");
    let [Effect::SetAttributes(admission), Effect::Say(say)] = done.effects.as_slice() else {
        panic!("{:?}", done.effects)
    };
    let tier = &admission.context.stored["tier"];
    assert_eq!((tier.trust, tier.forms.as_slice()), (Trust::Flow, &[Form::Flow][..]));
    assert_eq!(tier.by, Actor::Flow(stage.run.flow_id));
    assert_eq!(admission.revision, stage.conversation.revision + 1);
    assert_eq!(say.text, "gold");
    assert_eq!(done.record.steps[1].sets, ["customData.tier"]);
}

fn effect_of(outcome: &Outcome) -> EffectId {
    let [Effect::Request(request)] = outcome.effects.as_slice() else { panic!("{:?}", outcome.effects) };
    request.effect
}

#[test]
fn flow13_an_absent_key_takes_its_branch_and_the_record_says_why() {
    let mut stage = Stage::new(&[REQUEST], "secrets: [crm]");
    let outcome = stage.input(Input::Started).expect("it begins");
    let step = &outcome.record.steps[0];
    assert_eq!((step.outcome.as_str(), step.next.as_deref()), ("missing", Some("c")));
    assert_eq!((step.reads[0].key.as_str(), step.reads[0].absent.as_deref()), ("crmCustomerId", Some("never_sent")));
    assert!(
        step.fault.as_ref().is_some_and(|fault| fault.contains("`customData.crmCustomerId` is absent")),
        "{step:?}"
    );
}

#[test]
fn flow14_what_a_run_does_not_wait_for_changes_nothing() {
    let stranger = EffectId::new(Uuid::from_u128(5));
    let mut stage = Stage::new(&[REQUEST], "context: { crmCustomerId: CRM-1 }\nsecrets: [crm]");
    let before = stage.run.clone();
    for input in [said(stage.now), Input::Timer { effect: stranger }, Input::AgentLeft, reply(stranger, "{}")] {
        assert_eq!(stage.input(input), None);
    }
    assert_eq!(stage.run, before);
    let effect = effect_of(&stage.input(Input::Started).expect("it begins"));
    let waiting = stage.run.clone();
    let others = [
        Input::Started,
        said(stage.now),
        Input::Timer { effect },
        Input::AgentConnected { user_id: None },
        reply(stranger, "{}"),
    ];
    for input in others {
        assert_eq!(stage.input(input), None);
        assert_eq!(stage.run, waiting);
    }
    assert!(stage.input(reply(effect, "{}")).is_some());
    assert_eq!(stage.input(reply(effect, "{}")), None, "an answer counts once");
    assert_eq!(stage.input(Input::Ended), None, "it is over already");
}

#[test]
fn flow14_what_was_said_before_the_question_is_no_answer() {
    let ask =
        "{flow: x, kind: inboundMessage, start: a, actions: {a: {ask: Number?, set: n, noAnswer: b}, b: {end: }}}";
    let mut stage = Stage::new(&[ask], "");
    let asked = stage.now;
    assert!(stage.input(Input::Started).is_some());
    assert_eq!(stage.input(said(asked.plus_millis(-1))), None);
    let Waits::Answer { effect, .. } = stage.run.waits else { panic!("{:?}", stage.run.waits) };
    assert!(stage.input(said(asked)).is_some());
    assert_eq!(stage.input(Input::Timer { effect }), None);
}

#[test]
fn flow15_every_budget_ends_a_run_with_words() {
    let flow = |actions: &str| format!("{{flow: x, kind: inboundMessage, start: a, actions: {actions}}}");
    for (actions, expected) in [
        ("{a: {sendMessage: Hello, next: a}}", "go round in a circle"),
        ("{a: {setVariable: {x: \"{{ x }}{{ x }}abcdefgh\"}, default: {x: y}, next: a}}", "bytes; 16384 are the most"),
        ("{a: {subFlow: {flow: x}, failure: a}}", "8 deep"),
        ("{a: {setVariable: {x: \"{{ y }}\"}}}", "`a`: "),
        ("{a: {setAttributes: {x: [1]}}}", "`a`: `x` was "),
        ("{a: {wrapUp: \"{{ 'No' ~ 'ne' }}\"}}", "no wrap-up code has the name"),
    ] {
        let fault = Stage::new(&[&flow(actions)], "").exit(Input::Started);
        assert!(fault.contains(expected), "{actions}: {fault}");
    }
    let mut stage = Stage::new(&[&flow("{a: {wait: 1h, next: a}}")], "");
    assert!(stage.input(Input::Started).is_some());
    stage.now = stage.now.plus_millis(31 * 24 * 3_600_000);
    let Waits::Timer { effect, .. } = stage.run.waits else { panic!("{:?}", stage.run.waits) };
    assert!(stage.exit(Input::Timer { effect }).contains("30 days"));

    let mut stage =
        Stage::new(&[&flow("{a: {apiRequest: {url: \"https://a.example/\"}, success: a, failure: a}}")], "");
    let mut outcome = stage.input(Input::Started).expect("it begins");
    for _ in 0..99 {
        let effect = effect_of(&outcome);
        outcome = stage.input(reply(effect, "")).expect("it waits for that");
    }
    let fault = stage.exit(reply(effect_of(&outcome), ""));
    assert!(fault.contains("100 requests"), "{fault}");
}

#[test]
fn flow13_a_failed_action_leaves_nothing_half_done() {
    let text = "{flow: x, kind: inboundMessage, start: a, actions: {
        a: {sendMessage: {text: One, quickReplies: [\"{{ y }}\"]}, error: b}, b: {sendMessage: Two}}}";
    let outcome = Stage::new(&[text], "").input(Input::Started).expect("it begins");
    let texts: Vec<&str> = outcome
        .effects
        .iter()
        .map(|effect| if let Effect::Say(say) = effect { say.text.as_str() } else { "" })
        .collect();
    assert_eq!(texts, ["Two"]);
    assert!(outcome.record.steps[0].fault.as_ref().is_some_and(|fault| fault.contains('y')));
}

#[test]
fn flow11_a_run_comes_back_from_its_snapshot_as_it_was() {
    let mut stage = Stage::new(&[REQUEST], "context: { crmCustomerId: CRM-1 }\nsecrets: [crm]");
    assert!(stage.input(Input::Started).is_some());
    let kept = serde_json::to_value(&stage.run).expect("a run is JSON");
    assert_eq!(kept["variables"], json!({"tier": null}));
    assert_eq!(serde_json::from_value::<Run>(kept).expect("it reads what it wrote"), stage.run);
}

#[test]
fn flow40_a_run_begins_with_what_it_was_given_in_place_of_what_its_flow_declares() {
    let text = "{flow: x, kind: inboundMessage, variables: {a: 1, b: 2}, start: a, actions: {a: {wait: 1m, next: b}, b: {end: }}}";
    let mut stage = Stage::new(&[text], "");
    stage.run.variables = BTreeMap::from([("b".to_owned(), json!("given"))]);
    assert!(stage.input(Input::Started).is_some());
    assert_eq!(json!(stage.run.variables), json!({"a": 1, "b": "given"}));
}
