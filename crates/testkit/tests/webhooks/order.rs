//! Order within a conversation, and nobody waits for somebody else's receiver.

use std::collections::BTreeMap;

use serde_json::json;

use crate::{
    receiver::{Answer, Received, Receiver},
    support::{builder, hook, server, start, states, until},
};

/// The numbers that came per conversation, in the order in which they came.
fn seqs(received: &[Received]) -> BTreeMap<String, Vec<u64>> {
    let mut seqs = BTreeMap::<String, Vec<u64>>::new();
    for one in received {
        seqs.entry(one.conversation().to_owned()).or_default().push(one.seq());
    }
    seqs
}

#[tokio::test]
async fn wh5_a_conversation_waits_for_its_failed_event_and_the_others_go_on() {
    // The second event of a conversation whose plan is `stuck` is refused until its last attempt.
    let receiver = Receiver::answering(|one| {
        let stuck = one.body.contains("\"stuck\"") && one.header("waybill-event") == "conversation:attributes";
        Answer::Status(if stuck && one.header("waybill-attempt") != "4" { 503 } else { 200 })
    })
    .await;
    let server = server().await;
    let client = server.integrator().await;
    hook(&client, &receiver, json!({"events": ["conversation:start", "conversation:attributes"]})).await;
    let deployment = server.deployment("open").to_string();
    let stuck = start(&client, &deployment, json!({})).await;
    stuck.set(&client, json!({"plan": "stuck"})).await;
    stuck.set(&client, json!({"plan": "gold", "step": 3})).await;
    let other = start(&client, &deployment, json!({})).await;
    other.set(&client, json!({"plan": "silver"})).await;

    let received = receiver.until("everything", |all| {
        all.iter().any(|one| one.conversation() == stuck.id && one.body.contains("\"step\""))
            && all.iter().any(|one| one.body.contains("silver"))
    });
    let seqs = seqs(&received.await);
    let stuck = &seqs[&stuck.id];
    let (first, second, third) = (stuck[0], stuck[1], stuck[stuck.len() - 1]);
    assert!(first < second && second < third, "{stuck:?}");
    assert_eq!(stuck, &[first, second, second, second, second, third]);
    assert_eq!(seqs[&other.id].len(), 2);
}

#[tokio::test]
async fn wh5_a_silent_endpoint_delays_no_other() {
    let (silent, quick) = (Receiver::answering(|_| Answer::Silence).await, Receiver::new().await);
    let server = server().await;
    let client = server.integrator().await;
    hook(&client, &silent, json!({"name": "Silent", "events": ["conversation:start"]})).await;
    hook(&client, &quick, json!({"name": "Quick", "events": ["conversation:start"]})).await;
    let deployment = server.deployment("open").to_string();
    for number in 0..40 {
        start(&client, &deployment, json!({"number": number})).await;
    }
    quick.count(40).await;
    // It has what it was sent at once and no more: the rest waits for those.
    let held = silent.received().len();
    assert!((1..=16).contains(&held), "{held} requests at once");
}

#[tokio::test]
async fn p4_wh2_lost_bells_delay_and_lose_nothing() {
    let receiver = Receiver::new().await;
    let server = builder().drop_bells().start().await;
    let client = server.integrator().await;
    hook(&client, &receiver, json!({"events": ["conversation:start"]})).await;
    start(&client, &server.deployment("open").to_string(), json!({})).await;
    receiver.count(1).await;
}

#[tokio::test]
async fn wh1_filters_choose_by_event_deployment_and_key() {
    let (starts, strict, keys, all) =
        (Receiver::new().await, Receiver::new().await, Receiver::new().await, Receiver::new().await);
    let server = server().await;
    let client = server.integrator().await;
    let quarantine = server.deployment("quarantine").to_string();
    hook(&client, &starts, json!({"name": "Starts", "events": ["conversation:start"]})).await;
    hook(&client, &strict, json!({"name": "Deployment", "deploymentIds": [quarantine]})).await;
    hook(
        &client,
        &keys,
        json!({"name": "Keys", "events": ["conversation:start", "conversation:attributes"], "keys": ["plan"]}),
    )
    .await;
    let last = hook(&client, &all, json!({"name": "All"})).await;
    let open = start(&client, &server.deployment("open").to_string(), json!({"vip": true})).await;
    open.set(&client, json!({"age": 4})).await;
    open.set(&client, json!({"plan": "gold"})).await;
    let other = start(&client, &quarantine, json!({"plan": "basic"})).await;

    all.until("the last start", |all| all.iter().any(|one| one.conversation() == other.id)).await;
    let everything = all.count(4).await;
    until(&client, &format!("{}/deliveries", last.path), |all| !states(all).contains(&"pending")).await;
    let starts = starts.count(2).await;
    assert!(starts.iter().all(|one| one.header("waybill-event") == "conversation:start"), "{starts:?}");
    let of_keys = keys.count(2).await;
    let named: Vec<_> = of_keys.iter().map(|one| (one.conversation(), one.header("waybill-event"))).collect();
    assert_eq!(named.len(), 2);
    assert!(named.contains(&(open.id.as_str(), "conversation:attributes")), "{named:?}");
    assert!(named.contains(&(other.id.as_str(), "conversation:start")), "{named:?}");
    let of_deployment = strict.until("a start", |all| !all.is_empty()).await;
    assert!(of_deployment.iter().all(|one| one.conversation() == other.id), "{of_deployment:?}");
    // Two starts, two changes, and who came: what each filter left out was there to be told.
    assert!(everything.iter().any(|one| one.body.contains("\"age\"")), "{everything:?}");
}
