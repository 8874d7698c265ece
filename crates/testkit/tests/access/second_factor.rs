//! The second factor (ACC7).

use std::sync::Arc;

use reqwest::Method;
use ring::hmac;
use serde_json::json;
use waybill_testkit::{
    FixedClock, RestClient, TestServer,
    login::{LoginPage, exchange_code},
};

use crate::support::{body_of, delete, done, fails, good, read, send};

/// Six digits as an app shows them.
fn code(secret: &str, seconds: i64) -> String {
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let bits: String = secret.chars().map(|one| format!("{:05b}", letters.find(one).unwrap())).collect();
    let bytes: Vec<u8> = bits
        .as_bytes()
        .chunks_exact(8)
        .map(|chunk| u8::from_str_radix(std::str::from_utf8(chunk).unwrap(), 2).unwrap())
        .collect();
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &bytes);
    let tag = hmac::sign(&key, &(seconds / 30).to_be_bytes());
    let offset = usize::from(tag.as_ref()[19] & 0xf);
    let number = u32::from_be_bytes(tag.as_ref()[offset..offset + 4].try_into().unwrap()) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}

struct Enrolled {
    server: TestServer,
    clock: Arc<FixedClock>,
    now: i64,
    agent: RestClient,
    secret: String,
}

async fn enrolled() -> Enrolled {
    let start: waybill_model::Time = "2026-11-20T18:00:00Z".parse().unwrap();
    let clock = Arc::new(FixedClock::at(start));
    let server = TestServer::builder().clock(clock.clone()).without_rate_limits().start().await;
    let agent = server.agent().await;
    let password = server.demo().users.agent.password.clone();
    let drawn = good(&agent.post("/api/v2/users/me/totp", &json!({"password": password})).await.unwrap());
    let secret = drawn["secret"].as_str().unwrap().to_owned();
    assert_eq!(
        drawn["otpauthUri"],
        json!(format!(
            "otpauth://totp/Waybill:agent@demo.example?secret={secret}&issuer=Waybill&algorithm=SHA1&digits=6&period=30"
        ))
    );
    let put = async |code: &str| send(&agent, Method::PUT, "/api/v2/users/me/totp", Some(&json!({"code": code}))).await;
    fails(&put("000000").await, 400, "bad.request");
    assert_eq!(read(&agent, "/api/v2/users/me").await["secondFactor"], false, "not before its first code");
    done(&put(&code(&secret, start.seconds())).await);
    assert_eq!(read(&agent, "/api/v2/users/me").await["secondFactor"], true);
    Enrolled { server, clock, now: start.seconds(), agent, secret }
}

async fn first_step(server: &TestServer) -> LoginPage {
    let client = server.demo().login_client.id.to_string();
    let user = server.demo().users.agent.clone();
    let mut page = LoginPage::open(server.base_url(), &client).await.unwrap();
    page.send(&[("email", &user.email), ("password", &user.password)]).await.unwrap();
    page
}

#[tokio::test]
async fn acc7_a_code_is_asked_for_and_works_once() {
    let Enrolled { server, clock, now, agent: _, secret } = enrolled().await;
    let mut page = first_step(&server).await;
    assert_eq!((page.answer.status.as_u16(), page.code()), (200, None));
    assert!(
        page.answer.text.contains("autocomplete=\"one-time-code\"")
            && page.answer.text.contains("inputmode=\"numeric\"")
    );
    assert_eq!(page.send(&[("code", &code(&secret, now))]).await.unwrap().status, 401, "it confirmed the enrolment");
    clock.advance_millis(30_000);
    let right = code(&secret, now + 30);
    assert_eq!(page.send(&[("code", "12345")]).await.unwrap().status, 401);
    let spaced = format!("{} {}", &right[..3], &right[3..]);
    assert_eq!(page.send(&[("code", &spaced)]).await.unwrap().status, 303);
    let client = server.demo().login_client.id.to_string();
    good(&exchange_code(server.base_url(), &client, &page.code().unwrap()).await.unwrap());
    let mut again = first_step(&server).await;
    assert_eq!(again.send(&[("code", &right)]).await.unwrap().status, 401, "each code works once");
    clock.advance_millis(30_000);
    assert_eq!(again.send(&[("code", &code(&secret, now + 60))]).await.unwrap().status, 303);
}

#[tokio::test]
async fn acc7_the_password_alone_opens_nothing_and_its_ticket_ends() {
    let Enrolled { server, clock, now, agent: _, secret } = enrolled().await;
    let mut page = first_step(&server).await;
    clock.advance_millis(5 * 60 * 1_000);
    assert_eq!(page.send(&[("code", &code(&secret, now + 300))]).await.unwrap().status, 401);
    assert!(
        page.answer.text.contains("too long") && page.answer.text.contains("id=\"password\""),
        "{}",
        page.answer.text
    );
    let mut forged = first_step(&server).await;
    for (name, value) in &mut forged.fields {
        if name == "ticket" {
            value.replace_range(value.len() - 3.., "AAA");
        }
    }
    assert_eq!(forged.send(&[("code", &code(&secret, now + 300))]).await.unwrap().status, 401);
}

#[tokio::test]
async fn acc7_wrong_codes_lock_like_wrong_passwords() {
    let Enrolled { server, clock, now: _, agent: _, secret: _ } = enrolled().await;
    clock.advance_millis(30_000);
    let mut page = first_step(&server).await;
    let mut statuses = Vec::new();
    for _ in 0..7 {
        statuses.push(page.send(&[("code", "000000")]).await.unwrap().status.as_u16());
    }
    assert_eq!(statuses, [401, 401, 401, 401, 401, 429, 429]);
}

#[tokio::test]
async fn acc7_who_lost_the_app_is_let_in_again_by_an_administrator() {
    let Enrolled { server, agent, .. } = enrolled().await;
    let password = server.demo().users.agent.password.clone();
    let again = agent.post("/api/v2/users/me/totp", &json!({"password": password})).await.unwrap();
    fails(&again, 409, "wrong.state");
    let id = read(&agent, "/api/v2/users/me").await["id"].as_str().unwrap().to_owned();
    fails(&delete(&agent, &format!("/api/v2/users/{id}/totp")).await, 403, "missing.permissions");
    done(&delete(&server.admin().await, &format!("/api/v2/users/{id}/totp")).await);
    assert_eq!(first_step(&server).await.answer.status, 303);
}

#[tokio::test]
async fn acc7_a_second_factor_is_drawn_for_the_password_only() {
    let server = TestServer::start().await;
    let agent = server.agent().await;
    let answer = agent.post("/api/v2/users/me/totp", &json!({"password": "wrong"})).await.unwrap();
    assert_eq!(fails(&answer, 400, "bad.request")["details"][0]["fieldName"], "password");
    assert!(!body_of(&answer).to_string().contains("secret"));
    fails(&server.integrator().await.get("/api/v2/users/me").await.unwrap(), 400, "bad.request");
}
