//! Rights for single keys, and divisions.

use serde_json::{Value, json};
use waybill_testkit::{RestClient, TestServer};

use crate::support::{ids, ok, patch, person, read, refused, start};

const SEARCH: &str = "/api/v2/conversations/participants/attributes/search";

/// An API client with one role of its own: permissions (each perhaps for some keys only), perhaps in one division only.
async fn limited(server: &TestServer, admin: &RestClient, policies: Value, division: Option<&str>) -> RestClient {
    let name = format!("role {}", server.service().ambient().uuid());
    let role = json!({ "name": name, "permissionPolicies": policies });
    let role = ok(admin.post("/api/v2/authorization/roles", &role).await.unwrap());
    let client = match division {
        Some(division) => json!({"name": name, "roleDivisions": [{"roleId": role["id"], "divisionId": division}]}),
        None => json!({"name": name, "roleIds": [role["id"]]}),
    };
    let client = ok(admin.post("/api/v2/oauth/clients", &client).await.unwrap());
    let text = |name: &str| client[name].as_str().unwrap().to_owned();
    RestClient::log_in(server.base_url(), &text("id"), &text("secret")).await.unwrap()
}

fn policy(permission: &str) -> Value {
    let mut parts = permission.split(':');
    let mut part = || parts.next().unwrap().to_owned();
    json!({"domain": part(), "entityName": part(), "actionSet": [part()]})
}

#[tokio::test]
async fn plat5_a_right_for_single_keys_writes_no_other_key_by_no_name() {
    let server = TestServer::start().await;
    let admin = person(&server, "admin").await.client;
    let integrator = server.integrator().await;
    let mut edit = policy("conversation:customAttributes:edit");
    edit["keys"] = json!(["tier", "note"]);
    let client = limited(&server, &admin, json!([edit, policy("conversation:communication:view")]), None).await;
    let chat = start(&server, &integrator, "open", json!({"customData": {"crmId": "CRM-1", "note": "old"}})).await;
    for given in
        [json!({"tier": "gold", "crmId": "CRM-2"}), json!({"crm_customer_id": "CRM-1"}), json!({"crmCustomerId": null})]
    {
        let error = refused(
            &patch(&client, &chat.attributes(), json!({ "attributes": given })).await,
            403,
            "missing.permissions",
        );
        assert_eq!(error["messageParams"]["key"], "crmCustomerId", "{error}");
        assert!(!error.to_string().contains("CRM-"), "{error}");
    }
    let replace = format!("{}?replace=true", chat.attributes());
    refused(&patch(&client, &replace, json!({"attributes": {"tier": "gold"}})).await, 403, "missing.permissions");
    let path = format!("/api/v2/conversations/webchat/{}/participants/{}", chat.id, chat.customer);
    let put = client.put(&path, &json!({"metadata": {"crmId": "CRM-2"}})).await.unwrap();
    refused(&put, 403, "missing.permissions");
    let before = read(&integrator, &chat.path("")).await;
    assert_eq!(
        (&before["customData"], &before["revision"]),
        (&json!({"crmCustomerId": "CRM-1", "note": "old"}), &json!(1))
    );
    let written = patch(&client, &chat.attributes(), json!({"attributes": {"tier": "gold", "note": null}})).await;
    assert_eq!(written.status, 202, "{}", written.text);
    let after = read(&integrator, &chat.path("")).await;
    assert_eq!(after["customData"], json!({"crmCustomerId": "CRM-1", "tier": "gold"}));
}

#[tokio::test]
async fn plat6_a_personal_key_is_searched_by_those_who_may_see_it() {
    let server = TestServer::start().await;
    let admin = person(&server, "admin").await.client;
    let integrator = server.integrator().await;
    let policies =
        json!([policy("conversation:participant:attributesview"), policy("conversation:communication:view")]);
    let client = limited(&server, &admin, policies, None).await;
    let chat = start(&server, &integrator, "open", json!({"customData": {"crmId": "CRM-1", "tier": "gold"}})).await;
    let by = |key: &str, value: &str| json!({"query": [{"type": "EXACT", "fields": [key], "value": value}]});
    for key in ["crmCustomerId", "attributes.customer_id"] {
        let error = refused(&client.post(SEARCH, &by(key, "CRM-1")).await.unwrap(), 403, "missing.permissions");
        assert_eq!(error["messageParams"]["key"], "crmCustomerId", "{error}");
    }
    let list = "/api/v2/conversations?attributeKey=crmId&attributeValue=CRM-1";
    refused(&client.get(list).await.unwrap(), 403, "missing.permissions");
    let found = ok(client.post(SEARCH, &by("tier", "gold")).await.unwrap());
    assert_eq!(ids(&found["results"], "conversationId"), std::slice::from_ref(&chat.id));
    let shown = &found["results"][0]["participantData"][0]["participantAttributes"];
    assert_eq!(shown, &json!({"crmCustomerId": "***", "tier": "gold"}), "masked in the rows as everywhere");
    assert!(!read(&client, &chat.messages("")).await.to_string().contains("CRM-1"));
}

#[tokio::test]
async fn plat7_edge2_what_is_of_another_division_is_not_there() {
    let server = TestServer::start().await;
    let admin = person(&server, "admin").await.client;
    let integrator = server.integrator().await;
    let division = ok(admin.post("/api/v2/authorization/divisions", &json!({"name": "North"})).await.unwrap());
    let north = division["id"].as_str().unwrap();
    let policies: Vec<Value> = [
        "conversation:communication:view",
        "conversation:communication:disconnect",
        "conversation:communication:assign",
        "conversation:customAttributes:edit",
        "conversation:participant:attributesview",
        "conversation:message:view",
        "conversation:message:create",
        "routing:queue:view",
        "routing:queue:add",
        "routing:queue:edit",
        "routing:queue:delete",
        "routing:wrapupCode:view",
    ]
    .map(policy)
    .to_vec();
    let client = limited(&server, &admin, json!(policies), Some(north)).await;
    let chat = start(&server, &integrator, "open", json!({"customData": {"tier": "gold"}, "message": "Hello"})).await;
    let message =
        read(&integrator, &chat.path("")).await["participants"][0]["messages"][0]["messages"][0]["messageId"].clone();
    let message = message.as_str().unwrap();
    for path in [
        chat.path(""),
        chat.messages(""),
        chat.messages(&format!("/messages/{message}")),
        chat.messages(&format!("/messages/{message}/details")),
        format!("/api/v2/conversations/messages/{message}/details"),
        chat.path(&format!("/participants/{}/wrapupcodes", chat.customer)),
    ] {
        refused(&client.get(&path).await.unwrap(), 404, "not.found");
    }
    let user = person(&server, "agent").await.id;
    for (path, body) in [
        (chat.path("/disconnect"), json!(null)),
        (chat.path("/assign"), json!({ "id": user })),
        (chat.answers(), json!({"textBody": "Hi"})),
        (chat.messages(&format!("/communications/{}/typing", chat.communication)), json!({})),
        (chat.messages("/messages/bulk"), json!([message])),
    ] {
        refused(&client.post(&path, &body).await.unwrap(), 404, "not.found");
    }
    for path in [chat.attributes(), chat.messages(""), chat.path(&format!("/participants/{}", chat.customer))] {
        let body = if path == chat.attributes() {
            json!({"attributes": {"a": "1"}})
        } else {
            json!({"state": "disconnected"})
        };
        refused(&patch(&client, &path, body).await, 404, "not.found");
    }
    for path in ["/api/v2/conversations", "/api/v2/conversations/messages"] {
        assert_eq!(read(&client, path).await["entities"], json!([]), "{path}");
    }
    let by = json!({"query": [{"type": "EXACT", "fields": ["tier"], "value": "gold"}]});
    assert_eq!(ok(client.post(SEARCH, &by).await.unwrap())["results"], json!([]));
    assert_eq!(read(&integrator, &chat.path("")).await["state"], "connected");

    let home = ok(admin.post("/api/v2/routing/queues", &json!({"name": "Home"})).await.unwrap());
    refused(&client.get(home["selfUri"].as_str().unwrap()).await.unwrap(), 404, "not.found");
    refused(&client.post("/api/v2/routing/queues", &json!({"name": "Mine"})).await.unwrap(), 404, "not.found");
    let own = json!({"name": "Mine", "division": {"id": north}});
    let own = ok(client.post("/api/v2/routing/queues", &own).await.unwrap());
    let listed = read(&client, "/api/v2/routing/queues").await;
    assert_eq!(
        (ids(&listed["entities"], "id"), &listed["total"]),
        (vec![own["id"].as_str().unwrap().to_owned()], &json!(1))
    );
    let moved = json!({"name": "Mine", "division": {"id": server.organization_id()}});
    refused(&client.put(own["selfUri"].as_str().unwrap(), &moved).await.unwrap(), 404, "not.found");
}
