//! Guessing is slow, and then it is over for a while (ACC6).

use std::sync::Arc;

use serde_json::json;
use waybill_testkit::{FixedClock, TestServer, login::LoginPage};

use crate::support::{audited, body_of, read, token};

async fn try_password(server: &TestServer, password: &str) -> (u16, Option<u64>) {
    let client = server.demo().login_client.id.to_string();
    let email = server.demo().users.agent.email.clone();
    let mut page = LoginPage::open(server.base_url(), &client).await.unwrap();
    page.send(&[("email", &email), ("password", password)]).await.unwrap();
    let wait = page.answer.headers.get("retry-after").map(|wait| wait.to_str().unwrap().parse().unwrap());
    assert_eq!(wait.is_some(), page.answer.text.contains("Too many tries"), "{}", page.answer.text);
    (page.answer.status.as_u16(), wait)
}

#[tokio::test]
async fn acc6_wrong_passwords_wait_longer_each_and_lock_the_account_which_the_audit_log_tells() {
    let clock = Arc::new(FixedClock::at("2026-11-20T18:00:00Z".parse().unwrap()));
    let server = TestServer::builder().clock(clock.clone()).without_rate_limits().start().await;
    let password = server.demo().users.agent.password.clone();
    let agent = read(&server.agent().await, "/api/v2/users/me").await["id"].as_str().unwrap().to_owned();
    let mut waits = Vec::new();
    for _ in 0..10 {
        assert_eq!(try_password(&server, "wrong").await.0, 401);
        let (status, wait) = try_password(&server, &password).await;
        if waits.len() < 4 {
            // The right password in between forgets: begin again.
            assert_eq!(status, 303);
            for _ in 0..=waits.len() {
                assert_eq!(try_password(&server, "wrong").await.0, 401);
            }
            waits.push(0);
            continue;
        }
        assert_eq!(status, 429, "the right password waits as well");
        waits.push(wait.unwrap());
        clock.advance_millis(i64::try_from(wait.unwrap()).unwrap() * 1_000);
    }
    assert_eq!(waits, [0, 0, 0, 0, 1, 2, 4, 8, 16, 900]);
    assert_eq!(try_password(&server, &password).await.0, 303, "a lock ends");
    let admin = server.admin().await;
    let rows = audited(&admin, &agent).await;
    assert_eq!(rows.iter().filter(|row| row.to_string().contains("login.locked")).count(), 1, "{rows:?}");
}

#[tokio::test]
async fn acc6_a_client_s_secret_is_not_guessed_either_and_its_owner_elsewhere_is_not_locked_out_by_it() {
    let server = TestServer::builder().without_rate_limits().start().await;
    let client = server.demo().oauth_client.clone();
    let id = client.id.to_string();
    let ask = async |secret: &str| {
        token(&server, &[("grant_type", "client_credentials"), ("client_id", &id), ("client_secret", secret)]).await
    };
    for _ in 0..5 {
        assert_eq!(ask("wrong").await.status, 401);
    }
    let answer = ask(&client.secret).await;
    assert_eq!((answer.status.as_u16(), &body_of(&answer)["error"]), (429, &json!("too_many_requests")));
    assert_eq!(answer.headers["retry-after"], "1");
}
