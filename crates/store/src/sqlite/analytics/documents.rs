//! Jobs and alarms, and what jobs have found.

use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;
use waybill_model::{ConversationId, OrganizationId, Time, analytics::AnalyticsDocument};

use super::super::{
    digest::{Digest, payload_hash},
    fault::Fault,
    rows::{time, uuid},
};
use crate::StoreError;

/// Keeps a document in the place of the one before.
pub(super) fn put(
    connection: &Connection,
    organization: OrganizationId,
    document: &AnalyticsDocument,
) -> Result<(), Fault> {
    let AnalyticsDocument { kind, id, at, expires_at, open, payload } = document;
    connection
        .prepare_cached(
            "INSERT INTO analytics_documents (id, kind, organization, at, expires_at, open, payload, checksum)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             ON CONFLICT DO UPDATE SET at = excluded.at, expires_at = excluded.expires_at, open = excluded.open,
                 payload = excluded.payload, checksum = excluded.checksum
             WHERE organization = excluded.organization",
        )?
        .execute(params![
            id.as_bytes(),
            kind,
            organization.uuid().as_bytes(),
            at.millis(),
            expires_at.millis(),
            open,
            payload,
            checksum(organization, document)
        ])?;
    Ok(())
}

fn checksum(organization: OrganizationId, document: &AnalyticsDocument) -> i64 {
    let AnalyticsDocument { kind, id, at, expires_at, open, payload } = document;
    Digest::new("analytics_documents")
        .bytes(id.as_bytes())
        .bytes(kind.as_bytes())
        .bytes(organization.uuid().as_bytes())
        .number(at.millis())
        .number(expires_at.millis())
        .number(i64::from(*open))
        .hashed(payload_hash(payload.as_bytes()))
        .finish()
}

/// Columns: organization, id, at, expires_at, open, payload, checksum.
fn read(row: &Row<'_>, kind: &'static str) -> Result<(OrganizationId, AnalyticsDocument), Fault> {
    let organization = OrganizationId::new(uuid(row, 0)?);
    let document = AnalyticsDocument {
        kind,
        id: uuid(row, 1)?,
        at: time(row, 2)?,
        expires_at: time(row, 3)?,
        open: row.get(4)?,
        payload: row.get(5)?,
    };
    if checksum(organization, &document) != row.get::<_, i64>(6)? {
        return Err(StoreError::Corrupt { record: format!("analytics_documents {kind} {}", document.id) }.into());
    }
    Ok((organization, document))
}

pub(super) fn find(
    connection: &Connection,
    organization: OrganizationId,
    kind: &'static str,
    id: Uuid,
) -> Result<Option<AnalyticsDocument>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT organization, id, at, expires_at, open, payload, checksum FROM analytics_documents
         WHERE id = ?1 AND kind = ?2 AND organization = ?3",
    )?;
    let mut rows = statement.query(params![id.as_bytes(), kind, organization.uuid().as_bytes()])?;
    match rows.next()? {
        Some(row) => Ok(Some(read(row, kind)?.1)),
        None => Ok(None),
    }
}

/// Newest first.
pub(super) fn list(
    connection: &Connection,
    organization: OrganizationId,
    kind: &'static str,
    limit: u32,
) -> Result<Vec<AnalyticsDocument>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT organization, id, at, expires_at, open, payload, checksum FROM analytics_documents
         WHERE organization = ?1 AND kind = ?2 ORDER BY at DESC, id DESC LIMIT ?3",
    )?;
    let mut rows = statement.query(params![organization.uuid().as_bytes(), kind, limit])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(read(row, kind)?.1);
    }
    Ok(found)
}

/// What has still to be done, of every tenant, oldest first.
pub(super) fn list_open(
    connection: &Connection,
    kind: &'static str,
) -> Result<Vec<(OrganizationId, AnalyticsDocument)>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT organization, id, at, expires_at, open, payload, checksum FROM analytics_documents
         WHERE kind = ?1 AND open = 1 ORDER BY at, id LIMIT 10000",
    )?;
    let mut rows = statement.query([kind])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(read(row, kind)?);
    }
    Ok(found)
}

/// Takes a document and what it has found away; unknown ones are fine.
pub(super) fn delete(
    connection: &Connection,
    organization: OrganizationId,
    kind: &'static str,
    id: Uuid,
) -> Result<(), Fault> {
    let gone = connection
        .prepare_cached("DELETE FROM analytics_documents WHERE id = ?1 AND kind = ?2 AND organization = ?3")?
        .execute(params![id.as_bytes(), kind, organization.uuid().as_bytes()])?;
    if gone > 0 {
        connection.prepare_cached("DELETE FROM analytics_results WHERE job = ?1")?.execute([id.as_bytes()])?;
    }
    Ok(())
}

/// Keeps what a job of this tenant has found next; the same step again changes nothing, a job that is gone takes nothing.
pub(super) fn append_results(
    connection: &Connection,
    organization: OrganizationId,
    job: Uuid,
    position: u64,
    ids: &[ConversationId],
) -> Result<(), Fault> {
    if !is_job_of(connection, organization, job)? {
        return Ok(());
    }
    let bytes: Vec<u8> = ids.iter().flat_map(|id| *id.uuid().as_bytes()).collect();
    connection
        .prepare_cached("INSERT OR REPLACE INTO analytics_results (job, position, ids) VALUES (?1, ?2, ?3)")?
        .execute(params![job.as_bytes(), position.cast_signed(), bytes])?;
    Ok(())
}

fn is_job_of(connection: &Connection, organization: OrganizationId, job: Uuid) -> Result<bool, Fault> {
    let owner: Option<i64> = connection
        .prepare_cached("SELECT 1 FROM analytics_documents WHERE id = ?1 AND kind = 'job' AND organization = ?2")?
        .query_row(params![job.as_bytes(), organization.uuid().as_bytes()], |row| row.get(0))
        .optional()?;
    Ok(owner.is_some())
}

/// What a job of this tenant has found, from a position on.
pub(super) fn list_results(
    connection: &Connection,
    organization: OrganizationId,
    job: Uuid,
    position: u64,
    limit: usize,
) -> Result<Vec<ConversationId>, Fault> {
    if !is_job_of(connection, organization, job)? {
        return Ok(Vec::new());
    }
    let position = position.cast_signed();
    let mut statement = connection.prepare_cached(
        "SELECT position, ids FROM analytics_results WHERE job = ?1 AND position >= coalesce(
             (SELECT max(position) FROM analytics_results WHERE job = ?1 AND position <= ?2), 0)
         ORDER BY position",
    )?;
    let mut rows = statement.query(params![job.as_bytes(), position])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let first: i64 = row.get(0)?;
        let bytes: Vec<u8> = row.get(1)?;
        let (ids, _) = bytes.as_chunks::<16>();
        let skipped = usize::try_from(position - first).unwrap_or(0);
        for id in ids.iter().skip(skipped) {
            found.push(ConversationId::new(Uuid::from_bytes(*id)));
            if found.len() == limit {
                return Ok(found);
            }
        }
    }
    Ok(found)
}

/// Whether something has had its time.
pub(super) fn has_ended(connection: &Connection, now: Time) -> Result<bool, Fault> {
    Ok(connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM analytics_documents WHERE expires_at <= ?1)")?
        .query_row([now.millis()], |row| row.get(0))?)
}

/// Takes away what has had its time, at most `limit` documents.
pub(super) fn purge(connection: &Connection, now: Time, limit: u32) -> Result<(), Fault> {
    let ended: Vec<[u8; 16]> = connection
        .prepare_cached("SELECT id FROM analytics_documents WHERE expires_at <= ?1 LIMIT ?2")?
        .query_map((now.millis(), limit), |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for id in &ended {
        connection.prepare_cached("DELETE FROM analytics_results WHERE job = ?1")?.execute([id])?;
        connection
            .prepare_cached("DELETE FROM analytics_documents WHERE id = ?1 AND expires_at <= ?2")?
            .execute((id, now.millis()))?;
    }
    Ok(())
}
