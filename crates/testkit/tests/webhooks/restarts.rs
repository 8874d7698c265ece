//! A server that is killed between sending and noting: at least once, in order, with the same id.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use serde_json::json;
use waybill_testkit::{RestClient, ServerProcess};

use crate::{
    receiver::{Answer, Received, Receiver},
    support::{builder, get, hook, start, states, until},
};

const KILLS: usize = 4;
const CHATS: usize = 6;

#[tokio::test]
async fn wh2_a_killed_server_sends_again_what_nobody_acknowledged_in_order() {
    let folder = tempfile::tempdir().unwrap();
    // Every third request is taken without an answer: the server is killed while it waits for one.
    let count = Arc::new(AtomicUsize::new(0));
    let killing = Arc::new(AtomicUsize::new(KILLS));
    let (counted, left) = (Arc::clone(&count), Arc::clone(&killing));
    let receiver = Receiver::answering(move |_| {
        let silent = counted.fetch_add(1, Ordering::SeqCst) % 3 == 2 && left.load(Ordering::SeqCst) > 0;
        if silent { Answer::Silence } else { Answer::Status(200) }
    })
    .await;
    let environment = [("WAYBILL__WEBHOOKS__RETRY_SECONDS", "0.05,0.05,0.05")];
    let mut process = ServerProcess::demo(folder.path(), &environment).await;
    let demo = process.demo_file().await;
    let log_in = async |process: &ServerProcess| {
        let (id, secret) = (demo.oauth_client.id.to_string(), &demo.oauth_client.secret);
        RestClient::log_in(process.base_url(), &id, secret).await.unwrap()
    };
    let mut client = log_in(&process).await;
    let only = json!({"events": ["conversation:start", "conversation:attributes"]});
    let hook = hook(&client, &receiver, only).await;
    let deployment = demo.deployments.open.to_string();
    let mut written = 0;
    for round in 1..=KILLS {
        let seen = receiver.received().len();
        let mut chats = Vec::new();
        for _ in 0..CHATS {
            chats.push(start(&client, &deployment, json!({"round": round})).await);
        }
        for step in 0..3 {
            for chat in &chats {
                chat.set(&client, json!({"step": step})).await;
            }
        }
        written += CHATS * 4;
        receiver.until("requests to be killed at", |all| all.len() >= seen + CHATS).await;
        process.kill_9().await;
        killing.fetch_sub(1, Ordering::SeqCst);
        process = ServerProcess::demo(folder.path(), &environment).await;
        client = log_in(&process).await;
    }
    let distinct =
        |all: &[Received]| all.iter().map(|one| one.header("webhook-id").to_owned()).collect::<BTreeSet<_>>().len();
    let received = receiver.until("every event", |all| distinct(all) >= written).await;
    assert_eq!(distinct(&received), written);
    assert!(received.iter().all(|one| one.is_signed_by(&hook.secret)));
    assert!(received.len() > written, "something was sent twice, or no kill met an open request");

    // The first sight of each event is in its conversation's order, and repeats repeat id and number.
    let mut ids = BTreeMap::<(String, u64), String>::new();
    let mut newest = BTreeMap::<String, u64>::new();
    for one in &received {
        let place = (one.conversation().to_owned(), one.seq());
        let id = one.header("webhook-id").to_owned();
        let known = ids.entry(place.clone()).or_insert_with(|| id.clone());
        assert_eq!(*known, id);
        let newest = newest.entry(place.0).or_default();
        assert!(place.1 >= *newest, "{} came after {newest}", place.1);
        *newest = place.1;
    }
    let dead = get(&client, &format!("{}/dead", hook.path)).await;
    assert_eq!(states(&dead), [""; 0], "{dead}");
}

#[tokio::test]
async fn wh2_what_happened_while_nobody_listened_is_told_after_a_restart() {
    let receiver = Receiver::new().await;
    let mut server = builder().start().await;
    let client = server.integrator().await;
    let hook = hook(&client, &receiver, json!({"events": ["conversation:start"], "enabled": false})).await;
    start(&client, &server.deployment("open").to_string(), json!({"number": 1})).await;
    server.restart().await;
    let client = server.integrator().await;
    let body = json!({"name": "Test", "url": receiver.url, "events": ["conversation:start"]});
    crate::support::ok(&client.put(&hook.path, &body).await.unwrap());
    start(&client, &server.deployment("open").to_string(), json!({"number": 2})).await;
    let received = receiver.count(2).await;
    let numbers: Vec<_> = received.iter().map(|one| one.json()["data"]["customData"]["number"].clone()).collect();
    assert_eq!(numbers, [json!(1), json!(2)]);
    until(&client, &format!("{}/deliveries", hook.path), |all| states(all) == ["delivered"; 2]).await;
}

#[tokio::test]
async fn wh7_the_demo_shows_what_its_own_receiver_was_told() {
    let folder = tempfile::tempdir().unwrap();
    let mut process = ServerProcess::demo(folder.path(), &[]).await;
    let demo = process.demo_file().await;
    let webhook = demo.webhook.as_ref().unwrap();
    assert_eq!(webhook.url, format!("{}/demo/webhook", process.base_url()));
    assert!(webhook.secret.starts_with("whsec_"));
    let id = demo.oauth_client.id.to_string();
    let client = RestClient::log_in(process.base_url(), &id, &demo.oauth_client.secret).await.unwrap();
    let chat = start(&client, &demo.deployments.open.to_string(), json!({"crmCustomerId": "CRM-77"})).await;
    let page = tokio::time::timeout(std::time::Duration::from_secs(60), async {
        loop {
            let page = client.get("/demo/webhooks").await.unwrap().text;
            if page.contains(&chat.id) && page.contains("CRM-77") {
                return page;
            }
            tokio::task::yield_now().await;
        }
    });
    let page = page.await.unwrap();
    assert!(page.contains("<td>verified</td><td>conversation:start</td>"), "{page}");

    // Whoever does not know the secret is refused, and what they send is not shown.
    let forged = client.post("/demo/webhook", &json!({"forged": "<b>body</b>"})).await.unwrap();
    assert_eq!(forged.status, 401);
    let page = client.get("/demo/webhooks").await.unwrap().text;
    assert!(page.contains("refused: no webhook-id") && !page.contains("forged"), "{page}");
}
