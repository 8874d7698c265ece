//! How complete context is, and alarms about it.

use serde::Serialize;
use utoipa::ToSchema;
use waybill_model::{DeploymentId, Time};

/// How complete context was.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CompletenessListing {
    /// From.
    #[schema(value_type = String, format = DateTime)]
    pub from: Time,
    /// Until.
    #[schema(value_type = String, format = DateTime)]
    pub to: Time,
    /// By deployment, and by page path or SDK version where they were asked for; those with the most starts first.
    pub entities: Vec<CompletenessRow>,
}

/// One group of starts.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CompletenessRow {
    /// The entry point.
    #[schema(value_type = String, format = Uuid)]
    pub deployment_id: DeploymentId,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deployment_name: Option<String>,
    /// The path of the page, when grouped by it; absent where nobody said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_path: Option<String>,
    /// The SDK's version, when grouped by it; absent where nobody said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sdk_version: Option<String>,
    /// True of the group of all those that do not stand for themselves.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub other: bool,
    /// Everybody who wanted to start: conversations and refused starts.
    pub starts: u64,
    /// Conversations that started.
    pub conversations: u64,
    /// Starts that were refused.
    pub refused_starts: u64,
    /// What became of each key.
    pub keys: Vec<KeyCompleteness>,
}

/// What became of one key.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct KeyCompleteness {
    /// The canonical key, or the name under which it was sent where the deployment declares none.
    pub key: String,
    /// Whether the deployment declares it.
    pub declared: bool,
    /// Whether a start should carry it.
    pub required: bool,
    /// Conversations in which it is stored.
    pub present: u64,
    /// Their share of all starts, 0 to 1.
    pub presence_rate: f64,
    /// Refused starts in which it was at fault, and conversations in which a value of it was refused beside others.
    pub refused: u64,
    /// Conversations in which it is kept apart.
    pub quarantined: u64,
    /// Of the stored ones those that were coerced to the declared type.
    pub coerced: u64,
    /// Of the stored ones those that came after the end.
    pub late: u64,
    /// Conversations that should have carried it.
    pub missing: u64,
}

/// Drift alarms.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AlarmListing {
    /// Newest first.
    pub entities: Vec<ContextAlarm>,
    /// At most so many were asked for.
    pub page_size: u32,
}

/// A key that comes less often than it used to.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ContextAlarm {
    /// Its id.
    pub id: String,
    /// `began` while it lasts, then `ended`.
    pub state: &'static str,
    /// The entry point.
    #[schema(value_type = String, format = Uuid)]
    pub deployment_id: DeploymentId,
    /// The key.
    pub key: String,
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    pub began_at: Time,
    /// When it was over.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ended_at: Option<Time>,
    /// What was usual.
    pub baseline: PresenceShare,
    /// What it was when the alarm began.
    pub window: PresenceShare,
    /// What it was when it was looked at last.
    pub latest: PresenceShare,
}

/// In how many starts a key came.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PresenceShare {
    /// In so many.
    pub present: u64,
    /// Of so many, refused ones included.
    pub starts: u64,
    /// The share, 0 to 1.
    pub rate: f64,
    /// From.
    #[schema(value_type = String, format = DateTime)]
    pub from: Time,
    /// Until.
    #[schema(value_type = String, format = DateTime)]
    pub to: Time,
}
