//! The envelope of everything that the server sends on the socket.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ErrorBody;

/// Codes that stand in `code` beside the usual HTTP ones.
pub mod code {
    /// All is well.
    pub const OK: u16 = 200;
    /// The feature is not there.
    pub const FEATURE_UNAVAILABLE: u16 = 4000;
    /// The message is too long.
    pub const MESSAGE_TOO_LONG: u16 = 4011;
    /// The attributes are too large.
    pub const ATTRIBUTES_TOO_LARGE: u16 = 4013;
    /// The request rate is too high (inside the body of a 429).
    pub const TOO_MANY_REQUESTS: u16 = 4029;
    /// A bug.
    pub const UNEXPECTED: u16 = 5000;
}

/// Whether a frame answers or was pushed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum FrameType {
    /// The answer to a request.
    Response,
    /// Pushed; the echo of a message is pushed too.
    Message,
}

/// What the body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum FrameClass {
    /// A bare text: an error of the field's own actions.
    #[serde(rename = "string")]
    Text,
    /// The answer to `configureSession` and `closeSession`.
    SessionResponse,
    /// A message or an event among messages.
    StructuredMessage,
    /// The answer to `startChat`.
    StartChatResponse,
    /// The answer to `setContext`.
    SetContextResponse,
    /// The answer to `rateConversation`.
    RateConversationResponse,
    /// How far the business has read.
    ReceiptEvent,
    /// The answer to `getJwt`.
    JwtResponse,
    /// The answer to `getConfiguration`.
    GetConfigurationResponse,
    /// The server closes this connection on purpose.
    ConnectionClosedEvent,
    /// The session is over for lack of activity.
    SessionExpiredEvent,
    /// Where the conversation stands in its queue.
    QueuePositionEvent,
    /// The server is about to stop: when to connect anew.
    ReconnectHint,
    /// Too fast.
    TooManyRequestsErrorMessage,
    /// An error of our own actions.
    Error,
    /// A class that this version does not know.
    #[serde(other)]
    Unknown,
}

/// One frame of the server.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", bound(deserialize = "B: Deserialize<'de>"))]
pub struct ServerFrame<B> {
    /// Answer or push.
    #[serde(rename = "type")]
    pub kind: FrameType,
    /// What the body is.
    pub class: FrameClass,
    /// 200, or the error.
    pub code: u16,
    /// The request's own, on answers and echoes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tracing_id: Option<String>,
    /// The body.
    pub body: B,
    /// On errors of the field's own actions: the same error in full, beside the body that its clients expect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorBody>,
}

impl<B> ServerFrame<B> {
    /// A good answer.
    pub const fn answer(class: FrameClass, tracing_id: Option<String>, body: B) -> Self {
        Self { kind: FrameType::Response, class, code: code::OK, tracing_id, body, error: None }
    }

    /// A push.
    pub const fn push(class: FrameClass, body: B) -> Self {
        Self { kind: FrameType::Message, class, code: code::OK, tracing_id: None, body, error: None }
    }
}
