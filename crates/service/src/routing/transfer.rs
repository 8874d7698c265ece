//! Passing a conversation on: to a queue, to one person, to a flow.

use std::sync::Arc;

use waybill_engine::conversation::{Going, StartingFlow};
use waybill_model::{Conversation, FlowExit, ParticipantId, Presence, Purpose, Queue, QueueId, SkillWish, UserId};

use super::entering::{Entering, EnteringWish};
use crate::{Caller, Service, ServiceError, participants::find_participant, service::Step};

/// Where somebody passes a conversation on to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QueueTransfer {
    /// The queue's id.
    pub queue: String,
    /// Higher comes first.
    pub priority: i32,
    /// Wanted skills.
    pub skills: Vec<SkillWish>,
    /// The wanted language.
    pub language: Option<waybill_model::LanguageId>,
}

impl Service {
    /// A participant is replaced by a queue: an agent leaves, and the conversation waits there. One that waits already waits
    /// there instead.
    ///
    /// # Errors
    /// `NotFound` for the conversation, the participant or the queue; `WrongState` when there is nothing to pass on.
    pub async fn transfer_to_queue(
        &self,
        caller: &Caller,
        conversation: &str,
        participant: &str,
        transfer: QueueTransfer,
    ) -> Result<(), ServiceError> {
        let QueueTransfer { queue, priority, skills, language } = transfer;
        let (standing, leaving) = self.transferable(caller, conversation, participant).await?;
        let not_found = || ServiceError::not_found("queue", &queue);
        let id: QueueId = queue.parse().map_err(|_| not_found())?;
        let found = self.find_entity::<Queue>(caller.organization_id(), id.uuid()).await?.ok_or_else(not_found)?;
        let wish = EnteringWish { priority, skills, language_id: language, agent: None };
        self.pass_on(caller, &standing, leaving, &found.entity, wish).await
    }

    /// A participant is replaced by one person: that person is alerted, and nobody else until it declines or lets the alert
    /// pass; then the conversation waits for anybody in the queue that it came from.
    ///
    /// # Errors
    /// As `transfer_to_queue`, and `WrongState` when the person takes nothing now, or is there already.
    pub async fn transfer_to_agent(
        &self,
        caller: &Caller,
        conversation: &str,
        participant: &str,
        user: &str,
    ) -> Result<(), ServiceError> {
        let (standing, leaving) = self.transferable(caller, conversation, participant).await?;
        let not_found = || ServiceError::not_found("user", user);
        let user_id: UserId = user.parse().map_err(|_| not_found())?;
        let room = self.room(caller.organization_id()).await?;
        self.know_person(&room, user_id, user).await?;
        let person = room.known().people.get(&user_id).cloned().ok_or_else(not_found)?;
        if !person.enabled {
            return Err(not_found());
        }
        let wrong = |rule: &str, remedy: &str| ServiceError::WrongState {
            what: format!("user `{user_id}`"),
            rule: rule.to_owned(),
            remedy: remedy.to_owned(),
        };
        if !matches!(person.state.presence, Presence::OnQueue | Presence::Available) {
            return Err(wrong("takes no conversations now", "choose somebody who is available, or a queue"));
        }
        if standing.participants.iter().any(|one| one.user_id == Some(user_id) && one.left_at.is_none()) {
            return Err(wrong("is in the conversation already", "choose somebody else"));
        }
        let came_from = standing.participant(leaving).and_then(|one| one.queue_id);
        let queue = match came_from.or_else(|| standing.queued.as_ref().map(|queued| queued.queue_id)) {
            Some(id) => self.find_entity::<Queue>(caller.organization_id(), id.uuid()).await?,
            None => None,
        };
        let queue = queue.ok_or_else(|| ServiceError::WrongState {
            what: format!("conversation `{}`", standing.id),
            rule: "came from no queue, so that it could wait nowhere for the person".to_owned(),
            remedy: "assign it, or transfer it to a queue".to_owned(),
        })?;
        let wish = EnteringWish { agent: Some(user_id), ..EnteringWish::default() };
        self.pass_on(caller, &standing, leaving, &queue.entity, wish).await
    }

    /// A participant is replaced by a flow, which goes on with the conversation from its first step. Whoever resolves flows
    /// gives the run that begins.
    ///
    /// # Errors
    /// As `transfer_to_queue` but for the queue.
    pub async fn transfer_to_starting_flow(
        &self,
        caller: &Caller,
        conversation: &str,
        participant: &str,
        flow: StartingFlow,
    ) -> Result<(), ServiceError> {
        let (standing, leaving) = self.transferable(caller, conversation, participant).await?;
        let (by, now) = (caller.actor(), self.inner.ambient.now());
        self.change(standing.organization_id, standing.id, |standing| {
            check_live(standing)?;
            let going = Going::on(standing, by.clone(), now).leave_queue("flow").leave(leaving).begin_run(flow.clone());
            Ok(Step::new(going.finish(), ()))
        })
        .await?;
        Ok(())
    }

    async fn pass_on(
        &self,
        caller: &Caller,
        conversation: &Conversation,
        leaving: ParticipantId,
        queue: &Queue,
        wish: EnteringWish,
    ) -> Result<(), ServiceError> {
        // A queue that nobody looked at since the server started is looked after from now on.
        self.room(conversation.organization_id).await?;
        let Entering { acd, standing: place } = self.queue_wish(conversation, queue, wish).await?;
        let (by, now) = (caller.actor(), self.inner.ambient.now());
        self.change(conversation.organization_id, conversation.id, |standing| {
            check_live(standing)?;
            let leaver = standing.participant(leaving).filter(|one| one.left_at.is_none());
            let Some(leaver) = leaver else {
                return Err(ServiceError::WrongState {
                    what: format!("participant `{leaving}`"),
                    rule: "has left".to_owned(),
                    remedy: "name one that is there".to_owned(),
                });
            };
            let going = Going::on(standing, by.clone(), now);
            let going = match leaver.purpose {
                Purpose::Workflow => going.end_run(FlowExit::Transferred { queue_id: queue.id }),
                Purpose::Agent if leaver.alerting => going.decline("declined"),
                Purpose::Agent | Purpose::Api => going.leave(leaving),
                Purpose::Acd | Purpose::Customer => going,
            };
            Ok(Step::new(going.queue(acd.clone(), place.clone(), "transfer").finish(), ()))
        })
        .await?;
        Ok(())
    }

    /// The conversation and the participant that is to be replaced.
    async fn transferable(
        &self,
        caller: &Caller,
        conversation: &str,
        participant: &str,
    ) -> Result<(Arc<Conversation>, ParticipantId), ServiceError> {
        let standing = self.conversation_by_text(caller, conversation).await?;
        let leaving = find_participant(&standing, participant)?;
        check_live(&standing)?;
        if leaving.purpose == Purpose::Customer {
            return Err(ServiceError::WrongState {
                what: format!("participant `{}`", leaving.id),
                rule: "is the customer, whom nobody replaces".to_owned(),
                remedy: "name the agent, the queue or the flow that passes the conversation on".to_owned(),
            });
        }
        let id = leaving.id;
        Ok((standing, id))
    }
}

fn check_live(standing: &Conversation) -> Result<(), ServiceError> {
    if standing.ended_at.is_none() {
        return Ok(());
    }
    Err(ServiceError::WrongState {
        what: format!("conversation `{}`", standing.id),
        rule: "has ended".to_owned(),
        remedy: "pass on a live one".to_owned(),
    })
}
