//! Credentials for requests that leave the server: written and used, never shown.

use axum::{extract::State, http::StatusCode, response::Response};
use waybill_model::{ClientAuth, CredentialKind};
use waybill_protocol::rest::{
    integration::{Credential, WriteCredential},
    listing::Listing,
};
use waybill_service::CredentialWish;

use super::{
    actions::IntegrationListParameters,
    convert,
    document::{ChangeFailures, Failures},
    extract::{
        AddCredentials, Authorized, DeleteCredentials, EditCredentials, Fields, Parameters, RawBody, Segments,
        ViewCredentials,
    },
    reply::{json, silent},
};
use crate::{
    App,
    error::{ApiError, ApiResult},
};

const PATH: &str = "/api/v2/integrations/credentials";

/// List credentials
///
/// By name, without their secrets.
#[utoipa::path(
    get, path = "/api/v2/integrations/credentials", tag = "Integrations", params(IntegrationListParameters),
    responses((status = 200, description = "A page of credentials", body = Listing<Credential>), Failures),
    security(("oauth" = ["integrations:readonly"]))
)]
pub(super) async fn list_credentials(
    State(app): State<App>,
    who: Authorized<ViewCredentials>,
    Parameters(parameters): Parameters<IntegrationListParameters>,
) -> ApiResult<Response> {
    let (page, name) = parameters.into_parts()?;
    let found = app.service().list_credentials(&who, name, page.offset(), page.size).await?;
    json(&page.listing(PATH, found.total, found.entities.iter().map(convert::credential).collect()))
}

/// Create a credential
///
/// Its secret goes in here and never comes out again.
#[utoipa::path(
    post, path = "/api/v2/integrations/credentials", tag = "Integrations",
    request_body(content = WriteCredential, content_type = "application/json"),
    responses((status = 200, description = "The credential", body = Credential), ChangeFailures, Failures),
    security(("oauth" = ["integrations"]))
)]
pub(super) async fn create_credential(
    State(app): State<App>,
    who: Authorized<AddCredentials>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let (wish, _) = wish(&body)?;
    json(&convert::credential(&app.service().create_credential(&who, wish).await?))
}

/// Read a credential
#[utoipa::path(
    get, path = "/api/v2/integrations/credentials/{credentialId}", tag = "Integrations",
    params(("credentialId" = String, Path, description = "The credential")),
    responses((status = 200, description = "The credential without its secret", body = Credential), Failures),
    security(("oauth" = ["integrations:readonly"]))
)]
pub(super) async fn get_credential(
    State(app): State<App>,
    who: Authorized<ViewCredentials>,
    Segments(id): Segments<String>,
) -> ApiResult<Response> {
    json(&convert::credential(&app.service().get_credential(&who, &id).await?))
}

/// Change a credential
///
/// Without a `secret` the one that is there stays.
#[utoipa::path(
    put, path = "/api/v2/integrations/credentials/{credentialId}", tag = "Integrations",
    params(("credentialId" = String, Path, description = "The credential")),
    request_body(content = WriteCredential, content_type = "application/json"),
    responses((status = 200, description = "The credential", body = Credential), ChangeFailures, Failures),
    security(("oauth" = ["integrations"]))
)]
pub(super) async fn put_credential(
    State(app): State<App>,
    who: Authorized<EditCredentials>,
    Segments(id): Segments<String>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let (wish, version) = wish(&body)?;
    json(&convert::credential(&app.service().update_credential(&who, &id, wish, version).await?))
}

/// Delete a credential
///
/// What names it takes its way for failures from now on.
#[utoipa::path(
    delete, path = "/api/v2/integrations/credentials/{credentialId}", tag = "Integrations",
    params(("credentialId" = String, Path, description = "The credential")),
    responses((status = 204, description = "It is gone"), ChangeFailures, Failures),
    security(("oauth" = ["integrations"]))
)]
pub(super) async fn delete_credential(
    State(app): State<App>,
    who: Authorized<DeleteCredentials>,
    Segments(id): Segments<String>,
) -> ApiResult<Response> {
    app.service().delete_credential(&who, &id).await?;
    Ok(silent(StatusCode::NO_CONTENT))
}

fn wish(body: &str) -> ApiResult<(CredentialWish, Option<u64>)> {
    let mut fields = Fields::read_or_nothing(body)?;
    let name = fields.take_text("name", "\"name\": \"crmToken\"")?;
    let kind = fields.take_text("type", "\"type\": \"bearer\"")?;
    let secret = fields.take_optional_text("secret", "\"secret\": \"…\"")?;
    let version = fields.take_as("version", "a number", "\"version\": 1")?;
    let kind = match kind.as_str() {
        "secret" => CredentialKind::Secret,
        "bearer" => CredentialKind::Bearer,
        "basic" => CredentialKind::Basic { user: fields.take_text("user", "\"user\": \"waybill\"")? },
        "oauthClientCredentials" => CredentialKind::OauthClientCredentials {
            token_url: fields.take_text("tokenUrl", "\"tokenUrl\": \"https://crm.example.com/oauth/token\"")?,
            client_id: fields.take_text("clientId", "\"clientId\": \"…\"")?,
            client_auth: match fields.take_optional_text("clientAuth", "\"clientAuth\": \"header\"")?.as_deref() {
                None | Some("header") => ClientAuth::Header,
                Some("body") => ClientAuth::Body,
                Some(_) => {
                    return Err(ApiError::invalid("clientAuth", "is none that there is", "use `header` or `body`"));
                }
            },
            scope: fields.take_optional_text("scope", "\"scope\": \"…\"")?,
        },
        _ => {
            let remedy = "use `secret`, `bearer`, `basic` or `oauthClientCredentials`";
            return Err(ApiError::invalid("type", "is none that there is", remedy));
        }
    };
    // A client sends back what it read.
    fields.leave_out(&["id", "dateCreated", "dateModified", "selfUri"])?;
    fields.finish("`name`, `type`, `secret`, `version`, and what belongs to the type")?;
    Ok((CredentialWish { name, kind, secret }, version))
}
