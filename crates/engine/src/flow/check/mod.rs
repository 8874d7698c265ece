//! The static check: what is wrong with a flow is found when it is published, not when somebody chats.

mod context;
mod graph;
mod names;
mod shape;
mod trust;
mod types;
mod variables;

use std::collections::BTreeSet;

use super::{CompiledFlow, Directory, Finding, Place, Severity};
use crate::attributes::CompiledPolicy;
use graph::Graph;

/// What a flow is held against.
#[derive(Debug, Clone, Copy)]
pub struct Surroundings<'a> {
    /// The deployments that are bound to it, or will be.
    pub deployments: &'a [Deployment<'a>],
    /// Names of the operator's values for flows.
    pub env: &'a BTreeSet<String>,
    /// Names of secrets that flows may use.
    pub secrets: &'a BTreeSet<String>,
    /// What flows can name.
    pub directory: &'a Directory,
}

/// A deployment that is bound to a flow.
#[derive(Debug, Clone, Copy)]
pub struct Deployment<'a> {
    /// Its name, for sentences.
    pub name: &'a str,
    /// Its policy.
    pub policy: &'a CompiledPolicy,
}

/// Holds a flow against its surroundings. It can be published where no finding is an error.
#[must_use]
pub fn check(flow: &CompiledFlow, surroundings: &Surroundings<'_>) -> Vec<Finding> {
    let graph = Graph::of(flow);
    let mut findings = Findings::default();
    findings.all.extend(flow.plain_secrets.iter().cloned());
    shape::check(flow, &graph, &mut findings);
    variables::check(flow, &graph, &mut findings);
    names::check(flow, surroundings, &mut findings);
    context::check(flow, &graph, surroundings.deployments, &mut findings);
    types::check(flow, surroundings.deployments, &mut findings);
    trust::check(flow, &graph, surroundings.deployments, &mut findings);
    let Findings { mut all } = findings;
    all.sort_by(|one, other| (&one.place, one.rule, &one.message).cmp(&(&other.place, other.rule, &other.message)));
    all.dedup();
    all
}

/// What was found so far.
#[derive(Debug, Default)]
struct Findings {
    all: Vec<Finding>,
}

impl Findings {
    fn add(&mut self, severity: Severity, rule: &'static str, place: &Place, words: [String; 2]) {
        let [message, remedy] = words;
        let action = Finding::action_in(&place.path);
        self.all.push(Finding { severity, place: place.clone(), action, rule, message, remedy });
    }

    fn error(&mut self, rule: &'static str, place: &Place, words: [String; 2]) {
        self.add(Severity::Error, rule, place, words);
    }

    fn warning(&mut self, rule: &'static str, place: &Place, words: [String; 2]) {
        self.add(Severity::Warning, rule, place, words);
    }
}

/// `did you mean …?`, or another remedy.
fn meant(near: Option<&str>, otherwise: &str) -> String {
    near.map_or_else(|| otherwise.to_owned(), |near| format!("did you mean `{near}`?"))
}
