//! Conversations in the field's own shape: list, read, assign, end.

use axum::{extract::State, response::Response};
use waybill_protocol::rest::conversation::{AssignConversation, Assigned, Conversation, ConversationListing};

use super::{
    convert,
    document::{BodyFailures, ConflictFailures, Failures},
    extract::{
        AssignConversations, Authorized, DisconnectConversations, Fields, Parameters, RawBody, Segments,
        ViewConversations,
    },
    parameters::ConversationParameters,
    reply::json,
};
use crate::{App, error::ApiResult};

/// List conversations
///
/// Newest first. A person's are those that it takes part in: alerted to, at work, or with a wrap-up that it owes, all on one
/// page and without conditions. An API client's are every one that the token may see; `attributeKey` may be any of a key's
/// names. Messages stand in the single conversation only.
#[utoipa::path(
    get, path = "/api/v2/conversations", tag = "Conversations",
    params(ConversationParameters),
    responses((status = 200, description = "A page of conversations", body = ConversationListing), Failures),
    security(("oauth" = ["conversations:readonly"]))
)]
pub(super) async fn list_conversations(
    State(app): State<App>,
    who: Authorized<ViewConversations>,
    Parameters(parameters): Parameters<ConversationParameters>,
) -> ApiResult<Response> {
    let wish = parameters.into_wish("/api/v2/conversations")?;
    if let Some(views) = wish.own(&app, &who).await? {
        let entities: Vec<_> = views.iter().map(convert::conversation).collect();
        let page = wish.whole(entities.len());
        return json(&ConversationListing { entities, page });
    }
    let (views, next) = wish.list(&app, &who).await?;
    let entities = views.iter().map(convert::conversation).collect();
    json(&ConversationListing { entities, page: wish.page(views.len(), next) })
}

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
    let view = app.service().view_conversation(&who, &id).await?;
    json(&convert::conversation(&view))
}

/// End a conversation
///
/// Everybody leaves. A conversation that has ended stays as it is.
#[utoipa::path(
    post, path = "/api/v2/conversations/{conversationId}/disconnect", tag = "Conversations",
    params(("conversationId" = String, Path, description = "The conversation")),
    responses((status = 200, description = "The conversation has ended", body = String, content_type = "application/json"), Failures),
    security(("oauth" = ["conversation:write"]))
)]
pub(super) async fn disconnect_conversation(
    State(app): State<App>,
    who: Authorized<DisconnectConversations>,
    Segments(id): Segments<String>,
) -> ApiResult<Response> {
    app.service().disconnect(&who, &id).await?;
    json(&"disconnected")
}

/// Assign a conversation
///
/// The user joins as participant `agent` and answers on the communication that is answered here. One's own id takes the
/// conversation, which needs the permissions to read and to answer; another's needs
/// `conversation:communication:assign`. Who is assigned already stays the participant that it is.
#[utoipa::path(
    post, path = "/api/v2/conversations/{conversationId}/assign", tag = "Conversations",
    params(("conversationId" = String, Path, description = "The conversation")),
    request_body(content = AssignConversation, content_type = "application/json"),
    responses(
        (status = 200, description = "The conversation is assigned", body = Assigned),
        BodyFailures, ConflictFailures, Failures
    ),
    security(("oauth" = ["conversation:write"]))
)]
pub(super) async fn assign_conversation(
    State(app): State<App>,
    who: Authorized<AssignConversations>,
    Segments(id): Segments<String>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let mut fields = Fields::read_or_nothing(&body)?;
    let user = fields.take_text("id", "\"id\": \"0190b0a1-…\"")?;
    fields.finish("`id`")?;
    let participant = app.service().assign(&who, &id, &user).await?;
    json(&convert::assigned(&id, &participant)?)
}
