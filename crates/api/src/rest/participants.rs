//! Participants: their attributes, the late write of the two documents, and leaving.

use axum::{extract::State, http::HeaderValue, http::StatusCode, response::Response};
use waybill_model::{Form, Permission, Verdict};
use waybill_protocol::rest::{
    conversation::{ParticipantAttributes, PatchAttributes, PatchParticipant},
    routing::WrapupCode,
    webchat::{ParticipantWritten, PutParticipant},
};
use waybill_service::{Caller, ContextWritten, MetadataWrite, WrapupWish};

use super::{
    convert,
    document::{BodyFailures, ConflictFailures, Failures, WriteFailures},
    extract::{
        Authorized, DisconnectConversations, EditAttributes, Fields, IfMatch, Parameters, RawBody, Segments,
        ViewConversations, is_nothing,
    },
    parameters::WriteParameters,
    reply::{at_revision, json, json_at_revision, silent, with_status},
    work::wrapup,
};
use crate::{
    App,
    error::{ApiError, ApiResult},
};

/// How many keys of a write were stored, quarantined and refused, where the body has no room for it.
const RECEIPT: &str = "waybill-receipt";

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
    let Given { map, correction } = metadata(&body)?;
    let write = MetadataWrite { map, form: Form::RestMetadata, if_match, replace: parameters.replace()?, correction };
    let written = app.service().update_participant_metadata(&who, &conversation, &participant, write).await?;
    json_at_revision(written.revision, &convert::written(&written))
}

/// Write a participant's attributes, in the field's form
///
/// Merges; `null` deletes. What is over the limit, and everything that a strict deployment refuses, is a 400 and nothing
/// is stored; a single key that stays out does not stop the others. `ETag` is the context revision after the write,
/// `Waybill-Receipt` counts the verdicts; the context of the conversation has them key by key.
#[utoipa::path(
    patch, path = "/api/v2/conversations/{conversationId}/participants/{participantId}/attributes",
    tag = "Conversations",
    params(
        ("conversationId" = String, Path, description = "The conversation"),
        ("participantId" = String, Path, description = "The participant"),
        ("If-Match" = Option<String>, Header, description = "The revision that the change was decided on"),
        WriteParameters
    ),
    request_body(content = PatchAttributes, content_type = "application/json"),
    responses(
        (status = 202, description = "The write is stored", headers(
            ("ETag" = String, description = "The context revision"),
            ("Waybill-Receipt" = String, description = "`stored=1, quarantined=0, refused=0`")
        )),
        WriteFailures, Failures
    ),
    security(("oauth" = ["conversation:write"]))
)]
pub(super) async fn patch_attributes(
    State(app): State<App>,
    who: Authorized<EditAttributes>,
    Segments((conversation, participant)): Segments<(String, String)>,
    Parameters(parameters): Parameters<WriteParameters>,
    IfMatch(if_match): IfMatch,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let written = write_attributes(&app, &who, (&conversation, &participant), parameters, if_match, &body).await?;
    counted(&written, silent(StatusCode::ACCEPTED))
}

/// Write a message participant's attributes
///
/// As on the shorter path; the answer has the whole map as text, and the receipt beside it.
#[utoipa::path(
    patch, path = "/api/v2/conversations/messages/{conversationId}/participants/{participantId}/attributes",
    tag = "Conversations",
    params(
        ("conversationId" = String, Path, description = "The conversation"),
        ("participantId" = String, Path, description = "The participant"),
        ("If-Match" = Option<String>, Header, description = "The revision that the change was decided on"),
        WriteParameters
    ),
    request_body(content = PatchAttributes, content_type = "application/json"),
    responses(
        (status = 202, description = "The write is stored", body = ParticipantAttributes, headers(
            ("ETag" = String, description = "The context revision"),
            ("Waybill-Receipt" = String, description = "`stored=1, quarantined=0, refused=0`")
        )),
        WriteFailures, Failures
    ),
    security(("oauth" = ["conversation:write"]))
)]
pub(super) async fn patch_message_attributes(
    State(app): State<App>,
    who: Authorized<EditAttributes>,
    Segments((conversation, participant)): Segments<(String, String)>,
    Parameters(parameters): Parameters<WriteParameters>,
    IfMatch(if_match): IfMatch,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let written = write_attributes(&app, &who, (&conversation, &participant), parameters, if_match, &body).await?;
    counted(&written, with_status(StatusCode::ACCEPTED, json(&convert::participant_attributes(&written))?))
}

/// The write behind both paths.
async fn write_attributes(
    app: &App,
    who: &Caller,
    (conversation, participant): (&str, &str),
    parameters: WriteParameters,
    if_match: Option<u64>,
    body: &str,
) -> ApiResult<ContextWritten> {
    let Given { map, correction } = attributes(body)?;
    // Where no map came, there is none to put in the place of the other.
    let replace = parameters.replace()? && !is_nothing(body);
    let write = MetadataWrite { map, form: Form::RestAttributes, if_match, replace, correction };
    Ok(app.service().update_participant_metadata(who, conversation, participant, write).await?)
}

/// Change a participant's state
///
/// `connected` takes what an agent is offered. `disconnected` declines it, or lets the participant leave; when it is the
/// customer, the conversation ends. `wrapup` says how the work ended, `wrapupSkipped` that nobody says so; both take
/// `conversation:participant:wrapup`.
#[utoipa::path(
    patch, path = "/api/v2/conversations/{conversationId}/participants/{participantId}", tag = "Conversations",
    params(
        ("conversationId" = String, Path, description = "The conversation"),
        ("participantId" = String, Path, description = "The participant")
    ),
    request_body(content = PatchParticipant, content_type = "application/json"),
    responses((status = 202, description = "It is done"), BodyFailures, ConflictFailures, Failures),
    security(("oauth" = ["conversation:write"]))
)]
pub(super) async fn patch_participant(
    State(app): State<App>,
    who: Authorized<DisconnectConversations>,
    Segments((conversation, participant)): Segments<(String, String)>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    change_participant(&app, &who, &conversation, &participant, &body).await
}

/// Change a message participant's state
///
/// As on the shorter path.
#[utoipa::path(
    patch, path = "/api/v2/conversations/messages/{conversationId}/participants/{participantId}", tag = "Conversations",
    params(
        ("conversationId" = String, Path, description = "The conversation"),
        ("participantId" = String, Path, description = "The participant")
    ),
    request_body(content = PatchParticipant, content_type = "application/json"),
    responses((status = 202, description = "It is done"), BodyFailures, ConflictFailures, Failures),
    security(("oauth" = ["conversation:write"]))
)]
pub(super) async fn patch_message_participant(
    State(app): State<App>,
    who: Authorized<DisconnectConversations>,
    Segments((conversation, participant)): Segments<(String, String)>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    change_participant(&app, &who, &conversation, &participant, &body).await
}

/// List a participant's wrap-up codes
///
/// Those of its queue, or all of the organization where it came from none.
#[utoipa::path(
    get, path = "/api/v2/conversations/{conversationId}/participants/{participantId}/wrapupcodes", tag = "Conversations",
    params(
        ("conversationId" = String, Path, description = "The conversation"),
        ("participantId" = String, Path, description = "The participant")
    ),
    responses((status = 200, description = "The codes", body = Vec<WrapupCode>), Failures),
    security(("oauth" = ["conversations:readonly"]))
)]
pub(super) async fn list_participant_wrapup_codes(
    State(app): State<App>,
    who: Authorized<ViewConversations>,
    Segments((conversation, participant)): Segments<(String, String)>,
) -> ApiResult<Response> {
    let codes = app.service().list_participant_wrapup_codes(&who, &conversation, &participant).await?;
    json(&codes.iter().map(convert::wrapup_code).collect::<Vec<_>>())
}

/// List a message participant's wrap-up codes
///
/// As on the shorter path.
#[utoipa::path(
    get, path = "/api/v2/conversations/messages/{conversationId}/participants/{participantId}/wrapupcodes",
    tag = "Conversations",
    params(
        ("conversationId" = String, Path, description = "The conversation"),
        ("participantId" = String, Path, description = "The participant")
    ),
    responses((status = 200, description = "The codes", body = Vec<WrapupCode>), Failures),
    security(("oauth" = ["conversations:readonly"]))
)]
pub(super) async fn list_message_participant_wrapup_codes(
    State(app): State<App>,
    who: Authorized<ViewConversations>,
    Segments((conversation, participant)): Segments<(String, String)>,
) -> ApiResult<Response> {
    let codes = app.service().list_participant_wrapup_codes(&who, &conversation, &participant).await?;
    json(&codes.iter().map(convert::wrapup_code).collect::<Vec<_>>())
}

async fn change_participant(
    app: &App,
    who: &Caller,
    conversation: &str,
    participant: &str,
    body: &str,
) -> ApiResult<Response> {
    let Wanted { state, wrapup } = wanted(body)?;
    // Both are asked for, and the wrap-up is judged, before anything is done.
    let ready = match wrapup {
        Some(wish) => {
            let wrapping = who.acting(&[Permission::ParticipantWrapup])?;
            Some(app.service().ready_wrapup(&wrapping, conversation, participant, wish).await?)
        }
        None => None,
    };
    let after = match state {
        Some(WantedState::Disconnected) => {
            app.service().disconnect_wrapped_up(who, conversation, participant, ready).await?;
            None
        }
        Some(WantedState::Connected) => {
            app.service().connect_participant(who, conversation, participant).await?;
            ready
        }
        None => {
            // Nothing is asked: that it exists is still worth knowing.
            app.service().check_participant(who, conversation, participant).await?;
            ready
        }
    };
    if let Some(ready) = after {
        app.service().wrap_up(ready).await?;
    }
    Ok(silent(StatusCode::ACCEPTED))
}

/// What a body asks of a participant.
struct Wanted {
    state: Option<WantedState>,
    wrapup: Option<WrapupWish>,
}

enum WantedState {
    /// It takes what it is offered.
    Connected,
    /// It declines what it is offered, or leaves.
    Disconnected,
}

/// What else a participant can be told elsewhere is refused by name, never swallowed.
fn wanted(body: &str) -> ApiResult<Wanted> {
    let mut fields = Fields::read_or_nothing(body)?;
    let state = fields.take_as::<String>("state", "text", "\"state\": \"disconnected\"")?;
    let state = match state.map(|state| state.to_ascii_lowercase()).as_deref() {
        Some("disconnected") => Some(WantedState::Disconnected),
        Some("connected") => Some(WantedState::Connected),
        Some(_) => {
            let rule = "can become `connected` or `disconnected`; other states are not served";
            return Err(ApiError::invalid("state", rule, "send `{\"state\": \"disconnected\"}`"));
        }
        None => None,
    };
    let code = fields.take_given("wrapup")?.map(|value| wrapup(value.get())).transpose()?;
    let skipped = fields.take_as::<bool>("wrapupSkipped", "true or false", "false")? == Some(true);
    if fields.take_given("resumeTime")?.is_some() {
        return Err(ApiError::invalid("resumeTime", "is not served", "leave it out"));
    }
    for name in ["held", "muted", "recording", "confined"] {
        // Saying that it is not so changes nothing, because it never is.
        if fields.take_as::<bool>(name, "true or false", "false")? == Some(true) {
            return Err(ApiError::invalid(name, "is not served", "leave it out"));
        }
    }
    fields.finish("`state`, `wrapup` and `wrapupSkipped`")?;
    let wrapup = match (code, skipped) {
        (Some(_), true) => {
            let remedy = "send one of the two";
            return Err(ApiError::invalid("wrapupSkipped", "contradicts a wrap-up with a code", remedy));
        }
        (code, skipped) => code.or_else(|| skipped.then(WrapupWish::default)),
    };
    Ok(Wanted { state, wrapup })
}

/// Revision and verdicts in the headers.
fn counted(written: &ContextWritten, response: Response) -> ApiResult<Response> {
    let count = |verdict: Verdict| written.receipt.with(verdict).count();
    let (stored, quarantined, refused) = (count(Verdict::Stored), count(Verdict::Quarantined), count(Verdict::Refused));
    let text = format!("stored={stored}, quarantined={quarantined}, refused={refused}");
    let value = HeaderValue::from_str(&text).map_err(|error| ApiError::bug(error.to_string()))?;
    let mut response = at_revision(written.revision, response)?;
    response.headers_mut().insert(RECEIPT, value);
    Ok(response)
}

/// What a write's body gives.
struct Given {
    /// The map as raw JSON: admission looks for duplicate keys and exact numbers in there.
    map: String,
    /// Why values of higher trust are to be corrected (CTX7).
    correction: Option<String>,
}

fn metadata(body: &str) -> ApiResult<Given> {
    given(body, "metadata")
}

/// The same under the field's name. No body at all writes nothing.
fn attributes(body: &str) -> ApiResult<Given> {
    if is_nothing(body) {
        return Ok(Given { map: "{}".to_owned(), correction: None });
    }
    given(body, "attributes")
}

fn given(body: &str, name: &'static str) -> ApiResult<Given> {
    let mut fields = Fields::read(body)?;
    let map = fields.take(name)?;
    let correction = fields.take_given("override")?.map(|value| reason(value.get())).transpose()?;
    fields.finish(&format!("`{name}` and `override`"))?;
    let remedy = format!("send `{{\"{name}\": {{\"crmId\": \"…\"}}}}`");
    let map = map.ok_or_else(|| ApiError::invalid(name, "is missing", &remedy))?.get().to_owned();
    Ok(Given { map, correction })
}

fn reason(correction: &str) -> ApiResult<String> {
    let mut fields = Fields::read(correction)?;
    let reason = fields.take_text("reason", "\"override\": {\"reason\": \"…\"}")?;
    fields.finish("`reason`")?;
    Ok(reason)
}
