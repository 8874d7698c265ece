//! Quarantined keys: which there are, and how they are promoted to stored ones (LOG9).

use axum::{extract::State, response::Response};
use waybill_protocol::rest::{
    policy::{BulkPromotion, BulkPromotionBody, PromotionBody, QuarantineListing},
    webchat::ParticipantWritten,
};

use super::{
    convert,
    document::{ChangeFailures, Failures},
    extract::{Authorized, Parameters, PromoteQuarantined, RawBody, Segments, ViewDeployments},
    policy_body,
    reply::{json, json_at_revision},
    windows::QuarantineParameters,
};
use crate::{App, error::ApiResult};

/// Promote a quarantined key
///
/// Stores the value that was set aside, with the trust that it came with, under the key that the deployment's present
/// policy gives it. It has to fit that policy, or the request says `override` with a reason.
#[utoipa::path(
    post, path = "/api/v2/conversations/{conversationId}/context/{key}/promote", tag = "Context",
    params(
        ("conversationId" = String, Path, description = "The conversation"),
        ("key" = String, Path, description = "The key, path or alias under which it is quarantined")
    ),
    request_body(content = PromotionBody, content_type = "application/json"),
    responses(
        (status = 200, description = "The context after it", body = ParticipantWritten, headers(("ETag" = String, description = "The context revision"))),
        ChangeFailures, Failures
    ),
    security(("oauth" = ["conversation:write"]))
)]
pub(super) async fn promote_key(
    State(app): State<App>,
    who: Authorized<PromoteQuarantined>,
    Segments((id, key)): Segments<(String, String)>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let wish = policy_body::read_promotion(&body)?;
    let written = app.service().promote_key(&who, &id, &key, &wish).await?;
    json_at_revision(written.revision, &convert::written(&written))
}

/// List the quarantined keys of a deployment
///
/// Counted over a stretch of its conversations, the newest first.
#[utoipa::path(
    get, path = "/api/v2/webdeployments/deployments/{deploymentId}/quarantine", tag = "Deployments",
    params(("deploymentId" = String, Path, description = "The deployment"), QuarantineParameters),
    responses((status = 200, description = "The keys", body = QuarantineListing), Failures),
    security(("oauth" = ["web-deployments:readonly"]))
)]
pub(super) async fn list_quarantine(
    State(app): State<App>,
    who: Authorized<ViewDeployments>,
    Segments(id): Segments<String>,
    Parameters(parameters): Parameters<QuarantineParameters>,
) -> ApiResult<Response> {
    let (after, limit) = parameters.read()?;
    json(&convert::quarantine(&app.service().list_quarantine(&who, &id, after, limit).await?))
}

/// Promote a quarantined key in many conversations
///
/// Each conversation gets its own event. One request looks at a stretch of them; go on with its `cursor`. A request that is
/// repeated finds nothing left to promote where it has been.
#[utoipa::path(
    post, path = "/api/v2/webdeployments/deployments/{deploymentId}/quarantine/{key}/promote", tag = "Deployments",
    params(
        ("deploymentId" = String, Path, description = "The deployment"),
        ("key" = String, Path, description = "The key or path, as the list of quarantined keys names it")
    ),
    request_body(content = BulkPromotionBody, content_type = "application/json"),
    responses((status = 200, description = "What became of them", body = BulkPromotion), ChangeFailures, Failures),
    security(("oauth" = ["conversation:write"]))
)]
pub(super) async fn promote_everywhere(
    State(app): State<App>,
    who: Authorized<PromoteQuarantined>,
    Segments((id, key)): Segments<(String, String)>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let bulk = policy_body::read_bulk_promotion(&body)?;
    let done = app.service().promote_everywhere(&who, &id, &key, &bulk).await?;
    json(&convert::bulk_promoted(bulk.dry_run, &done))
}
