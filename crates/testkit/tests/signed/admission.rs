//! SIG3, SIG4: what a token says, beside what the page says.

use serde_json::{Value, json};
use waybill_testkit::TestServer;

use crate::support::{Guest, claims, done, entries, read, token};

/// A start on a deployment: its context, and the receipt's lines.
async fn start(server: &TestServer, guest: &mut Guest, signed: Value, options: Value) -> (Value, Vec<String>) {
    let token = token(server, &claims(server, "signed", signed));
    let answer = guest.start(&token, options).await;
    let started = done(&answer);
    (started["customData"].clone(), entries(&started["receipt"]))
}

#[tokio::test]
async fn sig4_the_page_can_not_say_otherwise_than_the_token_beside_it() {
    let server = TestServer::start().await;
    let mut guest = Guest::of(&server, "signed").await;
    let page = json!({"customData": {"customer_id": "CRM-OTHER", "plan": "silver", "vip": true}});
    let (stored, lines) = start(&server, &mut guest, json!({"crmCustomerId": "CRM-1", "plan": "gold"}), page).await;
    assert_eq!(stored, json!({"crmCustomerId": "CRM-1", "plan": "gold", "vip": true}));
    assert_eq!(
        lines,
        [
            "crmCustomerId token signed stored",
            "plan token signed stored",
            "customer_id customData page refused",
            "plan customData page refused",
            "vip customData page stored",
        ]
    );
}

#[tokio::test]
async fn sig4_what_both_say_is_one_attribute_with_both_sources() {
    let server = TestServer::start().await;
    let mut guest = Guest::of(&server, "signed").await;
    let page = json!({"customData": {"customerId": "CRM-1"}});
    let token = token(&server, &claims(&server, "signed", json!({"crmCustomerId": "CRM-1"})));
    let answer = guest.start(&token, page).await;
    let started = done(&answer);
    assert_eq!(
        entries(&started["receipt"]),
        ["crmCustomerId token signed stored", "customerId customData signed stored"]
    );
    let client = server.integrator().await;
    let path = format!("/api/v2/conversations/{}/context/crmCustomerId", started["conversationId"].as_str().unwrap());
    let key = read(&client, &path).await;
    assert_eq!((&key["trust"], &key["forms"]), (&json!("signed"), &json!(["token", "customData"])), "{key}");
}

#[tokio::test]
async fn sig4_no_page_and_no_later_call_changes_what_was_signed() {
    let server = TestServer::start().await;
    let mut guest = Guest::of(&server, "open").await;
    let admin = crate::support::admin(&server).await;
    let key = json!({"algorithm": "HS256"});
    let key = admin.post(&crate::support::keys_path(&server, "open"), &key).await.unwrap();
    let key = crate::support::body(&key, 200);
    let mut claims = claims(&server, "open", json!({"plan": "gold"}));
    claims["customer"] = json!({"name": "Zoë", "id": "C-1"});
    let token = crate::support::sign_text(
        &json!({"alg": "HS256", "kid": key["id"]}).to_string(),
        &claims.to_string(),
        &crate::support::secret(key["secret"].as_str().unwrap()),
        jsonwebtoken::Algorithm::HS256,
    );
    let answer = guest.start(&token, json!({})).await;
    let started = done(&answer);
    assert_eq!(
        entries(&started["receipt"]),
        ["plan token signed stored", "customer.id token signed stored", "customer.name token signed stored"],
    );
    let conversation = started["conversationId"].as_str().unwrap().to_owned();

    let page = json!({"customData": {"plan": "basic", "note": "x"}, "customer": {"name": "Mallory"}});
    let late = guest.ask(json!({"action": "setContext", "options": page})).await;
    let late = done(&late);
    assert_eq!(entries(&late["receipt"])[..2], ["note setContext page stored", "plan setContext page refused"]);
    assert_eq!(late["receipt"]["entries"][2]["verdict"], json!("refused"), "{late}");
    assert_eq!(late["receipt"]["entries"][2]["rule"], json!("lower_trust"));
    let again = guest.ask(json!({"action": "startChat", "options": {"customData": {"plan": "basic"}}})).await;
    assert_eq!(entries(&done(&again)["receipt"]), ["plan customData page refused"]);

    let client = server.integrator().await;
    let participant = started["participantId"].as_str().unwrap();
    let path = format!("/api/v2/conversations/webchat/{conversation}/participants/{participant}");
    let written = client.put(&path, &json!({"metadata": {"plan": "basic"}})).await.unwrap();
    assert_eq!(entries(&crate::support::body(&written, 200)["receipt"]), ["plan rest.metadata server refused"]);
    let stored = read(&client, &format!("/api/v2/conversations/webchat/{conversation}")).await;
    assert_eq!((&stored["customData"]["plan"], &stored["customer"]["name"]), (&json!("gold"), &json!("Zoë")));
}

#[tokio::test]
async fn sig3_every_claim_has_a_verdict_or_is_about_the_token() {
    let server = TestServer::start().await;
    let mut about = claims(&server, "signed", json!({"crmCustomerId": "CRM-1"}));
    for (name, value) in
        [("azp", json!("shop")), ("scope", json!("openid")), ("auth_time", json!(5)), ("sub", json!("C-1"))]
    {
        about[name] = value;
    }
    let answer = Guest::of(&server, "signed").await.start(&token(&server, &about), json!({})).await;
    assert_eq!(done(&answer)["customer"]["id"], json!("C-1"));

    for (name, value, key, remedy) in [
        ("customdata", json!({"plan": "gold"}), "token.customdata", "Did you mean `customData`?"),
        ("crmCustomerId", json!("CRM-1"), "token.crmCustomerId", "Put it into `customData`, or leave it out."),
    ] {
        let mut claims = claims(&server, "signed", json!({}));
        claims[name] = value;
        let answer = Guest::of(&server, "signed").await.start(&token(&server, &claims), json!({})).await;
        assert_eq!((&answer["code"], &answer["body"]["code"]), (&json!(400), &json!("context_refused")), "{answer}");
        let detail = &answer["body"]["details"][0];
        assert_eq!(
            (&detail["errorCode"], &detail["fieldName"], &detail["remedy"]),
            (&json!("unknown_option"), &json!(key), &json!(remedy))
        );
    }
}

#[tokio::test]
async fn sig4_a_floor_is_met_by_the_token_alone() {
    let server = TestServer::start().await;
    let mut guest = Guest::of(&server, "signed").await;
    let answer = guest.ask(json!({"action": "startChat", "options": {"customData": {"crmCustomerId": "CRM-1"}}})).await;
    assert_eq!(done(&answer)["receipt"]["entries"][0]["rule"], json!("below_trust_floor"));
    assert_eq!(done(&answer)["customData"], json!({}));
    let (stored, lines) = start(&server, &mut guest, json!({"crmCustomerId": "CRM-1"}), json!({})).await;
    assert_eq!(
        (stored, lines),
        (json!({"crmCustomerId": "CRM-1"}), vec!["crmCustomerId token signed stored".to_owned()])
    );
}

#[tokio::test]
async fn sig4_another_signed_customer_is_another_session() {
    let server = TestServer::start().await;
    let mut guest = Guest::of(&server, "signed").await;
    let vouch = |id: &str| token(&server, &claims(&server, "signed", json!({"crmCustomerId": id})));
    let first = guest.start(&vouch("CRM-1"), json!({})).await;
    let second = guest.start(&vouch("CRM-2"), json!({})).await;
    assert_ne!(done(&first)["conversationId"], done(&second)["conversationId"]);
    assert_eq!(done(&second)["resumed"], json!(false));
    assert_eq!(done(&second)["customData"], json!({"crmCustomerId": "CRM-2"}));
}
