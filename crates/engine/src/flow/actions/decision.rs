//! `decision`: takes one of two ways.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Act, document};
use crate::flow::{
    compiled::CompiledAction,
    compiler::Compiler,
    document::Short,
    turn::{Fault, Taken, Turn, is_true},
};
use crate::template::Expression;

/// What is asked.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Question {
    /// An expression: `tier == 'gold'`.
    pub when: String,
}

document! {
    /// Takes one of two ways.
    DecisionAction {
        /// An expression, or `{when: expression}`.
        decision: Short<Question>,
        /// Where it goes on when that is so.
        then: Option<String>,
        /// Where it goes on when it is not.
        r#else: Option<String>,
    }
}

#[derive(Debug, Clone)]
pub(in crate::flow) struct Decision {
    when: Expression,
}

impl Decision {
    pub(super) fn compile(document: DecisionAction, compiler: &mut Compiler<'_>) -> Option<Self> {
        let DecisionAction { decision, then, r#else, error: _, default: _, description: _ } = document;
        compiler.way("then", then);
        compiler.way("else", r#else);
        let when = match decision {
            Short::Text(when) => compiler.expression("decision", &when)?,
            Short::Long(Question { when }) => compiler.expression("decision.when", &when)?,
        };
        Some(Self { when })
    }
}

impl Act for Decision {
    fn enter<'a>(&self, turn: &mut Turn<'a>, _: &CompiledAction) -> Result<Taken<'a>, Fault> {
        let holds = is_true(&turn.evaluate(&self.when)?);
        Ok(Taken::way(if holds { "then" } else { "else" }))
    }
}
