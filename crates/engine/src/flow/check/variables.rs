//! Variables that are read before they can be set, and those that nobody reads.

use std::collections::{BTreeMap, BTreeSet};

use super::{Findings, graph::Graph, meant};
use crate::{attributes::nearest, flow::CompiledFlow};

pub(super) fn check(flow: &CompiledFlow, graph: &Graph<'_>, findings: &mut Findings) {
    let reachable = graph.reachable(None);
    let before = settable(flow);
    let mut read = BTreeSet::new();
    for (name, action) in &flow.actions {
        for part in &action.facts.parts {
            for variable in &part.uses.variables {
                read.insert(variable.as_str());
                let is_set = before.get(name.as_str()).is_some_and(|set| set.contains(variable.as_str()));
                if is_set || action.defaults.contains_key(variable) || !reachable.contains(name.as_str()) {
                    continue;
                }
                if flow.variables.contains_key(variable) {
                    let message = format!("`{variable}` is read here, and no way to here sets it");
                    let remedy = "set it before, or declare it in `variables`".to_owned();
                    findings.error("readBeforeSet", &part.place, [message, remedy]);
                } else {
                    let message = format!("nothing sets the variable `{variable}`");
                    let near = nearest(variable, flow.variables.keys().map(String::as_str));
                    let remedy =
                        meant(near, "set it before, or declare it in `variables`; context is `customData.name`");
                    findings.error("unknownVariable", &part.place, [message, remedy]);
                }
            }
        }
    }
    let mut told = BTreeSet::new();
    let set = flow.actions.values().flat_map(|action| action.facts.sets.iter().map(|(name, _)| (name, &action.place)));
    for (variable, place) in set.chain(&flow.declared) {
        if !read.contains(variable.as_str()) && told.insert(variable) {
            let message = format!("nobody reads the variable `{variable}`");
            let remedy = "take it out, unless a flow that calls this one takes it".to_owned();
            findings.warning("unusedVariable", place, [message, remedy]);
        }
    }
}

/// For each action the variables that may have been set when it begins.
fn settable(flow: &CompiledFlow) -> BTreeMap<&str, BTreeSet<&str>> {
    let declared: BTreeSet<&str> = flow.declared.keys().map(String::as_str).collect();
    let mut before = BTreeMap::from([(flow.start.as_str(), declared)]);
    let mut open = vec![flow.start.as_str()];
    while let Some(name) = open.pop() {
        let Some(action) = flow.actions.get(name) else { continue };
        let mut after = before.get(name).cloned().unwrap_or_default();
        after.extend(action.facts.sets.iter().map(|(variable, _)| variable.as_str()));
        for way in &action.ways {
            let is_new = !before.contains_key(way.to.as_str());
            let there = before.entry(way.to.as_str()).or_default();
            let count = there.len();
            there.extend(after.iter().copied());
            if is_new || there.len() > count {
                open.push(way.to.as_str());
            }
        }
    }
    before
}
