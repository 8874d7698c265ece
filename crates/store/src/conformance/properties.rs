//! Random sequences of changes read back equal.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use waybill_model::{Change, NewEvent, Scalar};

use super::Sample;
use crate::{ConversationFilter, LogScope, Store};

/// One step of a conversation.
#[derive(Debug, Clone)]
enum Step {
    Message(String, Option<String>),
    Set(String, Option<Scalar>),
    End,
}

fn scalar() -> impl Strategy<Value = Scalar> {
    prop_oneof![
        Just(Scalar::Null),
        any::<bool>().prop_map(Scalar::Bool),
        any::<i64>().prop_map(|number| Scalar::Number(number.into())),
        any::<f64>().prop_filter_map("JSON has no such number", |number| {
            serde_json::Number::from_f64(number).map(Scalar::Number)
        }),
        any::<String>().prop_map(Scalar::Text),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (any::<String>(), proptest::option::of("[a-z]{1,3}")).prop_map(|(text, id)| Step::Message(text, id)),
        3 => ("[abc]", proptest::option::weighted(0.8, scalar())).prop_map(|(key, value)| Step::Set(key, value)),
        1 => Just(Step::End),
    ]
}

impl Step {
    fn change(self, sample: &mut Sample) -> Change {
        match self {
            Self::Message(text, Some(id)) => sample.message_with_id(&text, &id),
            Self::Message(text, None) => sample.message(&text),
            Self::Set(key, value) => sample.set(&key, value),
            Self::End => sample.end(),
        }
    }
}

/// LOG1: whatever was stored, snapshot, log, stream and filters read back what was given, byte for byte.
pub async fn log1_random_changes_read_back_equal(store: &Arc<dyn Store>) {
    let next = AtomicU64::new(1);
    let handle = tokio::runtime::Handle::current();
    let strategy = (proptest::option::of(scalar()), proptest::collection::vec(step(), 0..12));
    let mut runner = TestRunner::new(Config { cases: 48, failure_persistence: None, ..Config::default() });
    let result = tokio::task::block_in_place(|| {
        runner.run(&strategy, |(value, steps)| {
            let number = next.fetch_add(1, Ordering::Relaxed);
            handle.block_on(check(store, number, value, steps));
            Ok(())
        })
    });
    if let Err(failure) = result {
        panic!("{failure}");
    }
}

async fn check(store: &Arc<dyn Store>, number: u64, value: Option<Scalar>, steps: Vec<Step>) {
    let context: Vec<_> = value.into_iter().map(|value| ("a", value)).collect();
    let mut sample = Sample::new(number, &context);
    let organization = sample.organization();
    let mut changes = vec![sample.start()];
    changes.extend(steps.into_iter().map(|step| step.change(&mut sample)));
    for change in changes {
        store.commit(organization, change).await.expect("a sound change is stored");
    }

    let found = store.find_conversation(organization, sample.id()).await.expect("a read");
    assert_eq!(found.as_deref(), Some(&sample.conversation));
    let log = store.list_conversation_log(organization, sample.id()).await.expect("a read");
    let plain: Vec<NewEvent> = log
        .iter()
        .map(|event| NewEvent {
            conversation_seq: event.conversation_seq,
            at: event.at,
            by: event.by.clone(),
            body: event.body.clone(),
        })
        .collect();
    assert_eq!(plain, sample.events);
    let scope = LogScope::Conversation(sample.id());
    assert_eq!(super::log::read_all(store, organization, scope, 5).await, log);

    let stored = sample.conversation.participants[0].context.stored.get("a");
    if let Some(text) = stored.and_then(|stored| stored.value.to_text()) {
        let filter =
            ConversationFilter { attribute: Some(("a".to_owned(), Some(text.into_owned()))), ..Default::default() };
        let listed = store.list_conversations(organization, filter, None, 1).await.expect("a read");
        assert_eq!(listed.first().map(|newest| newest.id), Some(sample.id()));
    }
}
