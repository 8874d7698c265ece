//! `WorkStore` for SQLite: a claim looks first and writes only where there is something.

use std::sync::Arc;

use async_trait::async_trait;
use parking_lot::Mutex;
use rusqlite::Connection;
use waybill_model::{AgentState, Conversation, DeadJob, Job, JobId, JobOutcome, OrganizationId, Time, UserId};

use super::{
    SqliteStore, agents, dead_jobs,
    fault::Fault,
    jobs::{self, Look},
    lists::{self, Walk},
    trait_impl::MOST_CONVERSATIONS,
};
use crate::{ClaimedJobs, PagePosition, StoreError, WorkStore};

#[async_trait]
impl WorkStore for SqliteStore {
    async fn claim_jobs(&self, now: Time, until: Time, limit: u32) -> Result<ClaimedJobs, StoreError> {
        match self.readers.read(move |connection| jobs::look(connection, now)).await? {
            Look::None(next_due) => Ok(ClaimedJobs { jobs: Vec::new(), next_due }),
            Look::Some => self.write_and_tell(move |connection| jobs::claim(connection, now, until, limit)).await,
        }
    }

    async fn settle_job(
        &self,
        organization: OrganizationId,
        id: JobId,
        outcome: JobOutcome,
        now: Time,
    ) -> Result<(), StoreError> {
        self.write(move |connection| jobs::settle(connection, organization, id, &outcome, now)).await
    }

    async fn list_jobs(&self, organization: OrganizationId, limit: u32) -> Result<Vec<Job>, StoreError> {
        self.readers.read(move |connection| jobs::list(connection, organization, limit)).await
    }

    async fn list_dead_jobs(
        &self,
        organization: OrganizationId,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<(u64, DeadJob)>, StoreError> {
        self.readers.read(move |connection| dead_jobs::list(connection, organization, before, limit)).await
    }

    async fn revive_job(&self, organization: OrganizationId, id: JobId, due_at: Time) -> Result<bool, StoreError> {
        self.write_and_tell(move |connection| dead_jobs::revive(connection, organization, id, due_at)).await
    }

    async fn put_agent_state(&self, state: AgentState) -> Result<(), StoreError> {
        self.write(move |connection| agents::put(connection, &state)).await
    }

    async fn find_agent_state(
        &self,
        organization: OrganizationId,
        user: UserId,
    ) -> Result<Option<AgentState>, StoreError> {
        self.readers.read(move |connection| agents::find(connection, organization, user)).await
    }

    async fn list_agent_states(&self, organization: OrganizationId) -> Result<Vec<AgentState>, StoreError> {
        self.readers.read(move |connection| agents::list(connection, organization)).await
    }

    async fn forget_agent_state(&self, organization: OrganizationId, user: UserId) -> Result<(), StoreError> {
        self.write(move |connection| agents::forget(connection, organization, user)).await
    }

    async fn list_routed_conversations(
        &self,
        organization: OrganizationId,
        after: Option<PagePosition>,
        limit: u32,
    ) -> Result<Vec<Arc<Conversation>>, StoreError> {
        let published = Arc::clone(&self.published);
        let limit = limit.min(MOST_CONVERSATIONS) as usize;
        self.readers
            .read(move |connection| {
                lists::list_routed(connection, &published.conversations, Walk { organization, after, limit })
            })
            .await
    }

    async fn list_conversations_of_agent(
        &self,
        organization: OrganizationId,
        user: UserId,
        limit: u32,
    ) -> Result<Vec<Arc<Conversation>>, StoreError> {
        let published = Arc::clone(&self.published);
        let limit = limit.min(MOST_CONVERSATIONS) as usize;
        let walk = Walk { organization, after: None, limit };
        self.readers
            .read(move |connection| lists::list_of_agent(connection, &published.conversations, walk, user))
            .await
    }
}

impl SqliteStore {
    /// An administrative write that has something to tell.
    async fn write_and_tell<T, F>(&self, mut write: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnMut(&Connection) -> Result<T, Fault> + Send + 'static,
    {
        let told = Arc::new(Mutex::new(None));
        let teller = Arc::clone(&told);
        // A group that is done again tells again: the last word counts.
        self.write(move |connection| {
            *teller.lock() = Some(write(connection)?);
            Ok(())
        })
        .await?;
        let told = told.lock().take();
        told.ok_or_else(|| StoreError::Unavailable("a write that was made told nothing".to_owned()))
    }
}
