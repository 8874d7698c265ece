//! A flow that has been read and made ready: built once per version, used by every step.

use std::collections::BTreeMap;

use serde_json::Value;
use waybill_model::Trust;

use super::{
    Finding, Place, Severity,
    actions::{self, Does},
    compiler::{Compiler, Facts, Reference, Thing, misnamed_variable},
    document::{FlowDocument, OnFailure, RawDocument},
    plain::plain_secrets,
    source::Source,
};
use crate::attributes::nearest;

/// The most actions of one flow.
const MAX_ACTIONS: usize = 500;

/// A flow that has been read and made ready.
#[derive(Debug, Clone)]
pub struct CompiledFlow {
    pub(super) name: String,
    pub(super) start: String,
    /// The queue for conversations whose run fails.
    pub(super) on_failure: Option<Reference>,
    pub(super) needs: Vec<Need>,
    /// What it begins with: every variable that it knows; null until it is set.
    pub(super) variables: BTreeMap<String, Value>,
    /// The variables that are declared.
    pub(super) declared: BTreeMap<String, Place>,
    pub(super) actions: BTreeMap<String, CompiledAction>,
    /// What looks like a secret.
    pub(super) plain_secrets: Vec<Finding>,
}

/// A context key that a flow says to use.
#[derive(Debug, Clone)]
pub(super) struct Need {
    pub(super) key: String,
    pub(super) trust: Option<Trust>,
    pub(super) optional: bool,
    pub(super) place: Place,
}

/// An action that has been read and made ready.
#[derive(Debug, Clone)]
pub(super) struct CompiledAction {
    pub(super) kind: &'static str,
    pub(super) place: Place,
    pub(super) ways: Vec<Way>,
    pub(super) defaults: BTreeMap<String, Value>,
    pub(super) facts: Facts,
    pub(super) does: Does,
}

/// A way out of an action.
#[derive(Debug, Clone)]
pub(super) struct Way {
    pub(super) name: String,
    pub(super) to: String,
    pub(super) place: Place,
}

impl CompiledAction {
    /// Where a way leads, if it is there.
    pub(super) fn way(&self, name: &str) -> Option<&str> {
        self.ways.iter().find(|way| way.name == name).map(|way| way.to.as_str())
    }
}

impl CompiledFlow {
    /// Reads a document, YAML or JSON, and compiles its templates.
    ///
    /// # Errors
    /// Everything that keeps it from being read, each with its place.
    pub fn read(source: &str) -> Result<Self, Vec<Finding>> {
        let source = Source::read(source).map_err(|finding| vec![*finding])?;
        let document: RawDocument = source.part("", &source.value).map_err(|finding| vec![*finding])?;
        let RawDocument { flow, kind: _, description: _, uses, variables, on_failure, start, actions } = document;
        let mut findings = Vec::new();
        if actions.len() > MAX_ACTIONS {
            let message = format!("the flow has {} actions", actions.len());
            let remedy = format!("{MAX_ACTIONS} are the most: put parts into sub-flows");
            findings.push(Finding { place: source.at("actions"), ..Finding::error("document", message, remedy) });
        }
        let mut needs = Vec::new();
        for (position, text) in uses.custom_data.iter().enumerate() {
            let place = source.at(&format!("uses.customData[{position}]"));
            match read_need(text, place.clone()) {
                Ok(need) => needs.push(need),
                Err(remedy) => {
                    let message = format!("`{text}` does not say which key is used");
                    findings.push(Finding { place, ..Finding::error("document", message, remedy) });
                }
            }
        }
        let mut compiled = BTreeMap::new();
        for (name, value) in &actions {
            let path = format!("actions.{name}");
            if !is_action_name(name) {
                let message = format!("`{name}` is no name for an action");
                let remedy = "take 1 to 64 letters, digits, `-` and `_`".to_owned();
                findings.push(Finding { place: source.at(&path), ..Finding::error("document", message, remedy) });
                continue;
            }
            let mut compiler = Compiler::new(&source, name, &path);
            match actions::read(&source, &path, value) {
                Ok(action) => {
                    if let Some(action) = actions::compile(action, &mut compiler) {
                        compiled.insert(name.clone(), action);
                    }
                }
                Err(finding) => compiler.findings.push(*finding),
            }
            let own = compiler.findings.into_iter();
            findings.extend(own.map(|finding| Finding { action: Some(name.clone()), ..finding }));
        }
        for name in variables.keys() {
            if let Some(remedy) = misnamed_variable(name) {
                let place = source.at(&format!("variables.{name}"));
                let message = format!("`{name}` is no name for a variable");
                findings.push(Finding { place, ..Finding::error("document", message, remedy) });
            }
        }
        let declared = variables.keys().map(|name| (name.clone(), source.at(&format!("variables.{name}")))).collect();
        let on_failure = on_failure.map(|OnFailure { queue }| Reference {
            thing: Thing::Queue,
            name: queue,
            place: source.at("onFailure.queue"),
        });
        let start_place = source.at("start");
        findings.extend(missing_targets(&start, &start_place, &actions, &compiled));
        if findings.iter().any(|finding| finding.severity == Severity::Error) {
            findings.sort_by(|one, other| one.place.cmp(&other.place));
            return Err(findings);
        }
        let plain_secrets = plain_secrets(&source);
        let mut variables = variables;
        let sets = compiled.values().flat_map(|action| &action.facts.sets);
        for (name, _) in sets {
            variables.entry(name.clone()).or_insert(Value::Null);
        }
        Ok(Self { name: flow, start, on_failure, needs, variables, declared, actions: compiled, plain_secrets })
    }

    /// The JSON Schema of flows.
    #[must_use]
    pub fn schema() -> Value {
        schemars::schema_for!(FlowDocument).to_value()
    }

    /// The name that it gives itself.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The name of the queue in which conversations wait whose run fails.
    #[must_use]
    pub fn on_failure(&self) -> Option<&str> {
        self.on_failure.as_ref().map(|reference| reference.name.as_str())
    }

    /// The names of flows that it can go to, as far as they are written out: what a [`super::Directory`] has to know.
    #[must_use]
    pub fn flows(&self) -> Vec<&str> {
        let refers = self.actions.values().flat_map(|action| &action.facts.refers);
        refers.filter(|one| one.thing == Thing::Flow).map(|one| one.name.as_str()).collect()
    }
}

fn read_need(text: &str, place: Place) -> Result<Need, String> {
    let (text, optional) = text.strip_suffix('?').map_or((text, false), |rest| (rest, true));
    let (key, trust) = match text.split_once('@') {
        Some((key, trust)) => (key, Some(read_trust(trust)?)),
        None => (text, None),
    };
    if key.is_empty() || key.contains(char::is_whitespace) {
        return Err("write `plan`, `plan?` or `crmCustomerId@signed`".to_owned());
    }
    Ok(Need { key: key.to_owned(), trust, optional, place })
}

fn read_trust(word: &str) -> Result<Trust, String> {
    let all = [Trust::Page, Trust::Flow, Trust::Agent, Trust::Server, Trust::Signed];
    let found = all.into_iter().find(|trust| trust.as_str() == word);
    found.ok_or_else(|| format!("`{word}` is no trust: take `page`, `flow`, `agent`, `server` or `signed`"))
}

fn is_action_name(name: &str) -> bool {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
    (1..=64).contains(&name.len()) && name.chars().all(fits)
}

/// Ways that lead to no action. What could not be read counts as there: it has findings of its own.
fn missing_targets(
    start: &str,
    start_place: &Place,
    all: &BTreeMap<String, Value>,
    compiled: &BTreeMap<String, CompiledAction>,
) -> Vec<Finding> {
    let missing = |to: &str, place: &Place, action: Option<&str>| {
        let remedy = match nearest(to, all.keys().map(String::as_str)) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => "name one of the flow's actions, or leave it out".to_owned(),
        };
        let message = format!("there is no action `{to}`");
        let finding = Finding::error("missingTarget", message, remedy);
        Finding { place: place.clone(), action: action.map(str::to_owned), ..finding }
    };
    let mut findings = Vec::new();
    if !all.contains_key(start) {
        findings.push(missing(start, start_place, None));
    }
    for (name, action) in compiled {
        for way in action.ways.iter().filter(|way| !all.contains_key(&way.to)) {
            findings.push(missing(&way.to, &way.place, Some(name)));
        }
    }
    findings
}
