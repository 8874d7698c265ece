//! Jobs that were given up: kept for thirty days, listed, and taken up again by hand.

use rusqlite::{Connection, OptionalExtension as _, Row};
use waybill_model::{ConversationId, DeadJob, Job, JobId, OrganizationId, Time};

use super::{
    fault::Fault,
    jobs::{self, JobRow, split_row},
    rows::{time, uuid},
};
use crate::StoreError;

/// The longest list.
const MOST: u32 = 1_000;

/// A row of `dead_jobs`.
struct DeadRow {
    number: i64,
    row: JobRow,
    reason: String,
    at: Time,
}

fn checksum(row: &JobRow, reason: &str, at: Time) -> i64 {
    row.digest("dead_jobs").bytes(reason.as_bytes()).number(at.millis()).finish()
}

/// The columns that [`read_row`] wants, in its order.
macro_rules! dead_columns {
    () => {
        "number, reason, at, organization, conversation, id, kind, due_at, attempts, payload, checksum"
    };
}

fn read_row(row: &Row<'_>) -> Result<DeadRow, Fault> {
    let number: i64 = row.get(0)?;
    let corrupt = || StoreError::Corrupt { record: format!("dead_jobs {number}") };
    let split = || -> rusqlite::Result<(DeadRow, i64)> {
        let (parts, checksum) = split_row(row, 3)?;
        Ok((DeadRow { number, row: parts, reason: row.get(1)?, at: time(row, 2)? }, checksum))
    };
    let (dead, found) = split().map_err(|_| corrupt())?;
    if checksum(&dead.row, &dead.reason, dead.at) != found {
        return Err(corrupt().into());
    }
    Ok(dead)
}

/// Keeps a job that was given up.
pub(super) fn insert(connection: &Connection, row: &JobRow, reason: &str, at: Time) -> Result<(), Fault> {
    let JobRow { organization, conversation, job, attempts } = row;
    connection
        .prepare_cached(
            "INSERT INTO dead_jobs
                 (id, organization, conversation, kind, due_at, attempts, payload, reason, at, checksum)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute((
            job.id.uuid().as_bytes(),
            organization.uuid().as_bytes(),
            conversation,
            &job.kind,
            job.due_at.millis(),
            attempts,
            &job.payload,
            reason,
            at.millis(),
            checksum(row, reason, at),
        ))?;
    Ok(())
}

/// Dead jobs of a tenant, newest first.
pub(super) fn list(
    connection: &Connection,
    organization: OrganizationId,
    before: Option<u64>,
    limit: u32,
) -> Result<Vec<(u64, DeadJob)>, Fault> {
    let before = before.map_or(i64::MAX, |before| i64::try_from(before).unwrap_or(i64::MAX));
    let mut statement = connection.prepare_cached(concat!(
        "SELECT ",
        dead_columns!(),
        " FROM dead_jobs WHERE organization = ?1 AND number < ?2 ORDER BY number DESC LIMIT ?3"
    ))?;
    let mut rows = statement.query((organization.uuid().as_bytes(), before, limit.min(MOST)))?;
    let mut dead = Vec::new();
    while let Some(row) = rows.next()? {
        let DeadRow { number, row, reason, at } = read_row(row)?;
        let conversation_id = connection
            .prepare_cached("SELECT id FROM conversations WHERE number = ?1")?
            .query_row([row.conversation], |row| uuid(row, 0))
            .optional()?
            .ok_or_else(|| StoreError::Corrupt { record: format!("the conversation of dead_jobs {number}") })?;
        let claimed = row.claimed(ConversationId::new(conversation_id));
        dead.push((number.cast_unsigned(), DeadJob { claimed, reason, at }));
    }
    Ok(dead)
}

/// Makes a dead job a waiting one that was never claimed; `false` where it is not there.
pub(super) fn revive(
    connection: &Connection,
    organization: OrganizationId,
    id: JobId,
    due_at: Time,
) -> Result<bool, Fault> {
    let found = {
        let mut statement = connection.prepare_cached(concat!(
            "SELECT ",
            dead_columns!(),
            " FROM dead_jobs WHERE id = ?1 AND organization = ?2"
        ))?;
        let mut rows = statement.query((id.uuid().as_bytes(), organization.uuid().as_bytes()))?;
        rows.next()?.map(read_row).transpose()?
    };
    let Some(DeadRow { number, row, reason: _, at: _ }) = found else { return Ok(false) };
    connection.prepare_cached("DELETE FROM dead_jobs WHERE number = ?1")?.execute([number])?;
    jobs::insert(connection, &JobRow { job: Job { due_at, ..row.job }, attempts: 0, ..row })?;
    Ok(true)
}

/// Every dead job in steps, for the doctor.
pub(super) const EVERY_ROW: &str =
    concat!("SELECT ", dead_columns!(), " FROM dead_jobs WHERE number > ?1 ORDER BY number LIMIT ?2");

/// Compares the checksum of a row of [`EVERY_ROW`]; gives its conversation.
pub(super) fn check_row(row: &Row<'_>) -> Result<i64, Fault> {
    read_row(row).map(|dead| dead.row.conversation)
}
