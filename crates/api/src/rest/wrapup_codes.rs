//! Wrap-up codes: how work on a conversation can end.

use axum::{extract::State, http::StatusCode, response::Response};
use waybill_protocol::rest::{
    listing::Listing,
    routing::{WrapupCode, WriteWrapupCode},
};
use waybill_service::WrapupCodeWish;

use super::{
    convert,
    document::{BodyFailures, ConflictFailures, Failures},
    extract::{
        AddWrapupCodes, Authorized, DeleteWrapupCodes, EditWrapupCodes, Fields, Parameters, RawBody, Segments,
        ViewWrapupCodes,
    },
    paging::RoutingParameters,
    queues::take_division,
    reply::{json, silent},
};
use crate::{App, error::ApiResult};

const PATH: &str = "/api/v2/routing/wrapupcodes";

/// List wrap-up codes
///
/// By name.
#[utoipa::path(
    get, path = "/api/v2/routing/wrapupcodes", tag = "Routing",
    params(RoutingParameters),
    responses((status = 200, description = "A page of codes", body = Listing<WrapupCode>), Failures),
    security(("oauth" = ["routing:readonly"]))
)]
pub(super) async fn list_wrapup_codes(
    State(app): State<App>,
    who: Authorized<ViewWrapupCodes>,
    Parameters(parameters): Parameters<RoutingParameters>,
) -> ApiResult<Response> {
    let (page, query) = parameters.into_query()?;
    let list = app.service().list_wrapup_codes(&who, query).await?;
    let entities = list.entities.iter().map(|found| convert::wrapup_code(&found.entity)).collect();
    json(&page.listing(PATH, list.total, entities))
}

/// Create a wrap-up code
#[utoipa::path(
    post, path = "/api/v2/routing/wrapupcodes", tag = "Routing",
    request_body(content = WriteWrapupCode, content_type = "application/json"),
    responses((status = 200, description = "The code", body = WrapupCode), BodyFailures, ConflictFailures, Failures),
    security(("oauth" = ["routing"]))
)]
pub(super) async fn create_wrapup_code(
    State(app): State<App>,
    who: Authorized<AddWrapupCodes>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    json(&convert::wrapup_code(&app.service().create_wrapup_code(&who, wish(&body)?).await?))
}

/// Read a wrap-up code
#[utoipa::path(
    get, path = "/api/v2/routing/wrapupcodes/{codeId}", tag = "Routing",
    params(("codeId" = String, Path, description = "The code")),
    responses((status = 200, description = "The code", body = WrapupCode), Failures),
    security(("oauth" = ["routing:readonly"]))
)]
pub(super) async fn get_wrapup_code(
    State(app): State<App>,
    who: Authorized<ViewWrapupCodes>,
    Segments(id): Segments<String>,
) -> ApiResult<Response> {
    json(&convert::wrapup_code(&app.service().get_wrapup_code(&who, &id).await?))
}

/// Change a wrap-up code
///
/// The division stays as it is where the body does not name one.
#[utoipa::path(
    put, path = "/api/v2/routing/wrapupcodes/{codeId}", tag = "Routing",
    params(("codeId" = String, Path, description = "The code")),
    request_body(content = WriteWrapupCode, content_type = "application/json"),
    responses((status = 200, description = "The code", body = WrapupCode), BodyFailures, ConflictFailures, Failures),
    security(("oauth" = ["routing"]))
)]
pub(super) async fn update_wrapup_code(
    State(app): State<App>,
    who: Authorized<EditWrapupCodes>,
    Segments(id): Segments<String>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    json(&convert::wrapup_code(&app.service().update_wrapup_code(&who, &id, wish(&body)?).await?))
}

/// Delete a wrap-up code
///
/// Queues that had it have it no more.
#[utoipa::path(
    delete, path = "/api/v2/routing/wrapupcodes/{codeId}", tag = "Routing",
    params(("codeId" = String, Path, description = "The code")),
    responses((status = 204, description = "It is gone"), ConflictFailures, Failures),
    security(("oauth" = ["routing"]))
)]
pub(super) async fn delete_wrapup_code(
    State(app): State<App>,
    who: Authorized<DeleteWrapupCodes>,
    Segments(id): Segments<String>,
) -> ApiResult<Response> {
    app.service().delete_wrapup_code(&who, &id).await?;
    Ok(silent(StatusCode::NO_CONTENT))
}

fn wish(body: &str) -> ApiResult<WrapupCodeWish> {
    let mut fields = Fields::read_or_nothing(body)?;
    let name = fields.take_text("name", "\"name\": \"Order changed\"")?;
    let division = take_division(&mut fields)?;
    // A client sends back what it read.
    fields.leave_out(&["id", "dateCreated", "selfUri"])?;
    fields.finish("`name` and `division`")?;
    Ok(WrapupCodeWish { name, division })
}
