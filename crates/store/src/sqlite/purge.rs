//! Removes what has had its time, in small steps: commits go on between them.

use rusqlite::Connection;
use waybill_model::Time;

use super::{
    SqliteStore,
    digest::{owner_key, start_item},
    fault::Fault,
    rows::uuid,
    spent,
};
use crate::StoreError;

const DAY: i64 = 86_400_000;
/// Rows of one step.
const STEP: i64 = 500;

/// A start token whose time is over.
#[derive(Clone, Copy)]
struct Expired {
    number: i64,
    owner: i64,
    item: i64,
}

/// Refusals and dead jobs after 30 days, bearer tokens at their end, deliveries of webhooks after 7 days (30 when they are dead), start tokens after 24 hours when their conversation has ended.
pub(super) async fn purge(store: &SqliteStore, now: Time) -> Result<(), StoreError> {
    let (old_refusals, ended_tokens) = (now.plus_millis(-30 * DAY).millis(), now.millis());
    delete_in_steps(store, "SELECT number FROM refusals WHERE at < ?1 LIMIT ?2", "refusals", old_refusals).await?;
    delete_in_steps(store, "SELECT number FROM tokens WHERE expires_at <= ?1 LIMIT ?2", "tokens", ended_tokens).await?;
    let week = "SELECT number FROM webhook_deliveries WHERE created_at < ?1 AND state = 1 LIMIT ?2";
    delete_in_steps(store, week, "webhook_deliveries", now.plus_millis(-7 * DAY).millis()).await?;
    let month = "SELECT number FROM webhook_deliveries WHERE created_at < ?1 AND state = 2 LIMIT ?2";
    delete_in_steps(store, month, "webhook_deliveries", now.plus_millis(-30 * DAY).millis()).await?;
    let dead = "SELECT number FROM dead_jobs WHERE at < ?1 LIMIT ?2";
    delete_in_steps(store, dead, "dead_jobs", now.plus_millis(-30 * DAY).millis()).await?;
    while store.readers.read(move |connection| spent::has_ended(connection, now)).await? {
        store.write(move |connection| spent::forget_ended(connection, now, STEP)).await?;
    }
    purge_start_tokens(store, now.plus_millis(-DAY).millis()).await
}

async fn delete_in_steps(
    store: &SqliteStore,
    select: &'static str,
    table: &'static str,
    before: i64,
) -> Result<(), StoreError> {
    loop {
        let rows: Vec<i64> = store
            .readers
            .read(move |connection| {
                let mut statement = connection.prepare_cached(select)?;
                let rows = statement.query_map((before, STEP), |row| row.get(0))?;
                Ok(rows.collect::<Result<_, _>>()?)
            })
            .await?;
        if rows.is_empty() {
            return Ok(());
        }
        store
            .write(move |connection| {
                let mut statement = connection.prepare_cached(&format!("DELETE FROM {table} WHERE rowid = ?1"))?;
                for row in &rows {
                    statement.execute([row])?;
                }
                Ok(())
            })
            .await?;
    }
}

async fn purge_start_tokens(store: &SqliteStore, before: i64) -> Result<(), StoreError> {
    let mut after = 0;
    loop {
        let (expired, reached) =
            store.readers.read(move |connection| list_expired_starts(connection, before, after)).await?;
        if !expired.is_empty() {
            store
                .write(move |connection| {
                    for start in &expired {
                        connection
                            .prepare_cached("DELETE FROM start_tokens WHERE number = ?1")?
                            .execute([start.number])?;
                        connection
                            .prepare_cached("DELETE FROM lookups WHERE owner = ?1 AND item = ?2 AND number = ?3")?
                            .execute((start.owner, start.item, start.number))?;
                    }
                    Ok(())
                })
                .await?;
        }
        match reached {
            Some(reached) => after = reached,
            None => return Ok(()),
        }
    }
}

/// One step of rows that are old enough, and where to go on.
fn list_expired_starts(connection: &Connection, before: i64, after: i64) -> Result<(Vec<Expired>, Option<i64>), Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT start_tokens.number, start_tokens.deployment, start_tokens.owner, start_tokens.token, start_tokens.at,
                conversations.ended_at
         FROM start_tokens JOIN conversations ON conversations.number = start_tokens.conversation
         WHERE start_tokens.number > ?1 ORDER BY start_tokens.number LIMIT ?2",
    )?;
    let mut rows = statement.query((after, STEP))?;
    let (mut expired, mut seen, mut reached) = (Vec::new(), 0, None);
    while let Some(row) = rows.next()? {
        let at: i64 = row.get(4)?;
        if at >= before {
            // Later ones are younger, but for the spread of clocks within a group: the next purge takes those.
            return Ok((expired, None));
        }
        seen += 1;
        let number = row.get(0)?;
        reached = Some(number);
        if row.get::<_, Option<i64>>(5)?.is_some() {
            let deployment = waybill_model::DeploymentId::new(uuid(row, 1)?);
            let owner = waybill_model::TokenHash(row.get(2)?);
            let token: String = row.get(3)?;
            expired.push(Expired { number, owner: owner_key(deployment, owner), item: start_item(&token) });
        }
    }
    Ok((expired, reached.filter(|_| seen == STEP)))
}
