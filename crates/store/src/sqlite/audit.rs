//! The audit log: a chain of hashes, so that no row can be changed or taken away unseen (LOG8).

use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest as _, Sha256};
use waybill_model::{AuditEntry, AuditRow, OrganizationId, Time};

use super::{
    fault::{Fault, malformed},
    rows::{time, uuid},
};
use crate::StoreError;

/// What stands before the first row.
pub const AUDIT_BEGINNING: [u8; 32] = [0; 32];
/// Most rows of one page.
const PAGE: u32 = 1_000;

/// Appends a row to a tenant's chain.
pub(super) fn append(connection: &Connection, organization: OrganizationId, entry: &AuditEntry) -> Result<(), Fault> {
    let former: Option<[u8; 32]> = connection
        .prepare_cached("SELECT hash FROM audit WHERE organization = ?1 ORDER BY number DESC LIMIT 1")?
        .query_row([organization.uuid().as_bytes()], |row| row.get(0))
        .optional()?;
    let AuditEntry { by, action, subject, at, details } = entry;
    let actor = serde_json::to_string(by).map_err(malformed)?;
    connection
        .prepare_cached(
            "INSERT INTO audit (organization, actor, action, subject, at, details, hash)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            organization.uuid().as_bytes(),
            actor,
            action,
            subject,
            at.millis(),
            details,
            audit_hash(former.unwrap_or(AUDIT_BEGINNING), organization, entry)?
        ])?;
    Ok(())
}

/// The hash of a row of the audit log: SHA-256 over the hash of the row before it (32 zeros before the first) and every
/// field, each behind its length in 8 bytes, little-endian: organization (16 bytes), actor (JSON), action, subject, time
/// (milliseconds in 8 bytes, little-endian), details.
///
/// # Errors
/// Never for rows that a store has kept.
pub fn audit_hash(former: [u8; 32], organization: OrganizationId, entry: &AuditEntry) -> Result<[u8; 32], StoreError> {
    let AuditEntry { by, action, subject, at, details } = entry;
    let actor = serde_json::to_string(by).map_err(malformed)?;
    let (tenant, at) = (organization.uuid(), at.millis().to_le_bytes());
    let fields: [&[u8]; 6] =
        [tenant.as_bytes(), actor.as_bytes(), action.as_bytes(), subject.as_bytes(), &at, details.as_bytes()];
    let mut hash = Sha256::new();
    hash.update(former);
    for field in fields {
        hash.update((field.len() as u64).to_le_bytes());
        hash.update(field);
    }
    Ok(hash.finalize().into())
}

/// Rows after a number, oldest first.
pub(super) fn list(
    connection: &Connection,
    organization: OrganizationId,
    after: u64,
    limit: u32,
) -> Result<Vec<AuditRow>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT number, actor, action, subject, at, details, hash FROM audit
         WHERE organization = ?1 AND number > ?2 ORDER BY number LIMIT ?3",
    )?;
    let mut rows = statement.query((organization.uuid().as_bytes(), after.cast_signed(), limit.clamp(1, PAGE)))?;
    let mut listed = Vec::new();
    while let Some(row) = rows.next()? {
        let number: i64 = row.get(0)?;
        let corrupt = || StoreError::Corrupt { record: format!("audit {number}") };
        let actor: String = row.get(1)?;
        let by = serde_json::from_str(&actor).map_err(|_| corrupt())?;
        let at: Time = time(row, 4)?;
        let entry = AuditEntry { by, action: row.get(2)?, subject: row.get(3)?, at, details: row.get(5)? };
        listed.push(AuditRow { number: number.cast_unsigned(), entry, hash: row.get(6)? });
    }
    Ok(listed)
}

/// What a look at one tenant's chain found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditChain {
    /// The tenant.
    pub organization: OrganizationId,
    /// Its rows.
    pub rows: u64,
    /// The hash of its newest row: whoever noted it earlier sees that nothing was cut off or written anew.
    pub head: [u8; 32],
    /// The first row that does not fit what stands before it.
    pub broken_at: Option<u64>,
}

/// Follows a tenant's chain from its beginning.
pub(super) fn follow(connection: &Connection, organization: OrganizationId) -> Result<AuditChain, Fault> {
    let mut chain = AuditChain { organization, rows: 0, head: AUDIT_BEGINNING, broken_at: None };
    let mut after = 0;
    loop {
        let rows = list(connection, organization, after, PAGE)?;
        let Some(last) = rows.last() else { return Ok(chain) };
        after = last.number;
        for AuditRow { number, entry, hash } in &rows {
            let fits = audit_hash(chain.head, organization, entry)? == *hash;
            if !fits && chain.broken_at.is_none() {
                chain.broken_at = Some(*number);
            }
            chain.rows += 1;
            chain.head = *hash;
        }
    }
}

/// Every tenant that has an audit log.
pub(super) fn tenants(connection: &Connection) -> Result<Vec<OrganizationId>, Fault> {
    let mut statement = connection.prepare_cached("SELECT DISTINCT organization FROM audit ORDER BY organization")?;
    let tenants = statement.query_map([], |row| uuid(row, 0).map(OrganizationId::new))?;
    Ok(tenants.collect::<Result<_, _>>()?)
}
