//! The loop that works on requests and on retention: in bounded steps, resumed after a restart.

use std::{sync::Arc, time::Duration};

use waybill_model::{
    ConversationId, ErasureTotals, OrganizationId, PrivacyRequest, PrivacyRequestKind, PrivacyStatus, PrivacySubject,
};
use waybill_store::{ConversationFilter, EntityFilter, PagePosition};

use super::erase::Extent;
use crate::{
    Service, ServiceError, Versioned,
    entities::{Act, put},
};

/// Between two looks when nobody asks.
const LOOK: Duration = Duration::from_secs(60);
/// Conversations per read.
const PAGE: u32 = 200;
/// Lines of a certificate per read.
const LINES: u32 = 1_000;
/// How often the write-ahead log is asked to empty itself, and how long between two attempts.
const SETTLE: u32 = 100;
const BREATH: Duration = Duration::from_millis(50);
/// How long the results of an export can be read.
const KEPT_DAYS: i64 = 7;
const DAY: i64 = 86_400_000;

impl Service {
    pub(crate) fn spawn_privacy(&self) {
        let (weak, asked) = (Arc::downgrade(&self.inner), Arc::clone(&self.inner.privacy.asked));
        tokio::spawn(async move {
            loop {
                let Some(inner) = weak.upgrade() else { return };
                let service = Self { inner };
                if let Err(error) = service.work_on_privacy().await {
                    tracing::warn!(%error, "privacy requests wait: the next look goes on with them");
                }
                drop(service);
                // Nobody rings, or a minute passes: both lead to the next look.
                drop(tokio::time::timeout(LOOK, asked.notified()).await);
            }
        });
    }

    /// Works on every request that waits, then on what is due to go.
    ///
    /// # Errors
    /// When the store can't be read or written; what was not done waits for the next call.
    pub async fn work_on_privacy(&self) -> Result<(), ServiceError> {
        let mut sweeps = self.inner.privacy.working.lock().await;
        for organization in self.inner.store.list_organizations().await? {
            for word in ["open", "kept"] {
                self.work_on_requests(organization.id, word).await?;
            }
            if let Err(error) = self.apply_retention(organization.id, &mut sweeps).await {
                tracing::warn!(%error, organization = %organization.id, "retention waits for the next look");
            }
        }
        Ok(())
    }

    async fn work_on_requests(&self, organization: OrganizationId, word: &str) -> Result<(), ServiceError> {
        let filter = EntityFilter { name: Some(word.to_owned()), limit: 500, ..EntityFilter::default() };
        let waiting = self.list_entities::<PrivacyRequest>(organization, filter).await?;
        // The oldest comes first.
        for request in waiting.entities.into_iter().rev() {
            // One that can't be done now does not keep the others waiting.
            let id = request.entity.id;
            if let Err(error) = self.work_on_request(request).await {
                tracing::warn!(%error, request = %id, "a privacy request waits for the next look");
            }
        }
        Ok(())
    }

    async fn work_on_request(&self, request: Versioned<PrivacyRequest>) -> Result<(), ServiceError> {
        match (request.entity.status, request.entity.kind) {
            (PrivacyStatus::Initiated, _) => {
                let begun =
                    self.move_request(request, "gdpr.begun", |request| request.status = PrivacyStatus::InProgress);
                Box::pin(self.work_on_request(begun.await?)).await
            }
            (PrivacyStatus::InProgress, PrivacyRequestKind::Delete) => self.delete_subject(request).await,
            (PrivacyStatus::InProgress, PrivacyRequestKind::Export) => {
                let found = self.find_subject(&request.entity).await?;
                let now = self.inner.ambient.now();
                self.move_request(request, "gdpr.exported", |request| {
                    request.status = PrivacyStatus::Completed;
                    request.completed_at = Some(now);
                    request.expires_at = Some(now.plus_millis(KEPT_DAYS * DAY));
                    request.totals.conversations = found.len() as u64;
                })
                .await
                .map(drop)
            }
            (PrivacyStatus::Completed, _) => {
                let now = self.inner.ambient.now();
                if request.entity.expires_at.is_some_and(|end| end <= now) {
                    self.move_request(request, "gdpr.expired", |request| {
                        request.expires_at = None;
                        forget_value(&mut request.subject);
                    })
                    .await?;
                }
                Ok(())
            }
        }
    }

    async fn delete_subject(&self, request: Versioned<PrivacyRequest>) -> Result<(), ServiceError> {
        let (organization, certificate) = (request.entity.organization_id, request.entity.id.uuid());
        let mut questions = 0;
        match (&request.entity.subject, self.sought(&request.entity)?) {
            (PrivacySubject::Conversation { conversation_id }, _) => {
                let by = &request.entity.by;
                self.erase_in_turn(organization, *conversation_id, &Extent::Everything, certificate, by).await?;
            }
            (PrivacySubject::Attribute { .. }, Some((name, value))) => {
                let extent = Extent::Subject { name, value: value.clone() };
                let mut seek = Seek::new(&request.entity, &extent);
                while let Some(ids) = seek.next(self).await? {
                    for id in ids {
                        self.erase_for(&request.entity, id, &extent).await?;
                    }
                }
                questions = self.inner.store.forget_questions(organization, value).await?;
            }
            (PrivacySubject::Attribute { .. }, None) => {
                return Err(ServiceError::Bug("a request by key has no value".to_owned()));
            }
        }
        // Done is what no byte tells any more.
        self.settle_store().await?;
        let totals = ErasureTotals { questions, ..self.total(organization, certificate).await? };
        let now = self.inner.ambient.now();
        let done = self
            .move_request(request, "gdpr.erased", |request| {
                request.status = PrivacyStatus::Completed;
                request.completed_at = Some(now);
                request.totals = totals;
                forget_value(&mut request.subject);
            })
            .await?;
        metrics::counter!("waybill_erasures_total").increment(done.entity.totals.conversations);
        Ok(())
    }

    async fn erase_for(
        &self,
        request: &PrivacyRequest,
        id: ConversationId,
        extent: &Extent,
    ) -> Result<(), ServiceError> {
        let Some(conversation) = self.inner.store.find_conversation(request.organization_id, id).await? else {
            return Ok(());
        };
        if self.request_reaches(request, &conversation).await? {
            self.erase_in_turn(request.organization_id, id, extent, request.id.uuid(), &request.by).await?;
        }
        Ok(())
    }

    /// Adds up the lines of a certificate: also those that were written before a crash.
    pub(super) async fn total(
        &self,
        organization: OrganizationId,
        certificate: uuid::Uuid,
    ) -> Result<ErasureTotals, ServiceError> {
        let (mut totals, mut after) = (ErasureTotals::default(), 0);
        loop {
            let lines = self.inner.store.list_erasures(organization, certificate, after, LINES).await?;
            let Some(last) = lines.last() else { return Ok(totals) };
            after = last.position;
            for line in &lines {
                totals.conversations += 1;
                totals.keys += line.keys.len() as u64;
                totals.messages += line.messages;
                totals.events += line.events;
                totals.start_tokens += line.start_tokens;
            }
        }
    }

    /// Nothing of what was erased may stay in the write-ahead log: readers are waited for.
    pub(super) async fn settle_store(&self) -> Result<(), ServiceError> {
        for _ in 0..SETTLE {
            if self.inner.store.settle().await? {
                return Ok(());
            }
            tokio::time::sleep(BREATH).await;
        }
        Err(ServiceError::busy(
            "the write-ahead log can't be emptied after an erasure: somebody reads an old state of the file",
        ))
    }

    async fn move_request(
        &self,
        request: Versioned<PrivacyRequest>,
        action: &'static str,
        change: impl FnOnce(&mut PrivacyRequest),
    ) -> Result<Versioned<PrivacyRequest>, ServiceError> {
        let Versioned { mut entity, version } = request;
        change(&mut entity);
        entity.label = entity.label_of();
        let ErasureTotals { conversations, keys, messages, events, start_tokens, questions } = entity.totals;
        let said = format!(
            "{}: {conversations} conversations, {keys} keys, {messages} messages, {events} records, \
             {start_tokens} start tokens, {questions} questions",
            entity.kind.as_str()
        );
        let act = Act { by: entity.by.clone(), ..Act::of_server(action, entity.id.uuid()).saying(said) };
        self.change_entities(entity.organization_id, vec![put(&entity, version + 1)?], act).await?;
        Ok(Versioned { entity, version: version + 1 })
    }
}

fn forget_value(subject: &mut PrivacySubject) {
    match subject {
        PrivacySubject::Attribute { sealed, .. } => *sealed = None,
        PrivacySubject::Conversation { .. } => {}
    }
}

/// Looks for conversations that may be somebody's: first by the lists, then in the whole log, where former values and
/// quarantined ones stand. A step at a time.
pub(super) struct Seek {
    organization: OrganizationId,
    value: String,
    /// Canonical keys whose lists are still to be read.
    keys: Option<Vec<String>>,
    name: String,
    list_after: Option<PagePosition>,
    log_after: Option<u64>,
}

impl Seek {
    pub(super) fn new(request: &PrivacyRequest, extent: &Extent) -> Self {
        let (name, value) = match extent {
            Extent::Subject { name, value } => (name.clone(), value.clone()),
            Extent::Everything | Extent::Personal | Extent::Messages | Extent::Key(_) => Default::default(),
        };
        let organization = request.organization_id;
        Self { organization, value, keys: None, name, list_after: None, log_after: Some(0) }
    }

    /// The next candidates; `None` at the end.
    pub(super) async fn next(&mut self, service: &Service) -> Result<Option<Vec<ConversationId>>, ServiceError> {
        let store = &service.inner.store;
        if self.keys.is_none() {
            let deployments = store.list_deployments(self.organization).await?;
            let keys = deployments.iter().map(|deployment| deployment.policy.resolve(&self.name).0.to_owned());
            let mut keys: Vec<String> = keys.chain([self.name.clone()]).collect();
            keys.sort();
            keys.dedup();
            self.keys = Some(keys);
        }
        if let Some(keys) = &mut self.keys
            && let Some(key) = keys.last()
        {
            let attribute = Some((key.clone(), Some(self.value.clone())));
            let filter = ConversationFilter { attribute, ..ConversationFilter::default() };
            let page = store.list_conversations(self.organization, filter, self.list_after, PAGE).await?;
            self.list_after = page.last().map(|last| PagePosition { started_at: last.started_at, id: last.id });
            if page.len() < PAGE as usize {
                keys.pop();
                self.list_after = None;
            }
            return Ok(Some(page.iter().map(|conversation| conversation.id).collect()));
        }
        let Some(after) = self.log_after else { return Ok(None) };
        let (found, reached) = store.find_mentions(self.organization, self.value.clone(), after).await?;
        self.log_after = reached;
        Ok(Some(found))
    }
}
