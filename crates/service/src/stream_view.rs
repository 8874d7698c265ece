//! What the reader of a stream may see: events of conversations that its right reaches, personal values masked (ACC2, ACC3).

use std::{collections::HashMap, sync::Arc};

use waybill_model::{ConversationId, DeploymentId, Event, EventBody, Permission};

use crate::{Caller, Divisions, Service, ServiceError, personal::Veil};

/// Conversations whose place a reader remembers.
const REMEMBERED: usize = 10_000;

/// Where a conversation belongs, and the policy that it lives under.
#[derive(Clone, Copy)]
struct Place {
    deployment: DeploymentId,
    policy_version: u64,
}

pub(crate) struct StreamView {
    /// Guests see what is theirs, whole.
    reader: Option<Caller>,
    places: HashMap<ConversationId, Place>,
}

impl StreamView {
    pub(crate) fn new(reader: Option<Caller>) -> Self {
        Self { reader, places: HashMap::new() }
    }

    pub(crate) fn reader(&self) -> Option<&Caller> {
        self.reader.as_ref()
    }

    /// The event as the reader may see it; `None` when it may not.
    pub(crate) async fn show(
        &mut self,
        service: &Service,
        event: &Arc<Event>,
    ) -> Result<Option<Arc<Event>>, ServiceError> {
        let Some(reader) = &self.reader else { return Ok(Some(Arc::clone(event))) };
        let place = place_of(&mut self.places, service, event).await?;
        let Some(Place { deployment, policy_version }) = place else {
            // A conversation that is gone: nobody can place it, and it has no values any more.
            return Ok((*reader.divisions() == Divisions::All).then(|| Arc::clone(event)));
        };
        if !service.reaches(reader, deployment).await? {
            return Ok(None);
        }
        if !has_values(&event.body) {
            return Ok(Some(Arc::clone(event)));
        }
        let veil: Veil = service.veil(reader, deployment, policy_version).await?;
        note(service, &veil, event);
        if reader.sees_every_key(Permission::PersonalView) && reader.may(Permission::NoteView) {
            return Ok(Some(Arc::clone(event)));
        }
        Ok(Some(veil.event(event)))
    }
}

/// The start carries the whole context; of a later change the keys that it names.
pub(crate) fn note(service: &Service, veil: &Veil, event: &Event) {
    match &event.body {
        EventBody::Started { conversation, receipt: _ } => service.note_reading(veil, conversation),
        EventBody::AttributesChanged { revision, changes, customer, .. } => {
            if veil.shows_change(changes, customer.as_ref()) {
                service.note_reading_of(veil, event.organization_id, event.conversation_id, *revision);
            }
        }
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
        | EventBody::Mark(_) => {}
    }
}

const fn has_values(body: &EventBody) -> bool {
    match body {
        EventBody::Started { .. }
        | EventBody::AttributesChanged { .. }
        | EventBody::ParticipantJoined { .. }
        | EventBody::NoteAdded { .. } => true,
        EventBody::MessageAdded { .. }
        | EventBody::ParticipantLeft { .. }
        | EventBody::ParticipantConnected { .. }
        | EventBody::FlowStepped(_)
        | EventBody::Routed(_)
        | EventBody::WrappedUp { .. }
        | EventBody::Rated { .. }
        | EventBody::SeenUpTo { .. }
        | EventBody::Ended { .. }
        | EventBody::Erased { .. }
        | EventBody::Mark(_) => false,
    }
}

async fn place_of(
    places: &mut HashMap<ConversationId, Place>,
    service: &Service,
    event: &Event,
) -> Result<Option<Place>, ServiceError> {
    let id = event.conversation_id;
    if let Some(place) = places.get(&id) {
        return Ok(Some(*place));
    }
    let place = match &event.body {
        EventBody::Started { conversation, receipt: _ } => {
            Some(Place { deployment: conversation.deployment_id, policy_version: conversation.policy_version })
        }
        _ => {
            let found = service.inner.store.find_conversation(event.organization_id, id).await?;
            found.map(|found| Place { deployment: found.deployment_id, policy_version: found.policy_version })
        }
    };
    if let Some(place) = place {
        if places.len() >= REMEMBERED {
            places.clear();
        }
        places.insert(id, place);
    }
    Ok(place)
}
