//! Routing on a whole server: who is offered what, what agents make of it, and what time and restarts do to it.

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
