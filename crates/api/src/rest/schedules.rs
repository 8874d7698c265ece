//! Schedules: business hours with a name.

use axum::{extract::State, http::StatusCode, response::Response};
use serde_json::{Map, Value};
use waybill_protocol::rest::{
    flow::{Schedule, WriteSchedule},
    listing::Listing,
};
use waybill_service::ScheduleWish;

use super::{
    convert,
    document::{ChangeFailures, Failures},
    extract::{
        AddSchedules, Authorized, DeleteSchedules, EditSchedules, Fields, Parameters, RawBody, Segments, ViewSchedules,
    },
    paging::RoutingParameters,
    queues::take_division,
    reply::{json, silent},
};
use crate::{App, error::ApiResult};

const PATH: &str = "/api/v2/architect/schedules";

/// List schedules
///
/// By name.
#[utoipa::path(
    get, path = "/api/v2/architect/schedules", tag = "Flows", params(RoutingParameters),
    responses((status = 200, description = "A page of schedules", body = Listing<Schedule>), Failures),
    security(("oauth" = ["routing:readonly"]))
)]
pub(super) async fn list_schedules(
    State(app): State<App>,
    who: Authorized<ViewSchedules>,
    Parameters(parameters): Parameters<RoutingParameters>,
) -> ApiResult<Response> {
    let (page, query) = parameters.into_query()?;
    let found = app.service().list_schedules(&who, query).await?;
    json(&page.listing(PATH, found.total, found.entities.iter().map(convert::schedule).collect()))
}

/// Create a schedule
#[utoipa::path(
    post, path = "/api/v2/architect/schedules", tag = "Flows",
    request_body(content = WriteSchedule, content_type = "application/json"),
    responses((status = 200, description = "The schedule", body = Schedule), ChangeFailures, Failures),
    security(("oauth" = ["routing"]))
)]
pub(super) async fn create_schedule(
    State(app): State<App>,
    who: Authorized<AddSchedules>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let (wish, _) = wish(&body)?;
    json(&convert::schedule(&app.service().create_schedule(&who, wish).await?))
}

/// Read a schedule
#[utoipa::path(
    get, path = "/api/v2/architect/schedules/{scheduleId}", tag = "Flows",
    params(("scheduleId" = String, Path, description = "The schedule")),
    responses((status = 200, description = "The schedule", body = Schedule), Failures),
    security(("oauth" = ["routing:readonly"]))
)]
pub(super) async fn get_schedule(
    State(app): State<App>,
    who: Authorized<ViewSchedules>,
    Segments(id): Segments<String>,
) -> ApiResult<Response> {
    json(&convert::schedule(&app.service().get_schedule(&who, &id).await?))
}

/// Change a schedule
///
/// Flows that name it hold to the new hours at once.
#[utoipa::path(
    put, path = "/api/v2/architect/schedules/{scheduleId}", tag = "Flows",
    params(("scheduleId" = String, Path, description = "The schedule")),
    request_body(content = WriteSchedule, content_type = "application/json"),
    responses((status = 200, description = "The schedule", body = Schedule), ChangeFailures, Failures),
    security(("oauth" = ["routing"]))
)]
pub(super) async fn put_schedule(
    State(app): State<App>,
    who: Authorized<EditSchedules>,
    Segments(id): Segments<String>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let (wish, version) = wish(&body)?;
    json(&convert::schedule(&app.service().update_schedule(&who, &id, wish, version).await?))
}

/// Delete a schedule
///
/// Flows that name it take their way for faults from now on.
#[utoipa::path(
    delete, path = "/api/v2/architect/schedules/{scheduleId}", tag = "Flows",
    params(("scheduleId" = String, Path, description = "The schedule")),
    responses((status = 204, description = "It is gone"), ChangeFailures, Failures),
    security(("oauth" = ["routing"]))
)]
pub(super) async fn delete_schedule(
    State(app): State<App>,
    who: Authorized<DeleteSchedules>,
    Segments(id): Segments<String>,
) -> ApiResult<Response> {
    app.service().delete_schedule(&who, &id).await?;
    Ok(silent(StatusCode::NO_CONTENT))
}

fn wish(body: &str) -> ApiResult<(ScheduleWish, Option<u64>)> {
    let mut fields = Fields::read_or_nothing(body)?;
    let name = fields.take_text("name", "\"name\": \"Office\"")?;
    let description = fields.take_optional_text("description", "\"description\": \"…\"")?;
    let division = take_division(&mut fields)?;
    let version = fields.take_as("version", "a number", "\"version\": 1")?;
    let mut hours = Map::new();
    let zone = fields.take_text("timeZone", "\"timeZone\": \"Europe/Berlin\"")?;
    hours.insert("timeZone".to_owned(), Value::String(zone));
    for (name, example) in
        [("hours", "\"hours\": {\"mon\": [\"09:00-17:30\"]}"), ("holidays", "\"holidays\": [\"12-25\"]")]
    {
        if let Some(value) = fields.take_as::<Value>(name, "of another shape", example)? {
            hours.insert(name.to_owned(), value);
        }
    }
    // A client sends back what it read.
    fields.leave_out(&["id", "dateCreated", "dateModified", "selfUri"])?;
    fields.finish("`name`, `description`, `division`, `timeZone`, `hours`, `holidays` and `version`")?;
    Ok((ScheduleWish { name, description, division, hours: Value::Object(hours) }, version))
}
