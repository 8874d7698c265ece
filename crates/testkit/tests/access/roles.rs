//! Roles and permissions (ACC1).

use serde_json::json;
use waybill_testkit::TestServer;

use crate::support::{ADMIN, delete, done, fails, good, own_role, person, read, role};

#[tokio::test]
async fn acc1_a_role_s_rights_come_change_and_go_at_once() {
    let server = TestServer::builder().without_rate_limits().start().await;
    let admin = server.admin().await;
    let id = own_role(&admin, "Reader", json!(["conversation:communication:view"]), json!([])).await;
    let (_, reader) = person(&server, &admin, "reader@demo.example", &[role(&id, "*")]).await;
    read(&reader, "/api/v2/conversations/webchat").await;
    fails(&reader.get("/api/v2/users").await.unwrap(), 403, "missing.permissions");
    let path = format!("/api/v2/authorization/roles/{id}");
    let body = json!({"name": "Directory", "description": "reads people", "permissions": ["directory:user:view"]});
    assert_eq!(good(&admin.put(&path, &body).await.unwrap())["version"], 2);
    read(&reader, "/api/v2/users").await;
    fails(&reader.get("/api/v2/conversations/webchat").await.unwrap(), 403, "missing.permissions");
    done(&delete(&admin, &path).await);
    fails(&reader.get("/api/v2/users").await.unwrap(), 403, "missing.permissions");
    assert_eq!(read(&reader, "/api/v2/users/me?expand=authorization").await["authorization"]["permissions"], json!([]));
}

#[tokio::test]
async fn acc1_the_server_s_own_roles_are_listed_first_and_nobody_changes_them() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    own_role(&admin, "Another", json!([]), json!([])).await;
    let listed = read(&admin, "/api/v2/authorization/roles").await;
    let names: Vec<_> =
        listed["entities"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!((names, &listed["total"]), (vec!["admin", "supervisor", "agent", "integrator", "Another"], &json!(5)));
    let second = read(&admin, "/api/v2/authorization/roles?pageSize=3&pageNumber=2").await;
    assert_eq!(
        (&second["entities"][0]["name"], &second["entities"][1]["name"]),
        (&json!("integrator"), &json!("Another"))
    );
    let path = format!("/api/v2/authorization/roles/{ADMIN}");
    assert_eq!(read(&admin, &path).await["default"], true);
    fails(&admin.put(&path, &json!({"name": "mine"})).await.unwrap(), 409, "wrong.state");
    fails(&delete(&admin, &path).await, 409, "wrong.state");
}

#[tokio::test]
async fn acc1_permissions_are_written_whole_by_entity_and_for_single_keys() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let body = json!({
        "name": "Mixed", "permissions": ["conversation:communication:view"],
        "permissionPolicies": [
            {"domain": "routing", "entityName": "queue", "actionSet": ["*"]},
            {"domain": "conversation", "entityName": "customAttributes", "actionSet": ["edit"], "keys": ["note"]}
        ]
    });
    let made = good(&admin.post("/api/v2/authorization/roles", &body).await.unwrap());
    let policies = made["permissionPolicies"].as_array().unwrap();
    let of = |entity: &str| policies.iter().find(|one| one["entityName"] == entity).unwrap();
    assert_eq!(of("queue")["actionSet"], json!(["view", "add", "edit", "delete"]));
    assert_eq!(of("customAttributes")["keys"], json!(["note"]));
    // What was read can be sent back.
    let path = format!("/api/v2/authorization/roles/{}", made["id"].as_str().unwrap());
    let again = good(&admin.put(&path, &made).await.unwrap());
    assert_eq!(again["permissionPolicies"], made["permissionPolicies"]);
    for (body, field) in [
        (json!({"name": "x", "permissions": ["no:such:right"]}), "permissions"),
        (
            json!({"name": "x", "permissionPolicies": [{"domain": "a", "entityName": "b", "actionSet": ["c"]}]}),
            "permissionPolicies",
        ),
        (
            json!({"name": "x", "permissionPolicies": [{"domain": "routing", "entityName": "queue", "actionSet": ["view"], "keys": ["a"]}]}),
            "keys",
        ),
        (json!({"permissions": []}), "name"),
    ] {
        let error = fails(&admin.post("/api/v2/authorization/roles", &body).await.unwrap(), 400, "bad.request");
        assert_eq!(error["details"][0]["fieldName"], field, "{error}");
    }
    let permissions = read(&admin, "/api/v2/authorization/permissions?pageSize=100").await;
    assert!(permissions.to_string().contains("conversation:customAttributes:edit"), "{permissions}");
    let scopes = read(&admin, "/api/v2/oauth/scopes").await;
    assert!(scopes["entities"].as_array().unwrap().iter().any(|scope| scope["id"] == "conversations:readonly"));
}
