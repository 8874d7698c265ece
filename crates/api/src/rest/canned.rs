//! Canned replies: libraries, texts with placeholders, and what they become for a conversation.

use axum::{extract::State, http::StatusCode, response::Response};
use serde::Deserialize;
use utoipa::IntoParams;
use waybill_model::{CannedKind, CannedText};
use waybill_protocol::rest::{
    canned::{
        CannedResponse, Library, RenderResponse, RenderedResponse, ResponseQuery, ResponseQueryResults, WriteLibrary,
        WriteResponse,
    },
    listing::Listing,
};
use waybill_service::{CannedQuery, CannedWish};

use super::{
    convert,
    document::{BodyFailures, ConflictFailures, Failures},
    extract::{
        AddLibraries, AddResponses, Authorized, DeleteLibraries, DeleteResponses, EditLibraries, EditResponses, Fields,
        Parameters, RawBody, Segments, ViewLibraries, ViewResponses,
    },
    paging::{Page, RoutingParameters},
    reply::{json, silent},
};
use crate::{
    App,
    error::{ApiError, ApiResult},
};

const LIBRARIES: &str = "/api/v2/responsemanagement/libraries";
const RESPONSES: &str = "/api/v2/responsemanagement/responses";

/// Which canned replies are wanted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ResponseParameters {
    /// Only those of this library.
    library_id: Option<String>,
    /// The page, from 1.
    #[param(value_type = Option<u32>)]
    page_number: Option<String>,
    /// How many on a page, 1 to 500; 25 when absent.
    #[param(value_type = Option<u32>)]
    page_size: Option<String>,
}

/// List libraries of canned replies
///
/// By name.
#[utoipa::path(
    get, path = "/api/v2/responsemanagement/libraries", tag = "Responses",
    params(RoutingParameters),
    responses((status = 200, description = "A page of libraries", body = Listing<Library>), Failures),
    security(("oauth" = ["response-management:readonly"]))
)]
pub(super) async fn list_libraries(
    State(app): State<App>,
    who: Authorized<ViewLibraries>,
    Parameters(parameters): Parameters<RoutingParameters>,
) -> ApiResult<Response> {
    let (page, query) = parameters.into_query()?;
    let list = app.service().list_libraries(&who, query).await?;
    json(&page.listing(LIBRARIES, list.total, list.entities.iter().map(convert::library).collect()))
}

/// Create a library of canned replies
#[utoipa::path(
    post, path = "/api/v2/responsemanagement/libraries", tag = "Responses",
    request_body(content = WriteLibrary, content_type = "application/json"),
    responses((status = 200, description = "The library", body = Library), BodyFailures, ConflictFailures, Failures),
    security(("oauth" = ["response-management"]))
)]
pub(super) async fn create_library(
    State(app): State<App>,
    who: Authorized<AddLibraries>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let (name, _) = library(&body)?;
    json(&convert::library(&app.service().create_library(&who, name).await?))
}

/// Read a library of canned replies
#[utoipa::path(
    get, path = "/api/v2/responsemanagement/libraries/{libraryId}", tag = "Responses",
    params(("libraryId" = String, Path, description = "The library")),
    responses((status = 200, description = "The library", body = Library), Failures),
    security(("oauth" = ["response-management:readonly"]))
)]
pub(super) async fn get_library(
    State(app): State<App>,
    who: Authorized<ViewLibraries>,
    Segments(id): Segments<String>,
) -> ApiResult<Response> {
    json(&convert::library(&app.service().get_library(&who, &id).await?))
}

/// Rename a library of canned replies
#[utoipa::path(
    put, path = "/api/v2/responsemanagement/libraries/{libraryId}", tag = "Responses",
    params(("libraryId" = String, Path, description = "The library")),
    request_body(content = WriteLibrary, content_type = "application/json"),
    responses((status = 200, description = "The library", body = Library), BodyFailures, ConflictFailures, Failures),
    security(("oauth" = ["response-management"]))
)]
pub(super) async fn update_library(
    State(app): State<App>,
    who: Authorized<EditLibraries>,
    Segments(id): Segments<String>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let (name, version) = library(&body)?;
    json(&convert::library(&app.service().update_library(&who, &id, name, version).await?))
}

/// Delete a library of canned replies
///
/// One in which no reply stands any more.
#[utoipa::path(
    delete, path = "/api/v2/responsemanagement/libraries/{libraryId}", tag = "Responses",
    params(("libraryId" = String, Path, description = "The library")),
    responses((status = 204, description = "It is gone"), ConflictFailures, Failures),
    security(("oauth" = ["response-management"]))
)]
pub(super) async fn delete_library(
    State(app): State<App>,
    who: Authorized<DeleteLibraries>,
    Segments(id): Segments<String>,
) -> ApiResult<Response> {
    app.service().delete_library(&who, &id).await?;
    Ok(silent(StatusCode::NO_CONTENT))
}

/// List canned replies
///
/// By name, of one library or of all.
#[utoipa::path(
    get, path = "/api/v2/responsemanagement/responses", tag = "Responses",
    params(ResponseParameters),
    responses((status = 200, description = "A page of canned replies", body = Listing<CannedResponse>), Failures),
    security(("oauth" = ["response-management:readonly"]))
)]
pub(super) async fn list_responses(
    State(app): State<App>,
    who: Authorized<ViewResponses>,
    Parameters(parameters): Parameters<ResponseParameters>,
) -> ApiResult<Response> {
    let ResponseParameters { library_id, page_number, page_size } = parameters;
    let page = Page::read(page_number.as_deref(), page_size.as_deref())?;
    let libraries = library_id.into_iter().collect();
    json(&find(&app, &who, page, CannedQuery { libraries, ..CannedQuery::default() }).await?)
}

/// Look for canned replies
///
/// By what name or text contain, whatever the case.
#[utoipa::path(
    post, path = "/api/v2/responsemanagement/responses/query", tag = "Responses",
    request_body(content = ResponseQuery, content_type = "application/json"),
    responses((status = 200, description = "A page of canned replies", body = ResponseQueryResults), BodyFailures, Failures),
    security(("oauth" = ["response-management:readonly"]))
)]
pub(super) async fn query_responses(
    State(app): State<App>,
    who: Authorized<ViewResponses>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let (page, query) = query(&body)?;
    json(&ResponseQueryResults { results: find(&app, &who, page, query).await? })
}

/// Create a canned reply
///
/// Its placeholders are those of flows: what a conversation has, and nothing that only flows have.
#[utoipa::path(
    post, path = "/api/v2/responsemanagement/responses", tag = "Responses",
    request_body(content = WriteResponse, content_type = "application/json"),
    responses((status = 200, description = "The canned reply", body = CannedResponse), BodyFailures, ConflictFailures, Failures),
    security(("oauth" = ["response-management"]))
)]
pub(super) async fn create_response(
    State(app): State<App>,
    who: Authorized<AddResponses>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let (wish, _) = response(&body)?;
    json(&convert::response(&app.service().create_response(&who, wish).await?))
}

/// Read a canned reply
#[utoipa::path(
    get, path = "/api/v2/responsemanagement/responses/{responseId}", tag = "Responses",
    params(("responseId" = String, Path, description = "The canned reply")),
    responses((status = 200, description = "The canned reply", body = CannedResponse), Failures),
    security(("oauth" = ["response-management:readonly"]))
)]
pub(super) async fn get_response(
    State(app): State<App>,
    who: Authorized<ViewResponses>,
    Segments(id): Segments<String>,
) -> ApiResult<Response> {
    json(&convert::response(&app.service().get_response(&who, &id).await?))
}

/// Change a canned reply
#[utoipa::path(
    put, path = "/api/v2/responsemanagement/responses/{responseId}", tag = "Responses",
    params(("responseId" = String, Path, description = "The canned reply")),
    request_body(content = WriteResponse, content_type = "application/json"),
    responses((status = 200, description = "The canned reply", body = CannedResponse), BodyFailures, ConflictFailures, Failures),
    security(("oauth" = ["response-management"]))
)]
pub(super) async fn update_response(
    State(app): State<App>,
    who: Authorized<EditResponses>,
    Segments(id): Segments<String>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let (wish, version) = response(&body)?;
    json(&convert::response(&app.service().update_response(&who, &id, wish, version).await?))
}

/// Delete a canned reply
#[utoipa::path(
    delete, path = "/api/v2/responsemanagement/responses/{responseId}", tag = "Responses",
    params(("responseId" = String, Path, description = "The canned reply")),
    responses((status = 204, description = "It is gone"), ConflictFailures, Failures),
    security(("oauth" = ["response-management"]))
)]
pub(super) async fn delete_response(
    State(app): State<App>,
    who: Authorized<DeleteResponses>,
    Segments(id): Segments<String>,
) -> ApiResult<Response> {
    app.service().delete_response(&who, &id).await?;
    Ok(silent(StatusCode::NO_CONTENT))
}

/// Fill a canned reply for a conversation
///
/// Ours. Placeholders that lead to nothing stay in the text and are named with the reason; the answer says whether it is
/// complete. Needs the permission to read conversations, too.
#[utoipa::path(
    post, path = "/api/v2/responsemanagement/responses/{responseId}/render", tag = "Responses",
    params(("responseId" = String, Path, description = "The canned reply")),
    request_body(content = RenderResponse, content_type = "application/json"),
    responses((status = 200, description = "The texts", body = RenderedResponse), BodyFailures, ConflictFailures, Failures),
    security(("oauth" = ["response-management:readonly"]))
)]
pub(super) async fn render_response(
    State(app): State<App>,
    who: Authorized<ViewResponses>,
    Segments(id): Segments<String>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let mut fields = Fields::read_or_nothing(&body)?;
    let conversation = fields.take_text("conversationId", "\"conversationId\": \"0190b0a1-…\"")?;
    fields.finish("`conversationId`")?;
    json(&convert::rendered(app.service().fill_response(&who, &id, &conversation).await?))
}

async fn find(
    app: &App,
    who: &waybill_service::Caller,
    page: Page,
    query: CannedQuery,
) -> ApiResult<Listing<CannedResponse>> {
    let query = CannedQuery { offset: page.offset(), limit: page.size, ..query };
    let list = app.service().list_responses(who, query).await?;
    Ok(page.listing(RESPONSES, list.total, list.entities.iter().map(convert::response).collect()))
}

fn library(body: &str) -> ApiResult<(String, Option<u64>)> {
    let mut fields = Fields::read_or_nothing(body)?;
    let name = fields.take_text("name", "\"name\": \"Parcels\"")?;
    let version = take_version(&mut fields)?;
    // A client sends back what it read.
    fields.leave_out(&["id", "createdBy", "dateCreated", "selfUri"])?;
    fields.finish("`name` and `version`")?;
    Ok((name, version))
}

fn response(body: &str) -> ApiResult<(CannedWish, Option<u64>)> {
    let text = "\"texts\": [{\"content\": \"Thank you.\", \"contentType\": \"text/plain\"}]";
    let mut fields = Fields::read_or_nothing(body)?;
    let name = fields.take_text("name", "\"name\": \"Looking it up\"")?;
    let libraries = fields.take_list("libraries", "\"libraries\": [{\"id\": \"0190b0a1-…\"}]")?.unwrap_or_default();
    let libraries = libraries.into_iter().map(|library| {
        let mut fields = Fields::read(library.get())?;
        let id = fields.take_text("id", "\"libraries\": [{\"id\": \"0190b0a1-…\"}]")?;
        fields.leave_out(&["name", "selfUri"])?;
        fields.finish("`id`").map(|()| id)
    });
    let libraries = libraries.collect::<ApiResult<_>>()?;
    let texts = fields.take_list("texts", text)?.unwrap_or_default();
    let texts = texts.into_iter().map(|one| {
        let mut fields = Fields::read(one.get())?;
        let content = fields.take_text("content", text)?;
        let kind = fields.take_optional_text("contentType", text)?;
        fields.leave_out(&["type"])?;
        fields.finish("`content` and `contentType`")?;
        Ok(CannedText { content, kind: kind_of(kind.as_deref())? })
    });
    let texts = texts.collect::<ApiResult<_>>()?;
    let version = take_version(&mut fields)?;
    fields.leave_out(&["id", "interactionType", "createdBy", "dateCreated", "selfUri"])?;
    fields.finish("`name`, `libraries`, `texts` and `version`")?;
    Ok((CannedWish { name, libraries, texts }, version))
}

fn kind_of(name: Option<&str>) -> ApiResult<CannedKind> {
    match name {
        None | Some("text/plain") => Ok(CannedKind::Plain),
        Some("text/html") => Ok(CannedKind::Html),
        Some(_) => Err(ApiError::invalid("contentType", "is unknown", "use `text/plain` or `text/html`")),
    }
}

fn query(body: &str) -> ApiResult<(Page, CannedQuery)> {
    let filter = "\"filters\": [{\"name\": \"libraryId\", \"operator\": \"EQUALS\", \"values\": [\"0190b0a1-…\"]}]";
    let mut fields = Fields::read_or_nothing(body)?;
    let phrase = fields.take_optional_text("queryPhrase", "\"queryPhrase\": \"thank\"")?;
    let size = fields.take_as::<u32>("pageSize", "a number", "\"pageSize\": 25")?;
    let number = fields.take_as::<u32>("pageNumber", "a number", "\"pageNumber\": 1")?;
    let mut libraries = Vec::new();
    for one in fields.take_list("filters", filter)?.unwrap_or_default() {
        let mut fields = Fields::read(one.get())?;
        let name = fields.take_text("name", filter)?;
        let operator = fields.take_optional_text("operator", filter)?;
        let values = fields.take_as::<Vec<String>>("values", "a list of ids", filter)?;
        let values =
            values.ok_or_else(|| ApiError::invalid("values", "is missing", &format!("send it like `{filter}`")))?;
        fields.finish("`name`, `operator` and `values`")?;
        if name != "libraryId" || !matches!(operator.as_deref(), None | Some("EQUALS" | "IN")) {
            return Err(ApiError::invalid(
                "filters",
                "can only be about `libraryId`",
                &format!("send it like `{filter}`"),
            ));
        }
        libraries.extend(values);
    }
    fields.finish("`queryPhrase`, `pageSize`, `pageNumber` and `filters`")?;
    let text = |number: Option<u32>| number.map(|number| number.to_string());
    let page = Page::read(text(number).as_deref(), text(size).as_deref())?;
    Ok((page, CannedQuery { libraries, phrase: phrase.filter(|phrase| !phrase.is_empty()), ..CannedQuery::default() }))
}

fn take_version(fields: &mut Fields<'_>) -> ApiResult<Option<u64>> {
    fields.take_as("version", "a number", "\"version\": 1")
}
