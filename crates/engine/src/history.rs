//! The past from the log: a conversation is what its events made of it.

use std::sync::Arc;

use waybill_model::{Beside, Conversation, Event, EventBody, Side};

/// Replays a conversation's log up to the first event that `keep(event, revision after it)` refuses.
/// `None` when even the start is refused, or missing.
#[must_use]
pub fn replay(log: &[Arc<Event>], keep: impl Fn(&Arc<Event>, u64) -> bool) -> Option<Conversation> {
    let mut conversation: Option<Conversation> = None;
    for event in log {
        let revision = revision_after(conversation.as_ref(), &event.body);
        if !keep(event, revision) {
            break;
        }
        match &mut conversation {
            None => {
                if let EventBody::Started { conversation: started, .. } = &event.body {
                    conversation = Some(started.as_ref().clone());
                }
            }
            Some(conversation) => apply(conversation, event),
        }
    }
    conversation
}

fn revision_after(conversation: Option<&Conversation>, body: &EventBody) -> u64 {
    match body {
        EventBody::Started { conversation, .. } => conversation.revision,
        EventBody::AttributesChanged { revision, .. } => *revision,
        EventBody::MessageAdded { .. }
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
        | EventBody::Mark(_) => conversation.map_or(0, |conversation| conversation.revision),
    }
}

/// Applies one event to the conversation that stood before it.
pub fn apply(conversation: &mut Conversation, event: &Event) {
    if event.body.is_mark() {
        return;
    }
    conversation.seq = event.conversation_seq;
    if event.body.is_activity() {
        conversation.last_at = conversation.last_at.max(event.at);
    }
    match &event.body {
        EventBody::Started { conversation: started, .. } => conversation.clone_from(started),
        EventBody::AttributesChanged { participant_id, revision, changes, quarantined, customer, receipt, late: _ } => {
            conversation.revision = *revision;
            let Some(participant) = conversation.participants.iter_mut().find(|one| one.id == *participant_id) else {
                return;
            };
            let context = &mut participant.context;
            for change in changes {
                match &change.new {
                    Some(attribute) => {
                        context.deleted.remove(&change.key);
                        context.erased.remove(&change.key);
                        context.refused.remove(&change.key);
                        context.missing.retain(|key| *key != change.key);
                        context.stored.insert(change.key.clone(), attribute.clone());
                    }
                    None if change.erased.is_some() => {
                        // What was only set aside may have been stored under the same name before.
                        if change.old.is_some() {
                            context.stored.remove(&change.key);
                        }
                        if !context.stored.contains_key(&change.key) {
                            context.erased.extend(change.erased.map(|certificate| (change.key.clone(), certificate)));
                        }
                    }
                    None => {
                        context.stored.remove(&change.key);
                        context.deleted.insert(change.key.clone(), *revision);
                    }
                }
            }
            for entry in receipt.entries.iter().filter(|entry| entry.promoted) {
                context.quarantined.remove(&entry.key);
            }
            context.quarantined.extend(quarantined.iter().cloned());
            for entry in receipt.with(waybill_model::Verdict::Refused) {
                let key = entry.stored_as.clone().unwrap_or_else(|| entry.key.clone());
                if !context.stored.contains_key(&key) {
                    context.refused.insert(key, entry.clone());
                }
            }
            if let Some(customer) = customer {
                participant.customer.clone_from(customer);
            }
        }
        EventBody::ParticipantJoined { participant } => {
            if conversation.participant(participant.id).is_none() {
                conversation.participants.push(participant.as_ref().clone());
            }
        }
        EventBody::ParticipantLeft { participant_id } => {
            if let Some(participant) = conversation.participants.iter_mut().find(|one| one.id == *participant_id) {
                participant.left_at = Some(event.at);
            }
        }
        EventBody::ParticipantConnected { participant_id } => {
            if let Some(participant) = conversation.participants.iter_mut().find(|one| one.id == *participant_id) {
                (participant.alerting, participant.answered_at) = (false, Some(event.at));
            }
        }
        EventBody::WrappedUp { participant_id, wrapup } => {
            if let Some(participant) = conversation.participants.iter_mut().find(|one| one.id == *participant_id) {
                (participant.wrapup, participant.owes_wrapup) = (Some(wrapup.clone()), false);
            }
        }
        EventBody::NoteAdded { .. } => beside(conversation).notes += 1,
        EventBody::Rated { rating } => beside(conversation).rating = Some(rating.clone()),
        EventBody::SeenUpTo { side: Side::Customer, seen } => beside(conversation).customer = *seen,
        EventBody::SeenUpTo { side: Side::Business, seen } => beside(conversation).business = *seen,
        EventBody::Ended { .. } => conversation.ended_at = Some(event.at),
        // Where a flow or a queue stands is nobody's past: it is not shown as of then.
        EventBody::FlowStepped(_) | EventBody::Routed(_) => {}
        EventBody::MessageAdded { .. } | EventBody::Erased { .. } | EventBody::Mark(_) => {}
    }
}

fn beside(conversation: &mut Conversation) -> &mut Beside {
    conversation.beside.get_or_insert_default()
}
