//! The AsyncAPI document: every event by every way out, with an example; schemas are those of the OpenAPI document.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use utoipa::{OpenApi as _, PartialSchema as _};
use waybill_protocol::{notification::NotificationSchemas, rest::webhook::NoticeEvent};

/// One example per message.
const EXAMPLES: &str = include_str!("events.json");

/// A message: its type, the schema of its data, and what it is about.
type Message = (&'static str, &'static str, &'static str);

/// Events of the log.
const LOGGED: [Message; 10] = [
    ("conversation:start", "ConversationStart", "A conversation began. Always carries its whole context."),
    ("conversation:attributes", "ConversationAttributes", "The context changed."),
    ("conversation:message", "ConversationMessage", "Somebody said something."),
    (
        "conversation:participant",
        "ConversationParticipant",
        "Somebody came or went, took what it was offered, or wrapped its work up.",
    ),
    ("conversation:flow", "ConversationFlow", "A flow took steps. Says what it read and why, never a value."),
    ("conversation:routing", "ConversationRouting", "It waits in a queue, is offered to an agent, or waits no more."),
    ("conversation:note", "ConversationNote", "The staff noted something. `***` for whoever may not read notes."),
    ("conversation:satisfaction", "ConversationSatisfaction", "The customer rated the conversation."),
    ("conversation:receipt", "ConversationReceipt", "One side has received or read more. Webhooks are not told."),
    ("conversation:end", "ConversationEnd", "The conversation ended."),
];

/// What webhooks are told besides.
const NOTICES: [(&str, &str); 2] = [
    ("analytics:drift", "The presence rate of a context key fell."),
    ("webhook:test", "Somebody tries the webhook out."),
];

/// Frames of a notification channel's socket that tell something: their name, the schema of `eventBody`, and the topic.
const FRAMES: [Message; 21] = [
    (
        "notification:metadata",
        "SocketNotice",
        "`channel.metadata`: heartbeats, pongs, and what the socket says of itself.",
    ),
    ("notification:closing", "SocketNotice", "`v2.system.socket_closing`: the socket is about to close."),
    ("notification:customer-start", "CustomerStart", "`v2.detail.events.conversation.{id}.customer.start`"),
    ("notification:customer-end", "CustomerEnd", "`v2.detail.events.conversation.{id}.customer.end`"),
    ("notification:attributes", "AttributesDetail", "`v2.detail.events.conversation.{id}.attributes`"),
    ("notification:user-start", "UserStart", "`v2.detail.events.conversation.{id}.user.start`"),
    ("notification:user-end", "UserEnd", "`v2.detail.events.conversation.{id}.user.end`"),
    ("notification:flow-start", "FlowStart", "`v2.detail.events.conversation.{id}.flow.start`"),
    ("notification:flow-end", "FlowEnd", "`v2.detail.events.conversation.{id}.flow.end`"),
    ("notification:acd-start", "AcdStart", "`v2.detail.events.conversation.{id}.acd.start`"),
    ("notification:acd-end", "AcdEnd", "`v2.detail.events.conversation.{id}.acd.end`"),
    ("notification:wrapup", "WrapupDetail", "`v2.detail.events.conversation.{id}.wrapup`"),
    ("notification:acw", "WrapupDetail", "`v2.detail.events.conversation.{id}.acw`"),
    ("notification:queue-conversation", "UserConversation", "`v2.routing.queues.{id}.conversations`"),
    ("notification:queue-message", "UserConversation", "`v2.routing.queues.{id}.conversations.messages`"),
    ("notification:conversation", "StreamEvent", "`v2.conversations.{id}`: an event as the event stream tells it."),
    ("notification:user-conversation", "UserConversation", "`v2.users.{id}.conversations`"),
    ("notification:user-presence", "UserPresence", "`v2.users.{id}.presence`"),
    ("notification:queue-observations", "QueueObservations", "`v2.analytics.queues.{id}.observations`"),
    ("notification:user-status", "UserStatusNotice", "`v2.users.{id}.routingStatus`"),
    ("notification:user-message", "UserConversation", "`v2.users.{id}.conversations.messages`"),
];
/// What a client asks over that socket, and what it is answered.
const REQUEST: (&str, &str, &str) = ("notification:request", "SocketRequest", "A client pings, subscribes or resumes.");
const ANSWER: (&str, &str, &str) = ("notification:answer", "SocketAnswer", "The answer to `subscribe` or `resume`.");
/// What the event stream says beside the log.
const PASSING: [(&str, &str, &str); 3] = [
    ("conversation:typing", "ConversationTyping", "Somebody is typing. Has no id, is never stored and may be lost."),
    (
        "conversation:position",
        "ConversationPosition",
        "Where it stands in its queue. Has no id, is never stored and may be lost.",
    ),
    ("stream:end", "StreamEnd", "The stream ends because its token does not hold any more."),
];

/// The AsyncAPI 3.0 document of what this edge tells.
///
/// # Panics
/// Never: the examples are part of the program, and a test reads them.
#[must_use]
pub fn asyncapi() -> Value {
    let examples: Map<String, Value> = serde_json::from_str(EXAMPLES).expect("the examples are JSON, as a test shows");
    let mut messages = Map::new();
    let example = |name: &str| examples.get(name).cloned().unwrap_or(Value::Null);
    for (name, data, about) in LOGGED {
        messages.insert(key(name), message(name, about, logged(name, data), example(name)));
    }
    for (name, schema, about) in PASSING {
        messages.insert(key(name), message(name, about, reference(schema), example(name)));
    }
    for (name, about) in NOTICES {
        let payload = json!({"allOf": [reference("NoticeEvent"), {"properties": {"type": {"const": name}}}]});
        messages.insert(key(name), message(name, about, payload, example(name)));
    }
    for (name, body, about) in FRAMES {
        messages.insert(key(name), message(name, about, frame(body), example(name)));
    }
    for (name, schema, about) in [REQUEST, ANSWER] {
        messages.insert(key(name), message(name, about, reference(schema), example(name)));
    }
    let schemas = schemas(&messages);
    json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "Waybill events",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "What happens in conversations, told three ways: as server-sent events, by webhooks, and on \
                            the socket of a notification channel. The bodies of the first two are the same bytes.",
            "license": {"name": "MIT OR Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "servers": {
            "waybill": {"host": "localhost:8080", "protocol": "https", "security": [{"$ref": "#/components/securitySchemes/oauth"}]},
            "socket": {"host": "localhost:8080", "protocol": "wss"},
            "receiver": {"host": "hooks.example.com", "protocol": "https", "description": "Where a webhook points."},
        },
        "channels": channels(),
        "operations": operations(),
        "components": {
            "messages": messages,
            "schemas": schemas,
            "securitySchemes": {"oauth": {"type": "http", "scheme": "bearer"}},
        },
    })
}

/// The name of a message as a key.
fn key(name: &str) -> String {
    name.replace(':', "-")
}

fn reference(schema: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{schema}")})
}

fn message(name: &str, about: &str, payload: Value, example: Value) -> Value {
    json!({"name": name, "title": name, "summary": about, "payload": payload, "examples": [{"payload": example}]})
}

/// The common envelope, and what it holds for this type.
fn logged(name: &str, data: &str) -> Value {
    json!({
        "allOf": [reference("StreamEvent"), {"properties": {"type": {"const": name}, "data": reference(data)}}]
    })
}

fn frame(body: &str) -> Value {
    json!({
        "type": "object",
        "required": ["topicName", "version", "eventBody", "metadata"],
        "properties": {
            "topicName": {"type": "string"},
            "version": {"type": "string", "const": "2"},
            "eventBody": reference(body),
            "metadata": reference("FrameMetadata"),
        },
    })
}

fn channels() -> Value {
    let refs = |names: &mut dyn Iterator<Item = &str>| -> Value {
        let pairs = names.map(|name| (key(name), json!({"$ref": format!("#/components/messages/{}", key(name))})));
        Value::Object(pairs.collect())
    };
    let logged = || LOGGED.iter().map(|(name, _, _)| *name);
    let passing = || PASSING.iter().map(|(name, _, _)| *name);
    let on = |server: &str| json!([{"$ref": format!("#/servers/{server}")}]);
    json!({
        "organizationEvents": {
            "address": "/api/v2/events",
            "title": "Every conversation of the organization, as server-sent events",
            "description": "`event:` is the type, `id:` the cursor; `Last-Event-ID` or `cursor` goes on after one.",
            "servers": on("waybill"),
            "messages": refs(&mut logged().chain(["stream:end"])),
        },
        "conversationEvents": {
            "address": "/api/v2/conversations/{conversationId}/events",
            "title": "One conversation, as server-sent events",
            "parameters": {"conversationId": {"description": "The conversation"}},
            "servers": on("waybill"),
            "messages": refs(&mut logged().chain(passing())),
        },
        "webhook": {
            "address": null,
            "title": "A webhook: POST to the URL that was set up",
            "description": "Signed after Standard Webhooks by `webhook-id`, `webhook-timestamp` and `webhook-signature`. \
                            `waybill-conversation-id`, `waybill-conversation-seq`, `waybill-cursor` and `waybill-attempt` \
                            say where it belongs. At least once; in order within a conversation; a repeat has the same \
                            `webhook-id`.",
            "servers": on("receiver"),
            "messages": refs(&mut logged().chain(NOTICES.iter().map(|(name, _)| *name))),
        },
        "notifications": {
            "address": "/channels/{channelId}",
            "title": "The socket of a notification channel",
            "description": "Frames by topic: `v2.detail.events.conversation.{id}.…`, `v2.users.{id}.conversations` and \
                            others that were subscribed; `channel.metadata` for heartbeats.",
            "parameters": {"channelId": {"description": "The channel that was created"}},
            "servers": on("socket"),
            "messages": refs(&mut FRAMES.iter().chain([&REQUEST, &ANSWER]).map(|(name, _, _)| *name)),
        },
    })
}

fn operations() -> Value {
    let told = |channel: &str, summary: &str| json!({"action": "send", "channel": {"$ref": format!("#/channels/{channel}")}, "summary": summary});
    json!({
        "tellOrganization": told("organizationEvents", "Stream every conversation"),
        "tellConversation": told("conversationEvents", "Stream one conversation"),
        "deliver": told("webhook", "Deliver to an endpoint"),
        "notify": told("notifications", "Notify a channel"),
        "ask": {
            "action": "receive",
            "channel": {"$ref": "#/channels/notifications"},
            "summary": "Ask for topics, for what was missed, or for a sign of life",
            "messages": [{"$ref": "#/channels/notifications/messages/notification-request"}],
            "reply": {"messages": [{"$ref": "#/channels/notifications/messages/notification-answer"}]},
        },
    })
}

/// Every schema that a message leads to.
fn schemas(messages: &Map<String, Value>) -> Map<String, Value> {
    let openapi = super::openapi();
    let socket = serde_json::to_value(NotificationSchemas::openapi()).unwrap_or_default();
    let notice = serde_json::to_value(NoticeEvent::schema()).unwrap_or_default();
    let find = |name: &str| match name {
        "NoticeEvent" => Some(&notice),
        _ => [&openapi, &socket].into_iter().find_map(|document| document["components"]["schemas"].get(name)),
    };
    let mut found = Map::new();
    let mut pending: Vec<String> = messages.values().flat_map(references).collect();
    while let Some(name) = pending.pop() {
        if found.contains_key(&name) {
            continue;
        }
        if let Some(schema) = find(&name) {
            pending.extend(references(schema));
            found.insert(name, schema.clone());
        }
    }
    found
}

/// The names of the schemas that a value points to.
fn references(value: &Value) -> BTreeSet<String> {
    match value {
        Value::Object(members) => {
            let own =
                members.get("$ref").and_then(Value::as_str).and_then(|text| text.strip_prefix("#/components/schemas/"));
            members.values().flat_map(references).chain(own.map(str::to_owned)).collect()
        }
        Value::Array(values) => values.iter().flat_map(references).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => BTreeSet::new(),
    }
}
