//! Facts and counts: what they say follows from the conversations, at once and always.

use std::sync::Arc;

use waybill_model::{
    Form, RefusalRecord, Rule, Scalar, Time,
    analytics::{
        AnalyticsDocument, Condition, Dimension, GroupValue, KeyNumbers, Selection, Sorting, Span, Tally, TallyRow,
    },
    conversation::Source,
};

use super::{
    Sample,
    commits::commit,
    sample::{conversation_id, deployment_id, organization_id, plain_id, time},
};
use crate::Store;

const DAY: i64 = 86_400;

fn span(from: i64, to: i64) -> Span {
    Span { from: time(from), to: time(to) }
}

fn all(condition: Condition) -> Selection {
    Selection { deployments: None, started: span(0, 30 * DAY), condition }
}

/// True of everything, but not by its shape: such questions go through the fact rows.
fn true_the_long_way() -> Condition {
    Condition::Not(Box::new(Condition::Conversation(conversation_id(9_999))))
}

fn is(key: &str, value: &str) -> Condition {
    Condition::Is(Dimension::Attribute(key.to_owned()), value.to_owned())
}

/// A question by days over 30 days.
fn by_day(condition: Condition, group_by: &[Dimension]) -> Tally {
    Tally {
        selection: all(condition),
        edges: (0..=30).map(|day| time(day * DAY)).collect(),
        group_by: group_by.to_vec(),
        most_groups: 100,
        messages: false,
    }
}

async fn ask(store: &Arc<dyn Store>, tally: Tally) -> Vec<TallyRow> {
    let mut rows = store.tally(organization_id(1), tally).await.expect("an answer");
    rows.sort_by(|one, other| (&one.group, one.stretch).cmp(&(&other.group, other.stretch)));
    rows
}

/// Group, day, conversations, late.
fn short(rows: &[TallyRow]) -> Vec<(String, usize, u64, u64)> {
    let text = |value: &GroupValue| match value {
        GroupValue::Is(text) => text.clone(),
        GroupValue::Absent => "-".to_owned(),
        GroupValue::Other => "…".to_owned(),
    };
    rows.iter()
        .map(|row| {
            let group = row.group.iter().map(text).collect::<Vec<_>>().join("|");
            (group, row.stretch, row.numbers.conversations, row.numbers.late)
        })
        .collect()
}

fn key(name: &str) -> Dimension {
    Dimension::Attribute(name.to_owned())
}

async fn select(store: &Arc<dyn Store>, condition: Condition, sorting: Sorting, page: (u64, u32)) -> (Vec<u64>, u64) {
    let found = store.select_conversations(organization_id(1), all(condition), sorting, page.0, page.1);
    let found = found.await.expect("a page");
    let numbers = found
        .conversations
        .iter()
        .map(|found| (1..1_000).find(|number| conversation_id(*number) == found.conversation.id).expect("a sample"));
    (numbers.collect(), found.total)
}

/// A late write, as the service makes it.
fn late(sample: &mut Sample, key: &str, value: Scalar) -> waybill_model::Change {
    let mut change = sample.set(key, Some(value));
    let stored = &mut sample.conversation.participants[0].context.stored;
    if let Some(attribute) = stored.get_mut(key) {
        attribute.late = true;
    }
    change.snapshot = Some(sample.conversation.clone());
    change
}

/// ANA1: each commit is counted when it is acknowledged; corrections and deletions move what they change.
pub async fn ana1_counts_follow_every_change(store: &Arc<dyn Store>) {
    let mut first = Sample::new(1, &[("plan", "gold".into()), ("crmCustomerId", "CRM-1".into())]);
    let mut second = Sample::new(DAY as u64 + 2, &[("plan", "silver".into())]);
    let mut third = Sample::new(DAY as u64 + 3, &[]);
    for sample in [&mut first, &mut second, &mut third] {
        let change = sample.start();
        commit(store, organization_id(1), change).await;
    }
    let plans = |condition: Condition| by_day(condition, &[key("plan")]);
    type Told = (&'static str, usize, u64, u64);
    let steps: [(&str, &[Told]); 5] = [
        ("started", &[("-", 1, 1, 0), ("gold", 0, 1, 0), ("silver", 1, 1, 0)]),
        ("corrected", &[("-", 1, 1, 0), ("gold", 0, 1, 0), ("gold", 1, 1, 0)]),
        ("late", &[("gold", 0, 1, 0), ("gold", 1, 2, 1)]),
        ("deleted", &[("-", 0, 1, 0), ("gold", 1, 2, 1)]),
        ("null", &[("-", 0, 1, 0), ("-", 1, 1, 0), ("gold", 1, 1, 1)]),
    ];
    for (step, expected) in steps {
        let change = match step {
            "corrected" => second.set("plan", Some("gold".into())),
            "late" => {
                let end = third.end();
                commit(store, organization_id(1), end).await;
                late(&mut third, "plan", "gold".into())
            }
            "deleted" => first.set("plan", None),
            "null" => second.set("plan", Some(Scalar::Null)),
            _ => third.message("Hello?"),
        };
        commit(store, organization_id(1), change).await;
        let expected: Vec<_> =
            expected.iter().map(|(group, day, count, late)| ((*group).to_owned(), *day, *count, *late)).collect();
        let counted = ask(store, plans(Condition::always())).await;
        let mut told = short(&counted);
        told.sort_unstable();
        assert_eq!(told, expected, "{step}");
        assert_eq!(ask(store, plans(true_the_long_way())).await, counted, "{step}");
    }
}

/// ANA1: the counts per hour and the fact rows say the same, whatever happened and wherever the interval is cut.
pub async fn ana1_counts_and_facts_agree(store: &Arc<dyn Store>) {
    let values = ["gold", "silver", "", "17", "gold "];
    for number in 1..=60_u64 {
        let value = values[(number % 5) as usize];
        let mut sample =
            Sample::new(number * 9_000, &[("plan", value.into()), ("cart", Scalar::Bool(number % 2 == 0))]);
        sample = sample.at(1, 1 + number % 3);
        sample.conversation.source.page = (number % 4 > 0).then(|| format!("/page/{}", number % 4));
        let change = sample.start();
        commit(store, organization_id(1), change).await;
        if number % 3 == 0 {
            let change = sample.set("plan", (number % 2 == 0).then(|| values[(number % 4) as usize].into()));
            commit(store, organization_id(1), change).await;
        }
        if number % 7 == 0 {
            let change = sample.end();
            commit(store, organization_id(1), change).await;
            let change = late(&mut sample, "cart", "late".into());
            commit(store, organization_id(1), change).await;
        }
    }
    let dimensions = [
        key("plan"),
        key("cart"),
        key("nobody"),
        Dimension::Page,
        Dimension::Deployment,
        Dimension::Ending,
        Dimension::Purpose,
    ];
    let cuts: [Vec<i64>; 3] =
        [(0..=30).map(|day| day * DAY).collect(), vec![1_234, 90_000, 93_600, 400_001], vec![5_000, 5_100]];
    for cut in &cuts {
        for dimension in &dimensions {
            let question = |condition: Condition| {
                let edges: Vec<Time> = cut.iter().map(|at| time(*at)).collect();
                let mut tally = by_day(condition, std::slice::from_ref(dimension));
                tally.selection.started = Span { from: edges[0], to: edges[edges.len() - 1] };
                tally.edges = edges;
                tally
            };
            let counted = ask(store, question(Condition::always())).await;
            assert_eq!(counted, ask(store, question(true_the_long_way())).await, "{dimension:?} {cut:?}");
        }
    }
    let two = ask(store, by_day(Condition::always(), &[key("plan"), Dimension::Deployment])).await;
    assert_eq!(two.iter().map(|row| row.numbers.conversations).sum::<u64>(), 60);
}

/// ANA2: so many groups are named, the largest; the others are one, and those without a value stand apart.
pub async fn ana2_groups_are_capped(store: &Arc<dyn Store>) {
    for number in 1..=30_u64 {
        // v1 once, v2 twice …: 1 + 2 + … + 7 = 28, and two without.
        let value = (1..=7_u64).find(|value| number <= value * (value + 1) / 2).map(|value| format!("v{value}"));
        let context: Vec<(&str, Scalar)> = value.iter().map(|value| ("k", value.as_str().into())).collect();
        let change = Sample::new(number, &context).start();
        commit(store, organization_id(1), change).await;
    }
    for condition in [Condition::always(), true_the_long_way()] {
        let rows = ask(store, Tally { most_groups: 3, ..by_day(condition, &[key("k")]) }).await;
        let mut rows: Vec<_> = short(&rows).into_iter().map(|(group, _, count, _)| (group, count)).collect();
        rows.sort_by_key(|(_, count)| *count);
        let expected = [("-", 2), ("v5", 5), ("v6", 6), ("v7", 7), ("…", 10)];
        assert_eq!(rows, expected.map(|(group, count)| (group.to_owned(), count)));
    }
}

/// ANA3: conditions find the conversations that they describe; pages join, and the total is that of all pages.
pub async fn ana3_selections_find_what_they_describe(store: &Arc<dyn Store>) {
    let contexts: [&[(&str, Scalar)]; 4] = [
        &[("plan", "gold".into()), ("vip", Scalar::Bool(true))],
        &[("plan", "gold".into())],
        &[("plan", "silver".into())],
        &[],
    ];
    for (number, context) in (1..).zip(contexts) {
        let mut sample = Sample::new(number, context).at(1, 1 + number % 2);
        commit(store, organization_id(1), sample.start()).await;
        if number % 2 == 0 {
            commit(store, organization_id(1), sample.end()).await;
        }
    }
    let not = |condition: Condition| Condition::Not(Box::new(condition));
    let cases = [
        (Condition::always(), vec![1, 2, 3, 4]),
        (Condition::Any(Vec::new()), vec![]),
        (is("plan", "gold"), vec![1, 2]),
        (is("plan", "Gold"), vec![]),
        (Condition::All(vec![is("plan", "gold"), is("vip", "true")]), vec![1]),
        (Condition::Any(vec![is("plan", "silver"), is("vip", "true")]), vec![1, 3]),
        (Condition::Has(key("plan")), vec![1, 2, 3]),
        (not(Condition::Has(key("plan"))), vec![4]),
        (Condition::HasEnded, vec![2, 4]),
        (Condition::Is(Dimension::Ending, "customer".to_owned()), vec![2, 4]),
        (Condition::Is(Dimension::Deployment, deployment_id(1).to_string()), vec![2, 4]),
        (Condition::Is(Dimension::Page, "/cart".to_owned()), vec![1, 2, 3, 4]),
        (Condition::Is(Dimension::Purpose, "agent".to_owned()), vec![]),
        (Condition::Conversation(conversation_id(3)), vec![3]),
        (Condition::Started(span(2, 4)), vec![2, 3]),
    ];
    for (condition, expected) in cases {
        let found = select(store, condition.clone(), Sorting::Started, (0, 100)).await;
        assert_eq!(found, (expected.clone(), expected.len() as u64), "{condition:?}");
        let hidden = Condition::All(vec![condition.clone(), true_the_long_way()]);
        assert_eq!(select(store, hidden, Sorting::Started, (0, 100)).await.0, expected, "{condition:?}");
    }
    assert_eq!(select(store, Condition::always(), Sorting::StartedBackwards, (1, 2)).await, (vec![3, 2], 4));
    assert_eq!(select(store, Condition::always(), Sorting::Ended, (0, 2)).await, (vec![2, 4], 4));
    let reached = Selection { deployments: Some(vec![deployment_id(2)]), ..all(Condition::always()) };
    let ids = store.select_ids(organization_id(1), reached, 10).await.expect("ids");
    assert_eq!(ids, [conversation_id(1), conversation_id(3)]);
    let found =
        store.find_details(organization_id(1), vec![conversation_id(2), conversation_id(77)]).await.expect("one");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].ending.as_deref(), Some("customer"));
}

/// ANA3: another tenant's conversations are in no answer.
pub async fn ana3_no_tenant_counts_another(store: &Arc<dyn Store>) {
    let context: &[(&str, Scalar)] = &[("plan", "gold".into())];
    let mut foreign = Sample::new(1, context).at(2, 3);
    commit(store, organization_id(2), foreign.start()).await;
    let mut ours = Sample::new(2, context);
    commit(store, organization_id(1), ours.start()).await;
    let rows = ask(store, by_day(Condition::always(), &[key("plan")])).await;
    assert_eq!(short(&rows), [("gold".to_owned(), 0, 1, 0)]);
    assert_eq!(select(store, is("plan", "gold"), Sorting::Started, (0, 10)).await, (vec![2], 1));
    let foreign = Selection { deployments: Some(vec![deployment_id(3)]), ..all(Condition::always()) };
    let found = store.select_conversations(organization_id(1), foreign, Sorting::Started, 0, 10).await.expect("a page");
    assert_eq!(found.total, 0);
    let found = store.find_details(organization_id(1), vec![conversation_id(1)]).await.expect("a read");
    assert!(found.is_empty());
}

/// ANA4: messages are counted, of ended conversations and of open ones.
pub async fn ana4_messages_are_counted(store: &Arc<dyn Store>) {
    for (number, messages, ends) in [(1, 2, true), (2, 4, false), (3, 0, true)] {
        let mut sample = Sample::new(number, &[]);
        commit(store, organization_id(1), sample.start()).await;
        for _ in 0..messages {
            let change = sample.message("Hm");
            commit(store, organization_id(1), change).await;
        }
        if ends {
            let change = sample.end();
            commit(store, organization_id(1), change).await;
        }
    }
    let rows = ask(store, Tally { messages: true, ..by_day(Condition::always(), &[]) }).await;
    assert_eq!(rows.len(), 1);
    let numbers = rows[0].numbers;
    assert_eq!(numbers.conversations, 3);
    // Each start says one.
    assert_eq!((numbers.messages, numbers.fewest_messages, numbers.most_messages), (9, 1, 5));
}

/// ANA5: what became of every key, by page; refused starts are counted apart.
pub async fn ana5_completeness_counts_what_became_of_keys(store: &Arc<dyn Store>) {
    for number in 1..=4_u64 {
        let context: &[(&str, Scalar)] = if number < 4 { &[("plan", "gold".into())] } else { &[] };
        let mut sample = Sample::new(number, context);
        sample.conversation.source.page = Some(if number == 1 { "/home" } else { "/cart" }.to_owned());
        let context = &mut sample.conversation.participants[0].context;
        if number == 4 {
            context.missing.push("plan".to_owned());
        }
        if let Some(plan) = context.stored.get_mut("plan") {
            plan.coerced = number == 2;
        }
        commit(store, organization_id(1), sample.start()).await;
    }
    let groups = store.count_completeness(organization_id(1), all(Condition::always()), Some(Dimension::Page)).await;
    let groups = groups.expect("groups");
    let of = |page: &str| groups.iter().find(|group| group.value == GroupValue::Is(page.to_owned())).expect("a page");
    assert_eq!((groups.len(), of("/cart").conversations, of("/home").conversations), (2, 3, 1));
    let expected = KeyNumbers { present: 2, coerced: 1, missing: 1, ..KeyNumbers::default() };
    assert_eq!(of("/cart").keys, [("plan".to_owned(), expected)]);

    let refusal = |deployment, seconds, form, count| RefusalRecord {
        deployment_id: deployment_id(deployment),
        at: time(seconds),
        faults: vec![("plan".to_owned(), form, Rule::NotScalar), ("plan".to_owned(), form, Rule::TooLong)],
        source: Source { page: Some("/cart".to_owned()), ..Source::default() },
        count,
    };
    let refusals = vec![
        refusal(1, 1, Form::CustomData, 1),
        refusal(1, 2, Form::CustomData, 4),
        refusal(1, 3, Form::RestMetadata, 1),
        refusal(2, 3, Form::RestWebchat, 1),
        refusal(1, 31 * DAY, Form::CustomData, 1),
    ];
    store.record_refusals(organization_id(1), refusals).await.expect("refusals");
    let refused = store.count_refused_starts(organization_id(1), None, span(0, 30 * DAY)).await.expect("refusals");
    let short: Vec<_> = refused.iter().map(|one| (one.deployment_id, one.starts, one.keys.clone())).collect();
    let plan = |starts| vec![("plan".to_owned(), starts)];
    assert_eq!(short, [(deployment_id(1), 5, plan(5)), (deployment_id(2), 1, plan(1))]);
    let reached = Some(vec![deployment_id(2)]);
    let refused = store.count_refused_starts(organization_id(1), reached, span(0, 30 * DAY)).await.expect("refusals");
    assert_eq!(refused.len(), 1);

    let wanted = vec![(deployment_id(1), vec!["plan".to_owned(), "nobody".to_owned()])];
    let presence = store.count_presence(organization_id(1), wanted, span(0, 3_600)).await.expect("presence");
    let short: Vec<_> = presence.iter().map(|one| (one.key.as_str(), one.present, one.conversations)).collect();
    assert_eq!(short, [("plan", 3, 4), ("nobody", 0, 4)]);
}

/// ANA6: jobs and alarms are kept with what they found, until their time is over.
pub async fn ana6_documents_are_kept_and_purged(store: &Arc<dyn Store>) {
    let document = |number: u64, open: bool, text: &str| AnalyticsDocument {
        kind: "job",
        id: plain_id(number),
        at: time(number.cast_signed()),
        expires_at: time(100 * number.cast_signed()),
        open,
        payload: text.to_owned(),
    };
    let ours = organization_id(1);
    for number in 1..=3 {
        store.put_document(ours, document(number, true, "{}")).await.expect("a write");
    }
    store.put_document(ours, document(2, false, "{\"done\":true}")).await.expect("a write");
    let listed = store.list_documents(ours, "job", 10).await.expect("a read");
    assert_eq!(listed, [document(3, true, "{}"), document(2, false, "{\"done\":true}"), document(1, true, "{}")]);
    let open = store.list_open_documents("job").await.expect("a read");
    assert_eq!(open.iter().map(|(_, document)| document.id).collect::<Vec<_>>(), [plain_id(1), plain_id(3)]);
    assert_eq!(store.find_document(organization_id(2), "job", plain_id(1)).await.expect("a read"), None);
    assert_eq!(store.find_document(ours, "alarm", plain_id(1)).await.expect("a read"), None);
    // Another tenant can't put its own in its place.
    store.put_document(organization_id(2), document(1, false, "theirs")).await.expect("a write");
    assert_eq!(store.find_document(ours, "job", plain_id(1)).await.expect("a read"), Some(document(1, true, "{}")));

    let ids: Vec<_> = (1..=5).map(conversation_id).collect();
    store.append_results(ours, plain_id(1), 0, ids[..2].to_vec()).await.expect("a write");
    store.append_results(ours, plain_id(1), 2, ids[2..].to_vec()).await.expect("a write");
    store.append_results(ours, plain_id(1), 2, ids[2..].to_vec()).await.expect("a write again");
    for (position, limit) in [(0, 5), (0, 2), (1, 2), (1, 4), (3, 9), (5, 1)] {
        let found = store.list_results(ours, plain_id(1), position, limit).await.expect("a read");
        let expected: Vec<_> = ids.iter().skip(position as usize).take(limit as usize).copied().collect();
        assert_eq!(found, expected, "{position} {limit}");
    }
    assert!(store.list_results(organization_id(2), plain_id(1), 0, 5).await.expect("a read").is_empty());
    store.purge_documents(time(250)).await.expect("a purge");
    let listed = store.list_documents(ours, "job", 10).await.expect("a read");
    assert_eq!(listed.iter().map(|document| document.id).collect::<Vec<_>>(), [plain_id(3)]);
    store.delete_document(ours, "job", plain_id(3)).await.expect("a write");
    assert!(store.list_documents(ours, "job", 10).await.expect("a read").is_empty());
}
