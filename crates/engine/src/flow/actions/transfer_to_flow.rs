//! `transferToFlow`: lets another flow go on.

use waybill_model::FlowExit;

use super::{Act, document};
use crate::flow::{
    Effect,
    compiled::CompiledAction,
    compiler::{Compiler, Thing},
    turn::{Fault, Taken, Turn},
    world::key,
};
use crate::template::Template;

document! {
    /// Lets another flow go on in this one's place.
    TransferToFlowAction {
        /// Its name.
        transfer_to_flow: String,
    }
}

#[derive(Debug, Clone)]
pub(in crate::flow) struct TransferToFlow {
    flow: Template,
}

impl TransferToFlow {
    pub(super) fn compile(document: TransferToFlowAction, compiler: &mut Compiler<'_>) -> Option<Self> {
        let TransferToFlowAction { transfer_to_flow, error: _, default: _, description: _ } = document;
        Some(Self { flow: compiler.named("transferToFlow", Thing::Flow, &transfer_to_flow)? })
    }
}

impl Act for TransferToFlow {
    fn enter<'a>(&self, turn: &mut Turn<'a>, _: &CompiledAction) -> Result<Taken<'a>, Fault> {
        let name = turn.text(&self.flow)?;
        let Some(published) = turn.world.directory.flows.get(&key(&name)) else {
            return Err(Fault::new("no published flow has the name that `transferToFlow` came to"));
        };
        let (flow_id, version) = (published.flow_id, published.version);
        turn.effects.push(Effect::TransferToFlow { flow_id, version, name: published.name.clone() });
        Ok(Taken::End(FlowExit::TransferredToFlow { flow_id }))
    }
}
