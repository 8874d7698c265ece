//! What the server says that it serves.

use reqwest::Method;
use serde_json::Value;
use waybill_model::Permission;
use waybill_testkit::TestServer;

/// One operation that takes a bearer token of a client or person.
pub(crate) struct Operation {
    pub(crate) method: Method,
    pub(crate) path: String,
    /// Any of them opens it; none is asked for where this is empty.
    pub(crate) permissions: Vec<Permission>,
    pub(crate) has_body: bool,
    /// The document's example of a body, or an empty object.
    pub(crate) example: String,
}

impl Operation {
    /// Conversations, deployments, queues, flows and schedules belong to a division.
    pub(crate) fn is_about_something_divided(&self) -> bool {
        let divided = ["{conversationId}", "{deploymentId}", "{queueId}", "{messageId}", "{flowId}", "{scheduleId}"];
        divided.iter().any(|part| self.path.contains(part))
    }
}

/// Every operation under `/api/v2` that takes a token.
///
/// Fails for one whose permissions the document does not tell.
pub(crate) async fn list_operations(server: &TestServer) -> Vec<Operation> {
    let document: Value = server.anonymous().get("/api/v2/openapi.json").await.unwrap().json().unwrap();
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            if operation["security"][0].get("oauth").is_none() {
                continue;
            }
            let permissions = operation["x-permissions"].as_array();
            let permissions = permissions.unwrap_or_else(|| {
                panic!("`{method} {path}` has no row in api/src/rest/permissions.rs: say which permissions open it")
            });
            let permissions = permissions.iter().map(|name| name.as_str().unwrap().parse().unwrap()).collect();
            let body = operation.get("requestBody");
            let content = body.and_then(|body| body["content"].as_object()?.values().next().cloned());
            let schema = content.as_ref().map(|content| content["schema"].clone()).unwrap_or_default();
            let example = example_of(&document, content.as_ref(), &schema);
            operations.push(Operation {
                method: method.to_uppercase().parse().unwrap(),
                path: path.clone(),
                permissions,
                has_body: body.is_some(),
                example: example.to_string(),
            });
        }
    }
    operations
}

fn example_of(document: &Value, content: Option<&Value>, schema: &Value) -> Value {
    if let Some(example) = content.and_then(|content| content.get("example")) {
        return example.clone();
    }
    let named = schema["$ref"].as_str().and_then(|reference| reference.rsplit('/').next());
    let schema = named.map_or(schema, |name| &document["components"]["schemas"][name]);
    let example = schema.get("example").or_else(|| schema["examples"].get(0));
    example.cloned().unwrap_or_else(|| serde_json::json!({}))
}
