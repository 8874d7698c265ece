//! An event of the log → the frames that tell it, one per topic that is subscribed (NOT6, NOT7).

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use waybill_model as model;
use waybill_protocol::notification::{
    conversation::{
        MessageNotice, MessageReference, UserConversation, UserConversationLeg, UserConversationParticipant,
    },
    frame::{FrameMetadata, NotificationFrame},
};
use waybill_service::{Ambient, DetailKind, SeenEvent, Topic, Topics, WhichConversation};

use super::details::{
    acd_end, acd_start, changed_attributes, customer_end, customer_start, first_attributes, flow_end, flow_start,
    user_end, user_start, wrapup,
};
use crate::{
    error::{ApiError, ApiResult, draw_context_id},
    leg::{Left, Leg},
    rest::{stream_event, wrapup_view},
};

/// Where an event stands, and what the log says of it besides.
pub(super) struct Place<'a> {
    pub(super) ambient: &'a Ambient,
    /// The cursor after the event before it.
    pub(super) before: model::Cursor,
    /// Its own.
    pub(super) cursor: model::Cursor,
    /// The context revision after it.
    pub(super) revision: u64,
}

/// Topic and body of each frame, before it is known which of them is the last.
struct Told<'a> {
    topics: &'a Topics,
    seen: &'a SeenEvent,
    bodies: Vec<(Topic, Box<serde_json::value::RawValue>)>,
}

/// The frames that tell an event, none when nobody subscribed to it.
pub(super) fn frames(topics: &Topics, seen: &SeenEvent, place: &Place<'_>) -> ApiResult<Vec<String>> {
    let mut told = Told { topics, seen, bodies: Vec::new() };
    told.details(place.revision)?;
    told.conversation(place)?;
    told.views()?;
    let count = told.bodies.len();
    let event_id = place.cursor.to_string();
    let frames = told.bodies.into_iter().enumerate().map(|(index, (topic, event_body))| {
        // Only after its last frame an event is told: whoever goes on after an earlier one is told all of it again.
        let cursor = if index + 1 == count { event_id.clone() } else { place.before.to_string() };
        write(&NotificationFrame {
            topic_name: topic.to_string().into(),
            version: "2",
            event_body,
            metadata: FrameMetadata {
                correlation_id: draw_context_id(place.ambient),
                cursor,
                event_id: Some(event_id.clone()),
            },
        })
    });
    frames.collect()
}

impl<'a> Told<'a> {
    fn add(&mut self, topic: Topic, body: &impl Serialize) -> ApiResult<()> {
        let body = serde_json::value::to_raw_value(body)
            .map_err(|error| ApiError::bug(format!("a notification was not written: {error}")))?;
        self.bodies.push((topic, body));
        Ok(())
    }

    fn detail<B: Serialize>(&mut self, kind: DetailKind, body: impl FnOnce() -> Option<B>) -> ApiResult<()> {
        let id = self.seen.event.conversation_id;
        if !self.topics.want_detail(id, kind) {
            return Ok(());
        }
        match body() {
            Some(body) => self.add(Topic::Detail(WhichConversation::One(id), Some(kind)), &body),
            None => Ok(()),
        }
    }

    fn details(&mut self, revision: u64) -> ApiResult<()> {
        let seen: &'a SeenEvent = self.seen;
        let SeenEvent { event, conversation, .. } = seen;
        match &event.body {
            model::EventBody::Started { conversation: started, receipt: _ } => {
                self.detail(DetailKind::CustomerStart, || customer_start(seen, started))?;
                self.detail(DetailKind::Attributes, || first_attributes(seen, started))
            }
            model::EventBody::AttributesChanged { participant_id, changes, .. } => {
                self.detail(DetailKind::Attributes, || changed_attributes(seen, *participant_id, changes, revision))
            }
            model::EventBody::ParticipantJoined { participant } => {
                self.detail(DetailKind::UserStart, || user_start(seen, participant))
            }
            model::EventBody::ParticipantLeft { participant_id } => {
                let left = conversation.participant(*participant_id);
                self.detail(DetailKind::UserEnd, || left.and_then(|one| user_end(seen, one)))
            }
            // Everybody who was still there has left by events of their own.
            model::EventBody::Ended { reason } => self.detail(DetailKind::CustomerEnd, || customer_end(seen, reason)),
            model::EventBody::FlowStepped(record) => {
                if record.started {
                    self.detail(DetailKind::FlowStart, || flow_start(seen, record))?;
                }
                match &record.ended {
                    Some(exit) => self.detail(DetailKind::FlowEnd, || flow_end(seen, record, exit)),
                    None => Ok(()),
                }
            }
            model::EventBody::Routed(record) => {
                self.detail(DetailKind::AcdStart, || acd_start(seen, record))?;
                self.detail(DetailKind::AcdEnd, || acd_end(seen, record))
            }
            model::EventBody::WrappedUp { participant_id, wrapup: done } => {
                self.detail(DetailKind::Wrapup, || wrapup(seen, *participant_id, done))?;
                self.detail(DetailKind::Acw, || wrapup(seen, *participant_id, done))
            }
            model::EventBody::ParticipantConnected { .. }
            | model::EventBody::NoteAdded { .. }
            | model::EventBody::Rated { .. }
            | model::EventBody::SeenUpTo { .. }
            | model::EventBody::MessageAdded { .. }
            | model::EventBody::Erased { .. }
            | model::EventBody::Mark(_) => Ok(()),
        }
    }

    /// Ours: the event as the event stream tells it.
    fn conversation(&mut self, place: &Place<'_>) -> ApiResult<()> {
        let id = self.seen.event.conversation_id;
        if !self.topics.want_conversation(id) {
            return Ok(());
        }
        match stream_event(&self.seen.event, place.cursor, place.revision)? {
            Some(event) => self.add(Topic::Conversation(WhichConversation::One(id)), &event),
            None => Ok(()),
        }
    }

    /// The conversation as it stands, for the people and the queues that have to do with it.
    fn views(&mut self) -> ApiResult<()> {
        if !self.topics.want_views() {
            return Ok(());
        }
        let seen: &'a SeenEvent = self.seen;
        let SeenEvent { event, conversation, .. } = seen;
        let message = match &event.body {
            model::EventBody::MessageAdded { message } => Some(&**message),
            _ => None,
        };
        let users: BTreeSet<model::UserId> = concerned(conversation, event).filter_map(|one| one.user_id).collect();
        for user in users {
            if self.topics.want_user_conversations(user) {
                self.add(Topic::UserConversations(user), &conversation_view(conversation, None))?;
            }
            if message.is_some() && self.topics.want_user_messages(user) {
                self.add(Topic::UserMessages(user), &conversation_view(conversation, message))?;
            }
        }
        let queues: BTreeSet<model::QueueId> = concerned(conversation, event).filter_map(|one| one.queue_id).collect();
        for queue in queues {
            if self.topics.want_queue_conversations(queue) {
                self.add(Topic::QueueConversations(queue), &conversation_view(conversation, None))?;
            }
            if message.is_some() && self.topics.want_queue_messages(queue) {
                self.add(Topic::QueueMessages(queue), &conversation_view(conversation, message))?;
            }
        }
        Ok(())
    }
}

/// Who has to do with an event: whoever took part at that time, whoever left at that very moment, and whose work it wraps up.
fn concerned<'a>(
    conversation: &'a model::Conversation,
    event: &'a model::Event,
) -> impl Iterator<Item = &'a model::Participant> {
    let wrapped_up = match &event.body {
        model::EventBody::WrappedUp { participant_id, wrapup: _ } => Some(*participant_id),
        _ => None,
    };
    let at = event.at;
    let participants = conversation.participants.iter();
    participants.filter(move |one| {
        (one.joined_at <= at && one.left_at.is_none_or(|left| left >= at)) || wrapped_up == Some(one.id)
    })
}

pub(super) fn conversation_view(
    conversation: &model::Conversation,
    message: Option<&model::Message>,
) -> UserConversation {
    let participants = conversation.participants.iter();
    UserConversation {
        id: conversation.id,
        participants: participants.map(|one| user_participant(conversation, one, message)).collect(),
        recording_state: "none",
        revision: conversation.revision,
    }
}

fn user_participant(
    conversation: &model::Conversation,
    participant: &model::Participant,
    message: Option<&model::Message>,
) -> UserConversationParticipant {
    let leg = Leg::within(participant, conversation);
    let said = message.filter(|message| message.participant_id == participant.id);
    UserConversationParticipant {
        id: participant.id,
        start_time: participant.joined_at,
        connected_time: leg.connected_at,
        end_time: leg.ended_at,
        purpose: participant.purpose.as_str(),
        name: participant.customer.name.clone(),
        user_id: participant.user_id,
        queue_id: participant.queue_id,
        flow_id: participant.flow_id,
        wrapup_required: participant.owes_wrapup,
        wrapup: participant.wrapup.as_ref().map(wrapup_view),
        attributes: texts(&participant.context),
        messages: [UserConversationLeg {
            id: participant.communication_id,
            state: leg.state,
            direction: "inbound",
            provider: "Webmessaging",
            r#type: "webmessaging",
            held: false,
            start_alerting_time: leg.alerted_at,
            connected_time: leg.connected_at,
            disconnected_time: leg.ended_at,
            disconnect_type: leg.left.map(Left::as_str),
            messages: said.map(|message| notice(conversation.id, message)).into_iter().collect(),
        }],
    }
}

fn notice(conversation: model::ConversationId, message: &model::Message) -> MessageNotice {
    let id = message.id;
    let self_uri = format!("/api/v2/conversations/messages/{conversation}/messages/{id}");
    MessageNotice {
        message: MessageReference { id, self_uri },
        message_time: message.at,
        message_status: match message.direction {
            model::Direction::Inbound => "received",
            model::Direction::Outbound => "sent",
        },
    }
}

/// Values as text; null has none and is left out (CTX3).
pub(super) fn texts(context: &model::Context) -> BTreeMap<String, String> {
    let texts = context.stored.iter();
    texts.filter_map(|(key, attribute)| Some((key.clone(), attribute.value.to_text()?.into_owned()))).collect()
}

pub(super) fn write(frame: &impl Serialize) -> ApiResult<String> {
    serde_json::to_string(frame).map_err(|error| ApiError::bug(format!("a frame was not written: {error}")))
}
