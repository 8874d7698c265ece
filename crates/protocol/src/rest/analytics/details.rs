//! Conversations in detail.

use std::{borrow::Cow, collections::BTreeMap};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use waybill_model::{
    CommunicationId, ConversationId, DeploymentId, DivisionId, FlowId, ParticipantId, QueueId, Time, UserId,
    WrapupCodeId,
};

use super::AnalyticsFilter;

/// A question for conversations.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({
    "interval": "2026-11-01T00:00:00.000Z/2026-11-21T00:00:00.000Z", "order": "desc", "orderBy": "conversationStart",
    "conversationFilters": [{"type": "and", "predicates": [
        {"type": "property", "property": "crmCustomerId", "operator": "matches", "value": "CRM-4711"}]}],
    "paging": {"pageSize": 25, "pageNumber": 1}
}))]
pub struct DetailsQuery {
    /// `start/end` of the conversations' starts, at most 31 days.
    pub interval: String,
    /// All of them have to hold.
    #[serde(default)]
    pub conversation_filters: Vec<AnalyticsFilter>,
    /// All of them have to hold; a conversation has one of everything that segments have.
    #[serde(default)]
    pub segment_filters: Vec<AnalyticsFilter>,
    /// `asc` when absent.
    #[serde(default)]
    pub order: Option<Order>,
    /// `conversationStart` when absent.
    #[serde(default)]
    pub order_by: Option<OrderBy>,
    /// Which page.
    #[serde(default)]
    pub paging: Option<PagingSpec>,
}

/// From which end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Order {
    /// Oldest first.
    Asc,
    /// Newest first.
    Desc,
    /// As it comes: oldest first.
    Unordered,
}

/// By what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum OrderBy {
    /// By the start.
    ConversationStart,
    /// By the end; open conversations come last.
    ConversationEnd,
    /// By the start: a conversation's first segment begins with it.
    SegmentStart,
    /// By the end.
    SegmentEnd,
}

/// Which page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PagingSpec {
    /// 1 to 100; 25 when absent.
    #[serde(default)]
    pub page_size: Option<u32>,
    /// From 1.
    #[serde(default)]
    pub page_number: Option<u32>,
}

/// A page of conversations in detail.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AnalyticsQueryResponse<'a> {
    /// The conversations.
    pub conversations: Vec<AnalyticsConversation<'a>>,
    /// How many there are in all.
    pub total_hits: u64,
}

/// Several conversations in detail.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AnalyticsMultiGet<'a> {
    /// The conversations, in the order of the ids; what is not there, or private, is left out.
    pub conversations: Vec<AnalyticsConversation<'a>>,
}

/// A conversation in detail.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AnalyticsConversation<'a> {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub conversation_id: ConversationId,
    /// When it started.
    #[schema(value_type = String, format = DateTime)]
    pub conversation_start: Time,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub conversation_end: Option<Time>,
    /// Always `customer`.
    pub conversation_initiator: &'static str,
    /// Whether the customer took part; always.
    pub customer_participation: bool,
    /// The divisions that it belongs to.
    #[schema(value_type = Vec<String>)]
    pub division_ids: Vec<DivisionId>,
    /// Always `inbound`.
    pub originating_direction: &'static str,
    /// Everyone who took part, with attributes.
    pub participants: Vec<AnalyticsParticipant<'a>>,
    /// The entry point that it came through.
    #[schema(value_type = String, format = Uuid)]
    pub deployment_id: DeploymentId,
    /// Counts context changes, from 1.
    pub revision: u64,
    /// Whether context came after the end.
    pub late: bool,
}

/// One party of a conversation.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AnalyticsParticipant<'a> {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub participant_id: ParticipantId,
    /// The name to show.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub participant_name: Option<&'a str>,
    /// `customer`, `agent`, `api`, `workflow` or `acd`.
    pub purpose: &'static str,
    /// The person behind an agent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Uuid)]
    pub user_id: Option<UserId>,
    /// Its attributes as text; null values are left out.
    #[schema(value_type = BTreeMap<String, String>)]
    pub attributes: BTreeMap<&'a str, Cow<'a, str>>,
    /// The keys among them that came after the end.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<String>)]
    pub late_attributes: Vec<&'a str>,
    /// Its leg of the conversation.
    pub sessions: [AnalyticsSession<'a>; 1],
}

/// A participant's leg.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AnalyticsSession<'a> {
    /// The communication's id.
    #[schema(value_type = String, format = Uuid)]
    pub session_id: CommunicationId,
    /// Always `message`.
    pub media_type: &'static str,
    /// Always `webmessaging`.
    pub message_type: &'static str,
    /// Always `inbound`.
    pub direction: &'static str,
    /// Who carries it.
    pub provider: &'static str,
    /// The flow that it was in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flow: Option<AnalyticsFlow>,
    /// What was measured, by time.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub metrics: Vec<AnalyticsSessionMetric>,
    /// Its stretches, by time.
    pub segments: Vec<AnalyticsSegment<'a>>,
}

/// The flow of a leg.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AnalyticsFlow {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub flow_id: FlowId,
}

/// One value that was measured.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AnalyticsSessionMetric {
    /// The metric's name (`tTalk`).
    pub name: &'static str,
    /// Milliseconds, or 1 for what is only counted.
    pub value: u64,
    /// The time that it counts at: that of the event that it follows from.
    #[schema(value_type = String, format = DateTime)]
    pub emit_date: Time,
}

/// A stretch of a leg.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AnalyticsSegment<'a> {
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    pub segment_start: Time,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub segment_end: Option<Time>,
    /// `alert`, `interact`, `wrapup`, or `ivr` in a flow.
    pub segment_type: &'static str,
    /// The queue that it came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Uuid)]
    pub queue_id: Option<QueueId>,
    /// How it ended: `client`, `endpoint`, `system`, `inactivity` or `timeout`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disconnect_type: Option<&'static str>,
    /// The code that the work was wrapped up with.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Uuid)]
    pub wrap_up_code: Option<WrapupCodeId>,
    /// What the agent noted then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wrap_up_note: Option<&'a str>,
    /// Always false.
    pub conference: bool,
}
