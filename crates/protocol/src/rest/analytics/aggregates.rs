//! Numbers by time and group.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::AnalyticsFilter;

/// A question for numbers.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({
    "interval": "2026-11-01T00:00:00.000Z/2026-12-01T00:00:00.000Z", "granularity": "P1D", "timeZone": "Europe/Vienna",
    "groupBy": ["attribute:plan"], "metrics": ["nConversations", "nConnected"]
}))]
pub struct AggregatesQuery {
    /// `start/end` of the conversations' starts, and of the events of waiting and handling; at most 400 days.
    pub interval: String,
    /// `PT15M`, `PT1H`, `P1D`, `P1W`, `P1M` …; one stretch when absent.
    #[serde(default)]
    pub granularity: Option<String>,
    /// In which days and months are counted; UTC when absent.
    #[serde(default)]
    pub time_zone: Option<String>,
    /// Up to four dimensions, declared keys or `attribute:<key>`.
    #[serde(default)]
    pub group_by: Vec<String>,
    /// What has to hold.
    #[serde(default)]
    pub filter: Option<AnalyticsFilter>,
    /// `nConversations`, `oMessageCount` and those of waiting and handling (`nOffered`, `tAnswered`, `tHandle`,
    /// `oServiceLevel` …); what has no data is left out of the answer.
    pub metrics: Vec<String>,
    /// Changes nothing: each value of a dimension with several is counted for itself.
    #[serde(default)]
    pub flatten_multivalued_dimensions: Option<bool>,
    /// The largest groups are named, so many: 1 to 500; 100 when absent. Ours.
    #[serde(default)]
    pub max_groups: Option<u32>,
}

/// Numbers by group.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AggregatesResponse {
    /// The largest group first.
    pub results: Vec<AggregateGroup>,
}

/// One group.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AggregateGroup {
    /// Its values by dimension; a dimension without a value is left out.
    pub group: BTreeMap<String, String>,
    /// Its numbers, by time; stretches without conversations are left out.
    pub data: Vec<AggregateData>,
    /// True of the group of all those that are not named.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub other: bool,
    /// What finds its conversations.
    pub details: GroupDetails,
}

/// Opens a group: together with the interval of a number, a body for `…/details/query`.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct GroupDetails {
    /// Where to send it.
    pub uri: &'static str,
    /// Filters that find exactly these conversations.
    pub conversation_filters: Vec<AnalyticsFilter>,
}

/// The numbers of a stretch of time.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AggregateData {
    /// `start/end`.
    pub interval: String,
    /// The metrics.
    pub metrics: Vec<AggregateMetric>,
    /// Conversations among them to which context came after their end; absent where none were asked for. Ours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub late: Option<u64>,
}

/// One metric.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AggregateMetric {
    /// Its name.
    pub metric: String,
    /// Its numbers.
    pub stats: Stats,
}

/// Numbers of a metric; what it does not have is left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Stats {
    /// How many.
    pub count: u64,
    /// All together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sum: Option<u64>,
    /// The least.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<u64>,
    /// The most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<u64>,
    /// The share that is within the target.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ratio: Option<f64>,
    /// How many are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub numerator: Option<u64>,
    /// Of how many.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub denominator: Option<u64>,
    /// The share that is wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<f64>,
    /// Half of the values are not above it. Percentiles are ours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p50: Option<u64>,
    /// Nine of ten values are not above it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p90: Option<u64>,
    /// Of twenty values nineteen are not above it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p95: Option<u64>,
    /// Of a hundred values 99 are not above it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p99: Option<u64>,
}
