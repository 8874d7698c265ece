//! Drift alarms: told when the presence rate of a key falls, once; and told when it is back.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::broadcast;
use uuid::Uuid;
use waybill_engine::analytics::{Drift, Share, has_recovered, judge};
use waybill_model::{
    Deployment, DeploymentId, OrganizationId, Time, WebhookEvent,
    analytics::{AnalyticsDocument, Presence, Span},
};

use crate::{Caller, Divisions, Service, ServiceError};

/// How often the loop looks.
const LOOK: Duration = Duration::from_secs(60);
/// Milliseconds of an hour.
const HOUR: i64 = 3_600_000;
/// The window: the present hour and the one before it.
const WINDOW: i64 = HOUR;
/// The baseline: so long before the window.
const BASELINE: i64 = 7 * 24 * HOUR;
/// How long an alarm that is over is kept.
const KEPT: i64 = 90 * 24 * HOUR;
/// The most alarms that are looked at.
const MOST: u32 = 1_000;
const KIND: &str = "alarm";

/// In how many of all starts, refused ones included, a key came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AlarmShare {
    /// In so many.
    pub present: u64,
    /// Of so many.
    pub starts: u64,
    /// From.
    pub from: Time,
    /// Until.
    pub to: Time,
}

impl AlarmShare {
    /// Between 0 and 1.
    #[must_use]
    pub fn rate(self) -> f64 {
        self.share().rate()
    }

    const fn share(self) -> Share {
        Share { present: self.present, of: self.starts }
    }
}

/// A key that comes less often than it used to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Alarm {
    /// Its id.
    pub id: Uuid,
    /// The tenant.
    pub organization_id: OrganizationId,
    /// The entry point.
    pub deployment_id: DeploymentId,
    /// The canonical key.
    pub key: String,
    /// When it began.
    pub began_at: Time,
    /// When it was over.
    #[serde(default)]
    pub ended_at: Option<Time>,
    /// What was usual; it stays while the alarm lasts.
    pub baseline: AlarmShare,
    /// What it was when the alarm began.
    pub window: AlarmShare,
    /// What it was when it was looked at last.
    pub latest: AlarmShare,
    /// Whether its beginning was told.
    #[serde(default)]
    began_told: bool,
    /// Whether its end was told.
    #[serde(default)]
    ended_told: bool,
}

impl Alarm {
    fn document(&self) -> Result<AnalyticsDocument, ServiceError> {
        Ok(AnalyticsDocument {
            kind: KIND,
            id: self.id,
            at: self.began_at,
            // One that lasts is kept as long as it does.
            expires_at: self.ended_at.map_or(Time::from_millis(i64::MAX), |at| at.plus_millis(KEPT)),
            open: self.ended_at.is_none() || !self.ended_told,
            payload: serde_json::to_string(self).map_err(|error| ServiceError::Bug(error.to_string()))?,
        })
    }

    fn read(document: &AnalyticsDocument) -> Result<Self, ServiceError> {
        serde_json::from_str(&document.payload)
            .map_err(|error| ServiceError::Bug(format!("alarm {} can't be read: {error}", document.id)))
    }

    /// What is told of it: keys and numbers, never a value.
    #[must_use]
    pub fn told(&self) -> Value {
        let share = |share: AlarmShare| {
            json!({
                "present": share.present,
                "starts": share.starts,
                "rate": share.rate(),
                "from": share.from,
                "to": share.to,
            })
        };
        let mut told = json!({
            "id": self.id,
            "state": if self.ended_at.is_some() { "ended" } else { "began" },
            "deploymentId": self.deployment_id,
            "key": self.key,
            "beganAt": self.began_at,
            "baseline": share(self.baseline),
            "window": share(if self.ended_at.is_some() { self.latest } else { self.window }),
        });
        if let (Some(at), Some(members)) = (self.ended_at, told.as_object_mut()) {
            members.insert("endedAt".to_owned(), json!(at));
        }
        told
    }
}

impl Service {
    /// Alarms that the caller's right reaches, newest first.
    ///
    /// # Errors
    /// The store's.
    pub async fn list_alarms(&self, caller: &Caller, limit: u32) -> Result<Vec<Alarm>, ServiceError> {
        let documents = self.inner.store.list_documents(caller.organization_id(), KIND, MOST).await?;
        let mut alarms = Vec::new();
        for document in &documents {
            let alarm = Alarm::read(document)?;
            if self.reaches(caller, alarm.deployment_id).await? {
                alarms.push(alarm);
                if alarms.len() == limit as usize {
                    break;
                }
            }
        }
        Ok(alarms)
    }

    /// Alarms as they begin and end, of every tenant: whoever listens looks for its own with [`Service::hears_alarm`].
    #[must_use]
    pub fn alarms(&self) -> broadcast::Receiver<Arc<Alarm>> {
        self.inner.analytics.alarms.subscribe()
    }

    /// Whether an alarm is one of the caller's.
    ///
    /// # Errors
    /// The store's.
    pub async fn hears_alarm(&self, caller: &Caller, alarm: &Alarm) -> Result<bool, ServiceError> {
        Ok(alarm.organization_id == caller.organization_id()
            && (*caller.divisions() == Divisions::All || self.reaches(caller, alarm.deployment_id).await?))
    }

    /// Starts the loops of analytics; they end with the last clone of the service.
    pub(crate) fn spawn_analytics(&self) {
        let weak = Arc::downgrade(&self.inner);
        tokio::spawn(async move {
            let mut looks = tokio::time::interval(LOOK);
            looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
            loop {
                looks.tick().await;
                let Some(inner) = weak.upgrade() else { return };
                let service = Self { inner };
                if let Err(error) = service.check_drift().await {
                    tracing::warn!(%error, "drift was not looked for");
                }
                if let Err(error) = service.inner.store.purge_documents(service.inner.ambient.now()).await {
                    tracing::warn!(%error, "jobs and alarms were not purged");
                }
            }
        });
        let (weak, asked) = (Arc::downgrade(&self.inner), Arc::clone(&self.inner.analytics.asked));
        tokio::spawn(async move {
            loop {
                let Some(inner) = weak.upgrade() else { return };
                let service = Self { inner };
                if let Err(error) = service.work_on_jobs().await {
                    tracing::warn!(%error, "details jobs were not worked on");
                }
                drop(service);
                // Rung for each job; the look now and then is for what failed.
                if tokio::time::timeout(LOOK, asked.notified()).await.is_err() {
                    tracing::trace!("looking for details jobs");
                }
            }
        });
    }

    /// Looks once at every declared key of every deployment; tells what began and what is over.
    ///
    /// # Errors
    /// The store's.
    pub async fn check_drift(&self) -> Result<(), ServiceError> {
        let _looking = self.inner.analytics.looking.lock().await;
        let now = self.inner.ambient.now();
        let hour = now.millis().div_euclid(HOUR) * HOUR;
        let window = Span { from: Time::from_millis(hour - WINDOW), to: Time::from_millis(hour + HOUR) };
        let baseline = Span { from: window.from.plus_millis(-BASELINE), to: window.from };
        let mut open = BTreeMap::<(OrganizationId, DeploymentId, String), Alarm>::new();
        for (organization, document) in self.inner.store.list_open_documents(KIND).await? {
            let alarm = Alarm::read(&document)?;
            if alarm.ended_at.is_some() {
                // Its end was written but not told.
                self.tell(alarm).await?;
            } else {
                open.insert((organization, alarm.deployment_id, alarm.key.clone()), alarm);
            }
        }
        for organization in self.inner.store.list_organizations().await? {
            let deployments = self.inner.store.list_deployments(organization.id).await?;
            let was = self.shares(organization.id, &deployments, baseline).await?;
            let is = self.shares(organization.id, &deployments, window).await?;
            for (place, now_share) in is {
                let Some(usual) = was.get(&place).copied() else { continue };
                let (deployment_id, key) = place;
                let alarm = open.remove(&(organization.id, deployment_id, key.clone()));
                self.judge_key(alarm, (organization.id, deployment_id, key), usual, now_share, now).await?;
            }
        }
        // What is left is about keys that nobody declares any more.
        for alarm in open.into_values() {
            self.tell(Alarm { ended_at: Some(now), ..alarm }).await?;
        }
        Ok(())
    }

    async fn judge_key(
        &self,
        alarm: Option<Alarm>,
        (organization_id, deployment_id, key): (OrganizationId, DeploymentId, String),
        usual: AlarmShare,
        latest: AlarmShare,
        now: Time,
    ) -> Result<(), ServiceError> {
        match alarm {
            Some(alarm) if has_recovered(alarm.baseline.share(), latest.share()) => {
                self.tell(Alarm { ended_at: Some(now), latest, ..alarm }).await
            }
            // Told already; a beginning that was not told is told now.
            Some(alarm) if alarm.began_told && alarm.latest == latest => Ok(()),
            Some(alarm) if alarm.began_told => {
                let alarm = Alarm { latest, ..alarm };
                Ok(self.inner.store.put_document(organization_id, alarm.document()?).await?)
            }
            Some(alarm) => self.tell(alarm).await,
            None => match judge(usual.share(), latest.share()) {
                Drift::TooFew | Drift::Steady => Ok(()),
                Drift::Fallen { z } => {
                    tracing::warn!(%deployment_id, key, z, "a context key comes less often than it used to");
                    let alarm = Alarm {
                        id: self.inner.ambient.uuid(),
                        organization_id,
                        deployment_id,
                        key,
                        began_at: now,
                        ended_at: None,
                        baseline: usual,
                        window: latest,
                        latest,
                        began_told: false,
                        ended_told: false,
                    };
                    self.tell(alarm).await
                }
            },
        }
    }

    /// Keeps an alarm, tells it, and keeps that it was told: a crash between tells it once more, never not at all.
    async fn tell(&self, mut alarm: Alarm) -> Result<(), ServiceError> {
        let organization = alarm.organization_id;
        self.inner.store.put_document(organization, alarm.document()?).await?;
        let event = WebhookEvent::AnalyticsDrift;
        self.notify_webhooks(organization, Some(alarm.deployment_id), event, alarm.told()).await?;
        // Nobody may be listening.
        drop(self.inner.analytics.alarms.send(Arc::new(alarm.clone())));
        alarm.began_told = true;
        alarm.ended_told = alarm.ended_at.is_some();
        Ok(self.inner.store.put_document(organization, alarm.document()?).await?)
    }

    /// The share of starts, refused ones included, in which each declared key came.
    async fn shares(
        &self,
        organization: OrganizationId,
        deployments: &[Deployment],
        span: Span,
    ) -> Result<BTreeMap<(DeploymentId, String), AlarmShare>, ServiceError> {
        let keys = |deployment: &Deployment| {
            deployment.policy.attributes.iter().map(|declared| declared.key.clone()).collect::<Vec<_>>()
        };
        let wanted = deployments.iter().map(|deployment| (deployment.id, keys(deployment))).collect();
        let found = self.inner.store.count_presence(organization, wanted, span).await?;
        let mut refused = BTreeMap::<DeploymentId, u64>::new();
        for starts in self.inner.store.count_refused_starts(organization, None, span).await? {
            *refused.entry(starts.deployment_id).or_default() += starts.starts;
        }
        let shares = found.into_iter().map(|Presence { deployment_id, key, present, conversations }| {
            let starts = conversations + refused.get(&deployment_id).copied().unwrap_or_default();
            ((deployment_id, key), AlarmShare { present, starts, from: span.from, to: span.to })
        });
        Ok(shares.collect())
    }
}
