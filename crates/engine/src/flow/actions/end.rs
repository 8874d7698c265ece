//! `end`: ends the flow, and the conversation where that is wanted.

use schemars::JsonSchema;
use serde::Deserialize;
use waybill_model::FlowExit;

use super::{Act, document};
use crate::flow::{
    Effect,
    compiled::CompiledAction,
    compiler::Compiler,
    turn::{Fault, Taken, Turn},
};

/// What ends.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Ending {
    /// Whether the conversation ends as well. Otherwise the flow lets go of it; a sub-flow returns.
    #[serde(default)]
    conversation: bool,
}

/// What ends, or nothing but the flow.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct MaybeEnding(Option<Ending>);

document! {
    /// Ends the flow.
    EndAction {
        /// What ends.
        end: MaybeEnding,
    }
}

#[derive(Debug, Clone)]
pub(in crate::flow) struct End {
    ending: Ending,
}

impl End {
    #[expect(clippy::unnecessary_wraps, reason = "every action is compiled alike")]
    pub(super) fn compile(document: EndAction, _: &mut Compiler<'_>) -> Option<Self> {
        let EndAction { end, error: _, default: _, description: _ } = document;
        Some(Self { ending: end.0.unwrap_or_default() })
    }
}

impl Act for End {
    fn enter<'a>(&self, turn: &mut Turn<'a>, _: &CompiledAction) -> Result<Taken<'a>, Fault> {
        if !self.ending.conversation {
            return Ok(Taken::Return);
        }
        turn.effects.push(Effect::EndConversation);
        Ok(Taken::End(FlowExit::Ended))
    }
}
