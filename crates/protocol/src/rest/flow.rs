//! Flows over REST: drafts, versions, what is found in them, and what they would do.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use waybill_model::{ConversationId, FlowId, Time};

use super::{listing::EntityReference, routing::WriteReference};

/// A flow.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Flow {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub id: FlowId,
    /// Its name; no two flows of an organization have the same.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Always `INBOUNDSHORTMESSAGE`: it begins with a message of a customer.
    pub r#type: &'static str,
    /// Its division.
    pub division: EntityReference,
    /// Whether a version is published.
    pub active: bool,
    /// The version that new conversations begin with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published_version: Option<FlowVersionReference>,
    /// The newest version that was ever published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub saved_version: Option<FlowVersionReference>,
    /// The draft as it was written; not in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
    /// One more with each change, to change it from.
    pub version: u64,
    /// When it was created.
    #[schema(value_type = String, format = DateTime)]
    pub date_created: Time,
    /// When it was changed last.
    #[schema(value_type = String, format = DateTime)]
    pub date_modified: Time,
    /// Where it is read.
    pub self_uri: String,
}

/// A version, named.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FlowVersionReference {
    /// Its number.
    pub id: String,
    /// The same.
    pub commit_version: String,
    /// Where it is read.
    pub self_uri: String,
}

/// A published version of a flow; it never changes.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FlowVersion {
    /// Its number.
    pub id: String,
    /// The same.
    pub commit_version: String,
    /// The flow's name at that time.
    pub name: String,
    /// Always `INBOUNDSHORTMESSAGE`.
    pub r#type: &'static str,
    /// When it was published, in epoch milliseconds.
    pub date_published: i64,
    /// By whom: `user <id>`, `client <id>`.
    pub published_by: String,
    /// The document as it was written; not in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
    /// Where it is read.
    pub self_uri: String,
}

/// What a flow is to be; what is absent stays.
#[derive(Clone, Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({
    "name": "hello", "document": "flow: hello\nkind: inboundMessage\nstart: say-hello\nactions:\n  say-hello:\n    sendMessage: Hello\n    next: bye\n  bye:\n    sendMessage: Bye\n"
}))]
pub struct WriteFlow {
    /// Its name; the document's where a new flow has none.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Its division; the home division of a new one.
    pub division: Option<WriteReference>,
    /// The draft, YAML or JSON as text. It is kept as it is written, also while it is wrong.
    pub document: Option<String>,
    /// The `version` that the change was made from; another one by now is a 409.
    pub version: Option<u64>,
}

/// Something that is wrong with a document.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FlowFinding {
    /// `error` keeps the flow from being published, `warning` does not.
    pub severity: &'static str,
    /// The line, from 1; absent where only the path is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// The column, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<u64>,
    /// The way there, such as `actions.greet.sendMessage`.
    pub path: String,
    /// The action that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// The rule that it breaks.
    pub rule: String,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub remedy: String,
}

/// A document that may be given instead of the draft.
#[derive(Clone, Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"document": "flow: hello\nkind: inboundMessage\nstart: say-hello\nactions:\n  say-hello:\n    sendMessage: Hello\n    next: bye\n  bye:\n    sendMessage: Bye\n"}))]
pub struct FlowDocumentBody {
    /// The document; the draft where absent.
    pub document: Option<String>,
}

/// A document that is no flow yet, and what it is held against.
#[derive(Clone, Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"document": "flow: hello\nkind: inboundMessage\nstart: say-hello\nactions:\n  say-hello:\n    sendMessage: Hello\n    next: bye\n  bye:\n    sendMessage: Bye\n", "deploymentIds": []}))]
pub struct ValidateDocument {
    /// The document.
    pub document: String,
    /// The deployments that may begin with it.
    pub deployment_ids: Option<Vec<String>>,
}

/// What was found in a document.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FlowFindings {
    /// Whether it can be published.
    pub valid: bool,
    /// What was found, errors first.
    pub findings: Vec<FlowFinding>,
}

/// A flow that was published, or taken back to an earlier version.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FlowPublished {
    /// The flow.
    pub flow: Flow,
    /// The version that conversations begin with from now on.
    pub version: FlowVersion,
    /// Warnings.
    pub findings: Vec<FlowFinding>,
}

/// From which version a publication was decided.
#[derive(Clone, Debug, ToSchema)]
#[schema(example = json!({"version": 4}))]
pub struct PublishFlow {
    /// The flow's `version`; another one by now is a 409.
    pub version: Option<u64>,
}

/// Which version conversations should begin with again.
#[derive(Clone, Debug, ToSchema)]
#[schema(example = json!({"version": 2}))]
pub struct RollbackFlow {
    /// The number of a published version.
    pub version: u64,
}

/// A publication in the field's words: it is over when it is answered.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FlowOperation {
    /// The flow.
    #[schema(value_type = String, format = Uuid)]
    pub id: FlowId,
    /// Always true.
    pub complete: bool,
    /// Always `PUBLISH`.
    pub action_name: &'static str,
    /// Always `SUCCESS`: what fails is a 400 that says why.
    pub action_status: &'static str,
}

/// The configuration of a flow, opaque to the field's clients.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FlowConfiguration {
    /// The flow.
    #[schema(value_type = String, format = Uuid)]
    pub flow_id: FlowId,
    /// The draft as it was written.
    pub document: String,
}

/// A script to simulate a flow with.
#[derive(Clone, Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"script": "context:\n  crmCustomerId: CRM-4711\nscript: []\n"}))]
pub struct SimulateFlow {
    /// The script, YAML as text: context, messages, answers of other systems.
    pub script: String,
    /// The document; the draft where absent.
    pub document: Option<String>,
}

/// A flow that was simulated.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FlowSimulated {
    /// The actions that were taken with their ways out, and how it ended.
    pub path: Vec<String>,
    /// Everything that happened, for people.
    pub transcript: String,
    /// Whether that is what the script expects; absent where it expects nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_expected: Option<bool>,
}

/// Which conversations a version is walked through.
#[derive(Clone, Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"deploymentId": "0190b0a1-7c1e-7d31-9d0a-2f5c3a1b7e42", "last": 50}))]
pub struct ReplayFlow {
    /// The latest ones of this deployment.
    #[schema(format = Uuid)]
    pub deployment_id: String,
    /// The document; the draft where absent.
    pub document: Option<String>,
    /// So many, 1 to 200; 50 when absent.
    pub last: Option<u32>,
}

/// What a version would have made of earlier conversations.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FlowReplayed {
    /// Conversations that were walked through again.
    pub conversations: u64,
    /// Those that ran on no flow, or on another one.
    pub without_flow: u64,
    /// Those in which nothing would have been different.
    pub same: u64,
    /// Those in which something would, the latest first; not all where there are many.
    pub different: Vec<FlowDifference>,
}

/// A conversation that would have gone another way.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FlowDifference {
    /// The conversation.
    #[schema(value_type = String, format = Uuid)]
    pub conversation_id: ConversationId,
    /// When it started.
    #[schema(value_type = String, format = DateTime)]
    pub start_time: Time,
    /// The version that it ran on.
    pub version: u64,
    /// The path that was recorded.
    pub recorded: Vec<String>,
    /// What that version does with what is known of the conversation.
    pub before: Vec<String>,
    /// What the other version does.
    pub after: Vec<String>,
    /// The first line in which they differ, from 0.
    pub at: usize,
}

/// Business hours with a name.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Schedule {
    /// Its id.
    #[schema(format = Uuid)]
    pub id: String,
    /// Its name; no two schedules of an organization have the same.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Its division.
    pub division: EntityReference,
    /// The IANA name of the time zone.
    #[schema(value_type = String)]
    pub time_zone: Value,
    /// When it is open, by day: `{"mon": ["09:00-17:30"]}`.
    #[schema(value_type = std::collections::BTreeMap<String, Vec<String>>)]
    pub hours: Value,
    /// Dates that are holidays all day: `2026-12-25`, or `12-25` for every year.
    #[schema(value_type = Vec<String>)]
    pub holidays: Value,
    /// One more with each change.
    pub version: u64,
    /// When it was created.
    #[schema(value_type = String, format = DateTime)]
    pub date_created: Time,
    /// When it was changed last.
    #[schema(value_type = String, format = DateTime)]
    pub date_modified: Time,
    /// Where it is read.
    pub self_uri: String,
}

/// What business hours are to be.
#[derive(Clone, Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({
    "name": "Office", "timeZone": "Europe/Berlin", "hours": {"mon": ["09:00-17:30"], "tue": ["09:00-17:30"]}, "holidays": ["12-25"]
}))]
pub struct WriteSchedule {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// Its division; the home division of a new one.
    pub division: Option<WriteReference>,
    /// The IANA name of the time zone.
    pub time_zone: String,
    /// When it is open, by day; days that are not named are closed.
    pub hours: std::collections::BTreeMap<String, Vec<String>>,
    /// Dates that are holidays all day.
    pub holidays: Option<Vec<String>>,
    /// The `version` that the change was made from.
    pub version: Option<u64>,
}
