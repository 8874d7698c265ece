//! The guest edge: the socket, the public files of a deployment, and the history of a session.

mod afterwards;
mod bucket;
mod deployment;
mod follow;
mod history;
mod map;
mod refuse;
mod registry;
mod say;
mod session;
mod socket;
mod start;
mod upgrade;
mod visitor;

use axum::{Router, routing::get};
use tower_http::cors::{Any, CorsLayer};

use crate::App;

pub(crate) use bucket::FrameBucket;
pub(crate) use map::call_form;
pub(crate) use registry::Sockets;

/// The history of a guest's session. Its cross-origin rules are those of `/api/v2` (EDGE5).
pub(crate) const HISTORY_PATH: &str = "/api/v2/webmessaging/messages";

/// The same as a transcript.
pub(crate) const TRANSCRIPT_PATH: &str = "/api/v2/webmessaging/messages/transcript";

/// What the OpenAPI document says of the routes that are plain HTTP.
#[derive(utoipa::OpenApi)]
#[openapi(paths(history::list, history::transcript, deployment::config, deployment::domains))]
pub(crate) struct GuestPaths;

/// Everything that guests reach.
pub(crate) fn routes() -> Router<App> {
    let files = Router::new()
        .route("/webdeployments/v1/deployments/{id}/config.json", get(deployment::config))
        .route("/webdeployments/v1/deployments/{id}/domains.json", get(deployment::domains))
        .layer(CorsLayer::new().allow_origin(Any).allow_headers(Any));
    let history =
        Router::new().route(HISTORY_PATH, get(history::list)).route(TRANSCRIPT_PATH, get(history::transcript));
    Router::new().route("/v1", get(upgrade::upgrade)).merge(files).merge(history)
}
