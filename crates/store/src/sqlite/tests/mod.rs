//! What is true of every store, and what only a file can show.

mod analytics;
mod audit;
mod faults;
mod files;
mod folders;
mod jobs;
mod migrations;
mod readers;

use std::path::Path;

use waybill_model::{AgentState, Change, JobOutcome, OrganizationId, Presence, UserId};

use crate::{
    Committed, SqliteOptions, SqliteStore, Store, WorkStore,
    conformance::{
        Sample,
        sample::{job, job_id, plain_id, start_token, time},
    },
};

/// The suite as a server runs it.
mod with_memory {
    use crate::SqliteStore;

    crate::store_conformance!(async { SqliteStore::in_memory().unwrap() });
}

/// The suite without any memory: every read comes from the file.
mod from_the_file {
    use crate::{SqliteOptions, SqliteStore};

    crate::store_conformance!(async {
        let options = SqliteOptions { conversation_bytes: 0, log_bytes: 0, ..SqliteOptions::default() };
        SqliteStore::in_memory_with(options).unwrap()
    });
}

/// The suite with a log that is forgotten at once while conversations stay: what memory answers must be what the file says.
mod with_a_short_log {
    use crate::{SqliteOptions, SqliteStore};

    crate::store_conformance!(async {
        let options = SqliteOptions { log_bytes: 3_000, ..SqliteOptions::default() };
        SqliteStore::in_memory_with(options).unwrap()
    });
}

fn open(folder: &Path) -> SqliteStore {
    SqliteStore::open(folder, SqliteOptions { epoch: 7, ..SqliteOptions::default() }).unwrap()
}

async fn commit(store: &SqliteStore, organization: OrganizationId, change: Change) -> Committed {
    store.commit(organization, change).await.unwrap()
}

/// Some conversations with everything that a start and what follows can write.
async fn fill(store: &SqliteStore, count: u64) -> Vec<Sample> {
    let mut samples = Vec::new();
    for number in 1..=count {
        let id = format!("CRM-{number}");
        let mut sample = Sample::new(number, &[("crmCustomerId", id.as_str().into())]);
        let mut change = sample.start_in_session(number, number);
        change.start_token = Some(start_token(&format!("s-{number}"), number, 1));
        change.jobs = vec![job(number, 0), job(number + 1_000, 0)];
        commit(store, sample.organization(), change).await;
        let changes = [
            sample.message_with_id("Where is my parcel?", "m-1"),
            sample.set("plan", Some("gold".into())),
            sample.message("And my invoice?"),
        ];
        for change in changes {
            commit(store, sample.organization(), change).await;
        }
        if number % 3 == 0 {
            let change = sample.end();
            commit(store, sample.organization(), change).await;
        }
        let (organization, dead) = (sample.organization(), JobOutcome::Dead { reason: "no answer".to_owned() });
        store.settle_job(organization, job_id(number + 1_000), dead, time(1)).await.unwrap();
        store.put_agent_state(agent_state(organization, number)).await.unwrap();
        samples.push(sample);
    }
    samples
}

fn agent_state(organization_id: OrganizationId, number: u64) -> AgentState {
    AgentState {
        organization_id,
        user_id: UserId::new(plain_id(number)),
        presence: Presence::OnQueue,
        presence_since: time(1),
        not_responding: false,
        idle_since: time(2),
        gone_since: None,
    }
}

/// Everything of the samples stands in the store.
async fn check_all(store: &SqliteStore, samples: &[Sample]) {
    for sample in samples {
        let organization = sample.organization();
        let found = store.find_conversation(organization, sample.id()).await.unwrap();
        assert_eq!(found.as_deref(), Some(&sample.conversation));
        let log = store.list_conversation_log(organization, sample.id()).await.unwrap();
        let bodies: Vec<_> = log.iter().map(|event| &event.body).collect();
        assert_eq!(bodies, sample.events.iter().map(|event| &event.body).collect::<Vec<_>>());
    }
}
