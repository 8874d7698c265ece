//! Jobs: written with their change, claimed in their order, taken away with what they cause.

use rusqlite::{Connection, OptionalExtension as _, Row};
use waybill_model::{ClaimedJob, ConversationId, Job, JobId, JobOutcome, OrganizationId, Time};

use super::{
    dead_jobs,
    digest::{Digest, payload_hash},
    fault::Fault,
    rows::{time, uuid},
};
use crate::{ClaimedJobs, StoreError};

/// The most jobs of one claim.
const MOST: u32 = 1_000;
/// A lease that does not end while the process lives: nobody can work on a corrupt row.
const SET_ASIDE: i64 = i64::MAX;

/// A row of `jobs` but for its lease.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct JobRow {
    pub(super) organization: OrganizationId,
    /// `conversations.number`.
    pub(super) conversation: i64,
    pub(super) job: Job,
    pub(super) attempts: u32,
}

impl JobRow {
    /// The checksum of the whole row, in a table of this name.
    pub(super) fn digest(&self, table: &str) -> Digest {
        let Self { organization, conversation, job, attempts } = self;
        Digest::new(table)
            .bytes(organization.uuid().as_bytes())
            .number(*conversation)
            .bytes(job.id.uuid().as_bytes())
            .bytes(job.kind.as_bytes())
            .number(job.due_at.millis())
            .number(i64::from(*attempts))
            .hashed(payload_hash(job.payload.as_bytes()))
    }

    fn checksum(&self) -> i64 {
        self.digest("jobs").finish()
    }

    /// As its worker sees it.
    pub(super) fn claimed(self, conversation_id: ConversationId) -> ClaimedJob {
        let Self { organization, conversation: _, job, attempts } = self;
        ClaimedJob { organization_id: organization, conversation_id, job, attempts }
    }
}

/// The columns that [`read_row`] wants, in its order.
macro_rules! job_columns {
    () => {
        "number, organization, conversation, id, kind, due_at, attempts, payload, checksum"
    };
}

/// A row whose checksum fits, with its number.
fn read_row(row: &Row<'_>) -> Result<(i64, JobRow), Fault> {
    let number: i64 = row.get(0)?;
    let corrupt = || StoreError::Corrupt { record: format!("jobs {number}") };
    let (parts, checksum) = split_row(row, 1).map_err(|_| corrupt())?;
    if parts.checksum() != checksum {
        return Err(corrupt().into());
    }
    Ok((number, parts))
}

/// The fields of a job from a column on, and the checksum after them.
pub(super) fn split_row(row: &Row<'_>, from: usize) -> rusqlite::Result<(JobRow, i64)> {
    let parts = JobRow {
        organization: OrganizationId::new(uuid(row, from)?),
        conversation: row.get(from + 1)?,
        job: Job {
            id: JobId::new(uuid(row, from + 2)?),
            kind: row.get(from + 3)?,
            due_at: time(row, from + 4)?,
            payload: row.get(from + 6)?,
        },
        attempts: row.get(from + 5)?,
    };
    Ok((parts, row.get(from + 7)?))
}

/// Writes a job that nobody works on.
pub(super) fn insert(connection: &Connection, row: &JobRow) -> Result<(), Fault> {
    let JobRow { organization, conversation, job, attempts } = row;
    connection
        .prepare_cached(
            "INSERT INTO jobs (id, organization, conversation, kind, due_at, attempts, payload, checksum)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute((
            job.id.uuid().as_bytes(),
            organization.uuid().as_bytes(),
            conversation,
            &job.kind,
            job.due_at.millis(),
            attempts,
            &job.payload,
            row.checksum(),
        ))?;
    Ok(())
}

/// Takes a job of a conversation away; `false` where it is gone: then nothing was written.
pub(super) fn take(
    connection: &Connection,
    organization: OrganizationId,
    conversation: i64,
    id: JobId,
) -> Result<bool, Fault> {
    let gone = connection
        .prepare_cached("DELETE FROM jobs WHERE id = ?1 AND organization = ?2 AND conversation = ?3")?
        .execute((id.uuid().as_bytes(), organization.uuid().as_bytes(), conversation))?;
    Ok(gone > 0)
}

/// Whether a job of a conversation stands there.
pub(super) fn stands(
    connection: &Connection,
    organization: OrganizationId,
    conversation: i64,
    id: JobId,
) -> Result<bool, Fault> {
    let found: Option<i64> = connection
        .prepare_cached("SELECT 1 FROM jobs WHERE id = ?1 AND organization = ?2 AND conversation = ?3")?
        .query_row((id.uuid().as_bytes(), organization.uuid().as_bytes(), conversation), |row| row.get(0))
        .optional()?;
    Ok(found.is_some())
}

/// Due and free, and no due one of its conversation comes before it.
pub(super) const CLAIMABLE: &str = concat!(
    "SELECT ",
    job_columns!(),
    ", (SELECT id FROM conversations WHERE conversations.number = jobs.conversation)
     FROM jobs WHERE leased_until IS NULL AND due_at <= ?1 AND NOT EXISTS
         (SELECT 1 FROM jobs AS earlier
          WHERE earlier.conversation = jobs.conversation AND earlier.number < jobs.number AND earlier.due_at <= ?1)
     ORDER BY due_at, number LIMIT ?2"
);

pub(super) const NEXT_FREE: &str =
    "SELECT due_at FROM jobs WHERE leased_until IS NULL AND due_at > ?1 ORDER BY due_at LIMIT 1";

pub(super) const NEXT_LEASED: &str =
    "SELECT leased_until FROM jobs WHERE leased_until > ?1 ORDER BY leased_until LIMIT 1";

pub(super) const RELEASE: &str = "UPDATE jobs SET leased_until = NULL WHERE leased_until <= ?1";

/// What a look without writing says.
pub(super) enum Look {
    /// There may be something to claim.
    Some,
    /// There is nothing now; the next time to look.
    None(Option<Time>),
}

/// Looks whether a claim would find something.
pub(super) fn look(connection: &Connection, now: Time) -> Result<Look, Fault> {
    let is_over: Option<i64> = connection
        .prepare_cached("SELECT 1 FROM jobs WHERE leased_until <= ?1 LIMIT 1")?
        .query_row([now.millis()], |row| row.get(0))
        .optional()?;
    if is_over.is_some() || connection.prepare_cached(CLAIMABLE)?.exists((now.millis(), 1))? {
        return Ok(Look::Some);
    }
    Ok(Look::None(next_due(connection, now)?))
}

fn next_due(connection: &Connection, now: Time) -> Result<Option<Time>, Fault> {
    let first = |sql| -> Result<Option<i64>, Fault> {
        Ok(connection.prepare_cached(sql)?.query_row([now.millis()], |row| row.get(0)).optional()?)
    };
    let leased = first(NEXT_LEASED)?.filter(|until| *until != SET_ASIDE);
    let free = first(NEXT_FREE)?;
    Ok(free.into_iter().chain(leased).min().map(Time::from_millis))
}

/// Claims what can be claimed.
pub(super) fn claim(connection: &Connection, now: Time, until: Time, limit: u32) -> Result<ClaimedJobs, Fault> {
    let limit = limit.min(MOST);
    connection.prepare_cached(RELEASE)?.execute([now.millis()])?;
    let next_due = next_due(connection, now)?;
    let mut claimed = ClaimedJobs { jobs: Vec::new(), next_due };
    for found in list_claimable(connection, now, limit + 1)? {
        match found {
            Claimable::Corrupt { number, record } => set_aside(connection, number, &record)?,
            Claimable::Sound { row, .. } if claimed.jobs.len() as u64 == u64::from(limit) => {
                claimed.next_due = Some(row.job.due_at);
            }
            Claimable::Sound { number, conversation_id, row } => {
                let row = JobRow { attempts: row.attempts.saturating_add(1), ..row };
                connection
                    .prepare_cached(
                        "UPDATE jobs SET attempts = ?2, leased_until = ?3, checksum = ?4 WHERE number = ?1",
                    )?
                    .execute((number, row.attempts, until.millis(), row.checksum()))?;
                claimed.jobs.push(row.claimed(conversation_id));
            }
        }
    }
    Ok(claimed)
}

/// A row that is to be claimed.
enum Claimable {
    Sound { number: i64, conversation_id: ConversationId, row: JobRow },
    Corrupt { number: i64, record: String },
}

fn list_claimable(connection: &Connection, now: Time, limit: u32) -> Result<Vec<Claimable>, Fault> {
    let mut statement = connection.prepare_cached(CLAIMABLE)?;
    let mut rows = statement.query((now.millis(), limit))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(match read_row(row) {
            Ok((number, parts)) => {
                let conversation_id = uuid(row, 9)
                    .map(ConversationId::new)
                    .map_err(|_| StoreError::Corrupt { record: format!("the conversation of jobs {number}") });
                match conversation_id {
                    Ok(conversation_id) => Claimable::Sound { number, conversation_id, row: parts },
                    Err(error) => Claimable::Corrupt { number, record: error.to_string() },
                }
            }
            Err(Fault::Store(error)) => Claimable::Corrupt { number: row.get(0)?, record: error.to_string() },
            Err(fault) => return Err(fault),
        });
    }
    Ok(found)
}

/// A corrupt job stands still, and its conversation with it; everything else goes on.
fn set_aside(connection: &Connection, number: i64, record: &str) -> Result<(), Fault> {
    tracing::error!(record, "a job is set aside until the next start");
    connection.prepare_cached("UPDATE jobs SET leased_until = ?2 WHERE number = ?1")?.execute((number, SET_ASIDE))?;
    Ok(())
}

/// Leases of an earlier process are void: one process works on a folder (LOG10).
pub(super) fn void_leases(connection: &Connection) -> rusqlite::Result<usize> {
    connection.execute("UPDATE jobs SET leased_until = NULL WHERE leased_until IS NOT NULL", [])
}

/// What became of a job; one that is gone stays gone.
pub(super) fn settle(
    connection: &Connection,
    organization: OrganizationId,
    id: JobId,
    outcome: &JobOutcome,
    now: Time,
) -> Result<(), Fault> {
    let Some((number, row)) = find(connection, organization, id)? else { return Ok(()) };
    match outcome {
        JobOutcome::Done => delete(connection, number),
        JobOutcome::Retry { due_at } => {
            let row = JobRow { job: Job { due_at: *due_at, ..row.job }, ..row };
            connection
                .prepare_cached("UPDATE jobs SET due_at = ?2, leased_until = NULL, checksum = ?3 WHERE number = ?1")?
                .execute((number, due_at.millis(), row.checksum()))?;
            Ok(())
        }
        JobOutcome::Dead { reason } => {
            delete(connection, number)?;
            dead_jobs::insert(connection, &row, reason, now)
        }
    }
}

fn delete(connection: &Connection, number: i64) -> Result<(), Fault> {
    connection.prepare_cached("DELETE FROM jobs WHERE number = ?1")?.execute([number])?;
    Ok(())
}

fn find(connection: &Connection, organization: OrganizationId, id: JobId) -> Result<Option<(i64, JobRow)>, Fault> {
    let mut statement = connection.prepare_cached(concat!(
        "SELECT ",
        job_columns!(),
        " FROM jobs WHERE id = ?1 AND organization = ?2"
    ))?;
    let mut rows = statement.query((id.uuid().as_bytes(), organization.uuid().as_bytes()))?;
    rows.next()?.map(read_row).transpose()
}

/// Jobs of a tenant, earliest due first.
pub(super) fn list(connection: &Connection, organization: OrganizationId, limit: u32) -> Result<Vec<Job>, Fault> {
    let mut statement = connection.prepare_cached(concat!(
        "SELECT ",
        job_columns!(),
        " FROM jobs WHERE organization = ?1 ORDER BY due_at, number LIMIT ?2"
    ))?;
    let mut rows = statement.query((organization.uuid().as_bytes(), limit))?;
    let mut jobs = Vec::new();
    while let Some(row) = rows.next()? {
        jobs.push(read_row(row)?.1.job);
    }
    Ok(jobs)
}

/// The number of the newest job; 0 where there is none.
pub(super) fn newest(connection: &Connection) -> Result<i64, Fault> {
    Ok(connection.prepare_cached("SELECT coalesce(max(number), 0) FROM jobs")?.query_row([], |row| row.get(0))?)
}

/// Forgets the jobs of a conversation up to a number, dead or not: what they carry is not to be kept (LOG6).
pub(super) fn forget(connection: &Connection, conversation: i64, up_to: i64) -> Result<(), Fault> {
    connection
        .prepare_cached("DELETE FROM jobs WHERE conversation = ?1 AND number <= ?2")?
        .execute((conversation, up_to))?;
    connection.prepare_cached("DELETE FROM dead_jobs WHERE conversation = ?1")?.execute([conversation])?;
    Ok(())
}

/// Every job in steps, for the doctor.
pub(super) const EVERY_ROW: &str =
    concat!("SELECT ", job_columns!(), " FROM jobs WHERE number > ?1 ORDER BY number LIMIT ?2");

/// Compares the checksum of a row of [`EVERY_ROW`]; gives its conversation.
pub(super) fn check_row(row: &Row<'_>) -> Result<i64, Fault> {
    read_row(row).map(|(_, row)| row.conversation)
}
