//! What every store can take back: values of a conversation, from its log and from everything that follows from it.

use async_trait::async_trait;
use uuid::Uuid;
use waybill_model::{
    Change, ConversationId, DeploymentId, ErasedConversation, Event, OrganizationId, RetentionClass, Time,
};

use crate::{CommitError, Committed, PagePosition, StoreError};

/// One conversation's erasure (LOG6): its own event, and what is written again in the same transaction.
#[derive(Debug, Clone)]
pub struct Erasure {
    /// The commit of the event `erased`, with the snapshot after it.
    pub change: Change,
    /// Records of the conversation's log as they stand from now on.
    pub rewritten: Vec<Event>,
    /// Kept answers of starts as they stand from now on; `None` for those that go.
    pub answers: Vec<(u64, Option<String>)>,
    /// Page paths that repeated a value: analytics forgets their names.
    pub pages: Vec<String>,
    /// The certificate.
    pub certificate: Uuid,
    /// Its line; the store puts the position in.
    pub line: ErasedConversation,
    /// What need not be looked for again once the conversation has ended.
    pub done: Option<RetentionClass>,
}

/// A kept answer of a start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartAnswer {
    /// Where it is kept.
    pub number: u64,
    /// The start token.
    pub token: String,
    /// The answer, as JSON text.
    pub answer: String,
}

/// Conversations whose time is over.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DueConversations {
    /// Oldest start first.
    pub ids: Vec<ConversationId>,
    /// Where to look on; absent at the end.
    pub next: Option<PagePosition>,
}

/// Taking values back.
#[async_trait]
pub trait PrivacyStore: Send + Sync + 'static {
    /// Removes values from a conversation: payloads and checksums of its log, snapshot, lists, facts, kept answers and
    /// memory, in the transaction of the event that says so (LOG6).
    async fn erase(&self, organization: OrganizationId, erasure: Erasure) -> Result<Committed, CommitError>;

    /// The kept answers of starts that a conversation was made or taken up by.
    async fn list_start_answers(
        &self,
        organization: OrganizationId,
        conversation: ConversationId,
    ) -> Result<Vec<StartAnswer>, StoreError>;

    /// The lines of a certificate after a position, at most `limit` (capped at 1000).
    async fn list_erasures(
        &self,
        organization: OrganizationId,
        certificate: Uuid,
        after: u64,
        limit: u32,
    ) -> Result<Vec<ErasedConversation>, StoreError>;

    /// Conversations whose context, now or once, may hold a text: one stretch of the log after a position. The position
    /// that it got to, none at the end of the log.
    async fn find_mentions(
        &self,
        organization: OrganizationId,
        text: String,
        after: u64,
    ) -> Result<(Vec<ConversationId>, Option<u64>), StoreError>;

    /// Removes stored questions of analytics that name a text; says how many went.
    async fn forget_questions(&self, organization: OrganizationId, text: String) -> Result<u64, StoreError>;

    /// Conversations of a deployment that ended before a time and still have something of a class, one step after a place.
    async fn list_due(
        &self,
        organization: OrganizationId,
        deployment: DeploymentId,
        ended_before: Time,
        class: RetentionClass,
        after: Option<PagePosition>,
    ) -> Result<DueConversations, StoreError>;

    /// The same for a single key.
    async fn list_due_key(
        &self,
        organization: OrganizationId,
        deployment: DeploymentId,
        ended_before: Time,
        key: String,
        after: Option<PagePosition>,
    ) -> Result<DueConversations, StoreError>;

    /// Notes that nothing of a class is left in conversations, so that they are not looked at again.
    async fn note_retained(
        &self,
        organization: OrganizationId,
        conversations: Vec<ConversationId>,
        class: RetentionClass,
    ) -> Result<(), StoreError>;

    /// Leaves nothing of what was written over: no old bytes in the write-ahead log. `false` when a reader stood in the way;
    /// then it is worth asking again.
    async fn settle(&self) -> Result<bool, StoreError>;
}
