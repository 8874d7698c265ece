//! Context keys: misspelt ones, and those that a bound deployment does not deliver.

use std::collections::BTreeSet;

use waybill_model::Mode;

use super::{Deployment, Findings, graph::Graph, meant};
use crate::{
    attributes::{CompiledPolicy, nearest},
    flow::{
        CompiledFlow, Place,
        compiled::{CompiledAction, Need},
    },
    template::canonical_name,
};

pub(super) fn check(flow: &CompiledFlow, graph: &Graph<'_>, deployments: &[Deployment<'_>], findings: &mut Findings) {
    let asked = graph.holding(asked_for);
    let written: BTreeSet<&str> =
        flow.actions.values().flat_map(|action| action.facts.writes.iter().map(|(key, _)| key.as_str())).collect();
    for need in &flow.needs {
        for deployment in deployments {
            deliver(need, deployment, findings);
        }
    }
    for (name, action) in &flow.actions {
        let has_way = ["missing", "failure", "error"].iter().any(|way| action.way(way).is_some());
        for part in &action.facts.parts {
            for key in part.uses.context.union(&part.uses.trust) {
                let needed = flow.needs.iter().find(|need| is_same(deployments, &need.key, key));
                if needed.is_none() && !written.contains(key.as_str()) {
                    unplanned(flow, key, deployments, &part.place, findings);
                }
                let is_asked = asked.get(name.as_str()).is_some_and(|asked| asked.contains(key));
                let has_default = action.defaults.keys().any(|name| part.place.path.ends_with(&format!(".{name}")));
                if !part.uses.needed.contains(key)
                    || has_way
                    || has_default
                    || is_asked
                    || written.contains(key.as_str())
                {
                    continue;
                }
                let lax = deployments.iter().find(|one| {
                    !canonical_name(one.policy, key)
                        .is_some_and(|key| one.policy.declared(&key).is_some_and(|attribute| attribute.required))
                });
                if let Some(lax) = lax {
                    let message = format!("`{key}` may be absent: the deployment `{}` does not require it", lax.name);
                    let remedy = "add `error`, write `| default(…)`, or ask `is defined` before".to_owned();
                    findings.warning("mayBeAbsent", &part.place, [message, remedy]);
                }
            }
        }
        for (key, _) in &action.facts.writes {
            for deployment in deployments {
                known(key, deployment, &action.place, findings);
            }
        }
    }
}

/// The keys that an action asks for without failing: by the one way they are there, by the other they are not.
fn asked_for(action: &CompiledAction) -> Vec<(&'static str, String)> {
    if action.kind != "decision" {
        return Vec::new();
    }
    let parts = action.facts.parts.iter();
    parts
        .flat_map(|part| {
            let lenient = part.uses.context.difference(&part.uses.needed).chain(&part.uses.trust);
            let way = if part.source.contains("not ") || part.source.contains("!=") { "else" } else { "then" };
            lenient.map(move |key| (way, key.clone()))
        })
        .collect()
}

/// A key that the flow says to use.
fn deliver(need: &Need, deployment: &Deployment<'_>, findings: &mut Findings) {
    let Some(declared) = known(&need.key, deployment, &need.place, findings) else { return };
    let floor = declared.trust_floor;
    if let Some(trust) = need.trust
        && floor.rank() < trust.rank()
    {
        let (key, name, trust) = (&need.key, deployment.name, trust.as_str());
        let message = format!("the deployment `{name}` takes `{key}` from `{}` on, not from `{trust}`", floor.as_str());
        let remedy = format!("set the trust floor of `{key}` to `{trust}` there, or ask `trust.{key}` in a decision");
        findings.error("trustFloor", &need.place, [message, remedy]);
    }
    if !declared.required && !need.optional && need.trust.is_none() {
        let (key, name) = (&need.key, deployment.name);
        let message = format!("the deployment `{name}` does not require `{key}`");
        findings.warning("notRequired", &need.place, [message, format!("write `{key}?`, or require it there")]);
    }
}

/// The declaration of a key; whether it can come at all.
fn known<'a>(
    key: &str,
    deployment: &Deployment<'a>,
    place: &Place,
    findings: &mut Findings,
) -> Option<&'a waybill_model::DeclaredAttribute> {
    let policy = deployment.policy;
    let Some(canonical) = canonical_name(policy, key) else {
        let message = format!("the deployment `{}` maps no container for `{key}`", deployment.name);
        findings.error("unknownKey", place, [message, "write `customData.name`".to_owned()]);
        return None;
    };
    let declared = policy.declared(&canonical);
    if declared.is_none() {
        let near = nearest(&canonical, names_of(policy));
        let is_open = policy.policy().mode == Mode::Open;
        if near.is_some() {
            let message = format!("the deployment `{}` does not know `{key}`", deployment.name);
            findings.error("unknownKey", place, [message, meant(near, "")]);
        } else if !is_open {
            let message = format!("the deployment `{}` does not let `{key}` through", deployment.name);
            findings.error("undeliverableKey", place, [message, "declare it in its context policy".to_owned()]);
        }
    }
    declared
}

fn names_of(policy: &CompiledPolicy) -> impl Iterator<Item = &str> {
    let attributes = policy.policy().attributes.iter();
    attributes.flat_map(|one| std::iter::once(one.key.as_str()).chain(one.aliases.iter().map(String::as_str)))
}

/// A key that is read and not said to be used.
fn unplanned(flow: &CompiledFlow, key: &str, deployments: &[Deployment<'_>], place: &Place, findings: &mut Findings) {
    let before = findings.all.len();
    for deployment in deployments {
        known(key, deployment, place, findings);
    }
    if findings.all.len() > before {
        return;
    }
    let near = nearest(key, flow.needs.iter().map(|need| need.key.as_str()));
    let message = format!("`{key}` is read and does not stand in `uses.customData`");
    if near.is_some() {
        findings.error("unknownKey", place, [message, meant(near, "")]);
    } else {
        findings.warning("unplannedKey", place, [message, format!("add `{key}` there, or `{key}?`")]);
    }
}

/// Whether two names are one key to every deployment.
pub(super) fn is_same(deployments: &[Deployment<'_>], one: &str, other: &str) -> bool {
    if one == other {
        return true;
    }
    let same = |it: &Deployment<'_>| {
        canonical_name(it.policy, one).is_some_and(|key| Some(key) == canonical_name(it.policy, other))
    };
    !deployments.is_empty() && deployments.iter().all(same)
}
