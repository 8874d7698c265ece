//! Data actions and credentials over REST.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use waybill_model::{CredentialId, DataActionId, Time};

/// A data action in the field's shape: a named API contract.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DataAction {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub id: DataActionId,
    /// Its name; no two of an organization have the same.
    pub name: String,
    /// What it belongs to.
    pub category: String,
    /// The credential that its requests go with. Ours.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Uuid)]
    pub credential_id: Option<CredentialId>,
    /// How often it was published.
    pub version: u64,
    /// Whether there is a draft beside what is published, or alone. Ours.
    pub has_draft: bool,
    /// Always false.
    pub secure: bool,
    /// What goes in and comes out; absent where this edition was never written.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub contract: Option<Value>,
    /// How it is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub config: Option<Value>,
    /// When it was created.
    #[schema(value_type = String, format = DateTime)]
    pub date_created: Time,
    /// When it was changed last.
    #[schema(value_type = String, format = DateTime)]
    pub date_modified: Time,
    /// Where it is read.
    pub self_uri: String,
}

/// What a data action is to be; what is absent stays.
#[derive(Clone, Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({
    "name": "Find customer", "category": "CRM",
    "contract": {"input": {"inputSchema": {"type": "object", "properties": {"id": {"type": "string"}}}}, "output": {}},
    "config": {"timeoutSeconds": 5, "request": {"requestUrlTemplate": "https://crm.example.com/customers/${input.id}", "requestType": "GET"}, "response": {"translationMap": {"tier": "$.tier"}}}
}))]
pub struct WriteDataAction {
    /// Its name.
    pub name: Option<String>,
    /// What it belongs to.
    pub category: Option<String>,
    /// The name of the credential that its requests go with; `null` takes it away.
    pub credential: Option<String>,
    /// What goes in and comes out; goes with `config`.
    #[schema(value_type = Option<Object>)]
    pub contract: Option<Value>,
    /// How it is asked for; goes with `contract`.
    #[schema(value_type = Option<Object>)]
    pub config: Option<Value>,
}

/// A data action that was tried out.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TestExecutionResult {
    /// What was done, in order, up to the first failure.
    pub operations: Vec<TestExecutionOperation>,
    /// The output.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub final_result: Option<Value>,
    /// Whether it went well.
    pub success: bool,
    /// What went wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// One operation of a data action that was tried out.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TestExecutionOperation {
    /// Its number, from 1.
    pub step: usize,
    /// What it is.
    pub name: &'static str,
    /// Whether it went well.
    pub success: bool,
    /// What came of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<serde_json::Value>)]
    pub result: Option<Value>,
    /// What went wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// A credential; its secret is never shown.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Credential {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub id: CredentialId,
    /// Its name: `secret.NAME` in templates, `credential: NAME` in actions.
    pub name: String,
    /// `secret`, `bearer`, `basic` or `oauthClientCredentials`.
    pub r#type: &'static str,
    /// `basic`: the user's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// `oauthClientCredentials`: where tokens are issued.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_url: Option<String>,
    /// `oauthClientCredentials`: the client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// `oauthClientCredentials`: `header` or `body`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_auth: Option<&'static str>,
    /// `oauthClientCredentials`: the scope that is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// One more with each change.
    pub version: u64,
    /// When it was created.
    #[schema(value_type = String, format = DateTime)]
    pub date_created: Time,
    /// When its secret was set last.
    #[schema(value_type = String, format = DateTime)]
    pub date_modified: Time,
    /// Where it is read.
    pub self_uri: String,
}

/// What a credential is to be.
#[derive(Clone, Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"name": "crmToken", "type": "bearer", "secret": "kF2n0Lx9mA7Yq3vW8sT1uB6eR4cD5hZj"}))]
pub struct WriteCredential {
    /// Its name.
    pub name: String,
    /// `secret`, `bearer`, `basic` or `oauthClientCredentials`.
    pub r#type: String,
    /// The secret; a change without one keeps the one that is there.
    pub secret: Option<String>,
    /// `basic`: the user's name.
    pub user: Option<String>,
    /// `oauthClientCredentials`: where tokens are issued.
    pub token_url: Option<String>,
    /// `oauthClientCredentials`: the client.
    pub client_id: Option<String>,
    /// `oauthClientCredentials`: `header` (when absent) or `body`.
    pub client_auth: Option<String>,
    /// `oauthClientCredentials`: the scope that is asked for.
    pub scope: Option<String>,
    /// The `version` that the change was made from.
    pub version: Option<u64>,
}
