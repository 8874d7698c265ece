//! Deployments: entry points, how they judge context, what they show.

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value};
use waybill_protocol::rest::{
    configuration::ActiveConfigurationOnDeployment,
    deployment::{
        Deployment, DeploymentBody, DeploymentListing, IdentityResolutionConfig, ImportAnswer, ImportBody, NotTaken,
    },
};
use waybill_service::{ConfigurationWish, DeploymentView, DeploymentWish};

use super::{
    configuration_body, convert,
    convert::Site,
    deployment_body,
    deployment_import::{Imported, import},
    document::{ChangeFailures, Failures},
    extract::{
        AddDeployments, AnyToken, Authorized, DeleteDeployments, EditDeployments, EditIdentityResolution, Fields,
        Parameters, RawBody, Segments, ViewDeployments, ViewIdentityResolution,
    },
    reply::{json, silent},
    windows::{ActiveParameters, DeploymentParameters, DeploymentsParameters},
};
use crate::{
    App,
    address::BaseUrl,
    error::{ApiError, ApiResult},
};

/// List deployments
#[utoipa::path(
    get, path = "/api/v2/webdeployments/deployments", tag = "Deployments",
    params(DeploymentsParameters),
    responses((status = 200, description = "The deployments by name", body = DeploymentListing), Failures),
    security(("oauth" = ["web-deployments:readonly"]))
)]
pub(super) async fn list_deployments(
    State(app): State<App>,
    who: Authorized<ViewDeployments>,
    base: BaseUrl,
    Parameters(parameters): Parameters<DeploymentsParameters>,
) -> ApiResult<Response> {
    let (window, expands) = parameters.into_window()?;
    let page = app.service().list_visible_deployments(&who, &window).await?;
    json(&convert::deployments(&page, window.page_size, &site(&app, base, expands)))
}

/// Create a deployment
///
/// With the standard context policy; change that at `…/contextpolicy`.
#[utoipa::path(
    post, path = "/api/v2/webdeployments/deployments", tag = "Deployments",
    request_body(content = DeploymentBody, content_type = "application/json"),
    responses((status = 200, description = "The deployment", body = Deployment), ChangeFailures, Failures),
    security(("oauth" = ["web-deployments"]))
)]
pub(super) async fn create_deployment(
    State(app): State<App>,
    who: Authorized<AddDeployments>,
    base: BaseUrl,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let view = app.service().add_deployment(&who, deployment_body::read(&body)?).await?;
    json(&convert::deployment(&view, &site(&app, base, false)))
}

/// Read a deployment
#[utoipa::path(
    get, path = "/api/v2/webdeployments/deployments/{deploymentId}", tag = "Deployments",
    params(("deploymentId" = String, Path, description = "The deployment"), DeploymentParameters),
    responses((status = 200, description = "The deployment", body = Deployment), Failures),
    security(("oauth" = ["web-deployments:readonly"]))
)]
pub(super) async fn get_deployment(
    State(app): State<App>,
    who: Authorized<ViewDeployments>,
    base: BaseUrl,
    Segments(id): Segments<String>,
    Parameters(parameters): Parameters<DeploymentParameters>,
) -> ApiResult<Response> {
    let view = app.service().get_deployment(&who, &id).await?;
    json(&convert::deployment(&view, &site(&app, base, parameters.expands()?)))
}

/// Replace a deployment
///
/// What the field's own members leave out is cleared: `description`, `allowAllDomains`, `allowedDomains`, `flow`. Its
/// status, its configuration and what is this server's own stay as they are when they are left out. The context policy is
/// changed at `…/contextpolicy`.
#[utoipa::path(
    put, path = "/api/v2/webdeployments/deployments/{deploymentId}", tag = "Deployments",
    params(("deploymentId" = String, Path, description = "The deployment")),
    request_body(content = DeploymentBody, content_type = "application/json"),
    responses((status = 200, description = "The deployment", body = Deployment), ChangeFailures, Failures),
    security(("oauth" = ["web-deployments"]))
)]
pub(super) async fn put_deployment(
    State(app): State<App>,
    who: Authorized<EditDeployments>,
    base: BaseUrl,
    Segments(id): Segments<String>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let view = app.service().update_deployment(&who, &id, deployment_body::read(&body)?).await?;
    json(&convert::deployment(&view, &site(&app, base, false)))
}

/// Delete a deployment
///
/// It takes no chats from now on (401). Its conversations stay readable.
#[utoipa::path(
    delete, path = "/api/v2/webdeployments/deployments/{deploymentId}", tag = "Deployments",
    params(("deploymentId" = String, Path, description = "The deployment")),
    responses((status = 204, description = "It is gone"), ChangeFailures, Failures),
    security(("oauth" = ["web-deployments"]))
)]
pub(super) async fn delete_deployment(
    State(app): State<App>,
    who: Authorized<DeleteDeployments>,
    Segments(id): Segments<String>,
) -> ApiResult<Response> {
    app.service().delete_deployment(&who, &id).await?;
    Ok(silent(StatusCode::NO_CONTENT))
}

/// Read the configuration that a deployment shows
///
/// With the deployment's own context policy as `messenger.apps.conversations.customData`. Any token of the organization
/// will do.
#[utoipa::path(
    get, path = "/api/v2/webdeployments/deployments/{deploymentId}/configurations", tag = "Deployments",
    params(("deploymentId" = String, Path, description = "The deployment"), ActiveParameters),
    responses(
        (status = 200, description = "The configuration", body = ActiveConfigurationOnDeployment),
        Failures
    ),
    security(("oauth" = ["web-deployments:readonly"]))
)]
pub(super) async fn get_deployment_configurations(
    State(app): State<App>,
    who: Authorized<AnyToken>,
    base: BaseUrl,
    Segments(id): Segments<String>,
    Parameters(_): Parameters<ActiveParameters>,
) -> ApiResult<Response> {
    let view = app.service().get_deployment_of_organization(who.organization_id(), &id).await?;
    json(&convert::active_configuration(&view, &site(&app, base, false))?)
}

/// Read how a deployment resolves identities
#[utoipa::path(
    get, path = "/api/v2/webdeployments/deployments/{deploymentId}/identityresolution", tag = "Deployments",
    params(("deploymentId" = String, Path, description = "The deployment")),
    responses((status = 200, description = "How it does", body = IdentityResolutionConfig), Failures),
    security(("oauth" = ["web-deployments:readonly"]))
)]
pub(super) async fn get_identity_resolution(
    State(app): State<App>,
    who: Authorized<ViewIdentityResolution>,
    Segments(id): Segments<String>,
) -> ApiResult<Response> {
    let resolution = app.service().get_identity_resolution(&who, &id).await?;
    let view = app.service().get_deployment(&who, &id).await?;
    json(&convert::identity_resolution(&resolution, view.deployment.division_id))
}

/// Change how a deployment resolves identities
///
/// Kept for the field's clients; who a visitor is comes from the context and from signed tokens here.
#[utoipa::path(
    put, path = "/api/v2/webdeployments/deployments/{deploymentId}/identityresolution", tag = "Deployments",
    params(("deploymentId" = String, Path, description = "The deployment")),
    request_body(content = IdentityResolutionConfig, content_type = "application/json"),
    responses((status = 200, description = "How it does now", body = IdentityResolutionConfig), ChangeFailures, Failures),
    security(("oauth" = ["web-deployments"]))
)]
pub(super) async fn put_identity_resolution(
    State(app): State<App>,
    who: Authorized<EditIdentityResolution>,
    Segments(id): Segments<String>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let (resolve, source) = deployment_body::read_identity_resolution(&body)?;
    let resolution = app.service().update_identity_resolution(&who, &id, resolve, source).await?;
    let view = app.service().get_deployment(&who, &id).await?;
    json(&convert::identity_resolution(&resolution, view.deployment.division_id))
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
    let DeploymentView { deployment, shown: _ } = app.service().get_deployment(&who, &id).await?;
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], convert::typescript(&deployment)).into_response())
}

/// Read the JSON Schema of a deployment's context
///
/// JSON Schema 2020-12 of `customData`: what it accepts, a strict deployment admits, but for sizes in bytes.
#[utoipa::path(
    get, path = "/api/v2/webdeployments/deployments/{deploymentId}/context.schema.json", tag = "Deployments",
    params(("deploymentId" = String, Path, description = "The deployment")),
    responses(
        (status = 200, description = "The schema", body = serde_json::Value, content_type = "application/schema+json"),
        Failures
    ),
    security(("oauth" = ["web-deployments:readonly"]))
)]
pub(super) async fn get_context_schema(
    State(app): State<App>,
    who: Authorized<ViewDeployments>,
    Segments(id): Segments<String>,
) -> ApiResult<Response> {
    let DeploymentView { deployment, shown: _ } = app.service().get_deployment(&who, &id).await?;
    let mut response = json(&convert::json_schema(&deployment))?;
    let kind = header::HeaderValue::from_static("application/schema+json");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    Ok(response)
}

/// Import a deployment
///
/// From the public files of a deployment elsewhere: makes a published configuration and a deployment with the standard
/// context policy. Whatever is not taken is named with the reason. The id is kept where it is free.
#[utoipa::path(
    post, path = "/api/v2/webdeployments/import", tag = "Deployments",
    request_body(content = ImportBody, content_type = "application/json"),
    responses((status = 200, description = "What was made, and what was left", body = ImportAnswer), ChangeFailures, Failures),
    security(("oauth" = ["web-deployments"]))
)]
pub(super) async fn import_deployment(
    State(app): State<App>,
    who: Authorized<AddDeployments>,
    base: BaseUrl,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let mut fields = Fields::read(&body)?;
    let name = fields.take_as::<String>("name", "text", "\"name\": \"shop\"")?;
    let dry_run = fields.take_as::<bool>("dryRun", "true or false", "\"dryRun\": true")?.unwrap_or(false);
    let shape = "an object, the file's own";
    let config = fields.take_as::<Map<String, Value>>("config", shape, "\"config\": {\"id\": \"…\"}")?;
    let domains =
        fields.take_as::<Map<String, Value>>("domains", shape, "\"domains\": {\"allowAllDomains\": false}")?;
    fields.finish("`name`, `config`, `domains`, `dryRun`")?;
    let config =
        config.ok_or_else(|| ApiError::invalid("config", "is missing", "send the content of `config.json`"))?;
    let Imported { id, status, allow_all_domains, allowed_domains, settings, taken, mut not_taken } =
        import(&config, domains.as_ref());
    let content = configuration_body::content(settings)?;
    let is_taken = match id {
        Some(id) => app.service().find_deployment_id(id).await?,
        None => false,
    };
    if is_taken {
        let reason = "a deployment of this id is here already; another was drawn".to_owned();
        not_taken.push(NotTaken { path: "id".to_owned(), reason });
    }
    let taken = taken.into_iter().filter(|path| !is_taken || path != "id").collect();
    if dry_run {
        return json(&ImportAnswer { deployment: None, taken, not_taken });
    }
    let name = name.unwrap_or_else(|| "Imported deployment".to_owned());
    let wish = DeploymentWish {
        id: id.filter(|_| !is_taken),
        name: name.clone(),
        description: None,
        status: Some(status),
        allow_all_domains: Some(allow_all_domains),
        allowed_domains: Some(allowed_domains),
        allow_native: None,
        division: None,
        flow: None,
        configuration: None,
    };
    let configuration = ConfigurationWish { name, description: String::new(), content };
    let view = app.service().import_deployment(&who, wish, configuration).await?;
    let deployment = convert::deployment(&view, &site(&app, base, false));
    json(&ImportAnswer { deployment: Some(deployment), taken, not_taken })
}

fn site(app: &App, BaseUrl(base_url): BaseUrl, expands: bool) -> Site {
    Site { base_url, region: app.service().settings().region.clone(), expands }
}
