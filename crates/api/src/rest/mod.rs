//! Platform REST: conversations, context, deployments, refusals, events, tokens.

mod audit;
mod context;
mod conversations;
mod convert;
mod deployments;
mod document;
mod events;
mod extract;
mod frames;
mod health;
mod history;
mod lint;
mod messages;
mod parameters;
mod participants;
mod refusals;
mod reply;
mod token;
mod webchat;

use axum::Router;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) use document::Failures;
pub use document::openapi;
pub(crate) use frames::Frames;

use crate::App;

pub(crate) fn routes() -> Router<App> {
    documented().split_for_parts().0.merge(document::routes())
}

/// Every operation that stands in the OpenAPI document.
fn documented() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(token::create_token))
        .routes(routes!(conversations::get_conversation))
        .routes(routes!(webchat::list_webchats, webchat::create_webchat))
        .routes(routes!(webchat::get_webchat))
        .routes(routes!(webchat::get_webchat_attributes))
        .routes(routes!(participants::put_participant))
        .routes(routes!(messages::send_message))
        .routes(routes!(context::get_context))
        .routes(routes!(context::get_context_key))
        .routes(routes!(history::get_context_history))
        .routes(routes!(history::get_trace))
        .routes(routes!(lint::lint_context))
        .routes(routes!(deployments::list_deployments))
        .routes(routes!(deployments::get_deployment))
        .routes(routes!(deployments::get_context_types))
        .routes(routes!(refusals::list_refusals))
        .routes(routes!(audit::list_audits))
        .routes(routes!(events::follow_conversation))
        .routes(routes!(events::follow_organization))
        .routes(routes!(health::health))
        .routes(routes!(health::ready))
}
