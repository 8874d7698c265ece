//! People: created, changed, deleted; nobody gives more than he has (ACC1).

use serde_json::json;
use waybill_testkit::{DemoUser, TestServer, login::LoginPage};

use crate::support::{
    ADMIN, AGENT, PASSWORD, SUPERVISOR, audited, delete, done, fails, good, own_role, patch, person, read, role, send,
};

#[tokio::test]
async fn acc1_people_are_created_found_changed_and_deleted() {
    let server = TestServer::builder().without_rate_limits().start().await;
    let admin = server.admin().await;
    let (id, zoe) = person(&server, &admin, "zoe@demo.example", &[role(AGENT, "*")]).await;
    let user = read(&admin, &format!("/api/v2/users/{id}?expand=authorization")).await;
    assert_eq!(
        (&user["email"], &user["version"], &user["division"]["name"]),
        (&json!("zoe@demo.example"), &json!(1), &json!("Home"))
    );
    assert_eq!(user["authorization"]["roleDivisions"], json!([role(AGENT, "*")]));
    assert!(!user.to_string().contains("argon2") && user.get("password").is_none());
    let listed = read(&admin, "/api/v2/users?name=ZOE").await;
    assert_eq!(
        (&listed["total"], &listed["pageNumber"], &listed["entities"][0]["id"]),
        (&json!(1), &json!(1), &json!(id))
    );
    assert_eq!(read(&admin, &format!("/api/v2/users?id={id},{}", server.organization_id())).await["total"], 1);
    assert_eq!(read(&admin, "/api/v2/users?pageSize=2&pageNumber=2").await["total"], 4);
    let taken = json!({"name": "Other", "email": "ZOE@demo.example"});
    fails(&admin.post("/api/v2/users", &taken).await.unwrap(), 409, "already.exists");
    let path = format!("/api/v2/users/{id}");
    let changed = good(&patch(&admin, &path, &json!({"name": "Zoë", "version": 1})).await);
    assert_eq!((&changed["name"], &changed["version"]), (&json!("Zoë"), &json!(2)));
    fails(&patch(&admin, &path, &json!({"name": "Late", "version": 1})).await, 409, "changed.in.between");
    read(&zoe, "/api/v2/users/me").await;
    done(&delete(&admin, &path).await);
    fails(&zoe.get("/api/v2/users/me").await.unwrap(), 401, "bad.credentials");
    fails(&admin.get(&path).await.unwrap(), 404, "not.found");
    let actions: Vec<_> = audited(&admin, &id).await.iter().map(ToString::to_string).collect();
    for action in ["user.created", "user.logged_in", "user.changed", "user.deleted"] {
        assert!(actions.iter().any(|row| row.contains(action)), "{action} is not in {actions:?}");
    }
    assert!(!actions.iter().any(|row| row.contains(PASSWORD) || row.contains("Zoë")), "{actions:?}");
}

#[tokio::test]
async fn acc1_what_a_person_can_not_be_is_refused_by_name() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    for (body, field) in [
        (json!({"email": "a@b.example"}), "name"),
        (json!({"name": "", "email": "a@b.example"}), "name"),
        (json!({"name": "a\u{7}", "email": "a@b.example"}), "name"),
        (json!({"name": "a", "email": "nobody"}), "email"),
        (json!({"name": "a", "email": "a@b@c"}), "email"),
        (json!({"name": "a", "email": "a@b.example", "password": "short"}), "password"),
        (json!({"name": "a", "email": "a@b.example", "password": "aaaaaaaaaaaa"}), "password"),
        (json!({"name": "a", "email": "a@b.example", "title": "x"}), "title"),
        (json!({"name": "a", "email": "a@b.example", "roleDivisions": "all"}), "roleDivisions"),
    ] {
        let error = fails(&admin.post("/api/v2/users", &body).await.unwrap(), 400, "bad.request");
        assert_eq!(error["details"][0]["fieldName"], field, "{body}: {error}");
        assert!(!error.to_string().contains("aaaaaaaaaaaa"));
    }
    let unknown = json!({"name": "a", "email": "a@b.example", "roleDivisions": [role("0190b0a1-7c1e-7d31-9d0a-2f5c3a1b7e42", "*")]});
    fails(&admin.post("/api/v2/users", &unknown).await.unwrap(), 404, "not.found");
}

#[tokio::test]
async fn acc1_nobody_gives_or_takes_or_touches_more_than_he_has() {
    let server = TestServer::builder().without_rate_limits().start().await;
    let admin = server.admin().await;
    let everything = json!([
        "directory:user:view",
        "directory:user:add",
        "directory:user:edit",
        "directory:user:delete",
        "oauth:client:add",
        "oauth:client:edit",
        "authorization:role:add",
        "authorization:role:edit"
    ]);
    let manager_role = own_role(&admin, "Manager", everything, json!([])).await;
    let (_, manager) = person(&server, &admin, "manager@demo.example", &[role(&manager_role, "*")]).await;
    let (low, _) = person(&server, &admin, "low@demo.example", &[]).await;
    let admin_id = read(&admin, "/api/v2/users/me").await["id"].as_str().unwrap().to_owned();
    let missing = |answer| fails(&answer, 403, "missing.permissions");
    let body = |role_id: &str| json!({"name": "n", "email": "n@demo.example", "roleDivisions": [role(role_id, "*")]});
    missing(manager.post("/api/v2/users", &body(ADMIN)).await.unwrap());
    missing(manager.post("/api/v2/users", &body(AGENT)).await.unwrap());
    missing(manager.put(&format!("/api/v2/users/{low}/roles"), &json!([SUPERVISOR])).await.unwrap());
    // Whoever takes an administrator's account over has its rights.
    let path = format!("/api/v2/users/{admin_id}");
    missing(manager.post(&format!("{path}/password"), &json!({"newPassword": PASSWORD})).await.unwrap());
    missing(patch(&manager, &path, &json!({"email": "mine@demo.example"})).await);
    missing(patch(&manager, &path, &json!({"state": "inactive"})).await);
    missing(delete(&manager, &path).await);
    missing(delete(&manager, &format!("{path}/totp")).await);
    missing(manager.put(&format!("{path}/roles"), &json!([])).await.unwrap());
    let client = json!({"name": "c", "roleDivisions": [role(ADMIN, "*")]});
    missing(manager.post("/api/v2/oauth/clients", &client).await.unwrap());
    let rotate = format!("/api/v2/oauth/clients/{}/secret", server.demo().oauth_client.id);
    missing(manager.post(&rotate, &json!({})).await.unwrap());
    let wider = json!({"name": "Manager", "permissions": ["audits:audit:view"]});
    missing(manager.post("/api/v2/authorization/roles", &wider).await.unwrap());
    missing(manager.put(&format!("/api/v2/authorization/roles/{manager_role}"), &wider).await.unwrap());
    // What he has he may give.
    good(&manager.put(&format!("/api/v2/users/{low}/roles"), &json!([manager_role])).await.unwrap());
    good(&patch(&manager, &path, &json!({"name": "Ada"})).await);
}

#[tokio::test]
async fn acc1_the_last_administrator_stays() {
    let server = TestServer::builder().without_rate_limits().start().await;
    let admin = server.admin().await;
    let id = read(&admin, "/api/v2/users/me").await["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v2/users/{id}");
    fails(&patch(&admin, &path, &json!({"state": "inactive"})).await, 409, "wrong.state");
    fails(&delete(&admin, &path).await, 409, "wrong.state");
    fails(&admin.put(&format!("{path}/roles"), &json!([AGENT])).await.unwrap(), 409, "wrong.state");
    let (second, other) = person(&server, &admin, "second@demo.example", &[role(ADMIN, "*")]).await;
    let second = format!("/api/v2/users/{second}");
    // Both at once: one of them stays.
    let off = json!({"state": "inactive"});
    let (one, two) = tokio::join!(patch(&admin, &second, &off), patch(&other, &path, &off));
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert!(statuses[0] == 200 && matches!(statuses[1], 401 | 409), "{} {}", one.text, two.text);
}

#[tokio::test]
async fn acc5_a_new_password_logs_out_everywhere() {
    let server = TestServer::builder().without_rate_limits().start().await;
    let admin = server.admin().await;
    let (id, zoe) = person(&server, &admin, "zoe@demo.example", &[role(AGENT, "*")]).await;
    let change = async |old: &str, new: &str| {
        patch(&zoe, "/api/v2/users/me/password", &json!({"oldPassword": old, "newPassword": new})).await
    };
    fails(&change("wrong", "another four words here").await, 400, "bad.request");
    fails(&change(PASSWORD, "short").await, 400, "bad.request");
    done(&change(PASSWORD, "another four words here").await);
    fails(&zoe.get("/api/v2/users/me").await.unwrap(), 401, "bad.credentials");
    let client = server.demo().login_client.id.to_string();
    let mut page = LoginPage::open(server.base_url(), &client).await.unwrap();
    assert_eq!(page.send(&[("email", "zoe@demo.example"), ("password", PASSWORD)]).await.unwrap().status, 401);
    let user = DemoUser { email: "zoe@demo.example".to_owned(), password: "another four words here".to_owned() };
    let zoe = server.log_in(&user).await;
    let set = json!({"newPassword": PASSWORD});
    done(&send(&admin, reqwest::Method::POST, &format!("/api/v2/users/{id}/password"), Some(&set)).await);
    fails(&zoe.get("/api/v2/users/me").await.unwrap(), 401, "bad.credentials");
}

#[tokio::test]
async fn acc1_other_organizations_see_nothing_of_it() {
    let server = TestServer::builder().without_rate_limits().start().await;
    let organization = server.service().create_organization("strangers").await.unwrap();
    let stranger =
        server.service().create_client(organization, "stranger", waybill_model::BuiltInRole::Admin).await.unwrap();
    let stranger = waybill_testkit::RestClient::log_in(server.base_url(), &stranger.id.to_string(), &stranger.secret)
        .await
        .unwrap();
    let agent = read(&server.agent().await, "/api/v2/users/me").await["id"].as_str().unwrap().to_owned();
    fails(&stranger.get(&format!("/api/v2/users/{agent}")).await.unwrap(), 404, "not.found");
    fails(&delete(&stranger, &format!("/api/v2/users/{agent}")).await, 404, "not.found");
    let client = server.demo().oauth_client.id;
    fails(&stranger.get(&format!("/api/v2/oauth/clients/{client}")).await.unwrap(), 404, "not.found");
    let home = server.organization_id();
    fails(&stranger.get(&format!("/api/v2/authorization/divisions/{home}")).await.unwrap(), 404, "not.found");
    assert_eq!(read(&stranger, "/api/v2/users").await["total"], 0);
}
