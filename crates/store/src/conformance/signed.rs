//! Signed tokens: each is spent in the commit that stores what it says.

use std::sync::Arc;

use waybill_model::SpentToken;

use super::{
    Sample,
    commits::commit,
    sample::{deployment_id, organization_id, start_token, time},
};
use crate::{CommitError, Store};

fn spent(number: u8, ends_after: i64) -> SpentToken {
    SpentToken { jti_hash: [number; 32], expires_at: time(ends_after) }
}

async fn is_spent(store: &Arc<dyn Store>, tenant: u64, deployment: u64, number: u8) -> bool {
    let found = store.token_is_spent(organization_id(tenant), deployment_id(deployment), [number; 32]).await;
    found.expect("a read")
}

/// SIG5: a second start with the token stores nothing; the token of another deployment is another one.
pub async fn sig5_a_token_is_spent_with_what_it_says(store: &Arc<dyn Store>) {
    assert!(!is_spent(store, 1, 1, 1).await);
    let mut first = Sample::new(1, &[]);
    let mut change = first.start();
    change.spent_token = Some(spent(1, 600));
    commit(store, first.organization(), change).await;
    assert!(is_spent(store, 1, 1, 1).await);
    assert!(!is_spent(store, 1, 1, 2).await && !is_spent(store, 1, 2, 1).await && !is_spent(store, 2, 1, 1).await);

    let before = store.newest_position().await.expect("a read");
    let mut second = Sample::new(2, &[]);
    let mut change = second.start();
    change.start_token = Some(start_token("s-2", 2, 1));
    change.spent_token = Some(spent(1, 600));
    let error = store.commit(organization_id(1), change).await.expect_err("a spent token");
    assert!(matches!(error, CommitError::TokenSpent), "{error}");
    assert!(store.find_conversation(organization_id(1), second.id()).await.expect("a read").is_none());
    assert_eq!(store.newest_position().await.expect("a read"), before);

    let mut elsewhere = Sample::new(3, &[]).at(1, 2);
    let mut change = elsewhere.start();
    change.spent_token = Some(spent(1, 600));
    commit(store, organization_id(1), change).await;
}

/// SIG5, START1: a used start token is answered before the signed token is looked at.
pub async fn sig5_a_used_start_token_comes_before_a_spent_one(store: &Arc<dyn Store>) {
    let mut sample = Sample::new(1, &[]);
    let mut change = sample.start();
    change.start_token = Some(start_token("s-1", 1, 1));
    change.spent_token = Some(spent(1, 600));
    commit(store, sample.organization(), change.clone()).await;
    let error = store.commit(sample.organization(), change).await.expect_err("a used token");
    assert!(matches!(error, CommitError::StartTokenUsed(_)), "{error}");
}

/// SIG5: a commit that fails for another reason spends nothing.
pub async fn sig5_a_commit_that_fails_spends_nothing(store: &Arc<dyn Store>) {
    let mut sample = Sample::new(1, &[]);
    let start = sample.start();
    commit(store, sample.organization(), start.clone()).await;
    let mut again = start;
    again.spent_token = Some(spent(1, 600));
    let error = store.commit(sample.organization(), again).await.expect_err("an old version");
    assert!(matches!(error, CommitError::Conflict { .. }), "{error}");
    assert!(!is_spent(store, 1, 1, 1).await);
}

/// SIG5: starts that arrive together with one token make one conversation.
pub async fn sig5_of_concurrent_starts_with_one_token_one_is_stored(store: &Arc<dyn Store>) {
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..12 {
        let store = Arc::clone(store);
        tasks.spawn(async move {
            let mut change = Sample::new(number + 1, &[]).start();
            change.spent_token = Some(spent(7, 600));
            store.commit(organization_id(1), change).await.map(drop)
        });
    }
    let results = tasks.join_all().await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    assert!(results.iter().all(|result| matches!(result, Ok(()) | Err(CommitError::TokenSpent))));
}

/// SIG5: what has ended is forgotten, what has not stays.
pub async fn sig5_ended_tokens_are_purged(store: &Arc<dyn Store>) {
    for (number, ends_after) in [(1, 600), (2, 1_200)] {
        let mut sample = Sample::new(u64::from(number), &[]);
        let mut change = sample.start();
        change.spent_token = Some(spent(number, ends_after));
        commit(store, sample.organization(), change).await;
    }
    store.purge(time(599)).await.expect("a purge");
    assert!(is_spent(store, 1, 1, 1).await && is_spent(store, 1, 1, 2).await);
    store.purge(time(600)).await.expect("a purge");
    assert!(!is_spent(store, 1, 1, 1).await && is_spent(store, 1, 1, 2).await);
}
