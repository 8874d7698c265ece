//! Messages: answering once, typing, reading what was said.

use reqwest::Method;
use serde_json::{Value, json};
use waybill_model::Permission;
use waybill_server::service::{AgentMessage, ClientLogin, Exchange};
use waybill_testkit::TestServer;

use crate::support::{UNKNOWN, assert_no_null, body_of, ids, ok, read, refused, send, start};

#[tokio::test]
async fn plat4_a_message_is_read_in_its_conversation_in_a_list_and_by_its_id_alone() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let chat = start(&server, &client, "open", json!({"message": "Hello"})).await;
    let other = start(&server, &client, "open", json!({"message": "Somebody else"})).await;
    let answered = ok(client.post(&chat.answers(), &json!({"textBody": "Hi", "mediaIds": []})).await.unwrap());
    let id = answered["id"].as_str().unwrap();
    assert_eq!(answered["selfUri"], json!(chat.messages(&format!("/messages/{id}"))));
    for path in [
        chat.messages(&format!("/messages/{id}")),
        chat.messages(&format!("/messages/{id}/details")),
        format!("/api/v2/conversations/messages/{id}/details"),
    ] {
        let message = read(&client, &path).await;
        assert_no_null(&message);
        assert_eq!(message, answered, "{path}");
        let normalized = read(&client, &format!("{path}?useNormalizedMessage=True")).await;
        assert_eq!((normalized.get("textBody"), &normalized["normalizedMessage"]["text"]), (None, &json!("Hi")));
    }
    for path in [
        other.messages(&format!("/messages/{id}")),
        chat.messages(&format!("/messages/{UNKNOWN}")),
        chat.messages("/messages/nothing/details"),
        format!("/api/v2/conversations/messages/{UNKNOWN}/details"),
    ] {
        refused(&client.get(&path).await.unwrap(), 404, "not.found");
    }
    let first =
        read(&client, &chat.path("")).await["participants"][0]["messages"][0]["messages"][0]["messageId"].clone();
    let bulk = chat.messages("/messages/bulk");
    let wanted = json!([id, UNKNOWN, first, "nothing", id]);
    let found = ok(client.post(&bulk, &wanted).await.unwrap());
    assert_eq!(ids(&found["entities"], "id"), [first.as_str().unwrap(), id], "in the order in which they were said");
    for body in ["", "null", "[]"] {
        let answer = send(&client, Method::POST, &bulk, body, &[]).await;
        assert_eq!(ok(answer), json!({"entities": []}), "{body}");
    }
    refused(&client.post(&bulk, &json!({"ids": []})).await.unwrap(), 400, "bad.request");
    let many: Vec<&str> = vec![UNKNOWN; 101];
    refused(&client.post(&bulk, &json!(many)).await.unwrap(), 400, "bad.request");
}

#[tokio::test]
async fn plat8_an_answer_with_a_key_is_stored_once_also_after_a_restart() {
    let mut server = TestServer::start().await;
    let client = server.integrator().await;
    let chat = start(&server, &client, "open", json!({})).await;
    let say = |client: waybill_testkit::RestClient, text: &'static str, key: &'static str| {
        let path = chat.answers();
        async move {
            let body = json!({ "textBody": text }).to_string();
            send(&client, Method::POST, &path, &body, &[("Idempotency-Key", key)]).await
        }
    };
    let (one, other) = tokio::join!(say(client.clone(), "Hi", "k1"), say(client.clone(), "Hi", "k1"));
    let first = ok(one);
    assert_eq!(first["id"], ok(other)["id"], "two at once are one");
    server.restart().await;
    assert_eq!(ok(say(client.clone(), "Hi", "k1").await)["id"], first["id"], "also after a restart");
    refused(&say(client.clone(), "Bye", "k1").await, 409, "wrong.state");
    assert_ne!(ok(say(client.clone(), "Hi", "k2").await)["id"], first["id"], "another key is another answer");
    for _ in 0..2 {
        ok(client.post(&chat.answers(), &json!({"textBody": "Hi"})).await.unwrap());
    }
    let conversation = read(&client, &chat.path("")).await;
    let said = &conversation["participants"][1]["messages"][0]["messages"];
    assert_eq!(said.as_array().unwrap().len(), 4, "without a key each is an answer of its own");
}

#[tokio::test]
async fn plat9_typing_reaches_the_guest_and_says_nothing_in_return() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let chat = start(&server, &client, "open", json!({})).await;
    let path = chat.messages(&format!("/communications/{}/typing", chat.communication));
    for body in ["", "null", "{}", r#"{"typing":{"type":"On","duration":1000},"dateSent":"2026-11-20T18:08:55Z"}"#] {
        let answer = send(&client, Method::POST, &path, body, &[]).await;
        assert_eq!((answer.status.as_u16(), answer.text.as_str()), (204, ""), "{body}");
    }
    for (body, field) in [
        (r#"{"typing":{"type":"Off"}}"#, "type"),
        (r#"{"typing":{"type":"On","duration":"long"}}"#, "duration"),
        (r#"{"typping":{}}"#, "typping"),
    ] {
        let error = refused(&send(&client, Method::POST, &path, body, &[]).await, 400, "bad.request");
        assert_eq!(error["details"][0]["fieldName"], field, "{body}");
    }
    let nowhere = chat.messages(&format!("/communications/{UNKNOWN}/typing"));
    refused(&send(&client, Method::POST, &nowhere, "", &[]).await, 404, "not.found");
}

#[tokio::test]
async fn plat9_what_can_not_be_sent_is_refused_by_name() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let chat = start(&server, &client, "open", json!({})).await;
    for (body, field) in [
        (json!({"textBody": "x", "mediaIds": ["m"]}), "mediaIds"),
        (json!({"textBody": "x", "messagingTemplate": {}}), "messagingTemplate"),
        (Value::Null, "textBody"),
    ] {
        let answer = send(&client, Method::POST, &chat.answers(), &body.to_string(), &[]).await;
        assert_eq!(body_of(&answer)["details"][0]["fieldName"], field, "{body}");
        refused(&answer, 400, "bad.request");
    }
}

#[tokio::test]
async fn plat8_an_answer_whose_client_hung_up_is_not_said_again_by_the_repetition() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let chat = start(&server, &client, "open", json!({})).await;
    let oauth = &server.demo().oauth_client;
    let login = ClientLogin { id: oauth.id.to_string(), secret: Some(oauth.secret.clone()) };
    let exchange = Exchange::ClientCredentials { scopes: None };
    let service = server.service();
    let token = service.issue_token(login, exchange, [127, 0, 0, 1].into()).await.unwrap().access_token;
    let caller = service.authorize(&token).await.unwrap().acting(&[Permission::MessageCreate]).unwrap();
    let say = |text: &str| {
        let message = AgentMessage { text: text.to_owned(), nickname: None, idempotency_key: None };
        service.send_agent_message(&caller, &chat.id, &chat.communication, message)
    };
    // However far the request had come when its client hung up, the message is there once.
    for polls in 1..=8 {
        let text = format!("after {polls}");
        let mut hung_up = Box::pin(say(&text));
        let mut is_over = false;
        for _ in 0..polls {
            is_over = futures_util::poll!(&mut hung_up).is_ready();
            if is_over {
                break;
            }
            tokio::task::yield_now().await;
        }
        drop(hung_up);
        if !is_over {
            say(&text).await.unwrap();
        }
        let said_twice = say(&text).await.unwrap();
        let conversation = read(&client, &chat.path("")).await;
        let said = conversation["participants"][1]["messages"][0]["messages"].as_array().unwrap();
        assert_eq!(said.len(), polls * 2, "once for the request that hung up and came again, once for the next one");
        assert_eq!(said[polls * 2 - 1]["messageId"], json!(said_twice.id));
    }
}
