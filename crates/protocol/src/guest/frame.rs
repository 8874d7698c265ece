//! What a client sends. Unknown fields are ignored; what a page handed over stays raw JSON, so that duplicate keys and
//! the digits of numbers reach the judge.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;
use waybill_model::Time;

use super::tolerant::{label, text_or_empty};

/// A frame of a client, told by its `action`. Reading goes through [`super::read_frame`].
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(tag = "action", rename_all = "camelCase")]
pub enum GuestFrame {
    /// Takes up or announces a session.
    ConfigureSession(ConfigureSessionFrame),
    /// Starts a chat with its context: one frame, one answer.
    StartChat(StartChatFrame),
    /// Changes the context of a chat that has started.
    SetContext(SetContextFrame),
    /// Rates a conversation that has ended.
    RateConversation(RateConversationFrame),
    /// Tells up to where messages were shown.
    Receipt(ReceiptFrame),
    /// Says something, or that something happens.
    OnMessage(OnMessageFrame),
    /// Asks whether the server is there.
    Echo(EchoFrame),
    /// Ends the connection's session, or all of the session's connections.
    CloseSession(CloseSessionFrame),
    /// Asks what the deployment allows.
    GetConfiguration(GetConfigurationFrame),
    /// Asks for a token for the history.
    GetJwt(GetJwtFrame),
}

impl GuestFrame {
    /// Every action that is served, as it is written.
    pub const ACTIONS: [&'static str; 10] = [
        "configureSession",
        "startChat",
        "setContext",
        "rateConversation",
        "receipt",
        "onMessage",
        "echo",
        "closeSession",
        "getConfiguration",
        "getJwt",
    ];
}

/// `configureSession`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConfigureSessionFrame {
    /// The deployment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deployment_id: Option<String>,
    /// The guest's secret, drawn by the client.
    #[serde(default, deserialize_with = "text_or_empty")]
    #[schema(required = true)]
    pub token: String,
    /// The organization; other clients than ours do not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<String>,
    /// The region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The SDK's version.
    #[serde(default, deserialize_with = "label", skip_serializing_if = "Option::is_none")]
    pub sdk: Option<String>,
    /// Whether a new session is wanted although one is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_new: Option<bool>,
    /// Comes back with the answer.
    #[serde(default, deserialize_with = "label", skip_serializing_if = "Option::is_none")]
    pub tracing_id: Option<String>,
}

/// Where on the site something was called.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Page {
    /// The path of the page, without its query.
    #[serde(default, deserialize_with = "label", skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
}

/// `startChat` (START9).
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StartChatFrame {
    /// The deployment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deployment_id: Option<String>,
    /// The guest's secret, drawn by the client.
    #[serde(default, deserialize_with = "text_or_empty")]
    #[schema(required = true)]
    pub token: String,
    /// The organization.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<String>,
    /// The region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Drawn for each call of `startChat`: the same token never starts twice (START1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_token: Option<String>,
    /// The call form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api: Option<String>,
    /// What the page gave, untouched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub options: Option<Box<RawValue>>,
    /// Where on the site it was called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<Page>,
    /// The SDK's version.
    #[serde(default, deserialize_with = "label", skip_serializing_if = "Option::is_none")]
    pub sdk: Option<String>,
    /// The visitor's language tag.
    #[serde(default, deserialize_with = "label", skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// A signed statement of the site's server about who this is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity_token: Option<String>,
    /// Comes back with the answer and with the echo of the first message.
    #[serde(default, deserialize_with = "label", skip_serializing_if = "Option::is_none")]
    pub tracing_id: Option<String>,
}

/// `setContext`: the shape of a start, without a message.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SetContextFrame {
    /// The guest's secret.
    #[serde(default, deserialize_with = "text_or_empty")]
    #[schema(required = true)]
    pub token: String,
    /// The call form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api: Option<String>,
    /// What the page gave, untouched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub options: Option<Box<RawValue>>,
    /// Where on the site it was called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<Page>,
    /// The SDK's version.
    #[serde(default, deserialize_with = "label", skip_serializing_if = "Option::is_none")]
    pub sdk: Option<String>,
    /// A signed statement of the site's server about who this is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity_token: Option<String>,
    /// Comes back with the answer.
    #[serde(default, deserialize_with = "label", skip_serializing_if = "Option::is_none")]
    pub tracing_id: Option<String>,
}

/// `rateConversation`: once the conversation has ended, for a day. The same again changes nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RateConversationFrame {
    /// The guest's secret.
    #[serde(default, deserialize_with = "text_or_empty")]
    #[schema(required = true)]
    pub token: String,
    /// Which conversation of the session; the latest one where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation_id: Option<String>,
    /// 1 to 5.
    pub score: u8,
    /// In the customer's words, at most 2000 bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// Comes back with the answer.
    #[serde(default, deserialize_with = "label", skip_serializing_if = "Option::is_none")]
    pub tracing_id: Option<String>,
}

/// `receipt`: what the page has received and shown of what the business said. It is not answered; a client gathers what it
/// has to tell for a second.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReceiptFrame {
    /// The guest's secret.
    #[serde(default, deserialize_with = "text_or_empty")]
    #[schema(required = true)]
    pub token: String,
    /// Which conversation of the session; the latest one where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation_id: Option<String>,
    /// The `channel.time` of the last message that arrived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub delivered_up_to: Option<Time>,
    /// The `channel.time` of the last message that was shown to somebody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub read_up_to: Option<Time>,
    /// Comes back with an error.
    #[serde(default, deserialize_with = "label", skip_serializing_if = "Option::is_none")]
    pub tracing_id: Option<String>,
}

/// `onMessage`.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OnMessageFrame {
    /// The guest's secret.
    #[serde(default, deserialize_with = "text_or_empty")]
    #[schema(required = true)]
    pub token: String,
    /// What is said.
    pub message: IncomingMessage,
    /// The outer place of attributes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<IncomingChannel>,
    /// Comes back with the echo.
    #[serde(default, deserialize_with = "label", skip_serializing_if = "Option::is_none")]
    pub tracing_id: Option<String>,
}

/// The message of an `onMessage` frame.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct IncomingMessage {
    /// `Text`, `Structured` or `Event`; absent means text.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Structured content: button answers, attachments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<Object>>)]
    pub content: Option<Box<RawValue>>,
    /// What happens, for events.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub events: Option<Vec<IncomingEvent>>,
    /// The client's own data about the message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<IncomingMetadata>,
    /// The inner place of attributes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<IncomingChannel>,
}

/// What a client says about its message.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct IncomingMetadata {
    /// The client's own message id; a UUID removes doubles (START8).
    #[serde(default, deserialize_with = "label", skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

/// Where attributes ride.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct IncomingChannel {
    /// Their wrapper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<ChannelMetadata>,
}

/// The wrapper of attributes.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChannelMetadata {
    /// The attributes, as they were written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub custom_attributes: Option<Box<RawValue>>,
}

/// Something that happens on the client's side.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct IncomingEvent {
    /// `Typing` or `Presence`; clients know more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_type: Option<String>,
    /// The presence event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub presence: Option<IncomingEventType>,
    /// The typing event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub typing: Option<IncomingEventType>,
}

/// Which of its kind an event is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct IncomingEventType {
    /// `Join`, `Disconnect`, `On`, …
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
}

/// `echo`, the health check.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EchoFrame {
    /// The guest's secret; some clients leave it out here.
    #[serde(default, deserialize_with = "text_or_empty")]
    pub token: String,
    /// What comes back: an object with a text, or a bare text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub message: Option<Box<RawValue>>,
    /// Comes back with the answer.
    #[serde(default, deserialize_with = "label", skip_serializing_if = "Option::is_none")]
    pub tracing_id: Option<String>,
}

impl EchoFrame {
    /// The text to say back; empty where the frame carries none.
    #[must_use]
    pub fn text(&self) -> String {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Ping {
            Bare(String),
            Message { text: String },
            Other(serde::de::IgnoredAny),
        }
        let ping = self.message.as_ref().map(|raw| serde_json::from_str(raw.get()));
        match ping {
            Some(Ok(Ping::Bare(text) | Ping::Message { text })) => text,
            Some(Ok(Ping::Other(_)) | Err(_)) | None => String::new(),
        }
    }
}

/// `closeSession`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CloseSessionFrame {
    /// The guest's secret.
    #[serde(default, deserialize_with = "text_or_empty")]
    #[schema(required = true)]
    pub token: String,
    /// Whether the session's other connections are closed too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub close_all_connections: Option<bool>,
    /// Whether the token is to be worth nothing afterwards (ours).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logout: Option<bool>,
    /// Comes back with the answer.
    #[serde(default, deserialize_with = "label", skip_serializing_if = "Option::is_none")]
    pub tracing_id: Option<String>,
}

/// `getConfiguration`; may come before everything else.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct GetConfigurationFrame {
    /// The guest's secret.
    #[serde(default, deserialize_with = "text_or_empty")]
    pub token: String,
    /// The deployment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deployment_id: Option<String>,
    /// Comes back with the answer.
    #[serde(default, deserialize_with = "label", skip_serializing_if = "Option::is_none")]
    pub tracing_id: Option<String>,
}

/// `getJwt`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct GetJwtFrame {
    /// The guest's secret.
    #[serde(default, deserialize_with = "text_or_empty")]
    #[schema(required = true)]
    pub token: String,
    /// Comes back with the answer.
    #[serde(default, deserialize_with = "label", skip_serializing_if = "Option::is_none")]
    pub tracing_id: Option<String>,
}
