//! Frames of a channel's socket, in both directions.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The topic of what the socket says of itself.
pub const METADATA_TOPIC: &str = "channel.metadata";
/// The topic of the warning that the socket is about to close.
pub const CLOSING_TOPIC: &str = "v2.system.socket_closing";
/// What a heartbeat says.
pub const HEARTBEAT: &str = "WebSocket Heartbeat";

/// One notification.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NotificationFrame<B> {
    /// The topic, never a wildcard.
    pub topic_name: Cow<'static, str>,
    /// `2`.
    pub version: &'static str,
    /// What happened.
    pub event_body: B,
    /// What belongs to the frame, not to the event.
    pub metadata: FrameMetadata,
}

/// What belongs to a frame.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FrameMetadata {
    /// By this id the frame can be named.
    #[serde(rename = "CorrelationId")]
    pub correlation_id: String,
    /// Where to go on after this frame: nothing that it was the last of is told again.
    pub cursor: String,
    /// The event that is told. An event that several topics tell has the same in each of their frames.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_id: Option<String>,
}

/// What the socket says of itself.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SocketNotice {
    /// `WebSocket Heartbeat`, `pong`, or what a person should know.
    pub message: Cow<'static, str>,
    /// `cursor_gone` when the wanted cursor can't be resumed; absent otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<&'static str>,
    /// Where the log begins, when the cursor can't be resumed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub begin: Option<String>,
}

/// The answer to a request over the socket.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SocketAnswer {
    /// An HTTP status as text: `200`, `400`, `403`, `404`, `410`, `503`.
    pub result: &'static str,
    /// `subscribed`, `resumed`, `failure` or `error`.
    pub status: &'static str,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The request's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub correlation_id: Option<String>,
    /// The topics that were not permitted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rejected: Vec<String>,
    /// Where the log begins, when a cursor can't be resumed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub begin: Option<String>,
}

/// What a client sends. Members that are not known are passed over: clients of the field send some.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SocketRequest {
    /// `ping`, `subscribe` or `resume`.
    pub message: String,
    /// The topics to add.
    #[serde(default)]
    pub topics: Option<Vec<String>>,
    /// Comes back with the answer.
    #[serde(default)]
    pub correlation_id: Option<String>,
    /// After which to go on.
    #[serde(default)]
    pub cursor: Option<String>,
}
