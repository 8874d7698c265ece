//! Following a conversation: everything that a guest hears of it comes from the log, by one path (P4).

use std::pin::Pin;

use waybill_model::{Conversation, ConversationId, Event, EventBody, MessageKind, Side, Time};
use waybill_protocol::guest::{
    FrameClass, ReceiptEvent, ServerFrame, StructuredMessage,
    message::{
        MessageChannel, MessageDirection, MessageEvent, MessageMetadata, MessageParty, OriginatingEntity, Presence,
        PresenceType, StructuredType, Typing, TypingType,
    },
};
use waybill_service::{EventReader, ServiceError, StreamItem};

use super::{map::structured, refuse::to_json, registry::Position};

/// A read that is under way. It owns its reader, so that it outlives the frames that come in between: to begin it anew
/// for each of them would cost a look at the log each time.
type Reading = Pin<Box<dyn Future<Output = (EventReader, Result<StreamItem, ServiceError>)> + Send>>;

/// One conversation that a socket follows.
pub(super) struct Follow {
    conversation: ConversationId,
    revision: Option<u64>,
    said_goodbye: bool,
    reading: Reading,
}

impl Follow {
    /// Begins after a position.
    pub(super) fn new(reader: EventReader, position: Position) -> Self {
        let Position { conversation, after: _, revision } = position;
        Self { conversation, revision, said_goodbye: false, reading: read(reader) }
    }

    /// The conversation.
    pub(super) const fn conversation(&self) -> ConversationId {
        self.conversation
    }

    /// Waits for what comes next. Safe to drop.
    pub(super) async fn next(&mut self) -> Result<StreamItem, ServiceError> {
        let (reader, item) = (&mut self.reading).await;
        self.reading = read(reader);
        item
    }

    /// What the guest is told of an event, and whether it was the last one of the conversation.
    pub(super) fn tell(&mut self, event: &Event) -> (Option<String>, bool) {
        match &event.body {
            EventBody::Started { conversation, receipt: _ } => {
                let Conversation { revision, .. } = &**conversation;
                self.revision = Some(*revision);
                (None, false)
            }
            EventBody::AttributesChanged { revision, .. } => {
                self.revision = Some(*revision);
                (None, false)
            }
            EventBody::MessageAdded { message } => {
                self.said_goodbye |= message.kind == MessageKind::PresenceDisconnect;
                let frame = self.frame(structured(message), message.tracing_id.clone());
                (Some(frame), false)
            }
            EventBody::SeenUpTo { side: Side::Business, seen } => {
                let body = ReceiptEvent { conversation_id: self.conversation.to_string(), read_up_to: seen.read };
                (Some(to_json(&ServerFrame::push(FrameClass::ReceiptEvent, body))), false)
            }
            EventBody::Ended { reason: _ } => {
                let goodbye = (!self.said_goodbye).then(|| self.frame(goodbye(self.conversation, event.at), None));
                (goodbye, true)
            }
            EventBody::SeenUpTo { side: Side::Customer, seen: _ }
            | EventBody::ParticipantJoined { .. }
            | EventBody::ParticipantLeft { .. }
            | EventBody::ParticipantConnected { .. }
            | EventBody::FlowStepped(_)
            | EventBody::Routed(_)
            | EventBody::WrappedUp { .. }
            | EventBody::NoteAdded { .. }
            | EventBody::Rated { .. }
            | EventBody::Erased { .. }
            | EventBody::Mark(_) => (None, false),
        }
    }

    /// The push of a message, with the two fields that are ours (EDGE8).
    pub(super) fn frame(&self, message: StructuredMessage, tracing_id: Option<String>) -> String {
        message_frame(message, tracing_id, self.conversation, self.revision)
    }
}

/// A message as a push; an echo keeps the tracing id of its request.
pub(super) fn message_frame(
    message: StructuredMessage,
    tracing_id: Option<String>,
    conversation: ConversationId,
    revision: Option<u64>,
) -> String {
    let message = StructuredMessage { conversation_id: Some(conversation.to_string()), revision, ..message };
    to_json(&ServerFrame { tracing_id, ..ServerFrame::push(FrameClass::StructuredMessage, message) })
}

/// Not an `async fn`, which would keep its argument twice: once as it came and once as it is used.
fn read(mut reader: EventReader) -> Reading {
    Box::pin(async move {
        let item = reader.next().await;
        (reader, item)
    })
}

/// The business types; worth nothing a moment later.
pub(super) fn typing(id: String, now: Time, duration_ms: u32) -> StructuredMessage {
    let typing = MessageEvent::Typing { typing: Typing { kind: TypingType::On, duration: Some(duration_ms) } };
    outbound_event(id, now, typing, MessageMetadata::default())
}

/// The server ended the conversation (fenced, started anew elsewhere): nobody said so in a message.
fn goodbye(conversation: ConversationId, at: Time) -> StructuredMessage {
    let presence = MessageEvent::Presence { presence: Presence { kind: PresenceType::Disconnect } };
    let metadata = MessageMetadata { read_only: Some("false".to_owned()), ..MessageMetadata::default() };
    outbound_event(format!("{conversation}-end"), at, presence, metadata)
}

fn outbound_event(id: String, time: Time, event: MessageEvent, metadata: MessageMetadata) -> StructuredMessage {
    StructuredMessage {
        id,
        kind: StructuredType::Event,
        text: None,
        direction: MessageDirection::Outbound,
        channel: Some(MessageChannel {
            time,
            message_id: None,
            kind: None,
            from: MessageParty::default(),
            to: MessageParty::default(),
        }),
        content: None,
        events: vec![event],
        originating_entity: Some(OriginatingEntity::Human),
        metadata,
        conversation_id: None,
        revision: None,
    }
}
