//! Sessions and their sockets (START6, WIRE2, WIRE10, WIRE11, WIRE13).

use std::sync::Arc;

use serde_json::{Value, json};
use waybill_model::Time;
use waybill_testkit::{ConnectOptions, FixedClock, GuestClient, TestServer};

use crate::support::{Socket, answer_as_agent, configure, presence, start, text};

#[tokio::test]
async fn wire2_a_token_is_new_once_and_known_afterwards() {
    let server = TestServer::start().await;
    let mut socket = Socket::open(&server, "open").await;
    let body = socket.done(configure()).await;
    assert_eq!(
        (&body["connected"], &body["newSession"], &body["readOnly"]),
        (&json!(true), &json!(true), &json!(false))
    );
    assert!(body["expirationDate"].is_i64() && body["durationSeconds"].is_u64(), "{body}");
    socket.done(text("hi")).await;
    let mut later = socket.again(&server, "open").await;
    let body = later.done(configure()).await;
    assert_eq!((&body["connected"], &body["newSession"]), (&json!(true), &json!(false)));
    let stranger = Socket::open(&server, "open").await.done(configure()).await;
    assert_eq!(stranger["newSession"], true);
}

#[tokio::test]
async fn start6_a_token_is_bound_to_its_deployment() {
    let server = TestServer::start().await;
    let mut socket = Socket::open(&server, "open").await;
    socket.done(text("hi")).await;
    let mut elsewhere = socket.again(&server, "quarantine").await;
    assert_eq!(elsewhere.done(configure()).await["newSession"], true);
    let jwt = elsewhere.ask(json!({"action": "getJwt"})).await;
    assert_eq!((jwt["code"].as_u64(), jwt["error"]["code"].as_str()), (Some(404), Some("session_not_found")));
}

#[tokio::test]
async fn start6_every_socket_of_the_session_gets_every_push() {
    let server = TestServer::start().await;
    let mut first = Socket::open(&server, "open").await;
    let mut second = first.again(&server, "open").await;
    let mut third = first.again(&server, "open").await;
    // Two of them are there before there is a conversation.
    first.done(configure()).await;
    second.done(configure()).await;
    let started = first.done(start(&json!({"message": "Hello"}))).await;
    assert_eq!(first.next().await["body"]["text"], "Hello");
    assert_eq!(second.next().await["body"]["text"], "Hello");
    third.done(configure()).await;
    answer_as_agent(&server, &started["conversationId"], "to all").await;
    for socket in [&mut first, &mut second, &mut third] {
        assert_eq!(socket.next().await["body"]["text"], "to all");
    }
    third.done(text("from the third")).await;
    for socket in [&mut first, &mut second] {
        assert_eq!(socket.next().await["body"]["text"], "from the third");
    }
}

#[tokio::test]
async fn start6_another_socket_hears_the_end_and_follows_into_the_next_conversation() {
    let server = TestServer::start().await;
    let mut first = Socket::open(&server, "open").await;
    let mut second = first.again(&server, "open").await;
    first.done(start(&json!({"message": "one"}))).await;
    first.next().await;
    second.done(configure()).await;
    let started = first.done(start(&json!({"message": "two", "startNew": true}))).await;
    assert_eq!(first.next().await["body"]["text"], "two", "who starts anew hears no end");
    let end = second.next().await;
    assert_eq!(end["body"]["events"][0]["presence"]["type"], "Disconnect");
    assert_eq!(
        (&end["body"]["direction"], &end["body"]["metadata"]["readOnly"]),
        (&json!("Outbound"), &json!("false"))
    );
    let next = second.next().await;
    assert_eq!((&next["body"]["text"], &next["body"]["conversationId"]), (&json!("two"), &started["conversationId"]));
}

#[tokio::test]
async fn start6_a_fourth_socket_closes_the_oldest() {
    let server = TestServer::start().await;
    let mut sockets = vec![Socket::open(&server, "open").await];
    sockets[0].done(configure()).await;
    for _ in 0..3 {
        let mut socket = sockets[0].again(&server, "open").await;
        socket.done(configure()).await;
        sockets.push(socket);
    }
    let event = sockets[0].next().await;
    assert_eq!((event["type"].as_str(), event["class"].as_str()), (Some("message"), Some("ConnectionClosedEvent")));
    assert_eq!(event["body"], json!({}), "clients read an absent reason as too many connections");
    assert_eq!(sockets[0].closed().await, 1000);
    for socket in &mut sockets[1..] {
        socket.done(json!({"action": "echo", "message": {"type": "Text", "text": "ping"}})).await;
    }
}

#[tokio::test]
async fn wire10_l19_after_a_logout_the_token_reads_nothing_and_its_sockets_are_closed() {
    let server = TestServer::start().await;
    let mut first = Socket::open(&server, "open").await;
    let mut second = first.again(&server, "open").await;
    first.done(text("private")).await;
    let jwt = first.done(json!({"action": "getJwt"})).await;
    second.done(configure()).await;
    let body = first.done(json!({"action": "closeSession", "closeAllConnections": true, "logout": true})).await;
    assert_eq!((&body["connected"], &body["readOnly"]), (&json!(false), &json!(true)));
    let event = loop {
        let event = second.next().await;
        if event["class"] == "ConnectionClosedEvent" {
            break event;
        }
    };
    assert_eq!((&event["body"]["reason"], &event["body"]["reasonCode"]), (&json!("loggedOut"), &json!("loggedOut")));
    assert_eq!(second.closed().await, 1000);

    let refused = server.anonymous().history(jwt["jwt"].as_str().unwrap(), 1, 25).await.unwrap_err();
    assert_eq!(refused.refused().unwrap().code, 401);
    let mut again = first.again(&server, "open").await;
    assert_eq!(again.done(configure()).await["newSession"], true);
    assert_eq!(again.ask(json!({"action": "getJwt"})).await["code"], 404);
}

#[tokio::test]
async fn wire2_a_mobile_client_starts_anew_after_closing_all() {
    let server = TestServer::start().await;
    let mut socket = Socket::open(&server, "open").await;
    let mut other = socket.again(&server, "open").await;
    let old = socket.done(text("old")).await;
    other.done(configure()).await;
    let closed = socket.done(json!({"action": "closeSession", "closeAllConnections": true})).await;
    let seen = (&closed["connected"], &closed["newSession"], &closed["readOnly"]);
    assert_eq!(seen, (&json!(false), &json!(false), &json!(true)));
    assert_eq!(other.next().await["class"], "ConnectionClosedEvent");
    let mut anew = configure();
    anew["startNew"] = json!(true);
    let body = socket.done(anew).await;
    assert_eq!((&body["connected"], &body["newSession"]), (&json!(true), &json!(true)));
    let new = socket.done(text("new")).await;
    assert_ne!(new["conversationId"], old["conversationId"]);
}

#[tokio::test]
async fn wire11_a_health_check_is_answered_with_texts_and_without_a_token() {
    let server = TestServer::start().await;
    let mut socket = Socket::open(&server, "open").await;
    let fixed = "SGVhbHRoQ2hlY2tNZXNzYWdlSWQ=";
    socket
        .send_text(&format!(r#"{{"action":"echo","tracingId":"{fixed}","message":{{"type":"Text","text":"ping"}}}}"#))
        .await;
    let answer = socket.next().await;
    assert_eq!((answer["type"].as_str(), answer["class"].as_str()), (Some("response"), Some("StructuredMessage")));
    assert_eq!((answer["tracingId"].as_str(), &answer["body"]["text"]), (Some(fixed), &json!("ping")));
    let metadata = &answer["body"]["metadata"];
    let number = |name: &str| metadata[name].as_str().and_then(|text| text.parse::<i64>().ok());
    assert!(number("durationSeconds").is_some() && number("expirationDate").is_some(), "{metadata}");
    assert!(answer["body"]["channel"]["time"].is_string());
}

#[tokio::test]
async fn wire2_the_configuration_can_be_read_before_anything_else() {
    let server = TestServer::start().await;
    let mut socket = Socket::open(&server, "open").await;
    let answer = socket.ask(json!({"action": "getConfiguration"})).await;
    assert_eq!(answer["class"], "GetConfigurationResponse");
    assert_eq!(answer["body"]["maxCustomDataBytes"], 2_048);
    assert_eq!(answer["body"]["messageRoutingEnabled"], true);
}

#[tokio::test]
async fn start6_a_connection_may_show_few_tokens() {
    let server = TestServer::start().await;
    let mut socket = Socket::open(&server, "open").await;
    let mut answers = Vec::new();
    for number in 0..9 {
        answers.push(socket.ask(json!({"action": "getJwt", "token": format!("guess-{number}")})).await["code"].clone());
    }
    assert_eq!(answers[..8], vec![json!(404); 8]);
    assert_eq!(answers[8], 401);
    assert_eq!(socket.closed().await, 1008);
}

async fn socket_of(server: &TestServer, application: &str) -> Socket {
    let application = Some(application.to_owned());
    let options = ConnectOptions { application, ..server.visitor("open") };
    let mut socket = Socket::of(GuestClient::connect(options).await.expect("the socket opens"));
    socket.done(configure()).await;
    socket
}

#[tokio::test]
async fn wire13_a_server_that_stops_says_when_to_come_back() {
    let mut server = TestServer::start().await;
    let mut ours = socket_of(&server, "waybill-sdk-2.0.0").await;
    let mut other = socket_of(&server, "messenger-2.16.2").await;
    let stopping = async {
        server.stop().await;
    };
    let hearing = async {
        let hint = ours.next().await;
        assert_eq!((hint["type"].as_str(), hint["class"].as_str()), (Some("message"), Some("ReconnectHint")));
        assert!(hint["body"]["afterMs"].is_u64(), "{hint}");
        assert_eq!(ours.closed().await, 1012);
        assert_eq!(other.closed().await, 1012);
    };
    tokio::join!(stopping, hearing);
}

#[tokio::test]
async fn wire9_leaving_is_told_to_every_socket() {
    let server = TestServer::start().await;
    let mut first = Socket::open(&server, "open").await;
    let mut second = first.again(&server, "open").await;
    first.done(text("hi")).await;
    second.done(configure()).await;
    first.done(presence("Disconnect")).await;
    let told: Value = second.next().await;
    assert_eq!(told["body"]["events"][0]["presence"]["type"], "Disconnect");
    assert_eq!(told["body"]["direction"], "Inbound");
    second.done(json!({"action": "echo"})).await;
}

#[tokio::test]
async fn wire11_a_session_whose_time_is_over_is_told_so_and_begins_anew() {
    let clock = Arc::new(FixedClock::at(Time::from_millis(1_795_198_135_431)));
    let server = TestServer::builder().clock(clock.clone()).start().await;
    let mut socket = Socket::open(&server, "open").await;
    let configured = socket.done(configure()).await;
    let old = socket.done(text("old")).await;
    let seconds = configured["durationSeconds"].as_i64().unwrap();
    clock.advance_millis(seconds * 1_000 + 1_000);
    socket.send(json!({"action": "echo"})).await;
    let expired = socket.next().await;
    assert_eq!((expired["type"].as_str(), expired["class"].as_str()), (Some("message"), Some("SessionExpiredEvent")));
    assert_eq!(socket.done(configure()).await["newSession"], true);
    let new = socket.done(text("new")).await;
    assert_ne!(new["conversationId"], old["conversationId"]);
}
