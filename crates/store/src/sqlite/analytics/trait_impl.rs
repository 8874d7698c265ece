//! `AnalyticsStore` for SQLite: reads go to a reader, writes to the writer.

use std::sync::Arc;

use async_trait::async_trait;
use uuid::Uuid;
use waybill_model::{
    ConversationId, DeploymentId, OrganizationId, Time,
    analytics::{
        AnalyticsDocument, CompletenessGroup, Dimension, Handling, HandlingRow, Presence, RefusedStarts, Selection,
        Sorting, Span, Tally, TallyRow,
    },
};

use super::{super::SqliteStore, completeness, documents, measures, refused, select, tally};
use crate::{AnalyticsStore, FoundConversation, FoundPage, StoreError};

/// The longest list of documents.
const MOST_DOCUMENTS: u32 = 1_000;
/// Documents that go in one step.
const STEP: u32 = 100;

#[async_trait]
impl AnalyticsStore for SqliteStore {
    async fn select_conversations(
        &self,
        organization: OrganizationId,
        selection: Selection,
        sorting: Sorting,
        offset: u64,
        limit: u32,
    ) -> Result<FoundPage, StoreError> {
        let published = Arc::clone(&self.published);
        let page = (usize::try_from(offset).unwrap_or(usize::MAX), limit as usize);
        self.readers
            .read(move |connection| {
                select::select(connection, &published.conversations, organization, &selection, sorting, page)
            })
            .await
    }

    async fn select_ids(
        &self,
        organization: OrganizationId,
        selection: Selection,
        most: usize,
    ) -> Result<Vec<ConversationId>, StoreError> {
        self.readers.read(move |connection| select::select_ids(connection, organization, &selection, most)).await
    }

    async fn find_details(
        &self,
        organization: OrganizationId,
        ids: Vec<ConversationId>,
    ) -> Result<Vec<FoundConversation>, StoreError> {
        let published = Arc::clone(&self.published);
        self.readers
            .read(move |connection| select::details(connection, &published.conversations, organization, &ids))
            .await
    }

    async fn tally(&self, organization: OrganizationId, question: Tally) -> Result<Vec<TallyRow>, StoreError> {
        self.readers.read(move |connection| tally::tally(connection, organization, &question)).await
    }

    async fn count_handling(
        &self,
        organization: OrganizationId,
        question: Handling,
    ) -> Result<Vec<HandlingRow>, StoreError> {
        self.readers.read(move |connection| measures::count(connection, organization, &question)).await
    }

    async fn count_completeness(
        &self,
        organization: OrganizationId,
        selection: Selection,
        by: Option<Dimension>,
    ) -> Result<Vec<CompletenessGroup>, StoreError> {
        self.readers
            .read(move |connection| completeness::completeness(connection, organization, &selection, by.as_ref()))
            .await
    }

    async fn count_refused_starts(
        &self,
        organization: OrganizationId,
        deployments: Option<Vec<DeploymentId>>,
        span: Span,
    ) -> Result<Vec<RefusedStarts>, StoreError> {
        self.readers
            .read(move |connection| refused::refused_starts(connection, organization, deployments.as_deref(), span))
            .await
    }

    async fn count_presence(
        &self,
        organization: OrganizationId,
        wanted: Vec<(DeploymentId, Vec<String>)>,
        span: Span,
    ) -> Result<Vec<Presence>, StoreError> {
        self.readers.read(move |connection| completeness::presence(connection, organization, &wanted, span)).await
    }

    async fn put_document(&self, organization: OrganizationId, document: AnalyticsDocument) -> Result<(), StoreError> {
        self.write(move |connection| documents::put(connection, organization, &document)).await
    }

    async fn find_document(
        &self,
        organization: OrganizationId,
        kind: &'static str,
        id: Uuid,
    ) -> Result<Option<AnalyticsDocument>, StoreError> {
        self.readers.read(move |connection| documents::find(connection, organization, kind, id)).await
    }

    async fn list_documents(
        &self,
        organization: OrganizationId,
        kind: &'static str,
        limit: u32,
    ) -> Result<Vec<AnalyticsDocument>, StoreError> {
        let limit = limit.min(MOST_DOCUMENTS);
        self.readers.read(move |connection| documents::list(connection, organization, kind, limit)).await
    }

    async fn list_open_documents(
        &self,
        kind: &'static str,
    ) -> Result<Vec<(OrganizationId, AnalyticsDocument)>, StoreError> {
        self.readers.read(move |connection| documents::list_open(connection, kind)).await
    }

    async fn delete_document(
        &self,
        organization: OrganizationId,
        kind: &'static str,
        id: Uuid,
    ) -> Result<(), StoreError> {
        self.write(move |connection| documents::delete(connection, organization, kind, id)).await
    }

    async fn append_results(
        &self,
        organization: OrganizationId,
        job: Uuid,
        position: u64,
        ids: Vec<ConversationId>,
    ) -> Result<(), StoreError> {
        self.write(move |connection| documents::append_results(connection, organization, job, position, &ids)).await
    }

    async fn list_results(
        &self,
        organization: OrganizationId,
        job: Uuid,
        position: u64,
        limit: u32,
    ) -> Result<Vec<ConversationId>, StoreError> {
        self.readers
            .read(move |connection| documents::list_results(connection, organization, job, position, limit as usize))
            .await
    }

    async fn purge_documents(&self, now: Time) -> Result<(), StoreError> {
        while self.readers.read(move |connection| documents::has_ended(connection, now)).await? {
            self.write(move |connection| documents::purge(connection, now, STEP)).await?;
        }
        Ok(())
    }
}
