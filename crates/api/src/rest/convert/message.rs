//! A message in the field's own shape.

use std::collections::BTreeMap;

use waybill_model as model;
use waybill_protocol::rest::message::{MessageChannel, MessageData, MessageSender, NormalizedMessage};

pub(in crate::rest) fn message(conversation_id: model::ConversationId, message: &model::Message) -> MessageData {
    let model::Message {
        id,
        session_id: _,
        participant_id: _,
        direction,
        kind: _,
        text,
        content: _,
        at,
        originator,
        nickname,
        tracing_id: _,
        client_id: _,
    } = message;
    MessageData {
        id: *id,
        conversation_id,
        timestamp: *at,
        direction: match direction {
            model::Direction::Inbound => "inbound",
            model::Direction::Outbound => "outbound",
        },
        messenger_type: "webmessaging",
        status: "sent",
        text_body: text.clone(),
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
            r#type: "Text",
            text: text.clone(),
            direction: self::direction(*direction),
            originating_entity: originating_entity(*originator),
        },
        self_uri: format!("/api/v2/conversations/messages/{conversation_id}/messages/{id}"),
    }
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
