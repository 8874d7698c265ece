//! `schedule`: looks at business hours.

use super::{Act, document};
use crate::flow::{
    CompiledSchedule, Schedule as Hours,
    compiled::CompiledAction,
    compiler::{Compiler, Thing},
    document::Short,
    schedule,
    turn::{Fault, Taken, Turn},
    world::key,
};

document! {
    /// Looks at business hours.
    ScheduleAction {
        /// The name of a schedule, or business hours.
        schedule: Short<Hours>,
        /// Where it goes on when somebody is there.
        open: Option<String>,
        /// Where it goes on when nobody is there.
        closed: Option<String>,
        /// Where it goes on when it is a holiday; absent: `closed`.
        holiday: Option<String>,
    }
}

#[derive(Debug, Clone)]
pub(in crate::flow) enum Schedule {
    Named(String),
    Written(CompiledSchedule),
}

impl Schedule {
    pub(super) fn compile(document: ScheduleAction, compiler: &mut Compiler<'_>) -> Option<Self> {
        let ScheduleAction { schedule, open, closed, holiday, error: _, default: _, description: _ } = document;
        compiler.way("open", open);
        compiler.way("closed", closed);
        compiler.way("holiday", holiday);
        match schedule {
            Short::Text(name) => {
                compiler.refers("schedule", Thing::Schedule, &name);
                Some(Self::Named(name))
            }
            Short::Long(hours) => match CompiledSchedule::new(&hours) {
                Ok(compiled) => Some(Self::Written(compiled)),
                Err(invalid) => {
                    compiler.fault("schedule", "schedule", invalid.to_string(), "write it as the message says");
                    None
                }
            },
        }
    }
}

impl Act for Schedule {
    fn enter<'a>(&self, turn: &mut Turn<'a>, _: &CompiledAction) -> Result<Taken<'a>, Fault> {
        let hours = match self {
            Self::Written(hours) => hours,
            Self::Named(name) => match turn.world.directory.schedules.get(&key(name)) {
                Some(hours) => hours,
                None => return Err(Fault::new(format!("there is no schedule `{name}`"))),
            },
        };
        Ok(Taken::way(match hours.at(turn.world.now) {
            schedule::Hours::Open => "open",
            schedule::Hours::Closed => "closed",
            schedule::Hours::Holiday => "holiday",
        }))
    }
}
