//! Routing on a whole server: who is offered what, what agents make of it, and what time and restarts do to it.

#![expect(clippy::unwrap_used, reason = "a test that can not go on fails")]

mod administration;
mod agents;
mod legs;
mod offers;
mod races;
mod restarts;
mod silence;
mod support;
mod time;
mod transfers;
mod watching;
