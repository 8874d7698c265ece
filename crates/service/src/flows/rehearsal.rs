//! Flows without consequences: with a script, and with what really came in earlier conversations (FLOW34, FLOW35).

use std::{collections::BTreeMap, sync::Arc};

use uuid::Uuid;
use waybill_engine::flow::{
    CompiledFlow, Cue, Effect, Finding, Outcome, Pause, Played, Published, Scene, Script, ScriptedReply, Short,
    Simulation, simulate,
};
use waybill_model::{
    Conversation, ConversationId, Deployment, Direction, Event, EventBody, FlowId, FlowRecord, MessageKind, Purpose,
    QueueId, Time, Waits,
};
use waybill_store::PagePosition;

use super::{inventory::Inventory, send::target};
use crate::{Caller, Service, ServiceError};

/// Most conversations of one replay.
const MOST: u32 = 200;
/// Most differences that are told.
const MOST_TOLD: usize = 50;
/// Events of one conversation that are looked at.
const MOST_EVENTS: usize = 2_000;

/// A flow that was simulated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimulatedFlow {
    /// The actions that were taken with their ways out, and how it ended.
    pub path: Vec<String>,
    /// Everything that happened, for people.
    pub transcript: String,
    /// Whether that is what the script expects; absent where it expects nothing.
    pub as_expected: Option<bool>,
}

/// What a version would have made of earlier conversations.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Replayed {
    /// Conversations that were walked through again.
    pub conversations: u64,
    /// Those that began without a flow, or with another one: nothing can be said of them.
    pub without_flow: u64,
    /// Those in which nothing would have been different.
    pub same: u64,
    /// Those in which something would, the latest first; not all where there are many.
    pub different: Vec<Difference>,
}

/// A conversation that would have gone another way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// When it started.
    pub started_at: Time,
    /// The version that it ran on.
    pub version: u64,
    /// The path that was recorded.
    pub recorded: Vec<String>,
    /// What that version does with what is known of the conversation. No values.
    pub before: Vec<String>,
    /// What the other version does.
    pub after: Vec<String>,
    /// The first line in which they differ, from 0.
    pub at: usize,
}

/// Something that a flow did: what can be shown, and what it is compared by.
#[derive(Debug, PartialEq, Eq)]
struct Line {
    shown: String,
    whole: String,
}

impl Service {
    /// Simulates a flow, the draft or the given document, with a script: nothing is stored, nobody is asked.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` for a document or script that can't be read.
    pub async fn simulate_flow(
        &self,
        caller: &Caller,
        id: &str,
        document: Option<&str>,
        script: &str,
    ) -> Result<SimulatedFlow, ServiceError> {
        let flow = self.get_flow(caller, id).await?.entity;
        let published = rehearsed(flow.id, &flow.name, document.unwrap_or(&flow.draft))?;
        let script = Script::read(script).map_err(|finding| unreadable("script", &finding))?;
        let policy = script.policy().map_err(|finding| unreadable("script", &finding))?;
        let conversation = script.conversation(&policy).map_err(|finding| unreadable("script", &finding))?;
        let inventory = self.inventory(caller.organization_id()).await?;
        let own = script.directory([]).map_err(|finding| unreadable("script", &finding))?;
        let mut directory = inventory.directory.clone();
        directory.schedules.extend(own.schedules);
        directory.data_actions.extend(own.data_actions);
        let mut env = self.inner.settings.flows.env.clone();
        env.extend(script.env.clone());
        let mut secrets = inventory.secrets.clone();
        secrets.extend(script.secrets.iter().cloned());
        let scene = Scene {
            conversation,
            policy: &policy,
            env: &env,
            secrets: &secrets,
            directory: &directory,
            now: script.at(),
        };
        let simulation = simulate(&published, scene, &script.script);
        let transcript = simulation.transcript();
        let as_expected = script.expect.as_ref().map(|expected| expected.trim() == transcript.trim());
        Ok(SimulatedFlow { path: simulation.path(), transcript, as_expected })
    }

    /// Walks a version, the draft or the given document, through the latest conversations of a deployment that ran on this
    /// flow, and tells where it would have gone another way. Both versions get what is known of the conversation: its
    /// context at the start, what the customer said, when things happened, and how requests were answered; what the answers
    /// said was never kept, so both find them empty.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` for a document that can't be read.
    pub async fn replay_flow(
        &self,
        caller: &Caller,
        id: &str,
        deployment: &str,
        document: Option<&str>,
        last: u32,
    ) -> Result<Replayed, ServiceError> {
        let flow = self.get_flow(caller, id).await?.entity;
        let proposed = rehearsed(flow.id, &flow.name, document.unwrap_or(&flow.draft))?;
        let deployment = self.own_deployment(caller, deployment).await?.deployment.clone();
        let inventory = self.inventory(caller.organization_id()).await?;
        let mut replayed = Replayed::default();
        for start in self.latest_starts(&deployment, last.clamp(1, MOST)).await? {
            self.replay_one(&inventory, &proposed, &start, &mut replayed).await?;
            // Simulations take the processor: somebody else is next.
            tokio::task::yield_now().await;
        }
        Ok(replayed)
    }

    async fn replay_one(
        &self,
        inventory: &Inventory,
        proposed: &Published,
        start: &Event,
        replayed: &mut Replayed,
    ) -> Result<(), ServiceError> {
        let EventBody::Started { conversation, receipt: _ } = &start.body else { return Ok(()) };
        let mut log = self.inner.store.list_conversation_log(start.organization_id, conversation.id).await?;
        log.truncate(MOST_EVENTS);
        let is_ours = |record: &&FlowRecord| record.flow_id == proposed.flow_id;
        let Some(version) = records(&log).find(is_ours).map(|record| record.version) else {
            replayed.without_flow += 1;
            return Ok(());
        };
        let Some(recorded) = self.flow_version(start.organization_id, proposed.flow_id, version).await? else {
            replayed.without_flow += 1;
            return Ok(());
        };
        let policy = self.policy_of(conversation).await?;
        let cues = cues(conversation, &log);
        let walk = |flow: &Published| {
            let scene = Scene {
                conversation: Conversation { run: None, ..(**conversation).clone() },
                policy: &policy,
                env: &self.inner.settings.flows.env,
                secrets: &inventory.secrets,
                directory: &inventory.directory,
                now: conversation.started_at,
            };
            lines(&simulate(flow, scene, &cues), inventory)
        };
        let (before, after) = (walk(&recorded), walk(proposed));
        replayed.conversations += 1;
        if before == after {
            replayed.same += 1;
            return Ok(());
        }
        if replayed.different.len() < MOST_TOLD {
            let at = before.iter().zip(&after).take_while(|(one, other)| one == other).count();
            let shown = |lines: Vec<Line>| lines.into_iter().map(|line| line.shown).collect();
            let steps = records(&log).filter(is_ours).flat_map(|record| &record.steps);
            replayed.different.push(Difference {
                conversation_id: conversation.id,
                started_at: conversation.started_at,
                version,
                recorded: steps.map(|step| format!("{}: {}", step.action, step.outcome)).collect(),
                before: shown(before),
                after: shown(after),
                at,
            });
        }
        Ok(())
    }

    async fn latest_starts(&self, deployment: &Deployment, last: u32) -> Result<Vec<Arc<Event>>, ServiceError> {
        let after: Option<PagePosition> = None;
        Ok(self.inner.store.list_starts(deployment.organization_id, deployment.id, after, last).await?)
    }
}

/// A document, as if it were a version.
fn rehearsed(flow_id: FlowId, name: &str, document: &str) -> Result<Published, ServiceError> {
    let flow = CompiledFlow::read(document).map_err(|findings| {
        findings
            .first()
            .map_or_else(|| ServiceError::Bug("no finding".to_owned()), |first| unreadable("document", first))
    })?;
    // No published version has this number: what the run names is found in what is rehearsed.
    Ok(Published { flow_id, name: name.to_owned(), version: 0, flow: Arc::new(flow) })
}

fn unreadable(field: &'static str, finding: &Finding) -> ServiceError {
    super::invalid(field, format!("can't be read: {}: {}", finding.place, finding.message), finding.remedy.clone())
}

fn records(log: &[Arc<Event>]) -> impl Iterator<Item = &FlowRecord> {
    log.iter().filter_map(|event| match &event.body {
        EventBody::FlowStepped(record) => Some(record.as_ref()),
        EventBody::Started { .. }
        | EventBody::AttributesChanged { .. }
        | EventBody::MessageAdded { .. }
        | EventBody::ParticipantJoined { .. }
        | EventBody::ParticipantLeft { .. }
        | EventBody::ParticipantConnected { .. }
        | EventBody::Routed(_)
        | EventBody::WrappedUp { .. }
        | EventBody::NoteAdded { .. }
        | EventBody::Rated { .. }
        | EventBody::SeenUpTo { .. }
        | EventBody::Ended { .. }
        | EventBody::Erased { .. }
        | EventBody::Mark(_) => None,
    })
}

/// What came to the run, as far as the log tells it.
fn cues(started: &Conversation, log: &[Arc<Event>]) -> Vec<Cue> {
    let mut cues = Vec::new();
    let mut agents: BTreeMap<_, _> = BTreeMap::new();
    let mut last = started.started_at;
    for event in log {
        let came: Vec<Cue> = match &event.body {
            EventBody::MessageAdded { message }
                if message.direction == Direction::Inbound && message.kind == MessageKind::Text =>
            {
                vec![Cue::Say(message.text.clone())]
            }
            EventBody::FlowStepped(record) => {
                record.steps.iter().filter_map(|step| step.call.as_ref()).map(reply).collect()
            }
            EventBody::ParticipantJoined { participant } => {
                agents.insert(participant.id, participant.purpose);
                Vec::new()
            }
            EventBody::ParticipantConnected { .. } => vec![Cue::AgentConnected],
            EventBody::ParticipantLeft { participant_id } if agents.get(participant_id) == Some(&Purpose::Agent) => {
                vec![Cue::AgentLeft]
            }
            EventBody::Ended { .. } => vec![Cue::End],
            EventBody::Started { .. }
            | EventBody::AttributesChanged { .. }
            | EventBody::MessageAdded { .. }
            | EventBody::ParticipantLeft { .. }
            | EventBody::Routed(_)
            | EventBody::WrappedUp { .. }
            | EventBody::NoteAdded { .. }
            | EventBody::Rated { .. }
            | EventBody::SeenUpTo { .. }
            | EventBody::Erased { .. }
            | EventBody::Mark(_) => Vec::new(),
        };
        // Times that are over are events of their own only by what followed them.
        let passed = u64::try_from(event.at.millis() - last.millis()).unwrap_or(0);
        if passed >= 1_000 {
            cues.push(Cue::Pass(Pause::from_millis(passed)));
            last = event.at;
        }
        cues.extend(came);
    }
    cues
}

fn reply(call: &waybill_model::Call) -> Cue {
    Cue::Reply(match call.status {
        Some(status) => Short::Long(ScriptedReply { status, body: serde_json::Value::Object(serde_json::Map::new()) }),
        None if call.error.as_deref() == Some("timed_out") => Short::Text("timeout".to_owned()),
        None => Short::Text("failed".to_owned()),
    })
}

/// Everything that a simulated flow did.
fn lines(simulation: &Simulation<'_>, inventory: &Inventory) -> Vec<Line> {
    let mut lines = Vec::new();
    for Played { cue: _, outcome } in simulation.played() {
        let Some(Outcome { effects, record }) = outcome else { continue };
        let steps = record.steps.iter().map(|step| plain(format!("{}: {}", step.action, step.outcome)));
        lines.extend(steps);
        lines.extend(effects.iter().filter_map(|effect| line(effect, inventory)));
        lines.extend(record.ended.as_ref().map(|exit| plain(format!("ends: {}", ending(exit)))));
    }
    let waits = match simulation.waits() {
        Waits::Nothing => None,
        Waits::Turn => Some("its turn"),
        Waits::Reply { .. } => Some("an answer of another system"),
        Waits::Answer { .. } => Some("the customer's answer"),
        Waits::Timer { .. } => Some("a time"),
        Waits::Agent { .. } => Some("an agent"),
    };
    lines.extend(waits.map(|waits| plain(format!("waits for {waits}"))));
    lines
}

const fn ending(exit: &waybill_model::FlowExit) -> &'static str {
    match exit {
        waybill_model::FlowExit::Finished => "finished",
        waybill_model::FlowExit::Transferred { .. } => "transferred",
        waybill_model::FlowExit::TransferredToFlow { .. } => "transferred to a flow",
        waybill_model::FlowExit::Ended => "ended",
        waybill_model::FlowExit::Failed { .. } => "failed",
    }
}

fn plain(shown: String) -> Line {
    Line { whole: shown.clone(), shown }
}

/// What an effect is compared by, and what of it can be shown: names, never values.
fn line(effect: &Effect, inventory: &Inventory) -> Option<Line> {
    Some(match effect {
        Effect::Say(say) => Line { shown: "says something".to_owned(), whole: format!("{say:?}") },
        Effect::SetAttributes(admission) => {
            let keys: Vec<&str> = admission.changes.iter().map(|change| change.key.as_str()).collect();
            let values = admission.changes.iter().map(|change| change.new.as_ref().map(|new| &new.value));
            let whole = format!("{keys:?} {:?}", values.collect::<Vec<_>>());
            Line { shown: format!("sets {}", keys.join(", ")), whole }
        }
        Effect::Request(request) => {
            let prepared = &request.prepared;
            let shown = format!("asks {} {}", prepared.method, target(&prepared.url));
            let Ok(body) = serde_json::to_string(&prepared.body) else { return Some(plain(shown)) };
            let whole = format!("{} {} {body}", prepared.method, prepared.url);
            Line { shown, whole }
        }
        Effect::Timer { .. } => return None,
        Effect::Queue(wish) => {
            let queue = name_of(wish.queue_id, inventory);
            let shown = format!("waits in `{queue}` with priority {}", wish.priority);
            Line { whole: format!("{wish:?}"), shown }
        }
        Effect::LeaveQueue => plain("leaves its queue".to_owned()),
        Effect::WrapUp { code_id: _, name, notes } => {
            Line { shown: "notes how it went".to_owned(), whole: format!("{name} {notes}") }
        }
        Effect::TransferToFlow { flow_id: _, version: _, name, variables } => {
            let shown = format!("goes on with flow `{name}`");
            Line { whole: format!("{shown} {variables:?}"), shown }
        }
        Effect::EndConversation => plain("ends the conversation".to_owned()),
    })
}

fn name_of(queue: QueueId, inventory: &Inventory) -> String {
    let found = inventory.directory.queues.iter().find(|(_, id)| **id == queue);
    found.map_or_else(|| Uuid::to_string(&queue.uuid()), |(name, _)| name.clone())
}
