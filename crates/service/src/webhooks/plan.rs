//! From the log to deliveries: which events an endpoint wants, and where it stands afterwards (WH2).

use std::collections::HashMap;

use waybill_model::{
    ConversationId, Delivery, DeliveryState, Event, EventBody, Occasion, Webhook, WebhookEvent, WebhookLane,
};
use waybill_store::LogScope;

use crate::{Service, ServiceError, stream::revision_in};

/// Records of the log per step.
const PAGE: u32 = 200;
/// A place is kept at least this often, also when nothing was wanted on the way.
const KEPT_EVERY: u64 = 1_000;
/// Conversations whose revision is remembered.
const REMEMBERED: usize = 10_000;

/// What an endpoint remembers of the conversations that it read lately.
#[derive(Debug, Default)]
pub(super) struct Revisions(HashMap<ConversationId, u64>);

impl Revisions {
    /// The context revision after an event (LOG3).
    async fn after(&mut self, service: &Service, event: &Event) -> Result<u64, ServiceError> {
        let id = event.conversation_id;
        let revision = match revision_in(&event.body).or_else(|| self.0.get(&id).copied()) {
            Some(revision) => revision,
            None => {
                let log = service.inner.store.list_conversation_log(event.organization_id, id).await?;
                let until = log.iter().take_while(|earlier| earlier.seq <= event.seq);
                until.filter_map(|earlier| revision_in(&earlier.body)).last().unwrap_or(0)
            }
        };
        if self.0.len() >= REMEMBERED {
            self.0.clear();
        }
        self.0.insert(id, revision);
        Ok(revision)
    }
}

/// What one step came to.
pub(super) enum Step {
    /// The lane stands here now; deliveries may have been made.
    Moved {
        /// The lane.
        lane: WebhookLane,
        /// Whether there are new deliveries.
        made: bool,
    },
    /// Nothing new in the log.
    AtTheEnd(WebhookLane),
}

/// Reads one page of the log for an endpoint and keeps what it wants. `kept` is the position that the store knows.
pub(super) async fn step(
    service: &Service,
    webhook: &Webhook,
    lane: WebhookLane,
    kept: &mut u64,
    revisions: &mut Revisions,
) -> Result<Step, ServiceError> {
    let (store, organization) = (&service.inner.store, webhook.organization_id);
    // What the log has forgotten can't be told any more.
    let after = lane.position.max(store.oldest_position().await?);
    let page = store.list_events(organization, LogScope::Organization, after, PAGE).await?;
    let last = lane.until.unwrap_or(u64::MAX);
    let mut deliveries = Vec::new();
    for event in page.events.iter().take_while(|event| event.seq <= last) {
        if let Some(kind) = wants(service, webhook, event).await? {
            let revision = revisions.after(service, event).await?;
            deliveries.push(delivery(service, webhook, event, kind, revision));
        } else if revision_in(&event.body).is_some() {
            revisions.after(service, event).await?;
        }
    }
    let reached = WebhookLane { position: page.reached.max(after).min(last), ..lane };
    let ended = reached.position >= last;
    let made = !deliveries.is_empty();
    if made || ended || reached.position >= *kept + KEPT_EVERY {
        store.plan_deliveries(organization, webhook.id, Some(reached), deliveries).await?;
        *kept = reached.position;
    }
    if made || !page.events.is_empty() || ended {
        return Ok(Step::Moved { lane: reached, made });
    }
    Ok(Step::AtTheEnd(reached))
}

/// Whether an endpoint wants an event, and as what.
async fn wants(service: &Service, webhook: &Webhook, event: &Event) -> Result<Option<WebhookEvent>, ServiceError> {
    let Some(kind) = WebhookEvent::of(&event.body) else { return Ok(None) };
    let takes_all = webhook.events.is_empty() && !kind.is_asked_for_by_name();
    let wanted = takes_all || webhook.events.contains(&kind);
    if !wanted || !touches(webhook, &event.body) {
        return Ok(None);
    }
    if webhook.deployments.is_empty() && webhook.divisions.is_none() {
        return Ok(Some(kind));
    }
    let deployment = match &event.body {
        EventBody::Started { conversation, receipt: _ } => Some(conversation.deployment_id),
        _ => {
            let found = service.inner.store.find_conversation(event.organization_id, event.conversation_id).await?;
            found.map(|conversation| conversation.deployment_id)
        }
    };
    Ok(service.webhook_covers(webhook, deployment).await?.then_some(kind))
}

/// Whether an event that is about keys is about one that the endpoint asked for.
fn touches(webhook: &Webhook, body: &EventBody) -> bool {
    let asked = |key: &String| webhook.keys.contains(key);
    if webhook.keys.is_empty() {
        return true;
    }
    match body {
        EventBody::Started { conversation, receipt: _ } => {
            conversation.context().is_some_and(|context| context.stored.keys().any(asked))
        }
        EventBody::AttributesChanged { changes, .. } => changes.iter().any(|change| asked(&change.key)),
        EventBody::MessageAdded { .. }
        | EventBody::ParticipantJoined { .. }
        | EventBody::ParticipantLeft { .. }
        | EventBody::ParticipantConnected { .. }
        | EventBody::FlowStepped(_)
        | EventBody::Routed(_)
        | EventBody::WrappedUp { .. }
        | EventBody::NoteAdded { .. }
        | EventBody::Rated { .. }
        | EventBody::SeenUpTo { .. }
        | EventBody::Ended { .. }
        | EventBody::Erased { .. }
        | EventBody::Mark(_) => true,
    }
}

fn delivery(service: &Service, webhook: &Webhook, event: &Event, kind: WebhookEvent, revision: u64) -> Delivery {
    let now = service.inner.ambient.now();
    Delivery {
        number: 0,
        webhook_id: webhook.id,
        event: kind,
        occasion: Occasion::Logged {
            seq: event.seq,
            conversation_id: event.conversation_id,
            conversation_seq: event.conversation_seq,
            revision,
        },
        state: DeliveryState::Pending,
        attempts: 0,
        replays: 0,
        created_at: now,
        due_at: now,
        last: None,
    }
}
