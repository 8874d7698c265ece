//! Flows (FLOW10–FLOW19): a document that is read and checked, and the steps that a run takes through it.
//!
//! [`CompiledFlow::read`] turns text into a flow, [`check()`] holds it against the deployments that it is for, [`step()`] lets a
//! run go on until it has to wait, [`simulate()`] does that with a script.

mod actions;
mod check;
mod compiled;
mod compiler;
pub mod data_action;
mod document;
mod exchange;
mod finding;
mod plain;
mod schedule;
mod script;
mod simulate;
mod source;
mod step;
mod turn;
mod world;

pub use check::{Deployment, Surroundings, check};
pub use compiled::CompiledFlow;
pub use data_action::{CompiledDataAction, DataAction};
pub use document::{FlowDocument, OnFailure, Pause, Short};
pub use exchange::{Answer, Effect, Input, Outcome, QueueWish, Reply, Request, Say};
pub use finding::{Finding, Place, Severity};
pub use schedule::{CompiledSchedule, Schedule};
pub use script::{Cue, Given, GivenCustomer, Script, ScriptedReply};
pub use simulate::{Played, Scene, Simulation, simulate};
pub use step::step;
pub use world::{Directory, KnownDataAction, Published, World, key};
