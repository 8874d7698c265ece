//! Messages: what guests say.

use std::sync::Arc;

use waybill_bus::Whisper;
use waybill_engine::{
    attributes::{Handed, Write, admit, read_maps},
    conversation::{Going, Said},
};
use waybill_model::{
    Actor, Context, Conversation, ConversationId, Customer, Direction, Form, Message, MessageKind, Originator, Trust,
    conversation::Source, policy::VENDOR_MAX_BYTES,
};

use crate::{
    Guest, Service, ServiceError,
    deployments::Ready,
    service::Step,
    start::{Live, Opening, StartFailure, customer_of},
};

/// What a guest's `onMessage` frame carries.
#[derive(Debug, Clone)]
pub struct GuestMessage {
    /// Text, structured, or presence Join.
    pub kind: MessageKind,
    /// The text.
    pub text: String,
    /// Structured content as JSON text of an array.
    pub content: Option<String>,
    /// Echoed.
    pub tracing_id: Option<String>,
    /// Our own client's message id (START8).
    pub client_id: Option<String>,
    /// `customAttributes` as raw JSON, outer place first.
    pub attributes: Vec<String>,
    /// What is known of the client (CTX11), for conversations that this message starts.
    pub source: Source,
}

/// A message that is stored.
#[derive(Debug, Clone)]
pub struct SaidMessage {
    /// Its conversation.
    pub conversation_id: ConversationId,
    /// The conversation's context revision.
    pub revision: u64,
    /// The position after which a socket reads its echo.
    pub read_from: u64,
    /// The earlier message, when this one was said before (START8): it is echoed again.
    pub said_before: Option<Message>,
}

impl Service {
    /// Stores a guest's message with the attributes that it carries; starts a conversation where there is none.
    ///
    /// # Errors
    /// `Throttled`, `MessageTooLong`, `Refused` (over the limit, or strict), `Unavailable`.
    pub async fn add_guest_message(&self, guest: &Guest, message: GuestMessage) -> Result<SaidMessage, ServiceError> {
        let deployment = guest.entered.deployment();
        self.inner.gate.message(deployment.id, guest.token)?;
        self.check_text(&message.text)?;
        let live = self.live_session(guest).await?;
        if let Some(live) = live.filter(Live::is_open)
            && let Some(said) = self.say_in(guest, &live, &message).await?
        {
            return Ok(said);
        }
        let _turn = self.inner.guests.turn(guest.key()).await?;
        // Another socket of this session may have begun while this one waited.
        let live = self.live_session(guest).await?;
        if let Some(live) = live.as_ref().filter(|live| live.is_open())
            && let Some(said) = self.say_in(guest, live, &message).await?
        {
            return Ok(said);
        }
        self.open_by_message(guest, live, message).await
    }

    /// Says it in the live conversation; `None` when that ended meanwhile.
    async fn say_in(
        &self,
        guest: &Guest,
        live: &Live,
        message: &GuestMessage,
    ) -> Result<Option<SaidMessage>, ServiceError> {
        let organization = live.session.organization_id;
        let id = live.conversation.id;
        let policy = self.policy_of(&live.conversation).await?;
        let handed = hand_over(message, &policy)?;
        let now = self.inner.ambient.now();
        let said = self.said(message);
        let by = Actor::Guest;
        let max_bytes = policy.policy().max_bytes.max(VENDOR_MAX_BYTES);
        let turn = self.inner.conversations.turn(id).await?;
        if let Some(client_id) = &message.client_id
            && let Some(before) = self.inner.store.find_message_by_client_id(organization, id, client_id).await?
        {
            let read_from = self.newest_cursor().await?.seq;
            let revision = live.conversation.revision;
            return Ok(Some(SaidMessage { conversation_id: id, revision, read_from, said_before: Some(before) }));
        }
        let decide = |standing: &Arc<Conversation>| {
            if standing.ended_at.is_some() {
                return Ok(Step::new(None, false));
            }
            let customer = customer_of(standing)?;
            let mut going = Going::on(standing, by.clone(), now);
            if let Some(handed) = &handed {
                let write = Write {
                    standing: &customer.context,
                    customer: &customer.customer,
                    revision: standing.revision,
                    trust: Trust::Page,
                    by: &by,
                    at: now,
                    late: false,
                    at_start: false,
                    replace: false,
                    per_key: true,
                    max_bytes,
                    correction: None,
                };
                going = going.context(customer.id, admit(&policy, handed, &write)?);
            }
            let decision = going.say(said.clone(), customer.id, Direction::Inbound, Originator::Human).finish();
            Ok(Step::new(decision, true))
        };
        let changed = self.decide_in_turn(organization, id, decide).await;
        drop(turn);
        let changed = match changed {
            Ok(changed) => changed,
            Err(StartFailure::Used(_)) => return Err(ServiceError::StartTokenReused),
            Err(StartFailure::Other(error)) => return Err(self.noted(guest, &message.source, error)),
        };
        let Some(committed) = changed.committed.filter(|_| changed.outcome) else { return Ok(None) };
        metrics::counter!("waybill_messages_total", "direction" => "inbound").increment(1);
        let first = committed.events().first().map_or(0, |event| event.seq);
        Ok(Some(SaidMessage {
            conversation_id: id,
            revision: changed.standing.revision,
            read_from: first.saturating_sub(1),
            said_before: None,
        }))
    }

    /// A first message (or presence Join) makes the conversation, context and message in one commit.
    async fn open_by_message(
        &self,
        guest: &Guest,
        live: Option<Live>,
        message: GuestMessage,
    ) -> Result<SaidMessage, ServiceError> {
        let ready = self.present(guest).await?;
        self.take_start(&ready, guest.entered.address())?;
        let handed = hand_over(&message, &ready.policy)?.unwrap_or_default();
        let by = Actor::Guest;
        let write = Write {
            standing: &Context::default(),
            customer: &Customer::default(),
            revision: 0,
            trust: Trust::Page,
            by: &by,
            at: self.inner.ambient.now(),
            late: false,
            at_start: true,
            replace: false,
            per_key: true,
            max_bytes: self.vendor_max_bytes(&ready),
            correction: None,
        };
        let admission = admit(&ready.policy, &handed, &write)
            .map_err(|refused| self.noted(guest, &message.source, refused.into()))?;
        let opening = Opening {
            admission,
            message: Some(self.said(&message)),
            source: message.source,
            routing: None,
            by,
            at: self.time_after(live.as_ref().map(|live| live.conversation.last_at)),
            spent: None,
        };
        let session = live.map(|live| live.session.id);
        let started = match self.open_guest(guest, &ready, session, opening, None).await {
            Ok(started) => started,
            Err(StartFailure::Used(_)) => return Err(ServiceError::StartTokenReused),
            Err(StartFailure::Other(error)) => return Err(error),
        };
        metrics::counter!("waybill_messages_total", "direction" => "inbound").increment(1);
        Ok(SaidMessage {
            conversation_id: started.answer().conversation_id,
            revision: started.answer().revision,
            read_from: started.read_from(),
            said_before: None,
        })
    }

    /// Passes on that the customer is typing; it may be lost, and is never stored.
    ///
    /// # Errors
    /// The store's.
    pub async fn guest_is_typing(&self, guest: &Guest) -> Result<(), ServiceError> {
        if let Some(live) = self.live_session(guest).await?.filter(Live::is_open) {
            self.inner.bus.whisper(live.session.organization_id, live.conversation.id, Whisper::CustomerTyping);
        }
        Ok(())
    }

    pub(crate) fn check_text(&self, text: &str) -> Result<(), ServiceError> {
        let max = self.inner.settings.limits.message_bytes;
        if text.len() > max {
            return Err(ServiceError::MessageTooLong { bytes: text.len(), max });
        }
        Ok(())
    }

    /// The limit that vendor clients are told and held to (CTX2).
    pub(crate) fn vendor_max_bytes(&self, ready: &Ready) -> u64 {
        ready.policy.policy().max_bytes.max(VENDOR_MAX_BYTES)
    }

    pub(crate) fn presence(&self, kind: MessageKind, tracing_id: Option<String>) -> Said {
        Said {
            id: self.inner.ambient.message_id(),
            kind,
            text: String::new(),
            content: None,
            tracing_id,
            client_id: None,
            nickname: None,
        }
    }

    fn said(&self, message: &GuestMessage) -> Said {
        Said {
            id: self.inner.ambient.message_id(),
            kind: message.kind,
            text: message.text.clone(),
            content: message.content.clone(),
            tracing_id: message.tracing_id.clone(),
            client_id: message.client_id.clone(),
            nickname: None,
        }
    }

    /// Keeps the record of a refusal (CTX11) on its way out.
    fn noted(&self, guest: &Guest, source: &Source, error: ServiceError) -> ServiceError {
        if let ServiceError::Refused(receipt) = &error {
            self.note_refusal(guest.entered.deployment(), receipt, source);
        }
        error
    }
}

/// The attributes of a message; `None` when it carries none.
fn hand_over(
    message: &GuestMessage,
    policy: &waybill_engine::attributes::CompiledPolicy,
) -> Result<Option<Handed>, ServiceError> {
    if message.attributes.is_empty() {
        return Ok(None);
    }
    let places: Vec<&str> = message.attributes.iter().map(String::as_str).collect();
    Ok(Some(read_maps(Form::GuestCustomAttributes, &places, policy)?))
}
