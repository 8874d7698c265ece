//! `wrapUp`: notes how the flow's work ended.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Act, document};
use crate::flow::{
    Effect,
    compiled::CompiledAction,
    compiler::{Compiler, Role, Thing},
    document::Short,
    turn::{Fault, Taken, Turn},
    world::key,
};
use crate::template::Template;

/// How it ended.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Note {
    /// The name of a wrap-up code.
    pub code: String,
    /// Notes.
    pub notes: Option<String>,
}

document! {
    /// Notes how the flow's work ended.
    WrapUpAction {
        /// The name of a wrap-up code, or the code with notes.
        wrap_up: Short<Note>,
        /// Where it goes on.
        next: Option<String>,
    }
}

#[derive(Debug, Clone)]
pub(in crate::flow) struct WrapUp {
    code: Template,
    notes: Option<Template>,
}

impl WrapUp {
    pub(super) fn compile(document: WrapUpAction, compiler: &mut Compiler<'_>) -> Option<Self> {
        let WrapUpAction { wrap_up, next, error: _, default: _, description: _ } = document;
        compiler.way("next", next);
        match wrap_up {
            Short::Text(code) => Some(Self { code: compiler.named("wrapUp", Thing::WrapupCode, &code)?, notes: None }),
            Short::Long(Note { code, notes }) => {
                let code = compiler.named("wrapUp.code", Thing::WrapupCode, &code);
                let notes = match notes {
                    Some(notes) => Some(compiler.text("wrapUp.notes", Role::Value, &notes)?),
                    None => None,
                };
                Some(Self { code: code?, notes })
            }
        }
    }
}

impl Act for WrapUp {
    fn enter<'a>(&self, turn: &mut Turn<'a>, _: &CompiledAction) -> Result<Taken<'a>, Fault> {
        let name = turn.text(&self.code)?;
        let Some(code_id) = turn.world.directory.wrapup_codes.get(&key(&name)) else {
            return Err(Fault::new("no wrap-up code has the name that `code` came to"));
        };
        let notes = match &self.notes {
            Some(notes) => turn.text(notes)?,
            None => String::new(),
        };
        turn.effects.push(Effect::WrapUp { code_id: *code_id, name: name.trim().to_owned(), notes });
        Ok(Taken::way("next"))
    }
}
