//! `PrivacyStore` for SQLite: reads go to a reader, erasures to the writer.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use async_trait::async_trait;
use uuid::Uuid;
use waybill_model::{ConversationId, DeploymentId, ErasedConversation, OrganizationId, RetentionClass, Time};

use super::{
    SqliteStore,
    erasure::{self, PreparedErasure},
    retention::{self, Due},
    writer::Job,
};
use crate::{CommitError, Committed, DueConversations, Erasure, PagePosition, PrivacyStore, StartAnswer, StoreError};

/// The longest page of a certificate.
const MOST_LINES: u32 = 1_000;

#[async_trait]
impl PrivacyStore for SqliteStore {
    async fn erase(&self, organization: OrganizationId, erasure: Erasure) -> Result<Committed, CommitError> {
        let erasure = Box::new(PreparedErasure::new(organization, erasure)?);
        self.ask(|answer| Job::Erase(erasure, answer)).await?
    }

    async fn list_start_answers(
        &self,
        organization: OrganizationId,
        conversation: ConversationId,
    ) -> Result<Vec<StartAnswer>, StoreError> {
        self.readers.read(move |connection| erasure::list_start_answers(connection, organization, conversation)).await
    }

    async fn list_erasures(
        &self,
        organization: OrganizationId,
        certificate: Uuid,
        after: u64,
        limit: u32,
    ) -> Result<Vec<ErasedConversation>, StoreError> {
        let limit = limit.clamp(1, MOST_LINES);
        let lines = move |connection: &_| erasure::list_lines(connection, organization, certificate, after, limit);
        self.readers.read(lines).await
    }

    async fn find_mentions(
        &self,
        organization: OrganizationId,
        text: String,
        after: u64,
    ) -> Result<(Vec<ConversationId>, Option<u64>), StoreError> {
        self.readers.read(move |connection| retention::find_mentions(connection, organization, &text, after)).await
    }

    async fn forget_questions(&self, organization: OrganizationId, text: String) -> Result<u64, StoreError> {
        let gone = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&gone);
        self.write(move |connection| {
            counted.store(retention::forget_questions(connection, organization, &text)?, Ordering::Relaxed);
            Ok(())
        })
        .await?;
        Ok(gone.load(Ordering::Relaxed))
    }

    async fn list_due(
        &self,
        organization: OrganizationId,
        deployment: DeploymentId,
        ended_before: Time,
        class: RetentionClass,
        after: Option<PagePosition>,
    ) -> Result<DueConversations, StoreError> {
        let due = Due::Class(class);
        self.readers
            .read(move |connection| {
                retention::list_due(connection, organization, deployment, ended_before, &due, after)
            })
            .await
    }

    async fn list_due_key(
        &self,
        organization: OrganizationId,
        deployment: DeploymentId,
        ended_before: Time,
        key: String,
        after: Option<PagePosition>,
    ) -> Result<DueConversations, StoreError> {
        let due = Due::Key(key);
        self.readers
            .read(move |connection| {
                retention::list_due(connection, organization, deployment, ended_before, &due, after)
            })
            .await
    }

    async fn note_retained(
        &self,
        organization: OrganizationId,
        conversations: Vec<ConversationId>,
        class: RetentionClass,
    ) -> Result<(), StoreError> {
        self.write(move |connection| retention::note(connection, organization, &conversations, class)).await
    }

    async fn settle(&self) -> Result<bool, StoreError> {
        self.ask(Job::Settle).await?
    }
}
