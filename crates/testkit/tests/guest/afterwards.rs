//! What comes beside the conversation: ratings, receipts of reading, the guest's own transcript (WIRE15, WIRE16, DESK5).

use std::sync::Arc;

use serde_json::{Value, json};
use waybill_testkit::{FixedClock, RestClient, TestServer};

use crate::support::{Socket, answer_as_agent, get, presence, text};

/// The deployment asks its customers from now on.
async fn ask_customers(server: &TestServer, admin: &RestClient, deployment: &str) {
    let configurations = "/api/v2/webdeployments/configurations";
    let satisfaction = json!({"enabled": true, "question": "How was it?"});
    let body = json!({
        "name": "asks", "languages": ["en-us"], "defaultLanguage": "en-us",
        "messenger": {"apps": {"conversations": {"satisfaction": satisfaction}}},
    });
    let ok = |answer: waybill_testkit::Answer| {
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json::<Value>().expect("JSON")
    };
    let made = ok(admin.post(configurations, &body).await.expect("an answer"));
    let id = made["id"].as_str().expect("an id");
    ok(admin.post(&format!("{configurations}/{id}/versions/draft/publish"), &json!({})).await.expect("an answer"));
    let bound = json!({"name": deployment, "allowAllDomains": true, "configuration": {"id": id}});
    let path = format!("/api/v2/webdeployments/deployments/{}", server.deployment(deployment));
    ok(admin.put(&path, &bound).await.expect("an answer"));
}

fn rate(score: u8, comment: &str) -> Value {
    json!({"action": "rateConversation", "score": score, "comment": comment})
}

/// An error of an action of ours.
async fn refused(socket: &mut Socket, frame: Value, code: u16) {
    let answer = socket.ask(frame).await;
    assert_eq!((&answer["class"], &answer["code"]), (&json!("Error"), &json!(code)), "{answer}");
}

/// Waits for the answer to a frame; what was pushed before it is passed over.
async fn answer_to(socket: &mut Socket, frame: Value) -> Value {
    let tracing_id = socket.send(frame).await;
    loop {
        let next = socket.next().await;
        if next["tracingId"] == json!(tracing_id) && next["type"] == "response" {
            return next;
        }
    }
}

async fn end(socket: &mut Socket) {
    socket.send(presence("Disconnect")).await;
    loop {
        let frame = socket.next().await;
        if frame["body"]["events"][0]["presence"]["type"] == "Disconnect" {
            return;
        }
    }
}

#[tokio::test]
async fn wire15_a_rating_is_taken_after_the_end_once_per_answer_and_for_a_day() {
    let clock = Arc::new(FixedClock::at("2026-11-20T18:08:55Z".parse().expect("a time")));
    let server = TestServer::builder().without_rate_limits().clock(clock.clone()).start().await;
    let (admin, client) = (server.admin().await, server.integrator().await);
    ask_customers(&server, &admin, "open").await;
    let mut socket = Socket::open(&server, "open").await;
    let started = socket.start(json!({})).await;
    assert_eq!(started["satisfaction"], json!({"enabled": true, "question": "How was it?"}));
    let config =
        get(&server.anonymous(), &format!("/webdeployments/v1/deployments/{}/config.json", server.deployment("open")))
            .await;
    assert_eq!(config["waybill"]["satisfaction"], started["satisfaction"]);
    let id = started["conversationId"].as_str().expect("an id").to_owned();
    let path = format!("/api/v2/conversations/{id}/satisfaction");
    assert_eq!(get(&client, &path).await["state"], "notYet");
    refused(&mut socket, rate(4, ""), 409).await;
    end(&mut socket).await;
    assert_eq!(get(&client, &path).await["state"], "open");
    for score in [0, 6] {
        refused(&mut socket, rate(score, ""), 400).await;
    }
    refused(&mut socket, rate(4, &"x".repeat(2_001)), 400).await;
    let first = answer_to(&mut socket, rate(4, "")).await;
    assert_eq!((&first["class"], &first["body"]["score"]), (&json!("RateConversationResponse"), &json!(4)));
    clock.advance_millis(1_000);
    let again = answer_to(&mut socket, rate(4, "")).await;
    assert_eq!(again["body"], first["body"], "the same again changes nothing");
    let better = answer_to(&mut socket, rate(5, "<i>Quick!</i>")).await;
    assert_eq!((&better["body"]["score"], &better["body"]["comment"]), (&json!(5), &json!("<i>Quick!</i>")));
    let view = get(&client, &path).await;
    assert_eq!((&view["state"], &view["satisfaction"]["score"]), (&json!("rated"), &json!(5)));
    assert_eq!(view["satisfaction"]["maxScore"], 5);

    // Numbers know the rating as it stands now, once.
    let question = json!({"interval": "2026-11-20T00:00:00Z/2026-11-21T00:00:00Z", "metrics": ["oSurveyTotalScore"]});
    let answer = client.post("/api/v2/analytics/conversations/aggregates/query", &question).await.expect("an answer");
    let numbers = answer.json::<Value>().expect("JSON");
    let expected = json!([{"metric": "oSurveyTotalScore", "stats": {"count": 1, "sum": 5, "min": 5, "max": 5}}]);
    assert_eq!(numbers["results"][0]["data"][0]["metrics"], expected, "{numbers}");

    // Of another session it is not found, and a day later it is too late.
    let mut stranger = Socket::open(&server, "open").await;
    stranger.start(json!({})).await;
    let mut foreign = rate(1, "");
    foreign["conversationId"] = json!(id);
    refused(&mut stranger, foreign, 404).await;
    clock.advance_millis(24 * 3_600_000 - 2_000);
    assert_eq!(answer_to(&mut socket, rate(3, "")).await["code"], 200, "within the day");
    clock.advance_millis(10_000);
    let late = answer_to(&mut socket, rate(1, "")).await["code"].clone();
    assert!(late == 409 || late == 404, "{late}");
}

#[tokio::test]
async fn wire15_nobody_rates_where_nobody_asked() {
    let server = TestServer::start().await;
    let mut socket = Socket::open(&server, "open").await;
    let started = socket.start(json!({})).await;
    assert_eq!(started.get("satisfaction"), None);
    end(&mut socket).await;
    refused(&mut socket, rate(4, ""), 409).await;
    let id = started["conversationId"].as_str().expect("an id");
    let view = get(&server.integrator().await, &format!("/api/v2/conversations/{id}/satisfaction")).await;
    assert_eq!((&view["state"], view.get("satisfaction")), (&json!("notAsked"), None));
}

#[tokio::test]
async fn wire16_receipts_are_gathered_monotonic_and_told_to_the_other_side() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let mut options = server.visitor("open");
    options.application = Some("waybill-test".to_owned());
    let mut socket = Socket::of(waybill_testkit::GuestClient::connect(options).await.expect("the socket opens"));
    let mut other = Socket::open(&server, "open").await;
    other.start(json!({})).await;
    let said = socket.done(text("Hello")).await;
    let conversation = said["conversationId"].clone();
    let id = conversation.as_str().expect("an id").to_owned();
    answer_as_agent(&server, &conversation, "First").await;
    let first = socket.next().await["body"]["channel"]["time"].clone();
    answer_as_agent(&server, &conversation, "Second").await;
    let second = socket.next().await["body"]["channel"]["time"].clone();

    // Nobody answers a receipt: the health check behind it is answered when it is done.
    let receipt =
        |delivered: &Value, read: &Value| json!({"action": "receipt", "deliveredUpTo": delivered, "readUpTo": read});
    let echo = || json!({"action": "echo", "message": {"text": "ping"}});
    socket.send(receipt(&second, &first)).await;
    socket.done(echo()).await;
    socket.send(receipt(&first, &first)).await;
    socket.done(echo()).await;
    let view = get(&client, &format!("/api/v2/conversations/{id}")).await;
    let legs = view["participants"].as_array().expect("a list");
    let agent = legs.iter().find(|one| one["purpose"] == "agent").expect("an agent");
    let states: Vec<_> = agent["messages"][0]["messages"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|message| (message["delivered"].clone(), message["read"].clone()))
        .collect();
    assert_eq!(states, [(json!(true), json!(true)), (json!(true), json!(false))]);

    // One record tells of many messages, and nothing is written for what is not new.
    let page = client.get("/api/v2/exports/events").await.expect("an answer");
    let admin = server.admin().await;
    let told =
        if page.status == 200 { page.text } else { admin.get("/api/v2/exports/events").await.expect("an answer").text };
    assert_eq!(told.matches("conversation:receipt").count(), 1, "{told}");

    let read = client.post(&format!("/api/v2/conversations/{id}/read"), &json!({})).await.expect("an answer");
    assert_eq!(read.status, 200, "{}", read.text);
    let pushed = socket.next().await;
    assert_eq!((&pushed["class"], &pushed["body"]["conversationId"]), (&json!("ReceiptEvent"), &conversation));
    assert!(pushed["body"]["readUpTo"].as_str() >= said["channel"]["time"].as_str(), "{pushed}");
    let taken_up = socket.done(json!({"action": "configureSession"})).await;
    assert_eq!(taken_up["readUpTo"], pushed["body"]["readUpTo"], "who comes back hears it, too");

    // Another guest moves nothing, and a flood of receipts is slowed down by itself.
    let mut foreign = receipt(&second, &second);
    foreign["conversationId"] = conversation.clone();
    refused(&mut other, foreign, 404).await;
    for _ in 0..40 {
        socket.send(receipt(&second, &second)).await;
    }
    loop {
        let frame = socket.next().await;
        if frame["code"] == 429 {
            break;
        }
    }
}

#[tokio::test]
async fn desk5_a_guest_reads_its_own_transcript_with_its_history_token() {
    let server = TestServer::start().await;
    let mut socket = Socket::open(&server, "open").await;
    let said = socket.done(text("Hello <you>")).await;
    answer_as_agent(&server, &said["conversationId"], "Hi").await;
    socket.next().await;
    let jwt = socket.done(json!({"action": "getJwt"})).await["jwt"].as_str().expect("a token").to_owned();
    let path = "/api/v2/webmessaging/messages/transcript";
    let guest = server.anonymous().with_token(&jwt);
    let read = |accept: &'static str| {
        let request = guest.request(reqwest::Method::GET, path).header("Accept", accept);
        async move { request.send().await.expect("an answer").text().await.expect("a text") }
    };
    let json: Value = serde_json::from_str(&read("application/json").await).expect("JSON");
    let said: Vec<_> = json["messages"].as_array().expect("a list").iter().map(|one| one["text"].clone()).collect();
    assert_eq!(said, ["Hello <you>", "Hi"]);
    assert!(read("text/html").await.contains("Hello &lt;you&gt;"));
    assert!(read("text/plain").await.contains("customer: Hello <you>"));
    for wrong in [server.anonymous(), server.anonymous().with_token("nonsense")] {
        assert_eq!(wrong.get(path).await.expect("an answer").status, 401);
    }
}
