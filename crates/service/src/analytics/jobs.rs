//! Details jobs: a question for more than is answered at once. What they find stays for a day.

use serde::{Deserialize, Serialize};
use uuid::Uuid;
use waybill_engine::analytics::{AskedFilter, parse_interval};
use waybill_model::{
    OrganizationId, Principal, Time,
    analytics::{AnalyticsDocument, Selection, Span},
};

use super::Detail;
use crate::{Caller, Service, ServiceError};

/// The longest interval.
const MOST_DAYS: i64 = 400;
/// Milliseconds of a day.
const DAY: i64 = 86_400_000;
/// What a job finds at most where nobody says another number.
const LIMIT: u64 = 100_000;
/// What it can find at most.
const MOST: u64 = 1_000_000;
/// Jobs of one organization that may wait or be worked on.
const WAITING: usize = 20;
/// Jobs of one organization that are kept.
const KEPT: usize = 200;
/// Ids of one row.
const STEP: usize = 1_000;
const KIND: &str = "job";

/// A question for a job.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JobQuestion {
    /// `start/end` of the conversations' starts.
    pub interval: String,
    /// Every one has to hold.
    pub conversation_filters: Vec<AskedFilter>,
    /// The same.
    pub segment_filters: Vec<AskedFilter>,
    /// At most so many conversations.
    pub limit: Option<u64>,
}

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum JobState {
    /// It waits.
    Queued,
    /// It is worked on.
    Pending,
    /// It could not be done.
    Failed,
    /// It was called off.
    Cancelled,
    /// Its results can be read.
    Fulfilled,
    /// Its results are gone.
    Expired,
}

impl JobState {
    /// The field's word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "QUEUED",
            Self::Pending => "PENDING",
            Self::Failed => "FAILED",
            Self::Cancelled => "CANCELLED",
            Self::Fulfilled => "FULFILLED",
            Self::Expired => "EXPIRED",
        }
    }
}

/// A job as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Its id.
    pub id: Uuid,
    /// Where it stands.
    pub state: JobState,
    /// When it was asked for.
    pub submitted_at: Time,
    /// When it was done.
    pub completed_at: Option<Time>,
    /// Until when its results can be read.
    pub expires_at: Time,
    /// How many conversations it has found so far.
    pub found: u64,
    /// Why it failed.
    pub error: Option<String>,
}

/// A page of what a job has found.
#[derive(Debug, Clone)]
pub struct JobResults {
    /// The conversations, oldest start first; those that are gone or private since are left out.
    pub conversations: Vec<Detail>,
    /// Where to go on; absent at the end.
    pub next: Option<u64>,
    /// Up to when it has looked at everything.
    pub available_at: Time,
}

/// What is kept of a job.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Kept {
    by: Principal,
    state: JobState,
    selection: Selection,
    limit: u64,
    submitted_at: Time,
    #[serde(default)]
    completed_at: Option<Time>,
    expires_at: Time,
    /// Everything that started before this was looked at.
    reached: Time,
    found: u64,
    #[serde(default)]
    error: Option<String>,
}

impl Kept {
    fn document(&self, id: Uuid) -> Result<AnalyticsDocument, ServiceError> {
        Ok(AnalyticsDocument {
            kind: KIND,
            id,
            at: self.submitted_at,
            // Another day in which it says that it has expired.
            expires_at: self.expires_at.plus_millis(DAY),
            open: matches!(self.state, JobState::Queued | JobState::Pending),
            payload: serde_json::to_string(self).map_err(|error| ServiceError::Bug(error.to_string()))?,
        })
    }

    fn read(document: &AnalyticsDocument) -> Result<Self, ServiceError> {
        serde_json::from_str(&document.payload)
            .map_err(|error| ServiceError::Bug(format!("job {} can't be read: {error}", document.id)))
    }

    fn job(self, id: Uuid, now: Time) -> Job {
        let expired = self.state == JobState::Fulfilled && self.expires_at <= now;
        Job {
            id,
            state: if expired { JobState::Expired } else { self.state },
            submitted_at: self.submitted_at,
            completed_at: self.completed_at,
            expires_at: self.expires_at,
            found: self.found,
            error: self.error,
        }
    }
}

impl Service {
    /// Takes a question on.
    ///
    /// # Errors
    /// `Invalid` for the question, `MissingKeyPermission` for a filter by a personal key, `WrongState` when too many
    /// jobs are kept.
    pub async fn create_details_job(&self, caller: &Caller, question: JobQuestion) -> Result<Job, ServiceError> {
        let JobQuestion { interval, conversation_filters, segment_filters, limit } = question;
        let started = parse_interval(&interval, MOST_DAYS, "ask in several jobs of at most 400 days")?;
        let limit = limit.unwrap_or(LIMIT);
        if limit == 0 || limit > MOST {
            return Err(ServiceError::Invalid {
                field: "limit",
                rule: format!("has to be 1 to {MOST}"),
                remedy: format!("leave it out for {LIMIT}"),
            });
        }
        let asker = self.asker(caller, &[&conversation_filters, &segment_filters], &[]).await?;
        let condition = asker.condition(&[
            ("conversationFilters", conversation_filters.as_slice()),
            ("segmentFilters", segment_filters.as_slice()),
        ])?;
        self.check_keys(caller, &condition.dimensions()).await?;
        let now = self.inner.ambient.now();
        let kept = Kept {
            by: caller.principal(),
            state: JobState::Queued,
            selection: asker.selection(started, condition),
            limit,
            submitted_at: now,
            completed_at: None,
            expires_at: now.plus_millis(DAY),
            reached: started.from,
            found: 0,
            error: None,
        };
        let _documents = self.inner.analytics.documents.lock().await;
        let organization = caller.organization_id();
        let others = self.inner.store.list_documents(organization, KIND, 1_000).await?;
        let waiting = others.iter().filter(|document| document.open).count();
        if waiting >= WAITING || others.len() >= KEPT {
            return Err(ServiceError::WrongState {
                what: "the organization".to_owned(),
                rule: format!("has {waiting} jobs waiting and {} kept, at most {WAITING} and {KEPT}", others.len()),
                remedy: "wait until one is done, or delete some".to_owned(),
            });
        }
        let id = self.inner.ambient.uuid();
        self.inner.store.put_document(organization, kept.document(id)?).await?;
        self.inner.analytics.asked.notify_one();
        Ok(kept.job(id, now))
    }

    /// A job of the caller's own.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn get_details_job(&self, caller: &Caller, id: &str) -> Result<Job, ServiceError> {
        let (id, kept) = self.own_job(caller, id).await?;
        Ok(kept.job(id, self.inner.ambient.now()))
    }

    /// Calls a job off, or takes one away that is done.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn delete_details_job(&self, caller: &Caller, id: &str) -> Result<(), ServiceError> {
        let _documents = self.inner.analytics.documents.lock().await;
        let (id, mut kept) = self.own_job(caller, id).await?;
        let (organization, store) = (caller.organization_id(), &self.inner.store);
        if matches!(kept.state, JobState::Queued | JobState::Pending) {
            kept.state = JobState::Cancelled;
            kept.completed_at = Some(self.inner.ambient.now());
            return Ok(store.put_document(organization, kept.document(id)?).await?);
        }
        Ok(store.delete_document(organization, KIND, id).await?)
    }

    /// What a job has found, from a position on.
    ///
    /// # Errors
    /// `NotFound`, `WrongState` for a job that is not done, or whose results are gone.
    pub async fn list_job_results(
        &self,
        caller: &Caller,
        id: &str,
        position: u64,
        page_size: u32,
    ) -> Result<JobResults, ServiceError> {
        let (id, kept) = self.own_job(caller, id).await?;
        let (found, available_at) = (kept.found, kept.completed_at.unwrap_or(kept.submitted_at));
        let job = kept.job(id, self.inner.ambient.now());
        if job.state != JobState::Fulfilled {
            let remedy = match job.state {
                JobState::Queued | JobState::Pending => "ask for the job until its state is FULFILLED",
                JobState::Failed | JobState::Cancelled | JobState::Expired | JobState::Fulfilled => "start a new job",
            };
            return Err(ServiceError::WrongState {
                what: format!("the job `{id}`"),
                rule: format!("is {} and has no results to read", job.state.as_str()),
                remedy: remedy.to_owned(),
            });
        }
        let ids = self.inner.store.list_results(caller.organization_id(), id, position, page_size).await?;
        let reached = position + ids.len() as u64;
        let next = (reached < found && !ids.is_empty()).then_some(reached);
        let conversations = self.find_reached_details(caller, ids).await?;
        Ok(JobResults { conversations, next, available_at })
    }

    async fn own_job(&self, caller: &Caller, id: &str) -> Result<(Uuid, Kept), ServiceError> {
        let not_found = || ServiceError::not_found("job", id);
        let parsed = Uuid::try_parse(id).map_err(|_| not_found())?;
        let document = self.inner.store.find_document(caller.organization_id(), KIND, parsed).await?;
        let kept = Kept::read(&document.ok_or_else(not_found)?)?;
        if kept.by != caller.principal() {
            return Err(not_found());
        }
        Ok((parsed, kept))
    }

    /// Works on every job that waits, also on those that a restart has left.
    pub(super) async fn work_on_jobs(&self) -> Result<(), ServiceError> {
        for (organization, document) in self.inner.store.list_open_documents(KIND).await? {
            let kept = Kept::read(&document)?;
            if let Err(error) = self.work_on(organization, document.id, kept).await {
                tracing::warn!(%error, job = %document.id, "a details job stays where it is for now");
                if let ServiceError::Invalid { .. } = error {
                    self.move_job(organization, document.id, |kept| {
                        kept.state = JobState::Failed;
                        kept.error = Some(error.to_string());
                    })
                    .await?;
                }
            }
        }
        Ok(())
    }

    async fn work_on(&self, organization: OrganizationId, id: Uuid, kept: Kept) -> Result<(), ServiceError> {
        let Kept { selection, limit, mut reached, mut found, .. } = kept;
        // Day by day, so that neither memory nor a reader of the store is taken for long.
        while reached < selection.started.to && found < limit {
            let to = reached.plus_millis(DAY).min(selection.started.to);
            let day = Selection { started: Span { from: reached, to }, ..selection.clone() };
            let most = usize::try_from(limit - found).unwrap_or(usize::MAX);
            let ids = self.inner.store.select_ids(organization, day, most).await?;
            let mut position = found;
            for step in ids.chunks(STEP) {
                self.inner.store.append_results(organization, id, position, step.to_vec()).await?;
                position += step.len() as u64;
            }
            (reached, found) = (to, position);
            let moved = self
                .move_job(organization, id, |kept| {
                    (kept.reached, kept.found, kept.state) = (reached, found, JobState::Pending);
                })
                .await?;
            if !moved {
                return Ok(());
            }
        }
        self.move_job(organization, id, |kept| kept.state = JobState::Fulfilled).await.map(drop)
    }

    /// Writes a job's next state, unless it was called off meanwhile.
    async fn move_job(
        &self,
        organization: OrganizationId,
        id: Uuid,
        change: impl FnOnce(&mut Kept),
    ) -> Result<bool, ServiceError> {
        let _documents = self.inner.analytics.documents.lock().await;
        let document = self.inner.store.find_document(organization, KIND, id).await?;
        let Some(document) = document.filter(|document| document.open) else { return Ok(false) };
        let mut kept = Kept::read(&document)?;
        change(&mut kept);
        if matches!(kept.state, JobState::Fulfilled | JobState::Failed) {
            let now = self.inner.ambient.now();
            kept.completed_at = Some(now);
            kept.expires_at = now.plus_millis(DAY);
        }
        self.inner.store.put_document(organization, kept.document(id)?).await?;
        Ok(true)
    }
}
