//! People: created, changed, deleted; and what each does for himself (ACC1, ACC7).

use std::collections::{BTreeMap, BTreeSet};

use axum::{extract::State, http::StatusCode, response::Response};
use serde::Deserialize;
use utoipa::IntoParams;
use waybill_model::{Division, DivisionId, Grant, RoleId, User as Person};
use waybill_protocol::rest::{
    listing::Listing,
    user::{
        BeginTotp, ChangePassword, ConfirmTotp, CreateUser, NamedReference, Organization, RoleDivision, SetPassword,
        SetRoles, TotpSecret, UpdateUser, User, UserAuthorization,
    },
};
use waybill_service::{Caller, EVERYWHERE, GivenGrant, NewUser, RoleView, UserChange, UserQuery, Versioned, ids_of};

use super::{
    document::{ChangeFailures, Failures},
    extract::{
        AddUsers, AnyToken, Authorized, DeleteUsers, EditUsers, Fields, Parameters, RawBody, Segments, ViewUsers,
    },
    paging::Page,
    reply::{json, silent},
};
use crate::{
    App,
    address::ClientAddress,
    error::{ApiError, ApiResult},
};

/// What a list of people takes.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct UserListParameters {
    /// The page, from 1.
    #[param(value_type = Option<u32>)]
    page_number: Option<String>,
    /// How many on a page, 1 to 500; 25 when absent.
    #[param(value_type = Option<u32>)]
    page_size: Option<String>,
    /// Only those whose name contains this.
    name: Option<String>,
    /// Only these, separated by commas.
    id: Option<String>,
    /// What to show besides, separated by commas: `authorization`.
    expand: Option<String>,
}

/// What a read of a person takes.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct UserParameters {
    /// What to show besides, separated by commas: `authorization`, and of oneself `organization`. What is not served is
    /// left out.
    expand: Option<String>,
}

fn expands(expand: Option<&String>, word: &str) -> bool {
    expand.is_some_and(|expand| expand.split(',').any(|one| one.trim() == word))
}

/// List users
#[utoipa::path(
    get, path = "/api/v2/users", tag = "People", params(UserListParameters),
    responses((status = 200, description = "A page, by name", body = Listing<User>), Failures),
    security(("oauth" = ["users:readonly"]))
)]
pub(super) async fn list_users(
    State(app): State<App>,
    who: Authorized<ViewUsers>,
    Parameters(parameters): Parameters<UserListParameters>,
) -> ApiResult<Response> {
    let UserListParameters { page_number, page_size, name, id, expand } = parameters;
    let page = Page::read(page_number.as_deref(), page_size.as_deref())?;
    let ids = id.filter(|ids| !ids.trim().is_empty());
    let ids = ids.map(|ids| ids_of(&ids.split(',').map(|id| id.trim().to_owned()).collect::<Vec<_>>()));
    let query = UserQuery { ids, name, offset: page.offset(), limit: page.size };
    let found = app.service().list_users(&who, query).await?;
    let grants: Vec<Grant> = found.entities.iter().flat_map(|user| user.entity.grants.iter().cloned()).collect();
    let names = Names::of(&app, &who, &grants).await?;
    let full = expands(expand.as_ref(), "authorization");
    let users = found.entities.iter().map(|user| {
        let authorization = full.then(|| names.authorization(&user.entity.grants, None));
        User { authorization, ..names.user(user) }
    });
    json(&page.listing("/api/v2/users", found.total, users.collect()))
}

/// Create a user
///
/// Nobody gives more rights than he has himself.
#[utoipa::path(
    post, path = "/api/v2/users", tag = "People", request_body(content = CreateUser, content_type = "application/json"),
    responses((status = 200, description = "The user", body = User), ChangeFailures, Failures),
    security(("oauth" = ["users"]))
)]
pub(super) async fn create_user(
    State(app): State<App>,
    who: Authorized<AddUsers>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let mut fields = Fields::read(&body)?;
    let new = NewUser {
        name: fields.take_text("name", "\"name\": \"Zoë Agent\"")?,
        email: fields.take_text("email", "\"email\": \"zoe@example.com\"")?,
        password: fields.take_as("password", "text", "\"password\": \"four words nobody guesses\"")?,
        division_id: fields.take_as("divisionId", "text", "\"divisionId\": \"0190b0a1-…\"")?,
        grants: role_divisions(&mut fields)?,
    };
    fields.finish("`name`, `email`, `password`, `divisionId`, `roleDivisions`")?;
    let user = app.service().create_user(&who, new).await?;
    json(&view(&app, &who, &user).await?)
}

/// Read oneself
///
/// Only for people: a client's token is told so by a 400.
#[utoipa::path(
    get, path = "/api/v2/users/me", tag = "People", params(UserParameters),
    responses((status = 200, description = "The user", body = User), Failures),
    security(("oauth" = []))
)]
pub(super) async fn get_own_user(
    State(app): State<App>,
    who: Authorized<AnyToken>,
    Parameters(UserParameters { expand }): Parameters<UserParameters>,
) -> ApiResult<Response> {
    let user = app.service().get_own_user(&who).await?;
    let names = Names::of(&app, &who, &user.entity.grants).await?;
    let mut view = names.user(&user);
    if expands(expand.as_ref(), "authorization") {
        let permissions = who.permissions().map(|permission| permission.to_string()).collect();
        view.authorization = Some(names.authorization(&user.entity.grants, Some(permissions)));
    }
    if expands(expand.as_ref(), "organization") {
        view.organization = Some(organization(&app, &who).await?);
    }
    json(&view)
}

/// Change one's password
///
/// One is logged out everywhere, here as well.
#[utoipa::path(
    patch, path = "/api/v2/users/me/password", tag = "People",
    request_body(content = ChangePassword, content_type = "application/json"),
    responses((status = 204, description = "It is changed"), ChangeFailures, Failures),
    security(("oauth" = []))
)]
pub(super) async fn change_own_password(
    State(app): State<App>,
    who: Authorized<AnyToken>,
    ClientAddress(address): ClientAddress,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let mut fields = Fields::read(&body)?;
    let old = fields.take_text("oldPassword", "\"oldPassword\": \"…\"")?;
    let new = fields.take_text("newPassword", "\"newPassword\": \"…\"")?;
    fields.finish("`oldPassword`, `newPassword`")?;
    app.service().change_own_password(&who, old, new, address).await?;
    Ok(silent(StatusCode::NO_CONTENT))
}

/// Draw the secret of one's second factor
///
/// It counts from its first code on; see the operation that confirms it.
#[utoipa::path(
    post, path = "/api/v2/users/me/totp", tag = "People",
    request_body(content = BeginTotp, content_type = "application/json"),
    responses((status = 200, description = "The secret, this once", body = TotpSecret), ChangeFailures, Failures),
    security(("oauth" = []))
)]
pub(super) async fn begin_totp(
    State(app): State<App>,
    who: Authorized<AnyToken>,
    ClientAddress(address): ClientAddress,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let mut fields = Fields::read(&body)?;
    let password = fields.take_text("password", "\"password\": \"…\"")?;
    fields.finish("`password`")?;
    let waybill_service::TotpSecret { secret, uri } = app.service().begin_totp(&who, password, address).await?;
    json(&TotpSecret { secret, otpauth_uri: uri })
}

/// Confirm one's second factor by its first code
#[utoipa::path(
    put, path = "/api/v2/users/me/totp", tag = "People",
    request_body(content = ConfirmTotp, content_type = "application/json"),
    responses((status = 204, description = "From now on a code is asked for"), ChangeFailures, Failures),
    security(("oauth" = []))
)]
pub(super) async fn confirm_totp(
    State(app): State<App>,
    who: Authorized<AnyToken>,
    ClientAddress(address): ClientAddress,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let mut fields = Fields::read(&body)?;
    let code = fields.take_text("code", "\"code\": \"287082\"")?;
    fields.finish("`code`")?;
    app.service().confirm_totp(&who, &code, address).await?;
    Ok(silent(StatusCode::NO_CONTENT))
}

/// Read a user
#[utoipa::path(
    get, path = "/api/v2/users/{userId}", tag = "People",
    params(("userId" = String, Path, description = "The user"), UserParameters),
    responses((status = 200, description = "The user", body = User), Failures),
    security(("oauth" = ["users:readonly"]))
)]
pub(super) async fn get_user(
    State(app): State<App>,
    who: Authorized<ViewUsers>,
    Segments(id): Segments<String>,
    Parameters(UserParameters { expand }): Parameters<UserParameters>,
) -> ApiResult<Response> {
    let user = app.service().get_user(&who, &id).await?;
    let names = Names::of(&app, &who, &user.entity.grants).await?;
    let authorization = expands(expand.as_ref(), "authorization");
    let authorization = authorization.then(|| names.authorization(&user.entity.grants, None));
    json(&User { authorization, ..names.user(&user) })
}

/// Change a user
///
/// What is left out stays. Who becomes `inactive` is logged out everywhere; the last administrator can't.
#[utoipa::path(
    patch, path = "/api/v2/users/{userId}", tag = "People",
    params(("userId" = String, Path, description = "The user")),
    request_body(content = UpdateUser, content_type = "application/json"),
    responses((status = 200, description = "The user as it stands now", body = User), ChangeFailures, Failures),
    security(("oauth" = ["users"]))
)]
pub(super) async fn patch_user(
    State(app): State<App>,
    who: Authorized<EditUsers>,
    Segments(id): Segments<String>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let mut fields = Fields::read(&body)?;
    let change = UserChange {
        name: fields.take_as("name", "text", "\"name\": \"Zoë\"")?,
        email: fields.take_as("email", "text", "\"email\": \"zoe@example.com\"")?,
        division_id: fields.take_as("divisionId", "text", "\"divisionId\": \"0190b0a1-…\"")?,
        enabled: state(&mut fields)?,
        version: fields.take_as("version", "a number", "\"version\": 1")?,
    };
    fields.finish("`name`, `email`, `divisionId`, `state`, `version`")?;
    let user = app.service().update_user(&who, &id, change).await?;
    json(&view(&app, &who, &user).await?)
}

/// Delete a user
///
/// Logged out everywhere and forgotten; what the user did keeps its id.
#[utoipa::path(
    delete, path = "/api/v2/users/{userId}", tag = "People",
    params(("userId" = String, Path, description = "The user")),
    responses((status = 204, description = "The user is gone"), ChangeFailures, Failures),
    security(("oauth" = ["users"]))
)]
pub(super) async fn delete_user(
    State(app): State<App>,
    who: Authorized<DeleteUsers>,
    Segments(id): Segments<String>,
) -> ApiResult<Response> {
    app.service().delete_user(&who, &id).await?;
    Ok(silent(StatusCode::NO_CONTENT))
}

/// Set a user's password
///
/// The user is logged out everywhere.
#[utoipa::path(
    post, path = "/api/v2/users/{userId}/password", tag = "People",
    params(("userId" = String, Path, description = "The user")),
    request_body(content = SetPassword, content_type = "application/json"),
    responses((status = 204, description = "It is set"), ChangeFailures, Failures),
    security(("oauth" = ["users"]))
)]
pub(super) async fn set_user_password(
    State(app): State<App>,
    who: Authorized<EditUsers>,
    Segments(id): Segments<String>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let mut fields = Fields::read(&body)?;
    let password = fields.take_text("newPassword", "\"newPassword\": \"…\"")?;
    fields.finish("`newPassword`")?;
    app.service().set_user_password(&who, &id, password).await?;
    Ok(silent(StatusCode::NO_CONTENT))
}

/// Take a user's second factor away
///
/// For somebody who lost the app; the next log-in takes the password alone.
#[utoipa::path(
    delete, path = "/api/v2/users/{userId}/totp", tag = "People",
    params(("userId" = String, Path, description = "The user")),
    responses((status = 204, description = "It is gone"), ChangeFailures, Failures),
    security(("oauth" = ["users"]))
)]
pub(super) async fn reset_totp(
    State(app): State<App>,
    who: Authorized<EditUsers>,
    Segments(id): Segments<String>,
) -> ApiResult<Response> {
    app.service().reset_totp(&who, &id).await?;
    Ok(silent(StatusCode::NO_CONTENT))
}

/// Read a user's roles
#[utoipa::path(
    get, path = "/api/v2/users/{userId}/roles", tag = "People",
    params(("userId" = String, Path, description = "The user")),
    responses((status = 200, description = "The roles", body = UserAuthorization), Failures),
    security(("oauth" = ["users:readonly"]))
)]
pub(super) async fn get_user_roles(
    State(app): State<App>,
    who: Authorized<ViewUsers>,
    Segments(id): Segments<String>,
) -> ApiResult<Response> {
    let user = app.service().get_user(&who, &id).await?;
    roles(&app, &who, &user.entity).await
}

/// Set a user's roles
///
/// These and no others; at once, also for tokens that the user has. Nobody gives or takes more rights than he has
/// himself. The body may also be a list of role ids.
#[utoipa::path(
    put, path = "/api/v2/users/{userId}/roles", tag = "People",
    params(("userId" = String, Path, description = "The user")),
    request_body(content = SetRoles, content_type = "application/json"),
    responses((status = 200, description = "The roles as they stand now", body = UserAuthorization), ChangeFailures, Failures),
    security(("oauth" = ["users"]))
)]
pub(super) async fn put_user_roles(
    State(app): State<App>,
    who: Authorized<EditUsers>,
    Segments(id): Segments<String>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let grants = if body.trim_start().starts_with('[') {
        let ids: Vec<String> = serde_json::from_str(&body)
            .map_err(|_| ApiError::invalid("body", "has to be a list of role ids", "send it like `[\"0000…\"]`"))?;
        ids.into_iter().map(|role_id| GivenGrant { role_id, division_id: None }).collect()
    } else {
        let mut fields = Fields::read(&body)?;
        let grants = given_role_divisions(&mut fields)?.ok_or_else(|| {
            let remedy = "send every role that the person is to have; an empty list takes them all";
            ApiError::invalid("roleDivisions", "is missing", remedy)
        })?;
        fields.finish("`roleDivisions`")?;
        grants
    };
    let user = app.service().set_user_grants(&who, &id, grants).await?;
    roles(&app, &who, &user.entity).await
}

/// Read one's organization
#[utoipa::path(
    get, path = "/api/v2/organizations/me", tag = "People",
    responses((status = 200, description = "The organization", body = Organization), Failures),
    security(("oauth" = []))
)]
pub(super) async fn get_own_organization(State(app): State<App>, who: Authorized<AnyToken>) -> ApiResult<Response> {
    json(&organization(&app, &who).await?)
}

async fn organization(app: &App, who: &Caller) -> ApiResult<Organization> {
    let waybill_model::Organization { id, name, created_at } = app.service().get_own_organization(who).await?;
    Ok(Organization { id, name, state: "active", date_created: created_at, self_uri: "/api/v2/organizations/me" })
}

async fn view(app: &App, who: &Caller, user: &Versioned<Person>) -> ApiResult<User> {
    let names = Names::of(app, who, &user.entity.grants).await?;
    let authorization = Some(names.authorization(&user.entity.grants, None));
    Ok(User { authorization, ..names.user(user) })
}

async fn roles(app: &App, who: &Caller, user: &Person) -> ApiResult<Response> {
    json(&Names::of(app, who, &user.grants).await?.authorization(&user.grants, None))
}

/// The names that views of people show beside ids.
struct Names {
    divisions: BTreeMap<DivisionId, String>,
    roles: BTreeMap<RoleId, RoleView>,
}

impl Names {
    async fn of(app: &App, who: &Caller, grants: &[Grant]) -> ApiResult<Self> {
        let organization = who.organization_id();
        Ok(Self {
            divisions: app.service().division_names(organization).await?,
            roles: app.service().roles_by_id(organization, grants).await?,
        })
    }

    fn user(&self, user: &Versioned<Person>) -> User {
        let Versioned { entity, version } = user;
        let Person {
            id,
            organization_id,
            division_id,
            email,
            name,
            password_hash: _,
            totp,
            totp_pending: _,
            totp_step: _,
            grants: _,
            enabled,
            created_at,
        } = entity;
        let home = (*division_id == Division::home(*organization_id)).then(|| "Home".to_owned());
        User {
            id: *id,
            name: name.clone(),
            email: email.clone(),
            username: email.clone(),
            state: if *enabled { "active" } else { "inactive" },
            division: NamedReference {
                id: division_id.to_string(),
                name: self.divisions.get(division_id).cloned().or(home),
                self_uri: format!("/api/v2/authorization/divisions/{division_id}"),
            },
            version: *version,
            second_factor: totp.is_some(),
            date_created: *created_at,
            authorization: None,
            organization: None,
            self_uri: format!("/api/v2/users/{id}"),
        }
    }

    /// What the roles let through; of the caller what is left of it in its token.
    fn authorization(&self, grants: &[Grant], in_token: Option<Vec<String>>) -> UserAuthorization {
        let roles = grants.iter().map(|Grant { role_id, divisions: _ }| NamedReference {
            id: role_id.to_string(),
            name: self.roles.get(role_id).map(|role| role.name.clone()),
            self_uri: format!("/api/v2/authorization/roles/{role_id}"),
        });
        let roles = roles.collect();
        let permissions = in_token.unwrap_or_else(|| self.permissions(grants));
        UserAuthorization { roles, role_divisions: role_divisions_of(grants), permissions }
    }

    fn permissions(&self, grants: &[Grant]) -> Vec<String> {
        let roles = grants.iter().filter_map(|grant| self.roles.get(&grant.role_id));
        let permissions: BTreeSet<_> =
            roles.flat_map(|role| role.permissions.iter().map(|granted| granted.permission.as_str())).collect();
        permissions.into_iter().map(str::to_owned).collect()
    }
}

/// Grants as the field lists them: a role and one division each.
pub(super) fn role_divisions_of(grants: &[Grant]) -> Vec<RoleDivision> {
    let mut listed = Vec::new();
    for Grant { role_id, divisions } in grants {
        let role_id = role_id.to_string();
        match divisions {
            None => listed.push(RoleDivision { role_id, division_id: EVERYWHERE.to_owned() }),
            Some(divisions) => listed.extend(
                divisions.iter().map(|id| RoleDivision { role_id: role_id.clone(), division_id: id.to_string() }),
            ),
        }
    }
    listed
}

/// Roles as a body gives them; none where it says nothing of them.
pub(super) fn role_divisions(fields: &mut Fields<'_>) -> ApiResult<Vec<GivenGrant>> {
    Ok(given_role_divisions(fields)?.unwrap_or_default())
}

fn given_role_divisions(fields: &mut Fields<'_>) -> ApiResult<Option<Vec<GivenGrant>>> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    struct Given {
        role_id: String,
        #[serde(default)]
        division_id: Option<String>,
    }
    let example = "\"roleDivisions\": [{\"roleId\": \"0000…\", \"divisionId\": \"*\"}]";
    let given: Option<Vec<Given>> = fields.take_as("roleDivisions", "a list of roles and divisions", example)?;
    let grant = |Given { role_id, division_id }| GivenGrant { role_id, division_id };
    Ok(given.map(|given| given.into_iter().map(grant).collect()))
}

/// `active` or `inactive`.
pub(super) fn state(fields: &mut Fields<'_>) -> ApiResult<Option<bool>> {
    let state: Option<String> = fields.take_as("state", "text", "\"state\": \"active\"")?;
    match state.as_deref() {
        None => Ok(None),
        Some("active") => Ok(Some(true)),
        Some("inactive") => Ok(Some(false)),
        Some(_) => Err(ApiError::invalid("state", "is neither `active` nor `inactive`", "send one of them")),
    }
}
