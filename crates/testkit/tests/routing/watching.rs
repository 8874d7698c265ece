//! What can be seen of a queue.

use std::sync::Arc;

use waybill_model::QueueRules;
use waybill_server::service::{StreamItem, StreamStart, Whisper};

use crate::support::{World, until};

#[tokio::test]
async fn rout20_who_waits_learns_its_place_and_whoever_asks_is_told() {
    let world = World::new().await;
    let agent = world.hire().await;
    let queue = world.queue("Orders", QueueRules::default(), &[&agent]).await;
    let (first, second) = (world.waiting(&queue).await, world.waiting(&queue).await);
    let service = world.service();
    until("a place", || async {
        service.queue_position(&world.admin, &second).await.unwrap().is_some_and(|place| place.position == 2)
    })
    .await;
    let mut reader = service.read_events(&world.admin, Some(&second), StreamStart::Now).await.unwrap();
    service.disconnect(&world.admin, &first).await.unwrap();
    let whisper = loop {
        match reader.next().await.unwrap() {
            StreamItem::Whisper(whisper) => break whisper,
            StreamItem::Event(_) => {}
        }
    };
    assert_eq!(whisper, Arc::new(Whisper::QueuePosition { position: 1, estimated_wait_ms: None }));
    assert_eq!(service.queue_position(&world.admin, &first).await.unwrap(), None);
}

#[tokio::test]
async fn rout24_a_queue_shows_who_waits_who_works_and_how_the_day_went() {
    let world = World::new().await;
    let agent = world.on_queue(1).await;
    let queue = world.queue("Orders", QueueRules::default(), &[&agent]).await;
    let id = queue.id.to_string();
    let quick = world.waiting(&queue).await;
    let mine = world.accept(&quick, &agent).await;
    let (slow, lost) = (world.waiting(&queue).await, world.waiting(&queue).await);
    world.advance(21);
    world.leave(&quick, &agent, &mine).await;
    world.accept(&slow, &agent).await;
    world.advance(9);
    let service = world.service();
    until("the waiting one", || async {
        let view = service.observe_queue(&world.admin, &id).await.unwrap();
        (view.now.waiting, view.now.interacting, view.now.longest_wait_ms) == (1, 1, Some(30_000))
    })
    .await;
    service.disconnect(&world.admin, &lost).await.unwrap();
    until("the counts of the day", || async {
        let today = service.observe_queue(&world.admin, &id).await.unwrap().today;
        (today.answered, today.within_level, today.abandoned) == (2, 1, 1)
    })
    .await;
}
