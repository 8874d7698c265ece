//! Sending again: by id, everything dead, a stretch of the log.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use serde_json::{Value, json};

use crate::{
    receiver::{Answer, Receiver},
    support::{Hook, get, hook, post, server, start, states, until},
};

/// A receiver that is broken until it is mended.
async fn mendable() -> (Receiver, Arc<AtomicBool>) {
    let works = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&works);
    let receiver =
        Receiver::answering(move |_| Answer::Status(if asked.load(Ordering::SeqCst) { 200 } else { 500 })).await;
    (receiver, works)
}

async fn replay(client: &waybill_testkit::RestClient, hook: &Hook, body: &Value) -> Value {
    post(client, &format!("{}/replay", hook.path), body).await
}

#[tokio::test]
async fn wh6_dead_deliveries_come_back_by_id_and_all_at_once() {
    let (receiver, works) = mendable().await;
    let server = server().await;
    let client = server.integrator().await;
    let hook = hook(&client, &receiver, json!({"events": ["conversation:start"]})).await;
    let deployment = server.deployment("open").to_string();
    for number in 0..3 {
        start(&client, &deployment, json!({"number": number})).await;
    }
    let dead = format!("{}/dead", hook.path);
    let listed = until(&client, &dead, |dead| states(dead).len() == 3).await;
    works.store(true, Ordering::SeqCst);

    let oldest = &listed["entities"][2];
    let answer = replay(&client, &hook, &json!({"deliveryIds": [oldest["id"]]})).await;
    assert_eq!(answer, json!({"deliveries": 1}));
    until(&client, &dead, |dead| states(dead).len() == 2).await;
    assert_eq!(replay(&client, &hook, &json!({"dead": true})).await, json!({"deliveries": 2}));
    until(&client, &dead, |dead| states(dead).is_empty()).await;
    let all = until(&client, &format!("{}/deliveries", hook.path), |all| states(all) == ["delivered"; 3]).await;
    assert!(all["entities"].as_array().unwrap().iter().all(|one| one["replays"] == 1 && one["attempts"] == 1), "{all}");

    // Repeats bear the id of the first time.
    let received = receiver.received();
    assert_eq!(received.len(), 3 * 4 + 3);
    let again: Vec<_> = received[12..].iter().map(|one| one.header("webhook-id")).collect();
    assert!(again.iter().all(|id| received[..12].iter().any(|one| one.header("webhook-id") == *id)));

    let missing = client.post(&format!("{}/replay", hook.path), &json!({"deliveryIds": ["999999"]})).await.unwrap();
    assert_eq!(missing.status, 404, "{}", missing.text);
}

#[tokio::test]
async fn wh6_a_stretch_of_the_log_is_told_again_and_also_what_came_before_the_webhook() {
    let (server, receiver) = (server().await, Receiver::new().await);
    let client = server.integrator().await;
    let deployment = server.deployment("open").to_string();
    let before = start(&client, &deployment, json!({"number": 0})).await;
    let hook = hook(&client, &receiver, json!({"events": ["conversation:start"]})).await;
    let mut chats = vec![before.id];
    for number in 1..=4 {
        chats.push(start(&client, &deployment, json!({"number": number})).await.id);
    }
    let first = receiver.count(4).await;
    let path = format!("{}/deliveries", hook.path);
    until(&client, &path, |all| states(all) == ["delivered"; 4]).await;
    let cursor = |index: usize| first[index].header("waybill-cursor").to_owned();

    // After the first up to the third: two of them.
    replay(&client, &hook, &json!({"from": cursor(0), "to": cursor(2)})).await;
    let received = receiver.count(6).await;
    let again: Vec<_> = received[4..].iter().map(|one| one.conversation()).collect();
    assert_eq!(again, [&chats[2], &chats[3]]);
    assert_eq!(received[4].header("webhook-id"), cursor(1));

    // From the beginning of the log: everything, also what nobody was told.
    let (epoch, _) = cursor(0).split_once('-').map(|(epoch, seq)| (epoch.to_owned(), seq.to_owned())).unwrap();
    replay(&client, &hook, &json!({"from": format!("{epoch}-0")})).await;
    let received = receiver.count(11).await;
    let again: Vec<_> = received[6..].iter().map(|one| one.conversation()).collect();
    assert_eq!(again, chats.iter().collect::<Vec<_>>());
    until(&client, &path, |all| states(all) == ["delivered"; 11]).await;

    let refused =
        async |body: Value| client.post(&format!("{}/replay", hook.path), &body).await.unwrap().status.as_u16();
    assert_eq!(refused(json!({"from": "00000001-1"})).await, 410);
    assert_eq!(refused(json!({"from": cursor(1), "to": cursor(0)})).await, 400);
    assert_eq!(refused(json!({"dead": true, "from": cursor(1)})).await, 400);
}

#[tokio::test]
async fn wh6_the_delivery_log_is_paged() {
    let (server, receiver) = (server().await, Receiver::new().await);
    let client = server.integrator().await;
    let hook = hook(&client, &receiver, json!({"events": ["conversation:start"]})).await;
    for _ in 0..5 {
        start(&client, &server.deployment("open").to_string(), json!({})).await;
    }
    let path = format!("{}/deliveries", hook.path);
    let all = until(&client, &path, |all| states(all) == ["delivered"; 5]).await;
    let mut found = Vec::new();
    let mut query = "?pageSize=2".to_owned();
    loop {
        let page = get(&client, &format!("{path}{query}")).await;
        found.extend(page["entities"].as_array().unwrap().clone());
        match page["cursor"].as_str() {
            Some(cursor) => query = format!("?pageSize=2&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(json!(found), all["entities"]);
}
