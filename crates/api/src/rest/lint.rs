//! The dry run of a start: what would be answered, before any page asks.

use axum::{extract::State, response::Response};
use waybill_model::Receipt;
use waybill_protocol::rest::context::LintAnswer;

use super::{
    document::{BodyFailures, Failures},
    extract::{Authorized, Fields, Parameters, RawBody, Segments, ViewDeployments},
    parameters::LintParameters,
    policy_body,
    reply::json,
};
use crate::{
    App, convert,
    error::{ApiError, ApiResult},
    guest::call_form,
};

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
    answer(&app.service().lint_context(&who, &id, form, &options).await?)
}

/// Lint a context under a proposed policy
///
/// Judges the options of a start as the deployment would under a policy that is not published, and stores nothing.
#[utoipa::path(
    post, path = "/api/v2/webdeployments/deployments/{deploymentId}/contextpolicy/lint", tag = "Deployments",
    params(("deploymentId" = String, Path, description = "The deployment"), LintParameters),
    request_body(
        content = serde_json::Value, content_type = "application/json",
        description = "The proposed policy, and the options as the page gives them to `startChat`",
        example = json!({
            "policy": {"mode": "strict", "attributes": [{"key": "crmCustomerId", "type": "string", "required": true}]},
            "options": {"customData": {"crm-customer-id": "CRM-1"}}
        })
    ),
    responses((status = 200, description = "The verdicts", body = LintAnswer), BodyFailures, Failures),
    security(("oauth" = ["web-deployments:readonly"]))
)]
pub(super) async fn lint_context_policy(
    State(app): State<App>,
    who: Authorized<ViewDeployments>,
    Segments(id): Segments<String>,
    Parameters(LintParameters { api }): Parameters<LintParameters>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let form = call_form(api.as_deref())?;
    let mut fields = Fields::read(&body)?;
    let missing = |name| move || ApiError::invalid(name, "is missing", "send `policy` and `options`");
    let policy = fields.take_given("policy")?.ok_or_else(missing("policy"))?;
    let options = fields.take_given("options")?.ok_or_else(missing("options"))?;
    fields.finish("`policy` and `options`")?;
    let (policy, _) = policy_body::read(policy.get())?;
    answer(&app.service().lint_policy(&who, &id, policy, form, options.get()).await?)
}

fn answer(linted: &Result<Receipt, Receipt>) -> ApiResult<Response> {
    let (accepted, receipt) = match linted {
        Ok(receipt) => (true, receipt),
        Err(receipt) => (false, receipt),
    };
    json(&LintAnswer { accepted, receipt: convert::receipt(receipt) })
}
