//! One endpoint's worker: plans from the log, sends what is due, keeps what became of it. The only one who does so for its
//! endpoint, so that the order within a conversation is its own to hold.

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use tokio::{sync::Notify, task::JoinSet, time::sleep};
use waybill_bus::{Listener, Scope};
use waybill_model::{
    Cursor, Delivery, DeliveryState, Disabled, Occasion, OrganizationId, Time, Webhook, WebhookId, WebhookLane,
};
use waybill_store::{DeliveryFilter, DeliveryOrder, LogScope};

use super::{
    WebhookParts,
    outcome::{Judged, give_up, judge},
    plan::{self, Revisions, Step},
    send::{self, Answer, Letter},
    signature::Secret,
    waiting::Waiting,
};
use crate::{Service, ServiceError, Versioned, entities::Act, service::Inner};

/// Deliveries in memory, and planned ahead of the sending; the log itself is the queue behind them.
const WINDOW: usize = 1_000;
/// Requests of one endpoint at once.
const AT_ONCE: usize = 16;
/// After so many failures in a row an endpoint is asked one at a time: it takes no connections from the others.
const FAILURES: u32 = 5;
/// The log is looked at this often even when no bell rings (P4).
const LOOK: Duration = Duration::from_secs(5);
/// After the store could not answer.
const BREATH: Duration = Duration::from_secs(1);
/// Pages of the log between two looks at what is due.
const PAGES: usize = 8;

/// Starts a worker; it ends with the service, or when its webhook is gone.
pub(super) fn start(
    service: &Service,
    parts: Arc<WebhookParts>,
    organization: OrganizationId,
    webhook: WebhookId,
    changed: Arc<Notify>,
) {
    let listener = service.inner.bus.listen(Scope::Organization(organization));
    let worker = Worker {
        service: Arc::downgrade(&service.inner),
        parts,
        organization,
        id: webhook,
        changed,
        listener,
        standing: None,
        waiting: Waiting::default(),
        loaded_up_to: 0,
        all_loaded: false,
        revisions: Revisions::default(),
        sending: JoinSet::new(),
        sent: Vec::new(),
        judged: Vec::new(),
        failures: 0,
    };
    tokio::spawn(worker.run());
}

struct Worker {
    /// Weak, so that a worker that waits keeps no server alive.
    service: Weak<Inner>,
    parts: Arc<WebhookParts>,
    organization: OrganizationId,
    id: WebhookId,
    changed: Arc<Notify>,
    listener: Box<dyn Listener>,
    /// Absent until it was read, and when it has to be read anew.
    standing: Option<Standing>,
    waiting: Waiting,
    loaded_up_to: u64,
    all_loaded: bool,
    revisions: Revisions,
    sending: JoinSet<Sent>,
    /// Came back and has to be judged.
    sent: Vec<Sent>,
    /// Was judged and has to be kept.
    judged: Vec<Delivery>,
    failures: u32,
}

/// The endpoint as it was read.
struct Standing {
    webhook: Versioned<Webhook>,
    secrets: Vec<Secret>,
    /// Each with the position that the store knows.
    lanes: Vec<(WebhookLane, u64)>,
    /// The previous key signs no longer from then on.
    reread_at: Option<Time>,
}

struct Sent {
    delivery: Delivery,
    began: Time,
    answer: Answer,
}

/// What a worker does after a step.
enum Next {
    Wait(Duration),
    End,
}

impl Worker {
    async fn run(mut self) {
        loop {
            let next = {
                let Some(inner) = self.service.upgrade() else { return };
                self.step(&Service { inner }).await
            };
            let wait = match next {
                Ok(Next::Wait(wait)) => wait,
                Ok(Next::End) => return,
                Err(error) => {
                    tracing::warn!(webhook = %self.id, %error, "a webhook waits for the store");
                    BREATH
                }
            };
            tokio::select! {
                () = self.changed.notified() => self.standing = None,
                Some(sent) = self.sending.join_next() => self.take(sent),
                _ = self.listener.heard() => {}
                () = sleep(wait) => {}
            }
        }
    }

    fn take(&mut self, sent: Result<Sent, tokio::task::JoinError>) {
        match sent {
            Ok(sent) => self.sent.push(sent),
            // Its delivery is pending in the store: it is read anew and sent again.
            Err(error) => {
                tracing::error!(webhook = %self.id, %error, "an attempt of a webhook broke off");
                self.standing = None;
            }
        }
    }

    async fn step(&mut self, service: &Service) -> Result<Next, ServiceError> {
        while let Some(sent) = self.sending.try_join_next() {
            self.take(sent);
        }
        self.judge(service).await?;
        if self
            .standing
            .as_ref()
            .is_some_and(|standing| standing.reread_at.is_some_and(|at| at <= service.ambient().now()))
        {
            self.standing = None;
        }
        if self.standing.is_none() && !self.read_anew(service).await? {
            service.inner.store.forget_webhook(self.organization, self.id).await?;
            service.inner.webhooks.forget(self.id);
            return Ok(Next::End);
        }
        if !self.standing.as_ref().is_some_and(|standing| standing.webhook.entity.enabled) {
            return Ok(Next::Wait(LOOK));
        }
        let more = self.fill(service).await?;
        self.send_due(service).await?;
        if more && self.waiting.count() < WINDOW {
            return Ok(Next::Wait(Duration::ZERO));
        }
        Ok(Next::Wait(self.until_next(service.ambient().now())))
    }

    /// How long there is nothing to do, unless something comes back or a bell rings.
    fn until_next(&self, now: Time) -> Duration {
        let may_send = self.waiting.under_way() < self.at_once();
        let due = self.waiting.next_due().filter(|_| may_send);
        let wait = due.map_or(LOOK, |due| {
            let millis = u64::try_from(due.millis().saturating_sub(now.millis())).unwrap_or(0);
            Duration::from_millis(millis)
        });
        wait.min(LOOK)
    }

    const fn at_once(&self) -> usize {
        if self.failures >= FAILURES { 1 } else { AT_ONCE }
    }

    /// Reads the endpoint and what waits for it; `false` when it is gone.
    async fn read_anew(&mut self, service: &Service) -> Result<bool, ServiceError> {
        let Some(webhook) = service.find_entity::<Webhook>(self.organization, self.id.uuid()).await? else {
            return Ok(false);
        };
        let store = &service.inner.store;
        let mut lanes = store.list_webhook_lanes(self.organization, self.id).await?;
        if !lanes.iter().any(|lane| lane.lane == 0) {
            // It was created a moment ago, and the place that goes with it was not written: it begins now.
            let live = WebhookLane { lane: 0, position: store.newest_position().await?, until: None };
            store.plan_deliveries(self.organization, self.id, Some(live), Vec::new()).await?;
            lanes.push(live);
        }
        let secrets = service.webhook_secrets(&webhook.entity)?;
        let previous = webhook.entity.previous_secret.as_ref().filter(|_| secrets.len() > 1);
        let reread_at = previous.map(|previous| previous.good_until);
        let lanes = lanes.into_iter().map(|lane| (lane, lane.position)).collect();
        self.standing = Some(Standing { webhook, secrets, lanes, reread_at });
        self.waiting.clear();
        (self.loaded_up_to, self.all_loaded) = (0, false);
        Ok(true)
    }

    /// Reads what waits in the store, then plans from the log, up to the window. Says whether there may be more.
    async fn fill(&mut self, service: &Service) -> Result<bool, ServiceError> {
        self.load(service).await?;
        let Some(standing) = &mut self.standing else { return Ok(false) };
        let mut more = false;
        let mut pages = 0;
        let mut index = 0;
        while index < standing.lanes.len() && self.all_loaded && self.waiting.count() < WINDOW {
            let (lane, kept) = &mut standing.lanes[index];
            match plan::step(service, &standing.webhook.entity, *lane, kept, &mut self.revisions).await? {
                Step::AtTheEnd(reached) => {
                    *lane = reached;
                    index += 1;
                }
                Step::Moved { lane: reached, made } => {
                    *lane = reached;
                    if reached.until.is_some_and(|until| reached.position >= until) {
                        standing.lanes.remove(index);
                    }
                    if made {
                        self.all_loaded = false;
                    }
                    pages += 1;
                    if made || pages >= PAGES {
                        more = true;
                        break;
                    }
                }
            }
        }
        if !self.all_loaded {
            self.load(service).await?;
        }
        Ok(more || !self.all_loaded)
    }

    async fn load(&mut self, service: &Service) -> Result<(), ServiceError> {
        while !self.all_loaded && self.waiting.count() < WINDOW {
            let room = u32::try_from(WINDOW - self.waiting.count()).unwrap_or(u32::MAX);
            let filter = DeliveryFilter {
                state: Some(DeliveryState::Pending),
                order: DeliveryOrder::OldestAfter(self.loaded_up_to),
                limit: room,
            };
            let found = service.inner.store.list_deliveries(self.organization, self.id, filter).await?;
            self.all_loaded = found.len() < room as usize;
            if let Some(last) = found.last() {
                self.loaded_up_to = last.number;
            }
            found.into_iter().for_each(|delivery| self.waiting.push(delivery));
        }
        Ok(())
    }

    async fn send_due(&mut self, service: &Service) -> Result<(), ServiceError> {
        let Some(standing) = &self.standing else { return Ok(()) };
        let webhook = &standing.webhook.entity;
        while self.waiting.under_way() < if self.failures >= FAILURES { 1 } else { AT_ONCE } {
            let now = service.ambient().now();
            let Some(delivery) = self.waiting.take_due(now) else { break };
            let (id, body, cursor) = match body_of(service, &self.parts, webhook, &delivery).await {
                Ok(Some(written)) => written,
                Ok(None) => {
                    self.judged.push(give_up(delivery, now, "event_gone"));
                    continue;
                }
                Err(error) => {
                    // It is under way no more; the next step tries again.
                    self.waiting.finish(delivery);
                    return Err(error);
                }
            };
            let letter = Letter {
                url: &webhook.url,
                secrets: &standing.secrets,
                id: &id,
                timestamp: now.seconds(),
                body,
                headers: send::headers(&delivery, cursor),
            };
            let request = send::request(letter);
            let outbound = self.parts.outbound.clone();
            self.sending.spawn(async move {
                let answer = send::send(&outbound, request).await;
                Sent { delivery, began: now, answer }
            });
        }
        self.keep_judged(service).await
    }

    /// Judges what came back, keeps it, and goes on with the conversations.
    async fn judge(&mut self, service: &Service) -> Result<(), ServiceError> {
        let mut gone = false;
        for Sent { delivery, began, answer } in self.sent.drain(..) {
            let judged = judge(service.ambient(), &self.parts.schedule, delivery, began, &answer);
            let Judged { delivery, gone: is_gone, failed } = judged;
            gone |= is_gone;
            self.failures = if failed { self.failures.saturating_add(1) } else { 0 };
            self.judged.push(delivery);
        }
        self.keep_judged(service).await?;
        if gone {
            self.disable(service).await?;
        }
        Ok(())
    }

    async fn keep_judged(&mut self, service: &Service) -> Result<(), ServiceError> {
        if self.judged.is_empty() {
            return Ok(());
        }
        // Before the next one of a conversation may go; what fails here stays and is kept by the next step.
        service.inner.store.record_deliveries(self.organization, self.judged.clone()).await?;
        for delivery in self.judged.drain(..) {
            if let Some(standing) = &self.standing {
                service.mark_delivery(&standing.webhook.entity, &delivery);
            }
            self.waiting.finish(delivery);
        }
        Ok(())
    }

    /// WH4: a receiver that answers 410 is left alone from now on.
    async fn disable(&mut self, service: &Service) -> Result<(), ServiceError> {
        self.standing = None;
        let Some(mut webhook) = service.find_entity::<Webhook>(self.organization, self.id.uuid()).await? else {
            return Ok(());
        };
        if !webhook.entity.enabled {
            return Ok(());
        }
        let now = service.ambient().now();
        webhook.entity.enabled = false;
        webhook.entity.changed_at = now;
        webhook.entity.disabled = Some(Disabled { at: now, reason: "the endpoint answered 410 Gone".to_owned() });
        tracing::info!(webhook = %self.id, "a webhook was switched off: its endpoint answered 410");
        service.update_entity(&webhook, Act::of_server("webhook.disabled", self.id.uuid()).saying("410")).await
    }
}

/// A body with the id and the cursor that go with it; `None` for what can't be told any more.
async fn body_of(
    service: &Service,
    parts: &WebhookParts,
    webhook: &Webhook,
    delivery: &Delivery,
) -> Result<Option<(String, String, Option<Cursor>)>, ServiceError> {
    let (seq, revision) = match &delivery.occasion {
        Occasion::Notice { id, body } => return Ok(Some((id.clone(), body.clone(), None))),
        Occasion::Logged { seq, conversation_id: _, conversation_seq: _, revision } => (*seq, *revision),
    };
    let store = &service.inner.store;
    let page = store.list_events(webhook.organization_id, LogScope::Organization, seq.saturating_sub(1), 1).await?;
    let Some(event) = page.events.into_iter().find(|event| event.seq == seq) else { return Ok(None) };
    let event = service.as_webhook_sees(webhook, &event).await?;
    let cursor = Cursor { epoch: store.epoch(), seq };
    let body = parts.bodies.event(&event, cursor, revision)?;
    Ok(body.map(|body| (cursor.to_string(), body, Some(cursor))))
}
