//! `setAttributes`: hands context over as a flow; the deployment's policy decides what becomes of it.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Act, document};
use crate::flow::{
    compiled::CompiledAction,
    compiler::{Compiler, Values},
    turn::{Fault, Taken, Turn},
};

document! {
    /// Sets attributes of the customer, with the trust `flow`; the deployment's policy decides what becomes of them.
    SetAttributesAction {
        /// Values by key; null deletes.
        set_attributes: BTreeMap<String, Value>,
        /// Where it goes on.
        next: Option<String>,
    }
}

#[derive(Debug, Clone)]
pub(in crate::flow) struct SetAttributes {
    values: Values,
}

impl SetAttributes {
    pub(super) fn compile(document: SetAttributesAction, compiler: &mut Compiler<'_>) -> Option<Self> {
        let SetAttributesAction { set_attributes, next, error: _, default: _, description: _ } = document;
        compiler.way("next", next);
        Some(Self { values: compiler.attributes("setAttributes", &set_attributes)? })
    }
}

impl Act for SetAttributes {
    fn enter<'a>(&self, turn: &mut Turn<'a>, _: &CompiledAction) -> Result<Taken<'a>, Fault> {
        let values = turn.values(&self.values)?;
        turn.set_attributes(values)?;
        Ok(Taken::way("next"))
    }
}
