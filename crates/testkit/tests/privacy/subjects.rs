//! Whose data: by every name of a key, former values and quarantined ones included, and nobody else's (PRIV6).

use serde_json::json;

use crate::support::{CRM, ask, found_in, patch, read, server, talk};

#[tokio::test]
async fn priv6_a_value_that_was_corrected_goes_and_the_rest_is_its_owners() {
    let server = server().await;
    let (admin, client) = (server.admin().await, server.integrator().await);
    let id = talk(&server, &client, "CRM-WRONG-CANARY").await;
    patch(&client, &id, json!({"crmCustomerId": "CRM-RIGHT-OWNER"})).await;
    let erased =
        ask(&admin, "GDPR_DELETE", json!({"attributeKey": "customer_id", "attributeValue": "CRM-WRONG-CANARY"})).await;
    assert_eq!((&erased["totals"]["conversations"], &erased["totals"]["messages"]), (&json!(1), &json!(0)), "{erased}");
    assert_eq!(found_in(server.data(), &["CRM-WRONG-CANARY"]), Vec::<String>::new());
    let webchat = read(&client, &format!("/api/v2/conversations/webchat/{id}")).await;
    assert_eq!(webchat["customData"]["crmCustomerId"], "CRM-RIGHT-OWNER");
    assert_eq!(webchat["customer"]["name"], "Zoë Canary-Name");
}

#[tokio::test]
async fn priv6_a_value_that_only_stands_in_quarantine_is_found() {
    let server = server().await;
    let (admin, client) = (server.admin().await, server.integrator().await);
    let long = format!("{CRM}-{}", "x".repeat(300));
    let body = json!({"deploymentId": server.deployment("quarantine").to_string(), "customData": {"crmId": long}});
    let started = client.post("/api/v2/conversations/webchat", &body).await.unwrap();
    assert_eq!(started.status, 200, "{}", started.text);
    assert!(started.text.contains("quarantined"), "{}", started.text);
    let erased = ask(&admin, "GDPR_DELETE", json!({"attributeKey": "crmCustomerId", "attributeValue": long})).await;
    assert_eq!(erased["totals"]["conversations"], 1, "{erased}");
    assert_eq!(found_in(server.data(), &[CRM]), Vec::<String>::new());
}

#[tokio::test]
async fn priv6_who_does_not_reach_a_division_erases_nothing_in_it() {
    let server = server().await;
    let (admin, client) = (server.admin().await, server.integrator().await);
    let id = talk(&server, &client, CRM).await;
    let made = admin.post("/api/v2/authorization/divisions", &json!({"name": "Elsewhere"})).await.unwrap();
    let division: serde_json::Value = made.json().unwrap();
    let role = json!({"name": "Privacy", "permissions": ["gdpr:request:view", "gdpr:request:add"]});
    let role: serde_json::Value = admin.post("/api/v2/authorization/roles", &role).await.unwrap().json().unwrap();
    let grant = json!([{"roleId": role["id"], "divisionId": division["id"]}]);
    let person = json!({
        "name": "P", "email": "privacy@demo.example", "password": "four words nobody guesses", "roleDivisions": grant
    });
    let made = admin.post("/api/v2/users", &person).await.unwrap();
    assert!(made.status.is_success(), "{}", made.text);
    let user = waybill_testkit::DemoUser {
        email: "privacy@demo.example".to_owned(),
        password: "four words nobody guesses".to_owned(),
    };
    let officer = server.log_in(&user).await;
    let body = json!({"requestType": "GDPR_DELETE", "subject": {"conversationId": id}});
    assert_eq!(officer.post("/api/v2/gdpr/requests", &body).await.unwrap().status, 404);
    let erased = ask(&officer, "GDPR_DELETE", json!({"attributeValue": CRM})).await;
    assert_eq!(erased["totals"]["conversations"], 0, "{erased}");
    let webchat = read(&client, &format!("/api/v2/conversations/webchat/{id}")).await;
    assert_eq!(webchat["customData"]["crmCustomerId"], CRM);
}
