//! Erasure and export of a customer's data, in the field's paths and words.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;
use waybill_model::{ConversationId, DeploymentId, DivisionId, MessageId, ParticipantId, PrivacyRequestId, Time};

use super::{
    context::ContextKey,
    conversation::Conversation,
    event::StreamEvent,
    history::{ContextChange, Hop},
    message::MessageData,
};
use crate::{Scalar, Trust};

/// What is asked for.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({
    "requestType": "GDPR_DELETE", "subject": {"attributeKey": "crmCustomerId", "attributeValue": "CRM-100234"}
}))]
pub struct CreatePrivacyRequest {
    /// `GDPR_DELETE` or `GDPR_EXPORT`.
    pub request_type: String,
    /// Whose data.
    pub subject: CreatePrivacySubject,
}

/// Whose data: a key with a value, or one conversation.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreatePrivacySubject {
    /// A key under any of its names; `crmCustomerId` where only a value stands here.
    pub attribute_key: Option<String>,
    /// The text form of its value.
    pub attribute_value: Option<String>,
    /// One conversation.
    #[schema(format = Uuid)]
    pub conversation_id: Option<String>,
}

/// A request.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PrivacyRequest {
    /// Its id; the certificate's, too.
    #[schema(value_type = String, format = Uuid)]
    pub id: PrivacyRequestId,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_date: Time,
    /// By whom.
    pub created_by: String,
    /// `GDPR_DELETE` or `GDPR_EXPORT`.
    pub request_type: &'static str,
    /// `INITIATED`, `SEARCHING`, `DELETING` or `COMPLETED`.
    pub status: &'static str,
    /// Whose data.
    pub subject: PrivacySubject,
    /// When it was done.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub completed_date: Option<Time>,
    /// Until when the results can be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expiration_date: Option<Time>,
    /// Where the results of an export, or the certificate of an erasure, are read once it is done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub results_url: Option<String>,
    /// What was removed, or found, in numbers.
    pub totals: PrivacyTotals,
    /// Where it is read.
    pub self_uri: String,
}

/// Whose data it was; the value itself is kept nowhere.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PrivacySubject {
    /// The key that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attribute_key: Option<String>,
    /// SHA-256 over salt and value, each behind its length in 8 bytes, little-endian; hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attribute_value_hash: Option<String>,
    /// The salt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub salt: Option<String>,
    /// The conversation that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Uuid)]
    pub conversation_id: Option<ConversationId>,
}

/// What was removed, or found, in numbers.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PrivacyTotals {
    /// Conversations.
    pub conversations: u64,
    /// Keys of conversations whose values were removed.
    pub keys: u64,
    /// Messages that lost text and content.
    pub messages: u64,
    /// Records of the log that were written again without values.
    pub events: u64,
    /// Kept answers of starts that were written again, or went.
    pub start_tokens: u64,
    /// Stored questions of analytics that named the value, and went.
    pub questions: u64,
}

/// What an erasure removed, conversation by conversation; never a value.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ErasureCertificate {
    /// The request.
    pub request: PrivacyRequest,
    /// SHA-256 over what was asked for, hexadecimal.
    pub request_hash: String,
    /// The places that hold no value of it any more.
    pub places: Vec<&'static str>,
    /// What this server can't reach.
    pub not_reached: Vec<&'static str>,
    /// The conversations, in the order in which they were erased.
    pub conversations: Vec<CertificateLine>,
    /// Where the next page begins: give it as `cursor`; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// What was removed from one conversation.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CertificateLine {
    /// The conversation.
    #[schema(value_type = String, format = Uuid)]
    pub conversation_id: ConversationId,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Time,
    /// The log position of the event that says so.
    pub position: u64,
    /// Keys whose values were removed; of the customer `customer.id`, `customer.name`, `customer.email`.
    pub keys: Vec<String>,
    /// Of these, how many were quarantined.
    pub quarantined: u64,
    /// Messages that lost text and content.
    pub messages: u64,
    /// Records of the log that were written again.
    pub events: u64,
    /// Kept answers of starts that were written again, or went.
    pub start_tokens: u64,
}

/// A line of an export's results: one conversation with everything that is kept of it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SubjectConversation<'a> {
    /// The conversation.
    pub conversation: Conversation<'a>,
    /// Its context, key by key, with its reasons.
    pub context: Vec<ContextKey>,
    /// Every change of it.
    pub history: Vec<ContextChange>,
    /// What was said.
    pub messages: Vec<MessageData>,
    /// The events of its log.
    pub events: Vec<StreamEvent>,
    /// Where the context went.
    pub trace: Vec<Hop>,
    /// Who was told or read it.
    pub marks: Vec<ExportedMark>,
}

/// That something reached somebody.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExportedMark {
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Time,
    /// By whom it was written.
    pub by: String,
    /// Where: `rest`, `context`, `events` …
    pub surface: String,
    /// To whom.
    pub to: String,
    /// The context revision.
    pub revision: u64,
    /// How it went.
    pub outcome: String,
}

/// A line of an export of conversations.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExportedConversation {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub conversation_id: ConversationId,
    /// Its deployment.
    #[schema(value_type = String, format = Uuid)]
    pub deployment_id: DeploymentId,
    /// Its division.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Uuid)]
    pub division_id: Option<DivisionId>,
    /// When it started.
    #[schema(value_type = String, format = DateTime)]
    pub start_time: Time,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub end_time: Option<Time>,
    /// The context revision.
    pub revision: u64,
    /// The policy version that it lives under.
    pub policy_version: u64,
    /// How many took part.
    pub participants: usize,
    /// The customer's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<String>,
    /// The customer's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_name: Option<String>,
    /// The customer's e-mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_email: Option<String>,
    /// The page that it started on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// Version of the SDK.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sdk: Option<String>,
    /// The form of the start.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub form: Option<String>,
    /// The stored context of the customer.
    #[schema(value_type = serde_json::Value)]
    pub custom_data: Box<RawValue>,
}

/// A line of an export of attributes.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExportedAttribute {
    /// The conversation.
    #[schema(value_type = String, format = Uuid)]
    pub conversation_id: ConversationId,
    /// When it started.
    #[schema(value_type = String, format = DateTime)]
    pub start_time: Time,
    /// Whose context.
    #[schema(value_type = String, format = Uuid)]
    pub participant_id: ParticipantId,
    /// The part that whoever it is plays.
    pub purpose: &'static str,
    /// The canonical key.
    pub key: String,
    /// The value, with its JSON type.
    pub value: Scalar,
    /// Whether the caller may not see it: `value` is then `"***"`.
    pub masked: bool,
    /// How far it can be believed.
    pub trust: Trust,
    /// The form that delivered it.
    pub form: String,
    /// The key as it was sent.
    pub sent_as: String,
    /// Whether the deployment declares the key.
    pub declared: bool,
    /// The revision that set it.
    pub revision: u64,
    /// When it was set.
    #[schema(value_type = String, format = DateTime)]
    pub at: Time,
    /// Who set it.
    pub by: String,
    /// Whether it came after the end.
    pub late: bool,
}

/// A line of an export of messages.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExportedMessage {
    /// The conversation.
    #[schema(value_type = String, format = Uuid)]
    pub conversation_id: ConversationId,
    /// The message.
    #[schema(value_type = String, format = Uuid)]
    pub message_id: MessageId,
    /// Who said it.
    #[schema(value_type = String, format = Uuid)]
    pub participant_id: ParticipantId,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Time,
    /// `Inbound` or `Outbound`.
    pub direction: &'static str,
    /// `Text`, `Structured`, `Join` or `Disconnect`.
    pub r#type: &'static str,
    /// `Human` or `Bot`.
    pub originator: &'static str,
    /// The name shown to the customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nickname: Option<String>,
    /// The text.
    pub text: String,
    /// Structured content.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<serde_json::Value>)]
    pub content: Option<Box<RawValue>>,
}
