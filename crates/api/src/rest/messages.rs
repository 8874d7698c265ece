//! Messages of a conversation: answering, typing, reading what was said.

use axum::{extract::State, http::StatusCode, response::Response};
use serde::Deserialize;
use utoipa::IntoParams;
use waybill_model::Reach;
use waybill_protocol::rest::message::{MessageData, MessageListing, SendMessage, SendTyping};
use waybill_service::{AgentMessage, FoundMessage};

use super::{
    convert::{self, MessageShape},
    document::{BodyFailures, ConflictFailures, Failures},
    extract::{
        Authorized, Fields, IdempotencyKey, Parameters, RawBody, Segments, SendMessages, ViewMessages, is_nothing,
        parse,
    },
    reply::{json, silent},
};
use crate::{
    App,
    error::{ApiError, ApiResult},
};

/// How messages are wanted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ShapeParameters {
    /// `true` leaves `textBody` out: the normalised message has the text.
    #[param(value_type = Option<bool>)]
    use_normalized_message: Option<String>,
}

impl ShapeParameters {
    fn shape(&self) -> ApiResult<MessageShape> {
        let text = self.use_normalized_message.as_deref().map(str::to_ascii_lowercase);
        Ok(match parse("useNormalizedMessage", text.as_deref(), "true")? {
            Some(true) => MessageShape::Normalized,
            Some(false) | None => MessageShape::Both,
        })
    }
}

/// Answer in a conversation
///
/// `communicationId` is that of any participant (`messages[].id` of the conversation). A caller who is not in the
/// conversation joins as agent with its first answer; one to whom it was assigned answers as that participant.
///
/// With an `Idempotency-Key` the same answer sent again is answered with the earlier message: send one wherever a proxy or
/// a client repeats requests by itself. Without a key every request is an answer of its own, because people do say the
/// same thing twice – but for a request that comes again within seconds after its client hung up unanswered.
#[utoipa::path(
    post, path = "/api/v2/conversations/messages/{conversationId}/communications/{communicationId}/messages",
    tag = "Conversations",
    params(
        ("conversationId" = String, Path, description = "The conversation"),
        ("communicationId" = String, Path, description = "A participant's communication"),
        ("Idempotency-Key" = Option<String>, Header, description = "Drawn by the caller for each answer, 1 to 255 bytes"),
        ShapeParameters
    ),
    request_body(content = SendMessage, content_type = "application/json"),
    responses(
        (status = 200, description = "The message is stored", body = MessageData),
        BodyFailures, ConflictFailures, Failures
    ),
    security(("oauth" = ["conversation:write"]))
)]
pub(super) async fn send_message(
    State(app): State<App>,
    who: Authorized<SendMessages>,
    Segments((conversation, communication)): Segments<(String, String)>,
    Parameters(parameters): Parameters<ShapeParameters>,
    IdempotencyKey(idempotency_key): IdempotencyKey,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let said = AgentMessage { text: text_body(&body)?, nickname: None, idempotency_key };
    let shape = parameters.shape()?;
    let message = app.service().send_agent_message(&who, &conversation, &communication, said).await?;
    let conversation_id =
        conversation.parse().map_err(|error: waybill_model::id::InvalidId| ApiError::bug(error.to_string()))?;
    json(&convert::message(conversation_id, (&message, Reach::default()), shape)?)
}

/// Show that somebody is typing
///
/// The customer's page shows it for the given time. It is not stored, and may be lost.
#[utoipa::path(
    post, path = "/api/v2/conversations/messages/{conversationId}/communications/{communicationId}/typing",
    tag = "Conversations",
    params(
        ("conversationId" = String, Path, description = "The conversation"),
        ("communicationId" = String, Path, description = "A participant's communication")
    ),
    request_body(content = SendTyping, content_type = "application/json"),
    responses((status = 204, description = "It was passed on"), BodyFailures, Failures),
    security(("oauth" = ["conversation:write"]))
)]
pub(super) async fn send_typing(
    State(app): State<App>,
    who: Authorized<SendMessages>,
    Segments((conversation, communication)): Segments<(String, String)>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let duration = typing_duration(&body)?;
    app.service().agent_is_typing(&who, &conversation, &communication, duration).await?;
    Ok(silent(StatusCode::NO_CONTENT))
}

/// Read a message
#[utoipa::path(
    get, path = "/api/v2/conversations/messages/{conversationId}/messages/{messageId}", tag = "Conversations",
    params(
        ("conversationId" = String, Path, description = "The conversation"),
        ("messageId" = String, Path, description = "The message"),
        ShapeParameters
    ),
    responses((status = 200, description = "The message", body = MessageData), Failures),
    security(("oauth" = ["conversations:readonly"]))
)]
pub(super) async fn get_message(
    State(app): State<App>,
    who: Authorized<ViewMessages>,
    Segments((conversation, id)): Segments<(String, String)>,
    Parameters(parameters): Parameters<ShapeParameters>,
) -> ApiResult<Response> {
    let shape = parameters.shape()?;
    let found = app.service().get_message(&who, &conversation, &id).await?;
    json(&message_data(&found, shape)?)
}

/// Read a message's details
///
/// The same message under the longer path that some clients and tutorials use.
#[utoipa::path(
    get, path = "/api/v2/conversations/messages/{conversationId}/messages/{messageId}/details", tag = "Conversations",
    params(
        ("conversationId" = String, Path, description = "The conversation"),
        ("messageId" = String, Path, description = "The message"),
        ShapeParameters
    ),
    responses((status = 200, description = "The message", body = MessageData), Failures),
    security(("oauth" = ["conversations:readonly"]))
)]
pub(super) async fn get_message_details(
    State(app): State<App>,
    who: Authorized<ViewMessages>,
    Segments((conversation, id)): Segments<(String, String)>,
    Parameters(parameters): Parameters<ShapeParameters>,
) -> ApiResult<Response> {
    let shape = parameters.shape()?;
    let found = app.service().get_message(&who, &conversation, &id).await?;
    json(&message_data(&found, shape)?)
}

/// Read a message by its id alone
#[utoipa::path(
    get, path = "/api/v2/conversations/messages/{messageId}/details", tag = "Conversations",
    params(("messageId" = String, Path, description = "The message"), ShapeParameters),
    responses((status = 200, description = "The message", body = MessageData), Failures),
    security(("oauth" = ["conversations:readonly"]))
)]
pub(super) async fn get_message_by_id(
    State(app): State<App>,
    who: Authorized<ViewMessages>,
    Segments(id): Segments<String>,
    Parameters(parameters): Parameters<ShapeParameters>,
) -> ApiResult<Response> {
    let shape = parameters.shape()?;
    let found = app.service().get_message_by_id(&who, &id).await?;
    json(&message_data(&found, shape)?)
}

/// Read several messages
///
/// The body is a list of at most 100 message ids; those that lead nowhere are left out of the answer.
#[utoipa::path(
    post, path = "/api/v2/conversations/messages/{conversationId}/messages/bulk", tag = "Conversations",
    params(("conversationId" = String, Path, description = "The conversation"), ShapeParameters),
    request_body(content = Vec<String>, content_type = "application/json", example = json!(["0190b0a1-7c1e-7d31-9d0a-2f5c3a1b7e42"])),
    responses((status = 200, description = "The messages", body = MessageListing), BodyFailures, Failures),
    security(("oauth" = ["conversations:readonly"]))
)]
pub(super) async fn list_messages(
    State(app): State<App>,
    who: Authorized<ViewMessages>,
    Segments(conversation): Segments<String>,
    Parameters(parameters): Parameters<ShapeParameters>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let shape = parameters.shape()?;
    let found = app.service().list_messages(&who, &conversation, &ids(&body)?).await?;
    let entities = found.iter().map(|one| message_data(one, shape)).collect::<ApiResult<_>>()?;
    json(&MessageListing { entities })
}

fn message_data(found: &FoundMessage, shape: MessageShape) -> ApiResult<MessageData> {
    let FoundMessage { conversation_id, message, reach } = found;
    convert::message(*conversation_id, (message, *reach), shape)
}

fn text_body(body: &str) -> ApiResult<String> {
    let example = "\"textBody\": \"Thank you, I am looking it up.\"";
    let mut fields = Fields::read_or_nothing(body)?;
    let text = fields.take_text("textBody", example)?;
    let media = fields.take_as::<Vec<String>>("mediaIds", "a list", "\"mediaIds\": []")?;
    if media.is_some_and(|media| !media.is_empty()) {
        return Err(ApiError::invalid("mediaIds", "can't be sent: attachments are not served", "send text only"));
    }
    if fields.take_given("messagingTemplate")?.is_some() {
        let rule = "can't be sent: templates are not served";
        return Err(ApiError::invalid("messagingTemplate", rule, "send the text itself"));
    }
    fields.finish("`textBody`")?;
    if text.is_empty() {
        return Err(ApiError::invalid("textBody", "is empty", &format!("send it like `{example}`")));
    }
    Ok(text)
}

/// For how long somebody types, where the body says so.
fn typing_duration(body: &str) -> ApiResult<Option<u32>> {
    let example = "\"typing\": {\"type\": \"On\", \"duration\": 5000}";
    let mut fields = Fields::read_or_nothing(body)?;
    let typing = fields.take_given("typing")?;
    fields.leave_out(&["dateSent"])?;
    fields.finish("`typing` and `dateSent`")?;
    let Some(typing) = typing else { return Ok(None) };
    let mut typing = Fields::read(typing.get())?;
    let kind = typing.take_as::<String>("type", "text", example)?;
    let duration = typing.take_as::<u32>("duration", "a number of milliseconds", example)?;
    typing.finish("`type` and `duration`")?;
    match kind.as_deref() {
        None | Some("On") => Ok(duration),
        Some(_) => Err(ApiError::invalid("type", "can only be `On`", &format!("send it like `{example}`"))),
    }
}

/// A bare list of ids.
pub(super) fn ids(body: &str) -> ApiResult<Vec<String>> {
    if is_nothing(body) {
        return Ok(Vec::new());
    }
    let remedy = "send it like `[\"0190b0a1-…\"]`";
    serde_json::from_str(body).map_err(|_| ApiError::invalid("body", "has to be a list of ids", remedy))
}
