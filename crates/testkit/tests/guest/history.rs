//! The history of a session over REST (WIRE14, EDGE5, START7).

use reqwest::Method;
use serde_json::{Value, json};
use waybill_testkit::TestServer;

use crate::support::{Socket, answer_as_agent, text};

#[tokio::test]
async fn wire14_start7_pages_are_newest_first_and_show_what_the_socket_showed() {
    let server = TestServer::builder().without_rate_limits().start().await;
    let mut socket = Socket::open(&server, "open").await;
    let mut live: Vec<Value> = Vec::new();
    for number in 0..6 {
        live.push(socket.done(text(&number.to_string())).await);
    }
    let conversation = live[0]["conversationId"].clone();
    answer_as_agent(&server, &conversation, "answer").await;
    live.push(socket.next().await["body"].clone());
    live.reverse();
    let jwt = socket.ask(json!({"action": "getJwt"})).await;
    assert_eq!(jwt["class"], "JwtResponse");
    assert!(jwt["body"]["exp"].is_i64());
    let jwt = jwt["body"]["jwt"].as_str().unwrap();

    let page = |number: u32| {
        let request = server.anonymous();
        let path = format!("/api/v2/webmessaging/messages?pageNumber={number}&pageSize=3");
        async move {
            let answer = request.with_token(jwt).get(&path).await.unwrap();
            answer.json::<Value>().unwrap()
        }
    };
    let first = page(1).await;
    let counters = (&first["pageSize"], &first["pageNumber"], &first["total"], &first["pageCount"]);
    assert_eq!(counters, (&json!(3), &json!(1), &json!(7), &json!(3)));
    let mut told = Vec::new();
    for number in 1..=4 {
        told.extend(page(number).await["entities"].as_array().unwrap().clone());
    }
    assert_eq!(page(4).await["entities"], json!([]), "a page past the end is empty");
    assert_eq!(told.len(), live.len());
    for (told, live) in told.iter().zip(&live) {
        for field in ["id", "text", "direction", "channel", "metadata", "content"] {
            assert_eq!(told[field], live[field], "{field}");
        }
    }
    let times: Vec<_> = told.iter().map(|message| message["channel"]["time"].as_str().unwrap()).collect();
    assert!(times.windows(2).all(|pair| pair[0] > pair[1]), "{times:?}");
}

#[tokio::test]
async fn wire14_the_token_is_read_in_any_case_and_a_wrong_one_is_401() {
    let server = TestServer::start().await;
    let mut socket = Socket::open(&server, "open").await;
    socket.done(text("hi")).await;
    let jwt = socket.done(json!({"action": "getJwt"})).await["jwt"].as_str().unwrap().to_owned();
    let get = |authorization: Option<String>| {
        let request = server.anonymous().request(Method::GET, "/api/v2/webmessaging/messages?pageNumber=1&pageSize=25");
        let request = match authorization {
            Some(value) => request.header("Authorization", value),
            None => request,
        };
        async move {
            let answer = request.send().await.unwrap();
            let status = answer.status().as_u16();
            (status, answer.json::<Value>().await.unwrap())
        }
    };
    assert_eq!(get(Some(format!("bearer {jwt}"))).await.0, 200);
    assert_eq!(get(Some(format!("Bearer {jwt}"))).await.0, 200);
    for wrong in
        [None, Some("Bearer nonsense".to_owned()), Some(format!("Basic {jwt}")), Some(format!("Bearer {jwt}x"))]
    {
        let (status, body) = get(wrong).await;
        assert_eq!(status, 401);
        assert_eq!(body["status"], 401);
        for field in ["message", "code", "contextId", "details", "errors"] {
            assert!(!body[field].is_null(), "{field}: {body}");
        }
    }
}

#[tokio::test]
async fn edge5_wire14_a_page_of_an_allowed_site_may_read_the_history() {
    let server = TestServer::start().await;
    let mut socket = Socket::open(&server, "open").await;
    socket.done(text("hi")).await;
    let jwt = socket.done(json!({"action": "getJwt"})).await["jwt"].as_str().unwrap().to_owned();
    let path = "/api/v2/webmessaging/messages?pageNumber=1&pageSize=25";
    let preflight = server
        .anonymous()
        .request(Method::OPTIONS, path)
        .header("Origin", "https://shop.example")
        .header("Access-Control-Request-Method", "GET")
        .header("Access-Control-Request-Headers", "authorization")
        .send()
        .await
        .unwrap();
    assert!(preflight.status().is_success());
    assert_eq!(preflight.headers()["access-control-allow-origin"], "https://shop.example");
    assert_eq!(preflight.headers()["access-control-allow-headers"], "authorization");
    let answer = server
        .anonymous()
        .with_token(&jwt)
        .request(Method::GET, path)
        .header("Origin", "https://shop.example")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["access-control-allow-origin"], "https://shop.example");
}
