//! The rules once more, written to be obvious and slow: everybody is tried with everybody.

use std::cmp::Reverse;

use waybill_engine::routing::{Agent, DECLINE_PAUSE_MS, GONE_AWAY_MS, GONE_REQUEUE_MS};
use waybill_model::{
    Conversation, ConversationId, Participant, Presence, Purpose, QueueId, Queued, RoutingMethod, Time, UserId,
    WrapupPrompt,
};

use crate::world::World;

/// The offer that is to be made now.
pub(crate) fn offer(world: &World) -> Option<(ConversationId, UserId)> {
    let mut waiting: Vec<_> = world.conversations.values().filter_map(|it| Some((it, it.queued.as_deref()?))).collect();
    waiting.retain(|(_, queued)| queued.offer.is_none());
    waiting.sort_by_key(|(it, queued)| (Reverse(queued.priority), queued.since, it.id));
    waiting.into_iter().find_map(|(conversation, queued)| {
        let free = world.agents.values().filter(|agent| could_take(world, conversation, queued, agent));
        let best = free.min_by_key(|agent| {
            let declined = queued.declined.iter().any(|(user_id, _)| *user_id == agent.user_id);
            let method = world.queues.get(&queued.queue_id).map_or(RoutingMethod::LongestIdle, |it| it.rules.method);
            let mastery: u32 = match method {
                RoutingMethod::LongestIdle => 0,
                RoutingMethod::BestSkill => {
                    let levels = queued.skills.iter().filter_map(|wish| agent.skills.get(&wish.skill_id));
                    levels.map(|level| u32::from(*level) + 1).sum()
                }
            };
            (declined, Reverse(mastery), taken(world, agent.user_id), agent.state.idle_since, agent.user_id)
        });
        best.map(|agent| (conversation.id, agent.user_id))
    })
}

fn could_take(world: &World, conversation: &Conversation, queued: &Queued, agent: &Agent) -> bool {
    let ms = |since: Time| world.now.millis() - since.millis();
    let is_there = agent.enabled
        && !agent.state.not_responding
        && agent.state.gone_since.is_none()
        && taken(world, agent.user_id) < agent.capacity;
    let occupied = conversation.participants.iter().any(|it| it.user_id == Some(agent.user_id) && is_occupied(it));
    let paused = queued.declined.iter().any(|(user_id, at)| *user_id == agent.user_id && ms(*at) < DECLINE_PAUSE_MS);
    if !is_there || occupied || paused {
        return false;
    }
    if let Some(wanted) = queued.agent {
        return wanted == agent.user_id && matches!(agent.state.presence, Presence::OnQueue | Presence::Available);
    }
    let Some(queue) = world.queues.get(&queued.queue_id) else { return false };
    if agent.state.presence != Presence::OnQueue || !queue.members.contains(&agent.user_id) {
        return false;
    }
    let rings = queue.rules.rings.iter().filter(|ring| ms(queued.since) >= i64::from(ring.after_seconds) * 1_000);
    let rings: Vec<_> = rings.collect();
    let lowered: u8 = rings.iter().fold(0, |sum: u8, ring| sum.saturating_add(ring.lower_levels));
    let skilled = queued.skills.iter().all(|wish| {
        rings.iter().any(|ring| ring.drop_skills.contains(&wish.skill_id))
            || agent.skills.get(&wish.skill_id).is_some_and(|level| *level >= wish.level.saturating_sub(lowered))
    });
    let speaks = rings.iter().any(|ring| ring.drop_language)
        || queued.language_id.is_none_or(|language_id| agent.languages.contains_key(&language_id));
    skilled && speaks
}

/// What time has made due and nobody has done.
pub(crate) fn overdue(world: &World) -> Vec<String> {
    let since = |time: Time| world.now.millis() - time.millis();
    let mut found = Vec::new();
    for conversation in world.conversations.values() {
        let id = conversation.id;
        if let Some(queued) = &conversation.queued {
            match &queued.offer {
                Some(offer) if since(offer.until) >= 0 => found.push(format!("{id}: alert")),
                Some(offer) => {
                    let presence = world.agents.get(&offer.user_id).filter(|agent| agent.enabled);
                    let there = match (presence.map(|agent| agent.state.presence), queued.agent) {
                        (Some(Presence::OnQueue), _) | (Some(Presence::Available), Some(_)) => true,
                        (Some(_) | None, _) => false,
                    };
                    if !there {
                        found.push(format!("{id}: alert of somebody who went"));
                    }
                }
                None if flows_over(world, queued) => found.push(format!("{id}: overflow")),
                None => {}
            }
        }
        for participant in conversation.participants.iter().filter(|it| it.user_id.is_some()) {
            let rules = participant.queue_id.and_then(|queue_id| world.queues.get(&queue_id)).map(|it| &it.rules);
            if let (true, Some(left)) = (participant.owes_wrapup, participant.left_at) {
                let seconds = match rules.map(|rules| (rules.wrapup, rules.wrapup_seconds)) {
                    Some((WrapupPrompt::Mandatory, _)) => i64::MAX,
                    Some((WrapupPrompt::Timeout, seconds)) => i64::from(seconds),
                    Some((WrapupPrompt::Optional, _)) | None => 0,
                };
                if since(left) / 1_000 >= seconds {
                    found.push(format!("{id}: wrap-up"));
                }
            }
            let agent = participant.user_id.and_then(|user_id| world.agents.get(&user_id));
            let lost = agent.is_some_and(|agent| {
                !agent.enabled || agent.state.gone_since.is_some_and(|gone| since(gone) >= GONE_REQUEUE_MS)
            });
            if lost && participant.left_at.is_none() && !participant.alerting {
                found.push(format!("{id}: agent gone"));
            }
        }
    }
    let works = |agent: &&Agent| {
        agent.enabled
            && matches!(agent.state.presence, Presence::OnQueue | Presence::Available | Presence::Busy)
            && agent.state.gone_since.is_some_and(|gone| since(gone) >= GONE_AWAY_MS)
    };
    found.extend(world.agents.values().filter(works).map(|agent| format!("{}: away", agent.user_id)));
    found
}

/// Whether it waited too long for its queue, and the way does not lead back.
fn flows_over(world: &World, queued: &Queued) -> bool {
    let next = |queue_id: QueueId| {
        let overflow = world.queues.get(&queue_id)?.rules.overflow.as_ref()?;
        let is_due = world.now.millis() - queued.since.millis() >= i64::from(overflow.after_seconds) * 1_000;
        (is_due && world.queues.contains_key(&overflow.queue_id)).then_some(overflow.queue_id)
    };
    let way = std::iter::successors(next(queued.queue_id), |queue_id| next(*queue_id));
    let way: Vec<_> = way.take(world.queues.len() + 1).collect();
    !way.is_empty() && !way.contains(&queued.queue_id)
}

/// Places of an agent that are taken.
pub(crate) fn taken(world: &World, user_id: UserId) -> u32 {
    let all = world.conversations.values().flat_map(|it| &it.participants);
    let count = all.filter(|it| it.user_id == Some(user_id) && is_occupied(it)).count();
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn is_occupied(participant: &Participant) -> bool {
    participant.purpose == Purpose::Agent && (participant.left_at.is_none() || participant.owes_wrapup)
}
