//! Channels and topics over REST.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use waybill_model::Time;

/// A channel. Whoever knows its id can open its socket: keep it like a password.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NotificationChannel {
    /// The address of its socket; no header is needed to open it.
    pub connect_uri: String,
    /// Its id: `streaming-`, a number, and 26 letters from chance.
    pub id: String,
    /// When it ends; each subscription gives it another 24 hours.
    #[schema(value_type = String, format = DateTime)]
    pub expires: Time,
}

impl std::fmt::Debug for NotificationChannel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NotificationChannel").field("expires", &self.expires).finish_non_exhaustive()
    }
}

/// The caller's own channels.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NotificationChannelListing {
    /// Oldest first.
    pub entities: Vec<NotificationChannel>,
}

/// A topic to subscribe to. Other members, such as those of an answer that is sent back, mean nothing.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct TopicRequest {
    /// The topic, such as `v2.detail.events.conversation.*.customer.start`.
    #[schema(example = "v2.detail.events.conversation.*.customer.start")]
    pub id: String,
}

/// What was said to one topic.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChannelTopic {
    /// The topic as it was asked for.
    pub id: String,
    /// `Permitted` or `Rejected`.
    pub state: &'static str,
    /// Why it was rejected: `notification.invalid.topic` or `missing.permissions`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub rejection_reason: Option<Cow<'static, str>>,
    /// The rights that the token lacks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing_permissions: Vec<&'static str>,
    /// Where the channel's topics are read.
    pub self_uri: String,
}

/// Topics of a channel.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ChannelTopicListing {
    /// One entry per topic.
    pub entities: Vec<ChannelTopic>,
}

/// A topic that there is.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AvailableTopic {
    /// How it is written, with `{id}` in the place of the id.
    pub id: String,
    /// What it tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// How it is delivered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transports: Option<[&'static str; 1]>,
    /// `Public`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visibility: Option<&'static str>,
    /// The rights that it takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requires_permissions: Option<Vec<&'static str>>,
    /// Whether they are needed in the division of what it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requires_division_permissions: Option<bool>,
    /// Whether they are asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enforced: Option<bool>,
    /// The names of the places in `id`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub topic_parameters: Option<[&'static str; 1]>,
    /// The JSON schema of its `eventBody`; its references lead into the OpenAPI document.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<std::collections::BTreeMap<String, serde_json::Value>>)]
    pub schema: Option<serde_json::Value>,
}

/// Every topic that there is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AvailableTopicListing {
    /// The topics.
    pub entities: Vec<AvailableTopic>,
}
