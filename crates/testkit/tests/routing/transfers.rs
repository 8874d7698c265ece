//! Passing conversations on.

use waybill_model::{Presence, QueueRules, routing::Overflow};
use waybill_server::service::{QueueTransfer, ServiceError};

use crate::support::{World, offered_to};

#[tokio::test]
async fn rout15_an_agent_passes_a_conversation_on_to_another_queue() {
    let world = World::new().await;
    let (first, second) = (world.on_queue(1).await, world.on_queue(1).await);
    let orders = world.queue("Orders", QueueRules::default(), &[&first]).await;
    let billing = world.queue("Billing", QueueRules::default(), &[&second]).await;
    let chat = world.waiting(&orders).await;
    let mine = world.accept(&chat, &first).await;
    let transfer = QueueTransfer { queue: billing.id.to_string(), priority: 4, ..QueueTransfer::default() };
    let participant = mine.id.to_string();
    world.service().transfer_to_queue(&first.caller, &chat, &participant, transfer.clone()).await.unwrap();
    let standing = world.read(&chat).await;
    assert_eq!(standing.queued.as_ref().map(|queued| (queued.queue_id, queued.priority)), Some((billing.id, 4)));
    assert!(standing.participant(mine.id).unwrap().left_at.is_some());
    world.accept(&chat, &second).await;
    // Who has left passes nothing on, and nobody passes the customer on.
    let again = world.service().transfer_to_queue(&first.caller, &chat, &participant, transfer.clone()).await;
    assert!(matches!(again, Err(ServiceError::WrongState { .. })), "{again:?}");
    let customer = standing.participants[0].id.to_string();
    let customer = world.service().transfer_to_queue(&first.caller, &chat, &customer, transfer).await;
    assert!(matches!(customer, Err(ServiceError::WrongState { .. })), "{customer:?}");
}

#[tokio::test]
async fn rout15_one_person_is_alerted_alone_and_the_queue_catches_what_it_lets_fall() {
    let world = World::new().await;
    let (first, wanted, other) = (world.on_queue(1).await, world.hire().await, world.hire().await);
    let queue = world.queue("Orders", QueueRules::default(), &[&first, &other]).await;
    let chat = world.waiting(&queue).await;
    let mine = world.accept(&chat, &first).await.id.to_string();
    let to = wanted.id.to_string();
    let offline = world.service().transfer_to_agent(&first.caller, &chat, &mine, &to).await;
    assert!(matches!(offline, Err(ServiceError::WrongState { .. })), "{offline:?}");
    // For what is for it alone it need not be on queue.
    world.set_presence(&wanted, Presence::Available).await;
    world.set_presence(&other, Presence::OnQueue).await;
    world.service().transfer_to_agent(&first.caller, &chat, &mine, &to).await.unwrap();
    world.set_presence(&first, Presence::Available).await;
    world.alerted(&chat, &wanted).await;
    world.advance(30);
    world.accept(&chat, &other).await;
}

#[tokio::test]
async fn rout15_whoever_can_t_be_alerted_is_not_waited_for() {
    let world = World::new().await;
    let (first, full, other) = (world.on_queue(1).await, world.on_queue(1).await, world.hire().await);
    let queue = world.queue("Orders", QueueRules::default(), &[&first]).await;
    let (chat, own) = (world.waiting(&queue).await, world.start(serde_json::json!({}), serde_json::json!({})).await);
    let mine = world.accept(&chat, &first).await.id.to_string();
    // Its only place is taken.
    world.service().assign(&world.admin, &own, &full.id.to_string()).await.unwrap();
    world.service().transfer_to_agent(&first.caller, &chat, &mine, &full.id.to_string()).await.unwrap();
    world.set_presence(&first, Presence::Available).await;
    world.join(&queue, &[&other]).await;
    world.set_presence(&other, Presence::OnQueue).await;
    assert_eq!(offered_to(&*world.read(&chat).await), None);
    world.advance(30);
    world.accept(&chat, &other).await;
    assert!(world.told(&chat).await.contains(&"queued agentUnavailable".to_owned()));
}

#[tokio::test]
async fn rout17_who_waits_too_long_goes_to_the_next_queue_with_its_time() {
    let world = World::new().await;
    let agent = world.on_queue(1).await;
    let second = world.queue("Second", QueueRules::default(), &[&agent]).await;
    let overflow = Some(Overflow { after_seconds: 50, queue_id: second.id });
    let first = world.queue("First", QueueRules { overflow, ..QueueRules::default() }, &[]).await;
    let chat = world.waiting(&first).await;
    let since = world.read(&chat).await.queued.as_ref().unwrap().since;
    world.advance(50);
    world.alerted(&chat, &agent).await;
    let standing = world.read(&chat).await;
    let queued = standing.queued.as_ref().unwrap();
    assert_eq!((queued.queue_id, queued.since), (second.id, since));
    let told = world.told(&chat).await;
    assert!(told.contains(&"left overflow".to_owned()) && told.contains(&"queued overflow".to_owned()), "{told:?}");
}
