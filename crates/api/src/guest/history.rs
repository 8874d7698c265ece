//! The history of a session over REST: pages, newest first (guest protocol §9).

use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
    http::{HeaderMap, header::AUTHORIZATION},
    response::Response,
};
use serde::Deserialize;
use waybill_protocol::{ErrorBody, guest::MessagePage, rest::note::Transcript};
use waybill_service::{HistoryPage, ServiceError};

use super::map::structured;
use crate::{
    App,
    error::{ApiError, ApiResult},
    rest::{Failures, TranscriptFormat, transcript_body},
};

/// Page size where none is asked for.
const PAGE_SIZE: u32 = 25;
/// Largest page.
const MAX_PAGE_SIZE: u32 = 100;

/// Which page.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(super) struct PageQuery {
    /// Which page, from 1.
    #[param(value_type = Option<u32>)]
    page_number: Option<String>,
    /// How many on a page, at most 100; 25 when absent.
    #[param(value_type = Option<u32>)]
    page_size: Option<String>,
}

/// Read a guest's own history
///
/// The messages of the session, newest first. The token is the one that `getJwt` answers on the guest socket.
#[utoipa::path(
    get, path = super::HISTORY_PATH, tag = "Guest", operation_id = "list_guest_messages",
    params(PageQuery),
    responses((status = 200, description = "A page of messages", body = MessagePage), Failures),
    security(("guest" = []))
)]
pub(super) async fn list(
    State(app): State<App>,
    query: Result<Query<PageQuery>, QueryRejection>,
    headers: HeaderMap,
) -> ApiResult<Json<MessagePage>> {
    let Query(PageQuery { page_number, page_size }) =
        query.map_err(|_| ApiError::invalid("query", "can't be read", "send each parameter once"))?;
    let page_number = number("pageNumber", page_number.as_deref())?.unwrap_or(1).max(1);
    let page_size = number("pageSize", page_size.as_deref())?.unwrap_or(PAGE_SIZE).clamp(1, MAX_PAGE_SIZE);
    let offset = u64::from(page_number - 1) * u64::from(page_size);
    let jwt = bearer(&headers)
        .ok_or(ServiceError::Unauthorized("the request has no bearer token; get one on the socket with `getJwt`"))?;
    let HistoryPage { messages, total } = app.service().list_history(jwt, offset, page_size).await?;
    Ok(Json(MessagePage {
        entities: messages.iter().map(structured).collect(),
        page_size,
        page_number,
        total,
        page_count: total.div_ceil(u64::from(page_size)),
    }))
}

/// Read a guest's own transcript
///
/// Everything that was said in the session, oldest first, as plain text, HTML or JSON: what `Accept` asks for. The token is
/// the one that `getJwt` answers on the guest socket.
#[utoipa::path(
    get, path = super::TRANSCRIPT_PATH, tag = "Guest", operation_id = "get_guest_transcript",
    responses(
        (status = 200, description = "The transcript", content(
            (Transcript = "application/json"), (String = "text/plain"), (String = "text/html")
        )),
        (status = 406, description = "Something else is accepted (`not.acceptable`)", body = ErrorBody),
        Failures
    ),
    security(("guest" = []))
)]
pub(super) async fn transcript(State(app): State<App>, headers: HeaderMap) -> ApiResult<Response> {
    let format = TranscriptFormat::wanted(&headers)?;
    let jwt = bearer(&headers)
        .ok_or(ServiceError::Unauthorized("the request has no bearer token; get one on the socket with `getJwt`"))?;
    transcript_body(&app.service().transcribe_session(jwt).await?, format)
}

/// A number, where one was given: the empty text is none.
fn number(name: &str, text: Option<&str>) -> ApiResult<Option<u32>> {
    let given = text.filter(|text| !text.is_empty());
    let read = given.map(str::parse).transpose();
    read.map_err(|_| ApiError::invalid(name, "is no number", "count pages from 1, at most 100 a page"))
}

/// The token behind `Bearer`, in any case: clients of the field write it in lower case too.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
