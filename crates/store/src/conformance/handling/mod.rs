//! Waiting and handling: what is measured follows from the log, at the time of each event, for the participant it concerns.

mod chat;
mod naive;

use std::sync::{Arc, Mutex, PoisonError};

use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use waybill_model::{
    Scalar, Time,
    analytics::{Condition, Dimension, GroupValue, Handling, HandlingRow, Measure, Taken},
};

pub use self::chat::{Chat, Do};
use self::{
    chat::{code, flow, queue, user},
    naive::{Expected, count, expected},
};
use super::{
    Sample,
    commits::commit,
    sample::{organization_id, time},
};
use crate::Store;

/// A question for everything over an hour.
fn question(group_by: &[Dimension]) -> Handling {
    Handling {
        deployments: None,
        condition: Condition::always(),
        edges: vec![time(0), time(3_600)],
        group_by: group_by.to_vec(),
        named: Vec::new(),
        most_groups: 1_000,
        measures: Measure::ALL.to_vec(),
        values_of: Measure::ALL.to_vec(),
        targets: Vec::new(),
        otherwise: 20_000,
    }
}

async fn ask(store: &Arc<dyn Store>, question: Handling) -> Vec<HandlingRow> {
    let mut rows = store.count_handling(organization_id(1), question).await.expect("an answer");
    rows.iter_mut().for_each(|row| row.numbers.values.sort_unstable());
    rows.sort_by(|one, two| (&one.group, one.stretch, one.measure).cmp(&(&two.group, two.stretch, two.measure)));
    rows
}

async fn details(store: &Arc<dyn Store>, chat: &Chat) -> Vec<Taken> {
    let found = store.find_details(organization_id(1), vec![chat.sample.id()]).await.expect("details");
    found.into_iter().next().expect("the conversation").taken
}

/// Conversation `number` from second `number` on, with these steps at their seconds.
async fn play(store: &Arc<dyn Store>, number: u64, plan: &str, steps: Steps<'_>) -> Chat {
    let mut chat = Chat::new(Sample::new(number, &[("plan", plan.into())]), number);
    commit(store, organization_id(1), chat.start()).await;
    for (seconds, what) in steps {
        if let Some(change) = chat.commit(*seconds, what) {
            commit(store, organization_id(1), change).await;
        }
    }
    chat
}

/// What happens at which second, in one commit each.
type Steps<'a> = &'a [(i64, &'a [Do])];
/// Measure, time in milliseconds, value.
type Told = (Measure, i64, u64);
/// A dimension, a measure, and how many values of it every group has.
type Grouped<'a> = (Dimension, Measure, Vec<(&'a str, u64)>);

/// ANA9: little histories, and exactly what is measured of them. The first event of a commit is at its second, each other one
/// a millisecond later.
pub async fn ana9_each_event_is_measured_once(store: &Arc<dyn Store>) {
    use Measure as M;
    let cases: [(&str, Steps<'_>, &[Told]); 9] = [
        (
            "answered and wrapped up",
            &[
                (10, &[Do::Queue(1, "flow")]),
                (20, &[Do::Offer(1)]),
                (25, &[Do::Answer]),
                (60, &[Do::LeaveOwing(1)]),
                (70, &[Do::Wrap(1, Some(1), 10_000)]),
            ],
            &[
                (M::Offered, 10_001, 1),
                (M::Connected, 25_000, 1),
                (M::Alert, 25_000, 5_000),
                (M::Wait, 25_001, 15_001),
                (M::Stay, 25_001, 15_001),
                (M::Answered, 25_001, 15_001),
                (M::Talk, 60_000, 35_000),
                (M::AfterWork, 70_000, 10_000),
                (M::Handle, 70_000, 45_000),
            ],
        ),
        (
            "abandoned while it alerted",
            &[(10, &[Do::Queue(1, "flow")]), (20, &[Do::Offer(1)]), (24, &[Do::End])],
            &[
                (M::Offered, 10_001, 1),
                (M::Alert, 24_000, 4_000),
                (M::Wait, 24_002, 14_002),
                (M::Stay, 24_002, 14_002),
                (M::Abandoned, 24_002, 14_002),
            ],
        ),
        (
            "nobody reacted",
            &[(10, &[Do::Queue(1, "flow")]), (20, &[Do::Offer(1)]), (50, &[Do::Decline("timeout")])],
            &[(M::Offered, 10_001, 1), (M::Alert, 50_000, 30_000), (M::NotResponding, 50_000, 30_000)],
        ),
        (
            "overflow goes on waiting",
            &[(10, &[Do::Queue(1, "flow")]), (40, &[Do::Queue(2, "overflow")]), (50, &[Do::LeaveQueue("flow")])],
            &[
                (M::Offered, 10_001, 1),
                (M::Stay, 40_000, 30_000),
                (M::FlowedOut, 40_000, 30_000),
                (M::Offered, 40_003, 1),
                (M::Wait, 50_000, 40_000),
                (M::Stay, 50_000, 9_998),
                (M::FlowedOut, 50_000, 40_000),
            ],
        ),
        (
            "handed on to a queue",
            &[(10, &[Do::Join(1)]), (30, &[Do::Leave(1), Do::Queue(1, "transfer")])],
            &[
                (M::Connected, 10_000, 1),
                (M::Transferred, 30_000, 1),
                (M::Talk, 30_000, 20_000),
                (M::Handle, 30_000, 20_000),
                (M::Offered, 30_002, 1),
            ],
        ),
        (
            "an agent who is gone hands nothing on",
            &[(10, &[Do::Join(1)]), (30, &[Do::Leave(1), Do::Queue(1, "agentGone")])],
            &[
                (M::Connected, 10_000, 1),
                (M::Talk, 30_000, 20_000),
                (M::Handle, 30_000, 20_000),
                (M::Offered, 30_002, 1),
            ],
        ),
        (
            "a later wrap-up takes the place of the earlier one",
            &[
                (10, &[Do::Join(1)]),
                (30, &[Do::Leave(1)]),
                (40, &[Do::Wrap(1, Some(1), 4_000)]),
                (50, &[Do::Wrap(1, Some(2), 6_000)]),
            ],
            &[
                (M::Connected, 10_000, 1),
                (M::Talk, 30_000, 20_000),
                (M::AfterWork, 50_000, 6_000),
                (M::Handle, 50_000, 26_000),
            ],
        ),
        (
            "words and answers",
            &[
                (10, &[Do::Ask]),
                (20, &[Do::Join(1)]),
                (26, &[Do::Say(1)]),
                (27, &[Do::Say(1)]),
                (30, &[Do::Ask]),
                (33, &[Do::Ask]),
                (40, &[Do::Say(1)]),
            ],
            &[
                (M::Connected, 20_000, 1),
                (M::FirstResponse, 26_000, 6_000),
                (M::Response, 26_000, 6_000),
                (M::Response, 40_000, 10_000),
            ],
        ),
        (
            "a flow that could not go on",
            &[(10, &[Do::Flow(1)]), (18, &[Do::EndFlow(false)])],
            &[(M::Flow, 10_001, 1), (M::Failed, 18_000, 1), (M::InFlow, 18_000, 8_000)],
        ),
    ];
    for (number, (name, steps, told)) in (1..).zip(cases) {
        let chat = play(store, number, "gold", steps).await;
        let mut measured: Vec<Told> = details(store, &chat)
            .await
            .into_iter()
            .map(|taken| (taken.measure, taken.at.millis() - time(0).millis(), taken.value))
            .collect();
        measured.sort_unstable_by_key(|(measure, at, _)| (*at, *measure));
        let mut told = told.to_vec();
        told.sort_unstable_by_key(|(measure, at, _)| (*at, *measure));
        assert_eq!(measured, told, "{name}");
    }
}

/// ANA9: what never met an agent, a queue or a flow has no measures.
pub async fn ana9_what_is_not_routed_is_not_measured(store: &Arc<dyn Store>) {
    let mut sample = Sample::new(1, &[]);
    for change in [sample.start(), sample.message("Hm"), sample.set("plan", Some("gold".into())), sample.end()] {
        commit(store, organization_id(1), change).await;
    }
    assert_eq!(ask(store, question(&[])).await, []);
}

/// Four conversations: two answered in two queues, one given up, one by hand.
async fn play_four(store: &Arc<dyn Store>) -> Vec<Chat> {
    let answered = |queue: u64, user: u64, from: i64, waits: i64, code: u64| {
        vec![
            (from, vec![Do::Queue(queue, "flow")]),
            (from + waits - 1, vec![Do::Offer(user)]),
            (from + waits, vec![Do::Answer]),
            (from + waits + 60, vec![Do::Leave(user)]),
            (from + waits + 65, vec![Do::Wrap(user, Some(code), 5_000)]),
        ]
    };
    let histories = [
        ("gold", answered(1, 1, 10, 10, 1)),
        ("gold", answered(2, 2, 10, 30, 2)),
        (
            "silver",
            vec![(10, vec![Do::Flow(1)]), (12, vec![Do::EndFlow(true), Do::Queue(1, "flow")]), (40, vec![Do::End])],
        ),
        ("silver", vec![(10, vec![Do::Join(1)]), (70, vec![Do::Leave(1)])]),
    ];
    let mut chats = Vec::new();
    for (number, (plan, steps)) in (1..).zip(histories) {
        let steps: Vec<(i64, &[Do])> = steps.iter().map(|(at, steps)| (*at, steps.as_slice())).collect();
        chats.push(play(store, number, plan, &steps).await);
    }
    chats
}

fn key(name: &str) -> Dimension {
    Dimension::Attribute(name.to_owned())
}

/// ANA10: own dimensions are those of the measure, all others those of its conversation; as groups and as filters.
pub async fn ana10_groups_and_filters_tell_measures_apart(store: &Arc<dyn Store>) {
    play_four(store).await;
    let text = |value: &GroupValue| match value {
        GroupValue::Is(text) => text.clone(),
        GroupValue::Absent => "-".to_owned(),
        GroupValue::Other => "…".to_owned(),
    };
    let (ones, twos) = ((user(1).to_string(), queue(1).to_string()), (user(2).to_string(), queue(2).to_string()));
    let (code_1, code_2, flow_1) = (code(1).to_string(), code(2).to_string(), flow(1).to_string());
    let groups: [Grouped<'_>; 8] = [
        (Dimension::Queue, Measure::Offered, vec![(&ones.1, 2), (&twos.1, 1)]),
        (Dimension::Queue, Measure::Handle, vec![("-", 1), (&ones.1, 1), (&twos.1, 1)]),
        (Dimension::User, Measure::Handle, vec![(&ones.0, 2), (&twos.0, 1)]),
        (Dimension::User, Measure::Answered, vec![(&ones.0, 1), (&twos.0, 1)]),
        (Dimension::Wrapup, Measure::Handle, vec![("-", 1), (&code_1, 1), (&code_2, 1)]),
        (Dimension::Flow, Measure::InFlow, vec![(&flow_1, 1)]),
        (Dimension::Purpose, Measure::Wait, vec![("acd", 3)]),
        (key("plan"), Measure::Wait, vec![("gold", 2), ("silver", 1)]),
    ];
    for (dimension, measure, expected) in groups {
        let rows = ask(store, Handling { measures: vec![measure], ..question(std::slice::from_ref(&dimension)) }).await;
        let mut told: Vec<_> = rows.iter().map(|row| (text(&row.group[0]), row.numbers.count)).collect();
        told.sort();
        let mut expected: Vec<_> = expected.into_iter().map(|(name, count)| (name.to_owned(), count)).collect();
        expected.sort();
        assert_eq!(told, expected, "{dimension:?} {measure:?}");
    }
    let is = |dimension: Dimension, text: &str| Condition::Is(dimension, text.to_owned());
    let filters: [(Condition, Measure, u64); 8] = [
        (is(Dimension::Queue, &ones.1), Measure::Handle, 1),
        (is(Dimension::User, &ones.0), Measure::Talk, 2),
        (is(Dimension::Wrapup, &code_2), Measure::Handle, 1),
        (is(Dimension::Flow, &flow_1), Measure::Flow, 1),
        (is(key("plan"), "gold"), Measure::Handle, 2),
        (Condition::All(vec![is(key("plan"), "silver"), is(Dimension::User, &ones.0)]), Measure::Handle, 1),
        (Condition::HasEnded, Measure::Wait, 1),
        (Condition::Not(Box::new(Condition::Has(Dimension::Queue))), Measure::Connected, 1),
    ];
    for (condition, measure, expected) in filters {
        let rows =
            ask(store, Handling { condition: condition.clone(), measures: vec![measure], ..question(&[]) }).await;
        assert_eq!(rows.iter().map(|row| row.numbers.count).sum::<u64>(), expected, "{condition:?} {measure:?}");
    }
    let capped = Handling { most_groups: 1, measures: vec![Measure::Handle], ..question(&[Dimension::User]) };
    let named = vec![vec![GroupValue::Is(twos.0.clone())]];
    let told = |rows: Vec<HandlingRow>| -> Vec<_> {
        rows.into_iter().map(|row| (text(&row.group[0]), row.numbers.count)).collect()
    };
    assert_eq!(told(ask(store, capped.clone()).await), [(ones.0.clone(), 2), ("…".to_owned(), 1)]);
    assert_eq!(
        told(ask(store, Handling { named, most_groups: 0, ..capped }).await),
        [(twos.0, 1), ("…".to_owned(), 2)]
    );
}

/// ANA11: answers are in time by the target of their queue.
pub async fn ana11_a_target_divides_the_answers(store: &Arc<dyn Store>) {
    play_four(store).await;
    for (targets, otherwise, expected) in [
        (vec![], 20_000, 1),
        (vec![], 9_000, 0),
        (vec![(queue(2), 40_000)], 20_000, 2),
        (vec![(queue(1), 5_000), (queue(2), 40_000)], 20_000, 1),
    ] {
        let asked = Handling { targets, otherwise, measures: vec![Measure::Answered], ..question(&[]) };
        let rows = ask(store, asked).await;
        assert_eq!((rows[0].numbers.count, rows[0].numbers.in_time), (2, expected));
    }
}

/// ANA1: a corrected value takes the measures along; another tenant has none of them.
pub async fn ana1_measures_follow_corrections_and_are_their_tenants(store: &Arc<dyn Store>) {
    let mut chats = play_four(store).await;
    let by_plan = || Handling { measures: vec![Measure::Handle], ..question(&[key("plan")]) };
    let change = chats[0].sample.set("plan", Some("silver".into()));
    commit(store, organization_id(1), change).await;
    let change = chats[1].sample.set("plan", None);
    commit(store, organization_id(1), change).await;
    let rows = ask(store, by_plan()).await;
    let told: Vec<_> = rows.iter().map(|row| (row.group[0].clone(), row.numbers.count)).collect();
    assert_eq!(told, [(GroupValue::Is("silver".to_owned()), 2), (GroupValue::Absent, 1)]);
    let theirs = store.count_handling(organization_id(2), by_plan()).await.expect("an answer");
    assert_eq!(theirs, []);
    let reached = Handling { deployments: Some(Vec::new()), ..by_plan() };
    assert_eq!(ask(store, reached).await, []);
}

fn any_step() -> impl Strategy<Value = Do> {
    prop_oneof![
        2 => (1..3_u64).prop_map(Do::Join),
        3 => (1..3_u64, prop_oneof![Just("flow"), Just("transfer"), Just("overflow"), Just("agentGone")])
            .prop_map(|(queue, why)| Do::Queue(queue, why)),
        4 => (1..3_u64).prop_map(Do::Offer),
        3 => Just(Do::Answer),
        2 => prop_oneof![Just("declined"), Just("timeout"), Just("gone")].prop_map(Do::Decline),
        1 => Just(Do::LeaveQueue("flow")),
        2 => (1..3_u64).prop_map(Do::Leave),
        2 => (1..3_u64).prop_map(Do::LeaveOwing),
        2 => (1..3_u64, proptest::option::of(1..3_u64), 0..9_000_u64)
            .prop_map(|(user, code, took)| Do::Wrap(user, code, took)),
        4 => (1..3_u64).prop_map(Do::Say),
        4 => Just(Do::Ask),
        1 => (1..3_u64).prop_map(Do::Flow),
        1 => any::<bool>().prop_map(Do::EndFlow),
        1 => Just(Do::End),
    ]
}

/// ANA9: whatever happens, details and numbers are what the whole log says when it is read another way.
pub async fn ana9_what_is_measured_follows_from_the_log(store: &Arc<dyn Store>) {
    let everything = Mutex::new((1_u64, Vec::<Expected>::new()));
    let handle = tokio::runtime::Handle::current();
    let commits = proptest::collection::vec((0..200_i64, proptest::collection::vec(any_step(), 1..4)), 1..24);
    let strategy = ("gold|silver", commits, any::<bool>());
    let mut runner = TestRunner::new(Config { cases: 64, failure_persistence: None, ..Config::default() });
    let result = tokio::task::block_in_place(|| {
        runner.run(&strategy, |(plan, commits, corrects)| {
            let mut known = everything.lock().unwrap_or_else(PoisonError::into_inner);
            let number = known.0;
            known.0 += 1;
            let mut at = number.cast_signed();
            let mut steps = Vec::with_capacity(commits.len());
            for (seconds, what) in &commits {
                at += seconds;
                steps.push((at, what.as_slice()));
            }
            handle.block_on(async {
                let mut chat = play(store, number, &plan, &steps).await;
                if corrects {
                    let change = chat.sample.set("plan", Some(Scalar::Text("basic".to_owned())));
                    commit(store, organization_id(1), change).await;
                }
                let mine = expected(&chat);
                check_details(store, &chat, &mine).await;
                known.1.extend(mine);
            });
            Ok(())
        })
    });
    if let Err(failure) = result {
        panic!("{failure}");
    }
    let (_, all) = everything.into_inner().unwrap_or_else(PoisonError::into_inner);
    assert!(all.len() > 300, "{} values are too few to tell", all.len());
    check_numbers(store, &all).await;
}

async fn check_details(store: &Arc<dyn Store>, chat: &Chat, expected: &[Expected]) {
    let order = |taken: &Taken| (taken.at, taken.participant_id, taken.measure, taken.value);
    let mut told = details(store, chat).await;
    told.sort_by_key(order);
    let mut expected: Vec<Taken> = expected
        .iter()
        .map(|one| Taken { participant_id: one.participant_id, measure: one.measure, at: one.at, value: one.value })
        .collect();
    expected.sort_by_key(order);
    assert_eq!(told, expected);
}

async fn check_numbers(store: &Arc<dyn Store>, all: &[Expected]) {
    let edges: Vec<Time> = [0, 60, 600, 1_800, 3_600].map(time).to_vec();
    let own = [Dimension::Queue, Dimension::User, Dimension::Purpose, Dimension::Wrapup, Dimension::Flow];
    let mut groups: Vec<Vec<Dimension>> = own.iter().map(|dimension| vec![dimension.clone()]).collect();
    groups.extend([
        vec![],
        vec![key("plan")],
        vec![Dimension::Deployment],
        vec![Dimension::Queue, key("plan")],
        vec![Dimension::User, Dimension::Queue, Dimension::Wrapup],
    ]);
    for group_by in groups {
        let asked = Handling { edges: edges.clone(), ..question(&group_by) };
        let expected = count(all, &edges, &group_by, &Measure::ALL, 20_000);
        assert_eq!(ask(store, asked).await, expected, "{group_by:?}");
    }
    for (dimension, text) in [(Dimension::Queue, queue(1).to_string()), (key("plan"), "basic".to_owned())] {
        let fitting: Vec<_> = all.iter().filter(|one| one.text(&dimension) == Some(&text)).cloned().collect();
        let condition = Condition::Is(dimension.clone(), text);
        let asked = Handling { edges: edges.clone(), condition, ..question(&[Dimension::User]) };
        let expected = count(&fitting, &edges, &[Dimension::User], &Measure::ALL, 20_000);
        assert_eq!(ask(store, asked).await, expected, "{dimension:?}");
    }
}
