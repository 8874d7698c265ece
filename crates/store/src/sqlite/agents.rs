//! What agents are doing: one document for each.

use rusqlite::{Connection, Row};
use waybill_model::{AgentState, OrganizationId, UserId};

use super::{
    digest::row_checksum,
    fault::{Fault, malformed},
    rows::uuid,
};
use crate::StoreError;

fn checksum(organization: OrganizationId, user: UserId, payload: &str) -> i64 {
    let key = [*organization.uuid().as_bytes(), *user.uuid().as_bytes()].concat();
    row_checksum("agent_states", &key, payload.as_bytes())
}

/// Keeps a state in the place of the one before.
pub(super) fn put(connection: &Connection, state: &AgentState) -> Result<(), Fault> {
    let payload = serde_json::to_string(state).map_err(malformed)?;
    let (organization, user) = (state.organization_id, state.user_id);
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO agent_states (organization, user, payload, checksum) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute((
            organization.uuid().as_bytes(),
            user.uuid().as_bytes(),
            &payload,
            checksum(organization, user, &payload),
        ))?;
    Ok(())
}

/// One agent.
pub(super) fn find(
    connection: &Connection,
    organization: OrganizationId,
    user: UserId,
) -> Result<Option<AgentState>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT organization, user, payload, checksum FROM agent_states WHERE organization = ?1 AND user = ?2",
    )?;
    let mut rows = statement.query((organization.uuid().as_bytes(), user.uuid().as_bytes()))?;
    rows.next()?.map(read_row).transpose()
}

/// Every agent of a tenant.
pub(super) fn list(connection: &Connection, organization: OrganizationId) -> Result<Vec<AgentState>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT organization, user, payload, checksum FROM agent_states WHERE organization = ?1 ORDER BY user",
    )?;
    let mut rows = statement.query([organization.uuid().as_bytes()])?;
    let mut states = Vec::new();
    while let Some(row) = rows.next()? {
        states.push(read_row(row)?);
    }
    Ok(states)
}

/// Forgets an agent.
pub(super) fn forget(connection: &Connection, organization: OrganizationId, user: UserId) -> Result<(), Fault> {
    connection
        .prepare_cached("DELETE FROM agent_states WHERE organization = ?1 AND user = ?2")?
        .execute((organization.uuid().as_bytes(), user.uuid().as_bytes()))?;
    Ok(())
}

fn read_row(row: &Row<'_>) -> Result<AgentState, Fault> {
    let (organization, user) = (OrganizationId::new(uuid(row, 0)?), UserId::new(uuid(row, 1)?));
    let payload: String = row.get(2)?;
    let corrupt = || StoreError::Corrupt { record: format!("agent_states {user}") };
    if checksum(organization, user, &payload) != row.get::<_, i64>(3)? {
        return Err(corrupt().into());
    }
    Ok(serde_json::from_str(&payload).map_err(|_| corrupt())?)
}

/// Every agent of every tenant, for the doctor.
pub(super) fn check_all(
    connection: &Connection,
    mut each: impl FnMut(Result<(), Fault>) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let mut statement = connection.prepare_cached("SELECT organization, user, payload, checksum FROM agent_states")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        each(read_row(row).map(drop))?;
    }
    Ok(())
}
