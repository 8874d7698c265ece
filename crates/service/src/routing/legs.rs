//! An agent's leg: it takes what alerts it, it leaves, and it says how its work ended.

use waybill_engine::conversation::Going;
use waybill_model::{
    Actor, Conversation, ConversationId, OrganizationId, Participant, ParticipantId, Permission, Purpose, Queue, Time,
    Wrapup, WrapupCode, WrapupCodeId, WrapupPrompt,
};

use crate::{Caller, Service, ServiceError, participants::find_participant, service::Step};

/// Longest notes of a wrap-up, in bytes.
const NOTES: usize = 4_096;

/// How somebody says that its work ended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WrapupWish {
    /// The code's id; absent where the wrap-up is skipped.
    pub code: Option<String>,
    /// Notes.
    pub notes: String,
}

/// A wrap-up whose code and notes are good.
#[derive(Debug, Clone)]
pub struct ReadyWrapup {
    organization: OrganizationId,
    conversation: ConversationId,
    participant: ParticipantId,
    by: Actor,
    code: Option<WrapupCode>,
    notes: String,
}

impl ReadyWrapup {
    /// The wrap-up for the participant as it stands, at work or after it.
    pub(crate) fn judge(&self, standing: &Conversation, now: Time) -> Result<Wrapup, ServiceError> {
        let id = self.participant;
        let found = standing.participant(id).ok_or_else(|| ServiceError::not_found("participant", id))?;
        check_worked(found)?;
        // Whoever is still at work will owe it.
        let owes = found.owes_wrapup || (found.left_at.is_none() && found.wrapup.is_none());
        if self.code.is_none() && owes && found.wrapup_prompt == Some(WrapupPrompt::Mandatory) {
            return Err(ServiceError::WrongState {
                what: format!("the wrap-up of participant `{id}`"),
                rule: "is mandatory in its queue".to_owned(),
                remedy: "give a code".to_owned(),
            });
        }
        Ok(wrapup(standing, found, self.code.as_ref(), self.notes.clone(), now))
    }
}

impl Service {
    /// An alerted agent takes what it is offered. Whoever is at work already, and everybody who is no agent, is left as it is.
    ///
    /// # Errors
    /// `NotFound`, `MissingPermission` for somebody else's alert, `WrongState` when the alert is over.
    pub async fn connect_participant(
        &self,
        caller: &Caller,
        conversation: &str,
        participant: &str,
    ) -> Result<(), ServiceError> {
        let standing = self.conversation_by_text(caller, conversation).await?;
        let found = find_participant(&standing, participant)?;
        if found.alerting {
            check_acts_for(caller, found)?;
        }
        let id = found.id;
        let (by, now) = (caller.actor(), self.inner.ambient.now());
        self.change(standing.organization_id, standing.id, |standing| {
            let found = standing.participant(id).ok_or_else(|| ServiceError::not_found("participant", id))?;
            if !found.alerting {
                return Ok(Step::new(None, ()));
            }
            let is_out =
                |queued: &waybill_model::Queued| queued.offer.as_ref().is_some_and(|offer| offer.participant_id == id);
            if found.left_at.is_some() || !standing.queued.as_deref().is_some_and(is_out) {
                return Err(ServiceError::WrongState {
                    what: format!("participant `{id}`"),
                    rule: "is not alerted any more".to_owned(),
                    remedy: "wait for the next alert".to_owned(),
                });
            }
            Ok(Step::new(Going::on(standing, by.clone(), now).answer().finish(), ()))
        })
        .await?;
        Ok(())
    }

    /// A wrap-up that may be given: everything is judged that does not depend on what else happens to the conversation.
    ///
    /// # Errors
    /// `NotFound` for the conversation, the participant or the code, `Invalid` for long notes, `MissingPermission` for
    /// somebody else's work.
    pub async fn ready_wrapup(
        &self,
        caller: &Caller,
        conversation: &str,
        participant: &str,
        wish: WrapupWish,
    ) -> Result<ReadyWrapup, ServiceError> {
        let WrapupWish { code, notes } = wish;
        if notes.len() > NOTES {
            return Err(ServiceError::Invalid {
                field: "notes",
                rule: format!("has {} bytes; at most {NOTES} are possible", notes.len()),
                remedy: "shorten it".to_owned(),
            });
        }
        let standing = self.conversation_by_text(caller, conversation).await?;
        let found = find_participant(&standing, participant)?;
        check_acts_for(caller, found)?;
        let code = match code {
            Some(code) => Some(self.wrapup_code_for(caller, found, &code).await?),
            None => None,
        };
        let (organization, conversation) = (standing.organization_id, standing.id);
        Ok(ReadyWrapup { organization, conversation, participant: found.id, by: caller.actor(), code, notes })
    }

    /// Says how a participant's work ended, with a code of its queue, or of the organization where it came from none; skips
    /// it where no code is given. A later one replaces an earlier one.
    ///
    /// # Errors
    /// `NotFound`, `WrongState` for whoever has not worked, and for skipping what its queue asks for.
    pub async fn wrap_up(&self, ready: ReadyWrapup) -> Result<(), ServiceError> {
        let now = self.inner.ambient.now();
        self.change(ready.organization, ready.conversation, |standing| {
            let wrapup = ready.judge(standing, now)?;
            let going = Going::on(standing, ready.by.clone(), now).wrap_up(ready.participant, wrapup);
            Ok(Step::new(going.finish(), ()))
        })
        .await?;
        Ok(())
    }

    /// `ready_wrapup` and `wrap_up` in one.
    ///
    /// # Errors
    /// Those of both.
    pub async fn wrap_up_participant(
        &self,
        caller: &Caller,
        conversation: &str,
        participant: &str,
        wish: WrapupWish,
    ) -> Result<(), ServiceError> {
        let ready = self.ready_wrapup(caller, conversation, participant, wish).await?;
        self.wrap_up(ready).await
    }

    /// How a participant's work ended; nothing where nobody has said so.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn get_wrapup(
        &self,
        caller: &Caller,
        conversation: &str,
        participant: &str,
    ) -> Result<Option<Wrapup>, ServiceError> {
        let standing = self.conversation_by_text(caller, conversation).await?;
        Ok(find_participant(&standing, participant)?.wrapup.clone())
    }

    async fn wrapup_code_for(
        &self,
        caller: &Caller,
        participant: &Participant,
        code: &str,
    ) -> Result<WrapupCode, ServiceError> {
        let not_found = || ServiceError::not_found("wrapupCode", code);
        let id: WrapupCodeId = code.parse().map_err(|_| not_found())?;
        let organization = caller.organization_id();
        let found = self.find_entity::<WrapupCode>(organization, id.uuid()).await?.ok_or_else(not_found)?;
        let queue = match participant.queue_id {
            Some(queue) => self.find_entity::<Queue>(organization, queue.uuid()).await?,
            None => None,
        };
        match queue {
            Some(queue) if !queue.entity.wrapup_codes.contains(&id) => Err(not_found()),
            Some(_) | None => Ok(found.entity),
        }
    }

    /// What an agent's leaving means: whoever came from a queue and was the last one takes the conversation along, unless a
    /// flow goes on with it (ROUT13).
    pub(crate) fn leave_as_agent(going: Going, standing: &Conversation, agent: &Participant) -> Going {
        if agent.alerting {
            let is_out = |queued: &waybill_model::Queued| {
                queued.offer.as_ref().is_some_and(|offer| offer.participant_id == agent.id)
            };
            return if standing.queued.as_deref().is_some_and(is_out) { going.decline("declined") } else { going };
        }
        let others = |one: &Participant| {
            one.id != agent.id && one.left_at.is_none() && matches!(one.purpose, Purpose::Agent | Purpose::Api)
        };
        let is_last = standing.run.is_none() && standing.queued.is_none() && !standing.participants.iter().any(others);
        let going = going.leave(agent.id);
        if agent.left_at.is_none() && agent.queue_id.is_some() && is_last { going.end("agent") } else { going }
    }

    /// What the queue in which a conversation waits asks of whoever takes it.
    pub(crate) async fn prompt_of_queue(&self, standing: &Conversation) -> Result<Option<WrapupPrompt>, ServiceError> {
        let Some(queued) = standing.queued.as_deref() else { return Ok(None) };
        let queue = self.find_entity::<Queue>(standing.organization_id, queued.queue_id.uuid()).await?;
        Ok(queue.map(|queue| queue.entity.rules.wrapup))
    }
}

fn wrapup(
    standing: &Conversation,
    participant: &Participant,
    code: Option<&WrapupCode>,
    notes: String,
    now: Time,
) -> Wrapup {
    let over = participant.left_at.or(standing.ended_at).unwrap_or(now);
    Wrapup {
        code_id: code.map(|code| code.id),
        name: code.map_or_else(String::new, |code| code.name.clone()),
        notes,
        at: now,
        took_ms: u64::try_from(now.millis().saturating_sub(over.millis())).unwrap_or(0),
    }
}

fn check_worked(participant: &Participant) -> Result<(), ServiceError> {
    if participant.purpose == Purpose::Agent && !participant.alerting {
        return Ok(());
    }
    Err(ServiceError::WrongState {
        what: format!("participant `{}`", participant.id),
        rule: "has not worked on the conversation".to_owned(),
        remedy: "wrap up the work of an agent who has".to_owned(),
    })
}

/// A person acts for itself, whoever may assign conversations for others as well.
fn check_acts_for(caller: &Caller, participant: &Participant) -> Result<(), ServiceError> {
    let is_own = participant.user_id.is_some() && participant.user_id == caller.user_id();
    let own_id = participant.customer.id.as_deref() == Some(caller.principal().uuid().to_string().as_str());
    if is_own || own_id || caller.may(Permission::ConversationAssign) {
        return Ok(());
    }
    Err(ServiceError::MissingPermission(Permission::ConversationAssign.as_str()))
}
