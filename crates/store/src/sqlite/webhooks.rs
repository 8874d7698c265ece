//! Deliveries of webhooks: planned with the place in the log that they come from, then changed by each attempt.

use rusqlite::{Connection, Row, params};
use waybill_model::{Delivery, DeliveryState, OrganizationId, WebhookId, WebhookLane};

use super::{
    digest::{Digest, payload_hash},
    fault::{Fault, malformed},
};
use crate::{DeliveryFilter, DeliveryOrder, StoreError};

/// Most deliveries of one page.
const PAGE: u32 = 1_000;
/// Deliveries that are removed in one step.
pub(super) const STEP: usize = 500;

const fn state_number(state: DeliveryState) -> i64 {
    match state {
        DeliveryState::Pending => 0,
        DeliveryState::Delivered => 1,
        DeliveryState::Dead => 2,
    }
}

/// Moves a lane, or makes it, and keeps the deliveries that it came to.
pub(super) fn plan(
    connection: &Connection,
    organization: OrganizationId,
    webhook: WebhookId,
    lane: Option<WebhookLane>,
    deliveries: &[Delivery],
) -> Result<(), Fault> {
    if let Some(lane) = lane {
        move_lane(connection, organization, webhook, lane)?;
    }
    for delivery in deliveries {
        insert(connection, organization, delivery)?;
    }
    Ok(())
}

/// A lane that got to its end goes.
fn move_lane(
    connection: &Connection,
    organization: OrganizationId,
    webhook: WebhookId,
    lane: WebhookLane,
) -> Result<(), Fault> {
    let WebhookLane { lane: number, position, until } = lane;
    if until.is_some_and(|until| position >= until) {
        connection
            .prepare_cached("DELETE FROM webhook_lanes WHERE webhook = ?1 AND lane = ?2 AND organization = ?3")?
            .execute(params![webhook.uuid().as_bytes(), number, organization.uuid().as_bytes()])?;
        return Ok(());
    }
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO webhook_lanes (webhook, lane, organization, position, until, checksum)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            webhook.uuid().as_bytes(),
            number,
            organization.uuid().as_bytes(),
            position.cast_signed(),
            until.map(u64::cast_signed),
            lane_checksum(organization, webhook, lane),
        ])?;
    Ok(())
}

/// An event that waits for this webhook already is not planned twice.
fn insert(connection: &Connection, organization: OrganizationId, delivery: &Delivery) -> Result<(), Fault> {
    let payload = serde_json::to_string(delivery).map_err(malformed)?;
    connection
        .prepare_cached(
            "INSERT INTO webhook_deliveries (organization, webhook, seq, state, created_at, payload, checksum)
             SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7
             WHERE ?3 = 0 OR NOT EXISTS
                 (SELECT 1 FROM webhook_deliveries WHERE webhook = ?2 AND seq = ?3 AND state = 0)",
        )?
        .execute(params![
            organization.uuid().as_bytes(),
            delivery.webhook_id.uuid().as_bytes(),
            delivery.occasion.seq().cast_signed(),
            state_number(delivery.state),
            delivery.created_at.millis(),
            payload,
            checksum(organization, delivery, &payload),
        ])?;
    Ok(())
}

/// Keeps what became of deliveries; those that are gone meanwhile stay gone.
pub(super) fn record(
    connection: &Connection,
    organization: OrganizationId,
    deliveries: &[Delivery],
) -> Result<(), Fault> {
    for delivery in deliveries {
        let payload = serde_json::to_string(delivery).map_err(malformed)?;
        connection
            .prepare_cached(
                "UPDATE webhook_deliveries SET state = ?1, payload = ?2, checksum = ?3
                 WHERE number = ?4 AND organization = ?5 AND webhook = ?6",
            )?
            .execute(params![
                state_number(delivery.state),
                payload,
                checksum(organization, delivery, &payload),
                delivery.number.cast_signed(),
                organization.uuid().as_bytes(),
                delivery.webhook_id.uuid().as_bytes(),
            ])?;
    }
    Ok(())
}

fn checksum(organization: OrganizationId, delivery: &Delivery, payload: &str) -> i64 {
    Digest::new("webhook_deliveries")
        .bytes(organization.uuid().as_bytes())
        .bytes(delivery.webhook_id.uuid().as_bytes())
        .number(delivery.occasion.seq().cast_signed())
        .number(state_number(delivery.state))
        .number(delivery.created_at.millis())
        .hashed(payload_hash(payload.as_bytes()))
        .finish()
}

fn lane_checksum(organization: OrganizationId, webhook: WebhookId, lane: WebhookLane) -> i64 {
    let WebhookLane { lane, position, until } = lane;
    Digest::new("webhook_lanes")
        .bytes(organization.uuid().as_bytes())
        .bytes(webhook.uuid().as_bytes())
        .number(i64::from(lane))
        .number(position.cast_signed())
        .maybe(until.map(u64::cast_signed))
        .finish()
}

pub(super) fn list_lanes(
    connection: &Connection,
    organization: OrganizationId,
    webhook: WebhookId,
) -> Result<Vec<WebhookLane>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT lane, position, until, checksum FROM webhook_lanes
         WHERE webhook = ?1 AND organization = ?2 ORDER BY lane",
    )?;
    let mut rows = statement.query(params![webhook.uuid().as_bytes(), organization.uuid().as_bytes()])?;
    let mut lanes = Vec::new();
    while let Some(row) = rows.next()? {
        let lane = WebhookLane {
            lane: row.get(0)?,
            position: row.get::<_, i64>(1)?.cast_unsigned(),
            until: row.get::<_, Option<i64>>(2)?.map(i64::cast_unsigned),
        };
        if lane_checksum(organization, webhook, lane) != row.get::<_, i64>(3)? {
            return Err(StoreError::Corrupt { record: format!("webhook_lanes {webhook} {}", lane.lane) }.into());
        }
        lanes.push(lane);
    }
    Ok(lanes)
}

macro_rules! select {
    ($condition:literal, $order:literal) => {
        concat!(
            "SELECT number, payload, checksum FROM webhook_deliveries WHERE webhook = ?1 AND organization = ?2 AND ",
            $condition,
            " ORDER BY number ",
            $order,
            " LIMIT ?4"
        )
    };
}

pub(super) fn list(
    connection: &Connection,
    organization: OrganizationId,
    webhook: WebhookId,
    filter: DeliveryFilter,
) -> Result<Vec<Delivery>, Fault> {
    let DeliveryFilter { state, order, limit } = filter;
    // A state is written out, or the index that holds only its rows could not be used.
    let (sql, from) = match (state, order) {
        (None, DeliveryOrder::OldestAfter(number)) => (select!("number > ?3", "ASC"), number),
        (None, DeliveryOrder::NewestBefore(number)) => (select!("number < ?3", "DESC"), number),
        (Some(DeliveryState::Pending), DeliveryOrder::OldestAfter(number)) => {
            (select!("state = 0 AND number > ?3", "ASC"), number)
        }
        (Some(DeliveryState::Pending), DeliveryOrder::NewestBefore(number)) => {
            (select!("state = 0 AND number < ?3", "DESC"), number)
        }
        (Some(DeliveryState::Delivered), DeliveryOrder::OldestAfter(number)) => {
            (select!("state = 1 AND number > ?3", "ASC"), number)
        }
        (Some(DeliveryState::Delivered), DeliveryOrder::NewestBefore(number)) => {
            (select!("state = 1 AND number < ?3", "DESC"), number)
        }
        (Some(DeliveryState::Dead), DeliveryOrder::OldestAfter(number)) => {
            (select!("state = 2 AND number > ?3", "ASC"), number)
        }
        (Some(DeliveryState::Dead), DeliveryOrder::NewestBefore(number)) => {
            (select!("state = 2 AND number < ?3", "DESC"), number)
        }
    };
    let from = i64::try_from(from).unwrap_or(i64::MAX);
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params![
        webhook.uuid().as_bytes(),
        organization.uuid().as_bytes(),
        from,
        limit.clamp(1, PAGE)
    ])?;
    let mut deliveries = Vec::new();
    while let Some(row) = rows.next()? {
        deliveries.push(read(row, organization)?);
    }
    Ok(deliveries)
}

pub(super) fn find(
    connection: &Connection,
    organization: OrganizationId,
    webhook: WebhookId,
    number: u64,
) -> Result<Option<Delivery>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT number, payload, checksum FROM webhook_deliveries
         WHERE number = ?1 AND webhook = ?2 AND organization = ?3",
    )?;
    let number = i64::try_from(number).unwrap_or(i64::MAX);
    let mut rows = statement.query(params![number, webhook.uuid().as_bytes(), organization.uuid().as_bytes()])?;
    match rows.next()? {
        Some(row) => read(row, organization).map(Some),
        None => Ok(None),
    }
}

fn read(row: &Row<'_>, organization: OrganizationId) -> Result<Delivery, Fault> {
    let number = row.get::<_, i64>(0)?.cast_unsigned();
    let payload: String = row.get(1)?;
    let corrupt = || StoreError::Corrupt { record: format!("webhook_deliveries {number}") };
    let mut delivery: Delivery = serde_json::from_str(&payload).map_err(|_| corrupt())?;
    if checksum(organization, &delivery, &payload) != row.get::<_, i64>(2)? {
        return Err(corrupt().into());
    }
    delivery.number = number;
    Ok(delivery)
}

/// Every delivery in steps, for the doctor.
pub(super) const EVERY_ROW: &str = "SELECT number, payload, checksum, organization FROM webhook_deliveries
     WHERE number > ?1 ORDER BY number LIMIT ?2";

/// Compares the checksum of a row of [`EVERY_ROW`].
pub(super) fn check_row(row: &Row<'_>) -> Result<(), Fault> {
    read(row, OrganizationId::new(super::rows::uuid(row, 3)?)).map(drop)
}

/// One step of removing everything of a webhook; says how many deliveries went.
pub(super) fn forget_step(
    connection: &Connection,
    organization: OrganizationId,
    webhook: WebhookId,
) -> Result<usize, Fault> {
    let (webhook, organization) = (webhook.uuid(), organization.uuid());
    connection
        .prepare_cached("DELETE FROM webhook_lanes WHERE webhook = ?1 AND organization = ?2")?
        .execute(params![webhook.as_bytes(), organization.as_bytes()])?;
    Ok(connection
        .prepare_cached(
            "DELETE FROM webhook_deliveries WHERE number IN
                 (SELECT number FROM webhook_deliveries WHERE webhook = ?1 AND organization = ?2 LIMIT ?3)",
        )?
        .execute(params![webhook.as_bytes(), organization.as_bytes(), i64::try_from(STEP).unwrap_or(i64::MAX)])?)
}
