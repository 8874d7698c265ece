//! The places of an agent: what takes them, and what becomes of them when nobody is at the desk.

use waybill_model::{Presence, WrapupPrompt};

use crate::world::{World, at, id};

/// One agent that has ended its one conversation at 10 s, and a second one that waits since then.
fn worked(wrapup: WrapupPrompt) -> World {
    let mut world = World::with_agents(1);
    world.queue(1, &[1], |rules| {
        rules.wrapup = wrapup;
        rules.wrapup_seconds = 60;
    });
    world.wait(1, 1, |_| {});
    assert_eq!(world.settle(), ["offer c1 to u1"]);
    world.accept(1);
    world.wait(2, 1, |_| {});
    assert_eq!(world.pass(at(10)), [""; 0], "nobody has room");
    world.end(1);
    world
}

#[test]
fn rout6_without_a_wrapup_the_place_is_free_at_once() {
    assert_eq!(worked(WrapupPrompt::Optional).settle(), ["offer c2 to u1"]);
}

#[test]
fn rout6_a_wrapup_keeps_its_place_until_the_time_is_over() {
    let mut world = worked(WrapupPrompt::Timeout);
    assert_eq!(world.pass(at(70).plus_millis(-1)), [""; 0]);
    assert_eq!(world.pass(at(70)), ["wrap-up over of c1 at u1", "offer c2 to u1"]);
}

#[test]
fn rout6_a_mandatory_wrapup_keeps_its_place_until_it_is_done() {
    let mut world = worked(WrapupPrompt::Mandatory);
    assert_eq!(world.pass(at(100_000)), [""; 0]);
    world.change(1, |conversation, _| {
        conversation.participants.iter_mut().for_each(|participant| participant.owes_wrapup = false);
    });
    assert_eq!(world.settle(), ["offer c2 to u1"]);
}

#[test]
fn rout6_a_wrapup_that_nobody_asks_for_any_more_is_over() {
    let mut world = worked(WrapupPrompt::Mandatory);
    world.queue(1, &[1], |rules| rules.wrapup = WrapupPrompt::Optional);
    assert_eq!(world.settle(), ["wrap-up over of c1 at u1", "offer c2 to u1"]);
}

#[test]
fn rout6_a_wrapup_of_a_queue_that_is_gone_is_over() {
    let mut world = worked(WrapupPrompt::Mandatory);
    world.board.remove_queue(id(1));
    assert_eq!(world.settle(), ["wrap-up over of c1 at u1"]);
}

#[test]
fn rout6_no_more_than_the_capacity_and_what_is_above_it_stays() {
    let mut world = World::with_agents(1);
    world.agent(1, |agent| agent.capacity = 3);
    for number in 1..=5 {
        world.wait(number, 1, |_| {});
    }
    assert_eq!(world.settle(), ["offer c1 to u1", "offer c2 to u1", "offer c3 to u1"]);
    world.accept(1);
    world.agent(1, |agent| agent.capacity = 2);
    world.decline(2);
    assert_eq!(world.settle(), [""; 0]);
    world.end(1);
    assert_eq!(world.settle(), ["offer c4 to u1"]);
}

/// An agent with a conversation whose desk is gone at 100 s; another agent is there.
fn gone(presence: Presence) -> World {
    let mut world = World::with_agents(2);
    world.wait(1, 1, |_| {});
    assert_eq!(world.settle(), ["offer c1 to u1"]);
    world.accept(1);
    world.agent(1, |agent| {
        agent.capacity = 2;
        agent.state.presence = presence;
    });
    assert_eq!(world.pass(at(100)), [""; 0]);
    world.agent(1, |agent| agent.state.gone_since = Some(at(100)));
    world
}

#[test]
fn rout6_after_30_s_it_is_away_after_2_min_its_conversation_is_offered_first() {
    let mut world = gone(Presence::OnQueue);
    assert_eq!(world.pass(at(130).plus_millis(-1)), [""; 0]);
    assert_eq!(world.pass(at(130)), ["away u1"]);
    assert_eq!(world.pass(at(220).plus_millis(-1)), [""; 0]);
    world.agent(2, |agent| agent.state.presence = Presence::Meal);
    world.wait(2, 1, |queued| queued.priority = 99);
    assert_eq!(world.pass(at(220)), ["requeue c1 of u1 in q1"]);
    world.agent(2, |agent| agent.state.presence = Presence::OnQueue);
    assert_eq!(world.settle(), ["offer c1 to u2"]);
}

#[test]
fn rout6_who_does_not_claim_to_work_is_not_called_away() {
    for presence in Presence::ALL {
        let expected: &[&str] = match presence {
            Presence::Available | Presence::OnQueue | Presence::Busy => &["away u1"],
            Presence::Away
            | Presence::Meal
            | Presence::Break
            | Presence::Meeting
            | Presence::Training
            | Presence::Offline => &[],
        };
        assert_eq!(gone(presence).pass(at(219)), expected, "{presence:?}");
    }
}

#[test]
fn rout6_a_desk_that_comes_back_keeps_its_conversations() {
    let mut world = gone(Presence::OnQueue);
    assert_eq!(world.pass(at(219)), ["away u1"]);
    world.agent(1, |agent| agent.state.gone_since = None);
    assert_eq!(world.pass(at(10_000)), [""; 0]);
}

#[test]
fn rout6_nothing_is_offered_where_no_desk_is_open() {
    let mut world = gone(Presence::OnQueue);
    world.agent(2, |agent| agent.state.presence = Presence::Meal);
    world.wait(2, 1, |_| {});
    assert_eq!(world.settle(), [""; 0]);
    world.agent(1, |agent| agent.state.gone_since = None);
    assert_eq!(world.settle(), ["offer c2 to u1"]);
}

#[test]
fn rout6_an_alert_outlives_a_desk_that_is_reloaded() {
    let mut world = World::with_agents(2);
    world.queue(1, &[1, 2], |rules| rules.alerting_seconds = 300);
    world.wait(1, 1, |_| {});
    assert_eq!(world.settle(), ["offer c1 to u1"]);
    world.agent(1, |agent| agent.state.gone_since = Some(at(0)));
    assert_eq!(world.pass(at(29)), [""; 0]);
    assert_eq!(world.pass(at(30)), ["away u1", "withdraw c1 from u1", "offer c1 to u2"]);
}

#[test]
fn rout6_who_may_not_work_any_more_gives_everything_back_at_once() {
    let mut world = gone(Presence::OnQueue);
    world.agent(1, |agent| agent.enabled = false);
    assert_eq!(world.settle(), ["requeue c1 of u1 in q1", "offer c1 to u2"]);
}
