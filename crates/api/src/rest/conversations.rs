//! The conversation in the field's own shape.

use axum::{extract::State, response::Response};
use waybill_protocol::rest::conversation::Conversation;

use super::{
    convert,
    document::Failures,
    extract::{Authorized, Segments, ViewConversations},
    reply::json,
};
use crate::{App, error::ApiResult};

/// Read a conversation
///
/// The conversation with its participants and their attributes as text, in the shape that clients of the field expect;
/// `customData` and `revision` stand beside it.
#[utoipa::path(
    get, path = "/api/v2/conversations/{conversationId}", tag = "Conversations",
    params(("conversationId" = String, Path, description = "The conversation")),
    responses(
        (status = 200, description = "The conversation", body = Conversation),
        Failures
    ),
    security(("oauth" = ["conversation:read"]))
)]
pub(super) async fn get_conversation(
    State(app): State<App>,
    who: Authorized<ViewConversations>,
    Segments(id): Segments<String>,
) -> ApiResult<Response> {
    let conversation = app.service().get_conversation(&who, &id).await?;
    json(&convert::conversation(&conversation))
}
