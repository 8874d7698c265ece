//! `setVariable`: sets variables, all from what was there before.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Act, document};
use crate::flow::{
    compiled::CompiledAction,
    compiler::{Compiler, Values},
    turn::{Fault, Taken, Turn},
};

document! {
    /// Sets variables, all from what was there before.
    SetVariableAction {
        /// Values by name; a text with nothing but one placeholder keeps that value's type.
        set_variable: BTreeMap<String, Value>,
        /// Where it goes on.
        next: Option<String>,
    }
}

#[derive(Debug, Clone)]
pub(in crate::flow) struct SetVariable {
    values: Values,
}

impl SetVariable {
    pub(super) fn compile(document: SetVariableAction, compiler: &mut Compiler<'_>) -> Option<Self> {
        let SetVariableAction { set_variable, next, error: _, default: _, description: _ } = document;
        compiler.way("next", next);
        Some(Self { values: compiler.variables("setVariable", &set_variable)? })
    }
}

impl Act for SetVariable {
    fn enter<'a>(&self, turn: &mut Turn<'a>, _: &CompiledAction) -> Result<Taken<'a>, Fault> {
        for (name, value) in turn.values(&self.values)? {
            turn.set(&name, value);
        }
        Ok(Taken::way("next"))
    }
}
