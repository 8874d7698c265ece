//! A message in the field's own shape.

use std::collections::BTreeMap;

use waybill_model as model;
use waybill_protocol::rest::message::{
    MessageChannel, MessageData, MessageSender, NormalizedEvent, NormalizedMessage, NormalizedPresence,
};

use super::raw;
use crate::error::ApiResult;

/// Which of the two shapes of a message's text a client wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::rest) enum MessageShape {
    /// The text beside the normalised message.
    Both,
    /// The normalised message alone.
    Normalized,
}

pub(in crate::rest) fn message(
    conversation_id: model::ConversationId,
    (message, reach): (&model::Message, model::Reach),
    shape: MessageShape,
) -> ApiResult<MessageData> {
    let model::Message {
        id,
        session_id: _,
        participant_id: _,
        direction,
        kind,
        text,
        content,
        at,
        originator,
        nickname,
        tracing_id: _,
        client_id: _,
    } = message;
    let (kind, presence) = match kind {
        model::MessageKind::Text => ("Text", None),
        model::MessageKind::Structured => ("Structured", None),
        model::MessageKind::PresenceJoin => ("Event", Some("Join")),
        model::MessageKind::PresenceDisconnect => ("Event", Some("Disconnect")),
    };
    let (way, status) = match direction {
        model::Direction::Inbound => ("inbound", "received"),
        model::Direction::Outbound => ("outbound", "sent"),
    };
    let presence = presence
        .into_iter()
        .map(|kind| NormalizedEvent { event_type: "Presence", presence: NormalizedPresence { r#type: kind } });
    let events: Vec<_> = presence.collect();
    Ok(MessageData {
        id: *id,
        conversation_id,
        timestamp: *at,
        direction: way,
        messenger_type: "webmessaging",
        status,
        delivered: reach.delivered,
        read: reach.read,
        text_body: (shape == MessageShape::Both && events.is_empty()).then(|| text.clone()),
        normalized_message: NormalizedMessage {
            id: *id,
            channel: MessageChannel {
                platform: "WebMessaging",
                r#type: "Private",
                message_id: *id,
                from: MessageSender { nickname: nickname.clone() },
                to: BTreeMap::new(),
                time: *at,
            },
            r#type: kind,
            text: events.is_empty().then(|| text.clone()),
            content: content.as_deref().map(raw).transpose()?,
            events,
            direction: self::direction(*direction),
            originating_entity: originating_entity(*originator),
        },
        self_uri: format!("/api/v2/conversations/messages/{conversation_id}/messages/{id}"),
    })
}

pub(super) const fn direction(direction: model::Direction) -> &'static str {
    match direction {
        model::Direction::Inbound => "Inbound",
        model::Direction::Outbound => "Outbound",
    }
}

pub(super) const fn originating_entity(originator: model::Originator) -> &'static str {
    match originator {
        model::Originator::Human => "Human",
        model::Originator::Bot => "Bot",
    }
}
