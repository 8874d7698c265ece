//! `switch`: takes one of several ways.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::{Act, document};
use crate::flow::{
    compiled::CompiledAction,
    compiler::{Compiler, Role},
    turn::{Fault, Taken, Turn, is_true},
};
use crate::template::Expression;

/// What is asked, and the ways.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Cases {
    /// An expression whose value `is` is compared with.
    pub on: Option<String>,
    /// The ways, in order: the first that fits is taken.
    pub cases: Vec<Case>,
}

/// A way.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Case {
    /// The value of `on`.
    pub is: Option<Value>,
    /// An expression, in place of `is`.
    pub when: Option<String>,
    /// Where it goes on.
    pub next: String,
}

document! {
    /// Takes one of several ways.
    SwitchAction {
        /// What is asked, and the ways.
        switch: Cases,
        /// Where it goes on when nothing fits.
        r#else: Option<String>,
    }
}

#[derive(Debug, Clone)]
pub(in crate::flow) struct Switch {
    on: Option<Expression>,
    cases: Vec<CompiledCase>,
}

#[derive(Debug, Clone)]
enum CompiledCase {
    Is(Value),
    When(Box<Expression>),
}

impl Switch {
    pub(super) fn compile(document: SwitchAction, compiler: &mut Compiler<'_>) -> Option<Self> {
        let SwitchAction { switch: Cases { on, cases }, r#else, error: _, default: _, description: _ } = document;
        compiler.way("else", r#else);
        let asked = on;
        let on = match &asked {
            Some(on) => Some(compiler.expression("switch.on", on)?),
            None => None,
        };
        let mut compiled = Vec::with_capacity(cases.len());
        for (position, Case { is, when, next }) in cases.into_iter().enumerate() {
            let inner = format!("switch.cases[{position}]");
            compiler.way_at(&format!("{inner}.next"), &way(position), Some(next));
            compiled.push(match (is, when) {
                (Some(value), None) if on.is_some() => {
                    if let (Some(asked), Some(on)) = (&asked, &on) {
                        let comparison = format!("{asked} == {value}");
                        compiler.note(&format!("{inner}.is"), Role::Condition, &comparison, on.uses());
                    }
                    CompiledCase::Is(value)
                }
                (None, Some(when)) => {
                    CompiledCase::When(Box::new(compiler.expression(&format!("{inner}.when"), &when)?))
                }
                (_, _) => {
                    let message = "a case has `is`, beside `on`, or `when`".to_owned();
                    compiler.fault(&inner, "document", message, "write one of them");
                    return None;
                }
            });
        }
        Some(Self { on, cases: compiled })
    }
}

impl Act for Switch {
    fn enter<'a>(&self, turn: &mut Turn<'a>, _: &CompiledAction) -> Result<Taken<'a>, Fault> {
        let on = match &self.on {
            Some(on) => Some(turn.evaluate(on)?),
            None => None,
        };
        for (position, case) in self.cases.iter().enumerate() {
            let fits = match case {
                CompiledCase::Is(value) => on.as_ref().is_some_and(|on| is_same(on, value)),
                CompiledCase::When(when) => is_true(&turn.evaluate(when)?),
            };
            if fits {
                return Ok(Taken::Way(way(position).into()));
            }
        }
        Ok(Taken::way("else"))
    }
}

fn way(position: usize) -> String {
    format!("case {}", position + 1)
}

/// Numbers are the same when their values are.
fn is_same(one: &Value, other: &Value) -> bool {
    match (one.as_f64(), other.as_f64()) {
        (Some(one), Some(other)) => one.total_cmp(&other).is_eq(),
        (Some(_), None) | (None, Some(_)) => false,
        (None, None) => one == other,
    }
}
