//! Notes of the staff, the customer's rating, how far both sides have read, transcripts.

use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use waybill_model::{ConversationId, MessageId, NoteId, Time, UserId};

/// A note that somebody writes.
#[derive(Clone, Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"text": "Wants to change the order, waits for the warehouse."}))]
pub struct WriteNote {
    /// The text, at most 4096 bytes.
    pub text: String,
    /// Users whose attention it asks for, at most 20.
    pub mentions: Option<Vec<String>>,
}

/// A note among the staff. The customer never sees it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConversationNote {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub id: NoteId,
    /// The text; empty where it was erased, `***` in events for whoever may not read notes.
    pub text: String,
    /// Users whose attention it asks for.
    #[schema(value_type = Vec<String>)]
    pub mentions: Vec<UserId>,
    /// Who wrote it: `user <id>` or `client <id>`.
    pub by: String,
    /// The author's name at that time.
    pub author_name: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub date_created: Time,
}

/// How a customer rated a conversation.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConversationSatisfaction {
    /// From 1 to `maxScore`.
    pub score: u8,
    /// 5.
    pub max_score: u8,
    /// In the customer's words, where there are any.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub comment: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub date_submitted: Time,
}

/// What is known of a conversation's rating.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SatisfactionView {
    /// The conversation.
    #[schema(value_type = String, format = Uuid)]
    pub conversation_id: ConversationId,
    /// `rated`, or why there is no rating: `notAsked` (the deployment does not ask, or no guest's session is behind it),
    /// `notYet` (the conversation goes on), `open` (the customer can still rate), `over` (a day went by).
    pub state: &'static str,
    /// The rating.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub satisfaction: Option<ConversationSatisfaction>,
}

/// How far somebody has read what the customer said.
#[derive(Clone, Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({}))]
pub struct WriteRead {
    /// Up to this message.
    pub message_id: Option<String>,
    /// Up to this time; everything so far where neither is given.
    #[schema(format = DateTime)]
    pub time: Option<String>,
}

/// How far both sides of a conversation have come.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReadView {
    /// The conversation.
    #[schema(value_type = String, format = Uuid)]
    pub conversation_id: ConversationId,
    /// The customer, with what the business said.
    pub customer: SeenUpTo,
    /// The business, with what the customer said.
    pub business: SeenUpTo,
}

/// How far one side has come: the times of messages.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SeenUpTo {
    /// Messages up to this time arrived.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub delivered_up_to: Option<Time>,
    /// Messages up to this time were read.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub read_up_to: Option<Time>,
}

/// One side has come further with what the other said.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConversationReceipt {
    /// Who has: `customer` or `business`.
    pub side: &'static str,
    /// How far, in all.
    #[serde(flatten)]
    pub seen: SeenUpTo,
}

/// What was said in a conversation, or in a guest's session.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Transcript {
    /// The conversation; absent for a session.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Uuid)]
    pub conversation_id: Option<ConversationId>,
    /// When it began.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub start_time: Option<Time>,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub end_time: Option<Time>,
    /// In the order in which it was said.
    pub messages: Vec<TranscriptLine>,
    /// Whether it is everything; 10,000 messages are the most.
    pub complete: bool,
}

/// One thing that was said.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TranscriptLine {
    /// The message.
    #[schema(value_type = String, format = Uuid)]
    pub message_id: MessageId,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub time: Time,
    /// The part of whoever said it: `customer`, `agent`, `api`, `workflow`.
    pub purpose: &'static str,
    /// The name of whoever said it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The text.
    pub text: String,
    /// Structured content as it was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<serde_json::Value>>)]
    pub content: Option<Box<RawValue>>,
}
