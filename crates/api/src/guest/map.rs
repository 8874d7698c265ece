//! Words and fields of the wire ↔ those of the use cases. Every field is named, so that a new one breaks the build.

use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::value::RawValue;
use waybill_model::{Direction, Message, MessageId, MessageKind, Originator, conversation::Source};
use waybill_protocol::guest::{
    Page, SetContextAnswer, StartChatAnswer, StructuredMessage,
    answer::Connected,
    code,
    frame::{IncomingChannel, IncomingEvent, IncomingMessage, OnMessageFrame},
    message::{
        ChannelType, MessageChannel, MessageDirection, MessageEvent, MessageMetadata, MessageParty, OriginatingEntity,
        Presence, PresenceType, StructuredType,
    },
};
use waybill_service::{CallForm, ContextWritten, GuestMessage, ServiceError, Started, StartedAnswer};

use super::refuse::Refusal;
use crate::convert;

/// Longest label that a client gives itself (version, language), in bytes.
const LABEL_BYTES: usize = 64;
/// Longest page path that is kept, in bytes.
const PATH_BYTES: usize = 512;

/// The call form behind its word on the wire; the first one where the word is absent.
///
/// # Errors
/// `Invalid` for a word that names none.
pub(crate) fn call_form(api: Option<&str>) -> Result<CallForm, ServiceError> {
    match api {
        None | Some("webMessagingClient") => Ok(CallForm::WebMessagingClient),
        Some("genesysCloudWebMessaging") => Ok(CallForm::GenericAttributes),
        Some("cxoneChat") => Ok(CallForm::FlatOptions),
        Some("genesysCommand") => Ok(CallForm::Command),
        Some(_) => Err(ServiceError::Invalid {
            field: "api",
            rule: "names no call form".to_owned(),
            remedy: "use `webMessagingClient`, `genesysCloudWebMessaging`, `cxoneChat` or `genesysCommand`".to_owned(),
        }),
    }
}

/// Where a frame comes from (CTX11): the page's path loses its query, labels are cut.
pub(super) fn source(page: Option<Page>, sdk: Option<String>, api: Option<String>, locale: Option<String>) -> Source {
    let path = page.and_then(|Page { path }| path).map(|mut path| {
        path.truncate(path.find(['?', '#']).unwrap_or(path.len()));
        cut(path, PATH_BYTES)
    });
    let label = |text: Option<String>| text.map(|text| cut(text, LABEL_BYTES));
    Source { page: path, sdk: label(sdk), api: label(api), locale: label(locale) }
}

/// The beginning of a stranger's text, cut at a character.
pub(super) fn cut(mut text: String, bytes: usize) -> String {
    text.truncate(text.floor_char_boundary(bytes));
    text
}

/// The answer to a start, made of what was stored (P2).
///
/// # Errors
/// `Bug` when a guest's start has no session.
pub(super) fn start_answer(started: &Started) -> Result<StartChatAnswer, ServiceError> {
    let StartedAnswer {
        session_id,
        conversation_id,
        participant_id,
        communication_id: _, // Agents answer on it; a guest has no use for it.
        resumed,
        custom_data,
        customer,
        receipt,
        revision,
    } = started.answer();
    let session_id = session_id.ok_or_else(|| ServiceError::Bug("a guest's start has no session".to_owned()))?;
    Ok(StartChatAnswer {
        session_id: session_id.to_string(),
        conversation_id: conversation_id.to_string(),
        participant_id: participant_id.to_string(),
        status: Connected::Connected,
        resumed: *resumed,
        custom_data: convert::custom_data(custom_data),
        customer: convert::customer(customer),
        receipt: convert::receipt(receipt),
        revision: *revision,
        cursor: started.cursor().to_string(),
        satisfaction: None,
    })
}

/// The answer to a context write.
pub(super) fn context_answer(written: &ContextWritten) -> SetContextAnswer {
    let ContextWritten { conversation_id, participant_id: _, revision, custom_data, customer, receipt } = written;
    SetContextAnswer {
        conversation_id: conversation_id.to_string(),
        revision: *revision,
        custom_data: convert::custom_data(custom_data),
        customer: convert::customer(customer),
        receipt: convert::receipt(receipt),
    }
}

/// What an `onMessage` frame wants.
#[derive(Debug)]
pub(super) enum Wish {
    /// Say it, or come in without a word.
    Say(Box<GuestMessage>),
    /// The guest is typing.
    Type,
    /// The guest leaves.
    Leave,
}

/// Reads what an `onMessage` frame wants.
///
/// # Errors
/// For what is not served, too long or empty.
pub(super) fn wish(frame: OnMessageFrame, source: Source, max_bytes: usize) -> Result<Wish, Refusal> {
    let OnMessageFrame { token: _, message, channel: outer, tracing_id } = frame;
    let IncomingMessage { kind, text, content, events, metadata, channel: inner } = message;
    let attributes = [outer, inner].into_iter().filter_map(attributes_of).collect();
    let text = text.unwrap_or_default();
    let kind = match kind.as_deref() {
        None | Some("Text") => MessageKind::Text,
        Some("Structured") => MessageKind::Structured,
        Some("Event") => match event(events.unwrap_or_default())? {
            Happening::Typing => return Ok(Wish::Type),
            Happening::Leaving => return Ok(Wish::Leave),
            Happening::Joining => MessageKind::PresenceJoin,
        },
        Some(_) => {
            return Err(bad(
                "unknown_message_type",
                "the message has an unknown `type`; use `Text`, `Structured` or `Event`",
            ));
        }
    };
    let content = content.map(|raw| content_of(&raw)).transpose()?.flatten();
    if kind != MessageKind::PresenceJoin && text.is_empty() && content.is_none() {
        let message = "the message is empty; send a `text` or a `content`";
        return Err(Refusal::new(4020, StatusCode::BAD_REQUEST, "empty_message", message));
    }
    // Both come back in one echo, which must stay small (EDGE8).
    let bytes = text.len() + content.as_ref().map_or(0, String::len);
    if bytes > max_bytes {
        return Err(ServiceError::MessageTooLong { bytes, max: max_bytes }.into());
    }
    let client_id = metadata.and_then(|metadata| metadata.id).filter(|id| id.parse::<MessageId>().is_ok());
    Ok(Wish::Say(Box::new(GuestMessage { kind, text, content, tracing_id, client_id, attributes, source })))
}

fn attributes_of(channel: Option<IncomingChannel>) -> Option<String> {
    let raw: Box<RawValue> = channel?.metadata?.custom_attributes?;
    Some(Box::<str>::from(raw).into_string())
}

/// The content as it was sent; `None` for an empty list.
fn content_of(raw: &RawValue) -> Result<Option<String>, Refusal> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Part {
        content_type: Option<String>,
    }
    let parts: Vec<Part> = serde_json::from_str(raw.get())
        .map_err(|_| bad("malformed_content", "the message's `content` is no list of parts with a `contentType`"))?;
    if parts.iter().any(|part| part.content_type.as_deref() == Some("Attachment")) {
        let message = "attachments are not served yet; send the message without them";
        return Err(Refusal::new(
            code::FEATURE_UNAVAILABLE,
            StatusCode::BAD_REQUEST,
            "attachments_not_served",
            message,
        ));
    }
    Ok((!parts.is_empty()).then(|| raw.get().to_owned()))
}

enum Happening {
    Typing,
    Joining,
    Leaving,
}

/// Clients send one event per frame.
fn event(events: Vec<IncomingEvent>) -> Result<Happening, Refusal> {
    let mut events = events.into_iter();
    let (Some(event), None) = (events.next(), events.next()) else {
        return Err(bad("malformed_event", "an event frame holds exactly one event"));
    };
    let IncomingEvent { event_type, presence, typing: _ } = event;
    let presence = presence.and_then(|presence| presence.kind);
    match (event_type.as_deref(), presence.as_deref()) {
        (Some("Typing"), _) => Ok(Happening::Typing),
        (Some("Presence"), Some("Join")) => Ok(Happening::Joining),
        (Some("Presence"), Some("Disconnect")) => Ok(Happening::Leaving),
        (Some("Presence"), Some("Clear")) => {
            let message = "Presence events Conversation Clear are not supported";
            Err(Refusal::new(403, StatusCode::FORBIDDEN, "clear_not_allowed", message))
        }
        (_, _) => Err(bad(
            "event_not_served",
            "the event is not served; use `Typing`, or `Presence` with `Join` or `Disconnect`",
        )),
    }
}

fn bad(word: &'static str, message: &'static str) -> Refusal {
    Refusal::new(400, StatusCode::BAD_REQUEST, word, message)
}

/// A stored message in the shape of the socket and of the history.
pub(super) fn structured(message: &Message) -> StructuredMessage {
    let Message {
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
        tracing_id: _, // Stands on the frame, not in the body.
        client_id,
    } = message;
    let id = id.to_string();
    let (kind, presence) = match kind {
        MessageKind::Text => (StructuredType::Text, None),
        MessageKind::Structured => (StructuredType::Structured, None),
        MessageKind::PresenceJoin => (StructuredType::Event, Some(PresenceType::Join)),
        MessageKind::PresenceDisconnect => (StructuredType::Event, Some(PresenceType::Disconnect)),
    };
    let is_event = presence.is_some();
    let direction = match direction {
        Direction::Inbound => MessageDirection::Inbound,
        Direction::Outbound => MessageDirection::Outbound,
    };
    let ends = presence == Some(PresenceType::Disconnect) && direction == MessageDirection::Outbound;
    StructuredMessage {
        kind,
        text: (!is_event).then(|| text.clone()),
        direction,
        channel: Some(MessageChannel {
            time: *at,
            message_id: Some(id.clone()),
            kind: Some(ChannelType::Private),
            from: MessageParty { nickname: nickname.clone(), first_name: nickname.clone() },
            to: MessageParty::default(),
        }),
        content: if is_event { None } else { Some(raw_content(content.as_deref())) },
        events: presence.map(|kind| MessageEvent::Presence { presence: Presence { kind } }).into_iter().collect(),
        originating_entity: Some(match originator {
            Originator::Human => OriginatingEntity::Human,
            Originator::Bot => OriginatingEntity::Bot,
        }),
        metadata: MessageMetadata {
            id: client_id.clone(),
            correlation_id: Some(id.clone()),
            read_only: ends.then(|| "false".to_owned()),
            duration_seconds: None,
            expiration_date: None,
        },
        conversation_id: None,
        revision: None,
        id,
    }
}

fn raw_content(content: Option<&str>) -> Box<RawValue> {
    let json = content.unwrap_or("[]");
    RawValue::from_string(json.to_owned()).unwrap_or_else(|error| {
        tracing::error!(%error, "stored content is not JSON");
        RawValue::NULL.to_owned()
    })
}
