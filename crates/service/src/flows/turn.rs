//! A step of a run: what comes to it, decided on the conversation as it stands, written in one commit (FLOW20, FLOW22).

use std::{borrow::Cow, sync::Arc};

use waybill_engine::{
    attributes::CompiledPolicy,
    conversation::Turn,
    flow::{Directory, Input, Published, World, step},
};
use waybill_model::{ClaimedJob, Conversation, Direction, Message, MessageKind, Run, Time};
use waybill_store::CommitError;

use super::{inventory::Inventory, outcome::Stepped};
use crate::{Service, ServiceError};

/// How often a step is decided anew when the conversation moved on meanwhile.
const CONFLICT_RETRIES: usize = 5;
/// Messages among which the customer's latest is looked for.
const LATEST: u32 = 50;

/// What became of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    /// A commit fulfilled it.
    Fulfilled,
    /// There was nothing to do: the run waits for something else, or is over.
    Stale,
    /// It is tried again.
    Later(Time),
    /// The server is going down: the next one takes it up.
    Left,
}

impl Service {
    /// Takes the step that a job asks for.
    pub(super) async fn take_turn(&self, claimed: &ClaimedJob) -> Result<Taken, ServiceError> {
        let turn: Turn = serde_json::from_str(&claimed.job.payload)
            .map_err(|error| ServiceError::Bug(format!("the payload of a turn does not parse: {error}")))?;
        let input = match turn {
            Turn::Started => Input::Started,
            Turn::Message { message_id } => {
                let found = self.inner.store.find_message(claimed.organization_id, message_id).await?;
                let Some((_, message)) = found else { return Ok(Taken::Stale) };
                Input::Message { text: message.text, at: message.at }
            }
            Turn::AgentConnected { user_id } => Input::AgentConnected { user_id },
            Turn::AgentLeft => Input::AgentLeft,
            Turn::Timer { effect } => Input::Timer { effect },
        };
        self.step_run(claimed, input).await
    }

    /// Lets the run of a conversation take in what comes to it; the commit of what that comes to fulfils the job.
    pub(super) async fn step_run(&self, claimed: &ClaimedJob, input: Input) -> Result<Taken, ServiceError> {
        let (organization, id) = (claimed.organization_id, claimed.conversation_id);
        let _turn = self.inner.conversations.turn(id).await?;
        for _ in 0..CONFLICT_RETRIES {
            let Some(standing) = self.inner.store.find_conversation(organization, id).await? else {
                return Ok(Taken::Stale);
            };
            let Some(run) = standing.run.as_deref() else { return Ok(Taken::Stale) };
            if standing.ended_at.is_some() {
                return Ok(Taken::Stale);
            }
            let scene = self.scene(&standing, run).await?;
            let directory = scene.directory();
            let world = World {
                now: self.inner.ambient.now(),
                conversation: &standing,
                policy: &scene.policy,
                env: &self.inner.settings.flows.env,
                secrets: &scene.inventory.secrets,
                message: scene.message.as_deref(),
                directory: &directory,
            };
            let mut after = run.clone();
            let Some(outcome) = step(&scene.flow.flow, &mut after, input.clone(), &world) else {
                return Ok(Taken::Stale);
            };
            let stepped = Stepped { before: run, after, outcome, job: claimed.job.id };
            let decision = self.decided(stepped, &world).await?;
            match self.commit(decision, None, None).await {
                Ok(_) => return Ok(Taken::Fulfilled),
                Err(CommitError::Conflict { .. }) => {}
                // Somebody else took this step.
                Err(CommitError::JobGone) => return Ok(Taken::Fulfilled),
                Err(error) => return Err(error.into()),
            }
        }
        Err(ServiceError::busy("a step of a flow met one conflict after another"))
    }

    /// Everything that a step knows from outside of its flow.
    pub(super) async fn scene(&self, standing: &Conversation, run: &Run) -> Result<Scene, ServiceError> {
        let organization = standing.organization_id;
        let unknown = |version: u64| ServiceError::Bug(format!("version {version} of a running flow is not stored"));
        let flow = self.flow_version(organization, run.flow_id, run.version).await?;
        let flow = flow.ok_or_else(|| unknown(run.version))?;
        let inventory = self.inventory(organization).await?;
        // Sub-flows return to the versions that they were called from, whatever was published since (LOG9).
        let mut versions = Vec::new();
        for (flow_id, version) in run.stack.iter().map(|back| (back.flow_id, back.version)) {
            if inventory.directory.version(flow_id, version).is_none() {
                let found = self.flow_version(organization, flow_id, version).await?;
                versions.push(found.ok_or_else(|| unknown(version))?);
            }
        }
        let latest = self.inner.store.list_latest_messages(organization, standing.id, LATEST).await?;
        let said = latest.into_iter().rev().find(is_customers_text);
        Ok(Scene {
            policy: self.policy_of(standing).await?,
            flow,
            inventory,
            versions,
            message: said.map(|message| message.text),
        })
    }
}

/// Everything that a step knows from outside of its flow.
pub(super) struct Scene {
    pub(super) policy: Arc<CompiledPolicy>,
    pub(super) flow: Published,
    pub(super) inventory: Arc<Inventory>,
    versions: Vec<Published>,
    pub(super) message: Option<String>,
}

impl Scene {
    /// The same as the engine takes it.
    pub(super) fn directory(&self) -> Cow<'_, Directory> {
        if self.versions.is_empty() {
            return Cow::Borrowed(&self.inventory.directory);
        }
        let mut directory = self.inventory.directory.clone();
        let kept = self.versions.iter().map(|one| ((one.flow_id, one.version), one.clone()));
        directory.versions.extend(kept);
        Cow::Owned(directory)
    }
}

fn is_customers_text(message: &Message) -> bool {
    message.direction == Direction::Inbound && matches!(message.kind, MessageKind::Text | MessageKind::Structured)
}
