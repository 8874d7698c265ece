//! Divisions: whoever has a right in some sees nothing of the others (ACC2).

use serde_json::json;
use waybill_testkit::{RestClient, TestServer};

use crate::support::{ADMIN, AGENT, fails, good, own_role, person, read, role, start};

/// A server whose deployment `quarantine` is in another division than the rest.
async fn divided() -> (TestServer, RestClient, String) {
    let server = TestServer::builder().without_rate_limits().start().await;
    let admin = server.admin().await;
    let division = good(&admin.post("/api/v2/authorization/divisions", &json!({"name": "Parts"})).await.unwrap());
    let division = division["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v2/webdeployments/deployments/{}", server.deployment("quarantine"));
    let mut deployment = read(&admin, &path).await;
    deployment["division"] = json!({"id": division});
    let answer = admin.put(&path, &deployment).await.unwrap();
    assert_eq!(answer.status, 200, "{}", answer.text);
    (server, admin, division)
}

#[tokio::test]
async fn acc2_conversations_of_other_divisions_are_not_found() {
    let (server, admin, division) = divided().await;
    let integrator = server.integrator().await;
    let (_, theirs) = person(&server, &admin, "parts@demo.example", &[role(AGENT, &division)]).await;
    let home = server.organization_id().to_string();
    let (_, ours) = person(&server, &admin, "home@demo.example", &[role(AGENT, &home)]).await;
    let mine = start(&server, &integrator, "quarantine", json!({"customData": {"vip": true}})).await;
    let mut others = Vec::new();
    for _ in 0..3 {
        others.push(start(&server, &integrator, "open", json!({"customData": {"a": "1"}})).await);
    }
    for path in ["", "/context", "/context/vip", "/context/history", "/trace", "/events"] {
        let found = format!("/api/v2/conversations/{mine}{path}");
        let hidden = format!("/api/v2/conversations/{}{path}", others[0]);
        if path != "/events" {
            read(&theirs, &found).await;
        }
        let error = fails(&theirs.get(&hidden).await.unwrap(), 404, "not.found");
        assert_eq!(error["messageParams"]["kind"], "conversation");
        fails(&ours.get(&found).await.unwrap(), 404, "not.found");
    }
    let listed = async |client: &RestClient, size: u32| {
        let (mut ids, mut path) = (Vec::new(), format!("/api/v2/conversations/webchat?pageSize={size}"));
        loop {
            let page = read(client, &path).await;
            ids.extend(page["entities"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()));
            let Some(cursor) = page["cursor"].as_str() else { return ids };
            path = format!("/api/v2/conversations/webchat?pageSize={size}&cursor={cursor}");
        }
    };
    // Nobody starts a conversation that he would not see.
    let maker = own_role(&admin, "Maker", json!(["conversation:webmessaging:create"]), json!([])).await;
    let (_, maker) = person(&server, &admin, "maker@demo.example", &[role(&maker, &division)]).await;
    start(&server, &maker, "quarantine", json!({})).await;
    let body = json!({"deploymentId": server.deployment("open").to_string()});
    fails(&maker.post("/api/v2/conversations/webchat", &body).await.unwrap(), 401, "unknown_deployment");
    let mine = vec![
        read(&integrator, "/api/v2/conversations/webchat?pageSize=1").await["entities"][0]["id"]
            .as_str()
            .unwrap()
            .to_owned(),
        mine,
    ];
    others.reverse();
    assert_eq!((listed(&theirs, 1).await, listed(&ours, 2).await), (mine, others));
    assert_eq!(listed(&integrator, 2).await.len(), 5);
}

#[tokio::test]
async fn acc2_a_stream_tells_of_the_reader_s_divisions_only() {
    let (server, admin, division) = divided().await;
    let integrator = server.integrator().await;
    let (_, theirs) = person(&server, &admin, "parts@demo.example", &[role(AGENT, &division)]).await;
    let mut stream = theirs.events("/api/v2/events", None).await.unwrap();
    start(&server, &integrator, "open", json!({"customData": {"a": "1"}, "message": "Hello"})).await;
    let mine = start(&server, &integrator, "quarantine", json!({"customData": {"vip": true}})).await;
    let first = stream.next().await.unwrap().unwrap();
    assert!(first.data.contains(&mine), "{}", first.data);
    assert_eq!(first.event.as_deref(), Some("conversation:start"));
    // Later events of a conversation that began before are placed as well.
    let mut again = theirs.events("/api/v2/events?cursor=beginning", None).await.unwrap();
    assert_eq!(again.next().await.unwrap().unwrap().data, first.data);
}

#[tokio::test]
async fn acc2_people_and_divisions_beyond_the_right_are_hidden() {
    let (server, admin, division) = divided().await;
    let manager = own_role(
        &admin,
        "Manager",
        json!([
            "directory:user:view",
            "directory:user:add",
            "directory:user:edit",
            "authorization:role:view",
            "authorization:division:edit"
        ]),
        json!([]),
    )
    .await;
    let (_, manager) = person(&server, &admin, "manager@demo.example", &[role(&manager, &division)]).await;
    let users = read(&manager, "/api/v2/users").await;
    assert_eq!((&users["total"], &users["entities"]), (&json!(0), &json!([])));
    let agent = read(&server.agent().await, "/api/v2/users/me").await["id"].as_str().unwrap().to_owned();
    fails(&manager.get(&format!("/api/v2/users/{agent}")).await.unwrap(), 404, "not.found");
    let body = |division: Option<&str>| {
        let mut body = json!({"name": "New", "email": "new@demo.example"});
        if let Some(division) = division {
            body["divisionId"] = json!(division);
        }
        body
    };
    fails(&manager.post("/api/v2/users", &body(None)).await.unwrap(), 404, "not.found");
    good(&manager.post("/api/v2/users", &body(Some(&division))).await.unwrap());
    assert_eq!(read(&manager, "/api/v2/users").await["total"], 1);
    let divisions = read(&manager, "/api/v2/authorization/divisions").await;
    assert_eq!((&divisions["total"], &divisions["entities"][0]["name"]), (&json!(1), &json!("Parts")));
    let home = format!("/api/v2/authorization/divisions/{}", server.organization_id());
    fails(&manager.get(&home).await.unwrap(), 404, "not.found");
    fails(&manager.put(&home, &json!({"name": "Ours"})).await.unwrap(), 404, "not.found");
    let refused = manager.post("/api/v2/authorization/divisions", &json!({"name": "More"})).await.unwrap();
    fails(&refused, 403, "missing.permissions");
    let renamed = manager.put(&format!("/api/v2/authorization/divisions/{division}"), &json!({"name": "Spares"})).await;
    assert_eq!(good(&renamed.unwrap())["name"], "Spares");
    assert_eq!(read(&admin, "/api/v2/authorization/divisions").await["total"], 2);
    let (_, second) = person(&server, &admin, "second@demo.example", &[role(ADMIN, &division)]).await;
    assert_eq!(read(&second, "/api/v2/users").await["total"], 1, "an administrator of a division sees it alone");
}
