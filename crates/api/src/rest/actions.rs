//! Data actions: named API contracts, in the field's shape.

use axum::{extract::State, http::StatusCode, response::Response};
use serde::Deserialize;
use serde_json::{Value, json as value, value::RawValue};
use utoipa::IntoParams;
use waybill_protocol::rest::{
    integration::{DataAction, TestExecutionResult, WriteDataAction},
    listing::Listing,
};
use waybill_service::{ActionEdition, Caller, DataActionWish};

use super::{
    convert,
    document::{ChangeFailures, Failures},
    extract::{
        AddActions, Authorized, DeleteActions, EditActions, ExecuteActions, Fields, LongBody, Parameters, Segments,
        ViewActions, is_nothing,
    },
    paging::Page,
    reply::{json, silent},
};
use crate::{
    App,
    error::{ApiError, ApiResult},
};

const PATH: &str = "/api/v2/integrations/actions";

/// What a list of data actions or credentials takes.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct IntegrationListParameters {
    /// The page, from 1.
    #[param(value_type = Option<u32>)]
    page_number: Option<String>,
    /// How many on a page, 1 to 500; 25 when absent.
    #[param(value_type = Option<u32>)]
    page_size: Option<String>,
    /// Only those whose name contains this.
    name: Option<String>,
}

impl IntegrationListParameters {
    pub(super) fn into_parts(self) -> ApiResult<(Page, Option<String>)> {
        let Self { page_number, page_size, name } = self;
        let name = name.map(|name| name.trim_matches('*').to_owned()).filter(|name| !name.is_empty());
        Ok((Page::read(page_number.as_deref(), page_size.as_deref())?, name))
    }
}

/// List data actions
///
/// By name.
#[utoipa::path(
    get, path = "/api/v2/integrations/actions", tag = "Integrations", params(IntegrationListParameters),
    responses((status = 200, description = "A page of data actions", body = Listing<DataAction>), Failures),
    security(("oauth" = ["integrations:readonly"]))
)]
pub(super) async fn list_data_actions(
    State(app): State<App>,
    who: Authorized<ViewActions>,
    Parameters(parameters): Parameters<IntegrationListParameters>,
) -> ApiResult<Response> {
    let (page, name) = parameters.into_parts()?;
    let found = app.service().list_data_actions(&who, name, page.offset(), page.size).await?;
    let entities = found.entities.iter().map(|one| convert::data_action(one, ActionEdition::Published)).collect();
    json(&page.listing(PATH, found.total, entities))
}

/// Create a data action
///
/// Published at once: flows can use it.
#[utoipa::path(
    post, path = "/api/v2/integrations/actions", tag = "Integrations",
    request_body(content = WriteDataAction, content_type = "application/json"),
    responses((status = 200, description = "The data action", body = DataAction), ChangeFailures, Failures),
    security(("oauth" = ["integrations"]))
)]
pub(super) async fn create_data_action(
    State(app): State<App>,
    who: Authorized<AddActions>,
    LongBody(body): LongBody,
) -> ApiResult<Response> {
    let edition = ActionEdition::Published;
    json(&convert::data_action(&app.service().create_data_action(&who, wish(&body)?, edition).await?, edition))
}

/// Create a data action's draft
///
/// Flows can use it once it is published.
#[utoipa::path(
    post, path = "/api/v2/integrations/actions/drafts", tag = "Integrations",
    request_body(content = WriteDataAction, content_type = "application/json"),
    responses((status = 200, description = "The data action", body = DataAction), ChangeFailures, Failures),
    security(("oauth" = ["integrations"]))
)]
pub(super) async fn create_data_action_draft(
    State(app): State<App>,
    who: Authorized<AddActions>,
    LongBody(body): LongBody,
) -> ApiResult<Response> {
    let edition = ActionEdition::Draft;
    json(&convert::data_action(&app.service().create_data_action(&who, wish(&body)?, edition).await?, edition))
}

/// Read a data action
#[utoipa::path(
    get, path = "/api/v2/integrations/actions/{actionId}", tag = "Integrations",
    params(("actionId" = String, Path, description = "The data action")),
    responses((status = 200, description = "The data action as flows use it", body = DataAction), Failures),
    security(("oauth" = ["integrations:readonly"]))
)]
pub(super) async fn get_data_action(
    State(app): State<App>,
    who: Authorized<ViewActions>,
    Segments(id): Segments<String>,
) -> ApiResult<Response> {
    json(&convert::data_action(&app.service().get_data_action(&who, &id).await?, ActionEdition::Published))
}

/// Read a data action's draft
#[utoipa::path(
    get, path = "/api/v2/integrations/actions/{actionId}/draft", tag = "Integrations",
    params(("actionId" = String, Path, description = "The data action")),
    responses((status = 200, description = "What is worked on; what is published where nothing is", body = DataAction), Failures),
    security(("oauth" = ["integrations:readonly"]))
)]
pub(super) async fn get_data_action_draft(
    State(app): State<App>,
    who: Authorized<ViewActions>,
    Segments(id): Segments<String>,
) -> ApiResult<Response> {
    json(&convert::data_action(&app.service().get_data_action(&who, &id).await?, ActionEdition::Draft))
}

/// Change a data action
///
/// Published at once. What the body does not name stays.
#[utoipa::path(
    patch, path = "/api/v2/integrations/actions/{actionId}", tag = "Integrations",
    params(("actionId" = String, Path, description = "The data action")),
    request_body(content = WriteDataAction, content_type = "application/json"),
    responses((status = 200, description = "The data action", body = DataAction), ChangeFailures, Failures),
    security(("oauth" = ["integrations"]))
)]
pub(super) async fn patch_data_action(
    State(app): State<App>,
    who: Authorized<EditActions>,
    Segments(id): Segments<String>,
    LongBody(body): LongBody,
) -> ApiResult<Response> {
    change(&app, &who, &id, &body, ActionEdition::Published).await
}

/// Change a data action's draft
///
/// What flows use stays. What the body does not name stays.
#[utoipa::path(
    patch, path = "/api/v2/integrations/actions/{actionId}/draft", tag = "Integrations",
    params(("actionId" = String, Path, description = "The data action")),
    request_body(content = WriteDataAction, content_type = "application/json"),
    responses((status = 200, description = "The draft", body = DataAction), ChangeFailures, Failures),
    security(("oauth" = ["integrations"]))
)]
pub(super) async fn patch_data_action_draft(
    State(app): State<App>,
    who: Authorized<EditActions>,
    Segments(id): Segments<String>,
    LongBody(body): LongBody,
) -> ApiResult<Response> {
    change(&app, &who, &id, &body, ActionEdition::Draft).await
}

/// Publish a data action's draft
#[utoipa::path(
    post, path = "/api/v2/integrations/actions/{actionId}/draft/publish", tag = "Integrations",
    params(("actionId" = String, Path, description = "The data action")),
    responses((status = 200, description = "The data action as flows use it now", body = DataAction), ChangeFailures, Failures),
    security(("oauth" = ["integrations"]))
)]
pub(super) async fn publish_data_action(
    State(app): State<App>,
    who: Authorized<EditActions>,
    Segments(id): Segments<String>,
) -> ApiResult<Response> {
    let published = app.service().publish_data_action(&who, &id, None).await?;
    json(&convert::data_action(&published, ActionEdition::Published))
}

/// Delete a data action
///
/// Flows that name it take their way for failures from now on.
#[utoipa::path(
    delete, path = "/api/v2/integrations/actions/{actionId}", tag = "Integrations",
    params(("actionId" = String, Path, description = "The data action")),
    responses((status = 204, description = "It is gone"), ChangeFailures, Failures),
    security(("oauth" = ["integrations"]))
)]
pub(super) async fn delete_data_action(
    State(app): State<App>,
    who: Authorized<DeleteActions>,
    Segments(id): Segments<String>,
) -> ApiResult<Response> {
    app.service().delete_data_action(&who, &id).await?;
    Ok(silent(StatusCode::NO_CONTENT))
}

/// Try a data action out
///
/// The body is its input. The request is made for real; every operation is told with what came of it.
#[utoipa::path(
    post, path = "/api/v2/integrations/actions/{actionId}/test", tag = "Integrations",
    params(("actionId" = String, Path, description = "The data action")),
    request_body(content = Object, content_type = "application/json", example = json!({"id": "CRM-4711"})),
    responses((status = 200, description = "What was done", body = TestExecutionResult), ChangeFailures, Failures),
    security(("oauth" = ["integrations"]))
)]
pub(super) async fn test_data_action(
    State(app): State<App>,
    who: Authorized<ExecuteActions>,
    Segments(id): Segments<String>,
    LongBody(body): LongBody,
) -> ApiResult<Response> {
    let tried = app.service().test_data_action(&who, &id, ActionEdition::Published, input(&body)?).await?;
    json(&convert::tried_action(tried))
}

/// Try a data action's draft out
///
/// The body is its input. The request is made for real; every operation is told with what came of it.
#[utoipa::path(
    post, path = "/api/v2/integrations/actions/{actionId}/draft/test", tag = "Integrations",
    params(("actionId" = String, Path, description = "The data action")),
    request_body(content = Object, content_type = "application/json", example = json!({"id": "CRM-4711"})),
    responses((status = 200, description = "What was done", body = TestExecutionResult), ChangeFailures, Failures),
    security(("oauth" = ["integrations"]))
)]
pub(super) async fn test_data_action_draft(
    State(app): State<App>,
    who: Authorized<ExecuteActions>,
    Segments(id): Segments<String>,
    LongBody(body): LongBody,
) -> ApiResult<Response> {
    let tried = app.service().test_data_action(&who, &id, ActionEdition::Draft, input(&body)?).await?;
    json(&convert::tried_action(tried))
}

/// Execute a data action
///
/// The body is its input, the answer its output.
#[utoipa::path(
    post, path = "/api/v2/integrations/actions/{actionId}/execute", tag = "Integrations",
    params(("actionId" = String, Path, description = "The data action")),
    request_body(content = Object, content_type = "application/json", example = json!({"id": "CRM-4711"})),
    responses((status = 200, description = "The output", body = Object), ChangeFailures, Failures),
    security(("oauth" = ["integrations"]))
)]
pub(super) async fn execute_data_action(
    State(app): State<App>,
    who: Authorized<ExecuteActions>,
    Segments(id): Segments<String>,
    LongBody(body): LongBody,
) -> ApiResult<Response> {
    json(&app.service().execute_data_action(&who, &id, ActionEdition::Published, input(&body)?).await?)
}

/// Read a schema of a data action
///
/// `input.json`, `success.json` or `error.json`.
#[utoipa::path(
    get, path = "/api/v2/integrations/actions/{actionId}/schemas/{fileName}", tag = "Integrations",
    params(("actionId" = String, Path, description = "The data action"), ("fileName" = String, Path, description = "Which schema")),
    responses((status = 200, description = "The JSON Schema", body = Object), Failures),
    security(("oauth" = ["integrations:readonly"]))
)]
pub(super) async fn get_data_action_schema(
    State(app): State<App>,
    who: Authorized<ViewActions>,
    Segments((id, file)): Segments<(String, String)>,
) -> ApiResult<Response> {
    let action = app.service().get_data_action(&who, &id).await?.entity;
    let place = match file.as_str() {
        "input.json" => "/contract/input/inputSchema",
        "success.json" => "/contract/output/successSchema",
        "error.json" => "/contract/output/errorSchema",
        _ => return Err(ApiError::not_found("schema", &file)),
    };
    let document = action.published.or(action.draft).unwrap_or_default();
    json(document.pointer(place).ok_or_else(|| ApiError::not_found("schema", &file))?)
}

async fn change(app: &App, who: &Caller, id: &str, body: &str, edition: ActionEdition) -> ApiResult<Response> {
    let changed = app.service().update_data_action(who, id, wish(body)?, edition, None).await?;
    json(&convert::data_action(&changed, edition))
}

fn object(fields: &mut Fields<'_>, name: &'static str, example: &str) -> ApiResult<Option<Value>> {
    Ok(fields.take_as::<serde_json::Map<String, Value>>(name, "an object", example)?.map(Value::Object))
}

fn wish(body: &str) -> ApiResult<DataActionWish> {
    let mut fields = Fields::read_or_nothing(body)?;
    let name = fields.take_optional_text("name", "\"name\": \"Find customer\"")?;
    let category = fields.take_optional_text("category", "\"category\": \"CRM\"")?;
    let example = "\"credential\": \"crmToken\"";
    let credential = fields.take("credential")?.map(|given| nullable_text(given, "credential", example)).transpose()?;
    let contract = object(&mut fields, "contract", "\"contract\": {\"input\": {…}, \"output\": {…}}")?;
    let config = object(&mut fields, "config", "\"config\": {\"request\": {…}}")?;
    // A client sends back what it read.
    fields.leave_out(&[
        "id",
        "integrationId",
        "credentialId",
        "version",
        "hasDraft",
        "secure",
        "dateCreated",
        "dateModified",
        "selfUri",
    ])?;
    fields.finish("`name`, `category`, `credential`, `contract` and `config`")?;
    let document = match (contract, config) {
        (None, None) => None,
        (contract, Some(config)) => {
            Some(value!({"contract": contract.unwrap_or_else(|| value!({})), "config": config}))
        }
        (Some(_), None) => {
            let rule = "is missing, and `contract` does not go without it";
            return Err(ApiError::invalid("config", rule, "send both as they were read"));
        }
    };
    Ok(DataActionWish { name, category, credential, document })
}

fn nullable_text(given: &RawValue, name: &str, example: &str) -> ApiResult<Option<String>> {
    serde_json::from_str(given.get())
        .map_err(|_| ApiError::invalid(name, "has to be text", &format!("send it like `{example}`")))
}

/// The input of a data action; none is an empty one.
fn input(body: &str) -> ApiResult<Value> {
    if is_nothing(body) {
        return Ok(value!({}));
    }
    // Read as an object first, so that the message says where it stops being one and not what it is.
    Fields::read(body)?;
    serde_json::from_str(body).map_err(|_| ApiError::invalid("body", "has to be a JSON object", "send the input"))
}
