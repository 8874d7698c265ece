//! Roles, permissions and divisions.

use std::collections::BTreeMap;

use axum::{extract::State, http::StatusCode, response::Response};
use serde::Deserialize;
use utoipa::IntoParams;
use waybill_model as model;
use waybill_model::{Granted, Permission};
use waybill_protocol::rest::{
    listing::Listing,
    role::{Division, DomainPermission, DomainPermissions, PermissionPolicy, Role, WriteDivision, WriteRole},
};
use waybill_service::{RoleDraft, RoleView, Versioned};

use super::{
    document::{ChangeFailures, Failures},
    extract::{
        AddRoles, Authorized, DeleteRoles, EditDivisions, EditRoles, Fields, Parameters, RawBody, Segments, ViewRoles,
    },
    paging::Page,
    reply::{json, silent},
};
use crate::{
    App,
    error::{ApiError, ApiResult},
};

/// What a list of something administered takes.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct NamedListParameters {
    /// The page, from 1.
    #[param(value_type = Option<u32>)]
    page_number: Option<String>,
    /// How many on a page, 1 to 500; 25 when absent.
    #[param(value_type = Option<u32>)]
    page_size: Option<String>,
    /// Only those whose name contains this.
    name: Option<String>,
}

impl NamedListParameters {
    pub(super) fn into_page(self) -> ApiResult<(Page, Option<String>)> {
        let Self { page_number, page_size, name } = self;
        let name = name.map(|name| name.trim_matches('*').to_owned()).filter(|name| !name.is_empty());
        Ok((Page::read(page_number.as_deref(), page_size.as_deref())?, name))
    }
}

/// List roles
///
/// The server's own first, then the organization's by name.
#[utoipa::path(
    get, path = "/api/v2/authorization/roles", tag = "Authorization", params(NamedListParameters),
    responses((status = 200, description = "A page of roles", body = Listing<Role>), Failures),
    security(("oauth" = ["authorization:readonly"]))
)]
pub(super) async fn list_roles(
    State(app): State<App>,
    who: Authorized<ViewRoles>,
    Parameters(parameters): Parameters<NamedListParameters>,
) -> ApiResult<Response> {
    let (page, name) = parameters.into_page()?;
    let (roles, total) = app.service().list_roles(&who, name, page.offset(), page.size).await?;
    json(&page.listing("/api/v2/authorization/roles", total, roles.iter().map(role).collect()))
}

/// Create a role
///
/// Nobody makes a role with more rights than he has himself everywhere.
#[utoipa::path(
    post, path = "/api/v2/authorization/roles", tag = "Authorization",
    request_body(content = WriteRole, content_type = "application/json"),
    responses((status = 200, description = "The role", body = Role), ChangeFailures, Failures),
    security(("oauth" = ["authorization"]))
)]
pub(super) async fn create_role(
    State(app): State<App>,
    who: Authorized<AddRoles>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    json(&role(&app.service().create_role(&who, draft(&body)?).await?))
}

/// Read a role
#[utoipa::path(
    get, path = "/api/v2/authorization/roles/{roleId}", tag = "Authorization",
    params(("roleId" = String, Path, description = "The role")),
    responses((status = 200, description = "The role", body = Role), Failures),
    security(("oauth" = ["authorization:readonly"]))
)]
pub(super) async fn get_role(
    State(app): State<App>,
    who: Authorized<ViewRoles>,
    Segments(id): Segments<String>,
) -> ApiResult<Response> {
    json(&role(&app.service().get_role(&who, &id).await?))
}

/// Change a role
///
/// Replaces it; whoever has it has the new rights at once. The server's own roles can't be changed.
#[utoipa::path(
    put, path = "/api/v2/authorization/roles/{roleId}", tag = "Authorization",
    params(("roleId" = String, Path, description = "The role")),
    request_body(content = WriteRole, content_type = "application/json"),
    responses((status = 200, description = "The role as it stands now", body = Role), ChangeFailures, Failures),
    security(("oauth" = ["authorization"]))
)]
pub(super) async fn put_role(
    State(app): State<App>,
    who: Authorized<EditRoles>,
    Segments(id): Segments<String>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    json(&role(&app.service().update_role(&who, &id, draft(&body)?).await?))
}

/// Delete a role
///
/// Whoever had it loses its rights at once.
#[utoipa::path(
    delete, path = "/api/v2/authorization/roles/{roleId}", tag = "Authorization",
    params(("roleId" = String, Path, description = "The role")),
    responses((status = 204, description = "The role is gone"), ChangeFailures, Failures),
    security(("oauth" = ["authorization"]))
)]
pub(super) async fn delete_role(
    State(app): State<App>,
    who: Authorized<DeleteRoles>,
    Segments(id): Segments<String>,
) -> ApiResult<Response> {
    app.service().delete_role(&who, &id).await?;
    Ok(silent(StatusCode::NO_CONTENT))
}

/// List permissions
///
/// Everything that a role can let through, by domain.
#[utoipa::path(
    get, path = "/api/v2/authorization/permissions", tag = "Authorization", params(NamedListParameters),
    responses((status = 200, description = "A page of domains", body = Listing<DomainPermissions>), Failures),
    security(("oauth" = ["authorization:readonly"]))
)]
pub(super) async fn list_permissions(
    State(_app): State<App>,
    _who: Authorized<ViewRoles>,
    Parameters(parameters): Parameters<NamedListParameters>,
) -> ApiResult<Response> {
    let (page, name) = parameters.into_page()?;
    let mut domains = BTreeMap::<&str, BTreeMap<String, Vec<DomainPermission>>>::new();
    for permission in Permission::ALL {
        let [domain, entity, action] = words(*permission);
        if name.as_ref().is_some_and(|name| !permission.as_str().contains(name.as_str())) {
            continue;
        }
        domains.entry(domain).or_default().entry(entity.to_owned()).or_default().push(DomainPermission {
            domain: domain.to_owned(),
            entity_type: entity.to_owned(),
            action: action.to_owned(),
            label: permission.to_string(),
            division_aware: matches!(domain, "conversation" | "webDeployments" | "routing" | "directory" | "analytics"),
        });
    }
    let total = domains.len() as u64;
    let skip = usize::try_from(page.offset()).unwrap_or(usize::MAX);
    let domains = domains.into_iter().skip(skip).take(page.size as usize);
    let domains = domains
        .map(|(domain, permission_map)| DomainPermissions { domain: domain.to_owned(), permission_map })
        .collect();
    json(&page.listing("/api/v2/authorization/permissions", total, domains))
}

/// List divisions
#[utoipa::path(
    get, path = "/api/v2/authorization/divisions", tag = "Authorization", params(NamedListParameters),
    responses((status = 200, description = "A page of divisions", body = Listing<Division>), Failures),
    security(("oauth" = ["authorization:readonly"]))
)]
pub(super) async fn list_divisions(
    State(app): State<App>,
    who: Authorized<ViewRoles>,
    Parameters(parameters): Parameters<NamedListParameters>,
) -> ApiResult<Response> {
    let (page, name) = parameters.into_page()?;
    let found = app.service().list_divisions(&who, name, page.offset(), page.size).await?;
    let divisions = found.entities.iter().map(division).collect();
    json(&page.listing("/api/v2/authorization/divisions", found.total, divisions))
}

/// Create a division
#[utoipa::path(
    post, path = "/api/v2/authorization/divisions", tag = "Authorization",
    request_body(content = WriteDivision, content_type = "application/json"),
    responses((status = 200, description = "The division", body = Division), ChangeFailures, Failures),
    security(("oauth" = ["authorization"]))
)]
pub(super) async fn create_division(
    State(app): State<App>,
    who: Authorized<EditDivisions>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    json(&division(&app.service().create_division(&who, &division_name(&body)?).await?))
}

/// Read a division
#[utoipa::path(
    get, path = "/api/v2/authorization/divisions/{divisionId}", tag = "Authorization",
    params(("divisionId" = String, Path, description = "The division")),
    responses((status = 200, description = "The division", body = Division), Failures),
    security(("oauth" = ["authorization:readonly"]))
)]
pub(super) async fn get_division(
    State(app): State<App>,
    who: Authorized<ViewRoles>,
    Segments(id): Segments<String>,
) -> ApiResult<Response> {
    json(&division(&app.service().get_division(&who, &id).await?))
}

/// Rename a division
#[utoipa::path(
    put, path = "/api/v2/authorization/divisions/{divisionId}", tag = "Authorization",
    params(("divisionId" = String, Path, description = "The division")),
    request_body(content = WriteDivision, content_type = "application/json"),
    responses((status = 200, description = "The division as it stands now", body = Division), ChangeFailures, Failures),
    security(("oauth" = ["authorization"]))
)]
pub(super) async fn put_division(
    State(app): State<App>,
    who: Authorized<EditDivisions>,
    Segments(id): Segments<String>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    json(&division(&app.service().rename_division(&who, &id, &division_name(&body)?).await?))
}

fn division_name(body: &str) -> ApiResult<String> {
    let mut fields = Fields::read(body)?;
    let name = fields.take_text("name", "\"name\": \"Spare parts\"")?;
    fields.leave_out(&["id", "homeDivision", "selfUri"])?;
    fields.finish("`name`")?;
    Ok(name)
}

fn draft(body: &str) -> ApiResult<RoleDraft> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    struct Policy {
        domain: String,
        entity_name: String,
        action_set: Vec<String>,
        #[serde(default)]
        keys: Option<Vec<String>>,
    }
    let mut fields = Fields::read(body)?;
    let name = fields.take_text("name", "\"name\": \"Order agent\"")?;
    let description: Option<String> = fields.take_as("description", "text", "\"description\": \"…\"")?;
    let example = "\"permissions\": [\"conversation:communication:view\"]";
    let whole: Option<Vec<String>> = fields.take_as("permissions", "a list of texts", example)?;
    let example = "\"permissionPolicies\": [{\"domain\": \"conversation\", \"entityName\": \"communication\", \"actionSet\": [\"view\"]}]";
    let policies: Option<Vec<Policy>> = fields.take_as("permissionPolicies", "a list of policies", example)?;
    fields.leave_out(&["id", "default", "version", "selfUri"])?;
    fields.finish("`name`, `description`, `permissions`, `permissionPolicies`")?;
    // A permission that stands in both counts for the keys of its policy: clients send back what they read.
    let mut permissions = BTreeMap::<Permission, Option<Vec<String>>>::new();
    for text in whole.unwrap_or_default() {
        permissions.insert(permission("permissions", &text)?, None);
    }
    for Policy { domain, entity_name, action_set, keys } in policies.unwrap_or_default() {
        if action_set.is_empty() {
            let remedy = "name an action, or `*` for all of them";
            return Err(ApiError::invalid("permissionPolicies", "has one without an action", remedy));
        }
        for action in action_set {
            let all = Permission::ALL.iter().copied();
            let mut wanted = Vec::new();
            if action == "*" {
                wanted.extend(all.filter(|one| matches!(words(*one), [d, e, _] if d == domain && e == entity_name)));
            }
            if wanted.is_empty() {
                wanted.push(permission("permissionPolicies", &format!("{domain}:{entity_name}:{action}"))?);
            }
            permissions.extend(wanted.into_iter().map(|permission| (permission, keys.clone())));
        }
    }
    let permissions = permissions.into_iter().map(|(permission, keys)| Granted { permission, keys });
    Ok(RoleDraft { name, description: description.unwrap_or_default(), permissions: permissions.collect() })
}

fn permission(field: &str, text: &str) -> ApiResult<Permission> {
    text.parse().map_err(|error: model::UnknownPermission| {
        let remedy = "use the ones that `GET /api/v2/authorization/permissions` lists";
        ApiError::invalid(field, &format!("names the unknown permission `{}`", error.0), remedy)
    })
}

/// Domain, entity, action.
fn words(permission: Permission) -> [&'static str; 3] {
    let mut words = permission.as_str().splitn(3, ':');
    [words.next().unwrap_or_default(), words.next().unwrap_or_default(), words.next().unwrap_or_default()]
}

fn role(view: &RoleView) -> Role {
    let RoleView { id, name, description, permissions, built_in, version } = view;
    let mut policies = BTreeMap::<(&str, &str, Option<&Vec<String>>), Vec<String>>::new();
    for Granted { permission, keys } in permissions {
        let [domain, entity, action] = words(*permission);
        policies.entry((domain, entity, keys.as_ref())).or_default().push(action.to_owned());
    }
    let policies = policies.into_iter().map(|((domain, entity, keys), action_set)| PermissionPolicy {
        domain: domain.to_owned(),
        entity_name: entity.to_owned(),
        action_set,
        keys: keys.cloned(),
    });
    Role {
        id: *id,
        name: name.clone(),
        description: description.clone(),
        permissions: permissions.iter().map(|granted| granted.permission.to_string()).collect(),
        permission_policies: policies.collect(),
        built_in: *built_in,
        version: *version,
        self_uri: format!("/api/v2/authorization/roles/{id}"),
    }
}

fn division(division: &Versioned<model::Division>) -> Division {
    let model::Division { id, organization_id, name, created_at: _ } = &division.entity;
    Division {
        id: *id,
        name: name.clone(),
        home_division: *id == model::Division::home(*organization_id),
        self_uri: format!("/api/v2/authorization/divisions/{id}"),
    }
}
