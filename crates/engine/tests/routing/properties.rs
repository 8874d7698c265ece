//! What holds in every world: arrivals, agents, rules and times by chance.

use proptest::prelude::*;
use waybill_engine::routing::Move;
use waybill_model::{
    Conversation, Presence, WrapupPrompt,
    routing::{Overflow, Ring, RoutingMethod},
};

use crate::oracle;
use crate::world::{World, id, language_id, skill, skill_id};

const AGENTS: u128 = 6;
const QUEUES: u128 = 3;

/// Something that happens; numbers are chosen from what there is.
#[derive(Clone, Debug)]
enum Happening {
    Arrives { queue: u128, priority: i32, skills: Vec<(u128, u8)>, language: Option<u128>, agent: Option<u128> },
    Accepts(u128),
    Declines(u128),
    Ends(u128),
    WrapsUp(u128),
    GoesBack(u128, u128),
    Presence(u128, Presence),
    Responds(u128),
    DeskGone(u128),
    DeskBack(u128),
    Disabled(u128),
    Capacity(u128, u32),
    Learns(u128, u128, u8),
    Rules { queue: u128, members: Vec<u128>, rules: RulesOf },
    Time(i64),
}

#[derive(Clone, Debug)]
struct RulesOf {
    best: bool,
    wrapup: u8,
    rings: Vec<(u32, u128, u8)>,
    overflow: Option<(u32, u128)>,
}

fn rules() -> impl Strategy<Value = RulesOf> {
    let ring = (1..40_u32, 1..4_u128, 0..3_u8);
    let overflow = proptest::option::of((1..60_u32, 1..=QUEUES + 1));
    (any::<bool>(), 0..3_u8, proptest::collection::vec(ring, 0..3), overflow)
        .prop_map(|(best, wrapup, rings, overflow)| RulesOf { best, wrapup, rings, overflow })
}

fn happening() -> impl Strategy<Value = Happening> {
    let skills = proptest::collection::vec((1..4_u128, 0..4_u8), 0..3);
    let agent = 1..=AGENTS;
    let queue = 1..=QUEUES;
    let conversation = 1..40_u128;
    let language = proptest::option::weighted(0.2, 1..3_u128);
    let wanted = proptest::option::weighted(0.1, agent.clone());
    let members = proptest::sample::subsequence((1..=AGENTS).collect::<Vec<_>>(), 0..=6);
    prop_oneof![
        6 => (queue.clone(), -1..2_i32, skills, language, wanted).prop_map(|(queue, priority, skills, language, agent)| {
            Happening::Arrives { queue, priority, skills, language, agent }
        }),
        5 => conversation.clone().prop_map(Happening::Accepts),
        2 => conversation.clone().prop_map(Happening::Declines),
        3 => conversation.clone().prop_map(Happening::Ends),
        1 => conversation.clone().prop_map(Happening::WrapsUp),
        1 => (conversation, queue.clone()).prop_map(|(conversation, queue)| Happening::GoesBack(conversation, queue)),
        2 => (agent.clone(), proptest::sample::select(&Presence::ALL[..])).prop_map(|(a, p)| Happening::Presence(a, p)),
        2 => agent.clone().prop_map(|agent| Happening::Presence(agent, Presence::OnQueue)),
        2 => agent.clone().prop_map(Happening::Responds),
        1 => agent.clone().prop_map(Happening::DeskGone),
        2 => agent.clone().prop_map(Happening::DeskBack),
        1 => agent.clone().prop_map(Happening::Disabled),
        1 => (agent.clone(), 0..4_u32).prop_map(|(agent, capacity)| Happening::Capacity(agent, capacity)),
        2 => (agent, 1..4_u128, 0..4_u8).prop_map(|(agent, skill, level)| Happening::Learns(agent, skill, level)),
        1 => (queue, members, rules()).prop_map(|(queue, members, rules)| Happening::Rules { queue, members, rules }),
        5 => (1..45_000_i64).prop_map(Happening::Time),
    ]
}

fn describe(world: &mut World, queue: u128, members: &[u128], of: &RulesOf) {
    world.queue(queue, members, |rules| {
        rules.method = if of.best { RoutingMethod::BestSkill } else { RoutingMethod::LongestIdle };
        rules.wrapup = match of.wrapup {
            0 => WrapupPrompt::Optional,
            1 => WrapupPrompt::Mandatory,
            _ => WrapupPrompt::Timeout,
        };
        rules.wrapup_seconds = 20;
        let rings = of.rings.iter().map(|(after_seconds, dropped, lower_levels)| Ring {
            after_seconds: *after_seconds,
            drop_skills: vec![skill_id(*dropped)],
            lower_levels: *lower_levels,
            drop_language: *lower_levels == 2,
        });
        rules.rings = rings.collect();
        rules.overflow = of.overflow.map(|(after_seconds, queue)| Overflow { after_seconds, queue_id: id(queue) });
    });
}

fn happen(world: &mut World, happening: &Happening) {
    match happening {
        Happening::Arrives { queue, priority, skills, language, agent } => {
            let number = world.conversations.len() as u128 + 1;
            world.wait(number, *queue, |queued| {
                queued.priority = *priority;
                queued.skills = skills.iter().map(|(number, level)| skill(*number, *level)).collect();
                queued.language_id = language.map(language_id);
                queued.agent = agent.map(id);
            });
        }
        Happening::Accepts(choice) => with(world, *choice, is_offered, World::accept),
        Happening::Declines(choice) => with(world, *choice, is_offered, World::decline),
        Happening::Ends(choice) => with(world, *choice, |it| it.ended_at.is_none(), World::end),
        Happening::WrapsUp(choice) => with(
            world,
            *choice,
            |it| it.participants.iter().any(|it| it.owes_wrapup),
            |world, number| {
                world.change(number, |conversation, _| {
                    conversation.participants.iter_mut().for_each(|participant| participant.owes_wrapup = false);
                });
            },
        ),
        Happening::GoesBack(choice, queue) => {
            with(
                world,
                *choice,
                |it| it.ended_at.is_none() && it.queued.is_none(),
                |world, number| {
                    world.transfer(number, *queue);
                },
            );
        }
        Happening::Presence(agent, presence) => world.agent(*agent, |agent| agent.state.presence = *presence),
        Happening::Responds(agent) => world.agent(*agent, |agent| agent.state.not_responding = false),
        Happening::DeskGone(agent) => {
            let now = world.now;
            world.agent(*agent, |agent| agent.state.gone_since = Some(now));
        }
        Happening::DeskBack(agent) => world.agent(*agent, |agent| {
            agent.state.gone_since = None;
            agent.enabled = true;
        }),
        Happening::Disabled(agent) => world.agent(*agent, |agent| agent.enabled = false),
        Happening::Capacity(agent, capacity) => world.agent(*agent, |agent| agent.capacity = *capacity),
        Happening::Learns(agent, number, level) => world.agent(*agent, |agent| {
            agent.skills.insert(skill_id(*number), *level);
            agent.languages.insert(language_id(*number), *level);
        }),
        Happening::Rules { queue, members, rules } => describe(world, *queue, members, rules),
        Happening::Time(_) => {}
    }
}

/// Does something with one of the conversations that are like that, if there is any.
fn with(world: &mut World, choice: u128, are: impl Fn(&Conversation) -> bool, act: impl FnOnce(&mut World, u128)) {
    let numbers: Vec<_> = world.conversations.values().filter(|it| are(it)).map(|it| it.id.uuid().as_u128()).collect();
    let index = usize::try_from(choice).expect("small").checked_rem(numbers.len());
    if let Some(number) = index.map(|index| numbers[index]) {
        act(world, number);
    }
}

fn is_offered(conversation: &Conversation) -> bool {
    conversation.queued.as_ref().is_some_and(|queued| queued.offer.is_some())
}

/// Does what is to be done and holds every decision against the obvious rules; at rest nothing may be left.
fn settle(world: &mut World, history: &mut Vec<(i64, Move)>) {
    let mut count = 0;
    let mut restarted = world.restarted();
    loop {
        let decision = world.board.next(world.now);
        assert_eq!(restarted.next(world.now), decision, "a restart decides something else");
        let Some(decision) = decision else { break };
        if let Move::Offer { conversation_id, user_id, .. } = decision {
            assert_eq!(oracle::overdue(world), Vec::<String>::new(), "offers wait for what is due");
            assert_eq!(oracle::offer(world), Some((conversation_id, user_id)));
        }
        assert_eq!(world.board.next(world.now), Some(decision), "it is not asked for again until it is done");
        world.carry_out(decision);
        history.push((world.now.millis(), decision));
        restarted = world.restarted();
        count += 1;
        assert!(count < 500, "it never comes to rest: {decision:?}");
    }
    assert_eq!(oracle::offer(world), None, "somebody is free for somebody who waits");
    assert_eq!(oracle::overdue(world), Vec::<String>::new());
    assert_eq!(world.board.due(world.now), restarted.due(world.now), "a restart wakes up at another time");
    for agent in world.agents.values() {
        let alerts_allowed = oracle::taken(world, agent.user_id) <= agent.capacity;
        assert!(alerts_allowed || world.lowered.contains(&agent.user_id), "above capacity");
    }
    for conversation in world.conversations.values().filter(|it| it.ended_at.is_none()) {
        let alerting = conversation.participants.iter().filter(|it| it.alerting && it.left_at.is_none()).count();
        let at_work = conversation.participants.iter().filter(|it| it.user_id.is_some() && it.left_at.is_none());
        let offered = is_offered(conversation);
        assert_eq!(alerting, usize::from(offered), "one alert at a time");
        assert!(conversation.queued.is_some() || at_work.count() > 0, "{} is lost", conversation.id);
    }
}

fn run(happenings: &[Happening]) -> Vec<(i64, Move)> {
    let mut world = World::new();
    let mut history = Vec::new();
    for agent in 1..=AGENTS {
        world.agent(agent, |it| it.capacity = u32::try_from(agent % 3 + 1).expect("small"));
    }
    for queue in 1..=QUEUES {
        let members: Vec<_> = (1..=AGENTS).filter(|agent| agent % QUEUES == queue - 1 || *agent == 1).collect();
        world.queue(queue, &members, |rules| {
            rules.wrapup = WrapupPrompt::Timeout;
            rules.wrapup_seconds = 20;
        });
    }
    for happening in happenings {
        happen(&mut world, happening);
        settle(&mut world, &mut history);
        if let Happening::Time(ms) = happening {
            let until = world.now.plus_millis(*ms);
            while let Some(due) = world.board.due(world.now).filter(|due| *due <= until) {
                assert!(due > world.now);
                // Before its time nothing is to be done: were it otherwise, everybody would come too late.
                world.now = due.plus_millis(-1);
                settle(&mut world, &mut history);
                world.now = due;
                settle(&mut world, &mut history);
            }
            world.now = until;
            settle(&mut world, &mut history);
        }
    }
    history
}

proptest! {
    #[test]
    fn rout9_in_every_world_nobody_is_forgotten_and_a_restart_decides_the_same(
        happenings in proptest::collection::vec(happening(), 1..90)
    ) {
        run(&happenings);
    }

    #[test]
    fn rout9_the_same_happenings_give_the_same_decisions(happenings in proptest::collection::vec(happening(), 1..60)) {
        prop_assert_eq!(run(&happenings), run(&happenings));
    }
}

#[test]
fn rout9_chance_makes_worlds_in_which_everything_happens() {
    use proptest::{strategy::ValueTree, test_runner::TestRunner};
    let mut runner = TestRunner::deterministic();
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..60 {
        let tree = proptest::collection::vec(happening(), 90).new_tree(&mut runner).expect("a world");
        seen.extend(run(&tree.current()).into_iter().map(|(_, decision)| match decision {
            Move::Offer { .. } => "offer",
            Move::TimeOut { .. } => "time-out",
            Move::Withdraw { .. } => "withdraw",
            Move::Overflow { .. } => "overflow",
            Move::WrapupOver { .. } => "wrap-up over",
            Move::Away { .. } => "away",
            Move::Requeue { .. } => "requeue",
        }));
    }
    assert_eq!(
        seen.into_iter().collect::<Vec<_>>(),
        ["away", "offer", "overflow", "requeue", "time-out", "withdraw", "wrap-up over"]
    );
}
