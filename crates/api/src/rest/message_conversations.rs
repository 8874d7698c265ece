//! Conversations as the messages resource shows them: list, read, end.

use axum::{extract::State, response::Response};
use waybill_protocol::rest::conversation::{
    Conversation, MessageConversation, MessageConversationListing, PatchConversation,
};

use super::{
    convert,
    document::{BodyFailures, Failures},
    extract::{Authorized, DisconnectConversations, Fields, Parameters, RawBody, Segments, ViewConversations},
    parameters::ConversationParameters,
    reply::json,
};
use crate::{
    App,
    error::{ApiError, ApiResult},
};

/// List message conversations
///
/// Newest first, every conversation that the token may see.
#[utoipa::path(
    get, path = "/api/v2/conversations/messages", tag = "Conversations",
    params(ConversationParameters),
    responses((status = 200, description = "A page of conversations", body = MessageConversationListing), Failures),
    security(("oauth" = ["conversations:readonly"]))
)]
pub(super) async fn list_message_conversations(
    State(app): State<App>,
    who: Authorized<ViewConversations>,
    Parameters(parameters): Parameters<ConversationParameters>,
) -> ApiResult<Response> {
    let wish = parameters.into_wish("/api/v2/conversations/messages")?;
    let (views, next) = wish.list(&app, &who).await?;
    let entities = views.iter().map(convert::message_conversation).collect();
    json(&MessageConversationListing { entities, page: wish.page(views.len(), next) })
}

/// Read a message conversation
#[utoipa::path(
    get, path = "/api/v2/conversations/messages/{conversationId}", tag = "Conversations",
    params(("conversationId" = String, Path, description = "The conversation")),
    responses((status = 200, description = "The conversation", body = MessageConversation), Failures),
    security(("oauth" = ["conversations:readonly"]))
)]
pub(super) async fn get_message_conversation(
    State(app): State<App>,
    who: Authorized<ViewConversations>,
    Segments(id): Segments<String>,
) -> ApiResult<Response> {
    let view = app.service().view_conversation(&who, &id).await?;
    json(&convert::message_conversation(&view))
}

/// End a message conversation
///
/// `disconnected` is the state that can be asked for. A conversation that has ended stays as it is.
#[utoipa::path(
    patch, path = "/api/v2/conversations/messages/{conversationId}", tag = "Conversations",
    params(("conversationId" = String, Path, description = "The conversation")),
    request_body(content = PatchConversation, content_type = "application/json"),
    responses((status = 200, description = "The conversation as it is now", body = Conversation), BodyFailures, Failures),
    security(("oauth" = ["conversation:write"]))
)]
pub(super) async fn patch_message_conversation(
    State(app): State<App>,
    who: Authorized<DisconnectConversations>,
    Segments(id): Segments<String>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let mut fields = Fields::read_or_nothing(&body)?;
    let state = fields.take_text("state", "\"state\": \"disconnected\"")?;
    // A client may send the whole conversation back.
    fields.leave_out(&[
        "id",
        "startTime",
        "endTime",
        "recordingState",
        "participants",
        "divisions",
        "selfUri",
        "deploymentId",
        "sessionId",
        "customData",
        "revision",
    ])?;
    fields.finish("`state`")?;
    if !state.eq_ignore_ascii_case("disconnected") {
        return Err(ApiError::invalid(
            "state",
            "can only become `disconnected`",
            "send `{\"state\": \"disconnected\"}`",
        ));
    }
    let view = app.service().disconnect(&who, &id).await?;
    json(&convert::conversation(&view))
}
