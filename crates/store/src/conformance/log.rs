//! The log and what is read from it.

use std::sync::Arc;

use waybill_model::{Actor, Event, EventBody, Mark, OrganizationId, Scalar};

use super::{
    Sample,
    commits::commit,
    sample::{conversation_id, organization_id, time},
};
use crate::{LogScope, Store};

/// Every event of a scope, in pages of this size.
pub(super) async fn read_all(
    store: &Arc<dyn Store>,
    organization: OrganizationId,
    scope: LogScope,
    page: u32,
) -> Vec<Arc<Event>> {
    let (mut events, mut after) = (Vec::new(), 0);
    loop {
        let page = store.list_events(organization, scope, after, page).await.expect("a page");
        assert!(page.reached >= after, "a page never goes back");
        assert!(page.events.iter().all(|event| event.seq > after && event.seq <= page.reached));
        let done = page.reached == after || page.reached >= store.newest_position().await.expect("a position");
        after = page.reached;
        events.extend(page.events);
        if done {
            return events;
        }
    }
}

/// LOG3: messages move number and time alone.
pub async fn log3_a_message_moves_the_head_and_leaves_the_snapshot(store: &Arc<dyn Store>) {
    let mut sample = Sample::new(1, &[("crmCustomerId", "CRM-1".into())]);
    let organization = sample.organization();
    commit(store, organization, sample.start()).await;
    let before = sample.conversation.clone();
    for text in ["one", "two"] {
        let committed = commit(store, organization, sample.message(text)).await;
        assert_eq!(**committed.conversation(), sample.conversation);
    }
    let found = store.find_conversation(organization, sample.id()).await.expect("a read").expect("a conversation");
    assert_eq!((found.seq, found.revision), (before.seq + 2, 1));
    assert_eq!(found.last_at, before.last_at.plus_millis(2));
    assert_eq!(found.participants, before.participants);
}

/// LOG3: a change of context stands in the next read, with its revision.
pub async fn log3_a_context_change_is_read_at_once(store: &Arc<dyn Store>) {
    let mut sample = Sample::new(1, &[]);
    let organization = sample.organization();
    commit(store, organization, sample.start()).await;
    let values = [Scalar::Null, Scalar::Bool(false), Scalar::Number(0.into()), "".into(), "0042".into()];
    for (index, value) in values.into_iter().enumerate() {
        commit(store, organization, sample.set("key", Some(value.clone()))).await;
        let found = store.find_conversation(organization, sample.id()).await.expect("a read").expect("a conversation");
        assert_eq!(*found, sample.conversation);
        assert_eq!(found.revision, index as u64 + 2);
        assert_eq!(found.context().expect("a context").stored["key"].value, value);
    }
}

/// LOG4: positions are one increasing sequence, and pages of any size join without hole or overlap.
pub async fn log4_positions_are_one_sequence_and_pages_join(store: &Arc<dyn Store>) {
    let mut expected = Vec::new();
    let mut samples = [Sample::new(1, &[]), Sample::new(2, &[])];
    for sample in &mut samples {
        expected.extend(commit(store, sample.organization(), sample.start()).await.events().to_vec());
    }
    for round in 0..5 {
        for sample in &mut samples {
            let change = sample.message(&format!("{round}"));
            expected.extend(commit(store, sample.organization(), change).await.events().to_vec());
        }
    }
    assert!(expected.windows(2).all(|pair| pair[0].seq < pair[1].seq));
    for page in [1, 2, 3, 7, 16, 1_000] {
        let all = read_all(store, organization_id(1), LogScope::Organization, page).await;
        assert_eq!(all, expected, "pages of {page}");
    }
    assert_eq!(store.newest_position().await.expect("a position"), expected[expected.len() - 1].seq);
    let oldest = store.oldest_position().await.expect("a position");
    assert_eq!(oldest + 1, expected[0].seq);
}

/// LOG4: one conversation's stream holds all of it and nothing else.
pub async fn log4_a_reader_of_one_conversation_sees_only_it(store: &Arc<dyn Store>) {
    let mut samples = [Sample::new(1, &[]), Sample::new(2, &[])];
    let mut of_second = Vec::new();
    for sample in &mut samples {
        let change = sample.start();
        let committed = commit(store, sample.organization(), change).await;
        if sample.id() == conversation_id(2) {
            of_second.extend(committed.events().to_vec());
        }
    }
    for text in ["one", "two", "three"] {
        let [first, second] = &mut samples;
        commit(store, first.organization(), first.message(text)).await;
        of_second.extend(commit(store, second.organization(), second.message(text)).await.events().to_vec());
    }
    for page in [1, 2, 4, 100] {
        let scope = LogScope::Conversation(conversation_id(2));
        assert_eq!(read_all(store, organization_id(1), scope, page).await, of_second, "pages of {page}");
    }
    let scope = LogScope::Conversation(conversation_id(3));
    assert_eq!(read_all(store, organization_id(1), scope, 10).await, Vec::new());
}

/// LOG4: a position that nobody reached yet is answered with nothing, and does not go back.
pub async fn log4_a_position_beyond_the_end_is_answered(store: &Arc<dyn Store>) {
    let page = store.list_events(organization_id(1), LogScope::Organization, 0, 10).await.expect("a page");
    assert_eq!((page.events.len(), page.reached), (0, 0));
    let mut sample = Sample::new(1, &[]);
    commit(store, sample.organization(), sample.start()).await;
    for after in [3, 1_000] {
        let page = store.list_events(organization_id(1), LogScope::Organization, after, 10).await.expect("a page");
        assert_eq!((page.events.len(), page.reached), (0, after));
    }
}

/// LOG5: marks stand in the conversation's log, move nothing, and appear in no stream.
pub async fn log5_marks_are_in_the_log_and_in_no_stream(store: &Arc<dyn Store>) {
    let mut sample = Sample::new(1, &[]);
    let organization = sample.organization();
    commit(store, organization, sample.start()).await;
    let mark = |surface: &str| Mark {
        surface: surface.to_owned(),
        to: "guest".to_owned(),
        revision: 1,
        outcome: "200".to_owned(),
    };
    let marks = vec![
        (sample.id(), time(5), Actor::Server, mark("answered")),
        (conversation_id(99), time(5), Actor::Server, mark("of a conversation that is not there")),
        (sample.id(), time(6), Actor::Server, mark("streamed")),
    ];
    store.record_marks(organization, marks).await.expect("marks");
    commit(store, organization, sample.message("after the marks")).await;

    let log = store.list_conversation_log(organization, sample.id()).await.expect("a read");
    let kinds: Vec<_> = log.iter().map(|event| (event.body.kind(), event.conversation_seq)).collect();
    let expected =
        [("started", 1), ("participant.joined", 2), ("message", 3), ("mark", 0), ("mark", 0), ("message", 4)];
    assert_eq!(kinds, expected);
    assert_eq!(log[3].body, EventBody::Mark(mark("answered")));
    assert!(log.windows(2).all(|pair| pair[0].seq < pair[1].seq));
    for scope in [LogScope::Organization, LogScope::Conversation(sample.id())] {
        for page in [1, 2, 100] {
            let streamed = read_all(store, organization, scope, page).await;
            assert_eq!(streamed.len(), 4, "{scope:?}");
            assert!(streamed.iter().all(|event| !event.body.is_mark()));
        }
    }
    let found = store.find_conversation(organization, sample.id()).await.expect("a read");
    assert_eq!(found.as_deref(), Some(&sample.conversation));
}

/// P2: whatever was acknowledged stands in every read that comes after.
pub async fn p2_what_was_acknowledged_is_read(store: &Arc<dyn Store>) {
    for number in 1..=20 {
        let mut sample = Sample::new(number, &[("crmCustomerId", "CRM-1".into())]);
        let organization = sample.organization();
        let committed = commit(store, organization, sample.start()).await;
        let found = store.find_conversation(organization, sample.id()).await.expect("a read");
        assert_eq!(found.as_deref(), Some(&sample.conversation));
        let after = committed.events()[0].seq - 1;
        let page = store.list_events(organization, LogScope::Organization, after, 100).await.expect("a page");
        assert_eq!(page.events, committed.events());
        assert_eq!(page.reached, committed.cursor().seq);
    }
}

/// P3: nobody ever sees a conversation without its context: the first event carries all of it.
pub async fn p3_the_first_reader_sees_the_whole_start(store: &Arc<dyn Store>) {
    let mut sample = Sample::new(1, &[("crmCustomerId", "CRM-1".into()), ("empty", "".into()), ("none", Scalar::Null)]);
    let organization = sample.organization();
    let change = sample.start();
    let reader = tokio::spawn({
        let store = Arc::clone(store);
        async move {
            loop {
                let page = store.list_events(organization, LogScope::Organization, 0, 1).await.expect("a page");
                if let Some(event) = page.events.first() {
                    let found = store.find_conversation(organization, event.conversation_id).await.expect("a read");
                    return (Arc::clone(event), found.expect("an event comes with its conversation"));
                }
                tokio::task::yield_now().await;
            }
        }
    });
    commit(store, organization, change).await;
    let (event, found) = reader.await.expect("the reader");
    let EventBody::Started { conversation, receipt: _ } = &event.body else { panic!("{event:?}") };
    assert_eq!(conversation.context(), sample.conversation.context());
    assert_eq!(*found, sample.conversation);
}

/// P5: the log of a conversation tells old and new of every change.
pub async fn p5_the_log_of_a_conversation_tells_every_change(store: &Arc<dyn Store>) {
    let mut sample = Sample::new(1, &[("a", "1".into())]);
    let organization = sample.organization();
    let changes = [sample.start(), sample.set("a", Some("2".into())), sample.set("a", None), sample.end()];
    for change in changes {
        commit(store, organization, change).await;
    }
    let log = store.list_conversation_log(organization, sample.id()).await.expect("a read");
    let bodies: Vec<_> = log.iter().map(|event| &event.body).collect();
    assert_eq!(bodies, sample.events.iter().map(|event| &event.body).collect::<Vec<_>>());
    let found = store.find_conversation(organization, sample.id()).await.expect("a read");
    assert_eq!(found.as_deref(), Some(&sample.conversation));
}

/// LOG7: nothing of one tenant is found through another.
pub async fn log7_no_tenant_reads_another(store: &Arc<dyn Store>) {
    let mut sample = Sample::new(1, &[("crmCustomerId", "CRM-1".into())]);
    let (ours, theirs) = (sample.organization(), organization_id(2));
    commit(store, ours, sample.start_in_session(1, 1)).await;
    let (conversation, deployment) = (sample.id(), sample.conversation.deployment_id);
    let session = super::sample::session_id(1);

    assert!(store.find_conversation(theirs, conversation).await.expect("a read").is_none());
    assert!(store.list_conversation_log(theirs, conversation).await.expect("a read").is_empty());
    assert!(store.list_conversations(theirs, Default::default(), None, 10).await.expect("a read").is_empty());
    assert!(read_all(store, theirs, LogScope::Organization, 10).await.is_empty());
    assert!(read_all(store, theirs, LogScope::Conversation(conversation), 10).await.is_empty());
    assert!(store.find_session(theirs, deployment, super::sample::token(1)).await.expect("a read").is_none());
    assert!(!store.session_is_live(theirs, session).await.expect("a read"));
    assert_eq!(store.list_session_messages(theirs, session, 0, 10).await.expect("a read").total, 0);
    store.fence_session(theirs, session).await.expect("unknown sessions are fine");
    assert!(store.session_is_live(ours, session).await.expect("a read"));
    let error = store.commit(theirs, foreign_message(sample)).await.expect_err("another tenant's conversation");
    assert!(matches!(error, crate::CommitError::Conflict { found: 0, .. }), "{error}");
}

fn foreign_message(mut sample: Sample) -> waybill_model::Change {
    sample.message("from another tenant")
}
