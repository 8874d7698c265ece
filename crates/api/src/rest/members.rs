//! Who works in a queue, and in which queues somebody works.

use axum::{extract::State, http::StatusCode, response::Response};
use serde::Deserialize;
use utoipa::IntoParams;
use waybill_protocol::rest::{
    listing::Listing,
    routing::{QueueMember, UserQueue, WriteMembership, WriteReference},
};
use waybill_service::{AgentView, Caller, Membership, RoutingQuery, ServiceError};

use super::{
    convert,
    document::{BodyFailures, ConflictFailures, Failures},
    extract::{Authorized, Fields, ManageMembers, Parameters, RawBody, Segments, ViewQueues, is_nothing, parse},
    paging::Page,
    queues::{members_of, references},
    reply::{json, silent},
};
use crate::{App, error::ApiResult};

const PATH: &str = "/api/v2/routing/queues";

/// Whether members come or go.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct MemberParameters {
    /// `true` takes the users away instead of adding them.
    #[param(value_type = Option<bool>)]
    delete: Option<String>,
}

/// What a list of members takes.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct MemberListParameters {
    /// The page, from 1.
    #[param(value_type = Option<u32>)]
    page_number: Option<String>,
    /// How many on a page, 1 to 500; 25 when absent.
    #[param(value_type = Option<u32>)]
    page_size: Option<String>,
    /// Only those whose name contains this.
    name: Option<String>,
    /// What to show besides, separated by commas: `routingStatus`, `presence`, `utilization`.
    expand: Option<String>,
    /// Members have joined; `false` finds nobody.
    #[param(value_type = Option<bool>)]
    joined: Option<String>,
    /// Members are members by themselves; another word than `user` finds nobody.
    member_by: Option<String>,
}

/// What a list of somebody's queues takes.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct UserQueueParameters {
    /// The page, from 1.
    #[param(value_type = Option<u32>)]
    page_number: Option<String>,
    /// How many on a page, 1 to 500; 25 when absent.
    #[param(value_type = Option<u32>)]
    page_size: Option<String>,
    /// Somebody who works in a queue has joined it; `false` finds none.
    #[param(value_type = Option<bool>)]
    joined: Option<String>,
}

/// List a queue's members
#[utoipa::path(
    get, path = "/api/v2/routing/queues/{queueId}/members", tag = "Routing",
    params(("queueId" = String, Path, description = "The queue"), MemberListParameters),
    responses((status = 200, description = "A page of members", body = Listing<QueueMember>), Failures),
    security(("oauth" = ["routing:readonly"]))
)]
pub(super) async fn list_queue_members(
    State(app): State<App>,
    who: Authorized<ViewQueues>,
    Segments(id): Segments<String>,
    Parameters(parameters): Parameters<MemberListParameters>,
) -> ApiResult<Response> {
    let MemberListParameters { page_number, page_size, name, expand, joined, member_by } = parameters;
    let page = Page::read(page_number.as_deref(), page_size.as_deref())?;
    // Everybody who is a member has joined, and by himself.
    let nobody = parse::<bool>("joined", joined.as_deref(), "true")? == Some(false)
        || member_by.is_some_and(|by| !by.eq_ignore_ascii_case("user"));
    let query = RoutingQuery { name, offset: page.offset(), limit: page.size, ..RoutingQuery::default() };
    let list = app.service().list_queue_members(&who, &id, query).await?;
    let (people, total) = if nobody { (Vec::new(), 0) } else { (list.entities, list.total) };
    let wants = |word: &str| expand.as_deref().is_some_and(|all| all.split(',').any(|one| one.trim() == word));
    let (status, presence, utilization) = (wants("routingStatus"), wants("presence"), wants("utilization"));
    let mut entities = Vec::with_capacity(people.len());
    for found in &people {
        let mut member = convert::queue_member(&found.entity);
        if status || presence || utilization {
            let agent = agent(&app, &who, &member.id.to_string()).await?;
            member.routing_status = agent.as_ref().filter(|_| status).map(convert::routing_status);
            member.presence = agent.as_ref().filter(|_| presence).map(convert::user_presence);
            member.utilization = agent.as_ref().filter(|_| utilization).map(convert::utilization);
        }
        entities.push(member);
    }
    json(&page.listing(&format!("{PATH}/{id}/members"), total, entities))
}

/// Add members to a queue
///
/// A list of users; `delete=true` takes them away instead.
#[utoipa::path(
    post, path = "/api/v2/routing/queues/{queueId}/members", tag = "Routing",
    params(("queueId" = String, Path, description = "The queue"), MemberParameters),
    request_body(content = Vec<WriteReference>, content_type = "application/json", example = json!([{"id": "0190b0a1-7c1e-7d31-9d0a-2f5c3a1b7e42"}])),
    responses((status = 204, description = "It is done"), BodyFailures, ConflictFailures, Failures),
    security(("oauth" = ["routing"]))
)]
pub(super) async fn change_queue_members(
    State(app): State<App>,
    who: Authorized<ManageMembers>,
    Segments(id): Segments<String>,
    Parameters(parameters): Parameters<MemberParameters>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let delete = parse::<bool>("delete", parameters.delete.as_deref(), "true")?.unwrap_or(false);
    let membership = if delete { Membership::Remove } else { Membership::Add };
    app.service().change_queue_members(&who, &id, &references(&body)?, membership).await?;
    Ok(silent(StatusCode::NO_CONTENT))
}

/// Change who works in a queue
///
/// A list of users, each with whether it works there.
#[utoipa::path(
    patch, path = "/api/v2/routing/queues/{queueId}/members", tag = "Routing",
    params(("queueId" = String, Path, description = "The queue")),
    request_body(content = Vec<WriteMembership>, content_type = "application/json", example = json!([{"id": "0190b0a1-7c1e-7d31-9d0a-2f5c3a1b7e42", "joined": true}])),
    responses((status = 200, description = "The first page of its members then", body = Listing<QueueMember>), BodyFailures, ConflictFailures, Failures),
    security(("oauth" = ["routing"]))
)]
pub(super) async fn patch_queue_members(
    State(app): State<App>,
    who: Authorized<ManageMembers>,
    Segments(id): Segments<String>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    for (membership, users) in split(memberships(&body)?) {
        app.service().change_queue_members(&who, &id, &users, membership).await?;
    }
    let page = Page::read(None, None)?;
    let query = RoutingQuery { limit: page.size, ..RoutingQuery::default() };
    let list = app.service().list_queue_members(&who, &id, query).await?;
    let entities = list.entities.iter().map(|found| convert::queue_member(&found.entity)).collect();
    json(&page.listing(&format!("{PATH}/{id}/members"), list.total, entities))
}

/// List a user's queues
///
/// Those in which the user works, by name.
#[utoipa::path(
    get, path = "/api/v2/users/{userId}/queues", tag = "Routing",
    params(("userId" = String, Path, description = "The user"), UserQueueParameters),
    responses((status = 200, description = "A page of queues", body = Listing<UserQueue>), Failures),
    security(("oauth" = ["routing:readonly"]))
)]
pub(super) async fn list_user_queues(
    State(app): State<App>,
    who: Authorized<ViewQueues>,
    Segments(id): Segments<String>,
    Parameters(UserQueueParameters { page_number, page_size, joined }): Parameters<UserQueueParameters>,
) -> ApiResult<Response> {
    let page = Page::read(page_number.as_deref(), page_size.as_deref())?;
    let nothing = parse::<bool>("joined", joined.as_deref(), "true")? == Some(false);
    let query = RoutingQuery { offset: page.offset(), limit: page.size, ..RoutingQuery::default() };
    let list = app.service().list_user_queues(&who, &id, query).await?;
    let (queues, total) = if nothing { (Vec::new(), 0) } else { (list.entities, list.total) };
    let entities = queues.iter().map(|found| convert::user_queue(&found.entity)).collect();
    json(&page.listing(&format!("/api/v2/users/{id}/queues"), total, entities))
}

/// Change in which queues a user works
///
/// A list of queues, each with whether the user works there.
#[utoipa::path(
    patch, path = "/api/v2/users/{userId}/queues", tag = "Routing",
    params(("userId" = String, Path, description = "The user")),
    request_body(content = Vec<WriteMembership>, content_type = "application/json", example = json!([{"id": "0190b0a1-7c1e-7d31-9d0a-2f5c3a1b7e42", "joined": true}])),
    responses((status = 200, description = "The first page of the user's queues then", body = Listing<UserQueue>), BodyFailures, ConflictFailures, Failures),
    security(("oauth" = ["routing"]))
)]
pub(super) async fn patch_user_queues(
    State(app): State<App>,
    who: Authorized<ManageMembers>,
    Segments(id): Segments<String>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let user = [id.clone()];
    for (queue, membership) in memberships(&body)? {
        app.service().change_queue_members(&who, &queue, &user, membership).await?;
    }
    let page = Page::read(None, None)?;
    let query = RoutingQuery { limit: page.size, ..RoutingQuery::default() };
    let list = app.service().list_user_queues(&who, &id, query).await?;
    let entities = list.entities.iter().map(|found| convert::user_queue(&found.entity)).collect();
    json(&page.listing(&format!("/api/v2/users/{id}/queues"), list.total, entities))
}

/// What somebody is doing; nothing of whoever is out of reach.
async fn agent(app: &App, who: &Caller, user: &str) -> ApiResult<Option<AgentView>> {
    match app.service().get_agent(who, user).await {
        Ok(agent) => Ok(Some(agent)),
        Err(ServiceError::NotFound { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Ids, each with whether it comes or goes.
fn memberships(body: &str) -> ApiResult<Vec<(String, Membership)>> {
    if is_nothing(body) {
        return Ok(Vec::new());
    }
    let mut read = Vec::new();
    for one in members_of(body, "[{\"id\": \"0190b0a1-…\", \"joined\": true}]")? {
        let mut fields = Fields::read(one.get())?;
        let id = fields.take_text("id", "\"id\": \"0190b0a1-…\"")?;
        let joined = fields.take_as("joined", "true or false", "\"joined\": true")?.unwrap_or(true);
        // A client sends back what it read.
        fields.leave_out(&[
            "name",
            "user",
            "memberBy",
            "ringNumber",
            "routingStatus",
            "presence",
            "utilization",
            "division",
            "memberCount",
            "selfUri",
        ])?;
        fields.finish("`id` and `joined`")?;
        read.push((id, if joined { Membership::Add } else { Membership::Remove }));
    }
    Ok(read)
}

/// Those who come and those who go; neither where it is nobody.
fn split(memberships: Vec<(String, Membership)>) -> impl Iterator<Item = (Membership, Vec<String>)> {
    let (come, go): (Vec<_>, Vec<_>) = memberships.into_iter().partition(|(_, one)| *one == Membership::Add);
    let ids = |all: Vec<(String, Membership)>| all.into_iter().map(|(id, _)| id).collect::<Vec<_>>();
    let both = [(Membership::Add, ids(come)), (Membership::Remove, ids(go))];
    both.into_iter().filter(|(_, users)| !users.is_empty())
}
