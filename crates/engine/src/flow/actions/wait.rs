//! `wait`: waits for a time.

use waybill_model::Waits;

use super::{Act, document};
use crate::flow::{
    Effect, Input,
    compiled::CompiledAction,
    compiler::Compiler,
    document::Pause,
    turn::{Fault, Taken, Turn},
};

const LONGEST: Pause = Pause::from_millis(24 * 3_600_000);

document! {
    /// Waits for a time.
    WaitAction {
        /// How long, up to 24 hours.
        wait: Pause,
        /// Where it goes on.
        next: Option<String>,
    }
}

#[derive(Debug, Clone)]
pub(in crate::flow) struct Wait {
    pause: Pause,
}

impl Wait {
    pub(super) fn compile(document: WaitAction, compiler: &mut Compiler<'_>) -> Option<Self> {
        let WaitAction { wait, next, error: _, default: _, description: _ } = document;
        compiler.facts.waits = true;
        compiler.way("next", next);
        if wait > LONGEST || wait.millis() < 1 {
            let message = "a flow waits for up to 24 hours".to_owned();
            compiler.fault("wait", "document", message, "write such as `30s`");
            return None;
        }
        Some(Self { pause: wait })
    }
}

impl Act for Wait {
    fn enter<'a>(&self, turn: &mut Turn<'a>, _: &CompiledAction) -> Result<Taken<'a>, Fault> {
        let (effect, until) = (turn.effect(), turn.world.now.plus_millis(self.pause.millis()));
        turn.effects.push(Effect::Timer { effect, due: until });
        Ok(Taken::Wait(Waits::Timer { effect, until }))
    }

    fn resume<'a>(&self, _: &mut Turn<'a>, _: &CompiledAction, input: &Input) -> Result<Option<Taken<'a>>, Fault> {
        Ok(matches!(input, Input::Timer { .. }).then(|| Taken::way("next")))
    }
}
