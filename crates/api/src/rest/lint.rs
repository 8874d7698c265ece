//! The dry run of a start: what would be answered, before any page asks.

use axum::{extract::State, response::Response};
use waybill_protocol::rest::context::LintAnswer;

use super::{
    document::{BodyFailures, Failures},
    extract::{Authorized, Parameters, RawBody, Segments, ViewDeployments},
    parameters::LintParameters,
    reply::json,
};
use crate::{App, convert, error::ApiResult, guest::call_form};

/// Lint a context
///
/// Judges the options of a start as the deployment would, and stores nothing. A refusal is an answer here: 200 with
/// `accepted: false` and the receipt.
#[utoipa::path(
    post, path = "/api/v2/webdeployments/deployments/{deploymentId}/context/lint", tag = "Deployments",
    params(("deploymentId" = String, Path, description = "The deployment"), LintParameters),
    request_body(
        content = serde_json::Value, content_type = "application/json",
        description = "The options as the page gives them to `startChat`",
        example = json!({"customData": {"crm-customer-id": "CRM-1"}})
    ),
    responses((status = 200, description = "The verdicts", body = LintAnswer), BodyFailures, Failures),
    security(("oauth" = ["web-deployments:readonly"]))
)]
pub(super) async fn lint_context(
    State(app): State<App>,
    who: Authorized<ViewDeployments>,
    Segments(id): Segments<String>,
    Parameters(LintParameters { api }): Parameters<LintParameters>,
    RawBody(options): RawBody,
) -> ApiResult<Response> {
    let form = call_form(api.as_deref())?;
    let linted = app.service().lint_context(&who, &id, form, &options).await?;
    let (accepted, receipt) = match &linted {
        Ok(receipt) => (true, receipt),
        Err(receipt) => (false, receipt),
    };
    json(&LintAnswer { accepted, receipt: convert::receipt(receipt) })
}
