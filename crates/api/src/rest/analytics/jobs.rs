//! Details jobs: for more than is answered at once.

use axum::{extract::State, http::StatusCode, response::Response};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use utoipa::IntoParams;
use waybill_protocol::rest::analytics::{DetailsJobQuery, JobCreated, JobResults, JobStatus};
use waybill_service::analytics::{Job, JobQuestion};

use super::{
    super::{
        document::{BodyFailures, Failures},
        extract::{Authorized, Fields, Parameters, RawBody, Segments, ViewDetails},
        parameters::page_size,
        reply::{json, silent, with_status},
    },
    conversation,
    read::{AN_INTERVAL, filters, refuse_unserved},
};
use crate::{
    App,
    error::{ApiError, ApiResult},
};

/// Start a details job
///
/// The same question as a details query, over at most 400 days. Its results stay for a day after it is done.
#[utoipa::path(
    post, path = "/api/v2/analytics/conversations/details/jobs", tag = "Analytics",
    request_body(content = DetailsJobQuery, content_type = "application/json"),
    responses((status = 202, description = "The job is taken on", body = JobCreated), BodyFailures, super::super::document::ConflictFailures, Failures),
    security(("oauth" = ["analytics:readonly"]))
)]
pub(super) async fn create_details_job(
    State(app): State<App>,
    who: Authorized<ViewDetails>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let job = app.service().create_details_job(&who, question(&body)?).await?;
    Ok(with_status(StatusCode::ACCEPTED, json(&JobCreated { job_id: job.id.to_string() })?))
}

fn question(body: &str) -> ApiResult<JobQuestion> {
    let mut fields = Fields::read(body)?;
    let interval = fields.take_text("interval", AN_INTERVAL)?;
    let conversation_filters = filters(&mut fields, "conversationFilters")?;
    let segment_filters = filters(&mut fields, "segmentFilters")?;
    let limit: Option<u64> = fields.take_as("limit", "a number", "\"limit\": 10000")?;
    // Job data lags behind elsewhere; here it is whole, and pages are in the order of starts.
    fields.leave_out(&["startOfDayIntervalMatching", "order", "orderBy"])?;
    refuse_unserved(&mut fields, &["evaluationFilters", "surveyFilters", "resolutionFilters"])?;
    fields.finish("`interval`, `conversationFilters`, `segmentFilters` and `limit`")?;
    Ok(JobQuestion { interval, conversation_filters, segment_filters, limit })
}

/// Read a details job
#[utoipa::path(
    get, path = "/api/v2/analytics/conversations/details/jobs/{jobId}", tag = "Analytics",
    params(("jobId" = String, Path, description = "The job")),
    responses((status = 200, description = "Where it stands", body = JobStatus), Failures),
    security(("oauth" = ["analytics:readonly"]))
)]
pub(super) async fn get_details_job(
    State(app): State<App>,
    who: Authorized<ViewDetails>,
    Segments(id): Segments<String>,
) -> ApiResult<Response> {
    let Job { id: _, state, submitted_at, completed_at, expires_at, found, error } =
        app.service().get_details_job(&who, &id).await?;
    json(&JobStatus {
        state: state.as_str(),
        submission_date: submitted_at,
        completion_date: completed_at,
        expiration_date: expires_at,
        error_message: error,
        found,
    })
}

/// Call a details job off
///
/// One that is not done is cancelled; one that is done goes with its results.
#[utoipa::path(
    delete, path = "/api/v2/analytics/conversations/details/jobs/{jobId}", tag = "Analytics",
    params(("jobId" = String, Path, description = "The job")),
    responses((status = 204, description = "It is done"), Failures),
    security(("oauth" = ["analytics:readonly"]))
)]
pub(super) async fn delete_details_job(
    State(app): State<App>,
    who: Authorized<ViewDetails>,
    Segments(id): Segments<String>,
) -> ApiResult<Response> {
    app.service().delete_details_job(&who, &id).await?;
    Ok(silent(StatusCode::NO_CONTENT))
}

/// What a page of results takes.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ResultParameters {
    /// Where a page begins: the `cursor` of the page before.
    cursor: Option<String>,
    /// How many on a page, 1 to 1000; 1000 when absent.
    #[param(value_type = Option<u32>)]
    page_size: Option<String>,
}

/// Read a details job's results
///
/// Conversations with their attributes as they are now, oldest start first.
#[utoipa::path(
    get, path = "/api/v2/analytics/conversations/details/jobs/{jobId}/results", tag = "Analytics",
    params(("jobId" = String, Path, description = "The job"), ResultParameters),
    responses((status = 200, description = "A page of results", body = JobResults), super::super::document::ConflictFailures, Failures),
    security(("oauth" = ["analytics:readonly"]))
)]
pub(super) async fn list_job_results(
    State(app): State<App>,
    who: Authorized<ViewDetails>,
    Segments(id): Segments<String>,
    Parameters(ResultParameters { cursor, page_size: size }): Parameters<ResultParameters>,
) -> ApiResult<Response> {
    let position = cursor.as_deref().map_or(Ok(0), read_cursor)?;
    let size = page_size(size.as_deref(), 1_000, 1_000)?;
    let results = app.service().list_job_results(&who, &id, position, size).await?;
    json(&JobResults {
        conversations: conversation::conversations(&results.conversations),
        cursor: results.next.map(|next| URL_SAFE_NO_PAD.encode(next.to_string())),
        data_availability_date: results.available_at,
    })
}

fn read_cursor(text: &str) -> ApiResult<u64> {
    let decoded = URL_SAFE_NO_PAD.decode(text).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let position = decoded.and_then(|text| text.parse().ok());
    // No job finds more than a million.
    position.filter(|position| *position <= 1_000_000).ok_or_else(|| {
        ApiError::invalid("cursor", "is none that this job handed out", "use the `cursor` of the page before, or none")
    })
}
