//! `sendMessage`: says something.

use super::{
    Act, document,
    speech::{self, CompiledSpeech, Speech},
};
use crate::flow::{
    compiled::CompiledAction,
    compiler::Compiler,
    document::Short,
    turn::{Fault, Taken, Turn},
};

document! {
    /// Says something.
    SendMessageAction {
        /// A text, or a text with quick replies, or a card.
        send_message: Short<Speech>,
        /// Where it goes on.
        next: Option<String>,
    }
}

#[derive(Debug, Clone)]
pub(in crate::flow) struct SendMessage {
    speech: CompiledSpeech,
}

impl SendMessage {
    pub(super) fn compile(document: SendMessageAction, compiler: &mut Compiler<'_>) -> Option<Self> {
        let SendMessageAction { send_message, next, error: _, default: _, description: _ } = document;
        compiler.way("next", next);
        Some(Self { speech: speech::compile(compiler, "sendMessage", send_message)? })
    }
}

impl Act for SendMessage {
    fn enter<'a>(&self, turn: &mut Turn<'a>, _: &CompiledAction) -> Result<Taken<'a>, Fault> {
        let (say, _) = self.speech.render(turn)?;
        turn.say(say);
        Ok(Taken::way("next"))
    }
}
