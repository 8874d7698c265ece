//! Moves of the board, decided on a conversation as it stands. A move that does not fit any more is none: two nodes, or a
//! person and the router, never both win.

use waybill_engine::{
    conversation::Going,
    routing::{Move, REQUEUE_PRIORITY},
};
use waybill_model::{
    Actor, Conversation, ConversationId, Customer, Event, EventBody, LanguageId, Offer, Participant, ParticipantId,
    Purpose, QueueId, Queued, RoutingChange, SkillWish, Time, UserId, Wrapup, WrapupPrompt,
};

use super::room::Known;
use crate::{Service, ServiceError};

/// A move with everything that its decision takes.
#[derive(Debug, Clone)]
pub(super) enum Plan {
    /// An agent is alerted.
    Offer { alerted: Box<Participant>, offer: Offer },
    /// An alert ends.
    Decline { offer: Offer, why: &'static str },
    /// It waits in a queue from now on.
    Queue { acd: Box<Participant>, standing: Box<Queued>, why: &'static str, leaving: Leaving },
    /// A wrap-up is over without a code.
    Wrapup { participant_id: ParticipantId },
    /// What waits for one agent waits for anybody.
    ForAnybody,
}

/// What has to be so for somebody to come to another queue.
#[derive(Debug, Clone, Copy)]
pub(super) enum Leaving {
    /// It waits in this queue.
    Queue(QueueId),
    /// This agent is at work.
    Agent(ParticipantId),
}

impl Plan {
    /// Decides; `None` when the world is not as the plan supposed.
    pub(super) fn decide(&self, standing: &Conversation, now: Time) -> Option<Going> {
        if let Self::Wrapup { participant_id } = self {
            let agent = standing.participant(*participant_id).filter(|agent| agent.owes_wrapup)?;
            let over = standing.ended_at.or(agent.left_at).unwrap_or(now);
            let took_ms = u64::try_from(now.millis() - over.millis()).unwrap_or(0);
            let wrapup = Wrapup { code_id: None, name: String::new(), notes: String::new(), at: now, took_ms };
            return Some(Going::on(standing, Actor::Server, now).wrap_up(*participant_id, wrapup));
        }
        if standing.ended_at.is_some() {
            return None;
        }
        let going = Going::on(standing, Actor::Server, now);
        let queued = standing.queued.as_deref();
        Some(match self {
            Self::Offer { alerted, offer } => {
                let queued =
                    queued.filter(|queued| queued.offer.is_none() && alerted.queue_id == Some(queued.queue_id))?;
                if queued.agent.is_some_and(|agent| agent != offer.user_id) || is_in(standing, offer.user_id) {
                    return None;
                }
                going.offer(alerted.as_ref().clone(), offer.clone())
            }
            Self::Decline { offer, why } => {
                queued?.offer.as_ref().filter(|out| out.participant_id == offer.participant_id)?;
                going.decline(why)
            }
            Self::Queue { acd, standing: place, why, leaving } => {
                let going = match leaving {
                    Leaving::Queue(from) => {
                        queued.filter(|queued| queued.queue_id == *from)?;
                        going
                    }
                    Leaving::Agent(id) => {
                        let agent = standing.participant(*id)?;
                        if agent.left_at.is_some() || agent.alerting {
                            return None;
                        }
                        let others = |one: &Participant| {
                            one.id != *id && one.purpose == Purpose::Agent && one.left_at.is_none() && !one.alerting
                        };
                        let going = going.take_away(*id);
                        // Where somebody else is there, or is looked for already, nobody needs to be looked for.
                        if queued.is_some() || standing.participants.iter().any(others) {
                            return Some(going);
                        }
                        going
                    }
                };
                going.queue(acd.as_ref().clone(), place.as_ref().clone(), why)
            }
            Self::ForAnybody => {
                queued.filter(|queued| queued.agent.is_some() && queued.offer.is_none())?;
                going.for_anybody()
            }
            Self::Wrapup { .. } => return None,
        })
    }
}

fn is_in(standing: &Conversation, user: UserId) -> bool {
    standing.participants.iter().any(|one| one.user_id == Some(user) && one.left_at.is_none())
}

/// What a move asks of a conversation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Aim {
    pub(super) conversation: ConversationId,
    /// The agent of whom it is.
    pub(super) user: Option<UserId>,
}

/// The conversation that a move is about; none where it is about an agent alone.
pub(super) const fn aim_of(decision: &Move) -> Option<Aim> {
    let (conversation, user) = match decision {
        Move::Offer { conversation_id, queue_id: _, user_id, until: _ }
        | Move::TimeOut { conversation_id, participant_id: _, user_id }
        | Move::Withdraw { conversation_id, participant_id: _, user_id }
        | Move::WrapupOver { conversation_id, participant_id: _, user_id }
        | Move::Requeue { conversation_id, participant_id: _, user_id, queue_id: _ } => {
            (*conversation_id, Some(*user_id))
        }
        Move::Overflow { conversation_id, from_queue: _, to_queue: _ } => (*conversation_id, None),
        Move::Away { user_id: _ } => return None,
    };
    Some(Aim { conversation, user })
}

impl Service {
    /// What a move is in detail, for the conversation as it stands; `None` when there is nothing to do any more.
    pub(super) async fn plan(
        &self,
        known: KnownOf,
        decision: &Move,
        standing: &Conversation,
        now: Time,
    ) -> Result<Option<Plan>, ServiceError> {
        let queued = standing.queued.as_deref();
        let out = |participant| {
            queued.and_then(|queued| queued.offer.clone()).filter(|out| out.participant_id == participant)
        };
        Ok(match *decision {
            Move::Offer { conversation_id: _, queue_id, user_id, until } => {
                let KnownOf { name, prompt } = known;
                let alerted = Participant {
                    customer: Customer { id: Some(user_id.to_string()), name, ..Customer::default() },
                    user_id: Some(user_id),
                    queue_id: Some(queue_id),
                    alerting: true,
                    wrapup_prompt: prompt,
                    ..self.newcomer(Purpose::Agent, now)
                };
                let offer = Offer { user_id, participant_id: alerted.id, at: now, until };
                Some(Plan::Offer { alerted: Box::new(alerted), offer })
            }
            Move::TimeOut { conversation_id: _, participant_id, user_id: _ } => {
                out(participant_id).map(|offer| Plan::Decline { offer, why: "timeout" })
            }
            Move::Withdraw { conversation_id: _, participant_id, user_id: _ } => {
                out(participant_id).map(|offer| Plan::Decline { offer, why: "gone" })
            }
            Move::Overflow { conversation_id: _, from_queue, to_queue } => queued.map(|queued| {
                let acd = Participant { queue_id: Some(to_queue), ..self.newcomer(Purpose::Acd, now) };
                let standing = Queued {
                    queue_id: to_queue,
                    participant_id: acd.id,
                    agent: None,
                    offer: None,
                    declined: Vec::new(),
                    ..queued.clone()
                };
                let (acd, standing) = (Box::new(acd), Box::new(standing));
                Plan::Queue { acd, standing, why: "overflow", leaving: Leaving::Queue(from_queue) }
            }),
            Move::WrapupOver { conversation_id: _, participant_id, user_id: _ } => {
                Some(Plan::Wrapup { participant_id })
            }
            Move::Requeue { conversation_id: _, participant_id, user_id: _, queue_id } => {
                let acd = Participant { queue_id: Some(queue_id), ..self.newcomer(Purpose::Acd, now) };
                let log = self.inner.store.list_conversation_log(standing.organization_id, standing.id).await?;
                let wished = log.iter().rev().find_map(|event| wished_in(event, queue_id));
                let (priority, skills, language_id) = wished.unwrap_or_default();
                let standing = Queued {
                    queue_id,
                    participant_id: acd.id,
                    priority: priority.saturating_add(REQUEUE_PRIORITY),
                    skills,
                    language_id,
                    agent: None,
                    since: now,
                    offer: None,
                    declined: Vec::new(),
                };
                let (acd, standing) = (Box::new(acd), Box::new(standing));
                Some(Plan::Queue { acd, standing, why: "agentGone", leaving: Leaving::Agent(participant_id) })
            }
            Move::Away { user_id: _ } => None,
        })
    }
}

type Wished = (i32, Vec<SkillWish>, Option<LanguageId>);

/// What the conversation asked for when it came to a queue, without what was added because an agent was gone.
fn wished_in(event: &Event, queue: QueueId) -> Option<Wished> {
    let EventBody::Routed(record) = &event.body else { return None };
    let RoutingChange::Queued { priority, skills, language_id, agent: _, since: _, why } = &record.change else {
        return None;
    };
    (record.queue_id == queue && why != "agentGone").then(|| (*priority, skills.clone(), *language_id))
}

/// What an offer takes from what is known.
#[derive(Debug, Clone, Default)]
pub(super) struct KnownOf {
    pub(super) name: Option<String>,
    pub(super) prompt: Option<WrapupPrompt>,
}

impl KnownOf {
    pub(super) fn of(known: &Known, decision: &Move) -> Self {
        let Move::Offer { queue_id, user_id, .. } = decision else { return Self::default() };
        Self {
            name: known.people.get(user_id).map(|person| person.name.clone()),
            prompt: known.queues.get(queue_id).map(|queue| queue.rules.wrapup),
        }
    }
}
