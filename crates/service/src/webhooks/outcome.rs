//! What an attempt means for its delivery (WH4), and the mark that it leaves in the conversation's log (P7).

use std::time::Duration;

use waybill_model::{Actor, Attempt, Delivery, DeliveryState, Mark, Occasion, Time, Webhook, WebhookEvent};
use waybill_outbound::header::RETRY_AFTER;

use super::{Schedule, send::Answer};
use crate::{Ambient, Service};

/// The status by which a receiver says that it is gone for good.
const GONE: u16 = 410;

/// A delivery after an attempt.
pub(super) struct Judged {
    pub(super) delivery: Delivery,
    /// The receiver wants nothing more.
    pub(super) gone: bool,
    /// The receiver did not accept it.
    pub(super) failed: bool,
}

/// Judges an attempt that began at a time.
pub(super) fn judge(
    ambient: &Ambient,
    schedule: &Schedule,
    mut delivery: Delivery,
    began: Time,
    answer: &Answer,
) -> Judged {
    let Answer { result, took } = answer;
    let took_ms = u32::try_from(took.as_millis()).unwrap_or(u32::MAX);
    let (status, error, asked) = match result {
        Ok(response) => (Some(response.status), None, asked_wait(response)),
        Err(error) => (None, Some(error.code().to_owned()), None),
    };
    delivery.attempts += 1;
    delivery.last = Some(Attempt { at: began, status, error, took_ms });
    let accepted = status.is_some_and(|status| (200..300).contains(&status));
    let gone = status == Some(GONE);
    if accepted {
        delivery.state = DeliveryState::Delivered;
    } else if !gone {
        match schedule.wait(ambient, delivery.attempts, asked) {
            Some(wait) => {
                let millis = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX);
                delivery.due_at = ambient.now().plus_millis(millis);
            }
            None => delivery.state = DeliveryState::Dead,
        }
    }
    Judged { delivery, gone, failed: !accepted }
}

/// What can't be told at all is given up at once.
pub(super) fn give_up(mut delivery: Delivery, at: Time, why: &str) -> Delivery {
    delivery.state = DeliveryState::Dead;
    delivery.last = Some(Attempt { at, status: None, error: Some(why.to_owned()), took_ms: 0 });
    delivery
}

/// `Retry-After` in seconds.
fn asked_wait(response: &waybill_outbound::Response) -> Option<Duration> {
    let seconds = response.headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

/// The outcome in a few words, for the mark; `None` for what trace need not show: a further failure on the way.
fn said(delivery: &Delivery) -> Option<String> {
    let last = delivery.last.as_ref()?;
    let what = last.status.map_or_else(|| last.error.clone().unwrap_or_default(), |status| status.to_string());
    match delivery.state {
        DeliveryState::Delivered => Some(what),
        DeliveryState::Dead => Some(format!("{what}, given up after {} attempts", delivery.attempts)),
        DeliveryState::Pending if delivery.attempts == 1 => Some(format!("{what}, is tried again")),
        DeliveryState::Pending => None,
    }
}

impl Service {
    /// P7: that the context was sent, or could not be, is worth a mark; messages are not.
    pub(super) fn mark_delivery(&self, webhook: &Webhook, delivery: &Delivery) {
        let state = delivery.state.as_str();
        metrics::counter!("waybill_webhook_attempts_total", "outcome" => state).increment(1);
        let about_context =
            matches!(delivery.event, WebhookEvent::ConversationStart | WebhookEvent::ConversationAttributes);
        let Occasion::Logged { conversation_id, revision, .. } = &delivery.occasion else { return };
        let Some(outcome) = said(delivery).filter(|_| about_context) else { return };
        let mark =
            Mark { surface: "webhook".to_owned(), to: format!("webhook {}", webhook.id), revision: *revision, outcome };
        let now = self.inner.ambient.now();
        self.inner.marks.note((webhook.organization_id, *conversation_id, now, Actor::Server, mark));
    }
}
