//! Signed tokens that were spent (SIG5): a row for each until it would have ended anyway.

use rusqlite::{Connection, OptionalExtension as _};
use waybill_model::{DeploymentId, OrganizationId, SpentToken, Time};

use super::fault::Fault;

/// Whether a token was spent.
pub(super) fn is_spent(
    connection: &Connection,
    organization: OrganizationId,
    deployment: DeploymentId,
    jti_hash: &[u8; 32],
) -> Result<bool, Fault> {
    let found: Option<i64> = connection
        .prepare_cached("SELECT 1 FROM spent_tokens WHERE deployment = ?1 AND jti_hash = ?2 AND organization = ?3")?
        .query_row((deployment.uuid().as_bytes(), jti_hash, organization.uuid().as_bytes()), |row| row.get(0))
        .optional()?;
    Ok(found.is_some())
}

/// Spends a token that was not spent so far.
pub(super) fn spend(
    connection: &Connection,
    organization: OrganizationId,
    deployment: DeploymentId,
    token: &SpentToken,
) -> Result<(), Fault> {
    connection
        .prepare_cached(
            "INSERT INTO spent_tokens (deployment, jti_hash, organization, expires_at) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute((
            deployment.uuid().as_bytes(),
            token.jti_hash,
            organization.uuid().as_bytes(),
            token.expires_at.millis(),
        ))?;
    Ok(())
}

/// Whether there are tokens that have ended.
pub(super) fn has_ended(connection: &Connection, now: Time) -> Result<bool, Fault> {
    let found: Option<i64> = connection
        .prepare_cached("SELECT 1 FROM spent_tokens WHERE expires_at <= ?1 LIMIT 1")?
        .query_row([now.millis()], |row| row.get(0))
        .optional()?;
    Ok(found.is_some())
}

/// Forgets some of the tokens that have ended.
pub(super) fn forget_ended(connection: &Connection, now: Time, step: i64) -> Result<(), Fault> {
    connection
        .prepare_cached(
            "DELETE FROM spent_tokens WHERE (deployment, jti_hash) IN
                 (SELECT deployment, jti_hash FROM spent_tokens WHERE expires_at <= ?1 LIMIT ?2)",
        )?
        .execute((now.millis(), step))?;
    Ok(())
}
