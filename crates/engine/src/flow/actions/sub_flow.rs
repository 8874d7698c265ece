//! `subFlow`: runs another flow and comes back.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::{Act, document};
use crate::flow::{
    compiled::CompiledAction,
    compiler::{Compiler, Origin, Paths, Thing, Values},
    turn::{Fault, Taken, Turn},
    world::key,
};

/// A flow, what goes in, and what is taken of what comes out.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CalledFlow {
    /// Its name; the version that is published then runs.
    pub flow: String,
    /// Variables that it begins with.
    #[serde(default)]
    pub input: BTreeMap<String, Value>,
    /// Variables from those that it ends with: `{tier: $.tier}`.
    #[serde(default)]
    pub set: BTreeMap<String, String>,
}

document! {
    /// Runs another flow and comes back.
    SubFlowAction {
        /// The flow.
        sub_flow: CalledFlow,
        /// Where it goes on when that has ended.
        next: Option<String>,
        /// Where it goes on when that could not go on.
        failure: Option<String>,
    }
}

#[derive(Debug, Clone)]
pub(in crate::flow) struct SubFlow {
    flow: String,
    input: Values,
    set: Paths,
}

impl SubFlow {
    pub(super) fn compile(document: SubFlowAction, compiler: &mut Compiler<'_>) -> Option<Self> {
        let SubFlowAction { sub_flow, next, failure, error: _, default: _, description: _ } = document;
        compiler.way("next", next);
        compiler.way("failure", failure);
        let CalledFlow { flow, input, set } = sub_flow;
        compiler.refers("subFlow.flow", Thing::Flow, &flow);
        let mapping = compiler.mapping("subFlow", &set, &BTreeMap::new(), Origin::SubFlow);
        let input = compiler.handed("subFlow.input", &input);
        Some(Self { flow, input: input?, set: mapping?.0 })
    }

    /// Takes what the flow has brought.
    pub(in crate::flow) fn returned<'a>(&self, turn: &mut Turn<'a>, variables: Value) -> Result<Taken<'a>, Fault> {
        turn.map(&variables, &self.set, &Vec::new())?;
        Ok(Taken::way("next"))
    }
}

impl Act for SubFlow {
    fn enter<'a>(&self, turn: &mut Turn<'a>, _: &CompiledAction) -> Result<Taken<'a>, Fault> {
        let input = turn.values(&self.input)?;
        match turn.world.directory.flows.get(&key(&self.flow)) {
            Some(published) => Ok(Taken::Call(published, input)),
            None => Err(Fault::new(format!("there is no published flow `{}`", self.flow))),
        }
    }
}
