//! Tenants, deployments, refusals and secrets.

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Serialize, de::DeserializeOwned};
use waybill_model::{
    AuditEntry, ContextPolicy, Deployment, DeploymentId, Organization, OrganizationId, RefusalRecord, Time,
};

use super::{
    audit,
    digest::row_checksum,
    fault::{Fault, malformed},
    rows::{time, uuid},
};
use crate::{RefusalFilter, RefusalPosition, StoreError};

/// Most policies of one page.
const POLICIES: u32 = 200;

/// JSON text of a value, and the checksum of its row.
pub(super) struct Document {
    pub(super) text: String,
    pub(super) checksum: i64,
}

pub(super) fn write_document(table: &str, key: &[u8], value: &impl Serialize) -> Result<Document, Fault> {
    let text = serde_json::to_string(value).map_err(malformed)?;
    let checksum = row_checksum(table, key, text.as_bytes());
    Ok(Document { text, checksum })
}

/// Reads the columns `payload` and `checksum`.
pub(super) fn read_document<T: DeserializeOwned>(
    table: &str,
    key: &[u8],
    name: &str,
    row: &Row<'_>,
    first: usize,
) -> Result<T, Fault> {
    let corrupt = || StoreError::Corrupt { record: format!("{table} {name}") };
    let text = row.get_ref(first)?.as_bytes().map_err(|_| corrupt())?;
    let checksum: i64 = row.get(first + 1).map_err(|_| corrupt())?;
    if row_checksum(table, key, text) != checksum {
        return Err(corrupt().into());
    }
    Ok(serde_json::from_slice(text).map_err(|_| corrupt())?)
}

/// Tells a taken name or id from other failures.
pub(super) fn taken(what: impl std::fmt::Display) -> impl FnOnce(rusqlite::Error) -> Fault {
    move |error| match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::ConstraintViolation) => StoreError::Exists(what.to_string()).into(),
        Some(_) | None => error.into(),
    }
}

pub(super) fn create_organization(
    connection: &Connection,
    organization: &Organization,
    entry: &AuditEntry,
) -> Result<(), Fault> {
    let id = organization.id;
    let document = write_document("organizations", id.uuid().as_bytes(), organization)?;
    connection
        .execute(
            "INSERT INTO organizations (id, payload, checksum) VALUES (?1, ?2, ?3)",
            params![id.uuid().as_bytes(), document.text, document.checksum],
        )
        .map_err(taken(format_args!("organization `{id}`")))?;
    audit::append(connection, id, entry)
}

pub(super) fn list_organizations(
    connection: &Connection,
    only: Option<OrganizationId>,
) -> Result<Vec<Organization>, Fault> {
    let mut statement = connection
        .prepare_cached("SELECT id, payload, checksum FROM organizations WHERE ?1 IS NULL OR id = ?1 ORDER BY rowid")?;
    let mut rows = statement.query([only.map(|id| *id.uuid().as_bytes())])?;
    let mut organizations = Vec::new();
    while let Some(row) = rows.next()? {
        let id = uuid(row, 0)?;
        organizations.push(read_document("organizations", id.as_bytes(), &id.to_string(), row, 1)?);
    }
    Ok(organizations)
}

pub(super) fn create_deployment(
    connection: &Connection,
    organization: OrganizationId,
    deployment: &Deployment,
    entry: &AuditEntry,
) -> Result<(), Fault> {
    if deployment.organization_id != organization {
        return Err(malformed("a deployment of another organization").into());
    }
    let id = deployment.id;
    // Version 1 is what `publish_policy` counts on from.
    let deployment =
        Deployment { policy: ContextPolicy { version: 1, ..deployment.policy.clone() }, ..deployment.clone() };
    let document = write_document("deployments", id.uuid().as_bytes(), &deployment)?;
    connection
        .execute(
            "INSERT INTO deployments (id, organization, name, payload, checksum) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                id.uuid().as_bytes(),
                organization.uuid().as_bytes(),
                deployment.name,
                document.text,
                document.checksum
            ],
        )
        .map_err(taken(format_args!("deployment `{id}`")))?;
    insert_policy(connection, id, &deployment.policy)?;
    audit::append(connection, organization, entry)
}

fn policy_key(deployment: DeploymentId, version: u64) -> Vec<u8> {
    [deployment.uuid().as_bytes().as_slice(), &version.to_le_bytes()].concat()
}

fn insert_policy(connection: &Connection, deployment: DeploymentId, policy: &ContextPolicy) -> Result<(), Fault> {
    let document = write_document("policies", &policy_key(deployment, policy.version), policy)?;
    connection
        .execute(
            "INSERT INTO policies (deployment, version, payload, checksum) VALUES (?1, ?2, ?3, ?4)",
            params![deployment.uuid().as_bytes(), policy.version.cast_signed(), document.text, document.checksum],
        )
        .map_err(taken(format_args!("policy {} of deployment `{deployment}`", policy.version)))?;
    Ok(())
}

pub(super) fn publish_policy(
    connection: &Connection,
    organization: OrganizationId,
    id: DeploymentId,
    policy: &ContextPolicy,
    entry: &AuditEntry,
) -> Result<(), Fault> {
    let Some(present) = find_deployment(connection, organization, id)? else {
        return Err(malformed(format_args!("deployment `{id}` is not there")).into());
    };
    if policy.version != present.policy.version + 1 {
        let present = present.policy.version;
        return Err(
            StoreError::Exists(format!("policy {present} of deployment `{id}`, to be followed by the next,")).into()
        );
    }
    insert_policy(connection, id, policy)?;
    let deployment = Deployment { policy: policy.clone(), modified_at: Some(entry.at), ..present };
    let document = write_document("deployments", id.uuid().as_bytes(), &deployment)?;
    connection.execute(
        "UPDATE deployments SET payload = ?2, checksum = ?3 WHERE id = ?1",
        params![id.uuid().as_bytes(), document.text, document.checksum],
    )?;
    audit::append(connection, organization, entry)
}

pub(super) fn update_deployment(
    connection: &Connection,
    organization: OrganizationId,
    before: &Deployment,
    after: &Deployment,
    entry: &AuditEntry,
) -> Result<(), Fault> {
    let id = before.id;
    if find_deployment(connection, organization, id)?.as_ref() != Some(before) {
        return Err(StoreError::Stale(format!("deployment `{id}`")).into());
    }
    if (after.id, after.organization_id) != (id, organization) || after.policy != before.policy {
        return Err(
            malformed(format_args!("deployment `{id}` can't become another, nor change its policy here")).into()
        );
    }
    let document = write_document("deployments", id.uuid().as_bytes(), after)?;
    connection.execute(
        "UPDATE deployments SET name = ?2, payload = ?3, checksum = ?4 WHERE id = ?1",
        params![id.uuid().as_bytes(), after.name, document.text, document.checksum],
    )?;
    audit::append(connection, organization, entry)
}

pub(super) fn list_policies(
    connection: &Connection,
    organization: OrganizationId,
    deployment: DeploymentId,
    before: Option<u64>,
    limit: u32,
) -> Result<Vec<ContextPolicy>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT policies.version, policies.payload, policies.checksum FROM policies
         JOIN deployments ON deployments.id = policies.deployment
         WHERE policies.deployment = ?1 AND deployments.organization = ?2 AND policies.version < ?3
         ORDER BY policies.version DESC LIMIT ?4",
    )?;
    let before = before.map_or(i64::MAX, |version| i64::try_from(version).unwrap_or(i64::MAX));
    let mut rows = statement.query(params![
        deployment.uuid().as_bytes(),
        organization.uuid().as_bytes(),
        before,
        limit.min(POLICIES)
    ])?;
    let mut policies = Vec::new();
    while let Some(row) = rows.next()? {
        let version = row.get::<_, i64>(0)?.cast_unsigned();
        let name = format!("{deployment} version {version}");
        policies.push(read_document("policies", &policy_key(deployment, version), &name, row, 1)?);
    }
    Ok(policies)
}

pub(super) fn find_deployment(
    connection: &Connection,
    organization: OrganizationId,
    id: DeploymentId,
) -> Result<Option<Deployment>, Fault> {
    let mut statement =
        connection.prepare_cached("SELECT payload, checksum FROM deployments WHERE id = ?1 AND organization = ?2")?;
    let mut rows = statement.query((id.uuid().as_bytes(), organization.uuid().as_bytes()))?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let deployment: Deployment = read_document("deployments", id.uuid().as_bytes(), &id.to_string(), row, 0)?;
    Ok((deployment.organization_id == organization).then_some(deployment))
}

pub(super) fn list_deployments(
    connection: &Connection,
    organization: OrganizationId,
) -> Result<Vec<Deployment>, Fault> {
    let mut statement = connection
        .prepare_cached("SELECT id, payload, checksum FROM deployments WHERE organization = ?1 ORDER BY name, id")?;
    let mut rows = statement.query([organization.uuid().as_bytes()])?;
    let mut deployments = Vec::new();
    while let Some(row) = rows.next()? {
        let id = uuid(row, 0)?;
        deployments.push(read_document("deployments", id.as_bytes(), &id.to_string(), row, 1)?);
    }
    Ok(deployments)
}

pub(super) fn find_policy(
    connection: &Connection,
    organization: OrganizationId,
    deployment: DeploymentId,
    version: u64,
) -> Result<Option<ContextPolicy>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT policies.payload, policies.checksum FROM policies
         JOIN deployments ON deployments.id = policies.deployment
         WHERE policies.deployment = ?1 AND policies.version = ?2 AND deployments.organization = ?3",
    )?;
    let mut rows =
        statement.query((deployment.uuid().as_bytes(), version.cast_signed(), organization.uuid().as_bytes()))?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let name = format!("{deployment} version {version}");
    read_document("policies", &policy_key(deployment, version), &name, row, 0).map(Some)
}

pub(super) fn locate_by_deployment(connection: &Connection, id: DeploymentId) -> Result<Option<OrganizationId>, Fault> {
    Ok(connection
        .prepare_cached("SELECT organization FROM deployments WHERE id = ?1")?
        .query_row([id.uuid().as_bytes()], |row| uuid(row, 0).map(OrganizationId::new))
        .optional()?)
}

pub(super) fn record_refusals(
    connection: &Connection,
    organization: OrganizationId,
    refusals: &[RefusalRecord],
) -> Result<(), Fault> {
    for refusal in refusals {
        let document = write_document("refusals", organization.uuid().as_bytes(), refusal)?;
        connection
            .prepare_cached(
                "INSERT INTO refusals (organization, deployment, at, payload, checksum) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![
                organization.uuid().as_bytes(),
                refusal.deployment_id.uuid().as_bytes(),
                refusal.at.millis(),
                document.text,
                document.checksum
            ])?;
    }
    Ok(())
}

pub(super) fn list_refusals(
    connection: &Connection,
    organization: OrganizationId,
    filter: &RefusalFilter,
) -> Result<Vec<(RefusalPosition, RefusalRecord)>, Fault> {
    let RefusalFilter { deployment, from, to, after, limit } = filter;
    let mut statement = connection.prepare_cached(
        "SELECT number, payload, checksum, at FROM refusals
         WHERE organization = ?1 AND at >= ?2 AND (?3 IS NULL OR deployment = ?3)
           AND at < ?4 AND at <= ?5 AND (at, number) < (?5, ?6)
         ORDER BY at DESC, number DESC LIMIT ?7",
    )?;
    let (last_at, last_number) = after.map_or((i64::MAX, i64::MAX), |position| {
        (position.at.millis(), i64::try_from(position.number).unwrap_or(i64::MAX))
    });
    let mut rows = statement.query(params![
        organization.uuid().as_bytes(),
        from.map_or(0, Time::millis),
        deployment.map(|id| *id.uuid().as_bytes()),
        to.map_or(i64::MAX, Time::millis),
        last_at,
        last_number,
        limit
    ])?;
    let mut refusals = Vec::new();
    while let Some(row) = rows.next()? {
        let number: i64 = row.get(0)?;
        let record = read_document("refusals", organization.uuid().as_bytes(), &number.to_string(), row, 1)?;
        refusals.push((RefusalPosition { at: time(row, 3)?, number: number.cast_unsigned() }, record));
    }
    Ok(refusals)
}

fn secret_name(name: &str) -> String {
    format!("secret:{name}")
}

pub(super) fn create_secret(connection: &Connection, name: &str, candidate: &[u8]) -> Result<(), Fault> {
    connection.execute("INSERT OR IGNORE INTO meta (name, value) VALUES (?1, ?2)", (secret_name(name), candidate))?;
    Ok(())
}

pub(super) fn find_secret(connection: &Connection, name: &str) -> Result<Option<Vec<u8>>, Fault> {
    Ok(connection
        .query_row("SELECT value FROM meta WHERE name = ?1", [secret_name(name)], |row| row.get(0))
        .optional()?)
}
