//! What agents are doing, can do, and take at once.

use axum::{extract::State, response::Response};
use waybill_model::Presence;
use waybill_protocol::rest::presence::{
    PatchPresence, PresenceDefinition, PresenceDefinitionListing, PutRoutingStatus, PutUtilization, RoutingStatus,
    UserPresence, UserUtilization,
};
use waybill_service::{ProfileWish, WantedStatus};

use super::{
    convert,
    document::{BodyFailures, Failures},
    extract::{AnyToken, AssignSkills, Authorized, Fields, RawBody, Segments, ViewPresences},
    reply::json,
};
use crate::{
    App,
    error::{ApiError, ApiResult},
};

const DEFINITIONS: &str = "/api/v2/presence/definitions";

/// List presences
///
/// What people can say to be doing; the same everywhere.
#[utoipa::path(
    get, path = "/api/v2/presence/definitions", tag = "Agents",
    responses((status = 200, description = "The presences", body = PresenceDefinitionListing), Failures),
    security(("oauth" = ["presence:readonly"]))
)]
pub(super) async fn list_presences(State(_app): State<App>, _who: Authorized<ViewPresences>) -> ApiResult<Response> {
    let entities: Vec<_> = Presence::ALL.into_iter().map(convert::presence_definition).collect();
    json(&PresenceDefinitionListing { total: entities.len(), entities, self_uri: DEFINITIONS })
}

/// List presences, under an older path
#[utoipa::path(
    get, path = "/api/v2/presencedefinitions", tag = "Agents",
    responses((status = 200, description = "The presences", body = PresenceDefinitionListing), Failures),
    security(("oauth" = ["presence:readonly"]))
)]
pub(super) async fn list_presence_definitions(app: State<App>, who: Authorized<ViewPresences>) -> ApiResult<Response> {
    list_presences(app, who).await
}

/// Read a presence
#[utoipa::path(
    get, path = "/api/v2/presence/definitions/{presenceId}", tag = "Agents",
    params(("presenceId" = String, Path, description = "The presence")),
    responses((status = 200, description = "The presence", body = PresenceDefinition), Failures),
    security(("oauth" = ["presence:readonly"]))
)]
pub(super) async fn get_presence(
    State(_app): State<App>,
    _who: Authorized<ViewPresences>,
    Segments(id): Segments<String>,
) -> ApiResult<Response> {
    let found = by_id(&id).ok_or_else(|| ApiError::not_found("presence", &id))?;
    json(&convert::presence_definition(found))
}

/// Read a user's presence
///
/// One's own with any token; another's with the right to read the directory.
#[utoipa::path(
    get, path = "/api/v2/users/{userId}/presences/purecloud", tag = "Agents",
    params(("userId" = String, Path, description = "The user")),
    responses((status = 200, description = "What the user says to be doing", body = UserPresence), Failures),
    security(("oauth" = []))
)]
pub(super) async fn get_user_presence(
    State(app): State<App>,
    who: Authorized<AnyToken>,
    Segments(id): Segments<String>,
) -> ApiResult<Response> {
    json(&convert::user_presence(&app.service().get_agent(&who, &id).await?))
}

/// Change a user's presence
///
/// One's own with any token; another's with `presence:userPresence:edit`. `On Queue` takes conversations from queues.
#[utoipa::path(
    patch, path = "/api/v2/users/{userId}/presences/purecloud", tag = "Agents",
    params(("userId" = String, Path, description = "The user")),
    request_body(content = PatchPresence, content_type = "application/json"),
    responses((status = 200, description = "What the user says to be doing now", body = UserPresence), BodyFailures, Failures),
    security(("oauth" = []))
)]
pub(super) async fn patch_user_presence(
    State(app): State<App>,
    who: Authorized<AnyToken>,
    Segments(id): Segments<String>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    json(&convert::user_presence(&app.service().set_presence(&who, &id, wanted_presence(&body)?).await?))
}

/// Read a user's routing status
///
/// One's own with any token; another's with the right to read the directory.
#[utoipa::path(
    get, path = "/api/v2/users/{userId}/routingstatus", tag = "Agents",
    params(("userId" = String, Path, description = "The user")),
    responses((status = 200, description = "What routing makes of the user", body = RoutingStatus), Failures),
    security(("oauth" = []))
)]
pub(super) async fn get_routing_status(
    State(app): State<App>,
    who: Authorized<AnyToken>,
    Segments(id): Segments<String>,
) -> ApiResult<Response> {
    json(&convert::routing_status(&app.service().get_agent(&who, &id).await?))
}

/// Set a user's routing status
///
/// One's own with any token; another's with `presence:userPresence:edit`. `IDLE` puts on queue, and whoever did not respond
/// is asked again; `OFF_QUEUE` takes off.
#[utoipa::path(
    put, path = "/api/v2/users/{userId}/routingstatus", tag = "Agents",
    params(("userId" = String, Path, description = "The user")),
    request_body(content = PutRoutingStatus, content_type = "application/json"),
    responses((status = 200, description = "What routing makes of the user now", body = RoutingStatus), BodyFailures, Failures),
    security(("oauth" = []))
)]
pub(super) async fn put_routing_status(
    State(app): State<App>,
    who: Authorized<AnyToken>,
    Segments(id): Segments<String>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    json(&convert::routing_status(&app.service().set_routing_status(&who, &id, wanted_status(&body)?).await?))
}

/// Read how much a user takes at once
///
/// One's own with any token; another's with the right to read the directory.
#[utoipa::path(
    get, path = "/api/v2/routing/users/{userId}/utilization", tag = "Agents",
    params(("userId" = String, Path, description = "The user")),
    responses((status = 200, description = "How much, and how much is taken", body = UserUtilization), Failures),
    security(("oauth" = []))
)]
pub(super) async fn get_utilization(
    State(app): State<App>,
    who: Authorized<AnyToken>,
    Segments(id): Segments<String>,
) -> ApiResult<Response> {
    json(&convert::utilization(&app.service().get_agent(&who, &id).await?))
}

/// Set how much a user takes at once
#[utoipa::path(
    put, path = "/api/v2/routing/users/{userId}/utilization", tag = "Agents",
    params(("userId" = String, Path, description = "The user")),
    request_body(content = PutUtilization, content_type = "application/json"),
    responses((status = 200, description = "How much, and how much is taken", body = UserUtilization), BodyFailures, Failures),
    security(("oauth" = ["routing"]))
)]
pub(super) async fn put_utilization(
    State(app): State<App>,
    who: Authorized<AssignSkills>,
    Segments(id): Segments<String>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let wish = ProfileWish { capacity: Some(wanted_capacity(&body)?), ..ProfileWish::default() };
    app.service().set_routing_profile(&who, &id, wish).await?;
    json(&convert::utilization(&app.service().get_agent(&who, &id).await?))
}

fn by_id(id: &str) -> Option<Presence> {
    Presence::ALL.into_iter().find(|presence| convert::presence_id(*presence) == id)
}

fn wanted_presence(body: &str) -> ApiResult<Presence> {
    let example = "\"presenceDefinition\": {\"systemPresence\": \"On Queue\"}";
    let mut fields = Fields::read_or_nothing(body)?;
    let Some(definition) = fields.take_given("presenceDefinition")? else {
        return Err(ApiError::invalid("presenceDefinition", "is missing", &format!("send it like `{example}`")));
    };
    // A client sends back what it read.
    fields.leave_out(&["id", "source", "primary", "modifiedDate", "selfUri", "message"])?;
    fields.finish("`presenceDefinition`")?;
    let mut definition = Fields::read(definition.get())?;
    let id = definition.take_optional_text("id", example)?;
    let word = definition.take_optional_text("systemPresence", example)?;
    definition.leave_out(&["selfUri"])?;
    definition.finish("`id` and `systemPresence`")?;
    // The id says which; the word may be what it was before.
    let found = match (id, word) {
        (Some(id), _) => by_id(&id),
        (None, Some(word)) => by_word(&word),
        (None, None) => None,
    };
    let remedy = "see `GET /api/v2/presence/definitions`";
    found.ok_or_else(|| ApiError::invalid("presenceDefinition", "names no presence that there is", remedy))
}

/// `On Queue`, `ON_QUEUE` and `onqueue` are the same.
fn by_word(word: &str) -> Option<Presence> {
    let plain = |text: &str| text.replace([' ', '_', '-'], "").to_ascii_lowercase();
    Presence::ALL.into_iter().find(|presence| plain(presence.as_str()) == plain(word))
}

fn wanted_status(body: &str) -> ApiResult<WantedStatus> {
    let mut fields = Fields::read_or_nothing(body)?;
    let status = fields.take_text("status", "\"status\": \"IDLE\"")?;
    // A client sends back what it read.
    fields.leave_out(&["userId", "startTime"])?;
    fields.finish("`status`")?;
    match status.to_ascii_uppercase().as_str() {
        "IDLE" => Ok(WantedStatus::Idle),
        "OFF_QUEUE" => Ok(WantedStatus::OffQueue),
        _ => Err(ApiError::invalid(
            "status",
            "can only be set to `IDLE` or `OFF_QUEUE`",
            "the others come by themselves",
        )),
    }
}

fn wanted_capacity(body: &str) -> ApiResult<u32> {
    let example = "{\"utilization\": {\"message\": {\"maximumCapacity\": 4}}}";
    let missing = |name| ApiError::invalid(name, "is missing", &format!("send it like `{example}`"));
    let mut fields = Fields::read_or_nothing(body)?;
    let utilization = fields.take_given("utilization")?.ok_or_else(|| missing("utilization"))?;
    // A client sends back what it read.
    fields.leave_out(&["level", "taken"])?;
    fields.finish("`utilization`")?;
    let mut kinds = Fields::read(utilization.get())?;
    let message = kinds.take_given("message")?.ok_or_else(|| missing("message"))?;
    // Of the other kinds there are no conversations here.
    kinds.leave_out(&["call", "callback", "chat", "email", "workitem"])?;
    kinds.finish("`message`")?;
    let mut message = Fields::read(message.get())?;
    let capacity = message.take_as("maximumCapacity", "a whole number", "4")?;
    message.leave_out(&["interruptableMediaTypes", "includeNonAcd"])?;
    message.finish("`maximumCapacity`")?;
    capacity.ok_or_else(|| missing("maximumCapacity"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plat11_a_presence_is_named_by_its_id_or_its_word_in_any_spelling() {
        for presence in Presence::ALL {
            let id = convert::presence_id(presence);
            let named = |member: &str, text: &str| {
                wanted_presence(&format!(r#"{{"presenceDefinition":{{"{member}":"{text}"}}}}"#))
            };
            assert_eq!(named("id", &id).unwrap(), presence);
            assert_eq!(named("systemPresence", presence.as_str()).unwrap(), presence);
            assert_eq!(named("systemPresence", &presence.as_str().to_uppercase().replace(' ', "_")).unwrap(), presence);
        }
        for body in
            ["{}", r#"{"presenceDefinition":{}}"#, r#"{"presenceDefinition":{"id":"7"}}"#, r#"{"presence":"Busy"}"#]
        {
            assert_eq!(wanted_presence(body).unwrap_err().status(), 400, "{body}");
        }
    }
}
