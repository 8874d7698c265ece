//! The bodies of answers and of pushes that are not messages.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use waybill_model::Time;

use super::deployment::Satisfaction;
use crate::{Customer, Receipt, Scalar};

/// The answer to `startChat`; everything in it is stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StartChatAnswer {
    /// The session's public id.
    pub session_id: String,
    /// The conversation.
    pub conversation_id: String,
    /// The participant `customer`.
    pub participant_id: String,
    /// Always `connected`.
    pub status: Connected,
    /// Whether a live conversation was taken up again (START2).
    pub resumed: bool,
    /// The stored context by canonical key.
    pub custom_data: BTreeMap<String, Scalar>,
    /// The stored customer.
    pub customer: Customer,
    /// The verdict on every key.
    pub receipt: Receipt,
    /// The context revision.
    pub revision: u64,
    /// Where the log stood after the start.
    pub cursor: String,
    /// What the customer is asked at the end, where the deployment asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub satisfaction: Option<Satisfaction>,
}

/// The one status of a chat that started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Connected {
    /// It started.
    Connected,
}

/// The answer to `setContext`; everything in it is stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SetContextAnswer {
    /// The conversation.
    pub conversation_id: String,
    /// The context revision.
    pub revision: u64,
    /// The stored context by canonical key.
    pub custom_data: BTreeMap<String, Scalar>,
    /// The stored customer.
    pub customer: Customer,
    /// The verdict on every key.
    pub receipt: Receipt,
}

/// The answer to `rateConversation`; everything in it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RateConversationAnswer {
    /// The conversation.
    pub conversation_id: String,
    /// The score, 1 to 5.
    pub score: u8,
    /// The comment; empty where there is none.
    pub comment: String,
    /// When it was given.
    #[schema(value_type = String, format = DateTime)]
    pub at: Time,
}

/// How far the business has come with what the customer said; pushed to our own clients.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReceiptEvent {
    /// The conversation.
    pub conversation_id: String,
    /// Messages up to this `channel.time` were read.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub read_up_to: Option<Time>,
}

/// The answer to `configureSession` and `closeSession`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionAnswer {
    /// Whether the session can be used.
    pub connected: bool,
    /// Whether the token had no session yet.
    #[serde(default)]
    pub new_session: bool,
    /// Whether nothing can be said in it any more.
    #[serde(default)]
    pub read_only: bool,
    /// What may be uploaded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowed_media: Option<AllowedMedia>,
    /// File name endings that may not be uploaded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blocked_extensions: Option<Vec<String>>,
    /// The largest hand-over of attributes on one message, in bytes (CTX2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_custom_data_bytes: Option<u64>,
    /// How long a session lives after its last activity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_seconds: Option<u32>,
    /// When it ends unless something happens in it, in seconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expiration_date: Option<i64>,
    /// Ours: up to when the business has read what the customer said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub read_up_to: Option<Time>,
    /// Ours: what the customer is asked at the end, where the deployment asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub satisfaction: Option<Satisfaction>,
}

/// What may be uploaded.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AllowedMedia {
    /// By the guest.
    pub inbound: InboundMedia,
}

/// What a guest may upload.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InboundMedia {
    /// The types; none while uploads are not served.
    pub file_types: Vec<FileType>,
    /// The largest file.
    #[serde(rename = "maxFileSizeKB")]
    pub max_file_size_kb: u32,
}

/// A media type that may be uploaded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FileType {
    /// The media type.
    #[serde(rename = "type")]
    pub media_type: String,
}

/// The answer to `getConfiguration`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConfigurationAnswer {
    /// What may be uploaded.
    pub allowed_media: AllowedMedia,
    /// File name endings that may not be uploaded.
    pub blocked_extensions: Vec<String>,
    /// The largest hand-over of attributes on one message, in bytes (CTX2).
    pub max_custom_data_bytes: u64,
    /// Whether messages reach anybody.
    pub message_routing_enabled: bool,
    /// How long a session lives after its last activity.
    pub session_duration_seconds: u32,
}

/// The answer to `getJwt`: a token for the history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct JwtAnswer {
    /// The token.
    pub jwt: String,
    /// When it ends, in seconds since 1970.
    pub exp: i64,
}

/// Why the server closes this connection; empty when the session has too many.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionClosed {
    /// The reason, for clients that read this field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The same, for clients that read this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason_code: Option<String>,
}

/// Where the conversation stands in its queue, told as it changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct QueuePlace {
    /// Its place, from 1.
    pub position: u32,
    /// How long it will presumably wait from now on, in milliseconds; absent where nobody can tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub estimated_wait_ms: Option<u64>,
}

/// The server is about to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReconnectHint {
    /// When to connect anew, in milliseconds from now.
    pub after_ms: u32,
}

/// Too fast.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TooManyRequests {
    /// When a retry can succeed, in seconds.
    pub retry_after: u64,
    /// Always 4029.
    pub error_code: u16,
    /// A sentence for people.
    pub error_message: String,
}

/// A push that says all with its class.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nothing {}
