//! `Store` for SQLite: what memory knows is answered at once, the rest goes to a reader or to the writer.

use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::watch;
use uuid::Uuid;
use waybill_model::{
    AccessToken, Actor, AuditEntry, AuditRow, Change, ContextPolicy, Conversation, ConversationId, Delivery,
    Deployment, DeploymentId, EntityChange, EntityRecord, Event, Mark, Message, MessageId, Organization,
    OrganizationId, RefusalRecord, Session, SessionId, Time, TokenHash, WebhookId, WebhookLane,
};

use super::{
    SqliteStore, administration, audit,
    digest::{message_key, owner_key},
    entities, found_message, lists, log, past_starts,
    prepare::{prepare, prepare_mark},
    purge,
    recent::Recent,
    rows, sessions, spent, tokens, webhooks,
    writer::{Job, Published},
};
use crate::{
    CommitError, Committed, ConversationFilter, DeliveryFilter, EntityFilter, EntityPage, EventPage, LogScope,
    MessagePage, PagePosition, RefusalFilter, RefusalPosition, Revoked, Store, StoreError, StoredStart,
};

/// The longest list of conversations.
pub(super) const MOST_CONVERSATIONS: u32 = 200;
/// The longest page of the log.
const MOST_EVENTS: u32 = 1_000;

#[async_trait]
impl Store for SqliteStore {
    async fn commit(&self, organization: OrganizationId, change: Change) -> Result<Committed, CommitError> {
        let commit = Box::new(prepare(organization, change)?);
        self.ask(|answer| Job::Commit(commit, answer)).await?
    }

    async fn record_marks(
        &self,
        organization: OrganizationId,
        marks: Vec<(ConversationId, Time, Actor, Mark)>,
    ) -> Result<(), StoreError> {
        if marks.is_empty() {
            return Ok(());
        }
        let marks = marks.into_iter().map(prepare_mark).collect::<Result<_, _>>()?;
        self.ask(|answer| Job::Marks(organization, marks, answer)).await?
    }

    async fn find_conversation(
        &self,
        organization: OrganizationId,
        id: ConversationId,
    ) -> Result<Option<Arc<Conversation>>, StoreError> {
        if let Some(standing) = self.published.conversations.find(id) {
            let conversation = &standing.conversation;
            return Ok((conversation.organization_id == organization).then(|| Arc::clone(conversation)));
        }
        let before = self.published.conversations.before(id);
        let loaded = self.readers.read(move |connection| rows::load_by_id(connection, organization, id)).await?;
        let Some(standing) = loaded.map(Arc::new) else { return Ok(None) };
        let conversation = Arc::clone(&standing.conversation);
        self.published.conversations.offer(before, standing);
        Ok(Some(conversation))
    }

    async fn list_conversations(
        &self,
        organization: OrganizationId,
        filter: ConversationFilter,
        after: Option<PagePosition>,
        limit: u32,
    ) -> Result<Vec<Arc<Conversation>>, StoreError> {
        if limit == 0 {
            return Ok(Vec::new());
        }
        let limit = limit.min(MOST_CONVERSATIONS) as usize;
        let published = Arc::clone(&self.published);
        self.readers
            .read(move |connection| {
                lists::list_conversations(connection, &published.conversations, organization, &filter, after, limit)
            })
            .await
    }

    async fn list_events(
        &self,
        organization: OrganizationId,
        scope: LogScope,
        after: u64,
        limit: u32,
    ) -> Result<EventPage, StoreError> {
        let limit = limit.clamp(1, MOST_EVENTS) as usize;
        match (self.published.log.list(organization, scope, after, limit), scope) {
            (Recent::Page(page), _) => return Ok(page),
            (Recent::Silent { newest }, LogScope::Conversation(id))
                if self.published.conversations.is_silent_after(organization, id, after) =>
            {
                return Ok(EventPage { events: Vec::new(), reached: after.max(newest) });
            }
            (Recent::Silent { .. } | Recent::Lacking, _) => {}
        }
        self.readers.read(move |connection| log::list_events(connection, organization, scope, after, limit)).await
    }

    async fn list_conversation_log(
        &self,
        organization: OrganizationId,
        conversation: ConversationId,
    ) -> Result<Vec<Arc<Event>>, StoreError> {
        self.readers.read(move |connection| log::list_conversation_log(connection, organization, conversation)).await
    }

    async fn newest_position(&self) -> Result<u64, StoreError> {
        Ok(self.published.log.newest())
    }

    async fn oldest_position(&self) -> Result<u64, StoreError> {
        Ok(self.oldest)
    }

    fn epoch(&self) -> u32 {
        self.published.epoch
    }

    async fn find_session(
        &self,
        organization: OrganizationId,
        deployment: DeploymentId,
        token: TokenHash,
    ) -> Result<Option<Session>, StoreError> {
        let Published { conversations, sessions: recent, known_owners, .. } = &*self.published;
        if let Some(known) = recent.find(deployment, token)
            && let Some(standing) = conversations.find(known.conversation_id)
        {
            return Ok((known.row.organization == organization).then(|| known.session(&standing.conversation)));
        }
        if !known_owners.may_know(owner_key(deployment, token)) {
            return Ok(None);
        }
        let before = recent.before();
        let loaded = self.readers.read(move |connection| sessions::find_session(connection, deployment, token)).await?;
        let Some((known, standing)) = loaded else { return Ok(None) };
        recent.offer(before, known);
        Ok((known.row.organization == organization).then(|| known.session(&standing.conversation)))
    }

    async fn fence_session(&self, organization: OrganizationId, session: SessionId) -> Result<(), StoreError> {
        self.ask(|answer| Job::Fence(organization, session, answer)).await?
    }

    async fn session_is_live(&self, organization: OrganizationId, session: SessionId) -> Result<bool, StoreError> {
        let row =
            self.readers.read(move |connection| sessions::read_session(connection, organization, session)).await?;
        Ok(row.is_some_and(|row| row.token.is_some()))
    }

    async fn list_session_messages(
        &self,
        organization: OrganizationId,
        session: SessionId,
        offset: u64,
        limit: u32,
    ) -> Result<MessagePage, StoreError> {
        self.readers
            .read(move |connection| sessions::list_session_messages(connection, organization, session, offset, limit))
            .await
    }

    async fn find_message_by_client_id(
        &self,
        organization: OrganizationId,
        conversation: ConversationId,
        client_id: &str,
    ) -> Result<Option<Message>, StoreError> {
        let standing = self.published.conversations.find(conversation);
        let standing = standing.filter(|standing| standing.conversation.organization_id == organization);
        let known = standing.as_ref().map(|standing| standing.message_keys.surely_lacks(message_key(client_id)));
        if matches!(known, Some(Ok(true))) {
            return Ok(None);
        }
        let client_id = client_id.to_owned();
        self.readers
            .read(move |connection| {
                let Some(number) = rows::number_of(connection, organization, conversation)? else { return Ok(None) };
                if let (Some(standing), Some(Err(before))) = (standing, known) {
                    standing.message_keys.offer(before, sessions::list_message_keys(connection, number)?);
                }
                sessions::find_message_by_client_id(connection, number, &client_id)
            })
            .await
    }

    async fn list_latest_messages(
        &self,
        organization: OrganizationId,
        conversation: ConversationId,
        limit: u32,
    ) -> Result<Vec<Message>, StoreError> {
        let limit = limit.min(MOST_EVENTS);
        let latest = move |connection: &_| found_message::list_latest(connection, organization, conversation, limit);
        self.readers.read(latest).await
    }

    async fn find_message(
        &self,
        organization: OrganizationId,
        id: MessageId,
    ) -> Result<Option<(ConversationId, Message)>, StoreError> {
        self.readers.read(move |connection| found_message::find_message(connection, organization, id)).await
    }

    async fn find_start(
        &self,
        organization: OrganizationId,
        deployment: DeploymentId,
        owner: TokenHash,
        token: &str,
    ) -> Result<Option<StoredStart>, StoreError> {
        let token = token.to_owned();
        self.readers
            .read(move |connection| sessions::find_start(connection, organization, deployment, owner, &token))
            .await
    }

    async fn token_is_spent(
        &self,
        organization: OrganizationId,
        deployment: DeploymentId,
        jti_hash: [u8; 32],
    ) -> Result<bool, StoreError> {
        self.readers.read(move |connection| spent::is_spent(connection, organization, deployment, &jti_hash)).await
    }

    async fn create_organization(&self, organization: Organization, audit: AuditEntry) -> Result<(), StoreError> {
        self.write(move |connection| administration::create_organization(connection, &organization, &audit)).await
    }

    async fn find_organization(&self, organization: OrganizationId) -> Result<Option<Organization>, StoreError> {
        let mut found = self
            .readers
            .read(move |connection| administration::list_organizations(connection, Some(organization)))
            .await?;
        Ok(found.pop())
    }

    async fn list_organizations(&self) -> Result<Vec<Organization>, StoreError> {
        self.readers.read(|connection| administration::list_organizations(connection, None)).await
    }

    async fn create_deployment(
        &self,
        organization: OrganizationId,
        deployment: Deployment,
        audit: AuditEntry,
    ) -> Result<(), StoreError> {
        self.write(move |connection| administration::create_deployment(connection, organization, &deployment, &audit))
            .await
    }

    async fn publish_policy(
        &self,
        organization: OrganizationId,
        deployment: DeploymentId,
        policy: ContextPolicy,
        audit: AuditEntry,
    ) -> Result<(), StoreError> {
        self.write(move |connection| {
            administration::publish_policy(connection, organization, deployment, &policy, &audit)
        })
        .await
    }

    async fn find_deployment(
        &self,
        organization: OrganizationId,
        id: DeploymentId,
    ) -> Result<Option<Deployment>, StoreError> {
        self.readers.read(move |connection| administration::find_deployment(connection, organization, id)).await
    }

    async fn update_deployment(
        &self,
        organization: OrganizationId,
        before: Deployment,
        after: Deployment,
        audit: AuditEntry,
    ) -> Result<(), StoreError> {
        self.write(move |connection| {
            administration::update_deployment(connection, organization, &before, &after, &audit)
        })
        .await
    }

    async fn list_policies(
        &self,
        organization: OrganizationId,
        deployment: DeploymentId,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<ContextPolicy>, StoreError> {
        self.readers
            .read(move |connection| administration::list_policies(connection, organization, deployment, before, limit))
            .await
    }

    async fn list_starts(
        &self,
        organization: OrganizationId,
        deployment: DeploymentId,
        after: Option<PagePosition>,
        limit: u32,
    ) -> Result<Vec<Arc<Event>>, StoreError> {
        self.readers.read(move |connection| past_starts::list(connection, organization, deployment, after, limit)).await
    }

    async fn find_policy(
        &self,
        organization: OrganizationId,
        deployment: DeploymentId,
        version: u64,
    ) -> Result<Option<ContextPolicy>, StoreError> {
        self.readers
            .read(move |connection| administration::find_policy(connection, organization, deployment, version))
            .await
    }

    async fn list_deployments(&self, organization: OrganizationId) -> Result<Vec<Deployment>, StoreError> {
        self.readers.read(move |connection| administration::list_deployments(connection, organization)).await
    }

    async fn change_entities(
        &self,
        organization: OrganizationId,
        changes: Vec<EntityChange>,
        audit: AuditEntry,
    ) -> Result<(), StoreError> {
        self.write(move |connection| entities::change(connection, organization, &changes, &audit)).await
    }

    async fn find_entity(
        &self,
        organization: OrganizationId,
        kind: &'static str,
        id: Uuid,
    ) -> Result<Option<EntityRecord>, StoreError> {
        self.readers.read(move |connection| entities::find(connection, organization, kind, id)).await
    }

    async fn list_entities(
        &self,
        organization: OrganizationId,
        kind: &'static str,
        filter: EntityFilter,
    ) -> Result<EntityPage, StoreError> {
        self.readers.read(move |connection| entities::list(connection, organization, kind, &filter)).await
    }

    async fn locate_entity(&self, kind: &'static str, key: &str) -> Result<Option<(OrganizationId, Uuid)>, StoreError> {
        let key = key.to_owned();
        self.readers.read(move |connection| entities::locate(connection, kind, &key)).await
    }

    async fn append_audit(&self, organization: OrganizationId, entry: AuditEntry) -> Result<(), StoreError> {
        self.write(move |connection| audit::append(connection, organization, &entry)).await
    }

    async fn list_audit(
        &self,
        organization: OrganizationId,
        after: u64,
        limit: u32,
    ) -> Result<Vec<AuditRow>, StoreError> {
        self.readers.read(move |connection| audit::list(connection, organization, after, limit)).await
    }

    async fn exchange_tokens(
        &self,
        organization: OrganizationId,
        tokens: Vec<AccessToken>,
        spent: Vec<TokenHash>,
    ) -> Result<(), StoreError> {
        self.write(move |connection| tokens::exchange(connection, organization, &tokens, &spent)).await
    }

    async fn find_access_token(
        &self,
        organization: OrganizationId,
        hash: TokenHash,
    ) -> Result<Option<AccessToken>, StoreError> {
        self.readers.read(move |connection| tokens::find(connection, organization, hash)).await
    }

    async fn revoke_tokens(&self, organization: OrganizationId, whose: Revoked) -> Result<(), StoreError> {
        self.write(move |connection| tokens::revoke(connection, organization, whose)).await
    }

    async fn locate_organization_by_deployment(&self, id: DeploymentId) -> Result<Option<OrganizationId>, StoreError> {
        self.readers.read(move |connection| administration::locate_by_deployment(connection, id)).await
    }

    async fn locate_organization_by_token(&self, hash: TokenHash) -> Result<Option<OrganizationId>, StoreError> {
        self.readers.read(move |connection| tokens::locate(connection, hash)).await
    }

    async fn record_refusals(
        &self,
        organization: OrganizationId,
        refusals: Vec<RefusalRecord>,
    ) -> Result<(), StoreError> {
        self.write(move |connection| administration::record_refusals(connection, organization, &refusals)).await
    }

    async fn list_refusals(
        &self,
        organization: OrganizationId,
        filter: RefusalFilter,
    ) -> Result<Vec<(RefusalPosition, RefusalRecord)>, StoreError> {
        self.readers.read(move |connection| administration::list_refusals(connection, organization, &filter)).await
    }

    async fn list_webhook_lanes(
        &self,
        organization: OrganizationId,
        webhook: WebhookId,
    ) -> Result<Vec<WebhookLane>, StoreError> {
        self.readers.read(move |connection| webhooks::list_lanes(connection, organization, webhook)).await
    }

    async fn plan_deliveries(
        &self,
        organization: OrganizationId,
        webhook: WebhookId,
        lane: Option<WebhookLane>,
        deliveries: Vec<Delivery>,
    ) -> Result<(), StoreError> {
        self.write(move |connection| webhooks::plan(connection, organization, webhook, lane, &deliveries)).await
    }

    async fn record_deliveries(
        &self,
        organization: OrganizationId,
        deliveries: Vec<Delivery>,
    ) -> Result<(), StoreError> {
        self.write(move |connection| webhooks::record(connection, organization, &deliveries)).await
    }

    async fn list_deliveries(
        &self,
        organization: OrganizationId,
        webhook: WebhookId,
        filter: DeliveryFilter,
    ) -> Result<Vec<Delivery>, StoreError> {
        self.readers.read(move |connection| webhooks::list(connection, organization, webhook, filter)).await
    }

    async fn find_delivery(
        &self,
        organization: OrganizationId,
        webhook: WebhookId,
        number: u64,
    ) -> Result<Option<Delivery>, StoreError> {
        self.readers.read(move |connection| webhooks::find(connection, organization, webhook, number)).await
    }

    async fn forget_webhook(&self, organization: OrganizationId, webhook: WebhookId) -> Result<(), StoreError> {
        let all = DeliveryFilter { state: None, order: crate::DeliveryOrder::OldestAfter(0), limit: 1 };
        loop {
            self.write(move |connection| webhooks::forget_step(connection, organization, webhook).map(drop)).await?;
            if self.list_deliveries(organization, webhook, all).await?.is_empty() {
                return Ok(());
            }
        }
    }

    async fn get_or_create_secret(&self, name: &str, candidate: Vec<u8>) -> Result<Vec<u8>, StoreError> {
        let wanted = name.to_owned();
        if let Some(secret) =
            self.readers.read(move |connection| administration::find_secret(connection, &wanted)).await?
        {
            return Ok(secret);
        }
        let wanted = name.to_owned();
        self.write(move |connection| administration::create_secret(connection, &wanted, &candidate)).await?;
        let wanted = name.to_owned();
        let kept = self.readers.read(move |connection| administration::find_secret(connection, &wanted)).await?;
        kept.ok_or_else(|| StoreError::Unavailable("a secret that was just kept is not there".to_owned()))
    }

    async fn purge(&self, now: Time) -> Result<(), StoreError> {
        purge::purge(self, now).await
    }

    fn failure(&self) -> watch::Receiver<Option<String>> {
        self.published.failure.subscribe()
    }
}
