//! The page on which people log in (ACC5).

use reqwest::Method;
use serde_json::json;
use waybill_testkit::{
    TestServer,
    login::{CHALLENGE, LoginPage, REDIRECT_URI, exchange_code},
};

use crate::support::{body_of, good, read};

#[tokio::test]
async fn acc5_a_person_logs_in_on_the_page_and_comes_back_with_code_and_state() {
    let server = TestServer::start().await;
    let client = server.demo().login_client.id.to_string();
    let user = server.demo().users.agent.clone();
    let mut page = LoginPage::open(server.base_url(), &client).await.unwrap();
    assert_eq!(page.answer.status, 200, "{}", page.answer.text);
    page.send(&[("email", &user.email.to_uppercase()), ("password", &user.password)]).await.unwrap();
    assert_eq!(page.answer.status, 303, "{}", page.answer.text);
    let sent = page.sent_back();
    assert_eq!(sent[1], ("state".to_owned(), "the client's own".to_owned()));
    assert!(page.answer.headers["location"].to_str().unwrap().starts_with(&format!("{REDIRECT_URI}?code=")));
    let answer = exchange_code(server.base_url(), &client, &page.code().unwrap()).await.unwrap();
    assert_eq!(answer.headers["cache-control"], "no-store");
    let token = good(&answer);
    assert_eq!((&token["token_type"], token["refresh_token"].is_string()), (&json!("bearer"), true));
    let logged_in = server.anonymous().with_token(token["access_token"].as_str().unwrap());
    let me = read(&logged_in, "/api/v2/users/me?expand=authorization,organization,presence").await;
    assert_eq!((&me["email"], &me["state"]), (&json!(user.email), &json!("active")));
    assert_eq!(me["authorization"]["roles"][0]["name"], "agent");
    assert!(me["authorization"]["permissions"].as_array().unwrap().contains(&json!("conversation:communication:view")));
    assert_eq!(me["organization"]["id"], json!(server.organization_id().to_string()));
}

#[tokio::test]
async fn acc5_the_page_has_no_script_can_not_be_framed_and_escapes_hostile_names() {
    let server = TestServer::start().await;
    let hostile = "<script>alert(1)</script>\"'&";
    let uris = vec![REDIRECT_URI.to_owned()];
    let client = server.service().create_public_client(server.organization_id(), hostile, uris).await.unwrap();
    let page = LoginPage::open(server.base_url(), &client.to_string()).await.unwrap();
    let (html, headers) = (&page.answer.text, &page.answer.headers);
    assert!(
        html.contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;") && !html.contains("<script"),
        "{html}"
    );
    let policy = headers["content-security-policy"].to_str().unwrap();
    assert_eq!(
        policy,
        "default-src 'none'; style-src 'self'; form-action 'self' http://127.0.0.1:1; frame-ancestors 'none'; base-uri 'none'"
    );
    for (name, value) in [
        ("cache-control", "no-store"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("x-content-type-options", "nosniff"),
    ] {
        assert_eq!(headers[name], value, "{name}");
    }
    let cookie = headers["set-cookie"].to_str().unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    for part in
        ["lang=\"en\"", "name=\"viewport\"", "<label for=\"email\">", "<label for=\"password\">", "<main>", "<h1>"]
    {
        assert!(html.contains(part), "{part} is not in {html}");
    }
    assert_eq!(server.anonymous().get("/login.css").await.unwrap().headers["content-type"], "text/css; charset=utf-8");
}

#[tokio::test]
async fn acc5_a_wrong_address_and_a_wrong_password_read_the_same() {
    let server = TestServer::start().await;
    let client = server.demo().login_client.id.to_string();
    let user = server.demo().users.agent.clone();
    let mut texts = Vec::new();
    for (email, password) in [(user.email.as_str(), "wrong"), ("nobody@demo.example", &user.password), ("", "")] {
        let mut page = LoginPage::open(server.base_url(), &client).await.unwrap();
        page.send(&[("email", email), ("password", password)]).await.unwrap();
        assert_eq!(page.answer.status, 401);
        assert!(page.answer.text.contains("role=\"alert\"") && !page.answer.text.contains(&user.password));
        let from = page.answer.text.find("role=\"alert\"").unwrap();
        texts.push(page.answer.text[from..].split("</p>").next().unwrap().to_owned());
    }
    assert_eq!((&texts[0], &texts[1]), (&texts[1], &texts[2]));
}

#[tokio::test]
async fn acc5_a_form_that_another_site_sends_is_refused() {
    let server = TestServer::start().await;
    let client = server.demo().login_client.id.to_string();
    let user = server.demo().users.agent.clone();
    let page = LoginPage::open(server.base_url(), &client).await.unwrap();
    let mut form = page.fields.clone();
    form.extend([("email".to_owned(), user.email.clone()), ("password".to_owned(), user.password.clone())]);
    let token = page.fields.iter().find(|(name, _)| name == "csrf").unwrap().1.clone();
    let cookie = format!("waybill_login={token}");
    for (headers, expected) in [
        (vec![], 403),
        (vec![("cookie", "waybill_login=other")], 403),
        (vec![("cookie", cookie.as_str()), ("origin", "https://evil.example")], 403),
        (vec![("cookie", cookie.as_str()), ("origin", server.base_url())], 303),
    ] {
        let request = server.anonymous().request(Method::POST, "/login").form(&form);
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        assert_eq!(request.send().await.unwrap().status(), expected, "{headers:?}");
    }
}

#[tokio::test]
async fn acc5_a_request_that_is_wrong_goes_back_to_the_client_and_never_to_a_stranger() {
    let server = TestServer::start().await;
    let client = server.demo().login_client.id.to_string();
    let usual = [
        ("response_type", "code"),
        ("client_id", client.as_str()),
        ("redirect_uri", REDIRECT_URI),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
        ("state", "s-1"),
    ];
    let open = async |name: &'static str, value: Option<&'static str>| {
        let kept = usual.iter().copied().filter(|(one, _)| *one != name);
        let query: Vec<_> = kept.chain(value.map(|value| (name, value))).collect();
        LoginPage::open_with(server.base_url(), &query).await.unwrap()
    };
    for (name, value, error) in [
        ("response_type", Some("token"), "unsupported_response_type"),
        ("code_challenge", None, "invalid_request"),
        ("code_challenge", Some("short"), "invalid_request"),
        ("code_challenge_method", Some("plain"), "invalid_request"),
        ("code_challenge_method", None, "invalid_request"),
        ("scope", Some("everything"), "invalid_scope"),
    ] {
        let page = open(name, value).await;
        assert_eq!(page.answer.status, 302, "{name} {value:?}: {}", page.answer.text);
        let sent = page.sent_back();
        assert_eq!(sent[0], ("error".to_owned(), error.to_owned()), "{name} {value:?}");
        assert!(sent.contains(&("state".to_owned(), "s-1".to_owned())), "{sent:?}");
    }
    for (name, value) in [
        ("client_id", Some("nobody")),
        ("client_id", None),
        ("redirect_uri", Some("https://evil.example/")),
        ("redirect_uri", None),
        ("redirect_uri", Some("http://127.0.0.1.evil.example/callback")),
    ] {
        let page = open(name, value).await;
        assert_eq!(page.answer.status, 400, "{name} {value:?}");
        assert!(page.answer.headers.get("location").is_none() && page.answer.text.contains("role=\"alert\""));
    }
    let mut twice = usual.to_vec();
    twice.push(("state", "s-2"));
    assert_eq!(LoginPage::open_with(server.base_url(), &twice).await.unwrap().answer.status, 400);
}

#[tokio::test]
async fn acc5_people_of_another_organization_do_not_log_in_through_this_one_s_client() {
    let server = TestServer::start().await;
    let other = server.service().create_organization("others").await.unwrap();
    let uris = vec![REDIRECT_URI.to_owned()];
    let client = server.service().create_public_client(other, "theirs", uris).await.unwrap().to_string();
    let user = server.demo().users.admin.clone();
    let mut page = LoginPage::open(server.base_url(), &client).await.unwrap();
    page.send(&[("email", &user.email), ("password", &user.password)]).await.unwrap();
    assert_eq!((page.answer.status.as_u16(), page.code()), (401, None));
}

#[tokio::test]
async fn acc5_a_confidential_client_shows_its_secret_for_a_code_as_well() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let body = json!({"name": "web app", "authorizedGrantType": "CODE", "registeredRedirectUri": [REDIRECT_URI]});
    let created = good(&admin.post("/api/v2/oauth/clients", &body).await.unwrap());
    let (id, secret) = (created["id"].as_str().unwrap(), created["secret"].as_str().unwrap());
    let user = server.demo().users.agent.clone();
    let mut page = LoginPage::open(server.base_url(), id).await.unwrap();
    page.send(&[("email", &user.email), ("password", &user.password)]).await.unwrap();
    let code = page.code().unwrap();
    let without = exchange_code(server.base_url(), id, &code).await.unwrap();
    assert_eq!((without.status.as_u16(), &body_of(&without)["error"]), (401, &json!("invalid_client")));
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", REDIRECT_URI),
        ("code_verifier", waybill_testkit::login::VERIFIER),
    ];
    let request = server.anonymous().request(Method::POST, "/oauth/token").basic_auth(id, Some(secret));
    assert_eq!(request.form(&form).send().await.unwrap().status(), 200);
}
