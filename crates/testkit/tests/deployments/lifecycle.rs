//! A deployment is created, listed, changed and deleted (DEP1).

use reqwest::Method;
use serde_json::{Value, json};
use waybill_model::{BuiltInRole, DeploymentId};
use waybill_testkit::{GuestClient, TestServer};

use crate::support::{
    DEPLOYMENTS, admin, ask, assert_no_nulls, get, of, post, put, refused, start, try_ask, with_role,
};

#[tokio::test]
async fn dep1_a_deployment_lives_and_goes_and_its_conversations_stay() {
    let server = TestServer::start().await;
    let client = admin(&server).await;
    let made = post(
        &client,
        DEPLOYMENTS,
        json!({"name": "shop", "description": "the shop", "allowedDomains": ["shop.example"], "status": "Active"}),
    )
    .await;
    assert_no_nulls(&made);
    let id: DeploymentId = made["id"].as_str().unwrap().parse().unwrap();
    assert_eq!((&made["status"], &made["customData"]["mode"]), (&json!("Active"), &json!("open")));
    let snippet = made["snippet"].as_str().unwrap();
    for part in [&format!("src=\"{}/sdk/waybill.js\"", server.base_url()), &format!("data-deployment-id=\"{id}\"")] {
        assert!(snippet.contains(part), "{snippet}");
    }

    let conversation = start(&client, id, json!({"customData": {"crmCustomerId": "CRM-1"}})).await;
    let changed = put(&client, &of(id, ""), json!({"name": "shop 2", "allowAllDomains": true})).await;
    assert_eq!((&changed["name"], &changed["allowedDomains"]), (&json!("shop 2"), &json!([])));
    assert!(changed.get("description").is_none(), "{changed}");
    assert_eq!(changed["status"], "Active", "what a status is left out stays");
    // What a client reads it can send back.
    assert_eq!(put(&client, &of(id, ""), changed.clone()).await["name"], "shop 2");

    put(&client, &of(id, ""), json!({"name": "shop 2", "status": "Inactive"})).await;
    let mut body = json!({"deploymentId": id.to_string(), "customData": {}});
    let webchat = "/api/v2/conversations/webchat";
    refused(&client, Method::POST, webchat, Some(body.clone()), 401, "inactive_deployment").await;

    ask(&client, Method::DELETE, &of(id, ""), None).await;
    refused(&client, Method::POST, webchat, Some(body.take()), 401, "unknown_deployment").await;
    refused(&client, Method::GET, &of(id, ""), None, 404, "not.found").await;
    refused(&client, Method::DELETE, &of(id, ""), None, 404, "not.found").await;
    let listed = get(&client, DEPLOYMENTS).await;
    assert!(!listed.to_string().contains(&id.to_string()));
    let read = get(&client, &format!("/api/v2/conversations/{conversation}/context/crmCustomerId")).await;
    assert_eq!(read["value"], "CRM-1", "{read}");
    let config = server.anonymous().get(&format!("/webdeployments/v1/deployments/{id}/config.json")).await.unwrap();
    assert_eq!(config.status, 404, "{}", config.text);
    let mut visitor = server.visitor("open");
    visitor.deployment_id = id.to_string();
    let mut guest = GuestClient::connect(visitor).await.unwrap();
    assert!(guest.configure(false).await.is_err_and(|error| error.to_string().contains("401")));

    let audit = get(&client, "/api/v2/audits?pageSize=200").await.to_string();
    for action in ["deployment.created", "deployment.updated", "deployment.deleted"] {
        assert!(audit.contains(action), "{action} is not in {audit}");
    }
}

#[tokio::test]
async fn dep1_pages_of_deployments_join() {
    let server = TestServer::start().await;
    let client = admin(&server).await;
    let all = get(&client, &format!("{DEPLOYMENTS}?pageSize=200")).await;
    assert_no_nulls(&all);
    assert!(all.get("nextUri").is_none() && all.get("previousUri").is_none(), "{all}");
    let names = |page: &Value| -> Vec<String> {
        page["entities"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect()
    };
    let (mut path, mut seen, mut last) = (format!("{DEPLOYMENTS}?pageSize=3"), Vec::new(), Value::Null);
    loop {
        let page = get(&client, &path).await;
        assert_eq!(page["total"], all["total"]);
        seen.extend(names(&page));
        last = if page.get("previousUri").is_some() { page.clone() } else { last };
        let Some(next) = page["nextUri"].as_str() else { break };
        path = next.to_owned();
    }
    assert_eq!(seen, names(&all));
    let before = get(&client, last["previousUri"].as_str().unwrap()).await;
    assert_eq!(names(&before).last(), Some(&seen[seen.len() - names(&last).len() - 1]));
    for wrong in ["?after=nonsense", "?pageSize=0", "?expand=everything", "?aftr=1"] {
        refused(&client, Method::GET, &format!("{DEPLOYMENTS}{wrong}"), None, 400, "bad.request").await;
    }
}

#[tokio::test]
async fn dep1_what_a_deployment_cannot_be_is_refused_by_name() {
    let server = TestServer::start().await;
    let client = admin(&server).await;
    for (body, field) in [
        (json!({}), "name"),
        (json!({"name": " "}), "name"),
        (json!({"name": "a", "status": "Pending"}), "status"),
        (json!({"name": "a", "allowedDomains": ["https://shop.example"]}), "allowedDomains"),
        (json!({"name": "a", "allowAllDomains": "yes"}), "allowAllDomains"),
        (json!({"name": "a", "configuration": {"id": "7"}}), "configuration"),
        (json!({"name": "a", "flow": {"id": "7"}}), "flow"),
        (json!({"name": "a", "statsu": "Active"}), "statsu"),
        (json!({"name": "a", "pushIntegrations": [{"id": "1"}]}), "pushIntegrations"),
    ] {
        let body = refused(&client, Method::POST, DEPLOYMENTS, Some(body), 400, "bad.request").await;
        assert!(body.to_string().contains(&format!("`{field}`")) || body.to_string().contains(field), "{body}");
    }
    let missing = json!({"name": "a", "division": {"id": "0190b0a1-7c1e-7d31-9d0a-2f5c3a1b7e42"}});
    refused(&client, Method::POST, DEPLOYMENTS, Some(missing), 404, "not.found").await;
    // Whoever may only read changes nothing.
    let integrator = with_role(&server, BuiltInRole::Integrator).await;
    let open = of(server.deployment("open"), "");
    for (method, path) in [(Method::POST, DEPLOYMENTS), (Method::PUT, open.as_str()), (Method::DELETE, open.as_str())] {
        let answer = try_ask(&integrator, method, path, Some(json!({"name": "a"})), &[]).await;
        assert_eq!(answer.status, 403, "{}", answer.text);
    }
}

#[tokio::test]
async fn dep1_identity_resolution_is_kept() {
    let server = TestServer::start().await;
    let client = admin(&server).await;
    let path = of(server.deployment("open"), "/identityresolution");
    let usual = get(&client, &path).await;
    assert_eq!((&usual["resolveIdentities"], usual.get("externalSource")), (&json!(false), None), "{usual}");
    let source = "0190b0a1-7c1e-7d31-9d0a-2f5c3a1b7e42";
    let wish = json!({"resolveIdentities": true, "externalSource": {"id": source}});
    assert_eq!(put(&client, &path, wish).await["externalSource"]["id"], source);
    let kept = get(&client, &path).await;
    assert_eq!(put(&client, &path, kept.clone()).await, kept);
    assert_no_nulls(&kept);
}
