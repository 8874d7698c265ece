//! Alerts: one at a time, and how they end without an answer.

use waybill_engine::routing::{DECLINE_PAUSE_MS, Move};
use waybill_model::Presence;

use crate::world::{World, at, id};

#[test]
fn rout4_an_alert_lasts_as_long_as_the_queue_says() {
    let mut world = World::with_agents(1);
    world.queue(1, &[1], |rules| rules.alerting_seconds = 12);
    world.wait(1, 1, |_| {});
    let until = at(12);
    let (conversation_id, queue_id, user_id) = (id(1), id(1), id(1));
    assert_eq!(world.board.next(at(0)), Some(Move::Offer { conversation_id, queue_id, user_id, until }));
    assert_eq!(world.settle(), ["offer c1 to u1"]);
    assert_eq!(world.pass(at(12).plus_millis(-1)), [""; 0]);
    assert_eq!(world.pass(at(12)), ["time-out of c1 at u1"]);
}

#[test]
fn rout4_who_lets_an_alert_pass_gets_none_until_it_says_so() {
    let mut world = World::with_agents(1);
    world.wait(1, 1, |_| {});
    assert_eq!(world.pass(at(1_000)), ["offer c1 to u1", "time-out of c1 at u1"]);
    world.agent(1, |agent| agent.state.not_responding = false);
    assert_eq!(world.settle(), ["offer c1 to u1"]);
}

#[test]
fn rout4_it_goes_to_the_next_agent_and_the_one_who_declined_comes_last() {
    let mut world = World::with_agents(2);
    world.wait(1, 1, |_| {});
    assert_eq!(world.settle(), ["offer c1 to u1"]);
    world.decline(1);
    assert_eq!(world.settle(), ["offer c1 to u2"]);
    world.now = world.now.plus_millis(DECLINE_PAUSE_MS);
    world.decline(1);
    assert_eq!(world.settle(), ["offer c1 to u1"], "after the pause, as nobody else is there");
}

#[test]
fn rout4_who_declined_is_not_asked_again_before_the_pause_is_over() {
    let mut world = World::with_agents(1);
    world.wait(1, 1, |_| {});
    assert_eq!(world.settle(), ["offer c1 to u1"]);
    world.decline(1);
    assert_eq!(world.pass(at(0).plus_millis(DECLINE_PAUSE_MS - 1)), [""; 0]);
    assert_eq!(world.pass(at(0).plus_millis(DECLINE_PAUSE_MS)), ["offer c1 to u1"]);
}

#[test]
fn rout4_what_one_declined_another_conversation_does_not_suffer_from() {
    let mut world = World::with_agents(1);
    world.wait(1, 1, |_| {});
    world.wait(2, 1, |_| {});
    assert_eq!(world.settle(), ["offer c1 to u1"]);
    world.decline(1);
    assert_eq!(world.settle(), ["offer c2 to u1"]);
}

#[test]
fn rout4_an_alert_of_somebody_who_went_is_withdrawn() {
    for presence in Presence::ALL {
        let mut world = World::with_agents(2);
        world.wait(1, 1, |_| {});
        assert_eq!(world.settle(), ["offer c1 to u1"]);
        world.agent(1, |agent| agent.state.presence = presence);
        let expected: &[&str] =
            if presence == Presence::OnQueue { &[] } else { &["withdraw c1 from u1", "offer c1 to u2"] };
        assert_eq!(world.settle(), expected, "{presence:?}");
    }
}

#[test]
fn rout4_an_alert_of_somebody_who_was_removed_is_withdrawn() {
    let mut world = World::with_agents(2);
    world.wait(1, 1, |_| {});
    assert_eq!(world.settle(), ["offer c1 to u1"]);
    world.board.remove_agent(id(1));
    assert_eq!(world.settle(), ["withdraw c1 from u1", "offer c1 to u2"]);
}

#[test]
fn rout4_who_is_in_the_conversation_already_is_not_asked() {
    let mut world = World::with_agents(1);
    world.agent(1, |agent| agent.capacity = 5);
    world.wait(1, 1, |_| {});
    assert_eq!(world.settle(), ["offer c1 to u1"]);
    let queued = world.conversations[&id(1)].queued.clone();
    world.accept(1);
    world.change(1, |conversation, _| {
        conversation.queued = queued;
        conversation.queued.as_mut().expect("it waited").offer = None;
    });
    assert_eq!(world.settle(), [""; 0]);
}

#[test]
fn rout4_after_the_pause_whoever_declined_still_comes_last() {
    let mut world = World::with_agents(2);
    world.wait(1, 1, |_| {});
    assert_eq!(world.settle(), ["offer c1 to u1"]);
    world.decline(1);
    for agent in 1..=2 {
        world.agent(agent, |agent| agent.state.presence = Presence::Meal);
    }
    assert_eq!(world.pass(at(0).plus_millis(DECLINE_PAUSE_MS)), [""; 0]);
    for agent in 1..=2 {
        world.agent(agent, |agent| agent.state.presence = Presence::OnQueue);
    }
    assert_eq!(world.settle(), ["offer c1 to u2"]);
}
