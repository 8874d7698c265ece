//! Trust leaks: what was looked up by a mere claim is told to whoever made the claim.

use std::collections::{BTreeMap, BTreeSet};

use waybill_model::Trust;

use super::{Deployment, Findings, Severity, context::is_same, graph::Graph};
use crate::{
    flow::{
        CompiledFlow,
        compiled::CompiledAction,
        compiler::{Origin, Part, Role},
    },
    template::Uses,
};

/// What the visitor has claimed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Claim {
    /// A context key that need not be signed.
    Key(String),
    /// The customer's own id, name or address.
    Customer,
    /// What was said.
    Said,
}

/// What a value is made of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Stuff {
    /// Claims that it repeats.
    claims: BTreeSet<Claim>,
    /// Claims by which it was looked up.
    fetched: BTreeSet<Claim>,
}

impl Stuff {
    fn add(&mut self, other: &Self) {
        self.claims.extend(other.claims.iter().cloned());
        self.fetched.extend(other.fetched.iter().cloned());
    }
}

struct Tracing<'a> {
    flow: &'a CompiledFlow,
    deployments: &'a [Deployment<'a>],
    /// The keys that are known to be signed wherever an action is reached.
    vouched: BTreeMap<&'a str, BTreeSet<String>>,
    variables: BTreeMap<&'a str, Stuff>,
    attributes: BTreeMap<&'a str, Stuff>,
}

pub(super) fn check(flow: &CompiledFlow, graph: &Graph<'_>, deployments: &[Deployment<'_>], findings: &mut Findings) {
    let vouched = graph.holding(vouches);
    let mut tracing = Tracing { flow, deployments, vouched, variables: BTreeMap::new(), attributes: BTreeMap::new() };
    while tracing.goes_on() {}
    for (name, action) in &flow.actions {
        for part in &action.facts.parts {
            if !matches!(part.role, Role::Message | Role::Handed) {
                continue;
            }
            let left: Vec<Claim> =
                tracing.unvouched(name, tracing.stuff(name, &part.uses).fetched).into_iter().collect();
            let Some(first) = left.first() else { continue };
            let (severity, by, remedy) = match first {
                Claim::Key(key) => {
                    let is_meant =
                        flow.needs.iter().any(|need| need.trust.is_some() && is_same(deployments, &need.key, key));
                    let severity = if is_meant { Severity::Warning } else { Severity::Error };
                    let remedy =
                        format!("write `{key}@signed` in `uses`, or decide on `trust.{key} == 'signed'` before");
                    (severity, format!("`{key}`, which need not be signed"), remedy)
                }
                Claim::Customer => {
                    let remedy = "look up by a signed context key".to_owned();
                    (Severity::Error, "what the page says of the customer".to_owned(), remedy)
                }
                Claim::Said => {
                    let remedy = "make sure that it tells nothing that others may not know".to_owned();
                    (Severity::Warning, "what the visitor said".to_owned(), remedy)
                }
            };
            // What another flow does with it is not known here.
            let (severity, message) = match part.role {
                Role::Handed => (Severity::Warning, format!("a flow that may tell it gets what was looked up by {by}")),
                _ => (severity, format!("this tells what was looked up by {by}")),
            };
            findings.add(severity, "trustLeak", &part.place, [message, remedy]);
        }
    }
}

/// Which keys are signed where a decision goes which way.
fn vouches(action: &CompiledAction) -> Vec<(&'static str, String)> {
    if action.kind != "decision" {
        return Vec::new();
    }
    let of = |part: &Part| -> Vec<(&'static str, String)> {
        let source = part.source.replace(char::is_whitespace, "").replace('"', "'");
        let says = |key: &String| {
            let is_signed = [format!("trust.{key}=='signed'"), format!("'signed'==trust.{key}")];
            let is_not = [format!("trust.{key}!='signed'"), format!("'signed'!=trust.{key}")];
            // `or` lets others through as well; `not` turns everything round.
            let is_plain = !part.source.contains(" or ") && !part.source.contains("not ");
            if is_plain && is_signed.iter().any(|text| source.contains(text)) {
                Some(("then", key.clone()))
            } else if is_not.contains(&source) {
                Some(("else", key.clone()))
            } else {
                None
            }
        };
        part.uses.trust.iter().filter_map(says).collect()
    };
    action.facts.parts.iter().flat_map(of).collect()
}

impl<'a> Tracing<'a> {
    /// Follows what is made of what, once through the flow; whether anything new has come out.
    fn goes_on(&mut self) -> bool {
        let mut is_new = false;
        let flow = self.flow;
        for (name, action) in &flow.actions {
            let sets = action.facts.sets.iter().map(|(variable, origin)| (variable, *origin, false));
            let writes = action.facts.writes.iter().map(|(key, origin)| (key, *origin, true));
            let all: Vec<_> = sets.chain(writes).collect();
            for (target, origin, is_attribute) in all {
                let made = self.made(name, action, origin);
                let known = if is_attribute { &mut self.attributes } else { &mut self.variables };
                let stuff = known.entry(target.as_str()).or_default();
                let before = stuff.clone();
                stuff.add(&made);
                is_new |= *stuff != before;
            }
        }
        is_new
    }

    fn made(&self, name: &str, action: &CompiledAction, origin: Origin) -> Stuff {
        let mut all = Stuff::default();
        let counts = |part: &&Part| match origin {
            Origin::Parts => part.role == Role::Value,
            Origin::Reply => part.role == Role::Request,
            Origin::SubFlow => true,
            Origin::Answer => false,
        };
        for part in action.facts.parts.iter().filter(counts) {
            all.add(&self.stuff(name, &part.uses));
        }
        match origin {
            Origin::Parts => all,
            Origin::Answer => Stuff { claims: BTreeSet::from([Claim::Said]), fetched: BTreeSet::new() },
            Origin::Reply | Origin::SubFlow => {
                let mut by = all.claims;
                by.extend(all.fetched);
                Stuff { claims: BTreeSet::new(), fetched: self.unvouched(name, by) }
            }
        }
    }

    /// What is made of what a template names.
    fn stuff(&self, name: &str, uses: &Uses) -> Stuff {
        let mut stuff = Stuff::default();
        for variable in &uses.variables {
            if let Some(made) = self.variables.get(variable.as_str()) {
                stuff.add(made);
            }
        }
        for key in &uses.context {
            stuff.claims.insert(Claim::Key(key.clone()));
            if let Some(made) = self.attributes.get(key.as_str()) {
                stuff.add(made);
            }
        }
        if !uses.customer.is_empty() {
            stuff.claims.insert(Claim::Customer);
        }
        if uses.other.iter().any(|other| other.starts_with("message")) {
            stuff.claims.insert(Claim::Said);
        }
        stuff.claims = self.unvouched(name, stuff.claims);
        stuff
    }

    /// The claims that nobody vouches for where an action is.
    fn unvouched(&self, name: &str, claims: BTreeSet<Claim>) -> BTreeSet<Claim> {
        let is_signed = |key: &str| {
            let said = |need: &crate::flow::compiled::Need| {
                let trust = need.trust.map_or(0, Trust::rank);
                trust >= Trust::Server.rank() && is_same(self.deployments, &need.key, key)
            };
            let decided = self
                .vouched
                .get(name)
                .is_some_and(|keys| keys.iter().any(|vouched| is_same(self.deployments, vouched, key)));
            let floor = |deployment: &Deployment<'_>| {
                let declared = deployment.policy.declared(key);
                declared.is_some_and(|declared| declared.trust_floor.rank() >= Trust::Server.rank())
            };
            let is_required = !self.deployments.is_empty() && self.deployments.iter().all(floor);
            decided || is_required || self.flow.needs.iter().any(said)
        };
        let stays = |claim: &Claim| match claim {
            Claim::Key(key) => !is_signed(key),
            Claim::Customer | Claim::Said => true,
        };
        claims.into_iter().filter(stays).collect()
    }
}
