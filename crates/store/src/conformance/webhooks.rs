//! Webhooks: lanes in the log, deliveries, and what became of them.

use std::sync::Arc;

use waybill_model::{
    Attempt, Delivery, DeliveryState, Occasion, OrganizationId, Time, WebhookEvent, WebhookId, WebhookLane,
};

use super::sample::{Sample, organization_id, plain_id, time};
use crate::{DeliveryFilter, DeliveryOrder, Store};

fn webhook(number: u64) -> WebhookId {
    WebhookId::new(plain_id(number))
}

fn delivery(webhook: WebhookId, seq: u64) -> Delivery {
    Delivery {
        number: 0,
        webhook_id: webhook,
        event: WebhookEvent::ConversationMessage,
        occasion: Occasion::Logged {
            seq,
            conversation_id: Sample::new(1, &[]).id(),
            conversation_seq: seq,
            revision: 1,
        },
        state: DeliveryState::Pending,
        attempts: 0,
        replays: 0,
        created_at: time(1),
        due_at: time(1),
        last: None,
    }
}

fn notice(webhook: WebhookId) -> Delivery {
    let occasion = Occasion::Notice { id: "notice-1".to_owned(), body: "{}".to_owned() };
    Delivery { occasion, event: WebhookEvent::AnalyticsDrift, ..delivery(webhook, 0) }
}

const fn live(position: u64) -> WebhookLane {
    WebhookLane { lane: 0, position, until: None }
}

async fn plan(store: &Arc<dyn Store>, webhook: WebhookId, lane: WebhookLane, deliveries: Vec<Delivery>) {
    store.plan_deliveries(organization_id(1), webhook, Some(lane), deliveries).await.expect("a plan");
}

async fn list(
    store: &Arc<dyn Store>,
    organization: OrganizationId,
    webhook: WebhookId,
    state: Option<DeliveryState>,
    order: DeliveryOrder,
) -> Vec<Delivery> {
    store.list_deliveries(organization, webhook, DeliveryFilter { state, order, limit: 3 }).await.expect("a read")
}

async fn pending(store: &Arc<dyn Store>, webhook: WebhookId) -> Vec<u64> {
    let order = DeliveryOrder::OldestAfter(0);
    let found = list(store, organization_id(1), webhook, Some(DeliveryState::Pending), order).await;
    found.iter().map(|delivery| delivery.occasion.seq()).collect()
}

/// WH2: deliveries and the place in the log that they come from are kept together; a lane that got to its end goes.
pub async fn wh2_a_plan_keeps_deliveries_with_their_place(store: &Arc<dyn Store>) {
    let (ours, first, second) = (organization_id(1), webhook(1), webhook(2));
    let lanes = async |webhook| store.list_webhook_lanes(ours, webhook).await.expect("a read");
    assert_eq!(lanes(first).await, []);
    plan(store, first, live(7), vec![delivery(first, 5), delivery(first, 7), notice(first)]).await;
    plan(store, first, WebhookLane { lane: 1, position: 2, until: Some(9) }, vec![]).await;
    assert_eq!(lanes(first).await, [live(7), WebhookLane { lane: 1, position: 2, until: Some(9) }]);
    assert_eq!((lanes(second).await, pending(store, second).await), (vec![], vec![]));
    assert_eq!(store.list_webhook_lanes(organization_id(2), first).await.expect("a read"), []);

    plan(store, first, WebhookLane { lane: 1, position: 9, until: Some(9) }, vec![]).await;
    plan(store, first, live(20), vec![]).await;
    assert_eq!(lanes(first).await, [live(20)]);

    let found = list(store, ours, first, None, DeliveryOrder::OldestAfter(0)).await;
    let numbers: Vec<_> = found.iter().map(|delivery| delivery.number).collect();
    assert!(numbers.is_sorted() && numbers.iter().all(|number| *number > 0), "{numbers:?}");
    let plain: Vec<_> = found.iter().cloned().map(|delivery| Delivery { number: 0, ..delivery }).collect();
    assert_eq!(plain, [delivery(first, 5), delivery(first, 7), notice(first)]);
    let one = store.find_delivery(ours, first, numbers[1]).await.expect("a read");
    assert_eq!(one.as_ref(), Some(&found[1]));
    for (organization, webhook) in [(organization_id(2), first), (ours, second)] {
        assert_eq!(store.find_delivery(organization, webhook, numbers[1]).await.expect("a read"), None);
        assert_eq!(list(store, organization, webhook, None, DeliveryOrder::OldestAfter(0)).await, []);
    }
}

/// WH2: an event that waits already is passed over when a replay meets it; one that was delivered is planned anew.
pub async fn wh2_what_waits_is_not_planned_twice(store: &Arc<dyn Store>) {
    let (first, second) = (webhook(1), webhook(2));
    plan(store, first, live(2), vec![delivery(first, 1), delivery(first, 2)]).await;
    plan(store, second, live(2), vec![delivery(second, 1)]).await;
    plan(store, first, live(3), vec![delivery(first, 1), delivery(first, 3)]).await;
    assert_eq!(pending(store, first).await, [1, 2, 3]);
    assert_eq!(pending(store, second).await, [1]);

    let mut delivered = list(store, organization_id(1), first, None, DeliveryOrder::OldestAfter(0)).await;
    delivered.truncate(1);
    delivered[0].state = DeliveryState::Delivered;
    store.record_deliveries(organization_id(1), delivered).await.expect("a record");
    plan(store, first, live(3), vec![delivery(first, 1)]).await;
    assert_eq!(pending(store, first).await, [2, 3, 1]);
}

/// WH4: what became of an attempt is kept; lists go by state and by number, both ways.
pub async fn wh4_attempts_are_kept_and_lists_follow_the_state(store: &Arc<dyn Store>) {
    let (ours, first) = (organization_id(1), webhook(1));
    plan(store, first, live(5), (1..=5).map(|seq| delivery(first, seq)).collect()).await;
    let mut all = list(store, ours, first, None, DeliveryOrder::OldestAfter(0)).await;
    let last = Attempt { at: time(2), status: Some(503), error: None, took_ms: 12 };
    let retried = Delivery { attempts: 1, due_at: time(9), last: Some(last.clone()), ..all[0].clone() };
    let delivered = Delivery { state: DeliveryState::Delivered, attempts: 1, ..all[1].clone() };
    let failed = Attempt { status: None, error: Some("timed_out".to_owned()), ..last };
    let dead = Delivery { state: DeliveryState::Dead, attempts: 10, last: Some(failed), ..all[2].clone() };
    let changed = vec![retried.clone(), delivered.clone(), dead.clone()];
    store.record_deliveries(ours, changed.clone()).await.expect("a record");
    // Another tenant changes nothing.
    store.record_deliveries(organization_id(2), vec![all.remove(0)]).await.expect("a record");

    assert_eq!(pending(store, first).await, [1, 4, 5]);
    let check = async |state, order, expected: &[&Delivery]| {
        let found = list(store, ours, first, state, order).await;
        assert_eq!(found.iter().collect::<Vec<_>>(), expected);
    };
    let newest = DeliveryOrder::NewestBefore(u64::MAX);
    check(Some(DeliveryState::Dead), newest, &[&dead]).await;
    check(Some(DeliveryState::Delivered), newest, &[&delivered]).await;
    check(Some(DeliveryState::Dead), DeliveryOrder::OldestAfter(dead.number), &[]).await;
    check(None, DeliveryOrder::NewestBefore(dead.number), &[&delivered, &retried]).await;
    let page: Vec<_> = list(store, ours, first, None, newest).await.iter().map(|one| one.occasion.seq()).collect();
    assert_eq!(page, [5, 4, 3]);
}

/// WH6: a webhook that is deleted leaves neither deliveries nor a place in the log; others keep theirs.
pub async fn wh6_a_webhook_that_is_gone_leaves_nothing(store: &Arc<dyn Store>) {
    let (ours, first, second) = (organization_id(1), webhook(1), webhook(2));
    plan(store, first, live(1200), (1..=1200).map(|seq| delivery(first, seq)).collect()).await;
    plan(store, second, live(1), vec![delivery(second, 1)]).await;
    store.forget_webhook(organization_id(2), first).await.expect("nothing of theirs");
    assert_eq!(pending(store, first).await, [1, 2, 3]);
    store.forget_webhook(ours, first).await.expect("a removal");
    assert_eq!(list(store, ours, first, None, DeliveryOrder::OldestAfter(0)).await, []);
    assert_eq!(store.list_webhook_lanes(ours, first).await.expect("a read"), []);
    assert_eq!(pending(store, second).await, [1]);
    assert_eq!(store.list_webhook_lanes(ours, second).await.expect("a read"), [live(1)]);
}

/// WH6: delivered ones are kept for 7 days, dead ones for 30, pending ones as long as it takes.
pub async fn wh6_finished_deliveries_go_with_time(store: &Arc<dyn Store>) {
    const DAY: i64 = 86_400_000;
    let (ours, first) = (organization_id(1), webhook(1));
    plan(store, first, live(3), (1..=3).map(|seq| delivery(first, seq)).collect()).await;
    let mut all = list(store, ours, first, None, DeliveryOrder::OldestAfter(0)).await;
    all[0].state = DeliveryState::Delivered;
    all[1].state = DeliveryState::Dead;
    store.record_deliveries(ours, all).await.expect("a record");
    let left = async |now: Time| {
        store.purge(now).await.expect("a purge");
        let found = list(store, ours, first, None, DeliveryOrder::OldestAfter(0)).await;
        found.iter().map(|one| one.occasion.seq()).collect::<Vec<_>>()
    };
    assert_eq!(left(time(1).plus_millis(7 * DAY)).await, [1, 2, 3]);
    assert_eq!(left(time(1).plus_millis(7 * DAY + 1)).await, [2, 3]);
    assert_eq!(left(time(1).plus_millis(30 * DAY + 1)).await, [3]);
}
