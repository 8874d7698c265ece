//! Channels: created, listed, checked, replaced, ended (NOT1–NOT3).

use std::sync::Arc;

use reqwest::Method;
use serde_json::{Value, json};
use waybill_client::NotificationStream;
use waybill_testkit::{ClientError, FixedClock, RestClient, TestServer};

use crate::support::{CHANNELS, Channel, EVERY_EVENT, body_of, follow, narrowed};

async fn listed(client: &RestClient) -> Vec<String> {
    let answer = client.get(&format!("{CHANNELS}?includechannels=oauthclient")).await.unwrap();
    let entities = body_of(&answer)["entities"].as_array().unwrap().clone();
    entities.iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
}

async fn head(client: &RestClient, path: &str) -> u16 {
    client.request(Method::HEAD, path).send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn not1_a_channel_is_created_from_nothing_listed_and_checked() {
    let server =
        TestServer::builder().config(|config| config.public_url = "https://chat.example".to_owned()).start().await;
    let base_url = format!("http://{}", server.address());
    let credentials = &server.demo().oauth_client;
    let client = RestClient::log_in(&base_url, &credentials.id.to_string(), &credentials.secret).await.unwrap();
    for body in ["", "null", "{}"] {
        let request = client.request(Method::POST, CHANNELS).header("Content-Type", "application/json");
        let answer = request.body(body).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{body}");
        let channel: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
        let id = channel["id"].as_str().unwrap();
        let secret = id.strip_prefix("streaming-1-").unwrap();
        assert!(secret.len() == 26 && secret.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{id}");
        assert_eq!(channel["connectUri"], format!("wss://chat.example/channels/{id}"));
        assert!(channel["expires"].as_str().unwrap().ends_with('Z'));
        assert_eq!(head(&client, &format!("{CHANNELS}/{id}")).await, 200);
        assert!(listed(&client).await.contains(&id.to_owned()));
    }
    assert_eq!(client.post(CHANNELS, &json!({"id": "mine"})).await.unwrap().status, 400);
}

#[tokio::test]
async fn not1_channels_of_a_token_and_of_an_application_are_listed_apart() {
    let server = TestServer::start().await;
    let (first, second) = (server.integrator().await, server.integrator().await);
    let channel = Channel::create(&first).await;
    let of_token = async |client: &RestClient| body_of(&client.get(CHANNELS).await.unwrap())["entities"].clone();
    assert_eq!(of_token(&first).await[0]["id"], channel.id);
    assert_eq!(of_token(&second).await, json!([]));
    assert_eq!(listed(&second).await, [channel.id]);
    assert_eq!(first.get(&format!("{CHANNELS}?includechannels=all")).await.unwrap().status, 400);
}

#[tokio::test]
async fn not1_a_channel_that_is_not_there_is_404_and_one_needs_the_right_to_follow_events() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let unknown = format!("{CHANNELS}/streaming-1-abcdefghijklmnopqrstuvwxyz");
    assert_eq!(head(&client, &unknown).await, 404);
    for id in ["streaming-1-abcdefghijklmnopqrstuvwxyz", "nonsense"] {
        let answer = client.get(&format!("{CHANNELS}/{id}/subscriptions")).await.unwrap();
        assert_eq!((answer.status.as_u16(), answer.text.contains(id)), (404, false), "an id is a secret");
    }
    let elsewhere = narrowed(&server, "web-deployments").await;
    let answer = elsewhere.post(CHANNELS, &Value::Null).await.unwrap();
    assert_eq!((answer.status.as_u16(), &body_of(&answer)["code"]), (403, &json!("missing.permissions")));
    assert_eq!(server.anonymous().post(CHANNELS, &Value::Null).await.unwrap().status, 401);
}

#[tokio::test]
async fn not3_one_more_than_twenty_replaces_the_oldest_that_nobody_listens_to() {
    let clock = Arc::new(FixedClock::at("2026-11-20T18:00:00Z".parse().unwrap()));
    let server = TestServer::builder().clock(clock.clone()).without_rate_limits().start().await;
    let client = server.integrator().await;
    let mut channels = Vec::new();
    for _ in 0..20 {
        channels.push(Channel::create(&client).await);
        clock.advance_millis(1_000);
    }
    let stream = channels[0].open().await;
    let one_more = Channel::create(&client).await;
    let listed = listed(&client).await;
    let expected: Vec<_> =
        channels.iter().enumerate().filter(|(at, _)| *at != 1).map(|(_, one)| &one.id).chain([&one_more.id]).collect();
    assert_eq!(listed.iter().collect::<Vec<_>>(), expected);
    drop(stream);
}

#[tokio::test]
async fn not3_a_channel_lives_a_day_and_another_one_after_each_subscription() {
    let clock = Arc::new(FixedClock::at("2026-11-20T18:00:00Z".parse().unwrap()));
    let server = TestServer::builder().clock(clock.clone()).start().await;
    let first = server.integrator().await;
    let channel = Channel::create(&first).await;
    let twenty_hours = 20 * 3_600 * 1_000;
    clock.advance_millis(twenty_hours);
    // Another token of the same owner takes the channel over: the first one lives for a day only.
    let second = server.integrator().await;
    channel.subscribe(&second, &[EVERY_EVENT]).await;
    clock.advance_millis(twenty_hours);
    assert_eq!(head(&second, &channel.path()).await, 200);
    drop(channel.open().await);
    clock.advance_millis(twenty_hours);
    let third = server.integrator().await;
    assert_eq!(head(&third, &channel.path()).await, 404);
    let opened = NotificationStream::open(&channel.connect_uri, None).await;
    assert!(matches!(opened, Err(ClientError::UpgradeRefused(404))), "{opened:?}");
}

#[tokio::test]
async fn not2_the_id_alone_opens_the_socket_and_no_other_does() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let (channel, stream) = follow(&client, &[EVERY_EVENT]).await;
    drop(stream);
    let guess = channel.connect_uri.replace(&channel.id, "streaming-1-abcdefghijklmnopqrstuvwxyz");
    let opened = NotificationStream::open(&guess, None).await;
    assert!(matches!(opened, Err(ClientError::UpgradeRefused(404))), "{opened:?}");
    // Guesses are counted like wrong passwords.
    let mut status = 404;
    for _ in 0..40 {
        let Err(ClientError::UpgradeRefused(refused)) = NotificationStream::open(&guess, None).await else {
            panic!("a guess opened a socket")
        };
        status = refused;
        if status == 429 {
            break;
        }
    }
    assert_eq!(status, 429);
    drop(channel.open().await);
}

#[tokio::test]
async fn not2_no_file_of_the_server_holds_an_id() {
    let mut server = TestServer::start().await;
    let client = server.integrator().await;
    let (channel, stream) = follow(&client, &[EVERY_EVENT]).await;
    drop(stream);
    server.stop().await;
    let secret = channel.id.strip_prefix("streaming-1-").unwrap().as_bytes().to_vec();
    let mut bytes = 0;
    for entry in std::fs::read_dir(server.data()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let content = std::fs::read(&path).unwrap();
            bytes += content.len();
            let found = content.windows(secret.len()).any(|window| window == secret);
            assert!(!found, "{} holds the id of a channel", path.display());
        }
    }
    assert!(bytes > 0, "nothing was looked at");
}

#[tokio::test]
async fn not4_the_list_of_topics_says_what_is_asked_for() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let path = "/api/v2/notifications/availabletopics";
    let plain = body_of(&client.get(path).await.unwrap());
    let ids: Vec<&str> = plain["entities"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
    for topic in [
        "v2.detail.events.conversation.{id}.customer.start",
        "v2.detail.events.conversation.{id}.wrapup",
        "v2.users.{id}.conversations.messages",
        "v2.routing.queues.{id}.conversations",
        "v2.conversations.{id}",
    ] {
        assert!(ids.contains(&topic), "{topic} is not in {ids:?}");
    }
    assert_eq!(plain["entities"][0].as_object().unwrap().len(), 1, "{plain}");
    let expanded = client.get(&format!("{path}?expand=description,requiresPermissions%2Cschema")).await.unwrap();
    let expanded = body_of(&expanded);
    let start = expanded["entities"].as_array().unwrap().iter().find(|one| one["id"] == ids[1]).unwrap();
    assert_eq!(start["requiresPermissions"], json!(["notifications:events:view"]));
    assert!(start["description"].is_string() && start["schema"].is_object(), "{start}");
    assert!(start.get("transports").is_none());
}
