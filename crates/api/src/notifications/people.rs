//! What people are doing, told as it is: nothing of it is in the log, and nothing of it is told again (NOT4).

use std::collections::BTreeMap;

use waybill_model::{Presence, UserId};
use waybill_protocol::notification::{
    frame::{FrameMetadata, NotificationFrame},
    user::UserStatusNotice,
};
use waybill_service::{AgentView, Ambient, RoutingStatus, Topic, Topics, WhichAgent};

use super::frames::write;
use crate::{
    error::{ApiResult, draw_context_id},
    rest::{routing_status, user_presence},
};

/// What one socket told of people.
#[derive(Debug, Default)]
pub(super) struct People {
    told: BTreeMap<UserId, (Presence, RoutingStatus)>,
}

impl People {
    /// Whom to look at, of those that are subscribed; whoever is not subscribed any more is forgotten.
    pub(super) fn now_of_interest(&mut self, topics: &Topics, which: WhichAgent) -> Vec<UserId> {
        let wanted = topics.agents();
        self.told.retain(|id, _| wanted.contains(id));
        match which {
            WhichAgent::One(id) => wanted.get(&id).copied().into_iter().collect(),
            WhichAgent::Any => wanted.into_iter().collect(),
        }
    }

    /// The frames that tell how somebody is now, none where everything of it was told.
    pub(super) fn frames(
        &mut self,
        topics: &Topics,
        agent: &AgentView,
        ambient: &Ambient,
        cursor: &str,
    ) -> ApiResult<Vec<String>> {
        let id = agent.user_id;
        let before = self.told.insert(id, (agent.presence, agent.status));
        let metadata =
            || FrameMetadata { correlation_id: draw_context_id(ambient), cursor: cursor.to_owned(), event_id: None };
        let mut frames = Vec::new();
        if topics.want_presence(id) && before.is_none_or(|(presence, _)| presence != agent.presence) {
            frames.push(write(&NotificationFrame {
                topic_name: Topic::UserPresence(id).to_string().into(),
                version: "2",
                event_body: user_presence(agent),
                metadata: metadata(),
            })?);
        }
        if topics.want_status(id) && before.is_none_or(|(_, status)| status != agent.status) {
            frames.push(write(&NotificationFrame {
                topic_name: Topic::UserStatus(id).to_string().into(),
                version: "2",
                event_body: UserStatusNotice { id, routing_status: routing_status(agent) },
                metadata: metadata(),
            })?);
        }
        Ok(frames)
    }
}
