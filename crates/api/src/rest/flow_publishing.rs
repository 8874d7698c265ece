//! Flows: checked, published, taken back, simulated.

use axum::{extract::State, http::StatusCode, response::Response};
use serde::Deserialize;
use utoipa::IntoParams;
use waybill_protocol::rest::flow::{
    FlowDocumentBody, FlowFindings, FlowOperation, FlowPublished, FlowReplayed, FlowSimulated, PublishFlow, ReplayFlow,
    RollbackFlow, SimulateFlow, ValidateDocument,
};
use waybill_service::{Finding, PublishedFlow, Severity};

use super::{
    convert,
    document::{ChangeFailures, Failures},
    extract::{Authorized, Fields, LongBody, Parameters, PublishFlows, RawBody, Segments, ViewFlows},
    reply::json,
};
use crate::{
    App,
    error::{ApiError, ApiResult},
};

/// How many conversations a replay walks through where nothing else is said.
const REPLAYED: u32 = 50;
/// How many it can walk through.
const MOST_REPLAYED: u32 = 200;

/// Which flow is published.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct PublishParameters {
    /// The flow.
    #[param(required, value_type = String)]
    flow: Option<String>,
    /// A published version that conversations should begin with again; the draft is published where absent.
    version: Option<String>,
}

/// Publish a flow, in the field's words
///
/// It is over when it is answered.
#[utoipa::path(
    post, path = "/api/v2/flows/actions/publish", tag = "Flows", params(PublishParameters),
    responses((status = 200, description = "It is published", body = FlowOperation), ChangeFailures, Failures),
    security(("oauth" = ["architect"]))
)]
pub(super) async fn publish_flow_action(
    State(app): State<App>,
    who: Authorized<PublishFlows>,
    Parameters(PublishParameters { flow, version }): Parameters<PublishParameters>,
) -> ApiResult<Response> {
    let missing = || ApiError::invalid("flow", "is missing", "name the flow: `?flow=0190b0a1-…`");
    let flow = flow.ok_or_else(missing)?;
    let published = match version {
        Some(version) => app.service().rollback_flow(&who, &flow, &version).await?,
        None => app.service().publish_flow(&who, &flow, None).await?,
    };
    let id = published.flow.entity.id;
    checked(published)?;
    json(&FlowOperation { id, complete: true, action_name: "PUBLISH", action_status: "SUCCESS" })
}

/// Publish a flow
///
/// The draft becomes the next version: conversations begin with it from now on, and those that run keep theirs. A draft
/// with errors is a 400 that lists them.
#[utoipa::path(
    post, path = "/api/v2/flows/{flowId}/publish", tag = "Flows",
    params(("flowId" = String, Path, description = "The flow")),
    request_body(content = PublishFlow, content_type = "application/json"),
    responses((status = 200, description = "It is published", body = FlowPublished), ChangeFailures, Failures),
    security(("oauth" = ["architect"]))
)]
pub(super) async fn publish_flow(
    State(app): State<App>,
    who: Authorized<PublishFlows>,
    Segments(id): Segments<String>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let mut fields = Fields::read_or_nothing(&body)?;
    let version = fields.take_as("version", "a number", "\"version\": 1")?;
    fields.finish("`version`")?;
    json(&checked(app.service().publish_flow(&who, &id, version).await?)?)
}

/// Take a flow back to an earlier version
///
/// If that still fits what the flow is bound to. The draft stays.
#[utoipa::path(
    post, path = "/api/v2/flows/{flowId}/rollback", tag = "Flows",
    params(("flowId" = String, Path, description = "The flow")),
    request_body(content = RollbackFlow, content_type = "application/json"),
    responses((status = 200, description = "It is taken back", body = FlowPublished), ChangeFailures, Failures),
    security(("oauth" = ["architect"]))
)]
pub(super) async fn rollback_flow(
    State(app): State<App>,
    who: Authorized<PublishFlows>,
    Segments(id): Segments<String>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let example = "\"version\": 2";
    let mut fields = Fields::read_or_nothing(&body)?;
    let version = fields.take_as::<u64>("version", "a number", example)?;
    fields.finish("`version`")?;
    let version =
        version.ok_or_else(|| ApiError::invalid("version", "is missing", &format!("send it like `{example}`")))?;
    json(&checked(app.service().rollback_flow(&who, &id, &version.to_string()).await?)?)
}

/// Check a flow
///
/// Holds the draft, or the given document, against what the flow is bound to.
#[utoipa::path(
    post, path = "/api/v2/flows/{flowId}/validate", tag = "Flows",
    params(("flowId" = String, Path, description = "The flow")),
    request_body(content = FlowDocumentBody, content_type = "application/json"),
    responses((status = 200, description = "What was found", body = FlowFindings), ChangeFailures, Failures),
    security(("oauth" = ["architect:readonly"]))
)]
pub(super) async fn validate_flow(
    State(app): State<App>,
    who: Authorized<ViewFlows>,
    Segments(id): Segments<String>,
    LongBody(body): LongBody,
) -> ApiResult<Response> {
    let mut fields = Fields::read_or_nothing(&body)?;
    let document = document(&mut fields)?;
    fields.finish("`document`")?;
    found(&app.service().validate_flow(&who, &id, document.as_deref()).await?)
}

/// Check a document that is no flow yet
#[utoipa::path(
    post, path = "/api/v2/flows/actions/validate", tag = "Flows",
    request_body(content = ValidateDocument, content_type = "application/json"),
    responses((status = 200, description = "What was found", body = FlowFindings), ChangeFailures, Failures),
    security(("oauth" = ["architect:readonly"]))
)]
pub(super) async fn validate_document(
    State(app): State<App>,
    who: Authorized<ViewFlows>,
    LongBody(body): LongBody,
) -> ApiResult<Response> {
    let mut fields = Fields::read_or_nothing(&body)?;
    let document = fields.take_text("document", "\"document\": \"flow: …\"")?;
    let example = "\"deploymentIds\": [\"0190b0a1-…\"]";
    let deployments = fields.take_as::<Vec<String>>("deploymentIds", "a list of ids", example)?.unwrap_or_default();
    fields.finish("`document` and `deploymentIds`")?;
    found(&app.service().validate_document(&who, &document, &deployments).await?)
}

/// Simulate a flow
///
/// The draft, or the given document, with a script: nothing is stored, nobody is asked.
#[utoipa::path(
    post, path = "/api/v2/flows/{flowId}/simulate", tag = "Flows",
    params(("flowId" = String, Path, description = "The flow")),
    request_body(content = SimulateFlow, content_type = "application/json"),
    responses((status = 200, description = "What would happen", body = FlowSimulated), ChangeFailures, Failures),
    security(("oauth" = ["architect:readonly"]))
)]
pub(super) async fn simulate_flow(
    State(app): State<App>,
    who: Authorized<ViewFlows>,
    Segments(id): Segments<String>,
    LongBody(body): LongBody,
) -> ApiResult<Response> {
    let mut fields = Fields::read_or_nothing(&body)?;
    let script = fields.take_text("script", "\"script\": \"context: {}\\nscript: []\"")?;
    let document = document(&mut fields)?;
    fields.finish("`script` and `document`")?;
    json(&convert::simulated(app.service().simulate_flow(&who, &id, document.as_deref(), &script).await?))
}

/// Replay earlier conversations with a flow
///
/// Walks the draft, or the given document, through the latest conversations of a deployment, and tells where it would have
/// gone another way. Nothing is stored, nobody is asked.
#[utoipa::path(
    post, path = "/api/v2/flows/{flowId}/replay", tag = "Flows",
    params(("flowId" = String, Path, description = "The flow")),
    request_body(content = ReplayFlow, content_type = "application/json"),
    responses((status = 200, description = "Where it differs", body = FlowReplayed), ChangeFailures, Failures),
    security(("oauth" = ["architect:readonly"]))
)]
pub(super) async fn replay_flow(
    State(app): State<App>,
    who: Authorized<ViewFlows>,
    Segments(id): Segments<String>,
    LongBody(body): LongBody,
) -> ApiResult<Response> {
    let mut fields = Fields::read_or_nothing(&body)?;
    let deployment = fields.take_text("deploymentId", "\"deploymentId\": \"0190b0a1-…\"")?;
    let document = document(&mut fields)?;
    let last = fields.take_as::<u32>("last", "a number", "\"last\": 50")?.unwrap_or(REPLAYED);
    fields.finish("`deploymentId`, `document` and `last`")?;
    if !(1..=MOST_REPLAYED).contains(&last) {
        return Err(ApiError::invalid("last", &format!("must be 1 to {MOST_REPLAYED}"), "ask for fewer"));
    }
    json(&convert::replayed(app.service().replay_flow(&who, &id, &deployment, document.as_deref(), last).await?))
}

fn document(fields: &mut Fields<'_>) -> ApiResult<Option<String>> {
    fields.take_optional_text("document", "\"document\": \"flow: …\"")
}

fn found(findings: &[Finding]) -> ApiResult<Response> {
    let valid = !findings.iter().any(|finding| finding.severity == Severity::Error);
    json(&FlowFindings { valid, findings: convert::findings(findings) })
}

/// A flow that was published; 400 with everything that kept it from that.
fn checked(published: PublishedFlow) -> ApiResult<FlowPublished> {
    let PublishedFlow { flow, version, findings } = published;
    if let Some(version) = version {
        return Ok(FlowPublished {
            flow: convert::flow(&flow),
            version: convert::flow_version(&version),
            findings: convert::findings(&findings),
        });
    }
    let message = "the flow has errors and was not published; `details` lists them";
    let error = ApiError::new(StatusCode::BAD_REQUEST, "flow.invalid", message);
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error);
    Err(errors.fold(error, |error, finding| {
        error.about(finding.rule, &finding.place.to_string(), &finding.message, &finding.remedy)
    }))
}
