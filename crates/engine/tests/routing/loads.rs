//! What of a conversation routing has to know.

use waybill_engine::routing::{Load, Occupation};
use waybill_model::{Conversation, Time};

use crate::world::{World, at, id};

/// A conversation that was offered at 0 s, then changed; what it occupies.
#[track_caller]
fn check(change: impl FnOnce(&mut World), occupations: &[Occupation], waits: usize) {
    let mut world = World::with_agents(1);
    world.wait(1, 1, |_| {});
    assert_eq!(world.settle(), ["offer c1 to u1"]);
    change(&mut world);
    let load = Load::of(&world.conversations[&id(1)]);
    let found: Vec<_> = load.occupants.iter().map(|occupant| occupant.occupation).collect();
    assert_eq!((&found[..], usize::from(load.queued.is_some())), (occupations, waits));
    assert_eq!(load.is_empty(), occupations.is_empty() && waits == 0);
}

fn last(change: impl FnOnce(&mut waybill_model::Participant)) -> impl FnOnce(&mut Conversation, Time) {
    |conversation, _| change(conversation.participants.last_mut().expect("an agent"))
}

#[test]
fn rout9_a_board_is_filled_from_conversations() {
    check(|_| {}, &[Occupation::Alerting], 1);
    check(|world| world.decline(1), &[], 1);
    check(
        |world| {
            world.now = at(5);
            world.accept(1);
        },
        &[Occupation::Connected(at(5))],
        0,
    );
    check(
        |world| {
            world.accept(1);
            world.now = at(9);
            world.end(1);
            world.change(1, last(|participant| participant.owes_wrapup = true));
        },
        &[Occupation::WrappingUp(at(9))],
        0,
    );
    check(|world| world.end(1), &[], 0);
    check(|world| world.change(1, last(|participant| participant.user_id = None)), &[Occupation::Alerting], 1);
    check(|world| world.change(1, |conversation, now| conversation.ended_at = Some(now)), &[], 0);
}

#[test]
fn rout9_an_ended_conversation_is_forgotten_when_nothing_is_owed() {
    let mut world = World::with_agents(1);
    world.wait(1, 1, |_| {});
    world.board.remove_conversation(id(1));
    assert_eq!((world.settle().len(), world.board.due(at(0))), (0, None));
    world.board.set_conversation(id(1), Load::of(&world.conversations[&id(1)]));
    assert_eq!(world.settle(), ["offer c1 to u1"]);
    world.end(1);
    assert_eq!(world.board.due(at(0)), None);
    assert_eq!(world.board.observe(id(1), at(0)).free, 1);
}
