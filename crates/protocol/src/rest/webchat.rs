//! The webchat view of the two documents, its list, its start and its late write (REST1).

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use waybill_model::{CommunicationId, ConversationId, DeploymentId, ParticipantId, SessionId, Time};

use crate::{Customer, Receipt, Scalar};

/// A conversation as the two documents read it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Webchat {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub id: ConversationId,
    /// The same id, under the name that the SDK uses.
    #[schema(value_type = String, format = Uuid)]
    pub conversation_id: ConversationId,
    /// The entry point that it came through.
    #[schema(value_type = String, format = Uuid)]
    pub deployment_id: DeploymentId,
    /// The guest's session, unless it was started over REST.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Uuid)]
    pub session_id: Option<SessionId>,
    /// When it started.
    #[schema(value_type = String, format = DateTime)]
    pub start_time: Time,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub end_time: Option<Time>,
    /// `connected` or `disconnected`.
    pub state: &'static str,
    /// Counts context changes, from 1; also the `ETag`.
    pub revision: u64,
    /// The stored context by canonical key.
    pub custom_data: BTreeMap<String, Scalar>,
    /// The same with every key as it was sent beside its canonical one.
    #[serde(rename = "custom_attributes")]
    pub custom_attributes: BTreeMap<String, Scalar>,
    /// The same once more, as `attributes.custom`.
    pub attributes: Namespaces,
    /// The same keys, for readers that look for context in the routing data.
    #[serde(rename = "routing_data")]
    pub routing_data: BTreeMap<String, Scalar>,
    /// Routing wishes of a start over REST: `queue`, `priority`, `skills`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<BTreeMap<String, serde_json::Value>>)]
    pub routing: Option<Box<RawValue>>,
    /// Who the customer says to be.
    pub customer: Customer,
    /// Everyone who took part; the first is the customer.
    pub participants: Vec<WebchatParticipant>,
    /// Where this body is read.
    pub self_uri: String,
}

/// Attributes by namespace.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Namespaces {
    /// The namespace `custom`.
    pub custom: BTreeMap<String, Scalar>,
}

/// One party of a webchat.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WebchatParticipant {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub id: ParticipantId,
    /// Its leg of the conversation; agents answer on it.
    #[schema(value_type = String, format = Uuid)]
    pub communication_id: CommunicationId,
    /// The part it plays: `customer`, `agent`, `api` or `workflow`.
    pub purpose: &'static str,
    /// The name to show.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// When it joined.
    #[schema(value_type = String, format = DateTime)]
    pub start_time: Time,
    /// When it left.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub end_time: Option<Time>,
    /// Its attributes, with every key as it was sent beside its canonical one.
    pub attributes: BTreeMap<String, Scalar>,
    /// The same, under the name of the late write.
    pub metadata: BTreeMap<String, Scalar>,
}

/// A page of webchats, newest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WebchatListing {
    /// The webchats.
    pub entities: Vec<Webchat>,
    /// Where the next page begins; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// The size of a page.
    pub page_size: u32,
}

/// The attributes of a webchat alone.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WebchatAttributes {
    /// The conversation.
    #[schema(value_type = String, format = Uuid)]
    pub conversation_id: ConversationId,
    /// Counts context changes, from 1; also the `ETag`.
    pub revision: u64,
    /// The stored context by canonical key.
    pub custom_data: BTreeMap<String, Scalar>,
    /// The same with every key as it was sent beside its canonical one.
    #[serde(rename = "custom_attributes")]
    pub custom_attributes: BTreeMap<String, Scalar>,
    /// The same once more, as `attributes.custom`.
    pub attributes: Namespaces,
}

/// A start over REST. Context may stand in any one of the three containers.
#[derive(Clone, Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({
    "deploymentId": "0190b0a1-7c1e-7d31-9d0a-2f5c3a1b7e42", "customData": {"crmCustomerId": "CRM-USER-123456789"},
    "customer": {"name": "John Doe"}, "message": "Hello, I need help with my order."
}))]
pub struct StartWebchat {
    /// The entry point.
    #[schema(value_type = String, format = Uuid)]
    pub deployment_id: DeploymentId,
    /// Context, flat.
    #[schema(required = false)]
    pub custom_data: Option<BTreeMap<String, Scalar>>,
    /// Context by namespace; the policy says which are read.
    pub attributes: Option<BTreeMap<String, BTreeMap<String, Scalar>>>,
    /// The customer's id in the CRM, alone.
    pub customer_id: Option<String>,
    /// Who the customer says to be.
    pub customer: Option<Customer>,
    /// The first message.
    pub message: Option<String>,
    /// Routing wishes: `queue`, `priority`, `skills`.
    pub routing: Option<BTreeMap<String, serde_json::Value>>,
}

/// A webchat that is stored.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WebchatStarted {
    /// The conversation.
    #[schema(value_type = String, format = Uuid)]
    pub id: ConversationId,
    /// The same id, under the name that the SDK uses.
    #[schema(value_type = String, format = Uuid)]
    pub conversation_id: ConversationId,
    /// The participant `customer`.
    #[schema(value_type = String, format = Uuid)]
    pub participant_id: ParticipantId,
    /// Its leg of the conversation; agents answer on it.
    #[schema(value_type = String, format = Uuid)]
    pub communication_id: CommunicationId,
    /// The stored context.
    pub custom_data: BTreeMap<String, Scalar>,
    /// The stored customer.
    pub customer: Customer,
    /// One verdict per key.
    pub receipt: Receipt,
    /// The context revision.
    pub revision: u64,
    /// Where the log stood: follow the events from here.
    pub cursor: String,
    /// Where the webchat is read.
    pub self_uri: String,
}

/// A late write of a participant's attributes.
#[derive(Clone, Debug, ToSchema)]
#[schema(example = json!({"metadata": {"crmId": "CRM-882910"}}))]
pub struct PutParticipant {
    /// Keys and values; they merge with what is there, and `null` deletes.
    pub metadata: BTreeMap<String, Scalar>,
    /// Corrects values of higher trust, such as signed ones; takes a permission of its own.
    pub r#override: Option<super::conversation::Correction>,
}

/// A participant after a late write.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ParticipantWritten {
    /// The participant.
    #[schema(value_type = String, format = Uuid)]
    pub id: ParticipantId,
    /// The conversation.
    #[schema(value_type = String, format = Uuid)]
    pub conversation_id: ConversationId,
    /// All stored attributes of this participant by canonical key.
    pub metadata: BTreeMap<String, Scalar>,
    /// The same, under the name that the SDK uses.
    pub custom_data: BTreeMap<String, Scalar>,
    /// The stored customer.
    pub customer: Customer,
    /// One verdict per key.
    pub receipt: Receipt,
    /// The context revision; also the `ETag`.
    pub revision: u64,
}
