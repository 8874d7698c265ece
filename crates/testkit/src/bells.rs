//! A doorbell that nobody hears (P4): losing every bell delays, never loses.

use waybill_model::{ConversationId, OrganizationId};
use waybill_server::wiring::{Bell, Bus, InProcessBus, Listener, Scope, Whisper};

/// A bus that drops every bell; whispers and listening are the real ones.
#[derive(Debug, Default)]
pub struct DroppedBells {
    inner: InProcessBus,
}

impl Bus for DroppedBells {
    fn ring(&self, bell: Bell) {
        let Bell { organization_id: _, conversation_id: _, seq: _ } = bell;
    }

    fn whisper(&self, organization_id: OrganizationId, conversation_id: ConversationId, whisper: Whisper) {
        self.inner.whisper(organization_id, conversation_id, whisper);
    }

    fn listen(&self, scope: Scope) -> Box<dyn Listener> {
        self.inner.listen(scope)
    }
}
