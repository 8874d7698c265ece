//! Taking, leaving, and wrapping up.

use waybill_model::{QueueRules, WrapupPrompt};
use waybill_server::service::{Membership, ServiceError, WrapupCodeWish, WrapupWish};

use crate::support::{World, until};

#[tokio::test]
async fn rout10_an_alert_is_its_own_agent_s_to_take() {
    let world = World::new().await;
    let (agent, other) = (world.on_queue(1).await, world.hire().await);
    let queue = world.queue("Orders", QueueRules::default(), &[&agent]).await;
    let chat = world.waiting(&queue).await;
    let alerted = world.alerted(&chat, &agent).await.id.to_string();
    let refused = world.service().connect_participant(&other.caller, &chat, &alerted).await;
    assert!(matches!(refused, Err(ServiceError::MissingPermission(_))), "{refused:?}");
    // Whoever answers has taken it.
    let leg = world.alerted(&chat, &agent).await;
    world.say(&chat, &agent, &leg, "Hi").await;
    let standing = world.read(&chat).await;
    assert!(standing.queued.is_none() && standing.participant(leg.id).unwrap().answered_at.is_some());
}

#[tokio::test]
async fn rout13_the_conversation_ends_with_its_last_agent_from_a_queue() {
    let world = World::new().await;
    let (agent, helper) = (world.on_queue(1).await, world.hire().await);
    let queue = world.queue("Orders", QueueRules::default(), &[&agent]).await;
    let chat = world.waiting(&queue).await;
    let mine = world.accept(&chat, &agent).await;
    let theirs = world.service().assign(&world.admin, &chat, &helper.id.to_string()).await.unwrap();
    world.leave(&chat, &agent, &mine).await;
    assert!(world.read(&chat).await.ended_at.is_none(), "somebody is still there");
    world.leave(&chat, &helper, &theirs).await;
    // The helper came from no queue: it leaves the customer to whoever comes next.
    assert!(world.read(&chat).await.ended_at.is_none());

    let chat = world.waiting(&queue).await;
    let mine = world.accept(&chat, &agent).await;
    world.leave(&chat, &agent, &mine).await;
    assert!(world.read(&chat).await.ended_at.is_some());
    assert_eq!(world.told(&chat).await.last().unwrap(), "ended");
}

#[tokio::test]
async fn rout14_a_wrap_up_that_is_owed_keeps_the_place_until_it_is_given() {
    let world = World::new().await;
    let (service, agent) = (world.service(), world.on_queue(1).await);
    let rules = QueueRules { wrapup: WrapupPrompt::Mandatory, ..QueueRules::default() };
    let queue = world.queue("Orders", rules, &[&agent]).await;
    let code = |name: &str| WrapupCodeWish { name: name.to_owned(), division: None };
    let solved = service.create_wrapup_code(&world.admin, code("Solved")).await.unwrap();
    let other = service.create_wrapup_code(&world.admin, code("Other")).await.unwrap();
    let codes = [solved.id.to_string()];
    let id = queue.id.to_string();
    service.change_queue_wrapup_codes(&world.admin, &id, &codes, Membership::Add).await.unwrap();
    let (first, second) = (world.waiting(&queue).await, world.waiting(&queue).await);
    let mine = world.accept(&first, &agent).await;
    world.leave(&first, &agent, &mine).await;
    assert!(world.read(&first).await.participant(mine.id).unwrap().owes_wrapup);
    world.advance(3_600);
    let participant = mine.id.to_string();
    let wrap_up = |wish: WrapupWish| service.wrap_up_participant(&agent.caller, &first, &participant, wish);
    let skipped = wrap_up(WrapupWish::default()).await;
    assert!(matches!(skipped, Err(ServiceError::WrongState { .. })), "{skipped:?}");
    let foreign = wrap_up(WrapupWish { code: Some(other.id.to_string()), notes: String::new() }).await;
    assert!(matches!(foreign, Err(ServiceError::NotFound { kind: "wrapupCode", .. })), "{foreign:?}");
    let long = wrap_up(WrapupWish { code: None, notes: "x".repeat(4_097) }).await;
    assert!(matches!(long, Err(ServiceError::Invalid { field: "notes", .. })), "{long:?}");
    assert!(world.read(&second).await.queued.as_ref().unwrap().offer.is_none(), "the place is still taken");
    wrap_up(WrapupWish { code: Some(codes[0].clone()), notes: "called back".to_owned() }).await.unwrap();
    let wrapup = service.get_wrapup(&agent.caller, &first, &participant).await.unwrap().unwrap();
    assert_eq!(
        (wrapup.code_id, wrapup.name.as_str(), wrapup.notes.as_str()),
        (Some(solved.id), "Solved", "called back")
    );
    // Times of one conversation differ, so that the leaving came some milliseconds after the clock.
    assert!((3_599_000..=3_600_000).contains(&wrapup.took_ms), "{}", wrapup.took_ms);
    world.alerted(&second, &agent).await;
}

#[tokio::test]
async fn rout14_a_wrap_up_with_a_time_is_over_at_that_time() {
    let world = World::new().await;
    let agent = world.on_queue(1).await;
    let rules = QueueRules { wrapup: WrapupPrompt::Timeout, wrapup_seconds: 60, ..QueueRules::default() };
    let queue = world.queue("Orders", rules, &[&agent]).await;
    let (first, second) = (world.waiting(&queue).await, world.waiting(&queue).await);
    let mine = world.accept(&first, &agent).await;
    // However the work ends: here everything ends.
    world.service().disconnect(&world.admin, &first).await.unwrap();
    assert!(world.read(&first).await.participant(mine.id).unwrap().owes_wrapup);
    until("wrapping up", || async {
        world.service().observe_queue(&world.admin, &queue.id.to_string()).await.unwrap().now.wrapping_up == 1
    })
    .await;
    world.advance(61);
    let standing = world.until(&first, |standing| standing.participant(mine.id).unwrap().wrapup.is_some()).await;
    assert_eq!(standing.participant(mine.id).unwrap().wrapup.as_ref().unwrap().code_id, None);
    world.alerted(&second, &agent).await;
}
