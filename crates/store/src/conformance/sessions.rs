//! Sessions: which token reads what, and their messages.

use std::sync::Arc;

use waybill_model::{Message, Session};

use super::{
    Sample,
    commits::commit,
    sample::{deployment_id, organization_id, session_id, token},
};
use crate::Store;

async fn find(store: &Arc<dyn Store>, guest: u64) -> Option<Session> {
    store.find_session(organization_id(1), deployment_id(1), token(guest)).await.expect("a read")
}

fn expected(sample: &Sample, session: u64, started: &Sample) -> Session {
    Session {
        id: session_id(session),
        organization_id: sample.organization(),
        deployment_id: sample.conversation.deployment_id,
        conversation_id: sample.id(),
        started_at: started.events[0].at,
        last_at: sample.conversation.last_at,
        ended: sample.conversation.ended_at.is_some(),
    }
}

/// START2: a session follows its latest conversation, message by message, to its end and into the next one.
pub async fn start2_a_token_reads_its_latest_conversation(store: &Arc<dyn Store>) {
    let organization = organization_id(1);
    assert_eq!(find(store, 1).await, None);
    let mut first = Sample::new(1, &[]);
    let changes = |sample: &mut Sample| [sample.message("one"), sample.end()];
    commit(store, organization, first.start_in_session(1, 1)).await;
    assert_eq!(find(store, 1).await, Some(expected(&first, 1, &first)));
    let mut twin = first.clone();
    for change in changes(&mut twin) {
        let committed = commit(store, organization, change).await;
        let session = find(store, 1).await.expect("a session");
        assert_eq!(session.last_at, committed.conversation().last_at);
        assert_eq!(session.ended, committed.conversation().ended_at.is_some());
    }
    let mut second = Sample::new(2, &[]);
    commit(store, organization, second.start_again_in_session(1)).await;
    assert_eq!(find(store, 1).await, Some(expected(&second, 1, &first)));
    assert!(store.session_is_live(organization, session_id(1)).await.expect("a read"));
    assert_eq!(store.find_session(organization, deployment_id(2), token(1)).await.expect("a read"), None);
}

/// START2: a new session on the same token takes it from the old one, at once.
pub async fn start2_opening_fences_the_earlier_session(store: &Arc<dyn Store>) {
    let organization = organization_id(1);
    let (mut first, mut second) = (Sample::new(1, &[]), Sample::new(2, &[]));
    commit(store, organization, first.start_in_session(1, 1)).await;
    assert_eq!(find(store, 1).await.map(|session| session.id), Some(session_id(1)));
    commit(store, organization, second.start_in_session(2, 1)).await;
    assert_eq!(find(store, 1).await, Some(expected(&second, 2, &second)));
    assert!(!store.session_is_live(organization, session_id(1)).await.expect("a read"));
    assert!(store.session_is_live(organization, session_id(2)).await.expect("a read"));
    // The old conversation goes on for the business, without giving the token back.
    commit(store, organization, first.message("late answer")).await;
    assert_eq!(find(store, 1).await.map(|session| session.id), Some(session_id(2)));
    let page = store.list_session_messages(organization, session_id(2), 0, 10).await.expect("a read");
    assert_eq!(page.total, 1);
}

/// START2: after fencing, the token finds nothing.
pub async fn start2_a_fenced_session_reads_nothing(store: &Arc<dyn Store>) {
    let organization = organization_id(1);
    let mut sample = Sample::new(1, &[]);
    commit(store, organization, sample.start_in_session(1, 1)).await;
    assert!(find(store, 1).await.is_some());
    store.fence_session(organization, session_id(1)).await.expect("a fence");
    assert_eq!(find(store, 1).await, None);
    assert!(!store.session_is_live(organization, session_id(1)).await.expect("a read"));
    store.fence_session(organization, session_id(1)).await.expect("twice is fine");
    store.fence_session(organization, session_id(77)).await.expect("unknown is fine");
    commit(store, organization, sample.message("the business goes on")).await;
    assert_eq!(find(store, 1).await, None);
    let mut next = Sample::new(2, &[]);
    commit(store, organization, next.start_in_session(2, 1)).await;
    assert_eq!(find(store, 1).await.map(|session| session.id), Some(session_id(2)));
}

/// START2: of sessions that are opened on one token together, one keeps it and the others read nothing.
pub async fn start2_of_concurrent_sessions_on_one_token_one_lives(store: &Arc<dyn Store>) {
    let organization = organization_id(1);
    let mut tasks = tokio::task::JoinSet::new();
    for number in 1..=16 {
        let store = Arc::clone(store);
        tasks.spawn(async move {
            let mut sample = Sample::new(number, &[]);
            commit(&store, organization, sample.start_in_session(number, 1)).await;
        });
    }
    tasks.join_all().await;
    let mut live = Vec::new();
    for number in 1..=16 {
        if store.session_is_live(organization, session_id(number)).await.expect("a read") {
            live.push(session_id(number));
        }
    }
    assert_eq!(live.len(), 1, "{live:?}");
    assert_eq!(find(store, 1).await.map(|session| session.id), live.pop());
}

/// START7: history: all messages of a session's conversations, newest first, in pages.
pub async fn start7_a_session_lists_its_messages_newest_first(store: &Arc<dyn Store>) {
    let organization = organization_id(1);
    let (mut first, mut second, mut other) = (Sample::new(1, &[]), Sample::new(2, &[]), Sample::new(3, &[]));
    commit(store, organization, first.start_in_session(1, 1)).await;
    commit(store, organization, other.start_in_session(2, 2)).await;
    for change in [first.message("one"), first.set("a", Some("1".into())), first.message("two"), first.end()] {
        commit(store, organization, change).await;
    }
    commit(store, organization, second.start_again_in_session(1)).await;
    commit(store, organization, second.message("three")).await;
    let newest_first = ["three", "Hello", "two", "one", "Hello"];
    let texts = |messages: &[Message]| messages.iter().map(|message| message.text.clone()).collect::<Vec<_>>();
    let page = store.list_session_messages(organization, session_id(1), 0, 100).await.expect("a read");
    assert_eq!((texts(&page.messages), page.total), (newest_first.map(str::to_owned).to_vec(), 5));
    for offset in 0..6 {
        let page = store.list_session_messages(organization, session_id(1), offset, 2).await.expect("a read");
        let from = (offset as usize).min(5);
        assert_eq!(texts(&page.messages), newest_first[from..(from + 2).min(5)], "offset {offset}");
        assert_eq!(page.total, 5);
    }
    let page = store.list_session_messages(organization, session_id(9), 0, 10).await.expect("a read");
    assert_eq!((page.messages.len(), page.total), (0, 0));
}

/// START8: a message is found by our own client's id, in its own conversation alone.
pub async fn start8_a_message_is_found_by_the_clients_id(store: &Arc<dyn Store>) {
    let organization = organization_id(1);
    let (mut sample, mut other) = (Sample::new(1, &[]), Sample::new(2, &[]));
    commit(store, organization, sample.start()).await;
    commit(store, organization, other.start()).await;
    let find = |conversation, client_id: &'static str| async move {
        store.find_message_by_client_id(organization, conversation, client_id).await.expect("a read")
    };
    assert_eq!(find(sample.id(), "m-1").await, None);
    commit(store, organization, sample.message("without an id")).await;
    commit(store, organization, sample.message_with_id("one", "m-1")).await;
    commit(store, organization, sample.message_with_id("two", "m-2")).await;
    assert_eq!(find(sample.id(), "m-1").await.map(|message| message.text), Some("one".to_owned()));
    assert_eq!(find(sample.id(), "m-2").await.map(|message| message.text), Some("two".to_owned()));
    assert_eq!(find(sample.id(), "m-3").await, None);
    assert_eq!(find(other.id(), "m-1").await, None);
    let foreign = store.find_message_by_client_id(organization_id(2), sample.id(), "m-1").await.expect("a read");
    assert_eq!(foreign, None);
}
