//! Webhooks: endpoints, their secrets, their deliveries, and sending again.

use std::time::Duration;

use axum::{extract::State, http::StatusCode, response::Response};
use serde::{Deserialize, de::DeserializeOwned};
use utoipa::IntoParams;
use waybill_model::{Cursor, DeliveryState};
use waybill_protocol::rest::webhook::{
    Webhook, WebhookAttempt, WebhookDeliveryListing, WebhookListing, WebhookReplay, WebhookReplayed, WebhookRequest,
    WebhookRotation,
};
use waybill_service::{Replay, WebhookSettings};

use super::{
    convert,
    document::{ChangeFailures, Failures, StreamFailures},
    extract::{
        AddWebhooks, Authorized, DeleteWebhooks, EditWebhooks, Fields, Parameters, RawBody, Segments, ViewWebhooks,
        parse, whole,
    },
    reply::{json, silent},
};
use crate::{
    App,
    error::{ApiError, ApiResult},
};

const PAGE: u32 = 25;
const LARGEST_PAGE: u32 = 100;
const LARGEST_DELIVERY_PAGE: u32 = 500;
/// How long two secrets sign, when nothing else is asked for.
const A_DAY: u64 = 24 * 3_600;

/// What a list of webhooks takes.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct WebhookParameters {
    /// Only webhooks whose name contains this.
    name: Option<String>,
    /// Which page, from 1.
    #[param(value_type = Option<u32>, minimum = 1)]
    page_number: Option<String>,
    /// How many on a page, 1 to 100; 25 when absent.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    page_size: Option<String>,
}

/// What a list of deliveries takes.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct DeliveryParameters {
    /// Where a page begins: the `cursor` of the page before.
    cursor: Option<String>,
    /// How many on a page, 1 to 500; 25 when absent.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 500)]
    page_size: Option<String>,
}

/// List webhooks
#[utoipa::path(
    get, path = "/api/v2/webhooks", tag = "Webhooks",
    params(WebhookParameters),
    responses((status = 200, description = "A page, by name", body = WebhookListing), Failures),
    security(("oauth" = ["integrations:readonly"]))
)]
pub(super) async fn list_webhooks(
    State(app): State<App>,
    who: Authorized<ViewWebhooks>,
    Parameters(parameters): Parameters<WebhookParameters>,
) -> ApiResult<Response> {
    let WebhookParameters { name, page_number, page_size } = parameters;
    let page_size = within("pageSize", page_size.as_deref(), PAGE, LARGEST_PAGE)?;
    let page_number = within("pageNumber", page_number.as_deref(), 1, u32::MAX)?;
    let offset = u64::from(page_number - 1) * u64::from(page_size);
    let found = app.service().list_webhooks(&who, name, offset, page_size).await?;
    json(&WebhookListing {
        entities: found.webhooks.iter().map(|one| convert::webhook(one, None)).collect(),
        page_size,
        page_number,
        total: found.total,
        page_count: found.total.div_ceil(u64::from(page_size)),
        self_uri: "/api/v2/webhooks",
    })
}

/// Create a webhook
///
/// It is told what happens from now on. The answer holds the secret of its signatures, this once.
#[utoipa::path(
    post, path = "/api/v2/webhooks", tag = "Webhooks",
    request_body(content = WebhookRequest),
    responses((status = 200, description = "The webhook with its secret", body = Webhook), ChangeFailures, Failures),
    security(("oauth" = ["integrations"]))
)]
pub(super) async fn create_webhook(
    State(app): State<App>,
    who: Authorized<AddWebhooks>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let (settings, _) = read_settings(&body)?;
    let created = app.service().create_webhook(&who, settings).await?;
    json(&convert::webhook(&created.webhook, Some(created.secret)))
}

/// Read a webhook
#[utoipa::path(
    get, path = "/api/v2/webhooks/{webhookId}", tag = "Webhooks",
    params(("webhookId" = String, Path, description = "The webhook")),
    responses((status = 200, description = "The webhook", body = Webhook), Failures),
    security(("oauth" = ["integrations:readonly"]))
)]
pub(super) async fn get_webhook(
    State(app): State<App>,
    who: Authorized<ViewWebhooks>,
    Segments(id): Segments<String>,
) -> ApiResult<Response> {
    json(&convert::webhook(&app.service().webhook(&who, &id).await?, None))
}

/// Change a webhook
///
/// Replaces its settings; what is left out goes back to its default. What waits to be delivered goes to the new URL.
/// Switching on again one that the server switched off goes on where it stood.
#[utoipa::path(
    put, path = "/api/v2/webhooks/{webhookId}", tag = "Webhooks",
    params(("webhookId" = String, Path, description = "The webhook")),
    request_body(content = WebhookRequest),
    responses((status = 200, description = "The webhook as it stands now", body = Webhook), ChangeFailures, Failures),
    security(("oauth" = ["integrations"]))
)]
pub(super) async fn put_webhook(
    State(app): State<App>,
    who: Authorized<EditWebhooks>,
    Segments(id): Segments<String>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let (settings, version) = read_settings(&body)?;
    json(&convert::webhook(&app.service().update_webhook(&who, &id, settings, version).await?, None))
}

/// Delete a webhook
///
/// With everything that is kept of its deliveries.
#[utoipa::path(
    delete, path = "/api/v2/webhooks/{webhookId}", tag = "Webhooks",
    params(("webhookId" = String, Path, description = "The webhook")),
    responses((status = 204, description = "It is gone"), Failures),
    security(("oauth" = ["integrations"]))
)]
pub(super) async fn delete_webhook(
    State(app): State<App>,
    who: Authorized<DeleteWebhooks>,
    Segments(id): Segments<String>,
) -> ApiResult<Response> {
    app.service().delete_webhook(&who, &id).await?;
    Ok(silent(StatusCode::NO_CONTENT))
}

/// Rotate a webhook's secret
///
/// Draws a new one. The one before signs beside it until the overlap ends, so that receivers can be changed meanwhile.
#[utoipa::path(
    post, path = "/api/v2/webhooks/{webhookId}/secret/rotate", tag = "Webhooks",
    params(("webhookId" = String, Path, description = "The webhook")),
    request_body(content = WebhookRotation),
    responses((status = 200, description = "The webhook with its new secret", body = Webhook), ChangeFailures, Failures),
    security(("oauth" = ["integrations"]))
)]
pub(super) async fn rotate_webhook_secret(
    State(app): State<App>,
    who: Authorized<EditWebhooks>,
    Segments(id): Segments<String>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    // Some clients send no body where every member may be left out, and some the text `null`.
    let body = if matches!(body.trim(), "" | "null") { "{}" } else { &body };
    let mut fields = Fields::read(body)?;
    let overlap = take(&mut fields, "overlapSeconds", "86400")?.unwrap_or(A_DAY);
    fields.finish("`overlapSeconds`")?;
    let rotated = app.service().rotate_webhook_secret(&who, &id, Duration::from_secs(overlap)).await?;
    json(&convert::webhook(&rotated.webhook, Some(rotated.secret)))
}

/// Try a webhook
///
/// Sends one signed event of the type `webhook:test` at once, whether the webhook is enabled or not, and answers what came
/// back. It is not tried again and stands in no log.
#[utoipa::path(
    post, path = "/api/v2/webhooks/{webhookId}/test", tag = "Webhooks",
    params(("webhookId" = String, Path, description = "The webhook")),
    responses((status = 200, description = "What came back", body = WebhookAttempt), Failures),
    security(("oauth" = ["integrations"]))
)]
pub(super) async fn test_webhook(
    State(app): State<App>,
    who: Authorized<EditWebhooks>,
    Segments(id): Segments<String>,
) -> ApiResult<Response> {
    json(&convert::attempt(&app.service().test_webhook(&who, &id).await?))
}

/// List a webhook's deliveries
///
/// Newest first. Delivered ones are kept for 7 days, dead ones for 30.
#[utoipa::path(
    get, path = "/api/v2/webhooks/{webhookId}/deliveries", tag = "Webhooks",
    params(("webhookId" = String, Path, description = "The webhook"), DeliveryParameters),
    responses((status = 200, description = "A page", body = WebhookDeliveryListing), Failures),
    security(("oauth" = ["integrations:readonly"]))
)]
pub(super) async fn list_webhook_deliveries(
    State(app): State<App>,
    who: Authorized<ViewWebhooks>,
    Segments(id): Segments<String>,
    Parameters(parameters): Parameters<DeliveryParameters>,
) -> ApiResult<Response> {
    deliveries(&app, &who, &id, None, parameters).await
}

/// List a webhook's dead deliveries
///
/// What was given up after the last attempt, newest first. A replay sends it again.
#[utoipa::path(
    get, path = "/api/v2/webhooks/{webhookId}/dead", tag = "Webhooks",
    params(("webhookId" = String, Path, description = "The webhook"), DeliveryParameters),
    responses((status = 200, description = "A page", body = WebhookDeliveryListing), Failures),
    security(("oauth" = ["integrations:readonly"]))
)]
pub(super) async fn list_dead_deliveries(
    State(app): State<App>,
    who: Authorized<ViewWebhooks>,
    Segments(id): Segments<String>,
    Parameters(parameters): Parameters<DeliveryParameters>,
) -> ApiResult<Response> {
    deliveries(&app, &who, &id, Some(DeliveryState::Dead), parameters).await
}

/// Send deliveries again
///
/// By id, everything that was given up, or the events of a stretch of the log between two cursors; also such as came before
/// the webhook was created. Receivers tell repeats by `webhook-id`, which stays the event's.
#[utoipa::path(
    post, path = "/api/v2/webhooks/{webhookId}/replay", tag = "Webhooks",
    params(("webhookId" = String, Path, description = "The webhook")),
    request_body(content = WebhookReplay),
    responses((status = 200, description = "What was brought back", body = WebhookReplayed), ChangeFailures, StreamFailures, Failures),
    security(("oauth" = ["integrations"]))
)]
pub(super) async fn replay_webhook(
    State(app): State<App>,
    who: Authorized<EditWebhooks>,
    Segments(id): Segments<String>,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    let replay = read_replay(&body)?;
    let deliveries = app.service().replay_webhook(&who, &id, replay).await?;
    json(&WebhookReplayed { deliveries })
}

async fn deliveries(
    app: &App,
    who: &waybill_service::Caller,
    id: &str,
    state: Option<DeliveryState>,
    parameters: DeliveryParameters,
) -> ApiResult<Response> {
    let DeliveryParameters { cursor, page_size } = parameters;
    let page_size = within("pageSize", page_size.as_deref(), PAGE, LARGEST_DELIVERY_PAGE)?;
    let before = parse("cursor", cursor.as_deref(), "120")?;
    let found = app.service().list_webhook_deliveries(who, id, state, before, page_size).await?;
    let epoch = app.service().present_cursor().await?.epoch;
    let is_full = found.len() == page_size as usize;
    json(&WebhookDeliveryListing {
        entities: found.iter().map(|one| convert::delivery(one, epoch)).collect(),
        page_size,
        cursor: found.last().filter(|_| is_full).map(|last| last.number.to_string()),
    })
}

fn read_settings(body: &str) -> ApiResult<(WebhookSettings, Option<u64>)> {
    let mut fields = Fields::read(body)?;
    let settings = WebhookSettings {
        name: fields.take_text("name", "CRM")?,
        url: fields.take_text("url", "https://hooks.example.com/waybill")?,
        enabled: take(&mut fields, "enabled", "true")?.unwrap_or(true),
        events: take(&mut fields, "events", "[\"conversation:start\"]")?.unwrap_or_default(),
        deployments: take(&mut fields, "deploymentIds", "[]")?.unwrap_or_default(),
        keys: take(&mut fields, "keys", "[\"crmCustomerId\"]")?.unwrap_or_default(),
        personal: take(&mut fields, "includePersonal", "false")?,
    };
    let version = take(&mut fields, "version", "3")?;
    fields.finish("`name`, `url`, `enabled`, `events`, `deploymentIds`, `keys`, `includePersonal`, `version`")?;
    Ok((settings, version))
}

fn read_replay(body: &str) -> ApiResult<Replay> {
    let mut fields = Fields::read(body)?;
    let ids: Option<Vec<String>> = take(&mut fields, "deliveryIds", "[\"120\"]")?;
    let dead: Option<bool> = take(&mut fields, "dead", "true")?;
    let from = cursor("from", take(&mut fields, "from", "0000beef-42")?)?;
    let to = cursor("to", take(&mut fields, "to", "0000beef-42")?)?;
    fields.finish("`deliveryIds`, `dead`, `from`, `to`")?;
    match (ids, dead, from, to) {
        (Some(ids), None, None, None) => {
            let numbers = ids.iter().map(|id| id.parse()).collect::<Result<_, _>>();
            let wrong =
                |_| ApiError::invalid("deliveryIds", "has one that is no delivery's id", "take `id` of a delivery");
            Ok(Replay::Deliveries(numbers.map_err(wrong)?))
        }
        (None, Some(true), None, None) => Ok(Replay::Dead),
        (None, None, Some(from), to) => Ok(Replay::Range { from, to }),
        _ => Err(ApiError::invalid(
            "deliveryIds",
            "is to stand alone, or `dead: true`, or `from` with or without `to`",
            "send one of the three",
        )),
    }
}

fn cursor(name: &str, text: Option<String>) -> ApiResult<Option<Cursor>> {
    let wrong = |_| ApiError::invalid(name, "is no cursor that this server handed out", "use an event's `cursor`");
    text.map(|text| text.parse().map_err(wrong)).transpose()
}

fn take<T: DeserializeOwned>(fields: &mut Fields<'_>, name: &'static str, example: &str) -> ApiResult<Option<T>> {
    let Some(value) = fields.take(name)? else { return Ok(None) };
    let read = serde_json::from_str(whole(value.get()));
    read.map_err(|_| ApiError::invalid(name, "has another type", &format!("send it like `{example}`")))
}

fn within(name: &str, text: Option<&str>, usual: u32, largest: u32) -> ApiResult<u32> {
    let number = parse(name, text, "25")?.unwrap_or(usual);
    if (1..=largest).contains(&number) {
        return Ok(number);
    }
    Err(ApiError::invalid(name, &format!("has to be 1 to {largest}"), "ask for several pages"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wh6_a_replay_asks_for_one_thing() {
        let read = |body: &str| read_replay(body).map_err(|error| error.status().as_u16());
        assert_eq!(read(r#"{"deliveryIds":["3","4"]}"#), Ok(Replay::Deliveries(vec![3, 4])));
        assert_eq!(read(r#"{"dead":true}"#), Ok(Replay::Dead));
        let from = Cursor { epoch: 0xbeef, seq: 1 };
        assert_eq!(read(r#"{"from":"0000beef-1"}"#), Ok(Replay::Range { from, to: None }));
        let to = Some(Cursor { seq: 9, ..from });
        assert_eq!(read(r#"{"from":"0000beef-1","to":"0000beef-9"}"#), Ok(Replay::Range { from, to }));
        for body in [
            "{}",
            r#"{"dead":false}"#,
            r#"{"to":"0000beef-9"}"#,
            r#"{"dead":true,"from":"0000beef-1"}"#,
            r#"{"deliveryIds":["x"]}"#,
            r#"{"from":"nonsense"}"#,
            r#"{"all":true}"#,
        ] {
            assert_eq!(read(body), Err(400), "{body}");
        }
    }

    #[test]
    fn wh1_settings_have_defaults_and_no_unknown_members() {
        let (settings, version) = read_settings(r#"{"name":"a","url":"https://a.example/"}"#).unwrap();
        assert_eq!((settings.enabled, settings.personal, version), (true, None, None));
        assert!(settings.events.is_empty() && settings.deployments.is_empty() && settings.keys.is_empty());
        for body in
            [r#"{"name":"a"}"#, r#"{"name":"a","url":"b","secret":"c"}"#, r#"{"name":"a","url":"b","events":"x"}"#]
        {
            assert_eq!(read_settings(body).unwrap_err().status(), 400, "{body}");
        }
    }
}
