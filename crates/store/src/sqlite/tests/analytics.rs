//! Facts of databases that had none, and of conversations that are erased.

use std::sync::Arc;

use rusqlite::Connection;
use waybill_model::{
    Scalar,
    analytics::{Condition, Dimension, Selection, Sorting, Span, Tally, TallyRow},
};

use super::{
    super::{analytics, rows::load_by_id},
    open,
};
use crate::{
    AnalyticsStore, DATABASE_FILE, SqliteStore, Store,
    conformance::{
        Sample,
        sample::{conversation_id, organization_id, time},
    },
};

fn whole() -> Selection {
    Selection {
        deployments: None,
        started: Span { from: time(0), to: time(86_400) },
        condition: Condition::always(),
    }
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
                connected: false,
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

#[tokio::test]
async fn ana1_what_is_erased_or_forgotten_is_counted_no_more() {
    let store = Arc::new(SqliteStore::in_memory().unwrap());
    fill(&store).await;
    let (erased, forgotten) = (conversation_id(2_000), conversation_id(3_000));
    store
        .write(move |connection| {
            let standing = load_by_id(connection, organization_id(1), erased)?.expect("it is there");
            let mut conversation = (*standing.conversation).clone();
            conversation.participants[0].context.stored.clear();
            analytics::rewrite(connection, standing.number, &conversation)?;
            let standing = load_by_id(connection, organization_id(1), forgotten)?.expect("it is there");
            analytics::forget(connection, standing.number, &standing.conversation)
        })
        .await
        .unwrap();
    let plan = |rows: &[TallyRow], plan: &str| -> u64 {
        let wanted = waybill_model::analytics::GroupValue::Is(plan.to_owned());
        rows.iter().filter(|row| row.group[0] == wanted).map(|row| row.numbers.conversations).sum()
    };
    let rows = ask(&store).await;
    // Four even numbers but 2 (erased) and 6 (corrected), both asked for twice.
    assert_eq!((plan(&rows, "gold"), plan(&rows, "basic")), (4, 4));
    let page = store.select_conversations(organization_id(1), whole(), Sorting::Started, 0, 100).await.unwrap();
    assert_eq!(page.total, 8, "the erased one still counts, the forgotten one does not");
}
