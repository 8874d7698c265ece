//! What the webhooks of the server share, and the workers that send for them.

use std::sync::{Arc, OnceLock};

use dashmap::DashMap;
use tokio::sync::{Mutex, Notify};
use waybill_model::{
    Cursor, Delivery, DeliveryState, DeploymentId, Event, Occasion, OrganizationId, Time, Webhook, WebhookEvent,
    WebhookId,
};
use waybill_outbound::Outbound;
use waybill_store::EntityFilter;

use super::{Schedule, worker};
use crate::{Service, ServiceError};

/// Most webhooks of one organization: each has a worker and connections of its own.
pub(super) const MOST: u32 = 100;

/// Writes bodies as the edge shows them: a delivery has the same bytes as the stream's event.
pub trait EventBodies: Send + Sync + 'static {
    /// The body of a record of the log; `None` for what never leaves it.
    ///
    /// # Errors
    /// `Bug`, when it can't be written.
    fn event(&self, event: &Event, cursor: Cursor, revision: u64) -> Result<Option<String>, ServiceError>;

    /// The body of something that is no conversation's.
    ///
    /// # Errors
    /// `Bug`, when it can't be written.
    fn notice(&self, notice: &Notice) -> Result<String, ServiceError>;
}

/// Something that webhooks are told and that is no record of the log.
#[derive(Debug, Clone, PartialEq)]
pub struct Notice {
    /// Names it for receivers.
    pub id: String,
    /// What it is: a [`WebhookEvent`]'s name, or `webhook:test`.
    pub kind: &'static str,
    /// When it happened.
    pub at: Time,
    /// The tenant.
    pub organization_id: OrganizationId,
    /// What there is to say.
    pub data: serde_json::Value,
}

/// What sending takes.
pub struct WebhookParts {
    /// The door for requests.
    pub outbound: Outbound,
    /// Who writes bodies.
    pub bodies: Arc<dyn EventBodies>,
    /// When failed deliveries are tried again.
    pub schedule: Schedule,
}

/// The workers by webhook.
#[derive(Default)]
pub(crate) struct Desk {
    parts: OnceLock<Arc<WebhookParts>>,
    workers: DashMap<WebhookId, Arc<Notify>>,
    /// Held while lanes are made: each gets a number of its own.
    pub(super) making_lanes: Mutex<()>,
}

impl Desk {
    pub(super) fn parts(&self) -> Result<&Arc<WebhookParts>, ServiceError> {
        self.parts.get().ok_or_else(|| ServiceError::busy("webhooks have not been started"))
    }

    /// The door for requests, for whoever else needs one.
    pub(crate) fn outbound(&self) -> Result<&Outbound, ServiceError> {
        Ok(&self.parts()?.outbound)
    }

    pub(super) fn forget(&self, webhook: WebhookId) {
        self.workers.remove(&webhook);
    }
}

impl Service {
    /// Starts sending: from now on every webhook has a worker (they end with the last clone of the service).
    ///
    /// # Errors
    /// When the store can't be read.
    pub async fn start_webhooks(&self, parts: WebhookParts) -> Result<(), ServiceError> {
        if self.inner.webhooks.parts.set(Arc::new(parts)).is_err() {
            return Err(ServiceError::Bug("webhooks were started twice".to_owned()));
        }
        for organization in self.inner.store.list_organizations().await? {
            for webhook in self.all_webhooks(organization.id).await? {
                self.wake_webhook(&webhook);
            }
        }
        Ok(())
    }

    pub(super) async fn all_webhooks(&self, organization: OrganizationId) -> Result<Vec<Webhook>, ServiceError> {
        let filter = EntityFilter { limit: MOST, ..EntityFilter::default() };
        let list = self.list_entities::<Webhook>(organization, filter).await?;
        Ok(list.entities.into_iter().map(|versioned| versioned.entity).collect())
    }

    /// Tells a webhook's worker that something changed; starts it when it has none.
    pub(super) fn wake_webhook(&self, webhook: &Webhook) {
        let Some(parts) = self.inner.webhooks.parts.get() else { return };
        let entry = self.inner.webhooks.workers.entry(webhook.id);
        let changed = entry.or_insert_with(|| {
            let changed = Arc::new(Notify::new());
            worker::start(self, Arc::clone(parts), webhook.organization_id, webhook.id, Arc::clone(&changed));
            changed
        });
        changed.notify_one();
    }

    /// Tells the webhooks that want to know something that is no record of the log, such as a drift of a deployment's
    /// context. It is delivered, retried and kept like any event.
    ///
    /// # Errors
    /// The store's.
    pub async fn notify_webhooks(
        &self,
        organization: OrganizationId,
        deployment: Option<DeploymentId>,
        event: WebhookEvent,
        data: serde_json::Value,
    ) -> Result<(), ServiceError> {
        let Some(parts) = self.inner.webhooks.parts.get() else { return Ok(()) };
        let now = self.inner.ambient.now();
        let id = format!("notice_{}", self.inner.ambient.uuid().simple());
        let notice = Notice { id: id.clone(), kind: event.as_str(), at: now, organization_id: organization, data };
        let body = parts.bodies.notice(&notice)?;
        for webhook in self.all_webhooks(organization).await? {
            let wanted = webhook.events.is_empty() || webhook.events.contains(&event);
            if !wanted || !self.webhook_covers(&webhook, deployment).await? {
                continue;
            }
            let delivery = Delivery {
                number: 0,
                webhook_id: webhook.id,
                event,
                occasion: Occasion::Notice { id: id.clone(), body: body.clone() },
                state: DeliveryState::Pending,
                attempts: 0,
                replays: 0,
                created_at: now,
                due_at: now,
                last: None,
            };
            self.inner.store.plan_deliveries(organization, webhook.id, None, vec![delivery]).await?;
            self.wake_webhook(&webhook);
        }
        Ok(())
    }

    /// Whether a webhook is told about a deployment; what belongs to none is for webhooks without limits.
    pub(super) async fn webhook_covers(
        &self,
        webhook: &Webhook,
        deployment: Option<DeploymentId>,
    ) -> Result<bool, ServiceError> {
        let Some(deployment) = deployment else {
            return Ok(webhook.deployments.is_empty() && webhook.divisions.is_none());
        };
        if !webhook.deployments.is_empty() && !webhook.deployments.contains(&deployment) {
            return Ok(false);
        }
        match &webhook.divisions {
            None => Ok(true),
            Some(divisions) => {
                Ok(self.division_of(deployment).await?.is_some_and(|division| divisions.contains(&division)))
            }
        }
    }
}
