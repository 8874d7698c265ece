//! SIG6: keys over REST – listed, rotated with overlap, switched off, deleted; what they never show; who may.

use jsonwebtoken::Algorithm;
use reqwest::Method;
use serde_json::{Value, json};
use waybill_testkit::{RestClient, TestServer};

use crate::support::{Guest, admin, body, claims, done, keys_path, read, refused, secret, sign_text, token};

fn by(server: &TestServer, key: &Value, text: &str) -> String {
    let header = json!({"alg": "HS256", "kid": key["id"]}).to_string();
    let claims = claims(server, "signed", json!({"crmCustomerId": "CRM-1"})).to_string();
    sign_text(&header, &claims, &secret(text), Algorithm::HS256)
}

async fn is_believed(server: &TestServer, token: &str) -> bool {
    let answer = Guest::of(server, "signed").await.start(token, json!({})).await;
    if answer["code"] == 200 {
        return true;
    }
    assert_eq!(refused(&answer, token), "identity_token_unknown_key");
    false
}

async fn change(admin: &RestClient, path: &str, change: Value) -> Value {
    let answer = admin.request(Method::PATCH, path).json(&change).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    answer.json().await.unwrap()
}

#[tokio::test]
async fn sig6_a_rotation_leaves_the_key_before_good_for_the_overlap() {
    let server = TestServer::start().await;
    let admin = admin(&server).await;
    let path = keys_path(&server, "signed");
    let demo = server.demo().signing_key.clone();
    let listed = read(&admin, &path).await;
    assert_eq!((&listed["total"], &listed["entities"][0]["id"]), (&json!(1), &json!(demo.id)));

    let rotated = admin.post(&format!("{path}/{}/rotate", demo.id), &json!({"overlapSeconds": 3600})).await.unwrap();
    let rotated = body(&rotated, 200);
    let (new, old) = (&rotated["created"], &rotated["replaced"]);
    let drawn = new["secret"].as_str().unwrap();
    assert!(drawn.len() >= 43 && drawn != demo.secret && old.get("secret").is_none() && old["goodUntil"].is_string());
    assert!(is_believed(&server, &by(&server, new, drawn)).await);
    assert!(is_believed(&server, &token(&server, &claims(&server, "signed", json!({})))).await, "the overlap");

    // Secrets are shown once.
    let listed = admin.get(&path).await.unwrap();
    assert!(!listed.text.contains(drawn) && !listed.text.contains(&demo.secret) && !listed.text.contains("sealed"));

    // Without an overlap it ends at once.
    let at_once =
        admin.post(&format!("{path}/{}/rotate", new["id"].as_str().unwrap()), &json!({"overlapSeconds": 0})).await;
    let at_once = body(&at_once.unwrap(), 200);
    assert!(!is_believed(&server, &by(&server, new, drawn)).await);
    let newest = (&at_once["created"], at_once["created"]["secret"].as_str().unwrap());
    assert!(is_believed(&server, &by(&server, newest.0, newest.1)).await);

    let key = format!("{path}/{}", newest.0["id"].as_str().unwrap());
    assert_eq!(change(&admin, &key, json!({"enabled": false, "name": "off"})).await["enabled"], json!(false));
    assert!(!is_believed(&server, &by(&server, newest.0, newest.1)).await);
    assert_eq!(change(&admin, &key, json!({"enabled": true})).await["name"], json!("off"));
    assert!(is_believed(&server, &by(&server, newest.0, newest.1)).await);
    assert_eq!(admin.request(Method::DELETE, &key).send().await.unwrap().status(), 204);
    assert!(!is_believed(&server, &by(&server, newest.0, newest.1)).await);
    assert_eq!(admin.get(&key).await.unwrap().status, 404);
}

#[tokio::test]
async fn sig6_what_is_no_key_is_refused_with_its_reason() {
    let server = TestServer::start().await;
    let admin = admin(&server).await;
    let path = keys_path(&server, "signed");
    let (public, private) = (include_str!("rsa-test-key.pub.pem"), include_str!("rsa-test-key.pem"));
    for (new, field) in [
        (json!({}), "algorithm"),
        (json!({"algorithm": "none"}), "algorithm"),
        (json!({"algorithm": "HS512"}), "algorithm"),
        (json!({"algorithm": "HS256", "publicKey": public}), "algorithm"),
        (json!({"algorithm": "RS256"}), "publicKey"),
        (json!({"algorithm": "RS256", "publicKey": "no key"}), "publicKey"),
        (json!({"algorithm": "RS256", "publicKey": private}), "publicKey"),
        (json!({"algorithm": "ES256", "publicKey": public}), "publicKey"),
        (json!({"algorithm": "RS256", "publicKey": {"kty": "RSA", "n": "AQAB", "e": "AQAB"}}), "publicKey"),
        (json!({"algorithm": "EdDSA", "publicKey": {"kty": "OKP", "crv": "Ed25519", "x": "AAAA"}}), "publicKey"),
        (json!({"algorithm": "EdDSA", "publicKey": {"kty": "oct", "k": "AAAA"}}), "publicKey"),
        (json!({"algorithm": "RS256", "publicKey": public, "jwksUrl": "https://shop.example/jwks"}), "jwksUrl"),
        (json!({"algorithm": "RS256", "jwksUrl": "https://10.0.0.1/jwks"}), "jwksUrl"),
        (json!({"algorithm": "RS256", "jwksUrl": "https://169.254.169.254/jwks"}), "jwksUrl"),
        (json!({"algorithm": "HS256", "issuer": ""}), "issuer"),
        (json!({"algorithm": "HS256", "name": "x".repeat(129)}), "name"),
        (json!({"algorithm": "HS256", "secret": "mine"}), "secret"),
    ] {
        let answer = admin.post(&path, &new).await.unwrap();
        let refused = body(&answer, 400);
        assert_eq!(refused["details"][0]["fieldName"], json!(field), "{new}: {refused}");
    }
    for _ in 1..8 {
        body(&admin.post(&path, &json!({"algorithm": "HS256"})).await.unwrap(), 200);
    }
    let ninth = body(&admin.post(&path, &json!({"algorithm": "HS256"})).await.unwrap(), 409);
    assert_eq!(ninth["code"], json!("wrong.state"));
}

#[tokio::test]
async fn sig6_only_who_may_change_the_deployment_sees_its_keys() {
    let server = TestServer::start().await;
    let path = keys_path(&server, "signed");
    let integrator = server.integrator().await;
    assert_eq!(integrator.get(&path).await.unwrap().status, 403);
    assert_eq!(integrator.post(&path, &json!({"algorithm": "HS256"})).await.unwrap().status, 403);
    let strangers = server.service().create_organization("strangers").await.unwrap();
    let role = waybill_model::BuiltInRole::Admin;
    let stranger = server.service().create_client(strangers, "stranger", role).await.unwrap();
    let stranger = RestClient::log_in(server.base_url(), &stranger.id.to_string(), &stranger.secret).await.unwrap();
    assert_eq!(stranger.get(&path).await.unwrap().status, 404);
    assert_eq!(stranger.post(&path, &json!({"algorithm": "HS256"})).await.unwrap().status, 404);
}

#[tokio::test]
async fn sig1_an_issuer_is_demanded_where_the_key_names_one() {
    let server = TestServer::start().await;
    let admin = admin(&server).await;
    let new = json!({"algorithm": "HS256", "issuer": "https://shop.example"});
    let key = body(&admin.post(&keys_path(&server, "signed"), &new).await.unwrap(), 200);
    for (issuer, expected) in [
        (json!("https://shop.example"), None),
        (json!("https://shop.example/"), Some("identity_token_issuer")),
        (Value::Null, Some("identity_token_issuer")),
    ] {
        let mut claims = claims(&server, "signed", json!({"crmCustomerId": "CRM-1"}));
        match issuer {
            Value::Null => {}
            issuer => claims["iss"] = issuer,
        }
        let header = json!({"alg": "HS256", "kid": key["id"]}).to_string();
        let secret = secret(key["secret"].as_str().unwrap());
        let token = sign_text(&header, &claims.to_string(), &secret, Algorithm::HS256);
        let answer = Guest::of(&server, "signed").await.start(&token, json!({})).await;
        match expected {
            None => drop(done(&answer).clone()),
            Some(expected) => assert_eq!(refused(&answer, &token), expected),
        }
    }
}

#[tokio::test]
async fn sig6_the_demo_signs_for_its_example_and_nobody_else() {
    let server = TestServer::start().await;
    let anonymous = server.anonymous();
    let vouched = read(&anonymous, "/demo/identity-token?customer=zoe").await;
    let answer = Guest::of(&server, "signed").await.start(vouched["identityToken"].as_str().unwrap(), json!({})).await;
    assert_eq!(done(&answer)["customData"], json!({"crmCustomerId": "CRM-882910"}));
    for nobody in ["/demo/identity-token", "/demo/identity-token?customer=mallory"] {
        assert_eq!(anonymous.get(nobody).await.unwrap().status, 404);
    }
}
