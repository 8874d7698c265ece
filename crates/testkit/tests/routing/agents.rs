//! What agents say to be doing, and what their desks say.

use waybill_model::{Presence, QueueRules};
use waybill_server::service::{ServiceError, WantedStatus};

use crate::support::{World, at_work, offered_to, until};

#[tokio::test]
async fn rout12_status_and_presence_are_two_views_of_one_state() {
    let world = World::new().await;
    let agent = world.hire().await;
    let (service, id) = (world.service(), agent.id.to_string());
    let view = service.get_agent(&agent.caller, &id).await.unwrap();
    assert_eq!((view.presence, view.status.as_str(), view.capacity), (Presence::Offline, "OFF_QUEUE", 4));
    let on = service.set_routing_status(&agent.caller, &id, WantedStatus::Idle).await.unwrap();
    assert_eq!((on.presence, on.status.as_str()), (Presence::OnQueue, "IDLE"));
    let off = service.set_routing_status(&agent.caller, &id, WantedStatus::OffQueue).await.unwrap();
    assert_eq!((off.presence, off.status.as_str()), (Presence::Available, "OFF_QUEUE"));
    world.set_presence(&agent, Presence::Meal).await;
    let still = service.set_routing_status(&agent.caller, &id, WantedStatus::OffQueue).await.unwrap();
    assert_eq!(still.presence, Presence::Meal, "whoever is off queue already goes on with what it does");
    // Somebody else needs the right.
    let other = world.hire().await;
    let refused = service.set_presence(&other.caller, &id, Presence::Away).await;
    assert!(matches!(refused, Err(ServiceError::MissingPermission(_))), "{refused:?}");
    service.set_presence(&world.admin, &id, Presence::Away).await.unwrap();
    let nobody = service.set_presence(&world.admin, "0190b0a1-7c1e-7d31-9d0a-2f5c3a1b7e42", Presence::Away).await;
    assert!(matches!(nobody, Err(ServiceError::NotFound { .. })), "{nobody:?}");
}

#[tokio::test]
async fn rout12_whoever_goes_off_queue_is_not_alerted_any_more() {
    let world = World::new().await;
    let agent = world.on_queue(1).await;
    let queue = world.queue("Orders", QueueRules::default(), &[&agent]).await;
    let chat = world.waiting(&queue).await;
    world.alerted(&chat, &agent).await;
    world.set_presence(&agent, Presence::Break).await;
    world.until(&chat, |standing| offered_to(standing).is_none()).await;
    assert!(world.told(&chat).await.contains(&"gone".to_owned()));
    world.set_presence(&agent, Presence::OnQueue).await;
    world.alerted(&chat, &agent).await;
}

#[tokio::test]
async fn rout18_a_desk_that_is_gone_is_away_then_its_work_goes_to_others() {
    let world = World::new().await;
    let (gone, there) = (world.on_queue(1).await, world.hire().await);
    let queue = world.queue("Orders", QueueRules::default(), &[&gone, &there]).await;
    let desk = world.service().open_desk(&gone.caller);
    let chat = world.waiting(&queue).await;
    world.accept(&chat, &gone).await;
    // Back in time: nothing happened.
    drop(desk);
    world.advance(29);
    let desk = world.service().open_desk(&gone.caller);
    world.advance(120);
    assert_eq!((at_work(&*world.read(&chat).await), world.status(&gone).await), (vec![gone.id], "INTERACTING"));
    drop(desk);
    world.advance(30);
    let id = gone.id.to_string();
    until("away", || async { world.service().get_agent(&gone.caller, &id).await.unwrap().presence == Presence::Away })
        .await;
    assert_eq!(at_work(&*world.read(&chat).await), [gone.id], "its work waits for it a while");
    world.advance(90);
    let standing = world.until(&chat, |standing| standing.queued.is_some()).await;
    assert_eq!((standing.queued.as_ref().unwrap().priority, at_work(&standing)), (100, vec![]));
    assert!(world.told(&chat).await.contains(&"queued agentGone".to_owned()));
    world.set_presence(&there, Presence::OnQueue).await;
    world.accept(&chat, &there).await;
}

#[tokio::test]
async fn rout18_who_never_had_a_desk_works_without_one() {
    let world = World::new().await;
    let agent = world.on_queue(1).await;
    let queue = world.queue("Orders", QueueRules::default(), &[&agent]).await;
    let chat = world.waiting(&queue).await;
    world.accept(&chat, &agent).await;
    world.advance(3_600);
    assert_eq!((at_work(&*world.read(&chat).await), world.status(&agent).await), (vec![agent.id], "INTERACTING"));
}

#[tokio::test]
async fn rout18_whoever_is_switched_off_works_no_more() {
    let world = World::new().await;
    let (off, other) = (world.on_queue(1).await, world.hire().await);
    let queue = world.queue("Orders", QueueRules::default(), &[&off, &other]).await;
    let chat = world.waiting(&queue).await;
    world.accept(&chat, &off).await;
    world.service().delete_user(&world.admin, &off.id.to_string()).await.unwrap();
    world.set_presence(&other, Presence::OnQueue).await;
    world.accept(&chat, &other).await;
}
