//! Who sets webhooks up, and how far they reach.

use serde_json::{Value, json};
use waybill_testkit::{DemoUser, RestClient, TestServer};

use crate::{
    receiver::Receiver,
    support::{get, hook, ok, post, server, start},
};

const PASSWORD: &str = "four words nobody guesses";
/// The built-in role of API clients, which also manages webhooks.
const INTEGRATOR: &str = "00000000-0000-8000-8000-000000000004";

async fn person(server: &TestServer, admin: &RestClient, name: &str, role: &str, division: &str) -> RestClient {
    let email = format!("{name}@demo.example");
    let roles = json!([{"roleId": role, "divisionId": division}]);
    let body = json!({"name": name, "email": email, "password": PASSWORD, "roleDivisions": roles});
    post(admin, "/api/v2/users", &body).await;
    server.log_in(&DemoUser { email, password: PASSWORD.to_owned() }).await
}

#[tokio::test]
async fn wh9_who_reaches_one_division_sets_up_webhooks_for_it_alone() {
    let (server, receiver) = (server().await, Receiver::new().await);
    let admin = server.admin().await;
    let division = post(&admin, "/api/v2/authorization/divisions", &json!({"name": "Parts"})).await;
    let division = division["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v2/webdeployments/deployments/{}", server.deployment("quarantine"));
    let mut deployment = get(&admin, &path).await;
    deployment["division"] = json!({"id": division});
    ok(&admin.put(&path, &deployment).await.unwrap());
    let theirs = person(&server, &admin, "parts", INTEGRATOR, &division).await;

    let ours = hook(&admin, &Receiver::new().await, json!({"name": "Ours"})).await;
    assert_eq!(theirs.get(&ours.path).await.unwrap().status, 404);
    let inside = hook(&theirs, &receiver, json!({"name": "Theirs", "events": ["conversation:start"]})).await;
    assert_eq!(get(&theirs, "/api/v2/webhooks").await["total"], 1);
    assert_eq!(get(&admin, "/api/v2/webhooks").await["total"], 2);
    let beyond = json!({"name": "a", "url": receiver.url, "deploymentIds": [server.deployment("open")]});
    let refused = theirs.post("/api/v2/webhooks", &beyond).await.unwrap();
    assert!(refused.status == 400 && refused.text.contains("unknown deployment"), "{}", refused.text);

    let integrator = server.integrator().await;
    start(&integrator, &server.deployment("open").to_string(), json!({"plan": "gold"})).await;
    let seen = start(&integrator, &server.deployment("quarantine").to_string(), json!({"plan": "gold"})).await;
    let received = receiver.count(1).await;
    let told: Vec<_> = received.iter().map(|one| one.conversation()).collect();
    assert_eq!(told, [seen.id.as_str()], "{}", inside.id);
}

#[tokio::test]
async fn wh9_who_may_not_see_personal_values_can_not_have_them_sent() {
    let (server, receiver) = (server().await, Receiver::new().await);
    let admin = server.admin().await;
    let permissions: Value = ["view", "add", "edit"].map(|action| format!("integrations:webhook:{action}")).into();
    let role = json!({"name": "Webhooks", "permissions": permissions});
    let role = post(&admin, "/api/v2/authorization/roles", &role).await;
    let home = server.organization_id().to_string();
    let manager = person(&server, &admin, "hooks", role["id"].as_str().unwrap(), &home).await;

    let asked = json!({"name": "a", "url": receiver.url, "includePersonal": true});
    let refused = manager.post("/api/v2/webhooks", &asked).await.unwrap();
    assert!(refused.status == 403 && refused.text.contains("conversation:personalAttributes:view"), "{}", refused.text);
    let own = hook(&manager, &receiver, json!({"events": ["conversation:start"]})).await;
    assert_eq!(get(&manager, &own.path).await["includePersonal"], false);
    // Nor can what somebody else has sent be turned elsewhere.
    let whole = hook(&server.integrator().await, &receiver, json!({"name": "Whole"})).await;
    let turned = json!({"name": "Whole", "url": receiver.url, "includePersonal": true});
    let answer = manager.put(&whole.path, &turned).await.unwrap();
    assert!(matches!(answer.status.as_u16(), 403 | 404), "{}", answer.text);
    let agent = server.agent().await;
    assert_eq!(agent.get(&own.path).await.unwrap().status, 403);
    assert_eq!(server.anonymous().get(&own.path).await.unwrap().status, 401);
}
