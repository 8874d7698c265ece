//! How queues are doing, told as it is: nothing of it is in the log, and nothing of it is told again (NOT4).

use std::collections::BTreeMap;

use waybill_model::QueueId;
use waybill_protocol::{
    notification::{
        frame::{FrameMetadata, NotificationFrame},
        queue::{QueueLook, QueueObservations},
    },
    rest::observation::ObservationResult,
};
use waybill_service::{Ambient, QueueView, Topic, Topics};

use super::frames::write;
use crate::{
    error::{ApiResult, draw_context_id},
    rest::observed,
};

/// What one socket told of queues.
#[derive(Debug, Default)]
pub(super) struct Queues {
    told: BTreeMap<QueueId, Vec<ObservationResult>>,
}

impl Queues {
    /// Which to look at; whichever is not subscribed any more is forgotten.
    pub(super) fn of_interest(&mut self, topics: &Topics) -> Vec<QueueId> {
        let wanted = topics.observed();
        self.told.retain(|id, _| wanted.contains(id));
        wanted.iter().copied().collect()
    }

    /// The frames that tell how a queue is doing now: one for each group of which something is different.
    pub(super) fn frames(&mut self, view: &QueueView, ambient: &Ambient, cursor: &str) -> ApiResult<Vec<String>> {
        let (id, groups, now) = (view.queue.id, observed(view), ambient.now());
        let before = self.told.insert(id, groups.clone()).unwrap_or_default();
        let mut frames = Vec::new();
        for ObservationResult { group, data } in groups {
            if before.iter().any(|told| told.group == group && told.data == data) {
                continue;
            }
            frames.push(write(&NotificationFrame {
                topic_name: Topic::QueueObservations(id).to_string().into(),
                version: "2",
                event_body: QueueObservations {
                    group,
                    data: vec![QueueLook { interval: format!("{now}/{now}"), metrics: data }],
                },
                metadata: FrameMetadata {
                    correlation_id: draw_context_id(ambient),
                    cursor: cursor.to_owned(),
                    event_id: None,
                },
            })?);
        }
        Ok(frames)
    }
}
