//! REST and the event stream, against the real server.

mod context;
mod cors;
mod deployments;
mod errors;
mod events;
mod messages;
mod start;
mod support;
mod tokens;
mod views;
mod writes;
