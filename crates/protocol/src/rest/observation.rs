//! How queues are doing now.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::analytics::AnalyticsFilter;

/// A question for how queues are doing.
#[derive(Clone, Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({
    "filter": {"type": "or", "predicates": [{"type": "dimension", "dimension": "queueId", "operator": "matches", "value": "0190b0a1-7c1e-7d31-9d0a-2f5c3a1b7e42"}]},
    "metrics": ["oWaiting", "oInteracting", "oOnQueueUsers"]
}))]
pub struct ObservationsQuery {
    /// Which queues: predicates that compare `queueId`.
    pub filter: AnalyticsFilter,
    /// `oWaiting`, `oAlerting`, `oInteracting`, `oWrappingUp`, `oLongestWaiting`, `oOnQueueUsers`, `oOffQueueUsers`,
    /// `oMemberUsers`, `oUserPresences`, `oUserRoutingStatuses`; all of them when absent.
    pub metrics: Option<Vec<String>>,
}

/// How queues are doing.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ObservationsResponse {
    /// For each queue one group of conversations and one of people.
    pub results: Vec<ObservationResult>,
}

/// One group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ObservationResult {
    /// `queueId`; of conversations `mediaType` as well.
    #[schema(value_type = BTreeMap<String, String>)]
    pub group: BTreeMap<&'static str, String>,
    /// Its metrics.
    pub data: Vec<ObservationData>,
}

/// One metric.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ObservationData {
    /// Its name.
    pub metric: &'static str,
    /// A routing status, or the id of a presence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub qualifier: Option<String>,
    /// The number.
    pub stats: ObservationStats,
}

/// A number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ObservationStats {
    /// How many.
    pub count: u64,
    /// The longest, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<u64>,
}
