//! Webhooks and their deliveries → REST bodies; events → the bodies that are posted.

use waybill_model as model;
use waybill_protocol::rest::webhook::{NoticeEvent, Webhook, WebhookAttempt, WebhookDelivery, WebhookDisabled};
use waybill_service::{EventBodies, Notice, ServiceError, Versioned};

/// A webhook; with its secret only in the answer that drew it.
pub(in crate::rest) fn webhook(found: &Versioned<model::Webhook>, secret: Option<String>) -> Webhook {
    let Versioned { entity, version } = found;
    let model::Webhook {
        id,
        organization_id: _,
        name,
        url,
        enabled,
        events,
        deployments,
        keys,
        divisions: _,
        personal,
        secret: _,
        previous_secret,
        disabled,
        created_at,
        changed_at,
    } = entity;
    Webhook {
        id: *id,
        name: name.clone(),
        url: url.clone(),
        enabled: *enabled,
        events: events.iter().map(|event| event.as_str()).collect(),
        deployment_ids: deployments.clone(),
        keys: keys.clone(),
        include_personal: *personal,
        previous_secret_until: previous_secret.as_ref().map(|previous| previous.good_until),
        disabled: disabled
            .as_ref()
            .map(|model::Disabled { at, reason }| WebhookDisabled { at: *at, reason: reason.clone() }),
        version: *version,
        date_created: *created_at,
        date_modified: *changed_at,
        secret,
        self_uri: format!("/api/v2/webhooks/{id}"),
    }
}

/// One attempt.
pub(in crate::rest) fn attempt(attempt: &model::Attempt) -> WebhookAttempt {
    let model::Attempt { at, status, error, took_ms } = attempt;
    WebhookAttempt {
        at: *at,
        accepted: status.is_some_and(|status| (200..300).contains(&status)),
        status: *status,
        error: error.clone(),
        duration_ms: *took_ms,
    }
}

/// One delivery. `epoch` is that of the log, for the event's id.
pub(in crate::rest) fn delivery(delivery: &model::Delivery, epoch: u32) -> WebhookDelivery {
    let model::Delivery { number, webhook_id: _, event, occasion, state, attempts, replays, created_at, due_at, last } =
        delivery;
    let (event_id, conversation) = match occasion {
        model::Occasion::Logged { seq, conversation_id, conversation_seq, revision: _ } => {
            (model::Cursor { epoch, seq: *seq }.to_string(), Some((*conversation_id, *conversation_seq)))
        }
        model::Occasion::Notice { id, body: _ } => (id.clone(), None),
    };
    WebhookDelivery {
        id: number.to_string(),
        event_id,
        event: event.as_str(),
        state: state.as_str(),
        conversation_id: conversation.map(|(id, _)| id),
        conversation_seq: conversation.map(|(_, seq)| seq),
        attempts: *attempts,
        replays: *replays,
        date_created: *created_at,
        next_attempt: (*state == model::DeliveryState::Pending).then_some(*due_at),
        last_attempt: last.as_ref().map(attempt),
    }
}

/// Writes the bodies that webhooks post: the same bytes as the `data:` of the event stream.
#[derive(Debug, Clone, Copy)]
pub struct WebhookBodies;

impl EventBodies for WebhookBodies {
    fn event(
        &self,
        event: &model::Event,
        cursor: model::Cursor,
        revision: u64,
    ) -> Result<Option<String>, ServiceError> {
        let event = super::event(event, cursor, revision);
        let event = event.map_err(|_| ServiceError::Bug("an event could not be written for a webhook".to_owned()))?;
        event.map(|event| write(&event)).transpose()
    }

    fn notice(&self, notice: &Notice) -> Result<String, ServiceError> {
        let Notice { id, kind, at, organization_id, data } = notice;
        write(&NoticeEvent {
            id: id.clone(),
            r#type: kind,
            at: *at,
            organization_id: *organization_id,
            data: data.clone(),
        })
    }
}

fn write(body: &impl serde::Serialize) -> Result<String, ServiceError> {
    serde_json::to_string(body).map_err(|error| ServiceError::Bug(format!("a webhook's body was not written: {error}")))
}
