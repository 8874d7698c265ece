//! What time does to those who wait, and to those who say nothing.

use waybill_engine::routing::{SilenceMove, silence};
use waybill_model::{
    Time,
    routing::{Overflow, Ring, Silence},
};

use crate::world::{World, at, id, language_id, skill, skill_id};

/// A conversation with two skills and a language waits for somebody who has one skill at level 1; when it is offered.
#[track_caller]
fn rings(rings: Vec<Ring>, expected: Option<i64>) {
    let mut world = World::with_agents(1);
    world.agent(1, |agent| agent.skills.extend([(skill_id(1), 1)]));
    world.queue(1, &[1], |rules| rules.rings = rings);
    world.wait(1, 1, |queued| {
        queued.skills = vec![skill(1, 3), skill(2, 1)];
        queued.language_id = Some(language_id(1));
    });
    let before = expected.unwrap_or(10_000);
    assert_eq!(world.pass(at(before).plus_millis(-1)), [""; 0]);
    if let Some(seconds) = expected {
        assert_eq!(world.pass(at(seconds)), ["offer c1 to u1"]);
    }
}

fn ring(after_seconds: u32, change: impl FnOnce(&mut Ring)) -> Ring {
    let mut ring = Ring { after_seconds, drop_skills: Vec::new(), lower_levels: 0, drop_language: false };
    change(&mut ring);
    ring
}

#[test]
fn rout5_rings_take_demands_away_one_after_the_other() {
    let skills = |seconds| ring(seconds, |ring| ring.drop_skills = vec![skill_id(2)]);
    let levels = |seconds, lower| ring(seconds, |ring| ring.lower_levels = lower);
    let language = |seconds| ring(seconds, |ring| ring.drop_language = true);
    rings(vec![skills(10), levels(20, 2), language(30)], Some(30));
    rings(vec![language(30), levels(40, 2), skills(10)], Some(40));
    rings(vec![skills(10), levels(20, 1), levels(25, 1), language(5)], Some(25));
    rings(vec![skills(10), levels(20, 1), language(5)], None);
    rings(vec![levels(10, 255), language(20)], None);
    rings(vec![skills(1), levels(1, 200), language(1)], Some(1));
}

/// A world whose queue 1 flows over, where nobody works; what happens until then.
#[track_caller]
fn overflow(queues: &[(u128, u32, u128)], until: i64, expected: &[&str]) {
    let mut world = World::new();
    for (queue, after_seconds, to) in queues {
        world.queue(*queue, &[], |rules| {
            rules.overflow = Some(Overflow { after_seconds: *after_seconds, queue_id: id(*to) });
        });
    }
    world.queue(9, &[], |_| {});
    world.wait(1, 1, |_| {});
    assert_eq!(world.pass(at(until)), expected);
}

#[test]
fn rout5_who_waits_too_long_goes_to_the_other_queue() {
    overflow(&[(1, 30, 9)], 29, &[]);
    overflow(&[(1, 30, 9)], 30, &["overflow c1 to q9"]);
    overflow(&[(1, 30, 2), (2, 45, 9)], 44, &["overflow c1 to q2"]);
    overflow(&[(1, 30, 2), (2, 45, 9)], 45, &["overflow c1 to q2", "overflow c1 to q9"]);
}

#[test]
fn rout5_an_overflow_that_leads_nowhere_or_back_is_none() {
    overflow(&[(1, 30, 1)], 10_000, &[]);
    overflow(&[(1, 30, 7)], 10_000, &[]);
    overflow(&[(1, 30, 2), (2, 30, 1)], 10_000, &[]);
    overflow(&[(1, 30, 2), (2, 60, 1)], 10_000, &["overflow c1 to q2"]);
    overflow(&[(1, 30, 2), (2, 5, 3), (3, 5, 2)], 10_000, &["overflow c1 to q2"]);
}

#[test]
fn rout5_the_time_of_waiting_goes_along() {
    let mut world = World::new();
    world.agent(1, |_| {});
    world.queue(1, &[], |rules| rules.overflow = Some(Overflow { after_seconds: 30, queue_id: id(2) }));
    world.queue(2, &[1], |_| {});
    world.wait(5, 1, |_| {});
    world.now = at(20);
    world.agent(1, |agent| agent.capacity = 0);
    world.wait(1, 2, |_| {});
    assert_eq!(world.pass(at(40)), ["overflow c5 to q2"]);
    world.agent(1, |agent| agent.capacity = 1);
    assert_eq!(world.settle(), ["offer c5 to u1"]);
}

#[test]
fn rout5_an_alert_is_not_interrupted_by_the_overflow() {
    let mut world = World::with_agents(1);
    world.queue(1, &[1], |rules| {
        rules.alerting_seconds = 20;
        rules.overflow = Some(Overflow { after_seconds: 10, queue_id: id(2) });
    });
    world.queue(2, &[], |_| {});
    world.wait(1, 1, |_| {});
    assert_eq!(world.pass(at(20)), ["offer c1 to u1", "time-out of c1 at u1", "overflow c1 to q2"]);
}

#[test]
fn rout5_rules_that_change_count_for_those_who_wait_already() {
    let mut world = World::new();
    world.queue(1, &[], |_| {});
    world.wait(1, 1, |_| {});
    assert_eq!(world.pass(at(100)), [""; 0]);
    world.queue(1, &[], |rules| rules.overflow = Some(Overflow { after_seconds: 30, queue_id: id(2) }));
    assert_eq!(world.settle(), [""; 0], "there is no queue 2");
    world.queue(2, &[], |_| {});
    assert_eq!(world.settle(), ["overflow c1 to q2"]);
}

#[test]
fn rout7_a_silent_customer_is_warned_then_the_conversation_ends() {
    let rules = Silence { warn_seconds: 60, warning: "Still there?".to_owned(), end_seconds: 30 };
    let check = |heard: i64, warned: Option<i64>, now: Time, expected: SilenceMove| {
        assert_eq!(silence(&rules, at(heard), warned.map(at), now), expected, "{heard} {warned:?} {now}");
    };
    check(0, None, at(60).plus_millis(-1), SilenceMove::Wait(at(60)));
    check(0, None, at(60), SilenceMove::Warn);
    check(0, Some(62), at(62), SilenceMove::Wait(at(92)));
    check(0, Some(62), at(92), SilenceMove::End);
    // It answered after the warning: everything begins anew.
    check(70, Some(62), at(92), SilenceMove::Wait(at(130)));
    check(70, Some(62), at(130), SilenceMove::Warn);
}
