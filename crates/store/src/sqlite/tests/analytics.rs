//! Facts of databases that had none.

use rusqlite::Connection;
use waybill_model::{
    Scalar,
    analytics::{Condition, Dimension, Selection, Span, Tally, TallyRow},
};

use super::open;
use crate::{
    AnalyticsStore, DATABASE_FILE, SqliteStore, Store,
    conformance::{
        Sample,
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
