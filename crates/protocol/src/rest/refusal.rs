//! Records of refused hand-overs (CTX11): keys and rules, never values.

use std::borrow::Cow;

use serde::Serialize;
use utoipa::ToSchema;
use waybill_model::{DeploymentId, Time};

/// Refusals, newest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RefusalListing {
    /// The records.
    pub entities: Vec<Refusal>,
    /// At most so many were asked for.
    pub page_size: u32,
    /// Where the list goes on; absent at its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// Refusals in groups, the largest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RefusalSummary {
    /// By what they are grouped: `key`, `rule`, `page`, `sdk`, `deployment` or `form`.
    pub group_by: &'static str,
    /// The groups.
    pub entities: Vec<RefusalGroup>,
    /// Refused hand-overs in groups that are not listed.
    pub other: u64,
    /// Refused hand-overs in all; one with faults in several groups counts once here and once in each of them.
    pub refusals: u64,
    /// Whether there are older ones that were not counted: narrow the time.
    pub is_cut: bool,
}

/// One group of refusals.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RefusalGroup {
    /// What they have in common; absent where nobody said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Refused hand-overs.
    pub refusals: u64,
    /// When the newest was.
    #[schema(value_type = String, format = DateTime)]
    pub last_at: Time,
}

/// One refused hand-over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({
    "deploymentId": "0190b0a1-7c1e-7d31-9d0a-2f5c3a1b7e42", "at": "2026-11-20T18:08:55.431Z",
    "faults": [{"key": "cusomData", "form": "customData", "rule": "unknown_option"}],
    "page": "/cart", "sdk": "2.0.0", "api": "webMessagingClient", "count": 1
}))]
pub struct Refusal {
    /// The entry point.
    #[schema(value_type = String, format = Uuid)]
    pub deployment_id: DeploymentId,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Time,
    /// Every fault.
    pub faults: Vec<RefusedKey>,
    /// The path of the page, without its query.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// The SDK's version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sdk: Option<String>,
    /// The call form, or the surface.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api: Option<String>,
    /// The visitor's language tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// How many refusals this record stands for when a flood was sampled.
    pub count: u32,
}

/// One refused key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RefusedKey {
    /// The key as it was sent.
    pub key: String,
    /// The form that delivered it.
    #[schema(value_type = String)]
    pub form: Cow<'static, str>,
    /// The rule.
    #[schema(value_type = String)]
    pub rule: Cow<'static, str>,
}
