//! Canned replies: administered in the field's shape, filled for a conversation.

use reqwest::Method;
use serde_json::{Value, json};
use waybill_model::Permission;
use waybill_testkit::{RestClient, TestServer};

use crate::support::{UNKNOWN, assert_no_null, ids, ok, read, refused, send, start};

const LIBRARIES: &str = "/api/v2/responsemanagement/libraries";
const RESPONSES: &str = "/api/v2/responsemanagement/responses";

async fn library(admin: &RestClient, name: &str) -> String {
    let library = ok(admin.post(LIBRARIES, &json!({ "name": name })).await.unwrap());
    assert_no_null(&library);
    library["id"].as_str().unwrap().to_owned()
}

fn reply(library: &str, name: &str, content: &str) -> Value {
    json!({"name": name, "libraries": [{"id": library}], "texts": [{"content": content, "contentType": "text/plain"}]})
}

#[tokio::test]
async fn desk3_libraries_and_replies_are_administered_and_found() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let (parcels, money) = (library(&admin, "Parcels").await, library(&admin, "Money").await);
    refused(&admin.post(LIBRARIES, &json!({"name": "parcels"})).await.unwrap(), 409, "already.exists");
    let made = ok(admin.post(RESPONSES, &reply(&parcels, "Thanks", "Thank you, {{customer.name}}.")).await.unwrap());
    assert_no_null(&made);
    ok(admin.post(RESPONSES, &reply(&money, "Refund", "You get it back.")).await.unwrap());
    let names = |list: &Value| ids(&list["entities"], "name");
    assert_eq!(names(&read(&admin, LIBRARIES).await), ["Money", "Parcels"]);
    assert_eq!(names(&read(&admin, RESPONSES).await), ["Refund", "Thanks"]);
    assert_eq!(names(&read(&admin, &format!("{RESPONSES}?libraryId={parcels}")).await), ["Thanks"]);
    let query = |body: Value| {
        let admin = admin.clone();
        async move { ok(admin.post(&format!("{RESPONSES}/query"), &body).await.unwrap())["results"].clone() }
    };
    assert_eq!(names(&query(json!({"queryPhrase": "THANK you"})).await), ["Thanks"]);
    let filters = json!([{"name": "libraryId", "operator": "EQUALS", "values": [money]}]);
    assert_eq!(names(&query(json!({"filters": filters, "pageSize": 10})).await), ["Refund"]);

    // What was read is sent back with a change, and a stale version is told.
    let path = format!("{RESPONSES}/{}", made["id"].as_str().unwrap());
    let mut body = made.clone();
    body["name"] = json!("Many thanks");
    let changed = ok(admin.put(&path, &body).await.unwrap());
    assert_eq!((&changed["name"], &changed["version"]), (&json!("Many thanks"), &json!(2)));
    refused(&admin.put(&path, &body).await.unwrap(), 409, "changed.in.between");
    assert_eq!(read(&admin, &path).await, changed);
    let place = format!("{LIBRARIES}/{parcels}");
    refused(&send(&admin, Method::DELETE, &place, "", &[]).await, 409, "wrong.state");
    assert_eq!(send(&admin, Method::DELETE, &path, "", &[]).await.status, 204);
    assert_eq!(send(&admin, Method::DELETE, &place, "", &[]).await.status, 204);
    refused(&admin.get(&path).await.unwrap(), 404, "not.found");
    refused(&admin.get(&place).await.unwrap(), 404, "not.found");
}

#[tokio::test]
async fn desk3_a_text_that_names_what_no_conversation_has_is_refused() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let place = library(&admin, "Parcels").await;
    for (content, part) in [
        ("Hello {{customer.", "closed"),
        ("{% if x %}", "statements"),
        ("{{secret.token}}", "secret"),
        ("{{env.BASE}}", "BASE"),
        ("{{orderState}}", "orderState"),
        ("{{message.text}}", "message.text"),
        (" ", "empty"),
    ] {
        let body = refused(&admin.post(RESPONSES, &reply(&place, "x", content)).await.unwrap(), 400, "bad.request");
        assert!(body["message"].as_str().unwrap().contains(part), "{content}: {body}");
    }
    for body in [
        reply(UNKNOWN, "x", "y"),
        json!({"name": "x", "libraries": [], "texts": [{"content": "y"}]}),
        json!({"name": "x", "libraries": [{"id": place}], "texts": []}),
        json!({"name": "x", "libraries": [{"id": place}], "texts": [{"content": "y", "contentType": "text/rtf"}]}),
    ] {
        refused(&admin.post(RESPONSES, &body).await.unwrap(), 400, "bad.request");
    }
}

#[tokio::test]
async fn desk4_a_reply_is_filled_with_the_context_and_names_what_is_absent() {
    let server = TestServer::start().await;
    let (admin, client) = (server.admin().await, server.integrator().await);
    let place = library(&admin, "Parcels").await;
    let body = json!({
        "name": "Looking it up", "libraries": [{"id": place}],
        "texts": [
            {"content": "Thank you, {{ customer.name }}: {{customData.crmCustomerId}}, {{customData.orderId}}."},
            {"content": "<p>{{customer.name}}</p>", "contentType": "text/html"},
            {"content": "{{customData.orderId | default('your order')}}"},
        ],
    });
    let made = ok(admin.post(RESPONSES, &body).await.unwrap());
    let render = format!("{RESPONSES}/{}/render", made["id"].as_str().unwrap());
    let chat = start(
        &server,
        &client,
        "open",
        json!({"customData": {"crmCustomerId": "CRM-{{now}}"}, "customer": {"name": "<Jane> {{now}}"}}),
    )
    .await;
    let wish = json!({"conversationId": chat.id});
    let filled = ok(client.post(&render, &wish).await.unwrap());
    assert_no_null(&filled);
    let contents: Vec<_> = filled["texts"].as_array().unwrap().iter().map(|text| text["content"].clone()).collect();
    assert_eq!(
        contents,
        [
            "Thank you, <Jane> {{now}}: CRM-{{now}}, {{customData.orderId}}.",
            "<p>&lt;Jane&gt; {{now}}</p>",
            "your order",
        ],
        "values are not templates"
    );
    assert_eq!(filled["complete"], false);
    let absent = &filled["texts"][0]["absent"][0];
    assert_eq!((&absent["placeholder"], &absent["key"]), (&json!("{{customData.orderId}}"), &json!("orderId")));
    assert!(absent["why"].is_string() && absent["message"].as_str().unwrap().contains("orderId"), "{absent}");
    refused(&client.post(&render, &json!({"conversationId": UNKNOWN})).await.unwrap(), 404, "not.found");

    // Whoever may not see who the customer is, does not see it this way either.
    let permissions = [Permission::ResponseView, Permission::ConversationView].map(Permission::as_str);
    let role = json!({"name": "no names", "permissions": permissions});
    let role = ok(admin.post("/api/v2/authorization/roles", &role).await.unwrap());
    let made = json!({
        "name": "blind", "authorizedGrantType": "CLIENT-CREDENTIALS",
        "roleDivisions": [{"roleId": role["id"], "divisionId": "*"}],
    });
    let made = ok(admin.post("/api/v2/oauth/clients", &made).await.unwrap());
    let (id, secret) = (made["id"].as_str().unwrap(), made["secret"].as_str().unwrap());
    let blind = RestClient::log_in(server.base_url(), id, secret).await.unwrap();
    let masked = ok(blind.post(&render, &wish).await.unwrap());
    assert_eq!(masked["texts"][1]["content"], "<p>***</p>");
}
