//! What a step of a run comes to, as one decision about its conversation.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use waybill_engine::{
    conversation::{Decision, Going, Said, StartingFlow, TURN, Turn},
    flow::{Effect, Outcome, QueueWish, Request, Say, World},
    template::PreparedRequest,
};
use waybill_model::{
    Actor, Conversation, CredentialId, Direction, EffectId, FlowExit, Job, JobId, MessageKind, Originator, Queue, Run,
    Time, Wrapup,
};

use crate::{EnteringWish, Service, ServiceError, routing::entering::Entering, start::customer_of};

/// The kind of the job that makes a request; its payload is a [`RequestJob`].
pub(super) const REQUEST: &str = "flow.request";

/// Why a conversation waits whose run failed.
pub(super) const FAILED: &str = "flowFailed";

/// A request that is to be made, but for its secrets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RequestJob {
    /// Its id, sent as `Idempotency-Key` with every attempt.
    pub(super) effect: EffectId,
    /// What is sent.
    pub(super) prepared: PreparedRequest,
    /// The credential that it goes with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) credential: Option<CredentialId>,
    /// How long one attempt may take.
    pub(super) timeout_ms: u32,
    /// How often it is attempted.
    pub(super) attempts: u32,
    /// When it was wanted.
    pub(super) since: Time,
}

/// A step that was taken.
pub(super) struct Stepped<'a> {
    /// The run before it.
    pub(super) before: &'a Run,
    /// The run after it.
    pub(super) after: Run,
    /// What it wants done.
    pub(super) outcome: Outcome,
    /// The job that asked for it.
    pub(super) job: JobId,
}

/// What happens when everything else of a step is done.
enum Last {
    Nothing,
    Begin(StartingFlow),
    End,
}

impl Service {
    /// Everything that a step wants, in its order, as one commit that fulfils its job.
    pub(super) async fn decided(&self, stepped: Stepped<'_>, world: &World<'_>) -> Result<Decision, ServiceError> {
        let Stepped { before, after, outcome: Outcome { effects, record }, job } = stepped;
        let customer = customer_of(world.conversation)?;
        let ambient = &self.inner.ambient;
        let mut standing = Cow::Borrowed(world.conversation);
        let mut last = Last::Nothing;
        // A step in which a flow hands over does not fail: a run that failed waits where its flow says so for that case.
        let why = match &record.ended {
            Some(FlowExit::Failed { fault: _ }) => FAILED,
            Some(
                FlowExit::Finished
                | FlowExit::Transferred { .. }
                | FlowExit::TransferredToFlow { .. }
                | FlowExit::Ended,
            )
            | None => "flow",
        };
        let mut going = Going::on(world.conversation, Actor::Flow(before.flow_id), world.now).fulfilling(job);
        for effect in effects {
            going = match effect {
                Effect::Say(say) => {
                    let said = self.said_by(before, say)?;
                    going.say(said, before.participant_id, Direction::Outbound, Originator::Bot)
                }
                Effect::SetAttributes(admission) => {
                    let mut participants = standing.to_mut().participants.iter_mut();
                    if let Some(customer) = participants.find(|one| one.id == customer.id) {
                        customer.context = admission.context.clone();
                    }
                    going.context(customer.id, *admission)
                }
                Effect::Request(request) => going.job(request_job(*request, world.now)?),
                Effect::Timer { effect, due } => {
                    let payload = json(&Turn::Timer { effect })?;
                    going.job(Job { id: JobId::new(effect.uuid()), kind: TURN.to_owned(), due_at: due, payload })
                }
                Effect::Queue(wish) => {
                    let Entering { acd, standing } = self.entering(&standing, wish).await?;
                    going.queue(acd, standing, why)
                }
                Effect::LeaveQueue => going.leave_queue("flow"),
                Effect::WrapUp { code_id, name, notes } => {
                    let wrapup = Wrapup { code_id: Some(code_id), name, notes, at: world.now, took_ms: 0 };
                    going.wrap_up(before.participant_id, wrapup)
                }
                Effect::TransferToFlow { flow_id, version, name, variables } => {
                    last = Last::Begin(StartingFlow {
                        run_id: ambient.run_id(),
                        flow_id,
                        name,
                        version,
                        participant_id: ambient.participant_id(),
                        communication_id: ambient.communication_id(),
                        job_id: ambient.job_id(),
                        variables,
                    });
                    going
                }
                Effect::EndConversation => {
                    last = Last::End;
                    going
                }
            };
        }
        going = going.stepped(after, record);
        going = match last {
            Last::Nothing => going,
            Last::Begin(flow) => going.begin_run(flow),
            Last::End => going.end("flow"),
        };
        going.finish().ok_or_else(|| ServiceError::Bug("a step came to nothing".to_owned()))
    }

    async fn entering(&self, conversation: &Conversation, wish: QueueWish) -> Result<Entering, ServiceError> {
        let QueueWish { queue_id, priority, skills, language_id, agent } = wish;
        let organization = conversation.organization_id;
        let Some(found) = self.find_entity::<Queue>(organization, queue_id.uuid()).await? else {
            // What flows can name is read anew: the step that is taken again does not find it.
            self.inner.flows.forget(organization);
            return Err(ServiceError::busy("a queue went while a flow handed over to it"));
        };
        self.queue_wish(conversation, &found.entity, EnteringWish { priority, skills, language_id, agent }).await
    }

    fn said_by(&self, run: &Run, say: Say) -> Result<Said, ServiceError> {
        let Say { text, content } = say;
        let kind = if content.is_some() { MessageKind::Structured } else { MessageKind::Text };
        Ok(Said {
            id: self.inner.ambient.message_id(),
            kind,
            text,
            content: content.as_ref().map(json).transpose()?,
            tracing_id: None,
            client_id: None,
            nickname: Some(run.name.clone()),
        })
    }
}

fn request_job(request: Request, now: Time) -> Result<Job, ServiceError> {
    let Request { effect, prepared, credential, timeout_ms, attempts } = request;
    let payload = json(&RequestJob { effect, prepared, credential, timeout_ms, attempts, since: now })?;
    Ok(Job { id: JobId::new(effect.uuid()), kind: REQUEST.to_owned(), due_at: now, payload })
}

fn json<T: Serialize>(value: &T) -> Result<String, ServiceError> {
    serde_json::to_string(value).map_err(|error| ServiceError::Bug(error.to_string()))
}
