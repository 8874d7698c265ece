//! The bus of a single node: one watched value per conversation that somebody listens to.

use std::{future::Future, pin::Pin, sync::Arc};

use dashmap::DashMap;
use tokio::sync::watch;
use waybill_model::{ConversationId, OrganizationId};

use crate::{Bell, Bus, Heard, Listener, Scope, Whisper};

/// What is watched: the newest position, and the newest whisper with its number.
#[derive(Debug, Clone, Default)]
struct Signal {
    seq: u64,
    whispers: u64,
    whisper: Option<Arc<Whisper>>,
}

type Watched = Arc<DashMap<Scope, watch::Sender<Signal>>>;

/// A doorbell within one process.
#[derive(Debug, Default)]
pub struct InProcessBus {
    watched: Watched,
}

impl InProcessBus {
    /// A bus that nobody listens to yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How many scopes are listened to; for metrics.
    #[must_use]
    pub fn listened(&self) -> usize {
        self.watched.len()
    }

    fn signal(&self, scope: Scope, change: impl FnOnce(&mut Signal)) {
        if let Some(sender) = self.watched.get(&scope) {
            sender.send_modify(change);
        }
    }
}

impl Bus for InProcessBus {
    fn ring(&self, bell: Bell) {
        let Bell { organization_id, conversation_id, seq } = bell;
        for scope in [Scope::Conversation(organization_id, conversation_id), Scope::Organization(organization_id)] {
            self.signal(scope, |signal| signal.seq = signal.seq.max(seq));
        }
    }

    fn whisper(&self, organization_id: OrganizationId, conversation_id: ConversationId, whisper: Whisper) {
        self.signal(Scope::Conversation(organization_id, conversation_id), |signal| {
            signal.whispers += 1;
            signal.whisper = Some(Arc::new(whisper));
        });
    }

    fn listen(&self, scope: Scope) -> Box<dyn Listener> {
        let receiver = self.watched.entry(scope).or_insert_with(|| watch::channel(Signal::default()).0).subscribe();
        let (seq, whispers) = {
            let signal = receiver.borrow();
            (signal.seq, signal.whispers)
        };
        Box::new(InProcessListener {
            scope,
            receiver: Some(receiver),
            watched: Arc::clone(&self.watched),
            seq,
            whispers,
        })
    }
}

struct InProcessListener {
    scope: Scope,
    receiver: Option<watch::Receiver<Signal>>,
    watched: Watched,
    seq: u64,
    whispers: u64,
}

impl Listener for InProcessListener {
    fn heard<'a>(&'a mut self) -> Pin<Box<dyn Future<Output = Heard> + Send + 'a>> {
        Box::pin(async move {
            let Some(receiver) = &mut self.receiver else { return std::future::pending().await };
            loop {
                {
                    let signal = receiver.borrow_and_update();
                    if signal.seq > self.seq {
                        self.seq = signal.seq;
                        return Heard::Bell(signal.seq);
                    }
                    if signal.whispers > self.whispers {
                        self.whispers = signal.whispers;
                        if let Some(whisper) = &signal.whisper {
                            return Heard::Whisper(Arc::clone(whisper));
                        }
                    }
                }
                if receiver.changed().await.is_err() {
                    return std::future::pending().await;
                }
            }
        })
    }
}

impl Drop for InProcessListener {
    fn drop(&mut self) {
        self.receiver = None;
        // The last listener closes the scope, so that idle conversations cost nothing here.
        self.watched.remove_if(&self.scope, |_, sender| sender.receiver_count() == 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids() -> (OrganizationId, ConversationId) {
        (OrganizationId::new(uuid::Uuid::from_u128(1)), ConversationId::new(uuid::Uuid::from_u128(2)))
    }

    #[tokio::test]
    async fn p4_bells_between_two_waits_become_one_and_none_is_needed_twice() {
        let (organization_id, conversation_id) = ids();
        let bus = InProcessBus::new();
        let mut listener = bus.listen(Scope::Conversation(organization_id, conversation_id));
        for seq in [3, 5, 4] {
            bus.ring(Bell { organization_id, conversation_id, seq });
        }
        assert_eq!(listener.heard().await, Heard::Bell(5));
        bus.whisper(organization_id, conversation_id, Whisper::CustomerTyping);
        assert_eq!(listener.heard().await, Heard::Whisper(Arc::new(Whisper::CustomerTyping)));
        drop(listener);
        assert_eq!(bus.listened(), 0);
    }

    #[tokio::test]
    async fn p4_an_organization_hears_every_conversation() {
        let (organization_id, conversation_id) = ids();
        let bus = InProcessBus::new();
        let mut listener = bus.listen(Scope::Organization(organization_id));
        bus.ring(Bell { organization_id, conversation_id, seq: 9 });
        assert_eq!(listener.heard().await, Heard::Bell(9));
    }
}
