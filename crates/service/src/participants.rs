//! Who works on a conversation: assigning it, leaving it, ending it.

use std::sync::Arc;

use waybill_engine::conversation::Going;
use waybill_model::{
    Conversation, Customer, Direction, MessageKind, Originator, Participant, ParticipantId, Permission, Purpose, Time,
    User, UserId,
};

use crate::{Caller, ConversationView, ReadyWrapup, Service, ServiceError, service::Step};

impl Service {
    /// Ends a conversation; one that has ended stays as it is.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn disconnect(&self, caller: &Caller, conversation: &str) -> Result<ConversationView, ServiceError> {
        let standing = self.conversation_by_text(caller, conversation).await?;
        let (by, now) = (caller.actor(), self.inner.ambient.now());
        let reason = ending_reason(caller);
        let changed = self
            .change(standing.organization_id, standing.id, |standing| {
                Ok(Step::new(Going::on(standing, by.clone(), now).end(reason).finish(), ()))
            })
            .await?;
        self.view_of(self.shown(caller, &changed.standing).await?).await
    }

    /// Whether a participant is there for this caller.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn check_participant(
        &self,
        caller: &Caller,
        conversation: &str,
        participant: &str,
    ) -> Result<(), ServiceError> {
        let conversation = self.conversation_by_text(caller, conversation).await?;
        find_participant(&conversation, participant).map(|_| ())
    }

    /// Lets one participant leave; when it is the customer, the conversation ends, and so it does with the last agent that a
    /// queue had given it to. An agent that is alerted declines. Whoever has left stays away.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn disconnect_participant(
        &self,
        caller: &Caller,
        conversation: &str,
        participant: &str,
    ) -> Result<(), ServiceError> {
        self.disconnect_wrapped_up(caller, conversation, participant, None).await
    }

    /// The same, and says in the same commit how its work ended: what can't be said leaves everybody where they are.
    ///
    /// # Errors
    /// As `disconnect_participant`, and those of `wrap_up`.
    pub async fn disconnect_wrapped_up(
        &self,
        caller: &Caller,
        conversation: &str,
        participant: &str,
        wrapup: Option<ReadyWrapup>,
    ) -> Result<(), ServiceError> {
        let standing = self.conversation_by_text(caller, conversation).await?;
        let id = find_participant(&standing, participant)?.id;
        let (by, now) = (caller.actor(), self.inner.ambient.now());
        let said = self.presence(MessageKind::PresenceDisconnect, None);
        self.change(standing.organization_id, standing.id, |standing| {
            let participant = standing.participant(id).ok_or_else(|| ServiceError::not_found("participant", id))?;
            let wrapup = wrapup.as_ref().map(|wrapup| wrapup.judge(standing, now)).transpose()?;
            let going = Going::on(standing, by.clone(), now);
            let going = match participant.purpose {
                Purpose::Customer if standing.ended_at.is_none() => {
                    going.say(said.clone(), id, Direction::Inbound, Originator::Human).end("customer")
                }
                Purpose::Acd => going.leave_queue("transferred"),
                Purpose::Agent => Self::leave_as_agent(going, standing, participant),
                Purpose::Customer | Purpose::Api | Purpose::Workflow => going.leave(id),
            };
            let going = match wrapup {
                Some(wrapup) => going.wrap_up(id, wrapup),
                None => going,
            };
            Ok(Step::new(going.finish(), ()))
        })
        .await?;
        Ok(())
    }

    /// An agent takes a conversation over, or is given it: joins as participant `agent`. Somebody who works on it already
    /// stays the participant that it is. A conversation that waits in a queue waits no more.
    ///
    /// Taking it oneself needs the rights to read and to answer; giving it to somebody else needs its own right.
    ///
    /// # Errors
    /// `NotFound` for the conversation or the user, `MissingPermission`, `WrongState` when the conversation has ended.
    pub async fn assign(&self, caller: &Caller, conversation: &str, user: &str) -> Result<Participant, ServiceError> {
        let not_found = || ServiceError::not_found("user", user);
        let user_id: UserId = user.parse().map_err(|_| not_found())?;
        let standing = self.assignable(caller, conversation, user_id).await?;
        let user = self.find_entity::<User>(caller.organization_id(), user_id.uuid()).await?;
        let user = user.map(|found| found.entity).filter(|user| user.enabled).ok_or_else(not_found)?;
        let (by, now) = (caller.actor(), self.inner.ambient.now());
        let newcomer = Participant {
            customer: Customer { id: Some(user_id.to_string()), name: Some(user.name), ..Customer::default() },
            user_id: Some(user_id),
            answered_at: Some(now),
            wrapup_prompt: self.prompt_of_queue(&standing).await?,
            ..self.newcomer(Purpose::Agent, now)
        };
        let changed = self
            .change(standing.organization_id, standing.id, |standing| {
                let mut here = standing.participants.iter().filter(|one| one.left_at.is_none());
                if let Some(agent) = here.find(|one| one.user_id == Some(user_id)) {
                    // Whoever is alerted takes it; the participant stays the same.
                    let decision =
                        if agent.alerting { Going::on(standing, by.clone(), now).answer().finish() } else { None };
                    let after = decision.as_ref().and_then(|decision| decision.conversation().participant(agent.id));
                    let agent = after.unwrap_or(agent).clone();
                    return Ok(Step::new(decision, agent));
                }
                if standing.ended_at.is_some() {
                    return Err(ServiceError::WrongState {
                        what: format!("conversation `{}`", standing.id),
                        rule: "has ended".to_owned(),
                        remedy: "assign a live one".to_owned(),
                    });
                }
                let decision = Going::on(standing, by.clone(), now).take(newcomer.clone()).finish();
                let after = decision.as_ref().and_then(|decision| decision.conversation().participant(newcomer.id));
                let agent = after.unwrap_or(&newcomer).clone();
                Ok(Step::new(decision, agent))
            })
            .await?;
        Ok(changed.outcome)
    }

    /// A party that joins now.
    pub(crate) fn newcomer(&self, purpose: Purpose, now: Time) -> Participant {
        let ambient = &self.inner.ambient;
        Participant::joining(ambient.participant_id(), ambient.communication_id(), purpose, now)
    }

    /// The conversation, where the caller may assign it to this person.
    async fn assignable(
        &self,
        caller: &Caller,
        conversation: &str,
        user: UserId,
    ) -> Result<Arc<Conversation>, ServiceError> {
        if caller.user_id() != Some(user) {
            return self.conversation_by_text(&caller.acting(&[Permission::ConversationAssign])?, conversation).await;
        }
        if let Ok(assigning) = caller.acting(&[Permission::ConversationAssign]) {
            return self.conversation_by_text(&assigning, conversation).await;
        }
        // Each of the two rights has its own reach; what one of them does not reach is not found.
        self.conversation_by_text(&caller.acting(&[Permission::ConversationView])?, conversation).await?;
        self.conversation_by_text(&caller.acting(&[Permission::MessageCreate])?, conversation).await
    }
}

/// A participant by the text of its id.
pub(crate) fn find_participant<'a>(conversation: &'a Conversation, id: &str) -> Result<&'a Participant, ServiceError> {
    let not_found = || ServiceError::not_found("participant", id);
    let parsed: ParticipantId = id.parse().map_err(|_| not_found())?;
    conversation.participant(parsed).ok_or_else(not_found)
}

/// The word of the end event: a person ended it, or a program.
fn ending_reason(caller: &Caller) -> &'static str {
    match caller.user_id() {
        Some(_) => "agent",
        None => "api",
    }
}
