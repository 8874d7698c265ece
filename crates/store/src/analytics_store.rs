//! What every store answers about many conversations at once. Like the log's projections it is true as soon as a commit
//! is acknowledged.

use std::sync::Arc;

use async_trait::async_trait;
use uuid::Uuid;
use waybill_model::{
    Conversation, ConversationId, DeploymentId, OrganizationId, Time,
    analytics::{
        AnalyticsDocument, CompletenessGroup, Dimension, Handling, HandlingRow, Presence, RefusedStarts, Selection,
        Sorting, Span, Taken, Tally, TallyRow,
    },
};

use crate::StoreError;

/// A conversation that a selection found.
#[derive(Debug, Clone)]
pub struct FoundConversation {
    /// The conversation as it stands.
    pub conversation: Arc<Conversation>,
    /// How it ended, in the log's words.
    pub ending: Option<String>,
    /// What was measured of it, by time.
    pub taken: Vec<Taken>,
}

/// A page of what a selection finds.
#[derive(Debug, Clone)]
pub struct FoundPage {
    /// The conversations.
    pub conversations: Vec<FoundConversation>,
    /// How many there are in all.
    pub total: u64,
}

/// Questions about many conversations, and the documents that belong to them. Every method that asks for more than the
/// store can hold in memory answers [`StoreError::TooWide`].
#[async_trait]
pub trait AnalyticsStore: Send + Sync + 'static {
    /// One page of what a selection finds: so many are left out, then at most so many (capped at 200).
    async fn select_conversations(
        &self,
        organization: OrganizationId,
        selection: Selection,
        sorting: Sorting,
        offset: u64,
        limit: u32,
    ) -> Result<FoundPage, StoreError>;

    /// The ids of what a selection finds, oldest start first, at most so many.
    async fn select_ids(
        &self,
        organization: OrganizationId,
        selection: Selection,
        most: usize,
    ) -> Result<Vec<ConversationId>, StoreError>;

    /// Conversations with how they ended, in the order of the ids; unknown ones are left out.
    async fn find_details(
        &self,
        organization: OrganizationId,
        ids: Vec<ConversationId>,
    ) -> Result<Vec<FoundConversation>, StoreError>;

    /// Numbers by group and stretch of time; groups and stretches without conversations are left out.
    async fn tally(&self, organization: OrganizationId, tally: Tally) -> Result<Vec<TallyRow>, StoreError>;

    /// What was measured, by group and stretch of time; what nobody measured is left out.
    async fn count_handling(
        &self,
        organization: OrganizationId,
        question: Handling,
    ) -> Result<Vec<HandlingRow>, StoreError>;

    /// What became of every key, by deployment and, where one is given, by one dimension more.
    async fn count_completeness(
        &self,
        organization: OrganizationId,
        selection: Selection,
        by: Option<Dimension>,
    ) -> Result<Vec<CompletenessGroup>, StoreError>;

    /// Starts that were refused, by deployment, page and SDK version; of these deployments or all.
    async fn count_refused_starts(
        &self,
        organization: OrganizationId,
        deployments: Option<Vec<DeploymentId>>,
        span: Span,
    ) -> Result<Vec<RefusedStarts>, StoreError>;

    /// In how many conversations keys are stored; the span is taken as whole hours.
    async fn count_presence(
        &self,
        organization: OrganizationId,
        wanted: Vec<(DeploymentId, Vec<String>)>,
        span: Span,
    ) -> Result<Vec<Presence>, StoreError>;

    /// Keeps a document in the place of the one before.
    async fn put_document(&self, organization: OrganizationId, document: AnalyticsDocument) -> Result<(), StoreError>;
    /// A document by id.
    async fn find_document(
        &self,
        organization: OrganizationId,
        kind: &'static str,
        id: Uuid,
    ) -> Result<Option<AnalyticsDocument>, StoreError>;
    /// Documents of one kind, newest first, at most so many (capped at 1000).
    async fn list_documents(
        &self,
        organization: OrganizationId,
        kind: &'static str,
        limit: u32,
    ) -> Result<Vec<AnalyticsDocument>, StoreError>;
    /// Documents of every tenant about which something has still to be done, oldest first (the server's own loops).
    async fn list_open_documents(
        &self,
        kind: &'static str,
    ) -> Result<Vec<(OrganizationId, AnalyticsDocument)>, StoreError>;
    /// Takes a document away, and what it has found; unknown ones are fine.
    async fn delete_document(
        &self,
        organization: OrganizationId,
        kind: &'static str,
        id: Uuid,
    ) -> Result<(), StoreError>;

    /// Keeps what a job has found next, from this position on; the same again changes nothing.
    async fn append_results(
        &self,
        organization: OrganizationId,
        job: Uuid,
        position: u64,
        ids: Vec<ConversationId>,
    ) -> Result<(), StoreError>;
    /// What a job has found from a position on, at most so many.
    async fn list_results(
        &self,
        organization: OrganizationId,
        job: Uuid,
        position: u64,
        limit: u32,
    ) -> Result<Vec<ConversationId>, StoreError>;

    /// Takes documents away whose time is over.
    async fn purge_documents(&self, now: Time) -> Result<(), StoreError>;
}
