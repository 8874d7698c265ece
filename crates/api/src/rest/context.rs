//! The context of a conversation, key by key, now or as of then (P5, P6).

use axum::{extract::State, response::Response};
use waybill_protocol::rest::context::{ContextKeyView, ContextView};

use super::{
    convert,
    document::Failures,
    extract::{Authorized, Parameters, Segments, ViewConversations},
    parameters::ContextParameters,
    reply::json_at_revision,
};
use crate::{App, error::ApiResult};

/// Read a conversation's context
///
/// Every key that was ever handed over: stored with value, trust, source and revision, quarantined, or absent with the
/// reason.
#[utoipa::path(
    get, path = "/api/v2/conversations/{conversationId}/context", tag = "Context",
    params(("conversationId" = String, Path, description = "The conversation"), ContextParameters),
    responses(
        (status = 200, description = "The context", body = ContextView, headers(("ETag" = String, description = "The context revision"))),
        Failures
    ),
    security(("oauth" = ["conversation:read"]))
)]
pub(super) async fn get_context(
    State(app): State<App>,
    who: Authorized<ViewConversations>,
    Segments(id): Segments<String>,
    Parameters(parameters): Parameters<ContextParameters>,
) -> ApiResult<Response> {
    let (conversation, keys) = app.service().list_context(&who, &id, parameters.as_of()?).await?;
    json_at_revision(conversation.revision, &convert::context_view(&conversation, &keys)?)
}

/// Read one key of a conversation's context
///
/// By any of the key's names. A key that is not there is answered with 200 and the reason: never sent, quarantined,
/// refused, deleted, missing, not declared.
#[utoipa::path(
    get, path = "/api/v2/conversations/{conversationId}/context/{key}", tag = "Context",
    params(
        ("conversationId" = String, Path, description = "The conversation"),
        ("key" = String, Path, description = "The key or one of its aliases; write a key called `history` as `%68istory`"),
        ContextParameters
    ),
    responses(
        (status = 200, description = "What is known of the key", body = ContextKeyView, headers(("ETag" = String, description = "The context revision"))),
        Failures
    ),
    security(("oauth" = ["conversation:read"]))
)]
pub(super) async fn get_context_key(
    State(app): State<App>,
    who: Authorized<ViewConversations>,
    Segments((id, key)): Segments<(String, String)>,
    Parameters(parameters): Parameters<ContextParameters>,
) -> ApiResult<Response> {
    let (conversation, view) = app.service().get_context_key(&who, &id, &key, parameters.as_of()?).await?;
    json_at_revision(conversation.revision, &convert::context_key(&conversation, &view)?)
}
