//! Bodies of deployments.

use uuid::Uuid;
use waybill_model::{DeploymentStatus, FlowId};
use waybill_protocol::rest::deployment::{ConfigurationWish, WishedReference};
use waybill_service::DeploymentWish;

use super::extract::Fields;
use crate::error::{ApiError, ApiResult};

/// What the server says itself; clients send it back with their changes.
const ITS_OWN: [&str; 9] = [
    "id",
    "snippet",
    "dateCreated",
    "dateModified",
    "lastModifiedUser",
    "selfUri",
    "customData",
    "messenger",
    "version",
];
/// What the field has and this server has not.
const NOT_SERVED: [&str; 2] = ["supportedContent", "pushIntegrations"];

/// Reads a deployment as somebody wants it. What the field's clients leave out is gone; what is ours stays as it is.
pub(super) fn read(body: &str) -> ApiResult<DeploymentWish> {
    let mut fields = Fields::read(body)?;
    fields.leave_out(&ITS_OWN)?;
    for name in NOT_SERVED {
        let given = fields.take_given(name)?.map(|value| value.get().split_whitespace().collect::<String>());
        if given.is_some_and(|value| !matches!(value.as_str(), "[]" | "{}")) {
            return Err(ApiError::invalid(name, "is not served here", "leave it out"));
        }
    }
    let name = fields.take_text("name", "\"name\": \"shop\"")?;
    let description = fields.take_as::<String>("description", "text", "\"description\": \"…\"")?;
    let status = fields.take_as::<String>("status", "text", "\"status\": \"Active\"")?;
    let allow_all_domains = fields.take_as::<bool>("allowAllDomains", "true or false", "\"allowAllDomains\": false")?;
    let allowed_domains =
        fields.take_as::<Vec<String>>("allowedDomains", "a list of hosts", "\"allowedDomains\": [\"shop.example\"]")?;
    let allow_native = fields.take_as::<bool>("allowNative", "true or false", "\"allowNative\": true")?;
    let configuration = fields.take_object::<ConfigurationWish>(
        "configuration",
        "an object with an id",
        "\"configuration\": {\"id\": \"…\", \"version\": \"1\"}",
    )?;
    let flow = fields.take_object::<WishedReference>("flow", "an object with an id", "\"flow\": {\"id\": \"…\"}")?;
    let division =
        fields.take_object::<WishedReference>("division", "an object with an id", "\"division\": {\"id\": \"…\"}")?;
    fields.finish("`name`, `description`, `status`, `allowAllDomains`, `allowedDomains`, `allowNative`, `configuration`, `flow`, `division`")?;
    Ok(DeploymentWish {
        id: None,
        name,
        description: Some(description.unwrap_or_default()),
        status: status.as_deref().map(read_status).transpose()?,
        allow_all_domains: Some(allow_all_domains.unwrap_or(false)),
        allowed_domains: Some(allowed_domains.unwrap_or_default()),
        allow_native,
        division: division.map(|WishedReference { id }| id),
        flow: Some(flow.map(|WishedReference { id }| read_flow(&id)).transpose()?),
        configuration: configuration.map(|ConfigurationWish { id, version }| (id, version)),
    })
}

fn read_status(status: &str) -> ApiResult<DeploymentStatus> {
    match status {
        "Active" => Ok(DeploymentStatus::Active),
        "Inactive" => Ok(DeploymentStatus::Inactive),
        _ => Err(ApiError::invalid("status", "can't be set", "write `Active` or `Inactive`")),
    }
}

fn read_flow(id: &str) -> ApiResult<FlowId> {
    id.parse().map_err(|_| ApiError::invalid("flow", "has no id that could be one", "write the flow's UUID"))
}

/// Reads how a deployment is to resolve identities.
pub(super) fn read_identity_resolution(body: &str) -> ApiResult<(bool, Option<Uuid>)> {
    let mut fields = Fields::read(body)?;
    fields.leave_out(&["id"])?;
    fields.take_object::<WishedReference>("division", "an object with an id", "\"division\": {\"id\": \"…\"}")?;
    fields.take_as::<String>("selfUri", "text", "\"selfUri\": \"…\"")?;
    let example = "\"resolveIdentities\": false";
    let resolve = fields
        .take_as::<bool>("resolveIdentities", "true or false", example)?
        .ok_or_else(|| ApiError::invalid("resolveIdentities", "is missing", &format!("send it like `{example}`")))?;
    let source = fields.take_object::<WishedReference>(
        "externalSource",
        "an object with an id",
        "\"externalSource\": {\"id\": \"…\"}",
    )?;
    fields.finish("`resolveIdentities`, `externalSource`")?;
    let read = |WishedReference { id }: WishedReference| {
        Uuid::try_parse(&id)
            .map_err(|_| ApiError::invalid("externalSource", "has no id that could be one", "write its UUID"))
    };
    Ok((resolve, source.map(read).transpose()?))
}
