//! Queues, their members and their wrap-up codes.

use axum::{extract::State, http::StatusCode, response::Response};
use serde_json::value::RawValue;
use waybill_model::{DivisionId, QueueRules};
use waybill_protocol::rest::{
    listing::Listing,
    routing::{Queue, WrapupCode, WriteQueue, WriteReference},
};
use waybill_service::{Membership, QueueWish};

use super::{
    convert,
    document::{BodyFailures, ConflictFailures, Failures},
    extract::{
        AddQueues, Authorized, DeleteQueues, EditQueues, Fields, Parameters, RawBody, Segments, ViewQueues, is_nothing,
    },
    paging::RoutingParameters,
    queue_rules::read_rules,
    reply::{json, silent},
};
use crate::{
    App,
    error::{ApiError, ApiResult},
};

const PATH: &str = "/api/v2/routing/queues";

/// List queues
///
/// By name.
#[utoipa::path(
    get, path = "/api/v2/routing/queues", tag = "Routing",
    params(RoutingParameters),
    responses((status = 200, description = "A page of queues", body = Listing<Queue>), Failures),
    security(("oauth" = ["routing:readonly"]))
)]
pub(super) async fn list_queues(
    State(app): State<App>,
    who: Authorized<ViewQueues>,
    Parameters(parameters): Parameters<RoutingParameters>,
) -> ApiResult<Response> {
    let (page, query) = parameters.into_query()?;
    let list = app.service().list_queues(&who, query).await?;
    let entities = list.entities.iter().map(|found| convert::queue(&found.entity)).collect();
    json(&page.listing(PATH, list.total, entities))
}

/// Create a queue
#[utoipa::path(
    post, path = "/api/v2/routing/queues", tag = "Routing",
    request_body(content = WriteQueue, content_type = "application/json"),
    responses((status = 200, description = "The queue", body = Queue), BodyFailures, ConflictFailures, Failures),
    security(("oauth" = ["routing"]))
)]
pub(super) async fn create_queue(
    State(app): State<App>,
    who: Authorized<AddQueues>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    json(&convert::queue(&app.service().create_queue(&who, wish(&body, &QueueRules::default())?).await?))
}

/// Read a queue
#[utoipa::path(
    get, path = "/api/v2/routing/queues/{queueId}", tag = "Routing",
    params(("queueId" = String, Path, description = "The queue")),
    responses((status = 200, description = "The queue", body = Queue), Failures),
    security(("oauth" = ["routing:readonly"]))
)]
pub(super) async fn get_queue(
    State(app): State<App>,
    who: Authorized<ViewQueues>,
    Segments(id): Segments<String>,
) -> ApiResult<Response> {
    json(&convert::queue(&app.service().get_queue(&who, &id).await?))
}

/// Change a queue
///
/// Description, division and rules stay as they are where the body does not name them.
#[utoipa::path(
    put, path = "/api/v2/routing/queues/{queueId}", tag = "Routing",
    params(("queueId" = String, Path, description = "The queue")),
    request_body(content = WriteQueue, content_type = "application/json"),
    responses((status = 200, description = "The queue", body = Queue), BodyFailures, ConflictFailures, Failures),
    security(("oauth" = ["routing"]))
)]
pub(super) async fn update_queue(
    State(app): State<App>,
    who: Authorized<EditQueues>,
    Segments(id): Segments<String>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let before = app.service().get_queue(&who, &id).await?;
    json(&convert::queue(&app.service().update_queue(&who, &id, wish(&body, &before.rules)?).await?))
}

/// Delete a queue
#[utoipa::path(
    delete, path = "/api/v2/routing/queues/{queueId}", tag = "Routing",
    params(("queueId" = String, Path, description = "The queue")),
    responses((status = 204, description = "It is gone"), ConflictFailures, Failures),
    security(("oauth" = ["routing"]))
)]
pub(super) async fn delete_queue(
    State(app): State<App>,
    who: Authorized<DeleteQueues>,
    Segments(id): Segments<String>,
) -> ApiResult<Response> {
    app.service().delete_queue(&who, &id).await?;
    Ok(silent(StatusCode::NO_CONTENT))
}

/// List a queue's wrap-up codes
#[utoipa::path(
    get, path = "/api/v2/routing/queues/{queueId}/wrapupcodes", tag = "Routing",
    params(("queueId" = String, Path, description = "The queue"), RoutingParameters),
    responses((status = 200, description = "A page of codes", body = Listing<WrapupCode>), Failures),
    security(("oauth" = ["routing:readonly"]))
)]
pub(super) async fn list_queue_wrapup_codes(
    State(app): State<App>,
    who: Authorized<ViewQueues>,
    Segments(id): Segments<String>,
    Parameters(parameters): Parameters<RoutingParameters>,
) -> ApiResult<Response> {
    let (page, query) = parameters.into_query()?;
    let list = app.service().list_queue_wrapup_codes(&who, &id, query).await?;
    let entities = list.entities.iter().map(|found| convert::wrapup_code(&found.entity)).collect();
    json(&page.listing(&format!("{PATH}/{id}/wrapupcodes"), list.total, entities))
}

/// Give a queue wrap-up codes
///
/// A list of codes; answered is all that the queue has then.
#[utoipa::path(
    post, path = "/api/v2/routing/queues/{queueId}/wrapupcodes", tag = "Routing",
    params(("queueId" = String, Path, description = "The queue")),
    request_body(content = Vec<WriteReference>, content_type = "application/json", example = json!([{"id": "0190b0a1-7c1e-7d31-9d0a-2f5c3a1b7e42"}])),
    responses((status = 200, description = "The queue's codes", body = Vec<WrapupCode>), BodyFailures, ConflictFailures, Failures),
    security(("oauth" = ["routing"]))
)]
pub(super) async fn add_queue_wrapup_codes(
    State(app): State<App>,
    who: Authorized<EditQueues>,
    Segments(id): Segments<String>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let codes = app.service().change_queue_wrapup_codes(&who, &id, &references(&body)?, Membership::Add).await?;
    json(&codes.iter().map(convert::wrapup_code).collect::<Vec<_>>())
}

/// Take a wrap-up code from a queue
#[utoipa::path(
    delete, path = "/api/v2/routing/queues/{queueId}/wrapupcodes/{codeId}", tag = "Routing",
    params(("queueId" = String, Path, description = "The queue"), ("codeId" = String, Path, description = "The code")),
    responses((status = 204, description = "The queue does not have it"), ConflictFailures, Failures),
    security(("oauth" = ["routing"]))
)]
pub(super) async fn remove_queue_wrapup_code(
    State(app): State<App>,
    who: Authorized<EditQueues>,
    Segments((id, code)): Segments<(String, String)>,
) -> ApiResult<Response> {
    app.service().change_queue_wrapup_codes(&who, &id, &[code], Membership::Remove).await?;
    Ok(silent(StatusCode::NO_CONTENT))
}

fn wish(body: &str, before: &QueueRules) -> ApiResult<QueueWish> {
    let mut fields = Fields::read_or_nothing(body)?;
    let name = fields.take_text("name", "\"name\": \"Orders\"")?;
    let description = fields.take_as("description", "text", "\"description\": \"Questions about orders\"")?;
    let division = take_division(&mut fields)?;
    let rules = read_rules(&mut fields, before)?;
    // A client sends back what it read.
    fields.leave_out(&["id", "memberCount", "dateCreated", "selfUri"])?;
    let known = "`name`, `description`, `division`, `rules`, `acwSettings`, `mediaSettings`, `skillEvaluationMethod`";
    fields.finish(known)?;
    Ok(QueueWish { name, description, division, rules })
}

/// A division in a body: a reference by id.
pub(super) fn take_division(fields: &mut Fields<'_>) -> ApiResult<Option<DivisionId>> {
    let example = "\"division\": {\"id\": \"0190b0a1-…\"}";
    let Some(division) = fields.take_given("division")? else { return Ok(None) };
    let mut division = Fields::read(division.get())?;
    let id = division.take_text("id", example)?;
    division.leave_out(&["name", "selfUri"])?;
    division.finish("`id`")?;
    let parsed = id.parse().map(Some);
    parsed
        .map_err(|_| ApiError::invalid("division", "has no id that could be one", &format!("send it like `{example}`")))
}

/// Ids of a list of references.
pub(super) fn references(body: &str) -> ApiResult<Vec<String>> {
    let example = "[{\"id\": \"0190b0a1-…\"}]";
    if is_nothing(body) {
        return Ok(Vec::new());
    }
    let listed = members_of(body, example)?;
    listed.into_iter().map(|one| Fields::read(one.get())?.take_text("id", example)).collect()
}

/// The members of a body that is a list.
pub(super) fn members_of<'a>(body: &'a str, example: &str) -> ApiResult<Vec<&'a RawValue>> {
    serde_json::from_str(body)
        .map_err(|_| ApiError::invalid("body", "has to be a list of references", &format!("send it like `{example}`")))
}
