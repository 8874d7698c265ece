//! Searching conversations by their attributes.

use std::{borrow::Cow, collections::BTreeMap};

use serde::Serialize;
use utoipa::ToSchema;
use waybill_model::{ConversationId, DivisionId, ParticipantId, SessionId, Time};

/// What is searched.
#[derive(Clone, Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({
    "query": [
        {"type": "EXACT", "fields": ["crmCustomerId"], "value": "CRM-882910"},
        {"type": "DATE_RANGE", "fields": ["startTime"], "startValue": "2026-11-20T00:00:00Z", "endValue": "2026-11-21T00:00:00Z"}
    ],
    "sortOrder": "DESC"
}))]
pub struct AttributeSearch {
    /// The conditions; all of them have to fit.
    pub query: Option<Vec<SearchCriterion>>,
    /// Which members of a row are wanted; all of them when absent.
    pub return_fields: Option<Vec<String>>,
    /// `startTime`.
    pub sort_by: Option<String>,
    /// `DESC` (newest first, when absent) or `ASC`.
    pub sort_order: Option<String>,
    /// Where the page before ended.
    pub cursor: Option<String>,
    /// How many on a page, 1 to 100; 50 when absent.
    pub page_size: Option<u32>,
}

/// One condition.
#[derive(Clone, Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct SearchCriterion {
    /// `EXACT` or `DATE_RANGE`.
    pub r#type: String,
    /// The field: `conversationId`, `divisionId`, a key as `<key>`, `attributes.<key>` or `participantData.<key>` under any
    /// of its names; `startTime` or `endTime` of a range.
    pub fields: Vec<String>,
    /// The value in its text form.
    pub value: Option<String>,
    /// Several values of which one has to fit.
    pub values: Option<Vec<String>>,
    /// Where a range begins; included.
    pub start_value: Option<String>,
    /// Where a range ends; not included.
    pub end_value: Option<String>,
    /// `AND`.
    pub operator: Option<String>,
    /// Not served: one list of conditions, all of which have to fit.
    #[schema(value_type = Option<Vec<BTreeMap<String, String>>>)]
    pub group: Option<Vec<()>>,
    /// Not needed: times are RFC 3339.
    pub date_format: Option<String>,
}

/// A page of what was found.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SearchAnswer<'a> {
    /// The rows.
    pub results: Vec<SearchRow<'a>>,
    /// Where the next page begins; absent on the last one. A page can be short, even empty, although more follows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// What kinds of rows there are.
    pub types: [&'static str; 1],
}

/// A conversation that was found.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SearchRow<'a> {
    /// The conversation.
    #[schema(value_type = String, format = Uuid)]
    pub conversation_id: ConversationId,
    /// When it started.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub start_time: Option<Time>,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub end_time: Option<Time>,
    /// Its division.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<String>>)]
    pub division_ids: Option<Vec<DivisionId>>,
    /// Its participants with their attributes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub participant_data: Option<Vec<SearchParticipant<'a>>>,
    /// Always false: nothing is cut.
    pub truncated_data: bool,
    /// `participant_attributes`.
    #[serde(rename = "_type")]
    pub row_type: &'static str,
}

/// A participant of a conversation that was found.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SearchParticipant<'a> {
    /// The part it plays.
    pub participant_purpose: &'static str,
    /// Its attributes as text; null values are left out.
    #[schema(value_type = BTreeMap<String, String>)]
    pub participant_attributes: BTreeMap<&'a str, Cow<'a, str>>,
    /// The participant.
    #[schema(value_type = String, format = Uuid)]
    pub participant_id: ParticipantId,
    /// The guest's session.
    #[schema(value_type = Vec<String>)]
    pub session_ids: Vec<SessionId>,
}
