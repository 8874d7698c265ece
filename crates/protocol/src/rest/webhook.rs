//! Webhooks: endpoints, the delivery log, replays, and what is posted to an endpoint.

use serde::Serialize;
use utoipa::ToSchema;
use waybill_model::{ConversationId, DeploymentId, OrganizationId, Time, WebhookId};

/// One endpoint that is told events.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Webhook {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub id: WebhookId,
    /// Its name.
    pub name: String,
    /// Where deliveries are sent.
    pub url: String,
    /// Whether deliveries are sent. While it is off, events wait in the log.
    pub enabled: bool,
    /// Only these events; all where empty.
    pub events: Vec<&'static str>,
    /// Only conversations of these deployments; all where empty.
    #[schema(value_type = Vec<String>)]
    pub deployment_ids: Vec<DeploymentId>,
    /// Only starts that have, and changes that touch, one of these context keys; other events pass. All where empty.
    pub keys: Vec<String>,
    /// Whether personal values are sent; otherwise `***` stands in their place.
    pub include_personal: bool,
    /// Until when the secret before the present one signs, too.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub previous_secret_until: Option<Time>,
    /// Since when and why the server switched it off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled: Option<WebhookDisabled>,
    /// Counts changes, from 1.
    pub version: u64,
    /// When it was created.
    #[schema(value_type = String, format = DateTime)]
    pub date_created: Time,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime)]
    pub date_modified: Time,
    /// The secret, `whsec_…`: shown by the answer that drew it and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// Where this body is read.
    pub self_uri: String,
}

/// Why the server switched an endpoint off.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WebhookDisabled {
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub at: Time,
    /// Why.
    pub reason: String,
}

/// A page of webhooks, by name.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WebhookListing {
    /// The webhooks.
    pub entities: Vec<Webhook>,
    /// How many a page has.
    pub page_size: u32,
    /// Which page this is, from 1.
    pub page_number: u32,
    /// How many there are in all.
    pub total: u64,
    /// How many pages there are.
    pub page_count: u64,
    /// Where this body is read.
    pub self_uri: &'static str,
}

/// What creates or changes a webhook.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({
    "name": "CRM", "url": "https://hooks.example.com/waybill", "events": ["conversation:start", "conversation:attributes"],
    "keys": ["crmCustomerId"]
}))]
pub struct WebhookRequest {
    /// A name for people.
    pub name: String,
    /// Where to: `https`, on the public internet, unless the operator allows more.
    pub url: String,
    /// Whether deliveries are sent; `true` when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// `conversation:start`, `conversation:attributes`, `conversation:message`, `conversation:participant`,
    /// `conversation:flow`, `conversation:routing`, `conversation:note`, `conversation:satisfaction`, `conversation:end`,
    /// `analytics:drift`; all but notes when absent or empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub events: Option<Vec<String>>,
    /// Ids of deployments; all when absent or empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deployment_ids: Option<Vec<String>>,
    /// Context keys; all when absent or empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keys: Option<Vec<String>>,
    /// Whether personal values are sent. Absent: as far as whoever sets it up may see them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub include_personal: Option<bool>,
    /// The version that is to be changed; another one there is 409. Only when changing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
}

/// How a secret is rotated.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"overlapSeconds": 86400}))]
pub struct WebhookRotation {
    /// How long the secret before signs, too; a day when absent, 30 days at most, 0 for not at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overlap_seconds: Option<u64>,
}

/// What became of one attempt.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WebhookAttempt {
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    pub at: Time,
    /// Whether the endpoint answered 2xx.
    pub accepted: bool,
    /// The status that came back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Why there was none: `timed_out`, `not_connected`, `untrusted`, `name_not_found`, `address_not_allowed` …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// How long it took, in milliseconds.
    pub duration_ms: u32,
}

/// One event on its way to one webhook.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WebhookDelivery {
    /// Its number.
    pub id: String,
    /// The `webhook-id` that the endpoint sees: the same at each attempt, and the event's `id`.
    pub event_id: String,
    /// Which event.
    pub event: &'static str,
    /// `pending`, `delivered` or `dead`.
    pub state: &'static str,
    /// The conversation.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Uuid)]
    pub conversation_id: Option<ConversationId>,
    /// The event's number within its conversation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation_seq: Option<u64>,
    /// Attempts since it was made, or since the last replay.
    pub attempts: u32,
    /// How often it was asked for again.
    pub replays: u32,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub date_created: Time,
    /// When it is tried next, while it is pending.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub next_attempt: Option<Time>,
    /// The last attempt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_attempt: Option<WebhookAttempt>,
}

/// A page of deliveries, newest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WebhookDeliveryListing {
    /// The deliveries.
    pub entities: Vec<WebhookDelivery>,
    /// At most so many were asked for.
    pub page_size: u32,
    /// Where the next page begins; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// What is to be sent again: one of the three.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"from": "5da65a50-120", "to": "5da65a50-180"}))]
pub struct WebhookReplay {
    /// Deliveries by their ids, 1 to 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivery_ids: Option<Vec<String>>,
    /// `true` for everything that was given up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dead: Option<bool>,
    /// Every event after this cursor that the filters let through.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Up to this cursor; with `from` only, up to where the webhook stands now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
}

/// What a replay came to.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WebhookReplayed {
    /// Deliveries that were brought back at once; a stretch of the log is worked through afterwards.
    pub deliveries: u64,
}

/// A body that is no conversation's: `analytics:drift`, `webhook:test`.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NoticeEvent {
    /// Names it; the same as the header `webhook-id`.
    pub id: String,
    /// What it is.
    pub r#type: &'static str,
    /// When it happened.
    #[schema(value_type = String, format = DateTime)]
    pub at: Time,
    /// The tenant.
    #[schema(value_type = String, format = Uuid)]
    pub organization_id: OrganizationId,
    /// What there is to say.
    #[schema(value_type = Object)]
    pub data: serde_json::Value,
}
