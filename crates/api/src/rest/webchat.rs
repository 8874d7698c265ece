//! The webchat resource of the two documents: list, read, start (REST1).

use axum::{extract::State, response::Response};
use waybill_protocol::rest::webchat::{StartWebchat, Webchat, WebchatAttributes, WebchatListing, WebchatStarted};
use waybill_service::WebchatRequest;

use super::{
    convert,
    document::{Failures, StartFailures},
    extract::{
        Authorized, CreateConversations, Fields, IdempotencyKey, Parameters, RawBody, Segments, ViewConversations,
    },
    parameters::{ListParameters, page_cursor},
    reply::{json, json_at_revision},
};
use crate::{App, error::ApiResult};

/// List webchats
///
/// Newest first. `attributeKey` may be any of a key's names; `attributeValue` is compared with the value's text form.
#[utoipa::path(
    get, path = "/api/v2/conversations/webchat", tag = "Webchat",
    params(ListParameters),
    responses((status = 200, description = "A page of webchats", body = WebchatListing), Failures),
    security(("oauth" = ["conversation:read"]))
)]
pub(super) async fn list_webchats(
    State(app): State<App>,
    who: Authorized<ViewConversations>,
    Parameters(parameters): Parameters<ListParameters>,
) -> ApiResult<Response> {
    let query = parameters.into_query()?;
    let page_size = query.page_size;
    let list = app.service().list_conversations(&who, query).await?;
    let entities = list.conversations.iter().map(|one| convert::webchat(one)).collect::<ApiResult<_>>()?;
    json(&WebchatListing { entities, cursor: list.next.map(page_cursor), page_size })
}

/// Read a webchat
///
/// The conversation with its context under every name by which the two documents look for it.
#[utoipa::path(
    get, path = "/api/v2/conversations/webchat/{conversationId}", tag = "Webchat",
    params(("conversationId" = String, Path, description = "The conversation")),
    responses(
        (status = 200, description = "The webchat", body = Webchat, headers(("ETag" = String, description = "The context revision"))),
        Failures
    ),
    security(("oauth" = ["conversation:read"]))
)]
pub(super) async fn get_webchat(
    State(app): State<App>,
    who: Authorized<ViewConversations>,
    Segments(id): Segments<String>,
) -> ApiResult<Response> {
    let conversation = app.service().get_conversation(&who, &id).await?;
    json_at_revision(conversation.revision, &convert::webchat(&conversation)?)
}

/// Read a webchat's attributes
#[utoipa::path(
    get, path = "/api/v2/conversations/webchat/{conversationId}/attributes", tag = "Webchat",
    params(("conversationId" = String, Path, description = "The conversation")),
    responses(
        (status = 200, description = "The attributes", body = WebchatAttributes, headers(("ETag" = String, description = "The context revision"))),
        Failures
    ),
    security(("oauth" = ["conversation:read"]))
)]
pub(super) async fn get_webchat_attributes(
    State(app): State<App>,
    who: Authorized<ViewConversations>,
    Segments(id): Segments<String>,
) -> ApiResult<Response> {
    let conversation = app.service().get_conversation(&who, &id).await?;
    json_at_revision(conversation.revision, &convert::attributes(&conversation))
}

/// Start a webchat
///
/// Conversation, context, first message and the event `conversation:start` are one transaction; the answer comes after
/// it is on disk. The same `Idempotency-Key` with the same body gets the earlier answer, with another body a 409.
#[utoipa::path(
    post, path = "/api/v2/conversations/webchat", tag = "Webchat",
    params(("Idempotency-Key" = Option<String>, Header, description = "Drawn by the caller for each start, 1 to 255 bytes")),
    request_body(content = StartWebchat, content_type = "application/json"),
    responses((status = 200, description = "The webchat is stored", body = WebchatStarted), StartFailures, Failures),
    security(("oauth" = ["conversation:write"]))
)]
pub(super) async fn create_webchat(
    State(app): State<App>,
    who: Authorized<CreateConversations>,
    IdempotencyKey(idempotency_key): IdempotencyKey,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let mut fields = Fields::read(&body)?;
    let deployment_id = fields.take_text("deploymentId", "\"deploymentId\": \"0190b0a1-…\"")?;
    let identity_token = fields.take_optional_text("identityToken", "\"identityToken\": \"eyJ…\"")?;
    let request = WebchatRequest { deployment_id, body, idempotency_key, identity_token };
    let started = app.service().start_webchat(&who, request).await?;
    json_at_revision(started.answer().revision, &convert::started(&started))
}
