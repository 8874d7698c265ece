//! `ask`: asks something and waits for the answer.

use jiff::civil::Date;
use regex::Regex;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Number, Value};
use waybill_model::Waits;

use super::{
    Act, document,
    speech::{self, CompiledSpeech, Speech},
};
use crate::flow::{
    Effect, Input, Say,
    compiled::CompiledAction,
    compiler::{Compiler, Origin, Role},
    document::{Pause, Short},
    turn::{Fault, Taken, Turn},
};
use crate::template::Template;

/// The longest that an answer is waited for.
const LONGEST: Pause = Pause::from_millis(7 * 24 * 3_600_000);
/// How long it is waited for where nothing else is said.
const USUAL: Pause = Pause::from_millis(10 * 60_000);
/// The longest answer that becomes a variable, in bytes.
const MAX_ANSWER_BYTES: usize = 4096;

/// What an answer has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum AnswerType {
    /// Any text.
    Text,
    /// A number.
    Number,
    /// A whole number.
    Integer,
    /// `yes`, `no`, `true` or `false`.
    Boolean,
    /// Something that looks like an e-mail address.
    Email,
    /// A date such as `2026-12-01`.
    Date,
}

document! {
    /// Asks something and waits for the answer. What the customer answers is a claim, like everything from the page.
    AskAction {
        /// A text, or a text with quick replies, or a card.
        ask: Short<Speech>,
        /// The regular expression that the whole answer has to match.
        accept: Option<String>,
        /// The answers that are taken, in whatever case; the variable gets the one that is written here.
        one_of: Option<Vec<String>>,
        /// What the answer has to be.
        r#type: Option<AnswerType>,
        /// The variable that gets the answer.
        set: Option<String>,
        /// How often it is asked again when an answer does not fit; absent: twice.
        retries: Option<u32>,
        /// What is said then; absent: the question again.
        retry_message: Option<String>,
        /// How long it waits; absent: 10 minutes.
        timeout: Option<Pause>,
        /// Where it goes on with an answer.
        next: Option<String>,
        /// Where it goes on when none came in time.
        no_answer: Option<String>,
        /// Where it goes on when none of them fitted; absent: as if none came.
        invalid: Option<String>,
    }
}

#[derive(Debug, Clone)]
pub(in crate::flow) struct Ask {
    question: CompiledSpeech,
    accept: Option<Regex>,
    one_of: Option<Vec<String>>,
    kind: AnswerType,
    set: Option<String>,
    retries: u32,
    retry: Option<Template>,
    timeout: Pause,
}

impl Ask {
    pub(super) fn compile(document: AskAction, compiler: &mut Compiler<'_>) -> Option<Self> {
        let AskAction {
            ask,
            accept,
            one_of,
            r#type,
            set,
            retries,
            retry_message,
            timeout,
            next,
            no_answer,
            invalid,
            error: _,
            default: _,
            description: _,
        } = document;
        compiler.facts.waits = true;
        compiler.way("next", next);
        compiler.way("noAnswer", no_answer);
        compiler.way("invalid", invalid);
        if let Some(name) = &set {
            compiler.sets("set", name, Origin::Answer);
        }
        let timeout = timeout.unwrap_or(USUAL);
        if timeout > LONGEST || timeout.millis() < 1000 {
            let message = "a question waits for 1 second to 7 days".to_owned();
            compiler.fault("timeout", "document", message, "write such as `5m`");
        }
        if retries.is_some_and(|retries| retries > 10) {
            compiler.fault("retries", "document", "nobody is asked more than 10 times again".to_owned(), "write less");
        }
        let question = speech::compile(compiler, "ask", ask);
        let accept = match accept {
            Some(pattern) => Some(compiler.pattern("accept", &pattern)?),
            None => None,
        };
        let retry = match retry_message {
            Some(text) => Some(compiler.text("retryMessage", Role::Message, &text)?),
            None => None,
        };
        Some(Self {
            question: question?,
            accept,
            one_of,
            kind: r#type.unwrap_or(AnswerType::Text),
            set,
            retries: retries.unwrap_or(2),
            retry,
            timeout,
        })
    }

    /// What the answer is, if it is one.
    fn read(&self, text: &str, taps: &[(String, String)]) -> Option<Value> {
        let tapped = taps.iter().find(|(shown, payload)| shown == text || payload == text);
        let text = tapped.map_or(text, |(_, payload)| payload.as_str()).trim();
        if text.is_empty() || text.len() > MAX_ANSWER_BYTES {
            return None;
        }
        if let Some(one_of) = &self.one_of {
            let found = one_of.iter().find(|one| one.trim().to_lowercase() == text.to_lowercase())?;
            return read_as(self.kind, found);
        }
        if self.accept.as_ref().is_some_and(|accept| !accept.is_match(text)) {
            return None;
        }
        read_as(self.kind, text)
    }
}

fn read_as(kind: AnswerType, text: &str) -> Option<Value> {
    match kind {
        AnswerType::Text => Some(text.into()),
        AnswerType::Number => {
            let Ok(number) = text.parse::<f64>() else { return None };
            Number::from_f64(number).map(Value::Number)
        }
        AnswerType::Integer => text.parse::<i64>().map_or(None, |number| Some(number.into())),
        AnswerType::Boolean => match text.to_lowercase().as_str() {
            "true" | "yes" => Some(true.into()),
            "false" | "no" => Some(false.into()),
            _ => None,
        },
        AnswerType::Email => {
            let (name, domain) = text.rsplit_once('@')?;
            let fits = !name.is_empty() && domain.contains('.') && !text.contains(char::is_whitespace);
            fits.then(|| text.into())
        }
        AnswerType::Date => text.parse::<Date>().map_or(None, |date| Some(date.to_string().into())),
    }
}

impl Act for Ask {
    fn enter<'a>(&self, turn: &mut Turn<'a>, _: &CompiledAction) -> Result<Taken<'a>, Fault> {
        let (say, _) = self.question.render(turn)?;
        turn.say(say);
        let (effect, since) = (turn.effect(), turn.world.now);
        let until = since.plus_millis(self.timeout.millis());
        turn.effects.push(Effect::Timer { effect, due: until });
        Ok(Taken::Wait(Waits::Answer { effect, since, until, tries: 0 }))
    }

    fn resume<'a>(&self, turn: &mut Turn<'a>, _: &CompiledAction, input: &Input) -> Result<Option<Taken<'a>>, Fault> {
        let Waits::Answer { effect, since: _, until, tries } = turn.run.waits else { return Ok(None) };
        match input {
            Input::Message { text, at: _ } => {
                // A question that can't be said again still takes its answer.
                let again = self.question.render(turn);
                let taps = again.as_ref().map_or(&[][..], |(_, taps)| taps.as_slice());
                if let Some(answer) = self.read(text, taps) {
                    if let Some(name) = &self.set {
                        turn.set(name, answer);
                    }
                    return Ok(Some(Taken::way("next")));
                }
                let tries = tries.saturating_add(1);
                if tries > self.retries {
                    return Ok(Some(Taken::way("invalid")));
                }
                let say = match &self.retry {
                    Some(retry) => Say { text: turn.text(retry)?, content: again?.0.content },
                    None => again?.0,
                };
                turn.say(say);
                Ok(Some(Taken::Wait(Waits::Answer { effect, since: turn.world.now, until, tries })))
            }
            Input::Timer { effect: _ } => Ok(Some(Taken::way("noAnswer"))),
            Input::Started | Input::Reply { .. } | Input::AgentConnected { .. } | Input::AgentLeft | Input::Ended => {
                Ok(None)
            }
        }
    }
}
