//! Who has which skill and speaks which language, and how well.

use std::collections::HashMap;

use axum::{extract::State, http::StatusCode, response::Response};
use waybill_model::{LanguageId, Permission, RoutingProfile, SkillId, SkillWish};
use waybill_protocol::rest::{
    listing::Listing,
    skill::{UserRoutingLanguage, UserRoutingSkill, WriteProficiency},
};
use waybill_service::{Caller, Others, RoutingQuery};

use super::{
    convert,
    document::{BodyFailures, ConflictFailures, Failures},
    extract::{AnyToken, AssignLanguages, AssignSkills, Authorized, Fields, Parameters, RawBody, Segments, is_nothing},
    paging::{Page, PageParameters},
    queues::members_of,
    reply::{json, silent},
};
use crate::{
    App,
    error::{ApiError, ApiResult},
};

/// The most skills or languages of one look.
const LOOK: u32 = 500;

/// List a user's skills
///
/// By name. One's own with any token; another's with the right to read the directory.
#[utoipa::path(
    get, path = "/api/v2/users/{userId}/routingskills", tag = "Agents",
    params(("userId" = String, Path, description = "The user"), PageParameters),
    responses((status = 200, description = "A page of skills", body = Listing<UserRoutingSkill>), Failures),
    security(("oauth" = []))
)]
pub(super) async fn list_user_skills(
    State(app): State<App>,
    who: Authorized<AnyToken>,
    Segments(id): Segments<String>,
    Parameters(parameters): Parameters<PageParameters>,
) -> ApiResult<Response> {
    let page = parameters.into_page()?;
    let profile = app.service().get_routing_profile(&reader(&who, &id)?, &id).await?;
    let all = convert::user_skills(&profile, &skill_names(&app, &who, &profile).await?);
    json(&page.cut(&format!("/api/v2/users/{id}/routingskills"), all))
}

/// Give a user a skill
///
/// A skill that the user has already changes its level.
#[utoipa::path(
    post, path = "/api/v2/users/{userId}/routingskills", tag = "Agents",
    params(("userId" = String, Path, description = "The user")),
    request_body(content = WriteProficiency, content_type = "application/json"),
    responses((status = 200, description = "The skill of the user", body = UserRoutingSkill), BodyFailures, ConflictFailures, Failures),
    security(("oauth" = ["routing"]))
)]
pub(super) async fn add_user_skill(
    State(app): State<App>,
    who: Authorized<AssignSkills>,
    Segments(user): Segments<String>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let wanted = vec![level(&body, None)?];
    one_skill(&set_user_skills(&app, &who, &user, &wanted, Others::Stay).await?, &wanted[0].0)
}

/// Change a user's level in a skill
#[utoipa::path(
    put, path = "/api/v2/users/{userId}/routingskills/{skillId}", tag = "Agents",
    params(("userId" = String, Path, description = "The user"), ("skillId" = String, Path, description = "The skill")),
    request_body(content = WriteProficiency, content_type = "application/json"),
    responses((status = 200, description = "The skill of the user", body = UserRoutingSkill), BodyFailures, ConflictFailures, Failures),
    security(("oauth" = ["routing"]))
)]
pub(super) async fn put_user_skill(
    State(app): State<App>,
    who: Authorized<AssignSkills>,
    Segments((user, id)): Segments<(String, String)>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let wanted = vec![level(&body, Some(&id))?];
    one_skill(&set_user_skills(&app, &who, &user, &wanted, Others::Stay).await?, &id)
}

/// Take a skill from a user
#[utoipa::path(
    delete, path = "/api/v2/users/{userId}/routingskills/{skillId}", tag = "Agents",
    params(("userId" = String, Path, description = "The user"), ("skillId" = String, Path, description = "The skill")),
    responses((status = 204, description = "The user does not have it"), ConflictFailures, Failures),
    security(("oauth" = ["routing"]))
)]
pub(super) async fn remove_user_skill(
    State(app): State<App>,
    who: Authorized<AssignSkills>,
    Segments((user, id)): Segments<(String, String)>,
) -> ApiResult<Response> {
    let id: SkillId = id.parse().map_err(|_| ApiError::not_found("skill", &id))?;
    app.service().take_skill(&who, &user, id).await?;
    Ok(silent(StatusCode::NO_CONTENT))
}

/// Change several of a user's skills
///
/// Those that are not named stay.
#[utoipa::path(
    patch, path = "/api/v2/users/{userId}/routingskills/bulk", tag = "Agents",
    params(("userId" = String, Path, description = "The user")),
    request_body(content = Vec<WriteProficiency>, content_type = "application/json", example = json!([{"id": "0190b0a1-7c1e-7d31-9d0a-2f5c3a1b7e42", "proficiency": 4}])),
    responses((status = 200, description = "The skills of the user", body = Listing<UserRoutingSkill>), BodyFailures, ConflictFailures, Failures),
    security(("oauth" = ["routing"]))
)]
pub(super) async fn patch_user_skills(
    State(app): State<App>,
    who: Authorized<AssignSkills>,
    Segments(user): Segments<String>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let all = set_user_skills(&app, &who, &user, &levels(&body)?, Others::Stay).await?;
    json(&Page::whole().cut(&format!("/api/v2/users/{user}/routingskills"), all))
}

/// Replace all of a user's skills
#[utoipa::path(
    put, path = "/api/v2/users/{userId}/routingskills/bulk", tag = "Agents",
    params(("userId" = String, Path, description = "The user")),
    request_body(content = Vec<WriteProficiency>, content_type = "application/json", example = json!([{"id": "0190b0a1-7c1e-7d31-9d0a-2f5c3a1b7e42", "proficiency": 4}])),
    responses((status = 200, description = "The skills of the user", body = Listing<UserRoutingSkill>), BodyFailures, ConflictFailures, Failures),
    security(("oauth" = ["routing"]))
)]
pub(super) async fn replace_user_skills(
    State(app): State<App>,
    who: Authorized<AssignSkills>,
    Segments(user): Segments<String>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let all = set_user_skills(&app, &who, &user, &levels(&body)?, Others::Go).await?;
    json(&Page::whole().cut(&format!("/api/v2/users/{user}/routingskills"), all))
}

async fn set_user_skills(
    app: &App,
    who: &Caller,
    user: &str,
    wanted: &[(String, u8)],
    others: Others,
) -> ApiResult<Vec<UserRoutingSkill>> {
    let mut given: Vec<SkillWish> = Vec::with_capacity(wanted.len());
    for (id, level) in wanted {
        let (skill_id, level): (SkillId, u8) = (id.parse().map_err(|_| ApiError::not_found("skill", id))?, *level);
        // Of one that is named twice the last level counts.
        given.retain(|wish| wish.skill_id != skill_id);
        given.push(SkillWish { skill_id, level });
    }
    let profile = app.service().give_skills(who, user, &given, others).await?;
    Ok(convert::user_skills(&profile, &skill_names(app, who, &profile).await?))
}

fn one_skill(all: &[UserRoutingSkill], id: &str) -> ApiResult<Response> {
    let found = all.iter().find(|one| one.id.to_string().eq_ignore_ascii_case(id));
    json(found.ok_or_else(|| ApiError::not_found("skill", id))?)
}

async fn skill_names(app: &App, who: &Caller, profile: &RoutingProfile) -> ApiResult<HashMap<SkillId, String>> {
    let ids = profile.skills.iter().map(|wish| wish.skill_id.uuid()).collect();
    let query = RoutingQuery { ids: Some(ids), limit: LOOK, ..RoutingQuery::default() };
    let list = app.service().list_skills(who, query).await?;
    Ok(list.entities.into_iter().map(|found| (found.entity.id, found.entity.name)).collect())
}

/// List a user's languages
///
/// By name. One's own with any token; another's with the right to read the directory.
#[utoipa::path(
    get, path = "/api/v2/users/{userId}/routinglanguages", tag = "Agents",
    params(("userId" = String, Path, description = "The user"), PageParameters),
    responses((status = 200, description = "A page of languages", body = Listing<UserRoutingLanguage>), Failures),
    security(("oauth" = []))
)]
pub(super) async fn list_user_languages(
    State(app): State<App>,
    who: Authorized<AnyToken>,
    Segments(id): Segments<String>,
    Parameters(parameters): Parameters<PageParameters>,
) -> ApiResult<Response> {
    let page = parameters.into_page()?;
    let profile = app.service().get_routing_profile(&reader(&who, &id)?, &id).await?;
    let all = convert::user_languages(&profile, &language_names(&app, &who, &profile).await?);
    json(&page.cut(&format!("/api/v2/users/{id}/routinglanguages"), all))
}

/// Give a user a language
///
/// A language that the user has already changes its level.
#[utoipa::path(
    post, path = "/api/v2/users/{userId}/routinglanguages", tag = "Agents",
    params(("userId" = String, Path, description = "The user")),
    request_body(content = WriteProficiency, content_type = "application/json"),
    responses((status = 200, description = "The language of the user", body = UserRoutingLanguage), BodyFailures, ConflictFailures, Failures),
    security(("oauth" = ["routing"]))
)]
pub(super) async fn add_user_language(
    State(app): State<App>,
    who: Authorized<AssignLanguages>,
    Segments(user): Segments<String>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let wanted = vec![level(&body, None)?];
    one_language(&set_user_languages(&app, &who, &user, &wanted, Others::Stay).await?, &wanted[0].0)
}

/// Change a user's level in a language
#[utoipa::path(
    put, path = "/api/v2/users/{userId}/routinglanguages/{languageId}", tag = "Agents",
    params(("userId" = String, Path, description = "The user"), ("languageId" = String, Path, description = "The language")),
    request_body(content = WriteProficiency, content_type = "application/json"),
    responses((status = 200, description = "The language of the user", body = UserRoutingLanguage), BodyFailures, ConflictFailures, Failures),
    security(("oauth" = ["routing"]))
)]
pub(super) async fn put_user_language(
    State(app): State<App>,
    who: Authorized<AssignLanguages>,
    Segments((user, id)): Segments<(String, String)>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let wanted = vec![level(&body, Some(&id))?];
    one_language(&set_user_languages(&app, &who, &user, &wanted, Others::Stay).await?, &id)
}

/// Take a language from a user
#[utoipa::path(
    delete, path = "/api/v2/users/{userId}/routinglanguages/{languageId}", tag = "Agents",
    params(("userId" = String, Path, description = "The user"), ("languageId" = String, Path, description = "The language")),
    responses((status = 204, description = "The user does not have it"), ConflictFailures, Failures),
    security(("oauth" = ["routing"]))
)]
pub(super) async fn remove_user_language(
    State(app): State<App>,
    who: Authorized<AssignLanguages>,
    Segments((user, id)): Segments<(String, String)>,
) -> ApiResult<Response> {
    let id: LanguageId = id.parse().map_err(|_| ApiError::not_found("language", &id))?;
    app.service().take_language(&who, &user, id).await?;
    Ok(silent(StatusCode::NO_CONTENT))
}

/// Change several of a user's languages
///
/// Those that are not named stay.
#[utoipa::path(
    patch, path = "/api/v2/users/{userId}/routinglanguages/bulk", tag = "Agents",
    params(("userId" = String, Path, description = "The user")),
    request_body(content = Vec<WriteProficiency>, content_type = "application/json", example = json!([{"id": "0190b0a1-7c1e-7d31-9d0a-2f5c3a1b7e42", "proficiency": 4}])),
    responses((status = 200, description = "The languages of the user", body = Listing<UserRoutingLanguage>), BodyFailures, ConflictFailures, Failures),
    security(("oauth" = ["routing"]))
)]
pub(super) async fn patch_user_languages(
    State(app): State<App>,
    who: Authorized<AssignLanguages>,
    Segments(user): Segments<String>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let all = set_user_languages(&app, &who, &user, &levels(&body)?, Others::Stay).await?;
    json(&Page::whole().cut(&format!("/api/v2/users/{user}/routinglanguages"), all))
}

async fn set_user_languages(
    app: &App,
    who: &Caller,
    user: &str,
    wanted: &[(String, u8)],
    others: Others,
) -> ApiResult<Vec<UserRoutingLanguage>> {
    let mut given: Vec<(LanguageId, u8)> = Vec::with_capacity(wanted.len());
    for (id, level) in wanted {
        let (id, level): (LanguageId, u8) = (id.parse().map_err(|_| ApiError::not_found("language", id))?, *level);
        given.retain(|known| known.0 != id);
        given.push((id, level));
    }
    let profile = app.service().give_languages(who, user, &given, others).await?;
    Ok(convert::user_languages(&profile, &language_names(app, who, &profile).await?))
}

fn one_language(all: &[UserRoutingLanguage], id: &str) -> ApiResult<Response> {
    let found = all.iter().find(|one| one.id.to_string().eq_ignore_ascii_case(id));
    json(found.ok_or_else(|| ApiError::not_found("language", id))?)
}

async fn language_names(app: &App, who: &Caller, profile: &RoutingProfile) -> ApiResult<HashMap<LanguageId, String>> {
    let ids = profile.languages.iter().map(|known| known.0.uuid()).collect();
    let query = RoutingQuery { ids: Some(ids), limit: LOOK, ..RoutingQuery::default() };
    let list = app.service().list_languages(who, query).await?;
    Ok(list.entities.into_iter().map(|found| (found.entity.id, found.entity.name)).collect())
}

/// One's own with any token; another's with the right to read the directory.
fn reader(who: &Caller, user: &str) -> ApiResult<Caller> {
    if who.user_id().is_some_and(|own| own.to_string().eq_ignore_ascii_case(user)) {
        return Ok(who.clone());
    }
    Ok(who.acting(&[Permission::UserView])?)
}

fn levels(body: &str) -> ApiResult<Vec<(String, u8)>> {
    if is_nothing(body) {
        return Ok(Vec::new());
    }
    let listed = members_of(body, "[{\"id\": \"0190b0a1-…\", \"proficiency\": 4}]")?;
    listed.into_iter().map(|one| level(one.get(), None)).collect()
}

fn level(body: &str, path: Option<&str>) -> ApiResult<(String, u8)> {
    let mut fields = Fields::read_or_nothing(body)?;
    let id = match path {
        Some(id) => {
            fields.leave_out(&["id"])?;
            id.to_owned()
        }
        None => fields.take_text("id", "\"id\": \"0190b0a1-…\"")?,
    };
    let example = "\"proficiency\": 4";
    let given = fields.take_as::<f64>("proficiency", "a number", example)?;
    // A client sends back what it read.
    fields.leave_out(&["name", "state", "skillUri", "languageUri", "selfUri"])?;
    fields.finish("`id` and `proficiency`")?;
    let level = given.and_then(|given| (0..=5u8).find(|level| (f64::from(*level) - given).abs() < f64::EPSILON));
    let rule = "has to be a whole number from 0 to 5";
    let level = level.ok_or_else(|| ApiError::invalid("proficiency", rule, &format!("send it like `{example}`")))?;
    Ok((id, level))
}
