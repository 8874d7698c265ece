//! Random flows with random inputs: they neither panic nor run past their budgets, and the same inputs do the same again.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use serde_json::{Map, Value, json};
use uuid::Uuid;
use waybill_engine::flow::{Answer, Effect, Input, Outcome, Reply};
use waybill_model::{Call, EffectId, FlowExit, Run, Waits};

use crate::steps::Stage;

const ACTIONS: usize = 8;
const SCRIPT: &str = r#"
context: { crmCustomerId: CRM-1, plan: { value: gold, trust: signed }, seats: 3 }
secrets: [crm]
env: { CRM_URL: "https://crm.example" }
"#;

fn name() -> impl Strategy<Value = String> {
    (0..ACTIONS).prop_map(|number| format!("a{number}"))
}

fn variable() -> impl Strategy<Value = String> {
    (0..4).prop_map(|number| format!("v{number}"))
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        variable().prop_map(|name| json!(format!("{{{{ {name} }}}}"))),
        variable().prop_map(|name| json!(format!("{{{{ {name} }}}}{{{{ {name} }}}}x"))),
        variable().prop_map(|name| json!(format!("{{{{ {name} + 1 }}}}"))),
        variable().prop_map(|name| json!({"in": [format!("{{{{ {name} }}}}"), format!("{{{{ {name} }}}}")]})),
        Just(json!("{{ customData.crmCustomerId }}")),
        Just(json!("{{ customData.nobody }}")),
        Just(json!("{{ message.text | default('…') }}")),
        Just(json!(7)),
        Just(json!(null)),
        "[a-z]{0,6}".prop_map(Value::from),
    ]
}

fn condition() -> impl Strategy<Value = String> {
    prop_oneof![
        variable().prop_map(|name| format!("{name} == 7")),
        variable().prop_map(|name| format!("{name} is none")),
        Just("customData.plan == 'gold'".to_owned()),
        Just("customData.nobody == 1".to_owned()),
    ]
}

/// What an action does, without its ways out.
fn act() -> impl Strategy<Value = Value> {
    prop_oneof![
        3 => (variable(), value()).prop_map(|(name, value)| json!({"setVariable": {name: value}})),
        2 => value().prop_map(|value| json!({"setAttributes": {"tier": value}})),
        2 => value().prop_map(|value| json!({"sendMessage": text_of(&value)})),
        2 => (value(), variable()).prop_map(|(value, name)| json!({"ask": text_of(&value), "set": name, "retries": 1})),
        2 => condition().prop_map(|when| json!({"decision": when})),
        1 => (variable(), value(), name()).prop_map(|(on, is, next)| {
            let is = if is.is_null() { json!(1) } else { is };
            json!({"switch": {"on": on, "cases": [{"is": is, "next": next}]}})
        }),
        2 => (value(), variable()).prop_map(|(value, name)| {
            json!({"apiRequest": {"url": "{{ env.CRM_URL }}/x", "body": {"v": value}, "set": {name: "$.a"}}})
        }),
        1 => Just(json!({"schedule": {"timeZone": "UTC", "hours": {"mon": ["00:00-24:00"]}}})),
        1 => Just(json!({"wait": "5s"})),
        1 => (0..2, variable()).prop_map(|(flow, name)| {
            json!({"subFlow": {"flow": format!("f{flow}"), "set": {name: "$.v0"}}})
        }),
        1 => Just(json!({"transferToQueue": {"queue": "Support", "timeout": "1m"}, "timedOut": "a0", "left": "a1"})),
        1 => Just(json!({"transferToQueue": "Support"})),
        1 => Just(json!({"wrapUp": "Solved"})),
        1 => Just(json!({"end": {}})),
    ]
}

fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| "Hello".to_owned(), str::to_owned)
}

/// The ways out that each kind of action has.
fn ways_of(kind: &str) -> &'static [&'static str] {
    match kind {
        "decision" => &["then", "else", "error"],
        "switch" => &["else", "error"],
        "ask" => &["next", "noAnswer", "invalid", "error"],
        "apiRequest" => &["success", "failure", "timeout", "missing"],
        "schedule" => &["open", "closed", "holiday"],
        "subFlow" => &["next", "failure", "error"],
        "transferToQueue" | "end" => &["error"],
        _ => &["next", "error"],
    }
}

prop_compose! {
    fn action()(act in act(), targets in prop::collection::vec(prop::option::weighted(0.8, name()), 4)) -> Value {
        let mut members = act.as_object().cloned().unwrap_or_default();
        let kind = members.keys().find(|name| *name != "set" && *name != "retries" && *name != "timedOut" && *name != "left");
        let ways = ways_of(kind.expect("an action does something"));
        for (way, target) in ways.iter().zip(targets) {
            if let Some(target) = target {
                members.insert((*way).to_owned(), target.into());
            }
        }
        Value::Object(members)
    }
}

prop_compose! {
    fn flow(number: usize)(actions in prop::collection::vec(action(), ACTIONS)) -> String {
        let named = |(number, action)| (format!("a{number}"), action);
        let actions: Map<String, Value> = actions.into_iter().enumerate().map(named).collect();
        let variables = json!({"v0": 7, "v1": "x", "v2": null, "v3": []});
        json!({"flow": format!("f{number}"), "kind": "inboundMessage", "start": "a0", "variables": variables, "actions": actions}).to_string()
    }
}

/// What comes to a run, not knowing what it waits for.
#[derive(Debug, Clone)]
enum Comes {
    Said(String, i64),
    Answered(u16, String),
    TimedOut,
    Fired,
    Stranger,
    Connected,
    Left,
    Started,
    Ended,
}

fn comes() -> impl Strategy<Value = Comes> {
    prop_oneof![
        4 => ("[a-z0-9]{0,8}", -5..5_i64).prop_map(|(text, at)| Comes::Said(text, at)),
        4 => (prop_oneof![Just(200_u16), Just(404), Just(503)], prop_oneof![
            Just("{\"a\": 7}".to_owned()), Just(String::new()), Just("<html>".to_owned()),
            Just(format!("{{\"a\": \"{}\"}}", "x".repeat(20_000))),
        ]).prop_map(|(status, body)| Comes::Answered(status, body)),
        1 => Just(Comes::TimedOut),
        4 => Just(Comes::Fired),
        1 => Just(Comes::Stranger),
        2 => Just(Comes::Connected),
        2 => Just(Comes::Left),
        1 => Just(Comes::Started),
        1 => Just(Comes::Ended),
    ]
}

/// The input that this is for a run as it waits.
fn input_of(comes: &Comes, stage: &Stage) -> Input {
    let awaited = match stage.run.waits {
        Waits::Reply { effect }
        | Waits::Answer { effect, .. }
        | Waits::Timer { effect, .. }
        | Waits::Agent { effect, .. } => effect,
        Waits::Turn | Waits::Nothing => EffectId::new(Uuid::nil()),
    };
    let call = |status| Call {
        effect: awaited,
        method: "GET".to_owned(),
        target: "https://crm.example".to_owned(),
        status,
        millis: 1,
        attempts: 1,
        error: None,
    };
    match comes {
        Comes::Said(text, at) => Input::Message { text: text.clone(), at: stage.now.plus_millis(*at) },
        Comes::Answered(status, body) => {
            let answer = Answer { status: *status, body: body.clone().into_bytes() };
            Input::Reply { call: call(Some(*status)), reply: Reply::Answer(answer) }
        }
        Comes::TimedOut => Input::Reply { call: call(None), reply: Reply::TimedOut },
        Comes::Fired => Input::Timer { effect: awaited },
        Comes::Stranger => Input::Timer { effect: EffectId::new(Uuid::from_u128(1)) },
        Comes::Connected => Input::AgentConnected { user_id: None },
        Comes::Left => Input::AgentLeft,
        Comes::Started => Input::Started,
        Comes::Ended => Input::Ended,
    }
}

fn bounded(outcome: &Outcome, run: &Run) -> Result<(), TestCaseError> {
    prop_assert!(outcome.record.steps.len() <= 210, "{} actions in one step", outcome.record.steps.len());
    prop_assert!(run.calls <= 100 && run.steps <= 5_010 && run.stack.len() <= 8);
    let bytes = serde_json::to_vec(&run.variables).map_or(0, |bytes| bytes.len());
    prop_assert!(bytes <= 20 * 1024, "{bytes} bytes of variables");
    prop_assert_eq!(outcome.record.ended.is_some(), run.waits == Waits::Nothing);
    prop_assert!(run.waits != Waits::Turn, "a step ends with waiting");
    if let Some(FlowExit::Failed { fault }) = &outcome.record.ended {
        prop_assert!(!fault.is_empty());
    }
    let requests = outcome.effects.iter().filter(|effect| matches!(effect, Effect::Request(_))).count();
    prop_assert!(requests <= 1, "a step makes one request and waits");
    Ok(())
}

/// How many cases: `FLOW_CASES=100000` for the whole.
fn cases() -> u32 {
    std::env::var("FLOW_CASES").map_or(192, |cases| cases.parse().expect("FLOW_CASES is a number"))
}

#[test]
fn flow11_flow15_random_flows_stay_within_their_budgets_and_do_the_same_again() {
    let config = Config { cases: cases(), failure_persistence: None, ..Config::default() };
    let strategy = (flow(0), flow(1), prop::collection::vec(comes(), 0..24));
    let outcome = TestRunner::new(config).run(&strategy, |(first, second, script)| {
        let mut stage = Stage::new(&[&first, &second], SCRIPT);
        let mut again = Stage::new(&[&first, &second], SCRIPT);
        for comes in std::iter::once(&Comes::Started).chain(&script) {
            stage.now = stage.now.plus_millis(1_000);
            again.now = stage.now;
            let input = input_of(comes, &stage);
            let before = stage.run.clone();
            let outcome = stage.input(input.clone());
            // The second run is written down and read again between its steps, as it is after a crash.
            let kept = serde_json::to_string(&again.run).expect("a run is JSON");
            again.run = serde_json::from_str(&kept).expect("it reads what it wrote");
            prop_assert_eq!(&outcome, &again.input(input));
            prop_assert_eq!(&stage.run, &again.run);
            match outcome {
                Some(outcome) => bounded(&outcome, &stage.run)?,
                None => prop_assert_eq!(&stage.run, &before, "what means nothing changes nothing"),
            }
        }
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}
