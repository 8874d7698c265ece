//! Start tokens: the same token finds the earlier answer.

use std::sync::Arc;

use super::{
    Sample,
    commits::commit,
    sample::{deployment_id, organization_id, start_token, time, token},
};
use crate::{CommitError, Store, StoredStart};

async fn find(store: &Arc<dyn Store>, deployment: u64, owner: u64, text: &str) -> Option<StoredStart> {
    store.find_start(organization_id(1), deployment_id(deployment), token(owner), text).await.expect("a read")
}

/// START1: conversation, body hash, answer and position stand there again.
pub async fn start1_the_same_token_is_found_with_its_answer(store: &Arc<dyn Store>) {
    assert_eq!(find(store, 1, 1, "s-1").await, None);
    let mut sample = Sample::new(1, &[]);
    let mut change = sample.start_in_session(1, 1);
    change.start_token = Some(start_token("s-1", 1, 42));
    let committed = commit(store, sample.organization(), change).await;
    let stored = StoredStart {
        conversation_id: sample.id(),
        body_hash: [42; 32],
        answer: start_token("s-1", 1, 42).answer,
        position: committed.cursor().seq,
    };
    assert_eq!(find(store, 1, 1, "s-1").await, Some(stored.clone()));

    // A later start of the same session on the same conversation has a token of its own.
    let mut change = sample.message("again");
    change.start_token = Some(start_token("s-2", 1, 43));
    commit(store, sample.organization(), change).await;
    assert_eq!(find(store, 1, 1, "s-1").await, Some(stored));
    assert_eq!(find(store, 1, 1, "s-2").await.map(|start| start.body_hash), Some([43; 32]));
}

/// START1: a used token is reported as such, also where the version would not fit.
pub async fn start1_a_used_token_comes_before_the_version(store: &Arc<dyn Store>) {
    let mut first = Sample::new(1, &[]);
    let mut change = first.start();
    change.start_token = Some(start_token("s-1", 1, 1));
    commit(store, first.organization(), change.clone()).await;
    // The very same change: its version is old as well, and the token says why.
    let mut second = Sample::new(2, &[]);
    let mut other = second.start();
    other.start_token = Some(start_token("s-1", 1, 2));
    for change in [change, other] {
        let error = store.commit(organization_id(1), change).await.expect_err("a used token");
        let CommitError::StartTokenUsed(stored) = error else { panic!("{error}") };
        assert_eq!((stored.conversation_id, stored.body_hash), (first.id(), [1; 32]));
    }
    assert!(store.find_conversation(organization_id(1), second.id()).await.expect("a read").is_none());
}

/// START1: double clicks that arrive together make one conversation; the others find its answer.
pub async fn start1_of_concurrent_starts_with_one_token_one_is_stored(store: &Arc<dyn Store>) {
    for round in 0..5 {
        let mut tasks = tokio::task::JoinSet::new();
        for number in 0..12 {
            let store = Arc::clone(store);
            tasks.spawn(async move {
                let mut sample = Sample::new(1 + round * 100 + number, &[]);
                let mut change = sample.start_in_session(1 + round * 100 + number, 1_000 + round);
                change.start_token = Some(start_token("double", 1_000 + round, 1));
                store.commit(organization_id(1), change).await.map(|_| sample.id())
            });
        }
        let (mut stored, mut used) = (Vec::new(), Vec::new());
        for result in tasks.join_all().await {
            match result {
                Ok(id) => stored.push(id),
                Err(CommitError::StartTokenUsed(earlier)) => used.push(earlier.conversation_id),
                Err(error) => panic!("{error}"),
            }
        }
        assert_eq!((stored.len(), used.len()), (1, 11), "round {round}");
        assert!(used.iter().all(|id| *id == stored[0]));
        let session = store.find_session(organization_id(1), deployment_id(1), token(1_000 + round)).await;
        assert_eq!(session.expect("a read").map(|session| session.conversation_id), Some(stored[0]));
    }
}

/// START1: the same text is another token for another owner or deployment.
pub async fn start1_tokens_are_bound_to_deployment_and_owner(store: &Arc<dyn Store>) {
    for (number, deployment, owner) in [(1, 1, 1), (2, 1, 2), (3, 2, 1)] {
        let mut sample = Sample::new(number, &[]).at(1, deployment);
        let mut change = sample.start();
        change.start_token = Some(start_token("s-1", owner, number as u8));
        commit(store, organization_id(1), change).await;
    }
    for (number, deployment, owner) in [(1, 1, 1), (2, 1, 2), (3, 2, 1)] {
        let found = find(store, deployment, owner, "s-1").await.expect("a start");
        assert_eq!(found.body_hash, [number; 32]);
    }
    let foreign = store.find_start(organization_id(2), deployment_id(1), token(1), "s-1").await;
    assert_eq!(foreign.expect("a read"), None);
}

/// START1: kept for 24 hours, and longer while the conversation is open.
pub async fn start1_tokens_are_kept_while_the_conversation_is_open(store: &Arc<dyn Store>) {
    const DAY: i64 = 86_400;
    let (mut open, mut ended) = (Sample::new(1, &[]), Sample::new(2, &[]));
    for (sample, text) in [(&mut open, "open"), (&mut ended, "ended")] {
        let mut change = sample.start();
        change.start_token = Some(start_token(text, 1, 1));
        commit(store, organization_id(1), change).await;
    }
    commit(store, organization_id(1), ended.end()).await;
    store.purge(time(DAY)).await.expect("a purge");
    assert!(find(store, 1, 1, "open").await.is_some());
    assert!(find(store, 1, 1, "ended").await.is_some(), "24 hours are not over");
    store.purge(time(DAY + 10)).await.expect("a purge");
    assert!(find(store, 1, 1, "open").await.is_some());
    assert!(find(store, 1, 1, "ended").await.is_none());
    commit(store, organization_id(1), open.end()).await;
    store.purge(time(2 * DAY)).await.expect("a purge");
    assert!(find(store, 1, 1, "open").await.is_none());
    // What is forgotten can be used again.
    let mut again = Sample::new(3, &[]);
    let mut change = again.start();
    change.start_token = Some(start_token("open", 1, 9));
    commit(store, organization_id(1), change).await;
}
