//! `dataAction`: makes the request of a named data action.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::{
    Act,
    api_request::Retry,
    document,
    reply::{self, Received},
};
use crate::flow::{
    Input, Request,
    compiled::CompiledAction,
    compiler::{Compiler, Origin, Paths, Role, Thing, Values},
    turn::{Fault, Taken, Turn},
    world::{KnownDataAction, key},
};

/// The variable that keeps the input of a data action until its answer is there.
const INPUT: &str = "dataActionInput__";

/// A data action, what goes in, and what is taken of what comes out.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NamedDataAction {
    /// Its name.
    pub name: String,
    /// What goes in.
    #[serde(default)]
    pub input: BTreeMap<String, Value>,
    /// How often it is attempted.
    #[serde(default)]
    pub retry: Retry,
    /// Variables from what comes out: `{tier: $.tier}`.
    #[serde(default)]
    pub set: BTreeMap<String, String>,
    /// Attributes from what comes out, with the trust `flow`.
    #[serde(default)]
    pub set_attributes: BTreeMap<String, String>,
}

document! {
    /// Makes the request of a data action and takes of its output what it needs.
    DataActionAction {
        /// The data action.
        data_action: NamedDataAction,
        /// Where it goes on when it brought an output.
        success: Option<String>,
        /// Where it goes on otherwise.
        failure: Option<String>,
        /// Where it goes on when no answer came in time; absent: `failure`.
        timeout: Option<String>,
        /// Where it goes on when a context key that the input needs is absent; absent: `failure`.
        missing: Option<String>,
    }
}

#[derive(Debug, Clone)]
pub(in crate::flow) struct DataAction {
    name: String,
    input: Values,
    attempts: u32,
    set: Paths,
    set_attributes: Paths,
}

impl DataAction {
    pub(super) fn compile(document: DataActionAction, compiler: &mut Compiler<'_>) -> Option<Self> {
        let DataActionAction { data_action, success, failure, timeout, missing, error: _, default: _, description: _ } =
            document;
        (compiler.facts.waits, compiler.facts.requests) = (true, true);
        compiler.way("success", success);
        compiler.way("failure", failure);
        compiler.way("timeout", timeout);
        compiler.way("missing", missing);
        let NamedDataAction { name, input, retry, set, set_attributes } = data_action;
        compiler.refers("dataAction.name", Thing::DataAction, &name);
        if !(1..=10).contains(&retry.attempts) {
            let message = "a request is attempted 1 to 10 times".to_owned();
            compiler.fault("dataAction.retry.attempts", "document", message, "write such as `3`");
        }
        let mapping = compiler.mapping("dataAction", &set, &set_attributes, Origin::Reply);
        let input = compiler.values_for("dataAction.input", &input, Role::Request);
        let (set, set_attributes) = mapping?;
        Some(Self { name, input: input?, attempts: retry.attempts, set, set_attributes })
    }

    fn find<'a>(&self, turn: &Turn<'a>) -> Result<&'a KnownDataAction, Fault> {
        let found = turn.world.directory.data_actions.get(&key(&self.name));
        found.map(|known| &**known).ok_or_else(|| Fault::new(format!("there is no data action `{}`", self.name)))
    }
}

impl Act for DataAction {
    fn enter<'a>(&self, turn: &mut Turn<'a>, _: &CompiledAction) -> Result<Taken<'a>, Fault> {
        let known = self.find(turn)?;
        let input = match turn.values(&self.input) {
            Err(fault) if fault.is_absence => {
                turn.note = Some(fault.words);
                return Ok(Taken::way("missing"));
            }
            other => Value::Object(other?.into_iter().collect()),
        };
        let prepared = known.action.prepare(&input, &turn.names());
        let prepared = prepared.map_err(|fault| Fault::new(fault.to_string()))?;
        turn.run.variables.insert(INPUT.to_owned(), input);
        let request = Request {
            effect: turn.effect(),
            prepared: prepared.value,
            credential: known.credential,
            timeout_ms: known.action.timeout_ms(),
            attempts: self.attempts,
        };
        Ok(reply::send(turn, request))
    }

    fn resume<'a>(&self, turn: &mut Turn<'a>, _: &CompiledAction, input: &Input) -> Result<Option<Taken<'a>>, Fault> {
        let received = reply::receive(turn, input);
        if received.is_none() {
            return Ok(None);
        }
        let given = turn.run.variables.remove(INPUT).unwrap_or_default();
        let answer = match received {
            None => return Ok(None),
            Some(Received::Way(way)) => return Ok(Some(Taken::way(way))),
            Some(Received::Success(answer)) => answer,
        };
        let known = self.find(turn)?;
        let output = known.action.output(&given, answer, &turn.names());
        let output = output.map_err(|fault| Fault::new(fault.to_string()))?;
        turn.map(&output, &self.set, &self.set_attributes)?;
        Ok(Some(Taken::way("success")))
    }
}
