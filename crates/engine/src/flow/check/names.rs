//! Names of the organization and of the operator that nobody knows.

use std::collections::{BTreeMap, BTreeSet};

use super::{Findings, Surroundings, meant};
use crate::{
    attributes::nearest,
    flow::{CompiledFlow, Directory, Place, compiler::Thing, key},
    template::Uses,
};

pub(super) fn check(flow: &CompiledFlow, surroundings: &Surroundings<'_>, findings: &mut Findings) {
    let Surroundings { deployments: _, env, secrets, directory } = surroundings;
    let operators = |findings: &mut Findings, place: &Place, uses: &Uses| {
        unknown(findings, place, "unknownEnv", "env", &uses.env, env);
        unknown(findings, place, "unknownSecret", "secret", &uses.secrets, secrets);
    };
    for action in flow.actions.values() {
        for part in &action.facts.parts {
            operators(findings, &part.place, &part.uses);
        }
    }
    let named = flow.actions.values().flat_map(|action| &action.facts.refers).chain(&flow.on_failure);
    for reference in named {
        let thing = reference.thing;
        if let Err(known) = find(directory, thing, &key(&reference.name)) {
            let message = format!("there is no {} `{}`", thing.as_str(), reference.name);
            let near = nearest(&reference.name, known.iter().copied());
            let remedy = meant(
                near,
                match thing {
                    Thing::Flow => "publish a flow of this name first",
                    Thing::Queue
                    | Thing::Skill
                    | Thing::Language
                    | Thing::Schedule
                    | Thing::DataAction
                    | Thing::Credential
                    | Thing::WrapupCode => "create it first, or name another one",
                },
            );
            findings.error(rule(thing), &reference.place, [message, remedy]);
        } else if thing == Thing::DataAction
            && let Some(known) = directory.data_actions.get(&key(&reference.name))
        {
            operators(findings, &reference.place, known.action.uses());
        }
    }
}

fn unknown(
    findings: &mut Findings,
    place: &Place,
    rule: &'static str,
    root: &str,
    used: &BTreeSet<String>,
    known: &BTreeSet<String>,
) {
    for name in used.difference(known) {
        let near = nearest(name, known.iter().map(String::as_str));
        let remedy = meant(near, "allow it in the configuration for flows, or name another one");
        findings.error(rule, place, [format!("`{root}.{name}` is not there for flows"), remedy]);
    }
}

/// The names that are known, where this one is not.
fn find<'a>(directory: &'a Directory, thing: Thing, name: &str) -> Result<(), Vec<&'a str>> {
    fn within<'a, T>(known: &'a BTreeMap<String, T>, name: &str) -> Result<(), Vec<&'a str>> {
        if known.contains_key(name) { Ok(()) } else { Err(known.keys().map(String::as_str).collect()) }
    }
    match thing {
        Thing::Queue => within(&directory.queues, name),
        Thing::Skill => within(&directory.skills, name),
        Thing::Language => within(&directory.languages, name),
        Thing::Flow => within(&directory.flows, name),
        Thing::Schedule => within(&directory.schedules, name),
        Thing::DataAction => within(&directory.data_actions, name),
        Thing::Credential => within(&directory.credentials, name),
        Thing::WrapupCode => within(&directory.wrapup_codes, name),
    }
}

const fn rule(thing: Thing) -> &'static str {
    match thing {
        Thing::Queue => "unknownQueue",
        Thing::Skill => "unknownSkill",
        Thing::Language => "unknownLanguage",
        Thing::Flow => "unknownFlow",
        Thing::Schedule => "unknownSchedule",
        Thing::DataAction => "unknownDataAction",
        Thing::Credential => "unknownCredential",
        Thing::WrapupCode => "unknownWrapupCode",
    }
}
