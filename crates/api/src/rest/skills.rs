//! Skills and languages.

use axum::{extract::State, http::StatusCode, response::Response};
use waybill_protocol::rest::{
    listing::Listing,
    skill::{RoutingLanguage, RoutingSkill, WriteLanguage, WriteSkill},
};

use super::{
    convert,
    document::{BodyFailures, ConflictFailures, Failures},
    extract::{
        Authorized, Fields, ManageLanguages, ManageSkills, Parameters, RawBody, Segments, ViewLanguages, ViewSkills,
    },
    paging::RoutingParameters,
    reply::{json, silent},
};
use crate::{App, error::ApiResult};

/// List skills
///
/// By name.
#[utoipa::path(
    get, path = "/api/v2/routing/skills", tag = "Routing",
    params(RoutingParameters),
    responses((status = 200, description = "A page of skills", body = Listing<RoutingSkill>), Failures),
    security(("oauth" = ["routing:readonly"]))
)]
pub(super) async fn list_skills(
    State(app): State<App>,
    who: Authorized<ViewSkills>,
    Parameters(parameters): Parameters<RoutingParameters>,
) -> ApiResult<Response> {
    let (page, query) = parameters.into_query()?;
    let list = app.service().list_skills(&who, query).await?;
    let entities = list.entities.iter().map(|found| convert::skill(&found.entity)).collect();
    json(&page.listing("/api/v2/routing/skills", list.total, entities))
}

/// Create a skill
#[utoipa::path(
    post, path = "/api/v2/routing/skills", tag = "Routing",
    request_body(content = WriteSkill, content_type = "application/json"),
    responses((status = 200, description = "The skill", body = RoutingSkill), BodyFailures, ConflictFailures, Failures),
    security(("oauth" = ["routing"]))
)]
pub(super) async fn create_skill(
    State(app): State<App>,
    who: Authorized<ManageSkills>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    json(&convert::skill(&app.service().create_skill(&who, name(&body)?).await?))
}

/// Read a skill
#[utoipa::path(
    get, path = "/api/v2/routing/skills/{skillId}", tag = "Routing",
    params(("skillId" = String, Path, description = "The skill")),
    responses((status = 200, description = "The skill", body = RoutingSkill), Failures),
    security(("oauth" = ["routing:readonly"]))
)]
pub(super) async fn get_skill(
    State(app): State<App>,
    who: Authorized<ViewSkills>,
    Segments(id): Segments<String>,
) -> ApiResult<Response> {
    json(&convert::skill(&app.service().get_skill(&who, &id).await?))
}

/// Delete a skill
///
/// Who waits for somebody with it waits on until a ring drops it.
#[utoipa::path(
    delete, path = "/api/v2/routing/skills/{skillId}", tag = "Routing",
    params(("skillId" = String, Path, description = "The skill")),
    responses((status = 204, description = "It is gone"), ConflictFailures, Failures),
    security(("oauth" = ["routing"]))
)]
pub(super) async fn delete_skill(
    State(app): State<App>,
    who: Authorized<ManageSkills>,
    Segments(id): Segments<String>,
) -> ApiResult<Response> {
    app.service().delete_skill(&who, &id).await?;
    Ok(silent(StatusCode::NO_CONTENT))
}

/// List languages
///
/// By name.
#[utoipa::path(
    get, path = "/api/v2/routing/languages", tag = "Routing",
    params(RoutingParameters),
    responses((status = 200, description = "A page of languages", body = Listing<RoutingLanguage>), Failures),
    security(("oauth" = ["routing:readonly"]))
)]
pub(super) async fn list_languages(
    State(app): State<App>,
    who: Authorized<ViewLanguages>,
    Parameters(parameters): Parameters<RoutingParameters>,
) -> ApiResult<Response> {
    let (page, query) = parameters.into_query()?;
    let list = app.service().list_languages(&who, query).await?;
    let entities = list.entities.iter().map(|found| convert::language(&found.entity)).collect();
    json(&page.listing("/api/v2/routing/languages", list.total, entities))
}

/// Create a language
#[utoipa::path(
    post, path = "/api/v2/routing/languages", tag = "Routing",
    request_body(content = WriteLanguage, content_type = "application/json"),
    responses((status = 200, description = "The language", body = RoutingLanguage), BodyFailures, ConflictFailures, Failures),
    security(("oauth" = ["routing"]))
)]
pub(super) async fn create_language(
    State(app): State<App>,
    who: Authorized<ManageLanguages>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    json(&convert::language(&app.service().create_language(&who, name(&body)?).await?))
}

/// Read a language
#[utoipa::path(
    get, path = "/api/v2/routing/languages/{languageId}", tag = "Routing",
    params(("languageId" = String, Path, description = "The language")),
    responses((status = 200, description = "The language", body = RoutingLanguage), Failures),
    security(("oauth" = ["routing:readonly"]))
)]
pub(super) async fn get_language(
    State(app): State<App>,
    who: Authorized<ViewLanguages>,
    Segments(id): Segments<String>,
) -> ApiResult<Response> {
    json(&convert::language(&app.service().get_language(&who, &id).await?))
}

/// Delete a language
///
/// Who waits for somebody with it waits on until a ring drops it.
#[utoipa::path(
    delete, path = "/api/v2/routing/languages/{languageId}", tag = "Routing",
    params(("languageId" = String, Path, description = "The language")),
    responses((status = 204, description = "It is gone"), ConflictFailures, Failures),
    security(("oauth" = ["routing"]))
)]
pub(super) async fn delete_language(
    State(app): State<App>,
    who: Authorized<ManageLanguages>,
    Segments(id): Segments<String>,
) -> ApiResult<Response> {
    app.service().delete_language(&who, &id).await?;
    Ok(silent(StatusCode::NO_CONTENT))
}

fn name(body: &str) -> ApiResult<String> {
    let mut fields = Fields::read_or_nothing(body)?;
    let name = fields.take_text("name", "\"name\": \"Refunds\"")?;
    // A client sends back what it read.
    fields.leave_out(&["id", "state", "version", "dateModified", "selfUri"])?;
    fields.finish("`name`")?;
    Ok(name)
}
