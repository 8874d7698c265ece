//! Webhooks: events of the log on their way to endpoints that somebody set up.
//!
//! The log is the truth (P4): each endpoint has a durable place in it. What lies before that place has become deliveries,
//! kept in the same transaction; each delivery is tried until it is accepted or given up.

mod admin;
mod deliveries;
mod desk;
mod outcome;
mod plan;
mod schedule;
mod send;
mod signature;
mod waiting;
mod worker;

pub use admin::{WebhookSettings, Webhooks, WithSecret};
pub use deliveries::Replay;
pub(crate) use desk::Desk;
pub use desk::{EventBodies, Notice, WebhookParts};
pub use schedule::Schedule;
