//! API clients, and secrets that overlap while they are rotated (ACC5).

use std::sync::Arc;

use serde_json::{Value, json};
use waybill_testkit::{FixedClock, TestServer};

use crate::support::{INTEGRATOR, delete, done, fails, good, read, role, token};

async fn logs_in(server: &TestServer, id: &str, secret: &str) -> u16 {
    let form = [("grant_type", "client_credentials"), ("client_id", id), ("client_secret", secret)];
    token(server, &form).await.status.as_u16()
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_else(|| panic!("no {name} in {value}")).to_owned()
}

#[tokio::test]
async fn acc5_a_secret_is_rotated_with_an_overlap_and_shown_once() {
    let clock = Arc::new(FixedClock::at("2026-11-20T18:00:00Z".parse().unwrap()));
    let server = TestServer::builder().clock(clock.clone()).without_rate_limits().start().await;
    let admin = server.admin().await;
    let body = json!({"name": "CRM sync", "roleDivisions": [role(INTEGRATOR, "*")]});
    let created = good(&admin.post("/api/v2/oauth/clients", &body).await.unwrap());
    let (id, first) = (text(&created, "id"), text(&created, "secret"));
    let path = format!("/api/v2/oauth/clients/{id}");
    assert_eq!(logs_in(&server, &id, &first).await, 200);
    let rotated = good(&admin.post(&format!("{path}/secret"), &json!({"overlapSeconds": 60})).await.unwrap());
    let second = text(&rotated, "secret");
    assert_eq!((logs_in(&server, &id, &first).await, logs_in(&server, &id, &second).await), (200, 200));
    clock.advance_millis(60_000);
    assert_eq!((logs_in(&server, &id, &first).await, logs_in(&server, &id, &second).await), (401, 200));
    let third =
        text(&good(&admin.post(&format!("{path}/secret"), &json!({"overlapSeconds": 0})).await.unwrap()), "secret");
    assert_eq!((logs_in(&server, &id, &second).await, logs_in(&server, &id, &third).await), (401, 200));
    let seen = read(&admin, &path).await;
    assert!(seen.get("secret").is_none() && !seen.to_string().contains("argon2"), "{seen}");
    assert_eq!(seen["secrets"].as_array().unwrap().len(), 1);
    assert!(!read(&admin, "/api/v2/oauth/clients").await.to_string().contains(&third));
    // A bodiless POST comes as nothing from some clients and as the word null from others.
    let request = admin.request(reqwest::Method::POST, &format!("{path}/secret")).body("null");
    assert_eq!(request.send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn acc5_a_client_that_is_switched_off_or_deleted_is_logged_out() {
    let server = TestServer::builder().without_rate_limits().start().await;
    let admin = server.admin().await;
    let body = json!({"name": "CRM sync", "roleIds": [INTEGRATOR]});
    let created = good(&admin.post("/api/v2/oauth/clients", &body).await.unwrap());
    let (id, secret) = (text(&created, "id"), text(&created, "secret"));
    let path = format!("/api/v2/oauth/clients/{id}");
    let client = waybill_testkit::RestClient::log_in(server.base_url(), &id, &secret).await.unwrap();
    read(&client, "/api/v2/conversations/webchat").await;
    let mut off = read(&admin, &path).await;
    off["state"] = json!("inactive");
    assert_eq!(good(&admin.put(&path, &off).await.unwrap())["state"], "inactive");
    fails(&client.get("/api/v2/conversations/webchat").await.unwrap(), 401, "bad.credentials");
    assert_eq!(logs_in(&server, &id, &secret).await, 401);
    off["state"] = json!("active");
    good(&admin.put(&path, &off).await.unwrap());
    let client = waybill_testkit::RestClient::log_in(server.base_url(), &id, &secret).await.unwrap();
    done(&delete(&admin, &path).await);
    fails(&client.get("/api/v2/conversations/webchat").await.unwrap(), 401, "bad.credentials");
    fails(&admin.get(&path).await.unwrap(), 404, "not.found");
}

#[tokio::test]
async fn acc5_a_client_that_makes_no_sense_is_refused() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    for (body, field) in [
        (json!({"name": "x", "authorizedGrantType": "TOKEN"}), "authorizedGrantType"),
        (json!({"name": "x", "authorizedGrantType": "CODE"}), "registeredRedirectUri"),
        (json!({"name": "x", "registeredRedirectUri": ["javascript:alert(1)"]}), "registeredRedirectUri"),
        (json!({"name": "x", "registeredRedirectUri": ["http://app.example/"]}), "registeredRedirectUri"),
        (json!({"name": "x", "public": true, "roleIds": [INTEGRATOR]}), "roleIds"),
        (json!({"name": "x", "state": "asleep"}), "state"),
        (json!({}), "name"),
    ] {
        let error = fails(&admin.post("/api/v2/oauth/clients", &body).await.unwrap(), 400, "bad.request");
        assert_eq!(error["details"][0]["fieldName"], field, "{error}");
    }
    let public = json!({"name": "page", "public": true, "registeredRedirectUri": ["https://app.example/back"]});
    let created = good(&admin.post("/api/v2/oauth/clients", &public).await.unwrap());
    assert!(created.get("secret").is_none() && created["public"] == true, "{created}");
    let rotate = format!("/api/v2/oauth/clients/{}/secret", created["id"].as_str().unwrap());
    fails(&admin.post(&rotate, &json!({})).await.unwrap(), 409, "wrong.state");
}
