//! `transferToFlow`: lets another flow go on.

use std::collections::BTreeMap;

use serde_json::Value;
use waybill_model::FlowExit;

use super::{Act, document};
use crate::flow::{
    Effect,
    compiled::CompiledAction,
    compiler::{Compiler, Thing, Values},
    turn::{Fault, Taken, Turn},
    world::key,
};
use crate::template::Template;

document! {
    /// Lets another flow go on in this one's place.
    TransferToFlowAction {
        /// Its name.
        transfer_to_flow: String,
        /// Variables that it begins with, in place of those that it declares.
        #[serde(default)]
        variables: BTreeMap<String, Value>,
    }
}

#[derive(Debug, Clone)]
pub(in crate::flow) struct TransferToFlow {
    flow: Template,
    variables: Values,
}

impl TransferToFlow {
    pub(super) fn compile(document: TransferToFlowAction, compiler: &mut Compiler<'_>) -> Option<Self> {
        let TransferToFlowAction { transfer_to_flow, variables, error: _, default: _, description: _ } = document;
        let flow = compiler.named("transferToFlow", Thing::Flow, &transfer_to_flow);
        let variables = compiler.handed("variables", &variables);
        Some(Self { flow: flow?, variables: variables? })
    }
}

impl Act for TransferToFlow {
    fn enter<'a>(&self, turn: &mut Turn<'a>, _: &CompiledAction) -> Result<Taken<'a>, Fault> {
        let name = turn.text(&self.flow)?;
        let variables = turn.values(&self.variables)?;
        let Some(published) = turn.world.directory.flows.get(&key(&name)) else {
            return Err(Fault::new("no published flow has the name that `transferToFlow` came to"));
        };
        let (flow_id, version) = (published.flow_id, published.version);
        turn.effects.push(Effect::TransferToFlow { flow_id, version, name: published.name.clone(), variables });
        Ok(Taken::End(FlowExit::TransferredToFlow { flow_id }))
    }
}
