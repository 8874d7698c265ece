//! Moves what older databases keep in tables of its own into entities: clients; and gives deployments their division.

use rusqlite::Connection;
use uuid::Uuid;
use waybill_model::{
    Actor, AuditEntry, BuiltInRole, Client, ClientId, ClientSecret, Division, Entity, EntityChange, EntityRecord,
    Grant, Organization, OrganizationId, Time,
};

use super::super::{
    administration::{self, Document, write_document},
    audit, entities,
    fault::{Fault, malformed},
    rows::{time, uuid},
};

/// After `0002_entities_and_tokens.sql`.
pub(super) fn move_former_rows(connection: &Connection) -> Result<(), Fault> {
    move_audit(connection)?;
    for organization in administration::list_organizations(connection, None)? {
        create_home_division(connection, &organization)?;
    }
    move_clients(connection)?;
    place_deployments(connection)?;
    connection.execute_batch("DROP TABLE former_clients; DROP TABLE former_audit;")?;
    Ok(())
}

fn move_audit(connection: &Connection) -> Result<(), Fault> {
    let mut statement =
        connection.prepare("SELECT organization, action, subject, at FROM former_audit ORDER BY number")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let at: Option<i64> = row.get(3)?;
        let entry = AuditEntry {
            by: Actor::Server,
            action: row.get(1)?,
            subject: row.get(2)?,
            at: Time::from_millis(at.unwrap_or(0)),
            details: String::new(),
        };
        audit::append(connection, OrganizationId::new(uuid(row, 0)?), &entry)?;
    }
    Ok(())
}

fn create_home_division(connection: &Connection, organization: &Organization) -> Result<(), Fault> {
    let home = Division {
        id: Division::home(organization.id),
        organization_id: organization.id,
        name: "Home".to_owned(),
        created_at: organization.created_at,
    };
    create(connection, &home, "division.created", organization.created_at)
}

fn move_clients(connection: &Connection) -> Result<(), Fault> {
    let mut statement =
        connection.prepare("SELECT id, organization, name, secret_hash, enabled, created_at FROM former_clients")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let created_at = time(row, 5)?;
        let client = Client {
            id: ClientId::new(uuid(row, 0)?),
            organization_id: OrganizationId::new(uuid(row, 1)?),
            name: row.get(2)?,
            // The only role that there was.
            description: String::new(),
            grants: vec![Grant::everywhere(BuiltInRole::Integrator.id())],
            secrets: vec![ClientSecret { hash: row.get(3)?, created_at, good_until: None }],
            redirect_uris: Vec::new(),
            enabled: row.get(4)?,
            created_at,
        };
        create(connection, &client, "client.moved", created_at)?;
    }
    Ok(())
}

fn create<E: Entity>(connection: &Connection, entity: &E, action: &str, at: Time) -> Result<(), Fault> {
    let record = EntityRecord {
        kind: E::KIND.to_owned(),
        id: entity.uuid(),
        name: entity.name().to_owned(),
        unique_keys: entity.unique_keys(),
        version: 1,
        payload: serde_json::to_string(entity).map_err(malformed)?,
    };
    let entry = AuditEntry {
        by: Actor::Server,
        action: action.to_owned(),
        subject: entity.uuid().to_string(),
        at,
        details: String::new(),
    };
    entities::change(connection, entity.organization_id(), &[EntityChange::Put(record)], &entry)
}

/// A deployment of an older database is in its organization's home division.
fn place_deployments(connection: &Connection) -> Result<(), Fault> {
    let rows: Vec<(Uuid, Uuid, String)> = connection
        .prepare("SELECT id, organization, payload FROM deployments")?
        .query_map([], |row| Ok((uuid(row, 0)?, uuid(row, 1)?, row.get(2)?)))?
        .collect::<Result<_, _>>()?;
    for (id, organization, payload) in rows {
        let mut deployment: serde_json::Value = serde_json::from_str(&payload).map_err(malformed)?;
        let fields = deployment.as_object_mut().ok_or_else(|| malformed("a deployment that is no object"))?;
        fields.insert("divisionId".to_owned(), organization.to_string().into());
        let Document { text, checksum } = write_document("deployments", id.as_bytes(), &deployment)?;
        connection.execute(
            "UPDATE deployments SET payload = ?2, checksum = ?3 WHERE id = ?1",
            (id.as_bytes(), text, checksum),
        )?;
    }
    Ok(())
}
