//! API clients and scopes.

use axum::{extract::State, http::StatusCode, response::Response};
use waybill_model as model;
use waybill_protocol::rest::{
    client::{Client, ClientSecretTimes, RotateSecret, Scope, ScopeListing, WriteClient},
    listing::Listing,
};
use waybill_service::{ClientDraft, ClientWithSecret, GivenGrant, Versioned};

use super::{
    document::{ChangeFailures, Failures},
    extract::{
        AddClients, AnyToken, Authorized, DeleteClients, EditClients, Fields, Parameters, RawBody, Segments,
        ViewClients,
    },
    paging::Page,
    reply::{json, silent},
    roles::NamedListParameters,
    users::{role_divisions, role_divisions_of, state},
};
use crate::{
    App,
    error::{ApiError, ApiResult},
};

/// List API clients
#[utoipa::path(
    get, path = "/api/v2/oauth/clients", tag = "Authorization", params(NamedListParameters),
    responses((status = 200, description = "A page, by name", body = Listing<Client>), Failures),
    security(("oauth" = ["oauth:readonly"]))
)]
pub(super) async fn list_clients(
    State(app): State<App>,
    who: Authorized<ViewClients>,
    Parameters(parameters): Parameters<NamedListParameters>,
) -> ApiResult<Response> {
    let (page, name): (Page, _) = parameters.into_page()?;
    let found = app.service().list_clients(&who, name, page.offset(), page.size).await?;
    let clients = found.entities.iter().map(|one| client(one, None)).collect();
    json(&page.listing("/api/v2/oauth/clients", found.total, clients))
}

/// Create an API client
///
/// The answer holds its secret, this once. Nobody gives more rights than he has himself.
#[utoipa::path(
    post, path = "/api/v2/oauth/clients", tag = "Authorization",
    request_body(content = WriteClient, content_type = "application/json"),
    responses((status = 200, description = "The client with its secret", body = Client), ChangeFailures, Failures),
    security(("oauth" = ["oauth"]))
)]
pub(super) async fn create_client(
    State(app): State<App>,
    who: Authorized<AddClients>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let (draft, public) = draft(&body)?;
    let ClientWithSecret { client: created, secret } = app.service().register_client(&who, draft, public).await?;
    json(&client(&created, secret))
}

/// Read an API client
#[utoipa::path(
    get, path = "/api/v2/oauth/clients/{clientId}", tag = "Authorization",
    params(("clientId" = String, Path, description = "The client")),
    responses((status = 200, description = "The client", body = Client), Failures),
    security(("oauth" = ["oauth:readonly"]))
)]
pub(super) async fn get_client(
    State(app): State<App>,
    who: Authorized<ViewClients>,
    Segments(id): Segments<String>,
) -> ApiResult<Response> {
    json(&client(&app.service().get_client(&who, &id).await?, None))
}

/// Change an API client
///
/// Replaces it but for its secrets; what is left out goes back to its default. One that becomes `inactive` is logged out
/// everywhere, and whoever logged in through it.
#[utoipa::path(
    put, path = "/api/v2/oauth/clients/{clientId}", tag = "Authorization",
    params(("clientId" = String, Path, description = "The client")),
    request_body(content = WriteClient, content_type = "application/json"),
    responses((status = 200, description = "The client as it stands now", body = Client), ChangeFailures, Failures),
    security(("oauth" = ["oauth"]))
)]
pub(super) async fn put_client(
    State(app): State<App>,
    who: Authorized<EditClients>,
    Segments(id): Segments<String>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let (draft, _) = draft(&body)?;
    json(&client(&app.service().update_client(&who, &id, draft).await?, None))
}

/// Delete an API client
///
/// It is logged out everywhere, and whoever logged in through it.
#[utoipa::path(
    delete, path = "/api/v2/oauth/clients/{clientId}", tag = "Authorization",
    params(("clientId" = String, Path, description = "The client")),
    responses((status = 204, description = "The client is gone"), ChangeFailures, Failures),
    security(("oauth" = ["oauth"]))
)]
pub(super) async fn delete_client(
    State(app): State<App>,
    who: Authorized<DeleteClients>,
    Segments(id): Segments<String>,
) -> ApiResult<Response> {
    app.service().delete_client(&who, &id).await?;
    Ok(silent(StatusCode::NO_CONTENT))
}

/// Draw a new secret
///
/// The former one stays good for the overlap; the answer holds the new one, this once. The body may be left out.
#[utoipa::path(
    post, path = "/api/v2/oauth/clients/{clientId}/secret", tag = "Authorization",
    params(("clientId" = String, Path, description = "The client")),
    request_body(content = RotateSecret, content_type = "application/json"),
    responses((status = 200, description = "The client with its new secret", body = Client), ChangeFailures, Failures),
    security(("oauth" = ["oauth"]))
)]
pub(super) async fn rotate_client_secret(
    State(app): State<App>,
    who: Authorized<EditClients>,
    Segments(id): Segments<String>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let mut fields = Fields::read_or_nothing(&body)?;
    let overlap = fields.take_as("overlapSeconds", "a whole number of seconds", "\"overlapSeconds\": 86400")?;
    fields.finish("`overlapSeconds`")?;
    let rotated = app.service().rotate_client_secret(&who, &id, overlap).await?;
    json(&client(&rotated.client, rotated.secret))
}

/// List scopes
///
/// A token is narrowed to some of them when it is asked for; its roles still decide.
#[utoipa::path(
    get, path = "/api/v2/oauth/scopes", tag = "Authorization",
    responses((status = 200, description = "Every scope", body = ScopeListing), Failures),
    security(("oauth" = []))
)]
pub(super) async fn list_scopes(_who: Authorized<AnyToken>) -> ApiResult<Response> {
    let scopes = waybill_service::scopes().into_iter();
    let entities: Vec<_> = scopes
        .map(|(id, permissions)| Scope { id, permissions: permissions.iter().map(|one| one.as_str()).collect() })
        .collect();
    json(&ScopeListing { total: entities.len(), entities, self_uri: "/api/v2/oauth/scopes" })
}

fn draft(body: &str) -> ApiResult<(ClientDraft, bool)> {
    let mut fields = Fields::read(body)?;
    let name = fields.take_text("name", "\"name\": \"CRM sync\"")?;
    let description: Option<String> = fields.take_as("description", "text", "\"description\": \"…\"")?;
    let grant_type: Option<String> =
        fields.take_as("authorizedGrantType", "text", "\"authorizedGrantType\": \"CLIENT-CREDENTIALS\"")?;
    let public: Option<bool> = fields.take_as("public", "true or false", "\"public\": false")?;
    let uris: Option<Vec<String>> = fields.take_as(
        "registeredRedirectUri",
        "a list of addresses",
        "\"registeredRedirectUri\": [\"https://app.example/back\"]",
    )?;
    let role_ids: Option<Vec<String>> = fields.take_as("roleIds", "a list of ids", "\"roleIds\": [\"0000…\"]")?;
    let mut grants = role_divisions(&mut fields)?;
    let enabled = state(&mut fields)?.unwrap_or(true);
    fields.leave_out(&["id", "secret", "secrets", "dateCreated", "version", "selfUri"])?;
    fields.finish("`name`, `description`, `authorizedGrantType`, `public`, `registeredRedirectUri`, `roleIds`, `roleDivisions`, `state`")?;
    // Clients send back what they read: a role with its divisions is not meant everywhere as well.
    let everywhere: Vec<_> = role_ids
        .unwrap_or_default()
        .into_iter()
        .filter(|id| !grants.iter().any(|grant| grant.role_id == *id))
        .map(|role_id| GivenGrant { role_id, division_id: None })
        .collect();
    grants.extend(everywhere);
    let redirect_uris = uris.unwrap_or_default();
    match grant_type.as_deref() {
        Some("CODE") if redirect_uris.is_empty() => {
            let remedy = "name the addresses to which people are sent back";
            return Err(ApiError::invalid("registeredRedirectUri", "is needed for `CODE`", remedy));
        }
        None | Some("CODE" | "CLIENT-CREDENTIALS") => {}
        Some(_) => {
            let remedy = "use `CLIENT-CREDENTIALS` or `CODE`";
            return Err(ApiError::invalid("authorizedGrantType", "is not served", remedy));
        }
    }
    let description = description.unwrap_or_default();
    Ok((ClientDraft { name, description, redirect_uris, grants, enabled }, public.unwrap_or(false)))
}

fn client(client: &Versioned<model::Client>, secret: Option<String>) -> Client {
    let Versioned { entity, version } = client;
    let model::Client {
        id,
        organization_id: _,
        name,
        grants,
        secrets,
        redirect_uris,
        description,
        enabled,
        created_at,
    } = entity;
    let times = secrets.iter().map(|model::ClientSecret { hash: _, created_at, good_until }| ClientSecretTimes {
        date_created: *created_at,
        good_until: *good_until,
    });
    Client {
        id: *id,
        name: name.clone(),
        description: description.clone(),
        authorized_grant_type: if redirect_uris.is_empty() { "CLIENT-CREDENTIALS" } else { "CODE" },
        public: secrets.is_empty(),
        registered_redirect_uri: redirect_uris.clone(),
        role_ids: grants.iter().map(|grant| grant.role_id.to_string()).collect(),
        role_divisions: role_divisions_of(grants),
        state: if *enabled { "active" } else { "inactive" },
        secrets: times.collect(),
        secret,
        date_created: *created_at,
        version: *version,
        self_uri: format!("/api/v2/oauth/clients/{id}"),
    }
}
