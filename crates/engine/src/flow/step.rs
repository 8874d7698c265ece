//! One step of a run.

use waybill_model::Run;

use super::{CompiledFlow, Input, Outcome, World};

/// Lets a run go on until it has to wait or ends. `flow` is what `run.flow_id` and `run.version` name: in a sub-flow, that.
///
/// `None` where the input means nothing to the run as it stands (another timer, an answer to an earlier question): nothing
/// has changed then.
#[must_use]
pub fn step(flow: &CompiledFlow, run: &mut Run, input: Input, world: &World<'_>) -> Option<Outcome> {
    todo!("{flow:?} {run:?} {input:?} {world:?}")
}
