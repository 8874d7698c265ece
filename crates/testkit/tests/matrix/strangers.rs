//! Who asks, and for what: things of the demo's organization, and callers that may not have them.

use serde_json::{Value, json};
use waybill_model::{BuiltInRole, Permission};
use waybill_testkit::{RestClient, TestServer};

/// A flow that says hello.
const HELLO: &str = "flow: hello\nkind: inboundMessage\nstart: say-hello\nactions:\n  say-hello:\n    sendMessage: Hello\n    next: bye\n  bye:\n    sendMessage: Bye\n";

/// Things to ask for, by the name of their segment in a path.
pub(crate) struct Samples(Vec<(&'static str, String)>);

impl Samples {
    /// One of everything that a path can name.
    pub(crate) async fn make(server: &TestServer) -> Self {
        let admin = server.admin().await;
        let open = server.deployment("open").to_string();
        let body = json!({"deploymentId": open, "customData": {"crmCustomerId": "CRM-4711"}, "message": "Hello"});
        let started = created(&admin, "/api/v2/conversations/webchat", &body).await;
        let conversation = text(&started, "conversationId");
        let view: Value = admin.get(&format!("/api/v2/conversations/{conversation}")).await.unwrap().json().unwrap();
        let customer = &view["participants"][0];
        let communication = text(&customer["messages"][0], "id");
        let message = text(&customer["messages"][0]["messages"][0], "messageId");
        let queue = created(&admin, "/api/v2/routing/queues", &json!({"name": "Parcels"})).await;
        let code = created(&admin, "/api/v2/routing/wrapupcodes", &json!({"name": "Delivered"})).await;
        let library = created(&admin, "/api/v2/responsemanagement/libraries", &json!({"name": "Parcels"})).await;
        let reply =
            json!({"name": "Thanks", "libraries": [{"id": library["id"]}], "texts": [{"content": "Thank you."}]});
        let reply = created(&admin, "/api/v2/responsemanagement/responses", &reply).await;
        let user: Value = admin.get("/api/v2/users/me").await.unwrap().json().unwrap();
        let role = role_with(&admin, "sample", &[Permission::ConversationView]).await;
        let client = client_with(&admin, "sample", &role, None).await;
        let configuration = created(
            &admin,
            "/api/v2/webdeployments/configurations",
            &json!({"name": "Messenger", "version": "DRAFT", "defaultLanguage": "en-us", "languages": ["en-us"]}),
        )
        .await;
        let webhook = created(
            &admin,
            "/api/v2/webhooks",
            &json!({"name": "CRM", "url": "https://crm.example.com/hook", "events": ["conversation:start"]}),
        )
        .await;
        let signing = created(
            &admin,
            &format!("/api/v2/webdeployments/deployments/{open}/signingkeys"),
            &json!({"algorithm": "HS256"}),
        )
        .await;
        let skill = created(&admin, "/api/v2/routing/skills", &json!({"name": "Refunds"})).await;
        let language = created(&admin, "/api/v2/routing/languages", &json!({"name": "German"})).await;
        let flow = created(&admin, "/api/v2/flows", &json!({"name": "hello", "document": HELLO})).await;
        created(&admin, &format!("/api/v2/flows/{}/publish", text(&flow, "id")), &json!({})).await;
        let office = json!({"name": "Office", "timeZone": "Europe/Berlin", "hours": {"mon": ["09:00-17:30"]}});
        let schedule = created(&admin, "/api/v2/architect/schedules", &office).await;
        let credential = json!({"name": "crmToken", "type": "bearer", "secret": "kF2n0Lx9mA7Yq3vW8sT1uB6eR4cD5hZj"});
        let credential = created(&admin, "/api/v2/integrations/credentials", &credential).await;
        let request =
            json!({"requestUrlTemplate": "https://crm.example.com/customers/${input.id}", "requestType": "GET"});
        let contract = json!({"input": {"inputSchema": {"type": "object"}}, "output": {}});
        let action = json!({"name": "Find customer", "contract": contract, "config": {"request": request}});
        let action = created(&admin, "/api/v2/integrations/actions", &action).await;
        let channel = created(&admin, "/api/v2/notifications/channels", &json!({})).await;
        let division = division(&admin, "Sample").await;
        Self(vec![
            ("conversationId", conversation),
            ("participantId", text(customer, "id")),
            ("communicationId", communication),
            ("messageId", message),
            ("deploymentId", open),
            ("queueId", text(&queue, "id")),
            ("codeId", text(&code, "id")),
            ("libraryId", text(&library, "id")),
            ("responseId", text(&reply, "id")),
            ("userId", text(&user, "id")),
            ("roleId", role),
            ("clientId", client.id),
            ("configurationId", text(&configuration, "id")),
            ("webhookId", text(&webhook, "id")),
            ("keyId", text(&signing, "id")),
            ("channelId", text(&channel, "id")),
            ("divisionId", division),
            ("skillId", text(&skill, "id")),
            ("languageId", text(&language, "id")),
            ("flowId", text(&flow, "id")),
            ("scheduleId", text(&schedule, "id")),
            ("credentialId", text(&credential, "id")),
            ("actionId", text(&action, "id")),
        ])
    }

    /// The path with its segments filled in; what has no sample gets a word that fits everywhere.
    pub(crate) fn fill(&self, path: &str) -> String {
        let mut filled = path.to_owned();
        for (name, id) in &self.0 {
            filled = filled.replace(&format!("{{{name}}}"), id);
        }
        while let (Some(from), Some(to)) = (filled.find('{'), filled.find('}')) {
            filled.replace_range(from..=to, "1");
        }
        filled
    }

    /// Whether the path names one of them.
    pub(crate) fn names_something(&self, path: &str) -> bool {
        self.0.iter().any(|(name, _)| path.contains(&format!("{{{name}}}")))
    }

    pub(crate) fn ids(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(_, id)| id.as_str())
    }
}

/// An API client with its secret.
pub(crate) struct NewClient {
    id: String,
    secret: String,
}

fn text(body: &Value, name: &str) -> String {
    body[name].as_str().unwrap_or_else(|| panic!("no `{name}` in {body}")).to_owned()
}

async fn created(client: &RestClient, path: &str, body: &Value) -> Value {
    let answer = client.post(path, body).await.unwrap();
    assert!(answer.status.is_success(), "POST {path}: {}", answer.text);
    serde_json::from_str(&answer.text).unwrap()
}

/// A role of one's own with these permissions.
pub(crate) async fn role_with(admin: &RestClient, name: &str, permissions: &[Permission]) -> String {
    let names: Vec<&str> = permissions.iter().map(|permission| permission.as_str()).collect();
    let body = json!({"name": name, "permissions": names});
    text(&created(admin, "/api/v2/authorization/roles", &body).await, "id")
}

/// A client with one role, in one division or in all of them.
pub(crate) async fn client_with(admin: &RestClient, name: &str, role: &str, division: Option<&str>) -> NewClient {
    let body = json!({
        "name": name, "authorizedGrantType": "CLIENT-CREDENTIALS",
        "roleDivisions": [{"roleId": role, "divisionId": division.unwrap_or("*")}],
    });
    let client = created(admin, "/api/v2/oauth/clients", &body).await;
    NewClient { id: text(&client, "id"), secret: text(&client, "secret") }
}

pub(crate) async fn log_in(server: &TestServer, NewClient { id, secret }: &NewClient) -> RestClient {
    RestClient::log_in(server.base_url(), id, secret).await.unwrap()
}

pub(crate) async fn division(admin: &RestClient, name: &str) -> String {
    text(&created(admin, "/api/v2/authorization/divisions", &json!({"name": name})).await, "id")
}

/// Somebody who may do everything, in an organization of its own.
pub(crate) async fn administrator_elsewhere(server: &TestServer) -> RestClient {
    let organization = server.service().create_organization("Strangers").await.unwrap();
    let client = server.service().create_client(organization, "stranger", BuiltInRole::Admin).await.unwrap();
    RestClient::log_in(server.base_url(), &client.id.to_string(), &client.secret).await.unwrap()
}
