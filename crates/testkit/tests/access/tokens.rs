//! Codes, refresh tokens, and how tokens end (ACC5).

use std::sync::Arc;

use reqwest::Method;
use serde_json::{Value, json};
use waybill_testkit::{
    FixedClock, RestClient, TestServer,
    login::{LoginPage, REDIRECT_URI, VERIFIER, exchange_code, log_in},
};

use crate::support::{body_of, delete, done, fails, good, patch, read, send, token};

/// A code for the agent.
async fn code(server: &TestServer) -> (String, String) {
    let client = server.demo().login_client.id.to_string();
    let user = server.demo().users.agent.clone();
    let mut page = LoginPage::open(server.base_url(), &client).await.unwrap();
    page.send(&[("email", &user.email), ("password", &user.password)]).await.unwrap();
    (client, page.code().unwrap())
}

fn text<'a>(token: &'a Value, name: &str) -> &'a str {
    token[name].as_str().unwrap_or_else(|| panic!("no {name} in {token}"))
}

fn invalid_grant(answer: &waybill_testkit::Answer) {
    assert_eq!((answer.status.as_u16(), &body_of(answer)["error"]), (400, &json!("invalid_grant")), "{}", answer.text);
}

async fn refresh(server: &TestServer, client: &str, refresh_token: &str) -> waybill_testkit::Answer {
    token(server, &[("grant_type", "refresh_token"), ("client_id", client), ("refresh_token", refresh_token)]).await
}

#[tokio::test]
async fn acc5_a_code_works_once_and_its_second_use_ends_what_the_first_one_got() {
    let server = TestServer::start().await;
    let (client, code) = code(&server).await;
    let first = good(&exchange_code(server.base_url(), &client, &code).await.unwrap());
    let logged_in = server.anonymous().with_token(text(&first, "access_token"));
    read(&logged_in, "/api/v2/users/me").await;
    invalid_grant(&exchange_code(server.base_url(), &client, &code).await.unwrap());
    fails(&logged_in.get("/api/v2/users/me").await.unwrap(), 401, "bad.credentials");
    invalid_grant(&refresh(&server, &client, text(&first, "refresh_token")).await);
}

#[tokio::test]
async fn acc5_a_code_is_bound_to_client_redirect_verifier_and_a_minute() {
    let clock = Arc::new(FixedClock::at("2026-11-20T18:00:00Z".parse().unwrap()));
    let server = TestServer::builder().clock(clock.clone()).without_rate_limits().start().await;
    let uris = vec![REDIRECT_URI.to_owned()];
    let other = server.service().create_public_client(server.organization_id(), "other", uris).await.unwrap();
    let other = other.to_string();
    for (client_id, redirect_uri, verifier) in [
        (Some(other.as_str()), REDIRECT_URI, VERIFIER),
        (None, "http://127.0.0.1:1/other", VERIFIER),
        (None, "http://127.0.0.1:2/callback", VERIFIER),
        (None, REDIRECT_URI, "another-verifier-another-verifier-another-ve"),
    ] {
        let (client, code) = code(&server).await;
        let form = |client_id, redirect_uri, verifier| {
            [
                ("grant_type", "authorization_code"),
                ("client_id", client_id),
                ("code", code.as_str()),
                ("redirect_uri", redirect_uri),
                ("code_verifier", verifier),
            ]
            .map(|(name, value): (&str, &str)| (name.to_owned(), value.to_owned()))
        };
        let post = async |form: [(String, String); 5]| {
            let form: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            token(&server, &form).await
        };
        invalid_grant(&post(form(client_id.unwrap_or(&client), redirect_uri, verifier)).await);
        // Whoever guessed wrong has spoilt the code: nobody guesses on.
        invalid_grant(&post(form(&client, REDIRECT_URI, VERIFIER)).await);
    }
    let (client, code) = code(&server).await;
    clock.advance_millis(60_000);
    invalid_grant(&exchange_code(server.base_url(), &client, &code).await.unwrap());
}

#[tokio::test]
async fn acc5_refresh_tokens_rotate_and_a_spent_one_ends_the_log_in() {
    let mut server = TestServer::start().await;
    let (client, code) = code(&server).await;
    let first = good(&exchange_code(server.base_url(), &client, &code).await.unwrap());
    server.restart().await;
    let second = good(&refresh(&server, &client, text(&first, "refresh_token")).await);
    let third = good(&refresh(&server, &client, text(&second, "refresh_token")).await);
    assert_ne!(text(&second, "refresh_token"), text(&third, "refresh_token"));
    let logged_in = server.anonymous().with_token(text(&third, "access_token"));
    read(&logged_in, "/api/v2/users/me").await;
    invalid_grant(&refresh(&server, &client, text(&second, "refresh_token")).await);
    fails(&logged_in.get("/api/v2/users/me").await.unwrap(), 401, "bad.credentials");
    invalid_grant(&refresh(&server, &client, text(&third, "refresh_token")).await);
    // A refresh token opens nothing by itself.
    let bearer = server.anonymous().with_token(text(&third, "refresh_token"));
    fails(&bearer.get("/api/v2/users/me").await.unwrap(), 401, "bad.credentials");
}

#[tokio::test]
async fn acc5_the_same_refresh_token_twice_at_once_gives_at_most_one_token() {
    let server = TestServer::builder().without_rate_limits().start().await;
    let (client, code) = code(&server).await;
    let first = good(&exchange_code(server.base_url(), &client, &code).await.unwrap());
    let refresh_token = text(&first, "refresh_token");
    let (one, other) = tokio::join!(refresh(&server, &client, refresh_token), refresh(&server, &client, refresh_token));
    let good = [&one, &other].iter().filter(|answer| answer.status == 200).count();
    assert!(good <= 1, "{} {}", one.text, other.text);
}

#[tokio::test]
async fn acc5_log_out_ends_the_log_in_and_a_revoked_token_opens_nothing() {
    let server = TestServer::start().await;
    let (client, code) = code(&server).await;
    let got = good(&exchange_code(server.base_url(), &client, &code).await.unwrap());
    let logged_in = server.anonymous().with_token(text(&got, "access_token"));
    let info = read(&logged_in, "/api/v2/tokens/me").await;
    assert_eq!(info["OAuthClient"]["id"], json!(client));
    assert_eq!(info["organization"]["id"], json!(server.organization_id().to_string()));
    assert_eq!(send(&logged_in, Method::HEAD, "/api/v2/tokens/me", None).await.status, 200);
    done(&delete(&logged_in, "/api/v2/tokens/me").await);
    fails(&logged_in.get("/api/v2/tokens/me").await.unwrap(), 401, "bad.credentials");
    invalid_grant(&refresh(&server, &client, text(&got, "refresh_token")).await);

    let integrator = server.demo().oauth_client.clone();
    let (id, secret) = (integrator.id.to_string(), integrator.secret.clone());
    let form = [("grant_type", "client_credentials"), ("client_id", &id), ("client_secret", &secret)];
    let bearer = good(&token(&server, &form).await);
    let other = server.integrator().await;
    let revoke = async |token: &str, id: &str, secret: &str| {
        let form = [("token", token), ("client_id", id), ("client_secret", secret)];
        server.anonymous().request(Method::POST, "/oauth/revoke").form(&form).send().await.unwrap().status().as_u16()
    };
    let access = text(&bearer, "access_token");
    assert_eq!(revoke(access, &id, "wrong").await, 401);
    let api = server.anonymous().with_token(access);
    read(&api, "/api/v2/tokens/me").await;
    assert_eq!(revoke(access, &id, &secret).await, 204);
    assert_eq!(revoke(access, &id, &secret).await, 204, "unknown is as good as ended");
    fails(&api.get("/api/v2/tokens/me").await.unwrap(), 401, "bad.credentials");
    read(&other, "/api/v2/tokens/me").await;
}

#[tokio::test]
async fn acc5_a_client_ends_no_other_client_s_tokens() {
    let server = TestServer::start().await;
    let (client, code) = code(&server).await;
    let got = good(&exchange_code(server.base_url(), &client, &code).await.unwrap());
    let integrator = server.demo().oauth_client.clone();
    let id = integrator.id.to_string();
    let form = [("token", text(&got, "access_token")), ("client_id", &id), ("client_secret", &integrator.secret)];
    let answer = server.anonymous().request(Method::POST, "/oauth/revoke").form(&form).send().await.unwrap();
    assert_eq!(answer.status(), 204);
    read(&server.anonymous().with_token(text(&got, "access_token")), "/api/v2/users/me").await;
}

#[tokio::test]
async fn edge5_a_page_of_an_admitted_origin_exchanges_its_code_itself() {
    let server = TestServer::start().await;
    let (client, code) = code(&server).await;
    let origin = "https://app.example";
    let preflight = server
        .anonymous()
        .request(Method::OPTIONS, "/oauth/token")
        .header("origin", origin)
        .header("access-control-request-method", "POST")
        .send()
        .await
        .unwrap();
    assert_eq!(
        (preflight.status().as_u16(), &preflight.headers()["access-control-allow-origin"]),
        (204, &origin.parse().unwrap())
    );
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", client.as_str()),
        ("code", code.as_str()),
        ("redirect_uri", REDIRECT_URI),
        ("code_verifier", VERIFIER),
    ];
    let request = server.anonymous().request(Method::POST, "/oauth/token").header("origin", origin).form(&form);
    let answer = request.send().await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), answer.headers()["access-control-allow-origin"].to_str().unwrap()),
        (200, origin)
    );
    // The page on which people type their password is for nobody's script.
    let page =
        server.anonymous().request(Method::GET, "/oauth/authorize").header("origin", origin).send().await.unwrap();
    assert!(page.headers().get("access-control-allow-origin").is_none());
}

/// Follows the organization's events until the stream says why it ends.
async fn last_word(mut stream: waybill_testkit::EventStream) -> Value {
    loop {
        let event = stream.next().await.unwrap().expect("the stream says why it ends before it does");
        if event.event.as_deref() == Some("stream:end") {
            let word = serde_json::from_str(&event.data).unwrap();
            assert!(stream.next().await.unwrap().is_none(), "nothing comes after the end");
            return word;
        }
    }
}

#[tokio::test]
async fn acc5_open_streams_end_with_a_word_when_the_token_or_its_owner_goes() {
    let server = TestServer::builder().without_rate_limits().start().await;
    let admin = server.admin().await;
    let client = server.demo().login_client.id.to_string();
    let user = server.demo().users.agent.clone();
    let fresh = async || {
        let token = log_in(server.base_url(), &client, &user.email, &user.password).await;
        server.anonymous().with_token(text(&token, "access_token"))
    };
    // Log out.
    let agent = fresh().await;
    let stream = agent.events("/api/v2/events", None).await.unwrap();
    done(&delete(&agent, "/api/v2/tokens/me").await);
    let word = last_word(stream).await;
    assert_eq!((&word["status"], &word["code"]), (&json!(401), &json!("bad.credentials")));
    // The role goes.
    let agent = fresh().await;
    let id = text(&read(&agent, "/api/v2/users/me").await, "id").to_owned();
    let stream = agent.events("/api/v2/events", None).await.unwrap();
    let path = format!("/api/v2/users/{id}/roles");
    good(&admin.put(&path, &json!([])).await.unwrap());
    assert_eq!(last_word(stream).await["code"], "missing.permissions");
    good(&admin.put(&path, &json!([crate::support::AGENT])).await.unwrap());
    // The person is switched off.
    let stream = agent.events("/api/v2/events", None).await.unwrap();
    good(&patch(&admin, &format!("/api/v2/users/{id}"), &json!({"state": "inactive"})).await);
    assert_eq!(last_word(stream).await["code"], "bad.credentials");
    good(&patch(&admin, &format!("/api/v2/users/{id}"), &json!({"state": "active"})).await);
    // The client through which it logged in is switched off.
    let agent = fresh().await;
    let stream = agent.events("/api/v2/events", None).await.unwrap();
    done(&delete(&admin_by_another_client(&server).await, &format!("/api/v2/oauth/clients/{client}")).await);
    assert_eq!(last_word(stream).await["code"], "bad.credentials");
    fails(&admin.get("/api/v2/users/me").await.unwrap(), 401, "bad.credentials");
}

async fn admin_by_another_client(server: &TestServer) -> RestClient {
    let uris = vec![REDIRECT_URI.to_owned()];
    let client = server.service().create_public_client(server.organization_id(), "another", uris).await.unwrap();
    let user = &server.demo().users.admin;
    let token = log_in(server.base_url(), &client.to_string(), &user.email, &user.password).await;
    server.anonymous().with_token(text(&token, "access_token"))
}

#[tokio::test]
async fn acc5_a_public_client_gets_nothing_for_itself() {
    let server = TestServer::start().await;
    let client = server.demo().login_client.id.to_string();
    let answer = token(&server, &[("grant_type", "client_credentials"), ("client_id", &client)]).await;
    assert_eq!((answer.status.as_u16(), &body_of(&answer)["error"]), (400, &json!("unauthorized_client")));
    let form = [("grant_type", "client_credentials"), ("client_id", &client), ("client_secret", "")];
    assert_eq!(token(&server, &form).await.status, 401);
}

#[tokio::test]
async fn acc5_a_person_s_token_can_be_narrowed_to_scopes() {
    let server = TestServer::start().await;
    let client = server.demo().login_client.id.to_string();
    let user = server.demo().users.admin.clone();
    let query = [
        ("response_type", "code"),
        ("client_id", client.as_str()),
        ("redirect_uri", REDIRECT_URI),
        ("code_challenge", waybill_testkit::login::CHALLENGE),
        ("code_challenge_method", "S256"),
        ("scope", "users:readonly"),
    ];
    let mut page = LoginPage::open_with(server.base_url(), &query).await.unwrap();
    page.send(&[("email", &user.email), ("password", &user.password)]).await.unwrap();
    let got = good(&exchange_code(server.base_url(), &client, &page.code().unwrap()).await.unwrap());
    assert_eq!(got["scope"], "users:readonly");
    let refreshed = good(&refresh(&server, &client, text(&got, "refresh_token")).await);
    let narrowed = server.anonymous().with_token(text(&refreshed, "access_token"));
    read(&narrowed, "/api/v2/users").await;
    fails(&narrowed.get("/api/v2/oauth/clients").await.unwrap(), 403, "missing.permissions");
}
