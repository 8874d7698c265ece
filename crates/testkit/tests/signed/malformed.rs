//! SIG2: the table of tokens that are not believed. Each is a 401 with a word of its own, and nothing is stored.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Value, json};
use waybill_testkit::TestServer;

use crate::support::{
    Guest, admin, body, claims, done, draw, keys_path, now, refused, secret, sign_text, stored, token,
};

/// A token by the demo's secret with another header.
fn headed(server: &TestServer, header: &Value) -> String {
    let claims = claims(server, "signed", json!({"crmCustomerId": "CRM-FORGED"}));
    sign_text(&header.to_string(), &claims.to_string(), &secret(&server.demo().signing_key.secret), Algorithm::HS256)
}

/// A token by the demo's secret with one claim changed; `null` takes it away.
fn with(server: &TestServer, name: &str, value: Value) -> String {
    let mut claims = claims(server, "signed", json!({"crmCustomerId": "CRM-FORGED"}));
    match value {
        Value::Null => drop(claims.as_object_mut().unwrap().remove(name)),
        value => claims[name] = value,
    }
    token(server, &claims)
}

/// A token by the demo's secret with these texts.
fn written(server: &TestServer, header: &str, claims: &str) -> String {
    sign_text(header, claims, &secret(&server.demo().signing_key.secret), Algorithm::HS256)
}

fn encode(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(text)
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "a table is read from top to bottom")]
async fn sig2_forty_tokens_that_are_not_believed_are_401_and_store_nothing() {
    let server = TestServer::builder().without_rate_limits().start().await;
    let admin = admin(&server).await;
    let key = server.demo().signing_key.clone();
    let kid = key.id.to_string();
    let good_header = json!({"alg": "HS256", "typ": "JWT", "kid": kid});
    let header = good_header.to_string();
    let good = claims(&server, "signed", json!({"crmCustomerId": "CRM-FORGED"}));
    let good_text = good.to_string();
    let good_token = token(&server, &good);
    let parts: Vec<&str> = good_token.split('.').collect();

    // An RSA key for the confusion of algorithms, a key of another deployment, one that has ended, one switched off.
    let public = include_str!("rsa-test-key.pub.pem");
    let path = keys_path(&server, "signed");
    let rsa = json!({"algorithm": "RS256", "publicKey": public});
    let rsa = body(&admin.post(&path, &rsa).await.unwrap(), 200);
    let rsa_kid = rsa["id"].as_str().unwrap();
    let drawn = json!({"algorithm": "HS256"});
    let elsewhere = body(&admin.post(&keys_path(&server, "open"), &drawn).await.unwrap(), 200);
    let elsewhere = (elsewhere["id"].as_str().unwrap(), elsewhere["secret"].as_str().unwrap());
    let mut ended = Vec::new();
    for change in [json!({"goodUntil": "2020-01-01T00:00:00Z"}), json!({"enabled": false})] {
        let made = body(&admin.post(&path, &drawn).await.unwrap(), 200);
        let (id, secret) = (made["id"].as_str().unwrap().to_owned(), made["secret"].as_str().unwrap().to_owned());
        let patch = admin.request(reqwest::Method::PATCH, &format!("{path}/{id}")).json(&change).send().await.unwrap();
        assert_eq!(patch.status(), 200);
        ended.push((id, secret));
    }
    let by = |kid: &str, text: &str| {
        let header = json!({"alg": "HS256", "kid": kid}).to_string();
        sign_text(&header, &good_text, &secret(text), Algorithm::HS256)
    };
    let none = |signature: &str| {
        let header = json!({"alg": "none", "kid": kid}).to_string();
        format!("{}.{}.{signature}", encode(&header), encode(&good_text))
    };
    let confused = json!({"alg": "HS256", "kid": rsa_kid}).to_string();
    let rsa_by_secret =
        sign_text(&confused, &good_text, &EncodingKey::from_secret(public.as_bytes()), Algorithm::HS256);
    let said_rsa = json!({"alg": "RS256", "kid": kid}).to_string();

    let table: Vec<(&str, String)> = vec![
        // No JWT at all.
        ("identity_token_malformed", String::new()),
        ("identity_token_malformed", "CRM-FORGED".to_owned()),
        ("identity_token_malformed", "..".to_owned()),
        ("identity_token_malformed", format!("{}.{}", parts[0], parts[1])),
        ("identity_token_malformed", format!("{good_token}.{}", parts[2])),
        ("identity_token_malformed", format!("{}=.{}.{}", parts[0], parts[1], parts[2])),
        ("identity_token_malformed", format!(" {good_token}")),
        ("identity_token_malformed", format!("{}.{}.{}", encode("not JSON"), parts[1], parts[2])),
        ("identity_token_malformed", format!("{}.{}.{}", encode("[]"), parts[1], parts[2])),
        ("identity_token_malformed", written(&server, r#"{"typ":"JWT"}"#, &good_text)),
        ("identity_token_malformed", written(&server, r#"{"alg":5}"#, &good_text)),
        ("identity_token_malformed", written(&server, &header, "no claims")),
        ("identity_token_malformed", written(&server, &header, "\"text\"")),
        ("identity_token_too_large", {
            let mut long = good.clone();
            long["customData"]["note"] = json!("x".repeat(8_192));
            token(&server, &long)
        }),
        // A key twice: two readers could believe two things.
        ("identity_token_malformed", written(&server, &header.replacen('{', r#"{"alg":"HS256","#, 1), &good_text)),
        ("identity_token_malformed", written(&server, &header, &good_text.replacen('{', r#"{"jti":"a","#, 1))),
        (
            "identity_token_malformed",
            written(&server, &header, &good_text.replace(r#"{"crm"#, r#"{"crmCustomerId":"CRM-1","crm"#)),
        ),
        // What the header must not ask for.
        ("identity_token_header", headed(&server, &json!({"alg": "HS256", "kid": kid, "crit": ["exp"]}))),
        ("identity_token_header", headed(&server, &json!({"alg": "HS256", "kid": kid, "crit": []}))),
        ("identity_token_header", headed(&server, &json!({"alg": "HS256", "kid": kid, "b64": false}))),
        ("identity_token_header", headed(&server, &json!({"alg": "HS256", "jwk": {"kty": "oct", "k": "AAAA"}}))),
        ("identity_token_header", headed(&server, &json!({"alg": "HS256", "jku": "https://evil.example/jwks"}))),
        ("identity_token_header", headed(&server, &json!({"alg": "HS256", "x5u": "https://evil.example/x5u"}))),
        ("identity_token_header", headed(&server, &json!({"alg": "HS256", "kid": kid, "typ": "at+jwt"}))),
        // The algorithm is the key's.
        ("identity_token_algorithm", none("")),
        ("identity_token_algorithm", none(parts[2])),
        (
            "identity_token_algorithm",
            none("").replacen(
                &encode(&json!({"alg": "none", "kid": kid}).to_string()),
                &encode(&json!({"alg": "NoNe"}).to_string()),
                1,
            ),
        ),
        ("identity_token_algorithm", headed(&server, &json!({"alg": "HS512", "kid": kid}))),
        ("identity_token_algorithm", headed(&server, &json!({"alg": "hs256", "kid": kid}))),
        ("identity_token_algorithm", rsa_by_secret),
        ("identity_token_algorithm", written(&server, &said_rsa, &good_text)),
        // The key.
        ("identity_token_unknown_key", headed(&server, &json!({"alg": "HS256", "kid": draw()}))),
        ("identity_token_unknown_key", headed(&server, &json!({"alg": "HS256", "kid": "../../etc/passwd"}))),
        ("identity_token_unknown_key", headed(&server, &json!({"alg": "HS256", "kid": ""}))),
        ("identity_token_unknown_key", by(elsewhere.0, elsewhere.1)),
        ("identity_token_unknown_key", by(&ended[0].0, &ended[0].1)),
        ("identity_token_unknown_key", by(&ended[1].0, &ended[1].1)),
        // The signature.
        ("identity_token_signature", format!("{}.{}.", parts[0], parts[1])),
        ("identity_token_signature", format!("{}.{}.{}", parts[0], parts[1], encode("short"))),
        (
            "identity_token_signature",
            format!("{}.{}.{}", parts[0], encode(&good_text.replace("FORGED", "OTHER")), parts[2]),
        ),
        ("identity_token_signature", by(&kid, elsewhere.1)),
        ("identity_token_signature", by(&kid, "")),
        ("identity_token_signature", {
            let header = json!({"alg": "HS256"}).to_string();
            sign_text(&header, &good_text, &secret(elsewhere.1), Algorithm::HS256)
        }),
        // For whom.
        ("identity_token_audience", with(&server, "aud", json!(server.deployment("open")))),
        ("identity_token_audience", with(&server, "aud", json!("*"))),
        ("identity_token_audience", with(&server, "aud", json!([]))),
        ("identity_token_claim", with(&server, "aud", Value::Null)),
        ("identity_token_claim", with(&server, "aud", json!(7))),
        // For how long.
        ("identity_token_expired", {
            let mut over = good.clone();
            (over["iat"], over["exp"]) = (json!(now() - 200), json!(now() - 61));
            token(&server, &over)
        }),
        ("identity_token_lifetime", with(&server, "exp", json!(now() + 3_600))),
        ("identity_token_lifetime", {
            let mut old = good.clone();
            (old["iat"], old["exp"]) = (json!(0), json!(now() + 60));
            token(&server, &old)
        }),
        ("identity_token_claim", with(&server, "exp", Value::Null)),
        ("identity_token_claim", with(&server, "exp", json!((now() + 60).to_string()))),
        ("identity_token_claim", with(&server, "exp", json!(1e300))),
        ("identity_token_claim", with(&server, "exp", json!(-1))),
        ("identity_token_claim", with(&server, "iat", Value::Null)),
        ("identity_token_claim", with(&server, "iat", json!("now"))),
        ("identity_token_not_yet_valid", {
            let mut early = good.clone();
            (early["iat"], early["exp"]) = (json!(now() + 120), json!(now() + 180));
            token(&server, &early)
        }),
        ("identity_token_not_yet_valid", with(&server, "nbf", json!(now() + 120))),
        ("identity_token_claim", with(&server, "nbf", json!("later"))),
        // What names it.
        ("identity_token_claim", with(&server, "jti", Value::Null)),
        ("identity_token_claim", with(&server, "jti", json!(""))),
        ("identity_token_claim", with(&server, "jti", json!(7))),
        ("identity_token_claim", with(&server, "jti", json!("x".repeat(129)))),
        ("identity_token_claim", with(&server, "iss", json!(["a"]))),
        ("identity_token_claim", with(&server, "sub", json!(7))),
        ("identity_token_claim", with(&server, "sub", json!(""))),
        // What it says.
        ("identity_token_claim", with(&server, "customData", json!("CRM-FORGED"))),
        ("identity_token_claim", with(&server, "customData", json!([{"crmCustomerId": "CRM-FORGED"}]))),
        ("identity_token_claim", with(&server, "customer", json!("CRM-FORGED"))),
    ];
    assert!(table.len() >= 40);

    let before = stored(&server).await;
    for (number, (expected, token)) in table.iter().enumerate() {
        let mut guest = Guest::of(&server, "signed").await;
        let answer =
            guest.start(token, json!({"customData": {"crmCustomerId": "CRM-FORGED"}, "message": "Hello"})).await;
        assert_eq!(&refused(&answer, token), expected, "row {number}: {answer}");
        // The same door over REST.
        let start =
            json!({"deploymentId": server.deployment("signed"), "identityToken": token, "customData": {"a": 1}});
        let answer = admin.post("/api/v2/conversations/webchat", &start).await.unwrap();
        let answer = body(&answer, 401);
        assert_eq!(answer["code"], json!(expected), "row {number} over REST");
    }
    assert_eq!(stored(&server).await, before, "nothing was stored");

    // Nor by a live conversation, whose context stays as it was.
    let mut guest = Guest::of(&server, "signed").await;
    done(&guest.ask(json!({"action": "startChat", "options": {"customData": {"plan": "gold"}}})).await);
    let before = stored(&server).await;
    for (number, (expected, token)) in table.iter().enumerate() {
        let answer = guest.set_context(token, json!({"customData": {"plan": "CRM-FORGED"}})).await;
        assert_eq!(&refused(&answer, token), expected, "row {number} in setContext: {answer}");
        let answer = guest.start(token, json!({"startNew": true})).await;
        assert_eq!(&refused(&answer, token), expected, "row {number} in a second start: {answer}");
    }
    assert_eq!(stored(&server).await, before, "nothing was changed");

    // The table tests the tokens, not the door: the one that they were made from is believed.
    let mut guest = Guest::of(&server, "signed").await;
    done(&guest.start(&good_token, json!({})).await);
}

#[tokio::test]
async fn sig2_a_deployment_without_keys_believes_no_token() {
    let server = TestServer::start().await;
    let token = token(&server, &claims(&server, "open", json!({"crmCustomerId": "CRM-1"})));
    let answer = Guest::of(&server, "open").await.start(&token, json!({})).await;
    assert_eq!(refused(&answer, &token), "identity_token_no_key");
}

#[tokio::test]
async fn sig2_clocks_may_be_a_minute_apart() {
    let server = TestServer::start().await;
    for (issued, ends) in [(-300, -50), (50, 200), (-599, 1)] {
        let mut claims = claims(&server, "signed", json!({"crmCustomerId": "CRM-1"}));
        (claims["iat"], claims["exp"]) = (json!(now() + issued), json!(now() + ends));
        done(&Guest::of(&server, "signed").await.start(&token(&server, &claims), json!({})).await);
    }
}
