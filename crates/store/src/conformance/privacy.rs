//! Taking values back: an erasure writes everything before it again, or nothing (LOG6).

use std::sync::Arc;

use uuid::Uuid;
use waybill_model::{
    Actor, Change, ErasedConversation, Event, EventBody, Head, JobOutcome, NewEvent, RetentionClass, Scalar,
};

use super::{
    Sample,
    commits::commit,
    sample::{deployment_id, job, job_id, organization_id, start_token, time},
};
use crate::{CommitError, ConversationFilter, Erasure, LogScope, Store};

const VALUE: &str = "CRM-ERASED-1";

fn certificate() -> Uuid {
    Uuid::from_u128(0x0C)
}

/// The erasure of everything that a sample's context holds.
async fn erasure(store: &Arc<dyn Store>, sample: &Sample) -> Erasure {
    let organization = sample.organization();
    let standing = store.find_conversation(organization, sample.id()).await.expect("a read").expect("it is there");
    let log = store.list_conversation_log(organization, sample.id()).await.expect("a read");
    let mut rewritten = Vec::new();
    for event in &log {
        let mut event = Event::clone(event);
        match &mut event.body {
            EventBody::Started { conversation, .. } => {
                conversation.participants.iter_mut().for_each(|one| one.context.stored.clear());
                rewritten.push(event);
            }
            EventBody::ParticipantJoined { participant } => {
                participant.context.stored.clear();
                rewritten.push(event);
            }
            EventBody::MessageAdded { message } => {
                message.text.clear();
                rewritten.push(event);
            }
            _ => {}
        }
    }
    let mut snapshot = (*standing).clone();
    snapshot.participants.iter_mut().for_each(|one| one.context.stored.clear());
    snapshot.seq += 1;
    let keys = vec!["crmCustomerId".to_owned()];
    let body = EventBody::Erased { certificate: certificate(), keys: keys.clone(), messages: 1 };
    let (seq, at) = (snapshot.seq, standing.last_at.plus_millis(1));
    snapshot.last_at = at;
    let change = Change {
        conversation_id: standing.id,
        deployment_id: standing.deployment_id,
        head: Head { expected_seq: standing.seq, seq, last_at: at },
        events: vec![NewEvent { conversation_seq: seq, at, by: Actor::Server, body }],
        snapshot: Some(snapshot),
        jobs: Vec::new(),
        fulfils: None,
        session: None,
        start_token: None,
        spent_token: None,
    };
    let line = ErasedConversation {
        conversation_id: standing.id,
        at,
        position: 0,
        keys,
        quarantined: 0,
        messages: 1,
        events: rewritten.len() as u64,
        start_tokens: 0,
    };
    Erasure {
        change,
        rewritten,
        answers: Vec::new(),
        pages: Vec::new(),
        certificate: certificate(),
        line,
        done: Some(RetentionClass::Everything),
    }
}

fn crm() -> Vec<(&'static str, Scalar)> {
    vec![("crmCustomerId", Scalar::from(VALUE))]
}

/// LOG6: log, snapshot, lists, kept answers and the memory of the log hold nothing of it; positions stay.
pub async fn log6_an_erasure_writes_again_what_came_before_it(store: &Arc<dyn Store>) {
    let mut sample = Sample::new(1, &crm());
    let mut start = sample.start();
    start.start_token = Some(start_token("s-1", 1, 1));
    commit(store, sample.organization(), start).await;
    commit(store, sample.organization(), sample.message("erase these words")).await;
    let organization = sample.organization();
    let page = async || store.list_events(organization, LogScope::Organization, 0, 100).await.expect("a read").events;
    let before = page().await;
    let kept = store.list_start_answers(organization, sample.id()).await.expect("a read");
    assert_eq!(kept.len(), 1);
    let erasure = Erasure { answers: vec![(kept[0].number, Some("{}".to_owned()))], ..erasure(store, &sample).await };
    let committed = store.erase(organization, erasure).await.expect("an erasure");
    assert_eq!(committed.cursor().seq, before.last().expect("events").seq + 1);
    let after = page().await;
    let positions = |events: &[Arc<Event>]| -> Vec<(u64, &'static str)> {
        events.iter().map(|event| (event.seq, event.body.kind())).collect()
    };
    assert_eq!(positions(&after[..before.len()]), positions(&before));
    assert_eq!(after.last().map(|event| event.body.kind()), Some("erased"));
    let own = store.list_conversation_log(organization, sample.id()).await.expect("a read");
    for events in [&after, &own] {
        let told = format!("{events:?}");
        assert!(!told.contains(VALUE) && !told.contains("erase these words"), "{told}");
    }
    let standing = store.find_conversation(organization, sample.id()).await.expect("a read").expect("it is there");
    assert!(!format!("{standing:?}").contains(VALUE));
    let attribute = Some(("crmCustomerId".to_owned(), None));
    let filter = ConversationFilter { attribute, ..ConversationFilter::default() };
    assert!(store.list_conversations(organization, filter, None, 10).await.expect("a read").is_empty());
    assert_eq!(store.list_start_answers(organization, sample.id()).await.expect("a read")[0].answer, "{}");
    let lines = store.list_erasures(organization, certificate(), 0, 10).await.expect("a read");
    assert_eq!(lines.iter().map(|line| line.position).collect::<Vec<_>>(), [committed.cursor().seq]);
    assert!(store.list_erasures(organization_id(2), certificate(), 0, 10).await.expect("a read").is_empty());
    assert!(store.settle().await.expect("a checkpoint"));
}

/// LOG6, LOG2: an erasure that was decided on an older state writes nothing, and none reaches into another conversation.
pub async fn log6_an_erasure_is_whole_or_nothing(store: &Arc<dyn Store>) {
    let (mut sample, mut other) = (Sample::new(1, &crm()), Sample::new(2, &crm()));
    commit(store, sample.organization(), sample.start()).await;
    commit(store, other.organization(), other.start()).await;
    let organization = sample.organization();
    let stale = erasure(store, &sample).await;
    commit(store, organization, sample.message("in between")).await;
    let error = store.erase(organization, stale).await.expect_err("an old state");
    assert!(matches!(error, CommitError::Conflict { .. }), "{error}");
    let foreign = erasure(store, &other).await;
    let mixed = Erasure { rewritten: foreign.rewritten, ..erasure(store, &sample).await };
    store.erase(organization, mixed).await.expect_err("another conversation's records");
    let standing = store.find_conversation(organization, sample.id()).await.expect("a read").expect("it is there");
    assert_eq!(standing.seq, sample.conversation.seq);
    let told = format!("{:?}", store.list_conversation_log(organization, other.id()).await.expect("a read"));
    assert!(told.contains(VALUE), "nothing was written");
    assert!(store.list_erasures(organization, certificate(), 0, 10).await.expect("a read").is_empty());
}

/// LOG6: what waits to be done for a conversation goes with its values, dead or not; what comes with the erasure stays.
pub async fn log6_an_erasure_takes_jobs_along(store: &Arc<dyn Store>) {
    let (mut sample, mut other) = (Sample::new(1, &crm()), Sample::new(2, &crm()));
    let mut start = sample.start();
    start.jobs.extend([job(1, 0), job(2, 0)]);
    commit(store, sample.organization(), start).await;
    let mut start = other.start();
    start.jobs.extend([job(3, 0), job(4, 0)]);
    commit(store, other.organization(), start).await;
    let organization = sample.organization();
    for number in [1, 3] {
        let dead = JobOutcome::Dead { reason: "no".to_owned() };
        store.settle_job(organization, job_id(number), dead, time(1)).await.expect("a write");
    }
    let mut erasure = erasure(store, &sample).await;
    erasure.change.jobs.push(job(5, 9));
    store.erase(organization, erasure).await.expect("an erasure");
    assert_eq!(store.list_jobs(organization, 10).await.expect("a read"), [job(4, 0), job(5, 9)]);
    let dead = store.list_dead_jobs(organization, None, 10).await.expect("a read");
    assert_eq!(dead.iter().map(|(_, dead)| dead.claimed.job.id).collect::<Vec<_>>(), [job_id(3)]);
    assert!(!store.revive_job(organization, job_id(1), time(9)).await.expect("a write"));
}

/// PRIV7: what has ended is due once its time is over, until it is noted.
pub async fn priv7_due_conversations_are_found_once(store: &Arc<dyn Store>) {
    let (mut ended, mut runs) = (Sample::new(1, &crm()), Sample::new(2, &crm()));
    for sample in [&mut ended, &mut runs] {
        commit(store, sample.organization(), sample.start()).await;
    }
    commit(store, ended.organization(), ended.end()).await;
    let organization = ended.organization();
    let due = async |deployment: u64, before: i64| {
        let (deployment, before) = (deployment_id(deployment), time(before));
        let class = RetentionClass::Personal;
        let found = store.list_due(organization, deployment, before, class, None).await.expect("a read");
        let key = store.list_due_key(organization, deployment, before, "crmCustomerId".to_owned(), None).await;
        assert!(found.next.is_none());
        (found.ids, key.expect("a read").ids)
    };
    assert_eq!(due(1, 1_000_000).await, (vec![ended.id()], vec![ended.id()]));
    assert_eq!(due(1, 0).await, (vec![], vec![]), "its time is not over");
    assert_eq!(due(2, 1_000_000).await, (vec![], vec![]), "another deployment");
    let noted = vec![ended.id()];
    store.note_retained(organization, noted, RetentionClass::Messages).await.expect("a write");
    assert_eq!(due(1, 1_000_000).await.0, [ended.id()], "another class");
    store.erase(organization, erasure(store, &ended).await).await.expect("an erasure");
    assert_eq!(due(1, 1_000_000).await, (vec![], vec![]));
}

/// PRIV6: a text is found wherever context holds it, now or once, escaped or not.
pub async fn priv6_mentions_are_found_in_the_whole_log(store: &Arc<dyn Store>) {
    let text = "a \"quoted\" Zoë\\";
    let mut sample = Sample::new(1, &[("crmCustomerId", Scalar::from(text))]);
    commit(store, sample.organization(), sample.start()).await;
    commit(store, sample.organization(), sample.set("crmCustomerId", Some(Scalar::from("another")))).await;
    commit(store, sample.organization(), sample.message("only said")).await;
    let found = async |tenant: u64, text: &str| {
        let found = store.find_mentions(organization_id(tenant), text.to_owned(), 0).await.expect("a read");
        assert_eq!(found.1, None, "the log is short");
        found.0
    };
    assert_eq!(found(1, text).await, [sample.id()]);
    assert_eq!(found(1, "another").await, [sample.id()]);
    assert!(found(1, "only said").await.is_empty() && found(2, text).await.is_empty());
}
