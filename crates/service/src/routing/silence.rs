//! A customer who says nothing while an agent is there is warned, then its conversation ends.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use waybill_engine::{
    conversation::{Going, Said},
    routing::{Load, Occupation, SilenceMove, silence},
};
use waybill_model::{
    Actor, Conversation, ConversationId, Direction, Message, MessageKind, OrganizationId, Originator, ParticipantId,
    Purpose, Queue, QueueId, Silence, Time,
};

use crate::{Service, ServiceError, service::Step, start::StartFailure};

/// Messages among which the customer's last one is looked for; whoever is behind so many answers is not silent for long.
const LATEST: u32 = 100;

/// When whose silence is looked at. A look finds out itself whether anything is to be done, so that a time that is too early
/// costs a look and nothing else: messages need not be followed.
#[derive(Debug, Default)]
pub(super) struct Silences {
    times: BTreeSet<(Time, ConversationId)>,
    watched: HashMap<ConversationId, Watched>,
}

#[derive(Debug)]
struct Watched {
    connected: Time,
    rule: Silence,
    due: Time,
}

impl Silences {
    /// Takes over how a conversation stands.
    pub(super) fn watch(&mut self, id: ConversationId, load: Option<&Load>, queues: &HashMap<QueueId, Queue>) {
        let occupants = load.iter().flat_map(|load| &load.occupants);
        let at_work = occupants.filter_map(|occupant| match occupant.occupation {
            Occupation::Connected(since) => {
                let rule = queues.get(&occupant.queue_id?)?.rules.silence.clone()?;
                Some((since, rule))
            }
            Occupation::Alerting | Occupation::WrappingUp(_) => None,
        });
        let Some((connected, rule)) = at_work.min_by_key(|(since, _)| *since) else {
            if let Some(old) = self.watched.remove(&id) {
                self.times.remove(&(old.due, id));
            }
            return;
        };
        if self.watched.get(&id).is_some_and(|old| old.connected == connected && old.rule == rule) {
            return;
        }
        let due = connected.plus_millis(i64::from(rule.warn_seconds) * 1_000);
        if let Some(old) = self.watched.insert(id, Watched { connected, rule, due }) {
            self.times.remove(&(old.due, id));
        }
        self.times.insert((due, id));
    }

    /// The next one to look at, with its rule and since when an agent is there; it is looked at again when it is put back.
    pub(super) fn take_due(&mut self, now: Time) -> Option<(ConversationId, Silence, Time)> {
        let (due, id) = self.times.first().copied().filter(|(due, _)| *due <= now)?;
        self.times.remove(&(due, id));
        self.watched.get(&id).map(|watched| (id, watched.rule.clone(), watched.connected))
    }

    /// Says when to look again.
    pub(super) fn look_at(&mut self, id: ConversationId, due: Time) {
        if let Some(watched) = self.watched.get_mut(&id) {
            watched.due = due;
            self.times.insert((due, id));
        }
    }

    pub(super) fn next_due(&self) -> Option<Time> {
        self.times.first().map(|(due, _)| *due)
    }
}

/// What came of a look.
enum Looked {
    /// Nothing is to be done before.
    Wait(Time),
    /// It was warned or ended, or somebody else was faster.
    Acted,
}

impl Service {
    /// Looks at one conversation and does what its silence asks for. Says when to look again; nothing where it has ended.
    pub(super) async fn look_at_silence(
        &self,
        organization: OrganizationId,
        id: ConversationId,
        rule: &Silence,
        connected: Time,
    ) -> Result<Option<Time>, ServiceError> {
        let _turn = self.inner.conversations.turn(id).await?;
        let seen = self.conversation(organization, id).await?;
        if seen.ended_at.is_some() {
            return Ok(None);
        }
        let messages = self.inner.store.list_latest_messages(organization, id, LATEST).await?;
        let now = self.inner.ambient.now();
        // Whoever came from a queue was waiting in it.
        let acd = seen.participants.iter().rev().find(|one| one.purpose == Purpose::Acd);
        let Some(speaker) = acd.map(|acd| acd.id) else { return Ok(None) };
        let (heard, warned) = last_words(&seen, &messages, connected);
        let warning = Said {
            id: self.inner.ambient.message_id(),
            kind: MessageKind::Text,
            text: rule.warning.clone(),
            content: None,
            tracing_id: None,
            client_id: None,
            nickname: None,
        };
        let decide = |standing: &Arc<Conversation>| {
            if standing.ended_at.is_some() || standing.seq != seen.seq {
                return Ok(Step::new(None, Looked::Acted));
            }
            let going = Going::on(standing, Actor::Server, now);
            let going = match silence(rule, heard, warned, now) {
                SilenceMove::Wait(due) => return Ok(Step::new(None, Looked::Wait(due))),
                SilenceMove::Warn => going.say(warning.clone(), speaker, Direction::Outbound, Originator::Bot),
                SilenceMove::End => going.end("inactivity"),
            };
            Ok(Step::new(going.finish(), Looked::Acted))
        };
        let changed = self.decide_in_turn(organization, id, decide).await.map_err(|failure| match failure {
            StartFailure::Used(_) => ServiceError::StartTokenReused,
            StartFailure::Other(error) => error,
        })?;
        Ok(match changed.outcome {
            Looked::Wait(due) => Some(due),
            Looked::Acted if changed.standing.ended_at.is_some() => None,
            Looked::Acted => Some(now),
        })
    }
}

/// When the customer was last heard, and when it was last warned: everything that was written on behalf of a queue is a
/// warning.
fn last_words(conversation: &Conversation, messages: &[Message], connected: Time) -> (Time, Option<Time>) {
    let of_queue =
        |id: ParticipantId| conversation.participant(id).is_some_and(|one| matches!(one.purpose, Purpose::Acd));
    let said = |message: &&Message| {
        message.direction == Direction::Inbound && matches!(message.kind, MessageKind::Text | MessageKind::Structured)
    };
    let heard = messages.iter().filter(said).map(|message| message.at).max();
    // Where it was not heard among many messages it was heard before them.
    let before = messages.first().filter(|_| messages.len() >= LATEST as usize).map(|message| message.at);
    let warned = messages
        .iter()
        .filter(|message| message.direction == Direction::Outbound && of_queue(message.participant_id))
        .map(|message| message.at)
        .max();
    (heard.or(before).map_or(connected, |heard| heard.max(connected)), warned)
}
