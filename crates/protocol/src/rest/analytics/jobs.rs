//! Details jobs.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use waybill_model::Time;

use super::{AnalyticsConversation, AnalyticsFilter};

/// A question for a job.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({
    "interval": "2026-01-01T00:00:00.000Z/2026-11-21T00:00:00.000Z", "limit": 10000,
    "conversationFilters": [{"type": "and", "predicates": [
        {"type": "dimension", "dimension": "attribute:plan", "operator": "matches", "value": "gold"}]}]
}))]
pub struct DetailsJobQuery {
    /// `start/end` of the conversations' starts, at most 400 days.
    pub interval: String,
    /// All of them have to hold.
    #[serde(default)]
    pub conversation_filters: Vec<AnalyticsFilter>,
    /// All of them have to hold.
    #[serde(default)]
    pub segment_filters: Vec<AnalyticsFilter>,
    /// At most so many conversations: 1 to 1,000,000; 100,000 when absent.
    #[serde(default)]
    pub limit: Option<u64>,
}

/// A job was taken on.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct JobCreated {
    /// Its id.
    pub job_id: String,
}

/// Where a job stands.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct JobStatus {
    /// `QUEUED`, `PENDING`, `FAILED`, `CANCELLED`, `FULFILLED` or `EXPIRED`.
    pub state: &'static str,
    /// When it was asked for.
    #[schema(value_type = String, format = DateTime)]
    pub submission_date: Time,
    /// When it was done.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub completion_date: Option<Time>,
    /// Until when its results can be read.
    #[schema(value_type = String, format = DateTime)]
    pub expiration_date: Time,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_message: Option<String>,
    /// How many conversations it has found so far.
    pub found: u64,
}

/// A page of what a job has found.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct JobResults<'a> {
    /// The conversations, oldest start first.
    pub conversations: Vec<AnalyticsConversation<'a>>,
    /// Where the next page begins; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// Up to when it has looked.
    #[schema(value_type = String, format = DateTime)]
    pub data_availability_date: Time,
}
