//! Messenger configurations: a draft, and what was published of it, version by version.

use axum::{extract::State, http::StatusCode, response::Response};
use waybill_protocol::rest::configuration::{WebDeploymentConfiguration, WebDeploymentConfigurationListing};

use super::{
    configuration_body, convert,
    document::{ChangeFailures, Failures},
    extract::{
        AddConfigurations, Authorized, DeleteConfigurations, EditConfigurations, Parameters, PublishConfigurations,
        RawBody, Segments, ViewConfigurations,
    },
    reply::{json, silent},
    windows::{ConfigurationsParameters, VersionsParameters},
};
use crate::{App, error::ApiResult};

/// List configurations
///
/// Each in its newest published version, or as a draft where nothing is published.
#[utoipa::path(
    get, path = "/api/v2/webdeployments/configurations", tag = "Deployments",
    params(ConfigurationsParameters),
    responses((status = 200, description = "The configurations by name", body = WebDeploymentConfigurationListing), Failures),
    security(("oauth" = ["web-deployments:readonly"]))
)]
pub(super) async fn list_configurations(
    State(app): State<App>,
    who: Authorized<ViewConfigurations>,
    Parameters(parameters): Parameters<ConfigurationsParameters>,
) -> ApiResult<Response> {
    let (window, only_published) = parameters.into_window()?;
    let page = app.service().list_configurations(&who, &window, only_published).await?;
    json(&convert::configurations(&page, window.page_size))
}

/// Create a configuration
///
/// As a draft: nothing shows it before it is published.
#[utoipa::path(
    post, path = "/api/v2/webdeployments/configurations", tag = "Deployments",
    request_body(
        content = serde_json::Value, content_type = "application/json", description = "The configuration",
        example = json!({"name": "shop", "languages": ["en-us"], "defaultLanguage": "en-us"})
    ),
    responses((status = 200, description = "The draft", body = WebDeploymentConfiguration), ChangeFailures, Failures),
    security(("oauth" = ["web-deployments"]))
)]
pub(super) async fn create_configuration(
    State(app): State<App>,
    who: Authorized<AddConfigurations>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    json(&convert::draft(&app.service().create_configuration(&who, configuration_body::read(&body)?).await?))
}

/// Delete a configuration
///
/// With all its versions; 409 while a deployment uses it.
#[utoipa::path(
    delete, path = "/api/v2/webdeployments/configurations/{configurationId}", tag = "Deployments",
    params(("configurationId" = String, Path, description = "The configuration")),
    responses((status = 204, description = "It is gone"), ChangeFailures, Failures),
    security(("oauth" = ["web-deployments"]))
)]
pub(super) async fn delete_configuration(
    State(app): State<App>,
    who: Authorized<DeleteConfigurations>,
    Segments(id): Segments<String>,
) -> ApiResult<Response> {
    app.service().delete_configuration(&who, &id).await?;
    Ok(silent(StatusCode::NO_CONTENT))
}

/// List the versions of a configuration
///
/// What was published, the newest first.
#[utoipa::path(
    get, path = "/api/v2/webdeployments/configurations/{configurationId}/versions", tag = "Deployments",
    params(("configurationId" = String, Path, description = "The configuration"), VersionsParameters),
    responses((status = 200, description = "The versions", body = WebDeploymentConfigurationListing), Failures),
    security(("oauth" = ["web-deployments:readonly"]))
)]
pub(super) async fn list_configuration_versions(
    State(app): State<App>,
    who: Authorized<ViewConfigurations>,
    Segments(id): Segments<String>,
    Parameters(parameters): Parameters<VersionsParameters>,
) -> ApiResult<Response> {
    let window = parameters.into_window()?;
    let page = app.service().list_configuration_versions(&who, &id, &window).await?;
    json(&convert::configuration_versions(&id, &page, window.page_size))
}

/// Read the draft of a configuration
#[utoipa::path(
    get, path = "/api/v2/webdeployments/configurations/{configurationId}/versions/draft", tag = "Deployments",
    params(("configurationId" = String, Path, description = "The configuration")),
    responses((status = 200, description = "The draft", body = WebDeploymentConfiguration), Failures),
    security(("oauth" = ["web-deployments:readonly"]))
)]
pub(super) async fn get_configuration_draft(
    State(app): State<App>,
    who: Authorized<ViewConfigurations>,
    Segments(id): Segments<String>,
) -> ApiResult<Response> {
    json(&convert::draft(&app.service().get_configuration(&who, &id).await?))
}

/// Replace the draft of a configuration
#[utoipa::path(
    put, path = "/api/v2/webdeployments/configurations/{configurationId}/versions/draft", tag = "Deployments",
    params(("configurationId" = String, Path, description = "The configuration")),
    request_body(
        content = serde_json::Value, content_type = "application/json", description = "The configuration",
        example = json!({"name": "shop", "messenger": {"enabled": true, "styles": {"primaryColor": "#0165A7"}}})
    ),
    responses((status = 200, description = "The draft", body = WebDeploymentConfiguration), ChangeFailures, Failures),
    security(("oauth" = ["web-deployments"]))
)]
pub(super) async fn put_configuration_draft(
    State(app): State<App>,
    who: Authorized<EditConfigurations>,
    Segments(id): Segments<String>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let wish = configuration_body::read(&body)?;
    json(&convert::draft(&app.service().update_configuration_draft(&who, &id, wish).await?))
}

/// Publish the draft of a configuration
///
/// As the next version. Deployments that follow the configuration show it at once; those that name a version keep it.
#[utoipa::path(
    post, path = "/api/v2/webdeployments/configurations/{configurationId}/versions/draft/publish", tag = "Deployments",
    params(("configurationId" = String, Path, description = "The configuration")),
    responses((status = 200, description = "The version", body = WebDeploymentConfiguration), ChangeFailures, Failures),
    security(("oauth" = ["web-deployments"]))
)]
pub(super) async fn publish_configuration(
    State(app): State<App>,
    who: Authorized<PublishConfigurations>,
    Segments(id): Segments<String>,
) -> ApiResult<Response> {
    json(&convert::configuration_version(&app.service().publish_configuration(&who, &id).await?))
}

/// Read a version of a configuration
#[utoipa::path(
    get, path = "/api/v2/webdeployments/configurations/{configurationId}/versions/{versionId}", tag = "Deployments",
    params(
        ("configurationId" = String, Path, description = "The configuration"),
        ("versionId" = String, Path, description = "The number of the version")
    ),
    responses((status = 200, description = "The version", body = WebDeploymentConfiguration), Failures),
    security(("oauth" = ["web-deployments:readonly"]))
)]
pub(super) async fn get_configuration_version(
    State(app): State<App>,
    who: Authorized<ViewConfigurations>,
    Segments((id, version)): Segments<(String, String)>,
) -> ApiResult<Response> {
    json(&convert::configuration_version(&app.service().get_configuration_version(&who, &id, &version).await?))
}
