//! Who comes first, who is asked, and what somebody who waits is told.

use waybill_engine::routing::Standing;
use waybill_model::{Presence, Queued, RoutingMethod, Time};

use crate::world::{World, at, id, language_id, skill, skill_id};

/// Two conversations wait for the one agent; the one that is offered.
#[track_caller]
fn first(one: impl FnOnce(&mut Queued), other: impl FnOnce(&mut Queued), expected: &str) {
    let mut world = World::with_agents(1);
    world.now = at(100);
    world.wait(1, 1, one);
    world.wait(2, 1, other);
    assert_eq!(world.settle(), [expected]);
}

#[test]
fn rout1_higher_priority_first_then_longer_waiting_then_the_id() {
    first(|_| {}, |queued| queued.priority = 1, "offer c2 to u1");
    first(|queued| queued.priority = -1, |_| {}, "offer c2 to u1");
    first(|_| {}, |queued| queued.since = at(99), "offer c2 to u1");
    first(|queued| queued.priority = 1, |queued| queued.since = at(0), "offer c1 to u1");
    first(|_| {}, |_| {}, "offer c1 to u1");
}

#[test]
fn rout1_the_order_holds_across_the_queues_of_an_agent() {
    let mut world = World::with_agents(1);
    world.queue(2, &[1], |_| {});
    world.wait(1, 1, |_| {});
    world.wait(2, 2, |queued| queued.priority = 5);
    assert_eq!(world.settle(), ["offer c2 to u1"]);
}

#[test]
fn rout1_whom_nobody_can_serve_holds_up_nobody() {
    let mut world = World::with_agents(1);
    world.wait(1, 1, |queued| {
        queued.priority = 9;
        queued.skills = vec![skill(7, 0)];
    });
    world.wait(2, 1, |_| {});
    assert_eq!(world.settle(), ["offer c2 to u1"]);
}

/// One conversation, one agent with skill 1 at level 3 and language 1: whether it is offered.
#[track_caller]
fn wish(change: impl FnOnce(&mut Queued), expected: &[&str]) {
    let mut world = World::with_agents(1);
    world.agent(1, |agent| {
        agent.skills.insert(skill_id(1), 3);
        agent.languages.insert(language_id(1), 0);
    });
    world.wait(1, 1, change);
    assert_eq!(world.settle(), expected);
}

#[test]
fn rout2_skills_with_their_levels_and_the_language_are_met() {
    const YES: &[&str] = &["offer c1 to u1"];
    wish(|_| {}, YES);
    wish(|queued| queued.skills = vec![skill(1, 3)], YES);
    wish(|queued| queued.skills = vec![skill(1, 4)], &[]);
    wish(|queued| queued.skills = vec![skill(1, 4), skill(1, 2)], &[]);
    wish(|queued| queued.skills = vec![skill(1, 0), skill(2, 0)], &[]);
    wish(|queued| queued.language_id = Some(language_id(1)), YES);
    wish(|queued| queued.language_id = Some(language_id(2)), &[]);
}

#[test]
fn rout2_one_person_is_asked_alone_and_for_nothing_else() {
    wish(|queued| queued.agent = Some(id(2)), &[]);
    wish(
        |queued| {
            queued.agent = Some(id(1));
            queued.skills = vec![skill(9, 5)];
            queued.language_id = Some(language_id(9));
        },
        &["offer c1 to u1"],
    );
    wish(
        |queued| {
            queued.agent = Some(id(1));
            queued.queue_id = id(8);
        },
        &["offer c1 to u1"],
    );
}

#[test]
fn rout2_a_skill_that_was_learned_counts_at_once() {
    let mut world = World::with_agents(1);
    world.wait(1, 1, |queued| queued.skills = vec![skill(1, 2)]);
    assert_eq!(world.settle(), [""; 0]);
    world.agent(1, |agent| agent.skills.extend([(skill_id(1), 2)]));
    assert_eq!(world.settle(), ["offer c1 to u1"]);
}

#[test]
fn rout2_who_joins_a_queue_is_asked_at_once_and_who_left_it_is_not() {
    let mut world = World::with_agents(1);
    world.queue(1, &[], |_| {});
    world.wait(1, 1, |_| {});
    assert_eq!(world.settle(), [""; 0]);
    world.queue(1, &[1], |_| {});
    assert_eq!(world.settle(), ["offer c1 to u1"]);
}

#[test]
fn rout3_longest_idle_after_whoever_has_less_to_do() {
    let mut world = World::with_agents(3);
    for agent in 1..=3 {
        world.agent(agent, |agent| agent.capacity = 2);
    }
    world.agent(2, |agent| agent.state.idle_since = Time::from_millis(0));
    for number in 1..=4 {
        world.wait(number, 1, |_| {});
    }
    assert_eq!(world.settle(), ["offer c1 to u2", "offer c2 to u1", "offer c3 to u3", "offer c4 to u2"]);
}

#[test]
fn rout3_best_skill_counts_what_was_asked_for_at_first() {
    let mut world = World::with_agents(3);
    world.queue(1, &[1, 2, 3], |rules| rules.method = RoutingMethod::BestSkill);
    for (agent, level) in [(1, 2), (2, 4), (3, 4)] {
        world.agent(agent, |it| it.skills.extend([(skill_id(1), level), (skill_id(2), 5)]));
    }
    for number in 1..=3 {
        world.wait(number, 1, |queued| queued.skills = vec![skill(1, 1)]);
    }
    assert_eq!(world.settle(), ["offer c1 to u2", "offer c2 to u3", "offer c3 to u1"]);
}

#[test]
fn rout3_only_on_queue_unless_it_is_for_this_person() {
    for presence in Presence::ALL {
        let offered = |personally: bool| {
            let mut world = World::with_agents(1);
            world.agent(1, |agent| agent.state.presence = presence);
            world.wait(1, 1, |queued| queued.agent = personally.then(|| id(1)));
            world.settle().len()
        };
        let expected = match presence {
            Presence::OnQueue => (1, 1),
            Presence::Available => (0, 1),
            Presence::Busy
            | Presence::Away
            | Presence::Meal
            | Presence::Break
            | Presence::Meeting
            | Presence::Training
            | Presence::Offline => (0, 0),
        };
        assert_eq!((offered(false), offered(true)), expected, "{presence:?}");
    }
}

/// Three wait in a queue whose first wait was seen to be answered after so long.
fn answered_after(seconds: i64) -> World {
    let mut world = World::with_agents(2);
    assert_eq!(world.settle(), [""; 0]);
    world.agent(2, |agent| agent.state.presence = Presence::Away);
    world.wait(1, 1, |_| {});
    assert_eq!(world.settle(), ["offer c1 to u1"]);
    world.now = at(seconds);
    world.accept(1);
    for number in 2..=4 {
        world.wait(number, 1, |_| {});
    }
    world
}

fn standing(position: usize, estimated_wait_ms: Option<u64>) -> Standing {
    Standing { position, ahead: position - 1, estimated_wait_ms }
}

#[test]
fn rout8_position_and_estimate_follow_the_line() {
    let mut world = answered_after(20);
    let all = |world: &World| world.board.standings(id(1), world.now).into_iter().map(|(_, it)| it).collect::<Vec<_>>();
    assert_eq!(all(&world), [1, 2, 3].map(|position| standing(position, Some(position as u64 * 20_000))));
    assert_eq!(world.board.standing(id(4), world.now), Some(standing(3, Some(60_000))));
    assert_eq!(world.board.standing(id(1), world.now), None, "it was answered");

    world.wait(5, 1, |queued| queued.priority = 1);
    assert_eq!(world.board.standing(id(5), world.now), Some(standing(1, Some(20_000))));
    assert_eq!(world.board.standing(id(4), world.now), Some(standing(4, Some(80_000))));
    world.end(2);
    assert_eq!(world.board.standing(id(4), world.now), Some(standing(3, Some(60_000))));
}

#[test]
fn rout8_more_agents_make_it_shorter_and_none_make_it_unknown() {
    let mut world = answered_after(20);
    world.agent(2, |agent| agent.state.presence = Presence::OnQueue);
    assert_eq!(world.board.standing(id(4), world.now), Some(standing(3, Some(30_000))));
    for agent in 1..=2 {
        world.agent(agent, |agent| agent.state.presence = Presence::Meal);
    }
    assert_eq!(world.board.standing(id(4), world.now), Some(standing(3, None)));
}

#[test]
fn rout8_nobody_tells_what_was_not_seen() {
    let world = answered_after(20);
    assert_eq!(world.board.standing(id(2), at(20 + 3_600)).and_then(|it| it.estimated_wait_ms), Some(20_000));
    assert_eq!(world.board.standing(id(2), at(20 + 3_601)), Some(standing(1, None)));
    assert_eq!(world.restarted().standing(id(2), world.now), Some(standing(1, None)));
    assert_eq!(world.board.standing(id(99), world.now), None);
}

#[test]
fn rout8_what_a_queue_shows() {
    let mut world = answered_after(20);
    world.agent(2, |agent| agent.state.presence = Presence::OnQueue);
    assert_eq!(world.settle(), ["offer c2 to u2"]);
    world.now = at(25);
    let seen = world.board.observe(id(1), world.now);
    assert_eq!((seen.waiting, seen.alerting, seen.interacting, seen.wrapping_up), (2, 1, 1, 0));
    assert_eq!((seen.longest_wait_ms, seen.estimated_wait_ms), (Some(5_000), Some(40_000)));
    assert_eq!((seen.members, seen.idle, seen.busy, seen.not_responding, seen.gone, seen.free), (2, 0, 2, 0, 0, 0));
    assert_eq!(seen.presences.into_iter().collect::<Vec<_>>(), [(Presence::OnQueue, 2)]);
    assert_eq!(world.board.observe(id(7), world.now), waybill_engine::routing::QueueObservation::default());
}
