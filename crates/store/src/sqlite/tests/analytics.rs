//! Facts of databases that had none.

use rusqlite::Connection;
use waybill_model::{
    Change, Scalar,
    analytics::{Condition, Dimension, Handling, Measure, Selection, Span, Tally, TallyRow},
};

use super::open;
use crate::{
    AnalyticsStore, DATABASE_FILE, SqliteStore, Store,
    conformance::{
        Chat, Do, Sample,
        sample::{organization_id, time},
    },
};

fn whole() -> Selection {
    Selection { deployments: None, started: Span { from: time(0), to: time(86_400) }, condition: Condition::always() }
}

/// Everything that can be asked by one dimension, from the counts and from the fact rows.
async fn ask(store: &SqliteStore) -> Vec<TallyRow> {
    let mut rows = Vec::new();
    let dimensions =
        [Dimension::Attribute("plan".to_owned()), Dimension::Page, Dimension::Deployment, Dimension::Ending];
    for messages in [false, true] {
        for dimension in &dimensions {
            let tally = Tally {
                selection: whole(),
                edges: vec![time(0), time(3_600), time(86_400)],
                group_by: vec![dimension.clone()],
                most_groups: 100,
                messages,
            };
            let mut found = store.tally(organization_id(1), tally).await.unwrap();
            found.sort_by(|one, other| (&one.group, one.stretch).cmp(&(&other.group, other.stretch)));
            rows.extend(found);
        }
    }
    rows
}

async fn fill(store: &SqliteStore) {
    for number in 1..=9_u64 {
        let plan = if number % 2 == 0 { "gold" } else { "silver" };
        let mut sample = Sample::new(number * 1_000, &[("plan", plan.into())]).at(1, 1 + number % 2);
        let mut changes = vec![sample.start()];
        if number % 3 == 0 {
            changes.push(sample.set("plan", Some("basic".into())));
            changes.push(sample.message("Hm"));
            changes.push(sample.end());
            changes.push(sample.set("cart", Some(Scalar::Bool(true))));
        }
        for change in changes {
            store.commit(organization_id(1), change).await.unwrap();
        }
    }
}

#[tokio::test]
async fn ana1_an_older_database_gets_its_facts() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    fill(&store).await;
    let before = ask(&store).await;
    assert!(before.len() > 20, "{before:?}");
    drop(store);
    let connection = Connection::open(folder.path().join(DATABASE_FILE)).unwrap();
    connection
        .execute_batch(
            "DROP TABLE analytics_names; DROP TABLE analytics_facts; DROP TABLE analytics_counts;
             DROP TABLE analytics_documents; DROP TABLE analytics_results;
             DELETE FROM schema_migrations WHERE version = 4",
        )
        .unwrap();
    drop(connection);
    assert_eq!(ask(&open(folder.path())).await, before);
}

/// An agent joins, answers twice, and leaves.
fn served(number: u64) -> Vec<Change> {
    let mut chat = Chat::new(Sample::new(number * 1_000, &[]), number);
    let at = (number * 1_000).cast_signed();
    let steps: [(i64, &[Do]); 5] = [
        (at + 10, &[Do::Join(1)]),
        (at + 20, &[Do::Say(1), Do::Ask]),
        (at + 30, &[Do::Say(1)]),
        (at + 60, &[Do::Leave(1)]),
        (at + 70, &[Do::Wrap(1, Some(1), 4_000)]),
    ];
    let start = chat.start();
    let rest = steps.into_iter().filter_map(|(at, steps)| chat.commit(at, steps)).collect::<Vec<_>>();
    std::iter::once(start).chain(rest).collect()
}

#[tokio::test]
async fn ana9_an_older_database_is_measured() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    fill(&store).await;
    for change in (20..25).flat_map(served) {
        store.commit(organization_id(1), change).await.unwrap();
    }
    let question = Handling {
        deployments: None,
        condition: Condition::always(),
        edges: vec![time(0), time(22_000), time(86_400)],
        group_by: vec![Dimension::User, Dimension::Wrapup],
        named: Vec::new(),
        most_groups: 100,
        measures: Measure::ALL.to_vec(),
        values_of: vec![Measure::Handle],
        targets: Vec::new(),
        otherwise: 0,
    };
    let before = store.count_handling(organization_id(1), question.clone()).await.unwrap();
    assert!(before.len() > 8, "{before:?}");
    drop(store);
    let connection = Connection::open(folder.path().join(DATABASE_FILE)).unwrap();
    connection.execute_batch("DROP TABLE analytics_measures; DELETE FROM schema_migrations WHERE version = 8").unwrap();
    drop(connection);
    assert_eq!(open(folder.path()).count_handling(organization_id(1), question).await.unwrap(), before);
}
