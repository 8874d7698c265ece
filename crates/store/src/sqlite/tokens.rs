//! Tokens: bearer tokens, refresh tokens and authorization codes, each under its hash.

use rusqlite::{Connection, OptionalExtension, Row, params};
use waybill_model::{AccessToken, OrganizationId, TokenHash};

use super::{
    administration::{Document, read_document, taken, write_document},
    fault::{Fault, malformed},
    rows::uuid,
};
use crate::{Revoked, StoreError};

/// Keeps new tokens in exchange for spent ones.
pub(super) fn exchange(
    connection: &Connection,
    organization: OrganizationId,
    tokens: &[AccessToken],
    spent: &[TokenHash],
) -> Result<(), Fault> {
    for hash in spent {
        let gone = connection
            .prepare_cached("DELETE FROM tokens WHERE hash = ?1 AND organization = ?2")?
            .execute((hash.0, organization.uuid().as_bytes()))?;
        if gone == 0 {
            return Err(StoreError::Stale("the token".to_owned()).into());
        }
    }
    for token in tokens {
        insert(connection, organization, token)?;
    }
    Ok(())
}

fn insert(connection: &Connection, organization: OrganizationId, token: &AccessToken) -> Result<(), Fault> {
    if token.organization_id != organization {
        return Err(malformed("a token of another organization").into());
    }
    let Document { text, checksum } = write_document("tokens", &token.hash.0, token)?;
    connection
        .prepare_cached(
            "INSERT INTO tokens (hash, organization, principal, family, expires_at, payload, checksum)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            token.hash.0,
            organization.uuid().as_bytes(),
            token.principal.uuid().as_bytes(),
            token.family.as_bytes(),
            token.expires_at.millis(),
            text,
            checksum
        ])
        .map_err(taken("the token"))?;
    Ok(())
}

pub(super) fn find(
    connection: &Connection,
    organization: OrganizationId,
    hash: TokenHash,
) -> Result<Option<AccessToken>, Fault> {
    let mut statement =
        connection.prepare_cached("SELECT payload, checksum FROM tokens WHERE hash = ?1 AND organization = ?2")?;
    let mut rows = statement.query((hash.0, organization.uuid().as_bytes()))?;
    match rows.next()? {
        Some(row) => read_document("tokens", &hash.0, "of a caller", row, 0).map(Some),
        None => Ok(None),
    }
}

pub(super) fn revoke(connection: &Connection, organization: OrganizationId, whose: Revoked) -> Result<(), Fault> {
    let (column, key): (&str, &[u8]) = match &whose {
        Revoked::Token(hash) => ("hash", &hash.0),
        Revoked::Family(family) => ("family", family.as_bytes()),
        Revoked::Principal(principal) => ("principal", principal.as_bytes()),
    };
    connection
        .prepare_cached(&format!("DELETE FROM tokens WHERE {column} = ?1 AND organization = ?2"))?
        .execute((key, organization.uuid().as_bytes()))?;
    Ok(())
}

pub(super) fn locate(connection: &Connection, hash: TokenHash) -> Result<Option<OrganizationId>, Fault> {
    Ok(connection
        .prepare_cached("SELECT organization FROM tokens WHERE hash = ?1")?
        .query_row([hash.0], |row| uuid(row, 0).map(OrganizationId::new))
        .optional()?)
}

/// Reads `number, hash, payload, checksum`.
pub(super) fn read_row(row: &Row<'_>) -> Result<AccessToken, Fault> {
    let (number, hash): (i64, [u8; 32]) = (row.get(0)?, row.get(1)?);
    read_document("tokens", &hash, &number.to_string(), row, 2)
}
