//! Flows on the real server: conversations with a flow, a target that listens for real, and everything that goes wrong.
#![expect(clippy::unwrap_used, reason = "a step that fails fails the test")]

mod actions;
mod administration;
mod crash;
mod credentials;
mod crm;
mod load;
mod rehearsals;
mod requests;
mod support;
mod talking;
mod target;
mod traces;
