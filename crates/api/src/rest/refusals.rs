//! Refused hand-overs (CTX11), one by one and in groups.

use axum::{extract::State, response::Response};
use waybill_protocol::rest::refusal::{RefusalListing, RefusalSummary};

use super::{
    convert,
    document::Failures,
    extract::{Authorized, Parameters, ViewDeployments},
    refusal_parameters::{RefusalParameters, SummaryParameters},
    reply::json,
};
use crate::{App, error::ApiResult};

/// List refusals
///
/// What pages tried to hand over and could not, newest first: keys, rules, page path and SDK version; no values. Kept
/// for 30 days.
#[utoipa::path(
    get, path = "/api/v2/webdeployments/refusals", tag = "Deployments",
    params(RefusalParameters),
    responses((status = 200, description = "The refusals", body = RefusalListing), Failures),
    security(("oauth" = ["web-deployments:readonly"]))
)]
pub(super) async fn list_refusals(
    State(app): State<App>,
    who: Authorized<ViewDeployments>,
    Parameters(parameters): Parameters<RefusalParameters>,
) -> ApiResult<Response> {
    let query = parameters.into_query()?;
    let list = app.service().list_refusals(&who, &query).await?;
    json(&convert::refusals(&list, query.limit))
}

/// Count refusals
///
/// By key, rule, page path, SDK version, deployment or form; the largest groups first.
#[utoipa::path(
    get, path = "/api/v2/webdeployments/refusals/summary", tag = "Deployments",
    params(SummaryParameters),
    responses((status = 200, description = "The groups", body = RefusalSummary), Failures),
    security(("oauth" = ["web-deployments:readonly"]))
)]
pub(super) async fn summarize_refusals(
    State(app): State<App>,
    who: Authorized<ViewDeployments>,
    Parameters(parameters): Parameters<SummaryParameters>,
) -> ApiResult<Response> {
    let (query, grouping, word) = parameters.into_query()?;
    let summary = app.service().summarize_refusals(&who, &query, grouping).await?;
    json(&convert::refusal_summary(word, &summary))
}
