//! Deployments and how they judge context.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use waybill_model as model;
use waybill_protocol::rest::deployment::{Deployment, DeploymentListing};
use waybill_service::{Caller, ServiceError};

use super::{
    convert,
    document::Failures,
    extract::{Authorized, Segments, ViewDeployments},
    reply::json,
};
use crate::{App, error::ApiResult};

/// List deployments
#[utoipa::path(
    get, path = "/api/v2/webdeployments/deployments", tag = "Deployments",
    responses((status = 200, description = "Every deployment of the organization", body = DeploymentListing), Failures),
    security(("oauth" = ["web-deployments:readonly"]))
)]
pub(super) async fn list_deployments(State(app): State<App>, who: Authorized<ViewDeployments>) -> ApiResult<Response> {
    let deployments = app.service().list_deployments(who.organization_id()).await?;
    json(&convert::deployments(&deployments))
}

/// Read a deployment
#[utoipa::path(
    get, path = "/api/v2/webdeployments/deployments/{deploymentId}", tag = "Deployments",
    params(("deploymentId" = String, Path, description = "The deployment")),
    responses((status = 200, description = "The deployment", body = Deployment), Failures),
    security(("oauth" = ["web-deployments:readonly"]))
)]
pub(super) async fn get_deployment(
    State(app): State<App>,
    who: Authorized<ViewDeployments>,
    Segments(id): Segments<String>,
) -> ApiResult<Response> {
    json(&convert::deployment(&own_deployment(&app, &who, &id).await?))
}

/// Read the types of a deployment's context
///
/// A TypeScript declaration of `customData`: every declared key and its other names.
#[utoipa::path(
    get, path = "/api/v2/webdeployments/deployments/{deploymentId}/context/types", tag = "Deployments",
    params(("deploymentId" = String, Path, description = "The deployment")),
    responses((status = 200, description = "The declaration", body = String, content_type = "text/plain"), Failures),
    security(("oauth" = ["web-deployments:readonly"]))
)]
pub(super) async fn get_context_types(
    State(app): State<App>,
    who: Authorized<ViewDeployments>,
    Segments(id): Segments<String>,
) -> ApiResult<Response> {
    let text = convert::typescript(&own_deployment(&app, &who, &id).await?);
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response())
}

/// A deployment of the caller's own organization; another's is as good as none.
async fn own_deployment(app: &App, who: &Caller, id: &str) -> ApiResult<model::Deployment> {
    let deployment = app.service().public_deployment(id).await?;
    if deployment.organization_id != who.organization_id() {
        return Err(ServiceError::NotFound { kind: "deployment", id: deployment.id.to_string() }.into());
    }
    Ok(deployment)
}
