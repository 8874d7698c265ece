//! The late write of the two documents: `PUT …/participants/{id}` with `{metadata}`.

use axum::{extract::State, response::Response};
use waybill_model::Form;
use waybill_protocol::rest::webchat::{ParticipantWritten, PutParticipant};
use waybill_service::MetadataWrite;

use super::{
    convert,
    document::{Failures, WriteFailures},
    extract::{Authorized, EditAttributes, Fields, IfMatch, Parameters, RawBody, Segments},
    parameters::WriteParameters,
    reply::json_at_revision,
};
use crate::{
    App,
    error::{ApiError, ApiResult},
};

/// Write a participant's attributes
///
/// Merges with what is there, under the same admission as a start; `null` deletes a key. `If-Match` with the `ETag` of
/// a read makes it a compare-and-set; `replace=true` replaces the whole map.
#[utoipa::path(
    put, path = "/api/v2/conversations/webchat/{conversationId}/participants/{participantId}", tag = "Webchat",
    params(
        ("conversationId" = String, Path, description = "The conversation"),
        ("participantId" = String, Path, description = "The participant"),
        ("If-Match" = Option<String>, Header, description = "The revision that the change was decided on"),
        WriteParameters
    ),
    request_body(content = PutParticipant, content_type = "application/json"),
    responses(
        (status = 200, description = "The write is stored", body = ParticipantWritten, headers(("ETag" = String, description = "The context revision"))),
        WriteFailures, Failures
    ),
    security(("oauth" = ["conversation:write"]))
)]
pub(super) async fn put_participant(
    State(app): State<App>,
    who: Authorized<EditAttributes>,
    Segments((conversation, participant)): Segments<(String, String)>,
    Parameters(parameters): Parameters<WriteParameters>,
    IfMatch(if_match): IfMatch,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let write =
        MetadataWrite { map: metadata(&body)?, form: Form::RestMetadata, if_match, replace: parameters.replace()? };
    let written = app.service().update_participant_metadata(&who, &conversation, &participant, write).await?;
    json_at_revision(written.revision, &convert::written(&written))
}

/// The map as raw JSON: admission looks for duplicate keys and exact numbers in there.
fn metadata(body: &str) -> ApiResult<String> {
    let mut fields = Fields::read(body)?;
    let metadata = fields.take("metadata")?;
    fields.finish("`metadata`")?;
    let missing = || ApiError::invalid("metadata", "is missing", "send `{\"metadata\": {\"crmId\": \"…\"}}`");
    Ok(metadata.ok_or_else(missing)?.get().to_owned())
}
