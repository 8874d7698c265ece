//! Refused hand-overs (CTX11).

use axum::{extract::State, response::Response};
use waybill_protocol::rest::refusal::RefusalListing;

use super::{
    convert,
    document::Failures,
    extract::{Authorized, Parameters, ViewDeployments},
    parameters::RefusalParameters,
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
    let page_size = query.limit;
    let records = app.service().list_refusals(&who, query).await?;
    json(&convert::refusals(&records, page_size))
}
