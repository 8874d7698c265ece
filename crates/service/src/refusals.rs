//! Refusals leave a record (CTX11): keys and rules, no values; sampled under flood.

use std::{collections::BTreeSet, sync::Arc};

use tokio::sync::mpsc;
use waybill_model::{Deployment, OrganizationId, Receipt, RefusalRecord, Time, Verdict, conversation::Source};
use waybill_store::{RefusalFilter, Store};

use crate::{Caller, Divisions, Service, ServiceError, error::cut};

/// Records that may wait to be written; a flood beyond it is counted into the next record that fits.
const WAITING: usize = 1_024;
/// Records per write.
const GROUP: usize = 128;
/// Faults kept per record.
const FAULTS: usize = 100;

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

/// Which refusals a list wants.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RefusalQuery {
    /// Of one deployment, as text.
    pub deployment: Option<String>,
    /// At or after.
    pub from: Option<Time>,
    /// At most so many, newest first; capped at 1000.
    pub limit: u32,
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

    /// Refusals, newest first.
    ///
    /// # Errors
    /// `NotFound` for a deployment that is none of the caller's.
    pub async fn list_refusals(
        &self,
        caller: &Caller,
        query: RefusalQuery,
    ) -> Result<Vec<RefusalRecord>, ServiceError> {
        let RefusalQuery { deployment, from, limit } = query;
        let deployment = match deployment {
            Some(text) => Some(text.parse().map_err(|_| ServiceError::not_found("deployment", &text))?),
            None => None,
        };
        if let Some(deployment) = deployment
            && !self.reaches(caller, deployment).await?
        {
            return Err(ServiceError::not_found("deployment", deployment));
        }
        let filter = RefusalFilter { deployment, from, limit: limit.clamp(1, 1_000) };
        let mut records = self.inner.store.list_refusals(caller.organization_id(), filter).await?;
        if *caller.divisions() != Divisions::All {
            let reached = self.reached_deployments(caller).await?;
            let reached: BTreeSet<_> = reached.into_iter().map(|deployment| deployment.id).collect();
            records.retain(|record| reached.contains(&record.deployment_id));
        }
        Ok(records)
    }
}
