//! What stands beside a conversation: notes of the staff, the customer's rating, how far both sides have read.

use axum::{extract::State, response::Response};
use waybill_protocol::rest::{
    listing::Listing,
    note::{ConversationNote, ReadView, SatisfactionView, WriteNote, WriteRead},
};
use waybill_service::{NoteWish, SeenWish};

use super::{
    convert,
    document::{BodyFailures, ConflictFailures, Failures},
    extract::{
        AddNotes, Authorized, Fields, Parameters, RawBody, Segments, SendMessages, ViewConversations, ViewNotes, parse,
    },
    paging::PageParameters,
    reply::json,
};
use crate::{
    App,
    error::{ApiError, ApiResult},
};

/// List a conversation's notes
///
/// Oldest first. What the staff wrote for each other; the customer never sees it.
#[utoipa::path(
    get, path = "/api/v2/conversations/{conversationId}/notes", tag = "Conversations",
    params(("conversationId" = String, Path, description = "The conversation"), PageParameters),
    responses((status = 200, description = "A page of notes", body = Listing<ConversationNote>), Failures),
    security(("oauth" = ["conversations:readonly"]))
)]
pub(super) async fn list_notes(
    State(app): State<App>,
    who: Authorized<ViewNotes>,
    Segments(id): Segments<String>,
    Parameters(parameters): Parameters<PageParameters>,
) -> ApiResult<Response> {
    let page = parameters.into_page()?;
    let notes = app.service().list_notes(&who, &id).await?.iter().map(convert::note).collect();
    json(&page.cut(&format!("/api/v2/conversations/{id}/notes"), notes))
}

/// Write a note
///
/// Also on a conversation that has ended. A conversation has at most 1,000 notes.
#[utoipa::path(
    post, path = "/api/v2/conversations/{conversationId}/notes", tag = "Conversations",
    params(("conversationId" = String, Path, description = "The conversation")),
    request_body(content = WriteNote, content_type = "application/json"),
    responses((status = 200, description = "The note is stored", body = ConversationNote), BodyFailures, ConflictFailures, Failures),
    security(("oauth" = ["conversation:write"]))
)]
pub(super) async fn add_note(
    State(app): State<App>,
    who: Authorized<AddNotes>,
    Segments(id): Segments<String>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let mut fields = Fields::read_or_nothing(&body)?;
    let text = fields.take_text("text", "\"text\": \"Waits for the warehouse.\"")?;
    let mentions = fields.take_as("mentions", "a list of user ids", "\"mentions\": [\"0190b0a1-…\"]")?;
    fields.finish("`text` and `mentions`")?;
    let wish = NoteWish { text, mentions: mentions.unwrap_or_default() };
    json(&convert::note(&app.service().add_note(&who, &id, wish).await?))
}

/// Read how the customer rated a conversation
///
/// Or why there is no rating.
#[utoipa::path(
    get, path = "/api/v2/conversations/{conversationId}/satisfaction", tag = "Conversations",
    params(("conversationId" = String, Path, description = "The conversation")),
    responses((status = 200, description = "The rating, or why there is none", body = SatisfactionView), Failures),
    security(("oauth" = ["conversations:readonly"]))
)]
pub(super) async fn get_satisfaction(
    State(app): State<App>,
    who: Authorized<ViewConversations>,
    Segments(id): Segments<String>,
) -> ApiResult<Response> {
    json(&convert::satisfaction_view(&app.service().get_rating(&who, &id).await?))
}

/// Say that the customer's messages were read
///
/// Everything that was said so far, or up to a message or a time. It never goes back: an earlier one changes nothing. Our own
/// clients show it to the customer.
#[utoipa::path(
    post, path = "/api/v2/conversations/{conversationId}/read", tag = "Conversations",
    params(("conversationId" = String, Path, description = "The conversation")),
    request_body(content = WriteRead, content_type = "application/json"),
    responses((status = 200, description = "How far both sides have come", body = ReadView), BodyFailures, Failures),
    security(("oauth" = ["conversation:write"]))
)]
pub(super) async fn mark_conversation_read(
    State(app): State<App>,
    who: Authorized<SendMessages>,
    Segments(id): Segments<String>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    json(&convert::read_view(&app.service().has_read(&who, &id, read_wish(&body)?).await?))
}

fn read_wish(body: &str) -> ApiResult<SeenWish> {
    let mut fields = Fields::read_or_nothing(body)?;
    let message = fields.take_optional_text("messageId", "\"messageId\": \"0190b0a1-…\"")?;
    let time = fields.take_optional_text("time", "\"time\": \"2026-11-20T18:08:55.120Z\"")?;
    fields.finish("`messageId` and `time`")?;
    match (message, parse("time", time.as_deref(), "2026-11-20T18:08:55.120Z")?) {
        (None, None) => Ok(SeenWish::Everything),
        (Some(message), None) => Ok(SeenWish::Message(message)),
        (None, Some(time)) => Ok(SeenWish::Time(time)),
        (Some(_), Some(_)) => Err(ApiError::invalid("time", "stands beside `messageId`", "send one of the two")),
    }
}
