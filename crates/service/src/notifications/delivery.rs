//! What a channel's reader may see of each event, as the rights are now (NOT6).

use std::sync::Arc;

use waybill_model::{Conversation, DivisionId, Event, EventBody};

use super::Topics;
use crate::{Caller, EventReader, Service, ServiceError, StreamStart, marks::Reached, personal::Veil, stream_view};

/// An event as a channel's reader may see it, with the conversation that it belongs to as it stands now.
#[derive(Debug, Clone)]
pub struct SeenEvent {
    /// The event.
    pub event: Arc<Event>,
    /// The conversation, values masked likewise.
    pub conversation: Arc<Conversation>,
    /// The division that both belong to.
    pub division: Option<DivisionId>,
    standing: Arc<Conversation>,
    veil: Veil,
}

impl Service {
    /// Reads the organization's log for a channel; which events its reader may see, [`Service::see_event`] says.
    ///
    /// # Errors
    /// `CursorGone` for a cursor of another epoch or one that is too old.
    pub async fn read_for_channel(&self, caller: &Caller, start: StreamStart) -> Result<EventReader, ServiceError> {
        let position = self.position_of(start).await?;
        Ok(self.reader(caller.organization_id(), None, position, None))
    }

    /// The event as the caller may see it; `None` when it is of a division that the right in play does not reach.
    ///
    /// # Errors
    /// The store's.
    pub async fn see_event(&self, caller: &Caller, event: &Arc<Event>) -> Result<Option<SeenEvent>, ServiceError> {
        let found = self.inner.store.find_conversation(event.organization_id, event.conversation_id).await?;
        // A conversation that is gone: nobody can place it any more.
        let Some(standing) = found else { return Ok(None) };
        if !self.reaches(caller, standing.deployment_id).await? {
            return Ok(None);
        }
        let division = self.division_of(standing.deployment_id).await?;
        let veil = self.veil(caller, standing.deployment_id, standing.policy_version).await?;
        let (event, conversation) = (veil.event(event), veil.conversation(&standing));
        Ok(Some(SeenEvent { event, conversation, division, standing, veil }))
    }

    /// Notes that an event was told over a channel: a mark (P7), and a row of the audit log where values were personal.
    pub fn event_was_told(&self, caller: &Caller, seen: &SeenEvent, topics: &Topics) {
        let SeenEvent { event, conversation: _, division: _, standing, veil } = seen;
        if topics.want_views() {
            // Those topics show the whole context with each event.
            self.note_reading(veil, standing);
        } else {
            stream_view::note(self, veil, event);
        }
        if let Some(revision) = revision_in(&event.body) {
            let conversation = event.conversation_id;
            let reached = Reached { conversation, revision, surface: "notifications", outcome: "sent" };
            self.mark(event.organization_id, caller, reached);
        }
    }
}

/// The revision that an event brings.
const fn revision_in(body: &EventBody) -> Option<u64> {
    match body {
        EventBody::Started { conversation, receipt: _ } => Some(conversation.revision),
        EventBody::AttributesChanged { revision, .. } => Some(*revision),
        _ => None,
    }
}
