//! Flows: their drafts and versions.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::Response,
};
use serde::Deserialize;
use utoipa::IntoParams;
use waybill_model::DivisionId;
use waybill_protocol::rest::{
    flow::{Flow, FlowConfiguration, FlowVersion, WriteFlow},
    listing::Listing,
};
use waybill_service::{FlowWish, RoutingQuery, ids_of};

use super::{
    convert,
    document::{ChangeFailures, Failures},
    extract::{AddFlows, Authorized, DeleteFlows, EditFlows, Fields, LongBody, Parameters, Segments, ViewFlows},
    paging::{Page, PageParameters, list},
    queues::take_division,
    reply::{json, silent},
};
use crate::{App, error::ApiResult};

const PATH: &str = "/api/v2/flows";

/// What a list of flows takes.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct FlowListParameters {
    /// Only flows of these types, separated by commas; all of them are `inboundshortmessage`.
    r#type: Option<String>,
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
    /// Only those of these divisions, separated by commas.
    division_id: Option<String>,
}

/// List flows
///
/// By name, without their drafts.
#[utoipa::path(
    get, path = "/api/v2/flows", tag = "Flows", params(FlowListParameters),
    responses((status = 200, description = "A page of flows", body = Listing<Flow>), Failures),
    security(("oauth" = ["architect:readonly"]))
)]
pub(super) async fn list_flows(
    State(app): State<App>,
    who: Authorized<ViewFlows>,
    Parameters(parameters): Parameters<FlowListParameters>,
) -> ApiResult<Response> {
    let FlowListParameters { r#type, page_number, page_size, name, id, division_id } = parameters;
    let page = Page::read(page_number.as_deref(), page_size.as_deref())?;
    let others = list(r#type.as_deref())
        .is_some_and(|types| !types.iter().any(|one| one.eq_ignore_ascii_case("inboundshortmessage")));
    let divisions: Option<Vec<DivisionId>> =
        list(division_id.as_deref()).map(|ids| ids.iter().filter_map(|id| id.parse().ok()).collect());
    let ids = list(id.as_deref()).map(|ids| ids_of(&ids));
    let name = name.map(|name| name.trim_matches('*').to_owned()).filter(|name| !name.is_empty());
    let query = RoutingQuery { name, ids, divisions, offset: page.offset(), limit: page.size };
    let found = app.service().list_flows(&who, query).await?;
    let (flows, total) = if others { (Vec::new(), 0) } else { (found.entities, found.total) };
    json(&page.listing(PATH, total, flows.iter().map(convert::listed_flow).collect()))
}

/// Create a flow
///
/// With a draft, and nothing published. `application/yaml` is the draft itself.
#[utoipa::path(
    post, path = "/api/v2/flows", tag = "Flows",
    request_body(content = WriteFlow, content_type = "application/json"),
    responses((status = 200, description = "The flow", body = Flow), ChangeFailures, Failures),
    security(("oauth" = ["architect"]))
)]
pub(super) async fn create_flow(
    State(app): State<App>,
    who: Authorized<AddFlows>,
    headers: HeaderMap,
    LongBody(body): LongBody,
) -> ApiResult<Response> {
    let (wish, _) = wish(&headers, &body)?;
    json(&convert::flow(&app.service().create_flow(&who, wish).await?))
}

/// Read a flow
#[utoipa::path(
    get, path = "/api/v2/flows/{flowId}", tag = "Flows",
    params(("flowId" = String, Path, description = "The flow")),
    responses((status = 200, description = "The flow with its draft", body = Flow), Failures),
    security(("oauth" = ["architect:readonly"]))
)]
pub(super) async fn get_flow(
    State(app): State<App>,
    who: Authorized<ViewFlows>,
    Segments(id): Segments<String>,
) -> ApiResult<Response> {
    json(&convert::flow(&app.service().get_flow(&who, &id).await?))
}

/// Change a flow
///
/// What the body does not name stays; what is published stays in any case. `application/yaml` is the draft itself.
#[utoipa::path(
    put, path = "/api/v2/flows/{flowId}", tag = "Flows",
    params(("flowId" = String, Path, description = "The flow")),
    request_body(content = WriteFlow, content_type = "application/json"),
    responses((status = 200, description = "The flow", body = Flow), ChangeFailures, Failures),
    security(("oauth" = ["architect"]))
)]
pub(super) async fn put_flow(
    State(app): State<App>,
    who: Authorized<EditFlows>,
    Segments(id): Segments<String>,
    headers: HeaderMap,
    LongBody(body): LongBody,
) -> ApiResult<Response> {
    let (wish, version) = wish(&headers, &body)?;
    json(&convert::flow(&app.service().update_flow(&who, &id, wish, version).await?))
}

/// Delete a flow
///
/// One that no deployment begins with. Conversations that run on a version of it go on.
#[utoipa::path(
    delete, path = "/api/v2/flows/{flowId}", tag = "Flows",
    params(("flowId" = String, Path, description = "The flow")),
    responses((status = 204, description = "It is gone"), ChangeFailures, Failures),
    security(("oauth" = ["architect"]))
)]
pub(super) async fn delete_flow(
    State(app): State<App>,
    who: Authorized<DeleteFlows>,
    Segments(id): Segments<String>,
) -> ApiResult<Response> {
    app.service().delete_flow(&who, &id).await?;
    Ok(silent(StatusCode::NO_CONTENT))
}

/// Read a flow's configuration
///
/// The draft as it was written.
#[utoipa::path(
    get, path = "/api/v2/flows/{flowId}/latestconfiguration", tag = "Flows",
    params(("flowId" = String, Path, description = "The flow")),
    responses((status = 200, description = "The draft", body = FlowConfiguration), Failures),
    security(("oauth" = ["architect:readonly"]))
)]
pub(super) async fn get_flow_configuration(
    State(app): State<App>,
    who: Authorized<ViewFlows>,
    Segments(id): Segments<String>,
) -> ApiResult<Response> {
    let flow = app.service().get_flow(&who, &id).await?.entity;
    json(&FlowConfiguration { flow_id: flow.id, document: flow.draft })
}

/// List a flow's versions
///
/// Oldest first, without their documents.
#[utoipa::path(
    get, path = "/api/v2/flows/{flowId}/versions", tag = "Flows",
    params(("flowId" = String, Path, description = "The flow"), PageParameters),
    responses((status = 200, description = "A page of versions", body = Listing<FlowVersion>), Failures),
    security(("oauth" = ["architect:readonly"]))
)]
pub(super) async fn list_flow_versions(
    State(app): State<App>,
    who: Authorized<ViewFlows>,
    Segments(id): Segments<String>,
    Parameters(parameters): Parameters<PageParameters>,
) -> ApiResult<Response> {
    let page = parameters.into_page()?;
    let found = app.service().list_flow_versions(&who, &id, page.offset(), page.size).await?;
    let entities = found.entities.iter().map(|found| convert::listed_flow_version(&found.entity)).collect();
    json(&page.listing(&format!("{PATH}/{id}/versions"), found.total, entities))
}

/// Read a flow's version
#[utoipa::path(
    get, path = "/api/v2/flows/{flowId}/versions/{versionId}", tag = "Flows",
    params(("flowId" = String, Path, description = "The flow"), ("versionId" = String, Path, description = "Its number")),
    responses((status = 200, description = "The version with its document", body = FlowVersion), Failures),
    security(("oauth" = ["architect:readonly"]))
)]
pub(super) async fn get_flow_version(
    State(app): State<App>,
    who: Authorized<ViewFlows>,
    Segments((id, version)): Segments<(String, String)>,
) -> ApiResult<Response> {
    json(&convert::flow_version(&app.service().get_flow_version(&who, &id, &version).await?))
}

/// A flow as a body has it, and the version that it was changed from.
fn wish(headers: &HeaderMap, body: &str) -> ApiResult<(FlowWish, Option<u64>)> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.split(';').next().is_some_and(|kind| kind.trim().ends_with("yaml")) {
        return Ok((FlowWish { document: Some(body.to_owned()), ..FlowWish::default() }, None));
    }
    let mut fields = Fields::read_or_nothing(body)?;
    let wish = FlowWish {
        name: fields.take_optional_text("name", "\"name\": \"greet-known-customer\"")?,
        description: fields.take_optional_text("description", "\"description\": \"…\"")?,
        division: take_division(&mut fields)?,
        document: fields.take_optional_text("document", "\"document\": \"flow: …\"")?,
    };
    let version = fields.take_as("version", "a number", "\"version\": 1")?;
    // A client sends back what it read.
    fields.leave_out(&[
        "id",
        "type",
        "active",
        "publishedVersion",
        "savedVersion",
        "dateCreated",
        "dateModified",
        "selfUri",
    ])?;
    fields.finish("`name`, `description`, `division`, `document` and `version`")?;
    Ok((wish, version))
}
