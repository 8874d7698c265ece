//! Flows as texts: each one is read, checked and run by the scripts beside it. The files are what `waybill flow run` reads.

use std::{collections::BTreeSet, path::Path};

use waybill_engine::flow::{
    CompiledFlow, Deployment, Finding, Scene, Script, Severity, Surroundings, check, key, simulate,
};

mod common;
mod properties;
mod schema;
mod steps;

use common::{files, folder, published, text};

#[test]
fn flow10_every_flow_among_the_fixtures_is_read_as_it_stands() {
    assert!(published().len() >= 12);
    let issue = &published()["greet-known-customer"];
    assert_eq!((issue.name(), issue.flows()), ("greet-known-customer", vec![]));
    let examples = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/crm");
    for file in files(&examples) {
        if file.extension().is_some_and(|extension| extension == "yaml") {
            let read = CompiledFlow::read(&text(&file));
            assert!(read.is_ok(), "{}: {read:?}", file.display());
        }
    }
    assert_eq!(published()["caller"].flows(), vec!["identify", "greeted"]);
}

#[test]
fn flow12_flow13_every_script_goes_as_expected() {
    let mut kinds = BTreeSet::new();
    let mut wrong = Vec::new();
    for file in files(&folder("scripts")) {
        let name = file.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
        let (transcript, expected, seen) = play(&file);
        kinds.extend(seen);
        if transcript.trim() != expected.trim() {
            wrong.push(format!("── {name}\n{transcript}"));
        }
    }
    assert!(wrong.is_empty(), "these go otherwise:\n{}", wrong.join("\n"));
    let all = [
        "setVariable",
        "setAttributes",
        "sendMessage",
        "ask",
        "decision",
        "switch",
        "apiRequest",
        "dataAction",
        "schedule",
        "wait",
        "subFlow",
        "transferToQueue",
        "transferToFlow",
        "wrapUp",
        "end",
    ];
    assert_eq!(kinds, all.map(str::to_owned).into(), "every action has a script");
}

/// Runs a script; returns what happened, what was expected, and the kinds of action that were taken.
fn play(file: &Path) -> (String, String, BTreeSet<String>) {
    let shown = file.display();
    let script = Script::read(&text(file)).unwrap_or_else(|fault| panic!("{shown}: {fault}"));
    let directory = common::directory(&common::organization(), &published());
    let name = script.flow.clone().unwrap_or_else(|| panic!("{shown} names its flow"));
    let policy = script.policy().unwrap_or_else(|fault| panic!("{shown}: {fault}"));
    let conversation = script.conversation(&policy).unwrap_or_else(|fault| panic!("{shown}: {fault}"));
    let scene = Scene {
        conversation,
        policy: &policy,
        env: &script.env,
        secrets: &script.secrets,
        directory: &directory,
        now: script.at(),
    };
    let flow = directory.flows.get(&key(&name)).unwrap_or_else(|| panic!("{shown}: no flow {name}"));
    let simulation = simulate(flow, scene, &script.script);
    let records = simulation.played().iter().filter_map(|played| played.outcome.as_ref());
    let kinds = records.flat_map(|outcome| outcome.record.steps.iter().map(|step| step.kind.clone())).collect();
    (simulation.transcript(), script.expect.unwrap_or_default(), kinds)
}

/// Holds a flow against everything that the fixtures know.
fn findings_of(source: &str, policy: &str) -> Vec<Finding> {
    let flow = match CompiledFlow::read(source) {
        Ok(flow) => flow,
        Err(findings) => return findings,
    };
    let script = Script::read(policy).expect("the policy is a script");
    let policy = script.policy().expect("the policy is one");
    let names = common::organization();
    let directory = common::directory(&names, &published());
    let deployments = [Deployment { name: "shop", policy: &policy }];
    let surroundings = Surroundings {
        deployments: &deployments,
        env: &names.env.keys().cloned().collect(),
        secrets: &names.secrets,
        directory: &directory,
    };
    check(&flow, &surroundings)
}

const POLICY: &str = r#"
policy:
  mode: quarantine
  attributes:
    - { key: crmCustomerId, type: string, aliases: [customerId], trustFloor: signed, required: true }
    - { key: plan, type: string, enum: [gold, silver] }
    - { key: tier, type: string }
    - { key: seats, type: number }
    - { key: score, type: number }
    - { key: old, type: string }
"#;

#[test]
fn flow16_good_flows_have_no_findings() {
    for file in files(&folder("")) {
        let name = file.file_stem().and_then(|name| name.to_str()).expect("a name").to_owned();
        if name == "organization" {
            continue;
        }
        let findings = findings_of(&text(&file), POLICY);
        let rules: Vec<(&str, &str)> =
            findings.iter().map(|finding| (finding.rule, finding.action.as_deref().unwrap_or(""))).collect();
        // Nobody reads the number that the issue's flow asks for; it could as well be left out.
        let expected: &[(&str, &str)] = match name.as_str() {
            "greet-known-customer" => &[("unusedVariable", "ask-id")],
            _ => &[],
        };
        assert_eq!(rules, expected, "{name}: {findings:#?}");
    }
}

#[test]
fn flow16_every_fault_of_the_planted_list_is_found() {
    let mut rules = BTreeSet::new();
    let mut wrong = Vec::new();
    for file in files(&folder("faulty")) {
        let source = text(&file);
        let shown = file.file_name().and_then(|name| name.to_str()).expect("a name");
        let header = source.lines().next().and_then(|line| line.strip_prefix("# expect: "));
        let expected = header.unwrap_or_else(|| panic!("{shown} says in its first line what it expects"));
        let findings = findings_of(&source, POLICY);
        let mut found = Vec::new();
        for finding in &findings {
            assert!(!finding.message.is_empty() && !finding.remedy.is_empty(), "{shown}: {finding}");
            assert!(finding.place.line > 0, "{shown}: {finding} has a place");
            rules.insert(finding.rule);
            let severity = match finding.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            };
            found.push(format!("{severity} {} at {}", finding.rule, finding.place.line));
        }
        if found.join(", ") != expected {
            let findings: Vec<String> = findings.iter().map(ToString::to_string).collect();
            wrong.push(format!("{shown} => {}\n    {}", found.join(", "), findings.join("\n    ")));
        }
    }
    assert!(wrong.is_empty(), "these are found:\n{}", wrong.join("\n"));
    assert!(rules.len() >= 30, "{rules:?}");
}

#[test]
fn flow10_documents_that_would_take_for_ever_are_refused() {
    let rounds = (1..40).map(|round| format!("a{round}: &a{round} [*a{last}, *a{last}]\n", last = round - 1));
    let bomb = format!("a0: &a0 [x]\n{}", rounds.collect::<String>());
    let actions: String = (0..600).map(|number| format!("  a{number}: {{ end: }}\n")).collect();
    let long = format!("flow: x\nkind: inboundMessage\nstart: a0\nactions:\n{actions}");
    let pattern = "flow: x\nkind: inboundMessage\nstart: a\nactions: { a: { ask: Hm?, accept: \"(a{1000}){1000}\" } }";
    for (source, expected) in [
        (bomb.as_str(), "syntax"),
        (&"[".repeat(20_000), "syntax"),
        (&format!("flow: {}", "x".repeat(300 * 1024)), "syntax"),
        (&long, "document"),
        (pattern, "pattern"),
        ("", "document"),
        ("\u{0}", "syntax"),
    ] {
        let findings = CompiledFlow::read(source).expect_err("it is refused");
        assert_eq!(findings[0].rule, expected, "{}", findings[0]);
    }
}
