//! SIG5: a token is believed once; the start that it belongs to is answered as often as it is asked for.

use std::sync::Arc;

use serde_json::json;
use waybill_model::Time;
use waybill_testkit::{FixedClock, TestServer};

use crate::support::{Guest, claims, done, draw, refused, stored, token};

#[tokio::test]
async fn sig5_the_same_start_gets_its_answer_again_and_another_one_gets_401() {
    let mut server = TestServer::start().await;
    let token = token(&server, &claims(&server, "signed", json!({"crmCustomerId": "CRM-1"})));
    let options = json!({"message": "Hello"});
    let start_token = draw();
    let mut guest = Guest::of(&server, "signed").await;
    let first = guest.start_as(&start_token, &token, options.clone()).await;
    let conversation = done(&first)["conversationId"].clone();

    let before = stored(&server).await;
    let again = guest.start_as(&start_token, &token, options.clone()).await;
    assert_eq!(done(&again)["conversationId"], conversation);
    assert_eq!(done(&again)["receipt"], done(&first)["receipt"]);
    // The page itself with another start, and somebody who has copied the token.
    let answer = guest.start_as(&draw(), &token, options.clone()).await;
    assert_eq!(refused(&answer, &token), "identity_token_spent");
    let answer = guest.start(&token, json!({"startNew": true})).await;
    assert_eq!(refused(&answer, &token), "identity_token_spent");
    let answer = guest.set_context(&token, json!({})).await;
    assert_eq!(refused(&answer, &token), "identity_token_spent");
    let mut thief = Guest::of(&server, "signed").await;
    let answer = thief.start(&token, options.clone()).await;
    assert_eq!(refused(&answer, &token), "identity_token_spent");
    assert_eq!(stored(&server).await, before, "nothing was stored");
    // Another token with the same start token is another body.
    let other = crate::support::token(&server, &claims(&server, "signed", json!({"crmCustomerId": "CRM-1"})));
    let answer = guest.start_as(&start_token, &other, options.clone()).await;
    assert_eq!(answer["code"], 409, "{answer}");

    let options_of_guest = guest.client.token().to_owned();
    server.restart().await;
    let mut visitor = server.visitor("signed");
    visitor.token = options_of_guest;
    let mut guest = Guest::over(waybill_testkit::GuestClient::connect(visitor).await.unwrap());
    let again = guest.start_as(&start_token, &token, options.clone()).await;
    assert_eq!(done(&again)["conversationId"], conversation, "a restart forgets no answer");
    let answer = Guest::of(&server, "signed").await.start(&token, options).await;
    assert_eq!(refused(&answer, &token), "identity_token_spent", "nor a spent token");
}

#[tokio::test]
async fn sig5_a_start_that_brings_nothing_new_spends_its_token_all_the_same() {
    let server = TestServer::start().await;
    let vouch = || token(&server, &claims(&server, "signed", json!({"crmCustomerId": "CRM-1"})));
    let mut guest = Guest::of(&server, "signed").await;
    let started = guest.start(&vouch(), json!({})).await;
    let (conversation, revision) = (&done(&started)["conversationId"], &done(&started)["revision"]);
    let (second, start_token) = (vouch(), draw());
    let resumed = guest.start_as(&start_token, &second, json!({})).await;
    assert_eq!((&done(&resumed)["conversationId"], &done(&resumed)["resumed"]), (conversation, &json!(true)));
    assert_eq!(&done(&resumed)["revision"], revision, "the same value moves no revision");
    let answer = Guest::of(&server, "signed").await.start(&second, json!({})).await;
    assert_eq!(refused(&answer, &second), "identity_token_spent");
    let again = guest.start_as(&start_token, &second, json!({})).await;
    assert_eq!(&done(&again)["conversationId"], conversation);
    let third = vouch();
    done(&guest.set_context(&third, json!({})).await);
    let answer = guest.set_context(&third, json!({})).await;
    assert_eq!(refused(&answer, &third), "identity_token_spent");
}

#[tokio::test]
async fn sig5_a_refused_start_spends_nothing() {
    let server = TestServer::start().await;
    let token = token(&server, &claims(&server, "signed", json!({"crmCustomerId": "CRM-1"})));
    let mut guest = Guest::of(&server, "signed").await;
    let answer = guest.start(&token, json!({"customData": {"plan": {"nested": 1}}})).await;
    assert_eq!((&answer["code"], &answer["body"]["code"]), (&json!(400), &json!("context_refused")));
    done(&guest.start(&token, json!({"customData": {"plan": "gold"}})).await);
}

#[tokio::test]
async fn sig5_of_a_hundred_bearers_of_one_token_one_starts() {
    let server = Arc::new(TestServer::builder().without_rate_limits().start().await);
    let token = token(&server, &claims(&server, "signed", json!({"crmCustomerId": "CRM-1"})));
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..100 {
        let (server, token) = (Arc::clone(&server), token.clone());
        tasks.spawn(async move { Guest::of(&server, "signed").await.start(&token, json!({})).await["code"].clone() });
    }
    let codes = tasks.join_all().await;
    assert_eq!(codes.iter().filter(|code| **code == 200).count(), 1, "{codes:?}");
    assert!(codes.iter().all(|code| *code == 200 || *code == 401), "{codes:?}");
}

#[tokio::test]
async fn sig5_an_answer_is_given_again_after_the_token_has_ended() {
    let clock = Arc::new(FixedClock::at(Time::from_millis(crate::support::now() * 1_000)));
    let server = TestServer::builder().clock(clock.clone()).start().await;
    let token = token(&server, &claims(&server, "signed", json!({"crmCustomerId": "CRM-1"})));
    let mut guest = Guest::of(&server, "signed").await;
    let first = guest.start_as("once", &token, json!({})).await;
    clock.advance_millis(700_000);
    let again = guest.start_as("once", &token, json!({})).await;
    assert_eq!(done(&again)["conversationId"], done(&first)["conversationId"]);
    let answer = guest.start_as("twice", &token, json!({})).await;
    assert_eq!(refused(&answer, &token), "identity_token_expired");
}
