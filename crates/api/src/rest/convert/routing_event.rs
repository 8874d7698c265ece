//! What happened in a queue → `conversation:routing`.

use waybill_model as model;
use waybill_protocol::rest::routing_event::{ConversationRouting, RoutingSkillWish};

pub(super) fn routing_event(record: &model::RoutingRecord) -> ConversationRouting {
    let model::RoutingRecord { queue_id, participant_id, change } = record;
    let nothing = |action| ConversationRouting {
        action,
        queue_id: *queue_id,
        participant_id: *participant_id,
        priority: None,
        skills: None,
        language_id: None,
        user_id: None,
        agent_participant_id: None,
        since: None,
        until: None,
        waited_ms: None,
        reason: None,
    };
    match change {
        model::RoutingChange::Queued { priority, skills, language_id, agent, since, why } => ConversationRouting {
            priority: Some(*priority),
            skills: Some(skills.iter().map(wish).collect()),
            language_id: *language_id,
            user_id: *agent,
            since: Some(*since),
            reason: Some(why.clone()),
            ..nothing("queued")
        },
        model::RoutingChange::Offered { offer: model::Offer { user_id, participant_id, at: _, until } } => {
            ConversationRouting {
                user_id: Some(*user_id),
                agent_participant_id: Some(*participant_id),
                until: Some(*until),
                ..nothing("offered")
            }
        }
        model::RoutingChange::Declined { user_id, participant_id, why } => ConversationRouting {
            user_id: Some(*user_id),
            agent_participant_id: Some(*participant_id),
            reason: Some(why.clone()),
            ..nothing("declined")
        },
        model::RoutingChange::Left { waited_ms, why, user_id } => ConversationRouting {
            user_id: *user_id,
            waited_ms: Some(*waited_ms),
            reason: Some(why.clone()),
            ..nothing("left")
        },
    }
}

fn wish(wish: &model::SkillWish) -> RoutingSkillWish {
    let model::SkillWish { skill_id, level } = wish;
    RoutingSkillWish { id: *skill_id, level: *level }
}
