//! The past of a context, and the way of one key through the system (P5, P7).

use axum::{extract::State, response::Response};
use waybill_protocol::rest::history::{ContextHistory, Trace};

use super::{
    convert,
    document::Failures,
    extract::{Authorized, Parameters, Segments, ViewConversations},
    parameters::TraceParameters,
    reply::{json, json_at_revision},
};
use crate::{App, error::ApiResult};

/// Read the history of a conversation's context
///
/// Every write, oldest first: who, when, old and new value, and the receipt.
#[utoipa::path(
    get, path = "/api/v2/conversations/{conversationId}/context/history", tag = "Context",
    params(("conversationId" = String, Path, description = "The conversation")),
    responses(
        (status = 200, description = "The history", body = ContextHistory, headers(("ETag" = String, description = "The context revision"))),
        Failures
    ),
    security(("oauth" = ["conversation:read"]))
)]
pub(super) async fn get_context_history(
    State(app): State<App>,
    who: Authorized<ViewConversations>,
    Segments(id): Segments<String>,
) -> ApiResult<Response> {
    let (conversation, entries) = app.service().list_context_history(&who, &id).await?;
    json_at_revision(conversation.revision, &convert::history(&conversation, &entries)?)
}

/// Trace a key
///
/// Each hop of one key, or of the whole context: received, admitted, stored, answered, streamed, read.
#[utoipa::path(
    get, path = "/api/v2/conversations/{conversationId}/trace", tag = "Context",
    params(("conversationId" = String, Path, description = "The conversation"), TraceParameters),
    responses((status = 200, description = "The hops", body = Trace), Failures),
    security(("oauth" = ["conversation:read"]))
)]
pub(super) async fn get_trace(
    State(app): State<App>,
    who: Authorized<ViewConversations>,
    Segments(id): Segments<String>,
    Parameters(TraceParameters { key }): Parameters<TraceParameters>,
) -> ApiResult<Response> {
    let trace = app.service().trace(&who, &id, key.as_deref()).await?;
    json(&convert::trace(&trace))
}
