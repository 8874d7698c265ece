//! Work that must happen, and who does it: jobs, agents, and the conversations that routing must know.

use std::sync::Arc;

use async_trait::async_trait;
use waybill_model::{
    AgentState, ClaimedJob, Conversation, DeadJob, Job, JobId, JobOutcome, OrganizationId, Time, UserId,
};

use crate::{PagePosition, StoreError};

/// What a claim came to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ClaimedJobs {
    /// Jobs to work on, earliest due first.
    pub jobs: Vec<ClaimedJob>,
    /// The earliest time at which there may be something else to claim, as far as time alone brings it: a job's due time,
    /// or the end of an earlier claim. It has passed where the limit left some out.
    pub next_due: Option<Time>,
}

/// Jobs, agents, and what a routing board is made of.
#[async_trait]
pub trait WorkStore: Send + Sync + 'static {
    /// Jobs that are due and that nobody works on, of every tenant, earliest due first (then by number), claimed until
    /// `until`: they are offered again after that unless they were fulfilled or settled. Writes nothing when there is none.
    ///
    /// Due jobs of one conversation are claimed one after another by number: ask again whenever one was fulfilled or
    /// settled, for the next may stand behind it. A restart ends every claim. At most 1000.
    async fn claim_jobs(&self, now: Time, until: Time, limit: u32) -> Result<ClaimedJobs, StoreError>;
    /// What became of a job that no commit fulfilled. One that is gone stays gone.
    async fn settle_job(
        &self,
        organization: OrganizationId,
        id: JobId,
        outcome: JobOutcome,
        now: Time,
    ) -> Result<(), StoreError>;
    /// Jobs that stand there, claimed or not, earliest due first (for tests and tools).
    async fn list_jobs(&self, organization: OrganizationId, limit: u32) -> Result<Vec<Job>, StoreError>;
    /// Dead jobs with their numbers, newest first, before a number; at most `limit` (capped at 1000).
    async fn list_dead_jobs(
        &self,
        organization: OrganizationId,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<(u64, DeadJob)>, StoreError>;
    /// Takes a dead job up again, as if it had never been claimed; false when it is not there.
    async fn revive_job(&self, organization: OrganizationId, id: JobId, due_at: Time) -> Result<bool, StoreError>;

    /// Keeps what an agent is doing. It is no administration: no audit row tells of it.
    async fn put_agent_state(&self, state: AgentState) -> Result<(), StoreError>;
    /// What an agent was doing last.
    async fn find_agent_state(
        &self,
        organization: OrganizationId,
        user: UserId,
    ) -> Result<Option<AgentState>, StoreError>;
    /// Every agent of a tenant that was ever seen.
    async fn list_agent_states(&self, organization: OrganizationId) -> Result<Vec<AgentState>, StoreError>;
    /// Forgets an agent; an unknown one is fine.
    async fn forget_agent_state(&self, organization: OrganizationId, user: UserId) -> Result<(), StoreError>;

    /// Conversations that a routing board must know, oldest start first, at most `limit` (capped at 200): those that wait
    /// in a queue, those that an agent has or is alerted to, and ended ones for which somebody owes a wrap-up.
    async fn list_routed_conversations(
        &self,
        organization: OrganizationId,
        after: Option<PagePosition>,
        limit: u32,
    ) -> Result<Vec<Arc<Conversation>>, StoreError>;
    /// The same of one agent: what it has, is alerted to, or owes a wrap-up for.
    async fn list_conversations_of_agent(
        &self,
        organization: OrganizationId,
        user: UserId,
        limit: u32,
    ) -> Result<Vec<Arc<Conversation>>, StoreError>;
}
