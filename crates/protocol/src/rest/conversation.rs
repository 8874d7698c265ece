//! The conversation in the field's own shape. It borrows: this is the read that integrations poll.

use std::{borrow::Cow, collections::BTreeMap};

use serde::Serialize;
use utoipa::ToSchema;
use waybill_model::{CommunicationId, ConversationId, DeploymentId, ParticipantId, Scalar, SessionId, Time};

/// A conversation, its participants and their attributes.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Conversation<'a> {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub id: ConversationId,
    /// When it started.
    #[schema(value_type = String, format = DateTime)]
    pub start_time: Time,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub end_time: Option<Time>,
    /// `connected` or `disconnected`.
    pub state: &'static str,
    /// Always `NONE`: nothing is recorded.
    pub recording_state: &'static str,
    /// Everyone who took part; the first is the customer.
    pub participants: Vec<Participant<'a>>,
    /// Where this body is read.
    pub self_uri: String,
    /// The entry point that it came through.
    #[schema(value_type = String, format = Uuid)]
    pub deployment_id: DeploymentId,
    /// The guest's session, unless it was started over REST.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Uuid)]
    pub session_id: Option<SessionId>,
    /// The stored context by canonical key; every value keeps its JSON type.
    #[schema(value_type = BTreeMap<String, crate::Scalar>)]
    pub custom_data: BTreeMap<&'a str, &'a Scalar>,
    /// Counts context changes, from 1.
    pub revision: u64,
}

/// One party of a conversation.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Participant<'a> {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub id: ParticipantId,
    /// When it joined.
    #[schema(value_type = String, format = DateTime)]
    pub start_time: Time,
    /// When it was connected.
    #[schema(value_type = String, format = DateTime)]
    pub connected_time: Time,
    /// When it left.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub end_time: Option<Time>,
    /// The name to show.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<&'a str>,
    /// The part it plays: `customer`, `agent`, `api` or `workflow`.
    pub purpose: &'static str,
    /// Its attributes as text; null values are left out.
    #[schema(value_type = BTreeMap<String, String>)]
    pub attributes: BTreeMap<&'a str, Cow<'a, str>>,
    /// Its communications; agents answer on the id of one.
    pub messages: [Communication; 1],
}

/// A participant's leg of the conversation.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Communication {
    /// The communication id.
    #[schema(value_type = String, format = Uuid)]
    pub id: CommunicationId,
    /// `connected` or `disconnected`.
    pub state: &'static str,
    /// `connected`.
    pub initial_state: &'static str,
    /// Whether it is on hold; never.
    pub held: bool,
    /// Seen from the business: `inbound`.
    pub direction: &'static str,
    /// Who carries it.
    pub provider: &'static str,
    /// `webmessaging`.
    pub r#type: &'static str,
    /// When it was connected.
    #[schema(value_type = String, format = DateTime)]
    pub connected_time: Time,
    /// When it was disconnected.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub disconnected_time: Option<Time>,
}
