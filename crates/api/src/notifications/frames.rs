//! An event of the log → the frames that tell it, one per topic that is subscribed (NOT6, NOT7).

use std::{borrow::Cow, collections::BTreeMap};

use serde::Serialize;
use waybill_model as model;
use waybill_protocol::notification::{
    conversation::{
        MessageNotice, MessageReference, UserConversation, UserConversationLeg, UserConversationParticipant,
    },
    detail::{AttributesDetail, CustomerEnd, CustomerStart, DetailCommunication, LegDetail, UserEnd, UserStart},
    frame::{FrameMetadata, NotificationFrame},
};
use waybill_service::{Ambient, DetailKind, SeenEvent, Topic, Topics, WhichConversation};

use crate::{
    error::{ApiError, ApiResult, draw_context_id},
    rest::stream_event,
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
    told.users()?;
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
            model::EventBody::FlowStepped(_)
            | model::EventBody::Routed(_)
            | model::EventBody::ParticipantConnected { .. }
            | model::EventBody::WrappedUp { .. }
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

    fn users(&mut self) -> ApiResult<()> {
        if !self.topics.want_users() {
            return Ok(());
        }
        let seen: &'a SeenEvent = self.seen;
        let SeenEvent { event, conversation, .. } = seen;
        let message = match &event.body {
            model::EventBody::MessageAdded { message } => Some(&**message),
            _ => None,
        };
        for user in present(conversation, event.at).filter_map(|one| one.user_id) {
            if self.topics.want_user_conversations(user) {
                self.add(Topic::UserConversations(user), &user_conversation(conversation, None))?;
            }
            if message.is_some() && self.topics.want_user_messages(user) {
                self.add(Topic::UserMessages(user), &user_conversation(conversation, message))?;
            }
        }
        Ok(())
    }
}

/// Who took part at a time; those who left at that very moment too.
fn present(conversation: &model::Conversation, at: model::Time) -> impl Iterator<Item = &model::Participant> {
    let participants = conversation.participants.iter();
    participants.filter(move |one| one.joined_at <= at && one.left_at.is_none_or(|left| left >= at))
}

fn leg(seen: &SeenEvent, participant: &model::Participant) -> LegDetail {
    LegDetail {
        event_time: seen.event.at.millis(),
        conversation_id: seen.event.conversation_id,
        participant_id: participant.id,
        session_id: participant.communication_id,
        media_type: "MESSAGE",
        provider: "Webmessaging",
        direction: "INBOUND",
        message_type: "WEBMESSAGING",
        division_id: seen.division,
    }
}

fn customer_start(seen: &SeenEvent, started: &model::Conversation) -> Option<CustomerStart> {
    let customer = started.customer()?;
    Some(CustomerStart {
        leg: leg(seen, customer),
        address_to: started.deployment_id,
        address_from: started.session_id,
        attributes: texts(&customer.context),
    })
}

fn customer_end(seen: &SeenEvent, reason: &str) -> Option<CustomerEnd> {
    let conversation = &seen.conversation;
    let customer = conversation.customer()?;
    Some(CustomerEnd {
        leg: leg(seen, customer),
        address_to: conversation.deployment_id,
        address_from: conversation.session_id,
        disconnect_type: match reason {
            "customer" | "startNew" => "ENDPOINT",
            "agent" | "api" => "PEER",
            _ => "SYSTEM",
        },
        connected_duration_ms: seen.event.at.millis() - conversation.started_at.millis(),
    })
}

/// A start with context sets attributes too: whoever follows them alone misses nothing.
fn first_attributes(seen: &SeenEvent, started: &model::Conversation) -> Option<AttributesDetail> {
    let customer = started.customer().filter(|customer| !customer.context.stored.is_empty())?;
    Some(attributes_detail(seen, customer, texts(&customer.context), Vec::new(), started.revision))
}

fn changed_attributes(
    seen: &SeenEvent,
    participant: model::ParticipantId,
    changes: &[model::AttributeChange],
    revision: u64,
) -> Option<AttributesDetail> {
    if changes.is_empty() {
        return None;
    }
    let participant = seen.conversation.participant(participant)?;
    let (mut set, mut removed) = (BTreeMap::new(), Vec::new());
    for model::AttributeChange { key, old: _, new, reason: _, erased: _ } in changes {
        match new {
            Some(new) => {
                if let Some(text) = new.value.to_text() {
                    set.insert(key.clone(), text.into_owned());
                }
            }
            None => removed.push(key.clone()),
        }
    }
    Some(attributes_detail(seen, participant, set, removed, revision))
}

fn attributes_detail(
    seen: &SeenEvent,
    participant: &model::Participant,
    attributes: BTreeMap<String, String>,
    removed_attributes: Vec<String>,
    revision: u64,
) -> AttributesDetail {
    AttributesDetail {
        event_time: seen.event.at.millis(),
        conversation_id: seen.event.conversation_id,
        participant_id: participant.id,
        participant_start_time: participant.joined_at.millis(),
        attributes,
        removed_attributes,
        revision,
        communications: [DetailCommunication {
            id: participant.communication_id,
            media_type: Cow::Borrowed("MESSAGE"),
        }],
        conversation_external_contact_ids: [],
    }
}

fn user_start(seen: &SeenEvent, joined: &model::Participant) -> Option<UserStart> {
    Some(UserStart { leg: leg(seen, joined), user_id: joined.user_id?, queue_id: joined.queue_id })
}

fn user_end(seen: &SeenEvent, left: &model::Participant) -> Option<UserEnd> {
    Some(UserEnd {
        leg: leg(seen, left),
        user_id: left.user_id?,
        queue_id: left.queue_id,
        connected_duration_ms: seen.event.at.millis() - left.joined_at.millis(),
    })
}

fn user_conversation(conversation: &model::Conversation, message: Option<&model::Message>) -> UserConversation {
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
    let end_time = participant.left_at.or(conversation.ended_at);
    let said = message.filter(|message| message.participant_id == participant.id);
    UserConversationParticipant {
        id: participant.id,
        connected_time: participant.joined_at,
        end_time,
        purpose: participant.purpose.as_str(),
        name: participant.customer.name.clone(),
        user_id: participant.user_id,
        queue_id: participant.queue_id,
        attributes: texts(&participant.context),
        messages: [UserConversationLeg {
            id: participant.communication_id,
            state: if end_time.is_some() { "disconnected" } else { "connected" },
            direction: "inbound",
            provider: "Webmessaging",
            r#type: "webmessaging",
            held: false,
            connected_time: participant.joined_at,
            disconnected_time: end_time,
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
fn texts(context: &model::Context) -> BTreeMap<String, String> {
    let texts = context.stored.iter();
    texts.filter_map(|(key, attribute)| Some((key.clone(), attribute.value.to_text()?.into_owned()))).collect()
}

pub(super) fn write(frame: &impl Serialize) -> ApiResult<String> {
    serde_json::to_string(frame).map_err(|error| ApiError::bug(format!("a frame was not written: {error}")))
}
