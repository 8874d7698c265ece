//! Canned replies in the field's shape, and what they become for a conversation.

use serde::Serialize;
use utoipa::ToSchema;
use waybill_model::{ConversationId, LibraryId, ResponseId, Time};

/// A library as somebody wants it.
#[derive(Clone, Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"name": "Parcels"}))]
pub struct WriteLibrary {
    /// Its name, unique in the organization.
    pub name: String,
    /// The version that is changed; 409 where it is another one by now.
    pub version: Option<u64>,
}

/// A library of canned replies.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Library {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub id: LibraryId,
    /// Its name.
    pub name: String,
    /// Counts its changes, from 1.
    pub version: u64,
    /// Who created it: `user <id>` or `client <id>`.
    pub created_by: String,
    /// When it was created.
    #[schema(value_type = String, format = DateTime)]
    pub date_created: Time,
    /// Where this body is read.
    pub self_uri: String,
}

/// A canned reply as somebody wants it.
#[derive(Clone, Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({
    "name": "Looking it up",
    "libraries": [{"id": "01a1fabc-51aa-7c02-8d11-6f2b7c8d9e0f"}],
    "texts": [{"content": "Thank you, {{customer.name}}, I look up {{customData.crmCustomerId}}.", "contentType": "text/plain"}]
}))]
pub struct WriteResponse {
    /// Its name.
    pub name: String,
    /// The libraries that it stands in, 1 to 20.
    pub libraries: Vec<WriteLibraryReference>,
    /// Its texts, 1 to 10.
    pub texts: Vec<WriteResponseText>,
    /// The version that is changed; 409 where it is another one by now.
    pub version: Option<u64>,
}

/// A library by its id.
#[derive(Clone, Debug, ToSchema)]
pub struct WriteLibraryReference {
    /// Its id.
    pub id: String,
}

/// One text.
#[derive(Clone, Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct WriteResponseText {
    /// The text with placeholders: `{{customData.crmCustomerId}}`, `{{customer.name}}`; at most 16384 bytes.
    pub content: String,
    /// `text/plain`, which it is where absent, or `text/html`.
    pub content_type: Option<String>,
}

/// A canned reply.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CannedResponse {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub id: ResponseId,
    /// Its name.
    pub name: String,
    /// Counts its changes, from 1.
    pub version: u64,
    /// The libraries that it stands in.
    pub libraries: Vec<super::listing::EntityReference>,
    /// Its texts.
    pub texts: Vec<ResponseText>,
    /// `chat`.
    pub interaction_type: &'static str,
    /// Who created it: `user <id>` or `client <id>`.
    pub created_by: String,
    /// When it was created.
    #[schema(value_type = String, format = DateTime)]
    pub date_created: Time,
    /// Where this body is read.
    pub self_uri: String,
}

/// One text of a canned reply.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ResponseText {
    /// The text as it was written.
    pub content: String,
    /// `text/plain` or `text/html`.
    pub content_type: &'static str,
}

/// What canned replies somebody looks for.
#[derive(Clone, Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"queryPhrase": "thank"}))]
pub struct ResponseQuery {
    /// What name or text contain, whatever the case.
    pub query_phrase: Option<String>,
    /// How many on a page, 1 to 500; 25 when absent.
    pub page_size: Option<u32>,
    /// The page, from 1.
    pub page_number: Option<u32>,
    /// Only of these libraries.
    pub filters: Option<Vec<ResponseQueryFilter>>,
}

/// A condition of a query.
#[derive(Clone, Debug, ToSchema)]
pub struct ResponseQueryFilter {
    /// `libraryId`.
    pub name: String,
    /// `EQUALS` or `IN`.
    pub operator: Option<String>,
    /// The libraries.
    pub values: Vec<String>,
}

/// What a query found.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ResponseQueryResults {
    /// The page.
    pub results: super::listing::Listing<CannedResponse>,
}

/// For which conversation a canned reply is filled.
#[derive(Clone, Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"conversationId": "01a1faba-367e-72d7-8177-9878310c5add"}))]
pub struct RenderResponse {
    /// The conversation.
    pub conversation_id: String,
}

/// A canned reply, filled for one conversation.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RenderedResponse {
    /// The conversation.
    #[schema(value_type = String, format = Uuid)]
    pub conversation_id: ConversationId,
    /// Its context revision at that moment.
    pub revision: u64,
    /// Whether every placeholder was filled.
    pub complete: bool,
    /// The texts.
    pub texts: Vec<RenderedText>,
}

/// One text of it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RenderedText {
    /// The text; placeholders that lead to nothing stand in it as they are. Personal values that the caller may not see
    /// are `***`.
    pub content: String,
    /// `text/plain` or `text/html`; in HTML, what was filled in is escaped.
    pub content_type: &'static str,
    /// The placeholders that were not filled, with the reason.
    pub absent: Vec<AbsentPlaceholder>,
}

/// A placeholder that was not filled.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AbsentPlaceholder {
    /// As it stands in the text.
    pub placeholder: String,
    /// The canonical key, where it names one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Why the key is absent, in the words of the context: `never_sent`, `quarantined` …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<&'static str>,
    /// A sentence for people.
    pub message: String,
}
