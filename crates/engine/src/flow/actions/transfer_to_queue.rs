//! `transferToQueue`: lets the conversation wait for an agent.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use waybill_model::{FlowExit, SkillWish, UserId, Waits};

use super::{Act, document};
use crate::flow::{
    Effect, Input, QueueWish,
    compiled::CompiledAction,
    compiler::{Compiler, Role, Thing},
    document::{Pause, Short},
    turn::{Fault, Taken, Turn},
    world::key,
};
use crate::template::{JsonTemplate, Template};

const LONGEST: Pause = Pause::from_millis(24 * 3_600_000);

/// A queue and what is asked of it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct QueueTarget {
    /// The queue's name.
    pub queue: String,
    /// Higher comes first; a whole number or a placeholder.
    pub priority: Option<Value>,
    /// Skills that the agent has to have.
    #[serde(default)]
    pub skills: Vec<Short<SkillTarget>>,
    /// The language that the agent has to speak.
    pub language: Option<String>,
    /// The id of the one person that it is for.
    pub agent: Option<String>,
    /// How long an agent is waited for, where there is a way `timedOut`.
    pub timeout: Option<Pause>,
}

/// A skill with the least level.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SkillTarget {
    /// Its name.
    pub name: String,
    /// The least level, 0 to 5.
    #[serde(default)]
    pub level: u8,
}

document! {
    /// Lets the conversation wait for an agent. Without a way out the flow ends with that; with one it waits for what comes.
    TransferToQueueAction {
        /// The queue's name, or the queue and what is asked of it.
        transfer_to_queue: Short<QueueTarget>,
        /// Where it goes on when an agent is there.
        accepted: Option<String>,
        /// Where it goes on when nobody came in time; the queue is left then.
        timed_out: Option<String>,
        /// Where it goes on when the agent has left; only without `accepted`.
        left: Option<String>,
    }
}

#[derive(Debug, Clone)]
pub(in crate::flow) struct TransferToQueue {
    queue: Template,
    priority: Option<JsonTemplate>,
    skills: Vec<(Template, u8)>,
    language: Option<Template>,
    agent: Option<Template>,
    timeout: Option<Pause>,
    waits: bool,
}

impl TransferToQueue {
    pub(super) fn compile(document: TransferToQueueAction, compiler: &mut Compiler<'_>) -> Option<Self> {
        let TransferToQueueAction {
            transfer_to_queue,
            accepted,
            timed_out,
            left,
            error: _,
            default: _,
            description: _,
        } = document;
        let waits = accepted.is_some() || timed_out.is_some() || left.is_some();
        compiler.facts.waits = waits;
        if accepted.is_some() && left.is_some() {
            let message = "a flow goes on when the agent is there, or when it has left: not both".to_owned();
            compiler.fault("left", "document", message, "leave `accepted` or `left` out");
        }
        compiler.way("accepted", accepted);
        let is_timed = timed_out.is_some();
        compiler.way("timedOut", timed_out);
        compiler.way("left", left);
        let target = match transfer_to_queue {
            Short::Text(queue) => {
                if is_timed {
                    let message = "`timedOut` has no time".to_owned();
                    compiler.fault("timedOut", "document", message, "write the long form with `timeout`");
                }
                let queue = compiler.named("transferToQueue", Thing::Queue, &queue)?;
                let (priority, language, agent, timeout) = (None, None, None, None);
                return Some(Self { queue, priority, skills: Vec::new(), language, agent, timeout, waits });
            }
            Short::Long(target) => target,
        };
        let QueueTarget { queue, priority, skills, language, agent, timeout } = target;
        if is_timed != timeout.is_some() {
            let message = "`timeout` and the way `timedOut` belong together".to_owned();
            compiler.fault("transferToQueue", "document", message, "write both or none");
        }
        if timeout.is_some_and(|timeout| timeout > LONGEST || timeout.millis() < 1000) {
            let message = "an agent is waited for 1 second to 24 hours".to_owned();
            compiler.fault("transferToQueue.timeout", "document", message, "write such as `5m`");
        }
        let queue = compiler.named("transferToQueue.queue", Thing::Queue, &queue);
        let priority = match priority {
            Some(priority) => Some(compiler.value("transferToQueue.priority", &priority)?),
            None => None,
        };
        let mut wishes = Vec::with_capacity(skills.len());
        for (position, skill) in skills.into_iter().enumerate() {
            let inner = format!("transferToQueue.skills[{position}]");
            let SkillTarget { name, level } = match skill {
                Short::Text(name) => SkillTarget { name, level: 0 },
                Short::Long(skill) => skill,
            };
            if level > 5 {
                compiler.fault(&inner, "document", "levels go from 0 to 5".to_owned(), "write such as `3`");
            }
            wishes.push((compiler.named(&inner, Thing::Skill, &name)?, level));
        }
        let language = match language {
            Some(language) => Some(compiler.named("transferToQueue.language", Thing::Language, &language)?),
            None => None,
        };
        let agent = match agent {
            Some(agent) => Some(compiler.text("transferToQueue.agent", Role::Value, &agent)?),
            None => None,
        };
        Some(Self { queue: queue?, priority, skills: wishes, language, agent, timeout, waits })
    }

    fn wish(&self, turn: &mut Turn<'_>) -> Result<QueueWish, Fault> {
        let directory = turn.world.directory;
        let unknown = |what: &str, field: &str| Fault::new(format!("no {what} has the name that `{field}` came to"));
        let queue = turn.text(&self.queue)?;
        let queue_id = *directory.queues.get(&key(&queue)).ok_or_else(|| unknown("queue", "queue"))?;
        let priority = match &self.priority {
            Some(priority) => priority_of(&turn.value(priority)?)?,
            None => 0,
        };
        let mut skills = Vec::with_capacity(self.skills.len());
        for (skill, level) in &self.skills {
            let name = turn.text(skill)?;
            let skill_id = *directory.skills.get(&key(&name)).ok_or_else(|| unknown("skill", "skills"))?;
            skills.push(SkillWish { skill_id, level: *level });
        }
        let language_id = match &self.language {
            Some(language) => {
                let name = turn.text(language)?;
                Some(*directory.languages.get(&key(&name)).ok_or_else(|| unknown("language", "language"))?)
            }
            None => None,
        };
        let agent = match &self.agent {
            Some(agent) => {
                let id = turn.text(agent)?.parse::<UserId>();
                Some(id.map_err(|_| Fault::new("what `agent` came to is no id of a person"))?)
            }
            None => None,
        };
        Ok(QueueWish { queue_id, priority, skills, language_id, agent })
    }
}

/// A whole number, or a text that is one.
fn priority_of(value: &Value) -> Result<i32, Fault> {
    let text = value.as_str().map_or_else(|| value.to_string(), |text| text.trim().to_owned());
    text.parse().map_err(|_| Fault::new("what `priority` came to is no whole number"))
}

impl Act for TransferToQueue {
    fn enter<'a>(&self, turn: &mut Turn<'a>, _: &CompiledAction) -> Result<Taken<'a>, Fault> {
        let wish = self.wish(turn)?;
        let queue_id = wish.queue_id;
        turn.effects.push(Effect::Queue(wish));
        if !self.waits {
            return Ok(Taken::End(FlowExit::Transferred { queue_id }));
        }
        let effect = turn.effect();
        let until = self.timeout.map(|timeout| turn.world.now.plus_millis(timeout.millis()));
        if let Some(due) = until {
            turn.effects.push(Effect::Timer { effect, due });
        }
        Ok(Taken::Wait(Waits::Agent { effect, until }))
    }

    fn resume<'a>(
        &self,
        turn: &mut Turn<'a>,
        action: &CompiledAction,
        input: &Input,
    ) -> Result<Option<Taken<'a>>, Fault> {
        match input {
            Input::AgentConnected { user_id: _ } if action.way("accepted").is_some() => {
                Ok(Some(Taken::way("accepted")))
            }
            // Whoever asked for nobody's leaving has let go with the agent's coming.
            Input::AgentConnected { user_id: _ } if action.way("left").is_none() => Ok(Some(Taken::Return)),
            // The time to wait for an agent is over with its coming: the old timer means nothing any more.
            Input::AgentConnected { user_id: _ } => {
                Ok(Some(Taken::Wait(Waits::Agent { effect: turn.effect(), until: None })))
            }
            Input::AgentLeft => Ok(Some(Taken::way("left"))),
            Input::Timer { effect: _ } => {
                turn.effects.push(Effect::LeaveQueue);
                Ok(Some(Taken::way("timedOut")))
            }
            Input::Started | Input::Message { .. } | Input::Reply { .. } | Input::Ended => Ok(None),
        }
    }
}
