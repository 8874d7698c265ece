//! Answering in a conversation.

use axum::{extract::State, response::Response};
use waybill_protocol::rest::message::{MessageData, SendMessage};
use waybill_service::AgentMessage;

use super::{
    convert,
    document::{BodyFailures, Failures},
    extract::{Authorized, Fields, RawBody, Segments, SendMessages},
    reply::json,
};
use crate::{
    App,
    error::{ApiError, ApiResult},
};

/// Answer in a conversation
///
/// The caller joins as agent with its first answer. `communicationId` is that of any participant (`messages[].id` of the
/// conversation).
#[utoipa::path(
    post, path = "/api/v2/conversations/messages/{conversationId}/communications/{communicationId}/messages",
    tag = "Conversations",
    params(
        ("conversationId" = String, Path, description = "The conversation"),
        ("communicationId" = String, Path, description = "A participant's communication")
    ),
    request_body(content = SendMessage, content_type = "application/json"),
    responses((status = 200, description = "The message is stored", body = MessageData), BodyFailures, Failures),
    security(("oauth" = ["conversation:write"]))
)]
pub(super) async fn send_message(
    State(app): State<App>,
    who: Authorized<SendMessages>,
    Segments((conversation, communication)): Segments<(String, String)>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let said = AgentMessage { text: text_body(&body)?, nickname: None };
    let message = app.service().send_agent_message(&who, &conversation, &communication, said).await?;
    let conversation_id =
        conversation.parse().map_err(|error: waybill_model::id::InvalidId| ApiError::bug(error.to_string()))?;
    json(&convert::message(conversation_id, &message))
}

fn text_body(body: &str) -> ApiResult<String> {
    let example = "\"textBody\": \"Thank you, I am looking it up.\"";
    let mut fields = Fields::read(body)?;
    let text = fields.take_text("textBody", example)?;
    fields.finish("`textBody`")?;
    if text.is_empty() {
        return Err(ApiError::invalid("textBody", "is empty", &format!("send it like `{example}`")));
    }
    Ok(text)
}
