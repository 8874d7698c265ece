//! Questions over many conversations: fills a store with a month of them, then asks.
//!
//! `cargo run --release -p waybill-store --features conformance --example analytics [conversations] [folder]`
//!
//! A folder that is there already is asked again without being filled.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::task::JoinSet;
use waybill_model::{
    Scalar, Time,
    analytics::{Condition, Dimension, Selection, Sorting, Span, Tally},
};
use waybill_store::{
    AnalyticsStore as _, ConversationFilter, SqliteOptions, SqliteStore, Store as _,
    conformance::{
        Sample,
        sample::{organization_id, time},
    },
};

/// The allocator of the server.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const DAYS: i64 = 30;
/// Commits under way at once.
const TASKS: u64 = 256;
/// Times that each question is asked.
const ROUNDS: usize = 7;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
#[expect(clippy::print_stdout, reason = "its output is what it is for")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let count: u64 = arguments.next().map_or(Ok(1_000_000), |text| text.parse())?;
    let folder = arguments.next().map_or_else(|| std::env::temp_dir().join("waybill-analytics"), PathBuf::from);
    let is_new = !folder.exists();
    let store = Arc::new(SqliteStore::open(&folder, SqliteOptions::default())?);
    if is_new {
        let begin = Instant::now();
        fill(&store, count).await;
        println!("{count} conversations over {DAYS} days in {:.0} s", begin.elapsed().as_secs_f64());
    }
    let any = Condition::always();
    let key = |key: &str| Dimension::Attribute(key.to_owned());
    let gold = Condition::Is(key("plan"), "gold".to_owned());
    let customer = Condition::Is(key("crmCustomerId"), "CRM-77".to_owned());
    let questions = [
        ("by day, no group", vec![], any.clone()),
        ("by day and plan (4 values)", vec![key("plan")], any.clone()),
        ("by day and region (20 values)", vec![key("region")], any.clone()),
        ("by day and crmCustomerId (two conversations each; 100 named)", vec![key("crmCustomerId")], any.clone()),
        ("by day and page", vec![Dimension::Page], any.clone()),
        ("by day and plan, only region 7", vec![key("plan")], Condition::Is(key("region"), "region-7".to_owned())),
        ("by day, plan and region", vec![key("plan"), key("region")], any.clone()),
    ];
    for (name, group_by, condition) in questions {
        let edges: Vec<Time> = (0..=DAYS).map(|day| time(day * 86_400)).collect();
        let tally = Tally { selection: selection(condition), edges, group_by, most_groups: 100, messages: false };
        let (took, rows) =
            measure(async || store.tally(organization_id(1), tally.clone()).await.map(|rows| rows.len())).await?;
        println!("{name}: {took}, {rows} rows");
    }
    for (name, condition, newest) in [
        ("details of one CRM id", customer, true),
        ("details, first page of all", any.clone(), true),
        ("details, first page of plan gold", gold, true),
    ] {
        let sorting = if newest { Sorting::StartedBackwards } else { Sorting::Started };
        let (took, total) = measure(async || {
            let page = store.select_conversations(organization_id(1), selection(condition.clone()), sorting, 0, 25);
            page.await.map(|page| page.total as usize)
        })
        .await?;
        println!("{name}: {took}, {total} hits");
    }
    let mut number = 0;
    let (took, _) = measure(async || {
        number += 1;
        let filter = ConversationFilter {
            attribute: Some(("crmCustomerId".to_owned(), Some(format!("CRM-{number}")))),
            ..ConversationFilter::default()
        };
        store.list_conversations(organization_id(1), filter, None, 25).await.map(|found| found.len())
    })
    .await?;
    println!("look-up by CRM id, another one each time: {took}");
    let (took, _) = measure(async || {
        store.count_completeness(organization_id(1), selection(any.clone()), None).await.map(|groups| groups.len())
    })
    .await?;
    println!("completeness of all: {took}");
    Ok(())
}

fn selection(condition: Condition) -> Selection {
    Selection { deployments: None, started: Span { from: time(0), to: time(DAYS * 86_400) }, condition }
}

/// Median and range of several rounds, and what the last one answered.
async fn measure<E>(ask: impl AsyncFnMut() -> Result<usize, E>) -> Result<(String, usize), E> {
    let mut ask = ask;
    let (mut times, mut answer) = (Vec::new(), 0);
    for _ in 0..ROUNDS {
        let begin = Instant::now();
        answer = ask().await?;
        times.push(begin.elapsed());
    }
    times.sort_unstable();
    let millis = |time: Duration| time.as_secs_f64() * 1_000.0;
    let told = format!(
        "{:.2} ms [{:.2}–{:.2}]",
        millis(times[times.len() / 2]),
        millis(times[0]),
        millis(times[times.len() - 1])
    );
    Ok((told, answer))
}

/// Starts that many conversations, evenly over the days, as the service commits them; a tenth of them ends.
#[expect(clippy::print_stdout, reason = "its output is what it is for")]
async fn fill(store: &Arc<SqliteStore>, count: u64) {
    let next = Arc::new(AtomicU64::new(1));
    let mut running = JoinSet::new();
    for _ in 0..TASKS {
        let (store, next) = (Arc::clone(store), Arc::clone(&next));
        running.spawn(async move {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number > count {
                    return;
                }
                if number.is_multiple_of(100_000) {
                    println!("{number} of {count}");
                }
                let mut sample = sample(number, count);
                let mut changes = vec![sample.start()];
                if number.is_multiple_of(10) {
                    changes.push(sample.end());
                }
                for change in changes {
                    let committed = store.commit(organization_id(1), change).await;
                    assert!(committed.is_ok(), "{committed:?}");
                }
            }
        });
    }
    running.join_all().await;
}

fn sample(number: u64, count: u64) -> Sample {
    let customer = format!("CRM-{}", number / 2);
    let plan = ["gold", "silver", "basic", "trial"][(number % 7 % 4) as usize];
    let region = format!("region-{}", number % 20);
    let context: [(&str, Scalar); 3] =
        [("crmCustomerId", customer.as_str().into()), ("plan", plan.into()), ("region", region.as_str().into())];
    let mut sample = Sample::new(number, &context).at(1, 1 + number % 3);
    let at = time((number * (DAYS as u64 * 86_400) / (count + 1)).cast_signed());
    sample.conversation.started_at = at;
    sample.conversation.last_at = at;
    sample.conversation.source.page = Some(format!("/page/{}", number % 12));
    sample.conversation.source.sdk = Some(if number % 3 == 0 { "2.0.0" } else { "2.1.0" }.to_owned());
    sample
}
