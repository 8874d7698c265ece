//! The caller's share of a commit: checking its shape, and turning it into text and hashes, beside the writer.

use std::sync::Arc;

use waybill_model::{
    Actor, Change, Conversation, ConversationId, DeploymentId, EventBody, Head, Job, JobId, Mark, NewEvent,
    OrganizationId, SessionChange, SpentToken, StartToken, Time,
};

use super::{
    analytics::Facts,
    digest::{facets, message_key, owner_key, payload_hash, start_item},
    fault::malformed,
    rows::{EventPayload, kind_code},
};
use crate::StoreError;

/// A record of the log but for its position.
pub(super) struct PreparedEvent {
    pub(super) conversation_id: ConversationId,
    pub(super) conversation_seq: u64,
    pub(super) at: Time,
    pub(super) head_at: Option<Time>,
    pub(super) by: Actor,
    pub(super) body: EventBody,
    pub(super) kind: i64,
    pub(super) message_key: Option<i64>,
    pub(super) payload: String,
    pub(super) payload_hash: u64,
}

/// The conversation as the change leaves it.
pub(super) struct PreparedSnapshot {
    pub(super) conversation: Arc<Conversation>,
    /// Its JSON, unless it stands as its first event tells it.
    pub(super) text: Option<String>,
    pub(super) json_bytes: usize,
    pub(super) facets: Arc<[i64]>,
    pub(super) facts: Facts,
}

/// A start token with its look-up keys.
pub(super) struct PreparedStartToken {
    pub(super) token: StartToken,
    pub(super) owner_key: i64,
    pub(super) item: i64,
    pub(super) answer_hash: u64,
}

/// A change, ready for the writer.
pub(super) struct PreparedCommit {
    pub(super) organization: OrganizationId,
    pub(super) conversation_id: ConversationId,
    pub(super) deployment_id: DeploymentId,
    pub(super) head: Head,
    pub(super) events: Vec<PreparedEvent>,
    pub(super) snapshot: Option<PreparedSnapshot>,
    pub(super) jobs: Vec<Job>,
    pub(super) fulfils: Option<JobId>,
    pub(super) session: Option<SessionChange>,
    pub(super) start_token: Option<PreparedStartToken>,
    pub(super) spent_token: Option<SpentToken>,
}

impl PreparedCommit {
    /// The `lookups.owner` of everything that it can be found by.
    pub(super) fn owner_keys(&self) -> impl Iterator<Item = i64> {
        let session = match &self.session {
            Some(SessionChange::Open { id: _, token }) => Some(owner_key(self.deployment_id, *token)),
            Some(SessionChange::Continue { .. }) | None => None,
        };
        session.into_iter().chain(self.start_token.as_ref().map(|start| start.owner_key))
    }

    /// Why it ends the conversation, if it does.
    pub(super) fn ending(&self) -> Option<&str> {
        self.events.iter().rev().find_map(|event| match &event.body {
            EventBody::Ended { reason } => Some(reason.as_str()),
            _ => None,
        })
    }

    /// The keys of its messages that have a client's id.
    pub(super) fn message_keys(&self) -> impl Iterator<Item = i64> {
        self.events.iter().filter_map(|event| event.message_key)
    }
}

/// Checks that a change keeps the rules of the log, and writes its texts.
pub(super) fn prepare(organization: OrganizationId, change: Change) -> Result<PreparedCommit, StoreError> {
    check_shape(organization, &change)?;
    let Change {
        conversation_id,
        deployment_id,
        head,
        events,
        snapshot,
        jobs,
        fulfils,
        session,
        start_token,
        spent_token,
    } = change;
    let snapshot = match snapshot {
        Some(conversation) => Some(prepare_snapshot(conversation, head, &events)?),
        None if head.expected_seq == 0 => match events.first().map(|event| &event.body) {
            Some(EventBody::Started { conversation, receipt: _ }) => {
                Some(prepare_snapshot((**conversation).clone(), head, &events)?)
            }
            Some(_) | None => return Err(malformed("a new conversation comes with its snapshot")),
        },
        None => None,
    };
    let last = events.len().saturating_sub(1);
    let events = events
        .into_iter()
        .enumerate()
        .map(|(index, NewEvent { conversation_seq, at, by, body })| {
            let head_at = (index == last && head.last_at != at).then_some(head.last_at);
            prepare_event(conversation_id, conversation_seq, at, head_at, by, body)
        })
        .collect::<Result<_, _>>()?;
    let start_token = start_token.map(|token| PreparedStartToken {
        owner_key: owner_key(deployment_id, token.owner),
        item: start_item(&token.token),
        answer_hash: payload_hash(token.answer.as_bytes()),
        token,
    });
    Ok(PreparedCommit {
        organization,
        conversation_id,
        deployment_id,
        head,
        events,
        snapshot,
        jobs,
        fulfils,
        session,
        start_token,
        spent_token,
    })
}

/// A mark as a record of the log (LOG5).
pub(super) fn prepare_mark(
    (conversation_id, at, by, mark): (ConversationId, Time, Actor, Mark),
) -> Result<PreparedEvent, StoreError> {
    prepare_event(conversation_id, 0, at, None, by, EventBody::Mark(mark))
}

fn prepare_event(
    conversation_id: ConversationId,
    conversation_seq: u64,
    at: Time,
    head_at: Option<Time>,
    by: Actor,
    body: EventBody,
) -> Result<PreparedEvent, StoreError> {
    let payload = serde_json::to_string(&EventPayload { by: &by, body: &body }).map_err(malformed)?;
    let message_key = match &body {
        EventBody::MessageAdded { message } => message.client_id.as_deref().map(message_key),
        EventBody::Started { .. }
        | EventBody::AttributesChanged { .. }
        | EventBody::ParticipantJoined { .. }
        | EventBody::ParticipantLeft { .. }
        | EventBody::ParticipantConnected { .. }
        | EventBody::FlowStepped(_)
        | EventBody::Routed(_)
        | EventBody::WrappedUp { .. }
        | EventBody::NoteAdded { .. }
        | EventBody::Rated { .. }
        | EventBody::SeenUpTo { .. }
        | EventBody::Ended { .. }
        | EventBody::Erased { .. }
        | EventBody::Mark(_) => None,
    };
    Ok(PreparedEvent {
        conversation_id,
        conversation_seq,
        at,
        head_at,
        kind: kind_code(&body),
        message_key,
        payload_hash: payload_hash(payload.as_bytes()),
        payload,
        by,
        body,
    })
}

fn prepare_snapshot(
    mut conversation: Conversation,
    head: Head,
    events: &[NewEvent],
) -> Result<PreparedSnapshot, StoreError> {
    let text = match events.first().map(|event| &event.body) {
        Some(EventBody::Started { conversation: started, receipt: _ }) if head.expected_seq == 0 => {
            // Seq and last_at are read from the last event, so they may differ.
            conversation.seq = started.seq;
            conversation.last_at = started.last_at;
            if conversation == **started { None } else { Some(snapshot_text(&conversation)?) }
        }
        Some(_) | None => Some(snapshot_text(&conversation)?),
    };
    conversation.seq = head.seq;
    conversation.last_at = head.last_at;
    let json_bytes = text.as_ref().map_or(1_024, String::len);
    Ok(PreparedSnapshot {
        facets: facets(&conversation).into(),
        facts: Facts::of(&conversation),
        conversation: Arc::new(conversation),
        text,
        json_bytes,
    })
}

fn snapshot_text(conversation: &Conversation) -> Result<String, StoreError> {
    serde_json::to_string(conversation).map_err(malformed)
}

fn check_shape(organization: OrganizationId, change: &Change) -> Result<(), StoreError> {
    if change.events.is_empty() {
        return Err(malformed("it has no event"));
    }
    let mut expected = change.head.expected_seq;
    for event in &change.events {
        expected += 1;
        if event.conversation_seq != expected {
            return Err(malformed(format_args!("event {} stands where {expected} belongs", event.conversation_seq)));
        }
        if event.body.is_mark() {
            return Err(malformed("a mark has no place in a conversation's own sequence (LOG5)"));
        }
    }
    if change.head.seq != expected {
        return Err(malformed(format_args!("its head says {}, its last event {expected}", change.head.seq)));
    }
    if let Some(snapshot) = &change.snapshot
        && (snapshot.id, snapshot.organization_id, snapshot.deployment_id)
            != (change.conversation_id, organization, change.deployment_id)
    {
        return Err(malformed("its snapshot is another conversation's"));
    }
    Ok(())
}
