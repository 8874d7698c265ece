//! Events of the log → events of the stream.

use waybill_model as model;
use waybill_protocol::rest::event::{
    ConversationAttributes, ConversationEnd, ConversationMessage, ConversationParticipant, ConversationStart,
    EventData, EventWrapup, JoinedParticipant, StartContext, StartSource, StreamEvent,
};

use super::{
    actor,
    context::{quarantined, stored},
    flow_event::flow_event,
    history::{change, set_aside},
    message::{direction, originating_entity},
    note::{noted_by, receipt, satisfaction},
    raw,
    routing_event::routing_event,
    webchat::{as_sent, canonical, participant},
};
use crate::{convert, error::ApiResult};

/// `None` for what never leaves the log (LOG5).
pub(crate) fn event(event: &model::Event, cursor: model::Cursor, revision: u64) -> ApiResult<Option<StreamEvent>> {
    let model::Event { seq: _, organization_id, conversation_id, conversation_seq, at, by, body } = event;
    let (kind, data) = match body {
        model::EventBody::Started { conversation, receipt } => {
            ("conversation:start", EventData::Start(Box::new(start(conversation, receipt)?)))
        }
        model::EventBody::AttributesChanged {
            participant_id,
            revision: _,
            changes,
            quarantined,
            customer,
            receipt,
            late,
        } => {
            let set_aside = quarantined.iter().map(|(key, value)| set_aside(key, value));
            let attributes = ConversationAttributes {
                participant_id: *participant_id,
                by: actor(by),
                changes: changes.iter().map(change).collect(),
                quarantined: set_aside.collect::<ApiResult<_>>()?,
                customer: customer.as_ref().map(convert::customer),
                receipt: convert::receipt(receipt),
                late: *late,
            };
            ("conversation:attributes", EventData::Attributes(Box::new(attributes)))
        }
        model::EventBody::MessageAdded { message } => {
            ("conversation:message", EventData::Message(Box::new(self::message(message)?)))
        }
        model::EventBody::ParticipantJoined { participant } => ("conversation:participant", joined(participant)),
        model::EventBody::ParticipantConnected { participant_id } => {
            ("conversation:participant", about(*participant_id, "connected", None))
        }
        model::EventBody::ParticipantLeft { participant_id } => {
            ("conversation:participant", about(*participant_id, "left", None))
        }
        model::EventBody::WrappedUp { participant_id, wrapup } => {
            ("conversation:participant", about(*participant_id, "wrapup", Some(self::wrapup(wrapup))))
        }
        model::EventBody::FlowStepped(record) => ("conversation:flow", EventData::Flow(Box::new(flow_event(record)))),
        model::EventBody::Routed(record) => {
            ("conversation:routing", EventData::Routing(Box::new(routing_event(record))))
        }
        model::EventBody::NoteAdded { note } => {
            ("conversation:note", EventData::Note(Box::new(noted_by(note, by, *at))))
        }
        model::EventBody::Rated { rating } => {
            ("conversation:satisfaction", EventData::Satisfaction(Box::new(satisfaction(rating))))
        }
        model::EventBody::SeenUpTo { side, seen } => {
            ("conversation:receipt", EventData::Receipt(receipt(*side, *seen)))
        }
        model::EventBody::Ended { reason } => {
            ("conversation:end", EventData::End(ConversationEnd { reason: reason.clone().into() }))
        }
        model::EventBody::Erased { .. } | model::EventBody::Mark(_) => return Ok(None),
    };
    Ok(Some(StreamEvent {
        id: cursor.to_string(),
        r#type: kind,
        cursor: cursor.to_string(),
        at: *at,
        organization_id: *organization_id,
        conversation_id: *conversation_id,
        conversation_seq: *conversation_seq,
        revision,
        data,
    }))
}

fn start(conversation: &model::Conversation, receipt: &model::Receipt) -> ApiResult<ConversationStart> {
    let model::Conversation {
        id: _,
        organization_id: _,
        deployment_id,
        session_id,
        started_at,
        ended_at,
        participants,
        revision: _,
        policy_version: _,
        routing,
        run: _,
        queued: _,
        beside: _,
        source,
        seq: _,
        last_at: _,
    } = conversation;
    let model::conversation::Source { page, sdk, api, locale } = source;
    let nothing = model::Context::default();
    let context = conversation.context().unwrap_or(&nothing);
    // An attribute may have the name of a customer field (L13): their entries are not each other's.
    let attributes = || receipt.entries.iter().filter(|entry| entry.form != model::Form::Customer);
    let entry_of = |key: &str| {
        attributes().find(|entry| entry.stored_as.as_deref().unwrap_or(&entry.key) == key || entry.key == key)
    };
    let values = context.stored.iter().map(|(key, value)| (key.clone(), stored(key, value, entry_of(key))));
    let set_aside = context.quarantined.iter();
    let set_aside = set_aside.map(|(key, value)| Ok((key.clone(), quarantined(key, value, entry_of(key))?)));
    Ok(ConversationStart {
        deployment_id: *deployment_id,
        session_id: *session_id,
        start_time: *started_at,
        context: StartContext {
            values: values.collect(),
            quarantined: set_aside.collect::<ApiResult<_>>()?,
            receipt: convert::receipt(receipt),
        },
        custom_data: canonical(context),
        custom_attributes: as_sent(context),
        customer: conversation.customer().map(|one| convert::customer(&one.customer)).unwrap_or_default(),
        participants: participants.iter().map(|one| participant(one, *ended_at)).collect(),
        routing: routing.as_deref().map(raw).transpose()?,
        source: StartSource { page: page.clone(), sdk: sdk.clone(), api: api.clone(), locale: locale.clone() },
    })
}

fn message(message: &model::Message) -> ApiResult<ConversationMessage> {
    let model::Message {
        id,
        session_id: _,
        participant_id,
        direction: way,
        kind,
        text,
        content,
        at,
        originator,
        nickname,
        tracing_id: _,
        client_id: _,
    } = message;
    Ok(ConversationMessage {
        message_id: *id,
        participant_id: *participant_id,
        direction: direction(*way),
        r#type: match kind {
            model::MessageKind::Text => "Text",
            model::MessageKind::Structured => "Structured",
            model::MessageKind::PresenceJoin => "PresenceJoin",
            model::MessageKind::PresenceDisconnect => "PresenceDisconnect",
        },
        text: text.clone(),
        content: content.as_deref().map(raw).transpose()?,
        time: *at,
        originating_entity: originating_entity(*originator),
        nickname: nickname.clone(),
    })
}

fn joined(participant: &model::Participant) -> EventData {
    let model::Participant {
        id,
        communication_id,
        purpose,
        customer,
        user_id,
        queue_id,
        flow_id,
        joined_at,
        alerting,
        answered_at: _,
        wrapup: _,
        owes_wrapup: _,
        wrapup_prompt: _,
        left_at: _,
        context: _,
    } = participant;
    EventData::Participant(Box::new(ConversationParticipant {
        action: "joined",
        participant_id: *id,
        participant: Some(JoinedParticipant {
            id: *id,
            communication_id: *communication_id,
            purpose: purpose.as_str(),
            state: if *alerting { "alerting" } else { "connected" },
            name: customer.name.clone(),
            user_id: *user_id,
            queue_id: *queue_id,
            flow_id: *flow_id,
            start_time: *joined_at,
        }),
        wrapup: None,
    }))
}

fn about(participant_id: model::ParticipantId, action: &'static str, wrapup: Option<EventWrapup>) -> EventData {
    EventData::Participant(Box::new(ConversationParticipant { action, participant_id, participant: None, wrapup }))
}

fn wrapup(wrapup: &model::Wrapup) -> EventWrapup {
    let model::Wrapup { code_id, name, notes, at: _, took_ms } = wrapup;
    EventWrapup { code: *code_id, name: name.clone(), notes: notes.clone(), duration_ms: *took_ms }
}
