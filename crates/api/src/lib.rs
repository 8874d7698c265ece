//! The edge in the field's own shapes: guest socket, platform REST, event stream, OAuth.
//!
//! Handlers extract, call one use case of `service`, and convert. Nothing in here knows a store.

mod address;
mod app;
mod convert;
mod error;
mod guest;
mod layers;
mod leg;
mod notifications;
mod rest;

pub use app::{ApiSettings, App, PeerAddress, router};
pub use rest::{WebhookBodies, asyncapi, openapi};
