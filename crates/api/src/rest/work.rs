//! Work on a conversation: wrapping it up, passing it on, and where it stands in its queue.

use axum::{extract::State, http::StatusCode, response::Response};
use waybill_model::{LanguageId, SkillId, SkillWish};
use waybill_protocol::rest::work::{
    AssignedWrapup, PatchRoutingConversation, QueuePosition, ReplaceWithAgent, ReplaceWithFlow, ReplaceWithQueue,
    RoutingConversation, WriteWrapup,
};
use waybill_service::{AskingWish, QueueTransfer, WrapupWish};

use super::{
    convert,
    document::{BodyFailures, ConflictFailures, Failures},
    extract::{Authorized, EditRouting, Fields, RawBody, Segments, TransferConversations, ViewConversations, WrapUp},
    reply::{json, silent},
};
use crate::{
    App,
    error::{ApiError, ApiResult},
};

/// Wrap up a participant's work
///
/// With a code of its queue, or of the organization where it came from none. A later one replaces an earlier one.
#[utoipa::path(
    post, path = "/api/v2/conversations/{conversationId}/participants/{participantId}/communications/{communicationId}/wrapup",
    tag = "Conversations",
    params(
        ("conversationId" = String, Path, description = "The conversation"),
        ("participantId" = String, Path, description = "The participant"),
        ("communicationId" = String, Path, description = "Its communication")
    ),
    request_body(content = WriteWrapup, content_type = "application/json"),
    responses((status = 204, description = "It is wrapped up"), BodyFailures, ConflictFailures, Failures),
    security(("oauth" = ["conversation:write"]))
)]
pub(super) async fn wrap_up_communication(
    State(app): State<App>,
    who: Authorized<WrapUp>,
    Segments((conversation, participant, _communication)): Segments<(String, String, String)>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    app.service().wrap_up_participant(&who, &conversation, &participant, wrapup(&body)?).await?;
    Ok(silent(StatusCode::NO_CONTENT))
}

/// Wrap up a message participant's work
///
/// As on the shorter path.
#[utoipa::path(
    post,
    path = "/api/v2/conversations/messages/{conversationId}/participants/{participantId}/communications/{communicationId}/wrapup",
    tag = "Conversations",
    params(
        ("conversationId" = String, Path, description = "The conversation"),
        ("participantId" = String, Path, description = "The participant"),
        ("communicationId" = String, Path, description = "Its communication")
    ),
    request_body(content = WriteWrapup, content_type = "application/json"),
    responses((status = 204, description = "It is wrapped up"), BodyFailures, ConflictFailures, Failures),
    security(("oauth" = ["conversation:write"]))
)]
pub(super) async fn wrap_up_message_communication(
    app: State<App>,
    who: Authorized<WrapUp>,
    segments: Segments<(String, String, String)>,
    body: RawBody,
) -> ApiResult<Response> {
    wrap_up_communication(app, who, segments, body).await
}

/// Read how a participant's work ended
#[utoipa::path(
    get, path = "/api/v2/conversations/{conversationId}/participants/{participantId}/wrapup", tag = "Conversations",
    params(
        ("conversationId" = String, Path, description = "The conversation"),
        ("participantId" = String, Path, description = "The participant")
    ),
    responses((status = 200, description = "How it ended; 404 where nobody has said so", body = AssignedWrapup), Failures),
    security(("oauth" = ["conversations:readonly"]))
)]
pub(super) async fn get_wrapup(
    State(app): State<App>,
    who: Authorized<ViewConversations>,
    Segments((conversation, participant)): Segments<(String, String)>,
) -> ApiResult<Response> {
    let found = app.service().get_wrapup(&who, &conversation, &participant).await?;
    let wrapup = found.ok_or_else(|| ApiError::not_found("wrap-up of participant", &participant))?;
    json(&AssignedWrapup { wrapup: convert::wrapup(&wrapup), provisional: false })
}

/// Read how a message participant's work ended
///
/// As on the shorter path.
#[utoipa::path(
    get, path = "/api/v2/conversations/messages/{conversationId}/participants/{participantId}/wrapup",
    tag = "Conversations",
    params(
        ("conversationId" = String, Path, description = "The conversation"),
        ("participantId" = String, Path, description = "The participant")
    ),
    responses((status = 200, description = "How it ended; 404 where nobody has said so", body = AssignedWrapup), Failures),
    security(("oauth" = ["conversations:readonly"]))
)]
pub(super) async fn get_message_wrapup(
    app: State<App>,
    who: Authorized<ViewConversations>,
    segments: Segments<(String, String)>,
) -> ApiResult<Response> {
    get_wrapup(app, who, segments).await
}

/// Pass a conversation on to an agent
///
/// The participant leaves, and the agent is alerted; nobody else is until it declines or lets the alert pass.
#[utoipa::path(
    post, path = "/api/v2/conversations/{conversationId}/participants/{participantId}/replace/agent",
    tag = "Conversations",
    params(
        ("conversationId" = String, Path, description = "The conversation"),
        ("participantId" = String, Path, description = "Who passes it on")
    ),
    request_body(content = ReplaceWithAgent, content_type = "application/json"),
    responses((status = 202, description = "The agent is asked"), BodyFailures, ConflictFailures, Failures),
    security(("oauth" = ["conversation:write"]))
)]
pub(super) async fn replace_with_agent(
    State(app): State<App>,
    who: Authorized<TransferConversations>,
    Segments((conversation, participant)): Segments<(String, String)>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let mut fields = Fields::read_or_nothing(&body)?;
    let user = fields.take_text("userId", "\"userId\": \"0190b0a1-…\"")?;
    transfer_type(&mut fields)?;
    fields.finish("`userId`")?;
    app.service().transfer_to_agent(&who, &conversation, &participant, &user).await?;
    Ok(silent(StatusCode::ACCEPTED))
}

/// Pass a conversation on to a queue
///
/// The participant leaves, and the conversation waits there. One that waits already waits there instead.
#[utoipa::path(
    post, path = "/api/v2/conversations/{conversationId}/participants/{participantId}/replace/queue",
    tag = "Conversations",
    params(
        ("conversationId" = String, Path, description = "The conversation"),
        ("participantId" = String, Path, description = "Who passes it on")
    ),
    request_body(content = ReplaceWithQueue, content_type = "application/json"),
    responses((status = 202, description = "It waits in the queue"), BodyFailures, ConflictFailures, Failures),
    security(("oauth" = ["conversation:write"]))
)]
pub(super) async fn replace_with_queue(
    State(app): State<App>,
    who: Authorized<TransferConversations>,
    Segments((conversation, participant)): Segments<(String, String)>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    app.service().transfer_to_queue(&who, &conversation, &participant, queue_transfer(&body)?).await?;
    Ok(silent(StatusCode::ACCEPTED))
}

/// Pass a conversation on to a flow
///
/// The participant leaves, and the published version of the flow goes on from its first step.
#[utoipa::path(
    post, path = "/api/v2/conversations/{conversationId}/participants/{participantId}/replace/flow",
    tag = "Conversations",
    params(
        ("conversationId" = String, Path, description = "The conversation"),
        ("participantId" = String, Path, description = "Who passes it on")
    ),
    request_body(content = ReplaceWithFlow, content_type = "application/json"),
    responses((status = 202, description = "The flow goes on"), BodyFailures, ConflictFailures, Failures),
    security(("oauth" = ["conversation:write"]))
)]
pub(super) async fn replace_with_flow(
    State(app): State<App>,
    who: Authorized<TransferConversations>,
    Segments((conversation, participant)): Segments<(String, String)>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let mut fields = Fields::read_or_nothing(&body)?;
    let flow = fields.take_text("flowId", "\"flowId\": \"0190b0a1-…\"")?;
    fields.finish("`flowId`")?;
    app.service().transfer_to_flow(&who, &conversation, &participant, &flow).await?;
    Ok(silent(StatusCode::ACCEPTED))
}

/// Pass a message conversation on
///
/// To the agent `userId` or to the queue `queueId`.
#[utoipa::path(
    post, path = "/api/v2/conversations/messages/{conversationId}/participants/{participantId}/replace",
    tag = "Conversations",
    params(
        ("conversationId" = String, Path, description = "The conversation"),
        ("participantId" = String, Path, description = "Who passes it on")
    ),
    request_body(content = ReplaceWithQueue, content_type = "application/json"),
    responses((status = 202, description = "It is passed on"), BodyFailures, ConflictFailures, Failures),
    security(("oauth" = ["conversation:write"]))
)]
pub(super) async fn replace_message_participant(
    app: State<App>,
    who: Authorized<TransferConversations>,
    segments: Segments<(String, String)>,
    body: RawBody,
) -> ApiResult<Response> {
    let names_a_user = Fields::read_or_nothing(&body.0)?.take_given("userId")?.is_some();
    if names_a_user {
        replace_with_agent(app, who, segments, body).await
    } else {
        replace_with_queue(app, who, segments, body).await
    }
}

/// Read where a conversation stands in its queue
#[utoipa::path(
    get, path = "/api/v2/conversations/{conversationId}/queueposition", tag = "Conversations",
    params(("conversationId" = String, Path, description = "The conversation")),
    responses((status = 200, description = "Where it stands, if it waits", body = QueuePosition), Failures),
    security(("oauth" = ["conversations:readonly"]))
)]
pub(super) async fn get_queue_position(
    State(app): State<App>,
    who: Authorized<ViewConversations>,
    Segments(id): Segments<String>,
) -> ApiResult<Response> {
    let found = app.service().queue_position(&who, &id).await?;
    json(&QueuePosition {
        waiting: found.is_some(),
        queue_id: found.map(|found| found.queue_id),
        position: found.map(|found| found.position),
        estimated_wait_time_seconds: found
            .and_then(|found| found.estimated_wait_ms)
            .map(|millis| millis.div_ceil(1_000)),
        conversation_id: id,
    })
}

/// A wrap-up as a body has it.
pub(super) fn wrapup(body: &str) -> ApiResult<WrapupWish> {
    let mut fields = Fields::read_or_nothing(body)?;
    let code = fields.take_text("code", "\"code\": \"0190b0a1-…\"")?;
    let notes = fields.take_optional_text("notes", "\"notes\": \"Sent the new address.\"")?.unwrap_or_default();
    if fields.take_list("tags", "[]")?.is_some_and(|tags| !tags.is_empty()) {
        return Err(ApiError::invalid("tags", "are not served", "write them into `notes`"));
    }
    // The server knows them itself.
    fields.leave_out(&["name", "durationSeconds", "endTime", "provisional"])?;
    fields.finish("`code` and `notes`")?;
    Ok(WrapupWish { code: Some(code), notes })
}

/// Change what a waiting conversation asks for
///
/// It keeps its time of waiting, and an alert that is out stays out. Changes count at once.
#[utoipa::path(
    patch, path = "/api/v2/routing/conversations/{conversationId}", tag = "Routing",
    params(("conversationId" = String, Path, description = "The conversation")),
    request_body(content = PatchRoutingConversation, content_type = "application/json"),
    responses(
        (status = 200, description = "What it asks for now", body = RoutingConversation),
        BodyFailures, ConflictFailures, Failures
    ),
    security(("oauth" = ["routing"]))
)]
pub(super) async fn patch_routing_conversation(
    State(app): State<App>,
    who: Authorized<EditRouting>,
    Segments(id): Segments<String>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let mut fields = Fields::read_or_nothing(&body)?;
    let priority = fields.take_as("priority", "a whole number", "\"priority\": 10")?;
    let skills = fields.take_as::<Vec<SkillId>>("skillIds", "a list of ids", "\"skillIds\": [\"0190b0a1-…\"]")?;
    let language = fields.take_as::<LanguageId>("languageId", "an id", "\"languageId\": \"0190b0a1-…\"")?;
    fields.finish("`priority`, `skillIds` and `languageId`")?;
    let asked = app.service().change_asking(&who, &id, AskingWish { priority, skills, language }).await?;
    json(&convert::asked(&asked))
}

fn queue_transfer(body: &str) -> ApiResult<QueueTransfer> {
    let mut fields = Fields::read_or_nothing(body)?;
    let queue = fields.take_text("queueId", "\"queueId\": \"0190b0a1-…\"")?;
    let priority = fields.take_as("priority", "a whole number", "\"priority\": 10")?.unwrap_or_default();
    let skills = fields.take_as::<Vec<SkillId>>("skillIds", "a list of ids", "\"skillIds\": [\"0190b0a1-…\"]")?;
    let language = fields.take_as::<LanguageId>("languageId", "an id", "\"languageId\": \"0190b0a1-…\"")?;
    transfer_type(&mut fields)?;
    fields.finish("`queueId`, `priority`, `skillIds` and `languageId`")?;
    let skills = skills.unwrap_or_default().into_iter().map(|skill_id| SkillWish { skill_id, level: 0 }).collect();
    Ok(QueueTransfer { queue, priority, skills, language })
}

/// Nobody stays until the other takes it.
fn transfer_type(fields: &mut Fields<'_>) -> ApiResult<()> {
    match fields.take_optional_text("transferType", "\"transferType\": \"Unattended\"")? {
        Some(kind) if !kind.eq_ignore_ascii_case("unattended") => {
            Err(ApiError::invalid("transferType", "can only be `Unattended`", "leave it out"))
        }
        Some(_) | None => Ok(()),
    }
}
