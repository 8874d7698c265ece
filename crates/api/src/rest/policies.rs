//! The context policy of a deployment: what a page may hand over, version by version.

use axum::{extract::State, response::Response};
use waybill_model::DeploymentId;
use waybill_protocol::rest::{
    deployment::ContextPolicy,
    policy::{ContextPolicyListing, PolicyEffect, PublishedContextPolicy},
};

use super::{
    convert,
    document::{ChangeFailures, Failures, PolicyFailures},
    extract::{Authorized, EditDeployments, IfMatch, Parameters, RawBody, Segments, ViewDeployments},
    policy_body,
    reply::{json, json_at_revision},
    windows::{PoliciesParameters, PreviewParameters},
};
use crate::{App, error::ApiResult};

/// Read the context policy of a deployment
#[utoipa::path(
    get, path = "/api/v2/webdeployments/deployments/{deploymentId}/contextpolicy", tag = "Deployments",
    params(("deploymentId" = String, Path, description = "The deployment")),
    responses(
        (status = 200, description = "The policy in force", body = ContextPolicy, headers(("ETag" = String, description = "Its version"))),
        Failures
    ),
    security(("oauth" = ["web-deployments:readonly"]))
)]
pub(super) async fn get_context_policy(
    State(app): State<App>,
    who: Authorized<ViewDeployments>,
    Segments(id): Segments<String>,
) -> ApiResult<Response> {
    let policy = app.service().get_policy(&who, &id).await?;
    json_at_revision(policy.version, &convert::policy(read_id(&id)?, &policy))
}

/// Publish a context policy
///
/// As the next version: starts are judged by it from now on, conversations that run keep theirs. The answer says what it
/// would have made of the latest starts. With `If-Match`, or a `version` in the body, the change is only made when that
/// version is still the one in force.
#[utoipa::path(
    put, path = "/api/v2/webdeployments/deployments/{deploymentId}/contextpolicy", tag = "Deployments",
    params(
        ("deploymentId" = String, Path, description = "The deployment"),
        ("If-Match" = Option<String>, Header, description = "The version that the change was made from")
    ),
    request_body(
        content = serde_json::Value, content_type = "application/json", description = "The policy",
        example = json!({"mode": "strict", "attributes": [{"key": "crmCustomerId", "type": "string", "aliases": ["customerId"]}]})
    ),
    responses(
        (status = 200, description = "The policy in force now", body = PublishedContextPolicy, headers(("ETag" = String, description = "Its version"))),
        PolicyFailures, Failures
    ),
    security(("oauth" = ["web-deployments"]))
)]
pub(super) async fn put_context_policy(
    State(app): State<App>,
    who: Authorized<EditDeployments>,
    IfMatch(if_match): IfMatch,
    Segments(id): Segments<String>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let (policy, version) = policy_body::read(&body)?;
    let published = app.service().change_policy(&who, &id, policy, if_match.or(version)).await?;
    json_at_revision(published.policy.version, &convert::published_policy(read_id(&id)?, &published))
}

/// List the context policies of a deployment
///
/// Every published version, the newest first.
#[utoipa::path(
    get, path = "/api/v2/webdeployments/deployments/{deploymentId}/contextpolicy/versions", tag = "Deployments",
    params(("deploymentId" = String, Path, description = "The deployment"), PoliciesParameters),
    responses((status = 200, description = "The policies", body = ContextPolicyListing), Failures),
    security(("oauth" = ["web-deployments:readonly"]))
)]
pub(super) async fn list_context_policies(
    State(app): State<App>,
    who: Authorized<ViewDeployments>,
    Segments(id): Segments<String>,
    Parameters(parameters): Parameters<PoliciesParameters>,
) -> ApiResult<Response> {
    let (after, page_size) = parameters.read()?;
    let page = app.service().list_policies(&who, &id, after, page_size).await?;
    json(&convert::policies(read_id(&id)?, &page, page_size))
}

/// Read a context policy
#[utoipa::path(
    get, path = "/api/v2/webdeployments/deployments/{deploymentId}/contextpolicy/versions/{version}", tag = "Deployments",
    params(
        ("deploymentId" = String, Path, description = "The deployment"),
        ("version" = String, Path, description = "The version")
    ),
    responses((status = 200, description = "The policy", body = ContextPolicy), Failures),
    security(("oauth" = ["web-deployments:readonly"]))
)]
pub(super) async fn get_context_policy_version(
    State(app): State<App>,
    who: Authorized<ViewDeployments>,
    Segments((id, version)): Segments<(String, String)>,
) -> ApiResult<Response> {
    let policy = app.service().get_policy_version(&who, &id, &version).await?;
    json(&convert::policy(read_id(&id)?, &policy))
}

/// Preview a context policy
///
/// Judges the newest starts again, under the policy in force and under the proposed one, and counts per key. No value is
/// shown, nothing is published. What can't be known is said: starts that were refused left no values behind.
#[utoipa::path(
    post, path = "/api/v2/webdeployments/deployments/{deploymentId}/contextpolicy/preview", tag = "Deployments",
    params(("deploymentId" = String, Path, description = "The deployment"), PreviewParameters),
    request_body(
        content = serde_json::Value, content_type = "application/json", description = "The proposed policy",
        example = json!({"mode": "strict", "attributes": [{"key": "crmCustomerId", "type": "string", "required": true}]})
    ),
    responses((status = 200, description = "What it would have done", body = PolicyEffect), ChangeFailures, Failures),
    security(("oauth" = ["web-deployments:readonly"]))
)]
pub(super) async fn preview_context_policy(
    State(app): State<App>,
    who: Authorized<ViewDeployments>,
    Segments(id): Segments<String>,
    Parameters(parameters): Parameters<PreviewParameters>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let (policy, _) = policy_body::read(&body)?;
    let found = app.service().preview_policy(&who, &id, policy, parameters.starts()?).await?;
    json(&convert::policy_effect(&found))
}

/// The service found the deployment: its id can be read.
fn read_id(text: &str) -> ApiResult<DeploymentId> {
    text.parse().map_err(|_| waybill_service::ServiceError::UnknownDeployment.into())
}
