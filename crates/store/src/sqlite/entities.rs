//! What is administered: documents with a name, found by id, by unique key, or listed by name.

use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;
use waybill_model::{AuditEntry, EntityChange, EntityRecord, OrganizationId};

use super::{administration::taken, audit, digest::Digest, digest::payload_hash, fault::Fault, rows::uuid};
use crate::{EntityFilter, EntityPage, StoreError};

/// Most entities of one page.
const PAGE: u32 = 500;

/// Applies changes and their audit row.
pub(super) fn change(
    connection: &Connection,
    organization: OrganizationId,
    changes: &[EntityChange],
    entry: &AuditEntry,
) -> Result<(), Fault> {
    for change in changes {
        match change {
            EntityChange::Put(record) => put(connection, organization, record)?,
            EntityChange::Delete { kind, id } => delete(connection, organization, kind, *id)?,
        }
    }
    audit::append(connection, organization, entry)
}

fn put(connection: &Connection, organization: OrganizationId, record: &EntityRecord) -> Result<(), Fault> {
    let EntityRecord { kind, id, name, unique_keys, version, payload } = record;
    let stale = || StoreError::Stale(format!("{kind} `{id}`"));
    let stored: Option<(i64, [u8; 16])> = connection
        .prepare_cached("SELECT version, organization FROM entities WHERE id = ?1 AND kind = ?2")?
        .query_row(params![id.as_bytes(), kind], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    match stored {
        None if *version == 1 => {}
        Some(_) if *version == 1 => return Err(StoreError::Exists(format!("{kind} `{id}`")).into()),
        Some((before, owner)) if before.cast_unsigned() + 1 == *version && owner == *organization.uuid().as_bytes() => {
        }
        Some(_) | None => return Err(stale().into()),
    }
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO entities (id, kind, organization, name, sort_name, version, payload, checksum)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            id.as_bytes(),
            kind,
            organization.uuid().as_bytes(),
            name,
            name.to_lowercase(),
            version.cast_signed(),
            payload,
            checksum(organization, record)
        ])?;
    delete_keys(connection, kind, *id)?;
    for key in unique_keys {
        connection
            .prepare_cached("INSERT INTO entity_keys (kind, key, organization, id) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![kind, key, organization.uuid().as_bytes(), id.as_bytes()])
            .map_err(taken(format_args!("a {kind} of this name or address")))?;
    }
    Ok(())
}

fn delete(connection: &Connection, organization: OrganizationId, kind: &str, id: Uuid) -> Result<(), Fault> {
    let gone = connection
        .prepare_cached("DELETE FROM entities WHERE id = ?1 AND kind = ?2 AND organization = ?3")?
        .execute(params![id.as_bytes(), kind, organization.uuid().as_bytes()])?;
    if gone == 0 {
        return Err(StoreError::Stale(format!("{kind} `{id}`")).into());
    }
    delete_keys(connection, kind, id)
}

fn delete_keys(connection: &Connection, kind: &str, id: Uuid) -> Result<(), Fault> {
    connection
        .prepare_cached("DELETE FROM entity_keys WHERE id = ?1 AND kind = ?2")?
        .execute(params![id.as_bytes(), kind])?;
    Ok(())
}

fn checksum(organization: OrganizationId, record: &EntityRecord) -> i64 {
    let EntityRecord { kind, id, name, unique_keys: _, version, payload } = record;
    Digest::new("entities")
        .bytes(id.as_bytes())
        .bytes(kind.as_bytes())
        .bytes(organization.uuid().as_bytes())
        .bytes(name.as_bytes())
        .number(version.cast_signed())
        .hashed(payload_hash(payload.as_bytes()))
        .finish()
}

/// Columns: id, name, version, payload, checksum.
fn read(row: &Row<'_>, organization: OrganizationId, kind: &str) -> Result<EntityRecord, Fault> {
    let id = uuid(row, 0)?;
    let record = EntityRecord {
        kind: kind.to_owned(),
        id,
        name: row.get(1)?,
        unique_keys: Vec::new(),
        version: row.get::<_, i64>(2)?.cast_unsigned(),
        payload: row.get(3)?,
    };
    if checksum(organization, &record) != row.get::<_, i64>(4)? {
        return Err(StoreError::Corrupt { record: format!("entities {kind} {id}") }.into());
    }
    Ok(record)
}

pub(super) fn find(
    connection: &Connection,
    organization: OrganizationId,
    kind: &str,
    id: Uuid,
) -> Result<Option<EntityRecord>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT id, name, version, payload, checksum FROM entities
         WHERE id = ?1 AND kind = ?2 AND organization = ?3",
    )?;
    let mut rows = statement.query(params![id.as_bytes(), kind, organization.uuid().as_bytes()])?;
    match rows.next()? {
        Some(row) => read(row, organization, kind).map(Some),
        None => Ok(None),
    }
}

pub(super) fn list(
    connection: &Connection,
    organization: OrganizationId,
    kind: &str,
    filter: &EntityFilter,
) -> Result<EntityPage, Fault> {
    let EntityFilter { name, ids, offset, limit } = filter;
    // As JSON, so that one statement serves lists of every length.
    let ids = ids.as_ref().map(|ids| {
        let quoted: Vec<String> = ids.iter().map(|id| format!("\"{}\"", id.simple())).collect();
        format!("[{}]", quoted.join(","))
    });
    let wanted = "organization = ?1 AND kind = ?2 AND (?3 IS NULL OR instr(sort_name, ?3) > 0)
                  AND (?4 IS NULL OR lower(hex(id)) IN (SELECT value FROM json_each(?4)))";
    let name = name.as_ref().map(|name| name.to_lowercase());
    let total: i64 = connection
        .prepare_cached(&format!("SELECT count(*) FROM entities WHERE {wanted}"))?
        .query_row(params![organization.uuid().as_bytes(), kind, name, ids], |row| row.get(0))?;
    let mut statement = connection.prepare_cached(&format!(
        "SELECT id, name, version, payload, checksum FROM entities WHERE {wanted}
         ORDER BY sort_name, id LIMIT ?5 OFFSET ?6",
    ))?;
    let mut rows = statement.query(params![
        organization.uuid().as_bytes(),
        kind,
        name,
        ids,
        (*limit).min(PAGE),
        i64::try_from(*offset).unwrap_or(i64::MAX)
    ])?;
    let mut entities = Vec::new();
    while let Some(row) = rows.next()? {
        entities.push(read(row, organization, kind)?);
    }
    Ok(EntityPage { entities, total: total.cast_unsigned() })
}

pub(super) fn locate(connection: &Connection, kind: &str, key: &str) -> Result<Option<(OrganizationId, Uuid)>, Fault> {
    Ok(connection
        .prepare_cached("SELECT organization, id FROM entity_keys WHERE kind = ?1 AND key = ?2")?
        .query_row((kind, key), |row| Ok((OrganizationId::new(uuid(row, 0)?), uuid(row, 1)?)))
        .optional()?)
}

/// Hands every entity of every tenant to `each`, or why it can't be read.
pub(super) fn read_all(
    connection: &Connection,
    mut each: impl FnMut(Result<EntityRecord, Fault>) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let mut statement =
        connection.prepare("SELECT id, name, version, payload, checksum, organization, kind FROM entities")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let organization = OrganizationId::new(uuid(row, 5)?);
        let kind: String = row.get(6)?;
        each(read(row, organization, &kind))?;
    }
    Ok(())
}
