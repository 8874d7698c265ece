//! A server that stops in the middle.

use waybill_model::{QueueRules, WrapupPrompt, routing::Silence};

use crate::support::{World, at_work, offered_to, until};

#[tokio::test]
async fn rout21_a_restart_loses_neither_places_nor_alerts_nor_work() {
    let mut world = World::new().await;
    let (agent, later) = (world.on_queue(2).await, world.hire().await);
    let rules = QueueRules { wrapup: WrapupPrompt::Mandatory, ..QueueRules::default() };
    let queue = world.queue("Orders", rules, &[&agent, &later]).await;
    let done = world.waiting(&queue).await;
    let mine = world.accept(&done, &agent).await;
    world.leave(&done, &agent, &mine).await;
    let alerting = world.waiting(&queue).await;
    let leg = world.alerted(&alerting, &agent).await;
    let waiting = world.waiting(&queue).await;
    world.server.restart().await;
    let standing = world.read(&alerting).await;
    assert_eq!(offered_to(&standing), Some(agent.id), "the alert is still out");
    // Two places: the wrap-up that is owed and the alert. Nothing more is offered.
    world.service().connect_participant(&agent.caller, &alerting, &leg.id.to_string()).await.unwrap();
    assert_eq!(at_work(&*world.read(&alerting).await), [agent.id]);
    assert_eq!(world.status(&agent).await, "INTERACTING");
    assert_eq!(offered_to(&*world.read(&waiting).await), None);
    world.set_presence(&later, waybill_model::Presence::OnQueue).await;
    world.accept(&waiting, &later).await;
}

#[tokio::test]
async fn rout21_an_alert_that_ran_out_meanwhile_is_over_after_the_restart() {
    let mut world = World::new().await;
    let agent = world.on_queue(1).await;
    let queue = world.queue("Orders", QueueRules::default(), &[&agent]).await;
    let chat = world.waiting(&queue).await;
    world.alerted(&chat, &agent).await;
    world.server.stop().await;
    world.clock.advance_millis(31_000);
    world.server.restart().await;
    world.until(&chat, |standing| offered_to(standing).is_none()).await;
    assert!(world.told(&chat).await.contains(&"timeout".to_owned()));
}

#[tokio::test]
async fn rout19_a_silence_is_known_after_a_restart() {
    let mut world = World::new().await;
    let agent = world.on_queue(1).await;
    let silence = Silence { warn_seconds: 60, warning: "Are you there?".to_owned(), end_seconds: 30 };
    let queue = world.queue("Orders", QueueRules { silence: Some(silence), ..QueueRules::default() }, &[&agent]).await;
    let chat = world.waiting(&queue).await;
    world.accept(&chat, &agent).await;
    // Times of one conversation differ: it was taken some milliseconds after the clock.
    world.advance(61);
    until("the warning", || async { world.told(&chat).await.last().unwrap() == "message" }).await;
    world.server.restart().await;
    world.advance(31);
    world.until(&chat, |standing| standing.ended_at.is_some()).await;
    let told = world.told(&chat).await;
    assert_eq!(told.iter().filter(|word| *word == "message").count(), 2, "warned once: {told:?}");
}

#[tokio::test]
async fn rout18_after_a_restart_desks_have_the_usual_time_to_come_back() {
    let mut world = World::new().await;
    let agent = world.on_queue(1).await;
    let queue = world.queue("Orders", QueueRules::default(), &[&agent]).await;
    let desk = world.service().open_desk(&agent.caller);
    let chat = world.waiting(&queue).await;
    world.accept(&chat, &agent).await;
    world.server.restart().await;
    drop(desk);
    world.until(&chat, |standing| at_work(standing) == [agent.id]).await;
    world.status(&agent).await;
    world.advance(120);
    world.until(&chat, |standing| standing.queued.is_some()).await;
}
