//! The audit log: a chain of hashes, so that no row can be changed or taken away unseen (LOG8).

use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest as _, Sha256};
use waybill_model::{AuditEntry, AuditRow, OrganizationId, Time};

use super::{fault::Fault, fault::malformed, rows::time};
use crate::StoreError;

/// What stands before the first row.
const BEGINNING: [u8; 32] = [0; 32];
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
            chain(former.unwrap_or(BEGINNING), organization, &actor, entry)
        ])?;
    Ok(())
}

/// The hash of a row: over the hash before it and every field, each with its length.
pub(super) fn chain(former: [u8; 32], organization: OrganizationId, actor: &str, entry: &AuditEntry) -> [u8; 32] {
    let AuditEntry { by: _, action, subject, at, details } = entry;
    let (tenant, at) = (organization.uuid(), at.millis().to_le_bytes());
    let fields: [&[u8]; 6] =
        [tenant.as_bytes(), actor.as_bytes(), action.as_bytes(), subject.as_bytes(), &at, details.as_bytes()];
    let mut hash = Sha256::new();
    hash.update(former);
    for field in fields {
        hash.update((field.len() as u64).to_le_bytes());
        hash.update(field);
    }
    hash.finalize().into()
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
