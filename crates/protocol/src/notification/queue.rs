//! How a queue is doing, in the shape of the queue topics.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::rest::observation::ObservationData;

/// Something about a queue is different now: its conversations, or what its members are doing.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct QueueObservations {
    /// `queueId`; of conversations `mediaType` as well.
    #[schema(value_type = BTreeMap<String, String>)]
    pub group: BTreeMap<&'static str, String>,
    /// One look.
    pub data: Vec<QueueLook>,
}

/// What was seen at one time.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct QueueLook {
    /// When: the time twice, as `from/to`.
    pub interval: String,
    /// Its metrics.
    pub metrics: Vec<ObservationData>,
}
