//! The delivery log, and asking for deliveries again (WH6).

use waybill_model::{Cursor, Delivery, DeliveryState, Webhook, WebhookId, WebhookLane};
use waybill_store::{DeliveryFilter, DeliveryOrder};

use super::admin::invalid;
use crate::{Caller, Service, ServiceError, Versioned, entities::Act};

/// Deliveries that one call can ask for by number.
const MOST_NUMBERS: usize = 100;
/// Dead deliveries that one call brings back; whoever has more calls again.
const MOST_DEAD: usize = 10_000;
/// Deliveries per write.
const GROUP: u32 = 500;
/// Stretches of the log that are replayed for one webhook at the same time.
const MOST_LANES: usize = 8;

/// What is to be sent again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Replay {
    /// These deliveries.
    Deliveries(Vec<u64>),
    /// Everything that was given up.
    Dead,
    /// The events after a cursor, up to another one or to where the webhook stands now.
    Range {
        /// After this one.
        from: Cursor,
        /// Up to this one.
        to: Option<Cursor>,
    },
}

impl Service {
    /// The deliveries of a webhook, newest first, before a number.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn list_webhook_deliveries(
        &self,
        caller: &Caller,
        id: &str,
        state: Option<DeliveryState>,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<Delivery>, ServiceError> {
        let webhook = self.webhook(caller, id).await?.entity;
        let order = DeliveryOrder::NewestBefore(before.unwrap_or(u64::MAX));
        let filter = DeliveryFilter { state, order, limit };
        Ok(self.inner.store.list_deliveries(webhook.organization_id, webhook.id, filter).await?)
    }

    /// Sends again. Answers how many deliveries were brought back; a stretch of the log is worked through afterwards.
    ///
    /// # Errors
    /// `NotFound` for the webhook or a delivery, `CursorGone`, `WrongState` while too many stretches are replayed.
    pub async fn replay_webhook(&self, caller: &Caller, id: &str, replay: Replay) -> Result<u64, ServiceError> {
        let Versioned { entity: webhook, version: _ } = self.webhook(caller, id).await?;
        let (count, said) = match replay {
            Replay::Deliveries(numbers) => {
                (self.replay_numbers(&webhook, &numbers).await?, format!("deliveries {numbers:?}"))
            }
            Replay::Dead => (self.replay_dead(&webhook).await?, "dead deliveries".to_owned()),
            Replay::Range { from, to } => {
                self.replay_range(&webhook, from, to).await?;
                let to = to.map_or_else(|| "now".to_owned(), |to| to.to_string());
                (0, format!("after {from} up to {to}"))
            }
        };
        let act = Act::of(caller, "webhook.replayed", webhook.id.uuid()).saying(said);
        self.inner.store.append_audit(webhook.organization_id, self.audit_entry(act)).await?;
        self.wake_webhook(&webhook);
        Ok(count)
    }

    async fn replay_numbers(&self, webhook: &Webhook, numbers: &[u64]) -> Result<u64, ServiceError> {
        if numbers.is_empty() || numbers.len() > MOST_NUMBERS {
            return Err(invalid("deliveryIds", "has to have 1 to 100 entries", "ask for more in several calls"));
        }
        let mut deliveries = Vec::with_capacity(numbers.len());
        for number in numbers {
            let found = self.inner.store.find_delivery(webhook.organization_id, webhook.id, *number).await?;
            let found = found.ok_or_else(|| ServiceError::not_found("delivery", number))?;
            // One that is pending is on its way already.
            if found.state != DeliveryState::Pending {
                deliveries.push(found);
            }
        }
        self.bring_back(webhook, deliveries).await
    }

    async fn replay_dead(&self, webhook: &Webhook) -> Result<u64, ServiceError> {
        let mut count = 0;
        let mut after = 0;
        while count < MOST_DEAD as u64 {
            let order = DeliveryOrder::OldestAfter(after);
            let filter = DeliveryFilter { state: Some(DeliveryState::Dead), order, limit: GROUP };
            let dead = self.inner.store.list_deliveries(webhook.organization_id, webhook.id, filter).await?;
            let Some(last) = dead.last() else { break };
            after = last.number;
            count += self.bring_back(webhook, dead).await?;
        }
        Ok(count)
    }

    async fn bring_back(&self, webhook: &Webhook, mut deliveries: Vec<Delivery>) -> Result<u64, ServiceError> {
        let now = self.inner.ambient.now();
        for delivery in &mut deliveries {
            delivery.state = DeliveryState::Pending;
            delivery.attempts = 0;
            delivery.replays += 1;
            delivery.due_at = now;
        }
        let count = deliveries.len() as u64;
        self.inner.store.record_deliveries(webhook.organization_id, deliveries).await?;
        Ok(count)
    }

    async fn replay_range(&self, webhook: &Webhook, from: Cursor, to: Option<Cursor>) -> Result<(), ServiceError> {
        let store = &self.inner.store;
        let (oldest, newest) = (store.oldest_position().await?, store.newest_position().await?);
        let is_ours = |cursor: Cursor| cursor.epoch == store.epoch() && (oldest..=newest).contains(&cursor.seq);
        if !is_ours(from) || to.is_some_and(|to| !is_ours(to)) {
            let begin = Cursor { epoch: store.epoch(), seq: oldest }.to_string();
            return Err(ServiceError::CursorGone { begin });
        }
        if to.is_some_and(|to| to.seq <= from.seq) {
            return Err(invalid("to", "is not after `from`", "swap them, or leave `to` out"));
        }
        let _alone = self.inner.webhooks.making_lanes.lock().await;
        let lanes = store.list_webhook_lanes(webhook.organization_id, webhook.id).await?;
        if lanes.len() > MOST_LANES {
            return Err(ServiceError::WrongState {
                what: format!("webhook `{}`", webhook.id),
                rule: format!("replays {MOST_LANES} stretches of the log already"),
                remedy: "wait until one has ended".to_owned(),
            });
        }
        // What lies behind the place where the webhook stands is told anyway: to tell it twice would break its order.
        let stands = lanes.iter().find(|lane| lane.lane == 0).map_or(newest, |live| live.position);
        let until = to.map_or(stands, |to| to.seq.min(stands));
        if until <= from.seq {
            return Ok(());
        }
        let number = lanes.iter().map(|lane| lane.lane).max().unwrap_or(0) + 1;
        self.make_lane(webhook, WebhookLane { lane: number, position: from.seq, until: Some(until) }).await
    }

    async fn make_lane(&self, webhook: &Webhook, lane: WebhookLane) -> Result<(), ServiceError> {
        let (organization, id): (_, WebhookId) = (webhook.organization_id, webhook.id);
        Ok(self.inner.store.plan_deliveries(organization, id, Some(lane), Vec::new()).await?)
    }
}
