//! The trait that every store fulfils. Every method takes the organization first (but the look-ups of LOG7).

use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::watch;
use uuid::Uuid;
use waybill_model::{
    AccessToken, Actor, AuditEntry, AuditRow, Change, ContextPolicy, Conversation, ConversationId, Delivery,
    DeliveryState, Deployment, DeploymentId, EntityChange, EntityRecord, Event, Mark, Message, MessageId, Organization,
    OrganizationId, QueueId, RefusalRecord, Session, SessionId, Time, TokenHash, WebhookId, WebhookLane,
};

use crate::{AnalyticsStore, CommitError, Committed, PrivacyStore, StoreError, WorkStore};

/// An earlier start with the same token (START1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredStart {
    /// The conversation that it made.
    pub conversation_id: ConversationId,
    /// Hash of the body that it came with.
    pub body_hash: [u8; 32],
    /// The answer that it was given, as JSON text.
    pub answer: String,
    /// Log position of the last event of that start's commit.
    pub position: u64,
}

/// Which part of the log a reader wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogScope {
    /// Everything of the organization.
    Organization,
    /// One conversation.
    Conversation(ConversationId),
}

/// A stretch of the log, without marks (LOG5).
#[derive(Debug, Clone)]
pub struct EventPage {
    /// In log order.
    pub events: Vec<Arc<Event>>,
    /// The position up to which this page has seen everything of its scope; read on after it.
    pub reached: u64,
}

/// Which conversations a list wants; all conditions together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConversationFilter {
    /// A canonical key and the text form of its value (CTX3, CTX5). The value `None` asks for the key alone.
    pub attribute: Option<(String, Option<String>)>,
    /// Started at or after.
    pub from: Option<Time>,
    /// Started before.
    pub to: Option<Time>,
    /// Of one deployment.
    pub deployment: Option<DeploymentId>,
    /// Waiting in one queue.
    pub queue: Option<QueueId>,
    /// From which end.
    pub order: ListOrder,
}

/// From which end conversations are listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ListOrder {
    /// The latest start first.
    #[default]
    NewestFirst,
    /// The earliest start first.
    OldestFirst,
}

/// Where a list goes on: strictly older than this conversation, or strictly newer where the oldest come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PagePosition {
    /// Its start.
    pub started_at: Time,
    /// Its id, for equal times.
    pub id: ConversationId,
}

/// A page of a session's messages, newest first.
#[derive(Debug, Clone)]
pub struct MessagePage {
    /// The messages.
    pub messages: Vec<Message>,
    /// How many there are in all.
    pub total: u64,
}

/// Which refusals a list wants.
#[derive(Debug, Clone, Default)]
pub struct RefusalFilter {
    /// Of one deployment.
    pub deployment: Option<DeploymentId>,
    /// At or after.
    pub from: Option<Time>,
    /// Before.
    pub to: Option<Time>,
    /// Strictly before this one in a newest-first list.
    pub after: Option<RefusalPosition>,
    /// At most so many, newest first.
    pub limit: u32,
}

/// Where a list of refusals goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefusalPosition {
    /// When it was refused.
    pub at: Time,
    /// Its number, for equal times.
    pub number: u64,
}

/// Which entities a list wants.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EntityFilter {
    /// Whose name contains this, whatever the case.
    pub name: Option<String>,
    /// Of these ids.
    pub ids: Option<Vec<Uuid>>,
    /// So many are left out from the beginning.
    pub offset: u64,
    /// At most so many (capped at 500).
    pub limit: u32,
}

/// A page of entities.
#[derive(Debug, Clone, Default)]
pub struct EntityPage {
    /// By name.
    pub entities: Vec<EntityRecord>,
    /// How many there are in all.
    pub total: u64,
}

/// Which deliveries of a webhook a list wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeliveryFilter {
    /// In this state; all where absent.
    pub state: Option<DeliveryState>,
    /// Which way.
    pub order: DeliveryOrder,
    /// At most so many (capped at 1000).
    pub limit: u32,
}

/// Which way a list of deliveries goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryOrder {
    /// Rising numbers, after this one.
    OldestAfter(u64),
    /// Falling numbers, before this one.
    NewestBefore(u64),
}

/// Which tokens end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revoked {
    /// One token.
    Token(TokenHash),
    /// Everything that came from one log-in.
    Family(Uuid),
    /// Everything of one user or client.
    Principal(Uuid),
}

/// One log with its projections.
#[async_trait]
pub trait Store: AnalyticsStore + PrivacyStore + WorkStore {
    /// The write door of conversations: log, snapshot, projections, jobs, session and start token in one transaction.
    /// Answers after the transaction is synced to disk.
    async fn commit(&self, organization: OrganizationId, change: Change) -> Result<Committed, CommitError>;

    /// Marks where something went (LOG5): log records without a conversation number.
    async fn record_marks(
        &self,
        organization: OrganizationId,
        marks: Vec<(ConversationId, Time, Actor, Mark)>,
    ) -> Result<(), StoreError>;

    /// A conversation as it stands now.
    async fn find_conversation(
        &self,
        organization: OrganizationId,
        id: ConversationId,
    ) -> Result<Option<Arc<Conversation>>, StoreError>;

    /// Conversations in the filter's order, at most `limit` (capped at 200).
    async fn list_conversations(
        &self,
        organization: OrganizationId,
        filter: ConversationFilter,
        after: Option<PagePosition>,
        limit: u32,
    ) -> Result<Vec<Arc<Conversation>>, StoreError>;

    /// The log after a position, at most `limit` events (capped at 1000), without marks.
    async fn list_events(
        &self,
        organization: OrganizationId,
        scope: LogScope,
        after: u64,
        limit: u32,
    ) -> Result<EventPage, StoreError>;

    /// The whole log of one conversation, marks included, in log order (history, `asOf`, trace).
    async fn list_conversation_log(
        &self,
        organization: OrganizationId,
        conversation: ConversationId,
    ) -> Result<Vec<Arc<Event>>, StoreError>;

    /// The position of the newest record in the log.
    async fn newest_position(&self) -> Result<u64, StoreError>;
    /// The position before the oldest record that is still kept; a cursor below it is too old (LOG4).
    async fn oldest_position(&self) -> Result<u64, StoreError>;
    /// The epoch of this log (LOG4).
    fn epoch(&self) -> u32;

    /// The session that a guest token reads, unless it was fenced or replaced. Asked for every guest frame: a store that
    /// owns its data alone answers known tokens from memory.
    async fn find_session(
        &self,
        organization: OrganizationId,
        deployment: DeploymentId,
        token: TokenHash,
    ) -> Result<Option<Session>, StoreError>;

    /// Takes a session's token away: nothing of it can be read any more (START2). Unknown sessions are fine.
    async fn fence_session(&self, organization: OrganizationId, session: SessionId) -> Result<(), StoreError>;

    /// Whether a session still has its token (history tokens are refused once it has not).
    async fn session_is_live(&self, organization: OrganizationId, session: SessionId) -> Result<bool, StoreError>;

    /// A session's messages and presence events, newest first.
    async fn list_session_messages(
        &self,
        organization: OrganizationId,
        session: SessionId,
        offset: u64,
        limit: u32,
    ) -> Result<MessagePage, StoreError>;

    /// A conversation's message by our own client's id (START8).
    async fn find_message_by_client_id(
        &self,
        organization: OrganizationId,
        conversation: ConversationId,
        client_id: &str,
    ) -> Result<Option<Message>, StoreError>;

    /// The latest messages of a conversation, oldest of them first, at most `limit` (capped at 1000).
    async fn list_latest_messages(
        &self,
        organization: OrganizationId,
        conversation: ConversationId,
        limit: u32,
    ) -> Result<Vec<Message>, StoreError>;

    /// A message by its id alone. Ids hold the time at which they were drawn, so that this is a short look at the log
    /// around then.
    async fn find_message(
        &self,
        organization: OrganizationId,
        id: MessageId,
    ) -> Result<Option<(ConversationId, Message)>, StoreError>;

    /// An earlier start with this token (START1).
    async fn find_start(
        &self,
        organization: OrganizationId,
        deployment: DeploymentId,
        owner: TokenHash,
        token: &str,
    ) -> Result<Option<StoredStart>, StoreError>;

    /// Whether a signed token was spent (SIG5).
    async fn token_is_spent(
        &self,
        organization: OrganizationId,
        deployment: DeploymentId,
        jti_hash: [u8; 32],
    ) -> Result<bool, StoreError>;

    /// Creates a tenant.
    async fn create_organization(&self, organization: Organization, audit: AuditEntry) -> Result<(), StoreError>;
    /// A tenant by id.
    async fn find_organization(&self, organization: OrganizationId) -> Result<Option<Organization>, StoreError>;
    /// Every tenant (the server's own start-up and folder tools; never behind a request).
    async fn list_organizations(&self) -> Result<Vec<Organization>, StoreError>;

    /// Creates a deployment; its policy becomes version 1 of its policies.
    async fn create_deployment(
        &self,
        organization: OrganizationId,
        deployment: Deployment,
        audit: AuditEntry,
    ) -> Result<(), StoreError>;
    /// Publishes a policy: the version must be the present one + 1.
    async fn publish_policy(
        &self,
        organization: OrganizationId,
        deployment: DeploymentId,
        policy: ContextPolicy,
        audit: AuditEntry,
    ) -> Result<(), StoreError>;
    /// A deployment with its present policy.
    async fn find_deployment(
        &self,
        organization: OrganizationId,
        id: DeploymentId,
    ) -> Result<Option<Deployment>, StoreError>;
    /// Changes a deployment in everything but its policy; a deleted one stays and says so. `Stale` when it is not as
    /// `before` any more.
    async fn update_deployment(
        &self,
        organization: OrganizationId,
        before: Deployment,
        after: Deployment,
        audit: AuditEntry,
    ) -> Result<(), StoreError>;
    /// The policies of a deployment that came before a version (or all), newest first, at most `limit` (capped at 200).
    async fn list_policies(
        &self,
        organization: OrganizationId,
        deployment: DeploymentId,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<ContextPolicy>, StoreError>;
    /// The starts of a deployment's conversations as the log tells them, newest first, at most `limit` (capped at 200).
    async fn list_starts(
        &self,
        organization: OrganizationId,
        deployment: DeploymentId,
        after: Option<PagePosition>,
        limit: u32,
    ) -> Result<Vec<Arc<Event>>, StoreError>;
    /// An earlier policy (LOG9).
    async fn find_policy(
        &self,
        organization: OrganizationId,
        deployment: DeploymentId,
        version: u64,
    ) -> Result<Option<ContextPolicy>, StoreError>;
    /// Every deployment of a tenant, by name.
    async fn list_deployments(&self, organization: OrganizationId) -> Result<Vec<Deployment>, StoreError>;

    /// Changes what is administered, all of it or nothing, with its audit row in the same transaction (LOG8).
    ///
    /// `Stale` when a version is not the one after the stored one, `Exists` for a unique key that is taken.
    async fn change_entities(
        &self,
        organization: OrganizationId,
        changes: Vec<EntityChange>,
        audit: AuditEntry,
    ) -> Result<(), StoreError>;
    /// An entity by id.
    async fn find_entity(
        &self,
        organization: OrganizationId,
        kind: &'static str,
        id: Uuid,
    ) -> Result<Option<EntityRecord>, StoreError>;
    /// Entities of one kind by name.
    async fn list_entities(
        &self,
        organization: OrganizationId,
        kind: &'static str,
        filter: EntityFilter,
    ) -> Result<EntityPage, StoreError>;
    /// LOG7: the tenant and id behind a unique key.
    async fn locate_entity(&self, kind: &'static str, key: &str) -> Result<Option<(OrganizationId, Uuid)>, StoreError>;

    /// Appends to the audit log what is no change of anything, such as reading personal context.
    async fn append_audit(&self, organization: OrganizationId, entry: AuditEntry) -> Result<(), StoreError>;
    /// The audit log of a tenant after a row's number, oldest first, at most `limit` (capped at 1000).
    async fn list_audit(
        &self,
        organization: OrganizationId,
        after: u64,
        limit: u32,
    ) -> Result<Vec<AuditRow>, StoreError>;

    /// Keeps tokens, and ends the ones that they are exchanged for: all or nothing. `Stale` when one of those is not there
    /// (any more): somebody else exchanged it first.
    async fn exchange_tokens(
        &self,
        organization: OrganizationId,
        tokens: Vec<AccessToken>,
        spent: Vec<TokenHash>,
    ) -> Result<(), StoreError>;
    /// A token by its hash, expired or not.
    async fn find_access_token(
        &self,
        organization: OrganizationId,
        hash: TokenHash,
    ) -> Result<Option<AccessToken>, StoreError>;
    /// Ends tokens.
    async fn revoke_tokens(&self, organization: OrganizationId, whose: Revoked) -> Result<(), StoreError>;

    /// LOG7: the tenant of a deployment.
    async fn locate_organization_by_deployment(&self, id: DeploymentId) -> Result<Option<OrganizationId>, StoreError>;
    /// LOG7: the tenant of a bearer token.
    async fn locate_organization_by_token(&self, hash: TokenHash) -> Result<Option<OrganizationId>, StoreError>;

    /// Keeps refusals (CTX11).
    async fn record_refusals(
        &self,
        organization: OrganizationId,
        refusals: Vec<RefusalRecord>,
    ) -> Result<(), StoreError>;
    /// Refusals, newest first.
    async fn list_refusals(
        &self,
        organization: OrganizationId,
        filter: RefusalFilter,
    ) -> Result<Vec<(RefusalPosition, RefusalRecord)>, StoreError>;

    /// Where the readings of the log for a webhook stand, by lane.
    async fn list_webhook_lanes(
        &self,
        organization: OrganizationId,
        webhook: WebhookId,
    ) -> Result<Vec<WebhookLane>, StoreError>;
    /// Keeps deliveries together with the place up to which the log has become deliveries: both or nothing. Makes the lane
    /// when it is not there, and removes it at its end. An event that is pending already is passed over. Without a lane,
    /// the deliveries come from elsewhere.
    async fn plan_deliveries(
        &self,
        organization: OrganizationId,
        webhook: WebhookId,
        lane: Option<WebhookLane>,
        deliveries: Vec<Delivery>,
    ) -> Result<(), StoreError>;
    /// Keeps what became of deliveries.
    async fn record_deliveries(
        &self,
        organization: OrganizationId,
        deliveries: Vec<Delivery>,
    ) -> Result<(), StoreError>;
    /// A webhook's deliveries.
    async fn list_deliveries(
        &self,
        organization: OrganizationId,
        webhook: WebhookId,
        filter: DeliveryFilter,
    ) -> Result<Vec<Delivery>, StoreError>;
    /// One delivery by its number.
    async fn find_delivery(
        &self,
        organization: OrganizationId,
        webhook: WebhookId,
        number: u64,
    ) -> Result<Option<Delivery>, StoreError>;
    /// Removes everything that was kept for a webhook.
    async fn forget_webhook(&self, organization: OrganizationId, webhook: WebhookId) -> Result<(), StoreError>;

    /// The server's own secret of this name; `candidate` is kept and returned when there is none yet.
    async fn get_or_create_secret(&self, name: &str, candidate: Vec<u8>) -> Result<Vec<u8>, StoreError>;

    /// Removes what has had its time: refusals and dead jobs after 30 days, ended bearer tokens, start tokens older than 24 h whose
    /// conversation has ended.
    async fn purge(&self, now: Time) -> Result<(), StoreError>;

    /// Becomes `Some(reason)` when a sync failed: from then on nothing is acknowledged and the server must stop.
    fn failure(&self) -> watch::Receiver<Option<String>>;
}
