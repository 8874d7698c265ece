//! Refusals leave a record (CTX11): keys and rules, no values; sampled under flood.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use tokio::sync::mpsc;
use waybill_model::{
    Deployment, DeploymentId, OrganizationId, Receipt, RefusalRecord, Time, Verdict, conversation::Source,
};
use waybill_store::{RefusalFilter, RefusalPosition, Store};

use crate::{Caller, Divisions, Service, ServiceError, error::cut};

/// Records that may wait to be written; a flood beyond it is counted into the next record that fits.
const WAITING: usize = 1_024;
/// Records per write.
const GROUP: usize = 128;
/// Faults kept per record.
const FAULTS: usize = 100;
/// Records per read.
const LOOK: u32 = 1_000;
/// Records that one list looks at.
const LISTED: usize = 20_000;
/// Records that one summary counts.
const SUMMED: usize = 200_000;
/// Groups that a summary tells apart before it begins to count `other`.
const COUNTED: usize = 10_000;

pub(crate) struct RefusalRecorder {
    sender: mpsc::Sender<(OrganizationId, RefusalRecord)>,
    /// Refusals that found no place since the last one that did.
    skipped: std::sync::atomic::AtomicU32,
}

impl RefusalRecorder {
    pub(crate) fn start(store: Arc<dyn Store>) -> Self {
        let (sender, receiver) = mpsc::channel(WAITING);
        tokio::spawn(write_refusals(store, receiver));
        Self { sender, skipped: std::sync::atomic::AtomicU32::new(0) }
    }

    fn note(&self, organization: OrganizationId, mut record: RefusalRecord) {
        use std::sync::atomic::Ordering::Relaxed;
        match self.sender.try_reserve() {
            Ok(place) => {
                record.count += self.skipped.swap(0, Relaxed);
                place.send((organization, record));
            }
            Err(_) => {
                self.skipped.fetch_add(1, Relaxed);
            }
        }
    }
}

async fn write_refusals(store: Arc<dyn Store>, mut receiver: mpsc::Receiver<(OrganizationId, RefusalRecord)>) {
    let mut noted = Vec::with_capacity(GROUP);
    while receiver.recv_many(&mut noted, GROUP).await > 0 {
        let mut by_organization = std::collections::BTreeMap::<OrganizationId, Vec<RefusalRecord>>::new();
        for (organization, record) in noted.drain(..) {
            by_organization.entry(organization).or_default().push(record);
        }
        for (organization, records) in by_organization {
            if let Err(error) = store.record_refusals(organization, records).await {
                tracing::warn!(%error, "refusals were not recorded");
            }
        }
    }
}

/// Which refusals somebody wants to see.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RefusalQuery {
    /// Of one deployment, as text.
    pub deployment: Option<String>,
    /// At or after.
    pub from: Option<Time>,
    /// Before.
    pub to: Option<Time>,
    /// With a fault of this key, as it was sent.
    pub key: Option<String>,
    /// With a fault against this rule.
    pub rule: Option<String>,
    /// From pages whose path begins so.
    pub page: Option<String>,
    /// Where the page before ended.
    pub after: Option<RefusalPosition>,
    /// At most so many, newest first; capped at 1000.
    pub limit: u32,
}

/// A page of refusals.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RefusalList {
    /// Newest first.
    pub records: Vec<RefusalRecord>,
    /// Where to go on; absent at the end.
    pub next: Option<RefusalPosition>,
}

/// By what refusals are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusalGrouping {
    /// By the key as it was sent.
    Key,
    /// By the rule.
    Rule,
    /// By the path of the page.
    Page,
    /// By the SDK's version.
    Sdk,
    /// By deployment.
    Deployment,
    /// By the form of the hand-over.
    Form,
}

/// One group of refusals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusalGroup {
    /// What they have in common; absent: nobody said.
    pub value: Option<String>,
    /// Refused hand-overs.
    pub refusals: u64,
    /// When the newest was.
    pub last_at: Time,
}

/// Refusals in groups.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RefusalSummary {
    /// The largest first.
    pub groups: Vec<RefusalGroup>,
    /// Refused hand-overs in groups that are not among them.
    pub other: u64,
    /// Refused hand-overs in all. One with faults in several groups counts once here and once in each of them.
    pub refusals: u64,
    /// Whether there are older ones that were not counted.
    pub is_cut: bool,
}

impl Service {
    /// Keeps the record of a refusal.
    pub(crate) fn note_refusal(&self, deployment: &Deployment, receipt: &Receipt, source: &Source) {
        let faults: Vec<_> = receipt
            .with(Verdict::Refused)
            .filter_map(|entry| entry.rule.map(|rule| (cut(&entry.key, 128), entry.form, rule)))
            .take(FAULTS)
            .collect();
        for (_, _, rule) in &faults {
            metrics::counter!("waybill_refused_keys_total", "rule" => rule.as_str()).increment(1);
        }
        let record = RefusalRecord {
            deployment_id: deployment.id,
            at: self.inner.ambient.now(),
            faults,
            source: source.clone(),
            count: 1,
        };
        self.inner.refusals.note(deployment.organization_id, record);
    }

    /// Refusals, newest first. A page can be short although more follows: one request looks at so many and no more.
    ///
    /// # Errors
    /// `NotFound` for a deployment that is none of the caller's.
    pub async fn list_refusals(&self, caller: &Caller, query: &RefusalQuery) -> Result<RefusalList, ServiceError> {
        let wanted = query.limit.clamp(1, 1_000) as usize;
        let mut list = RefusalList::default();
        let mut walk = self.refusals_of(caller, query, LISTED).await?;
        while let Some(page) = walk.next_page(self).await? {
            for (position, record) in page {
                if list.records.len() == wanted {
                    return Ok(list);
                }
                list.next = Some(position);
                if walk.wants(&record, query) {
                    list.records.push(record);
                }
            }
        }
        if walk.at_end {
            list.next = None;
        }
        Ok(list)
    }

    /// Refusals counted by what they have in common.
    ///
    /// # Errors
    /// `NotFound` for a deployment that is none of the caller's.
    pub async fn summarize_refusals(
        &self,
        caller: &Caller,
        query: &RefusalQuery,
        by: RefusalGrouping,
    ) -> Result<RefusalSummary, ServiceError> {
        let mut summary = RefusalSummary::default();
        let mut groups: BTreeMap<Option<String>, (u64, Time)> = BTreeMap::new();
        let mut walk = self.refusals_of(caller, query, SUMMED).await?;
        while let Some(page) = walk.next_page(self).await? {
            for (_, record) in page {
                if !walk.wants(&record, query) {
                    continue;
                }
                let count = u64::from(record.count);
                summary.refusals += count;
                for value in values_of(&record, by) {
                    if groups.len() >= COUNTED && !groups.contains_key(&value) {
                        summary.other += count;
                        continue;
                    }
                    let (refusals, last_at) = groups.entry(value).or_insert((0, record.at));
                    *refusals += count;
                    *last_at = (*last_at).max(record.at);
                }
            }
        }
        summary.is_cut = !walk.at_end;
        let groups = groups.into_iter();
        let mut groups: Vec<_> =
            groups.map(|(value, (refusals, last_at))| RefusalGroup { value, refusals, last_at }).collect();
        groups.sort_by(|one, other| other.refusals.cmp(&one.refusals).then_with(|| one.value.cmp(&other.value)));
        let limit = query.limit.clamp(1, 1_000) as usize;
        summary.other += groups.drain(limit.min(groups.len())..).map(|group| group.refusals).sum::<u64>();
        summary.groups = groups;
        Ok(summary)
    }

    async fn refusals_of(
        &self,
        caller: &Caller,
        query: &RefusalQuery,
        most: usize,
    ) -> Result<RefusalWalk, ServiceError> {
        let RefusalQuery { deployment, from, to, key: _, rule: _, page: _, after, limit: _ } = query;
        let deployment = match deployment {
            Some(text) => Some(text.parse().map_err(|_| ServiceError::not_found("deployment", text))?),
            None => None,
        };
        if let Some(deployment) = deployment
            && !self.reaches(caller, deployment).await?
        {
            return Err(ServiceError::not_found("deployment", deployment));
        }
        let reached = match caller.divisions() {
            Divisions::All => None,
            Divisions::Some(_) => {
                let reached = self.reached_deployments(caller).await?;
                Some(reached.into_iter().map(|deployment| deployment.id).collect())
            }
        };
        let filter = RefusalFilter { deployment, from: *from, to: *to, after: *after, limit: LOOK };
        Ok(RefusalWalk { organization: caller.organization_id(), filter, reached, left: most, at_end: false })
    }
}

/// Goes through refusals, newest first, up to a bound.
struct RefusalWalk {
    organization: OrganizationId,
    filter: RefusalFilter,
    /// The deployments that the caller reaches; absent: all.
    reached: Option<BTreeSet<DeploymentId>>,
    left: usize,
    at_end: bool,
}

impl RefusalWalk {
    async fn next_page(
        &mut self,
        service: &Service,
    ) -> Result<Option<Vec<(RefusalPosition, RefusalRecord)>>, ServiceError> {
        if self.at_end || self.left == 0 {
            return Ok(None);
        }
        let page = service.inner.store.list_refusals(self.organization, self.filter.clone()).await?;
        self.at_end = page.len() < self.filter.limit as usize;
        self.left = self.left.saturating_sub(page.len());
        self.filter.after = page.last().map(|(position, _)| *position).or(self.filter.after);
        Ok(Some(page))
    }

    fn wants(&self, record: &RefusalRecord, query: &RefusalQuery) -> bool {
        let RefusalQuery { deployment: _, from: _, to: _, key, rule, page, after: _, limit: _ } = query;
        let has_fault = record.faults.iter().any(|(name, _, broken)| {
            key.as_ref().is_none_or(|key| key == name) && rule.as_ref().is_none_or(|rule| rule == broken.as_str())
        });
        let is_from = |path: &String| record.source.page.as_ref().is_some_and(|page| page.starts_with(path.as_str()));
        self.reached.as_ref().is_none_or(|reached| reached.contains(&record.deployment_id))
            && (has_fault || (key.is_none() && rule.is_none()))
            && page.as_ref().is_none_or(is_from)
    }
}

/// The groups that a record belongs to: each once, however many faults say so.
fn values_of(record: &RefusalRecord, by: RefusalGrouping) -> BTreeSet<Option<String>> {
    let faults = || record.faults.iter();
    match by {
        RefusalGrouping::Key => faults().map(|(key, _, _)| Some(key.clone())).collect(),
        RefusalGrouping::Rule => faults().map(|(_, _, rule)| Some(rule.as_str().to_owned())).collect(),
        RefusalGrouping::Form => faults().map(|(_, form, _)| Some(form.as_str().to_owned())).collect(),
        RefusalGrouping::Page => BTreeSet::from([record.source.page.clone()]),
        RefusalGrouping::Sdk => BTreeSet::from([record.source.sdk.clone()]),
        RefusalGrouping::Deployment => BTreeSet::from([Some(record.deployment_id.to_string())]),
    }
}
