//! The socket of a notification channel: who may open it, what is told on it, and when it ends (NOT1–NOT9).

mod details;
mod frames;
mod people;
mod queues;
mod registry;
mod requests;
mod socket;
mod upgrade;

use axum::{Router, routing::get};

use crate::App;

pub(crate) use registry::Channels;

/// Every route of it.
pub(crate) fn routes() -> Router<App> {
    Router::new().route("/channels/{id}", get(upgrade::upgrade))
}

/// The address of a channel's socket.
pub(crate) fn connect_uri(base_url: &str, id: &str) -> String {
    format!("{}/channels/{id}", base_url.replacen("http", "ws", 1))
}
