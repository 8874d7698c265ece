//! Databases of earlier programs come along with everything that is in them.

use rusqlite::{Connection, params};
use waybill_model::{BuiltInRole, Client, ClientId, Division, Time};

use super::{
    super::digest::{payload_hash, row_checksum},
    open,
};
use crate::{
    DATABASE_FILE, EntityFilter, Store,
    conformance::sample::{deployment, organization, plain_id},
};

/// A database as version 1 wrote it, with one tenant, deployment, client and audit row.
fn write_version_1(path: &std::path::Path) {
    const SQL: &str = include_str!("../../../migrations/sqlite/0001_the_log_and_its_projections.sql");
    let connection = Connection::open(path).unwrap();
    connection.execute_batch(SQL).unwrap();
    connection
        .execute_batch(
            "CREATE TABLE schema_migrations (version INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum INTEGER NOT NULL) STRICT",
        )
        .unwrap();
    let checksum = payload_hash(SQL.as_bytes()).cast_signed();
    connection
        .execute("INSERT INTO schema_migrations VALUES (1, 'the_log_and_its_projections', ?1)", [checksum])
        .unwrap();
    let ours = organization(1);
    let text = serde_json::to_string(&ours).unwrap();
    let id = ours.id.uuid();
    connection
        .execute(
            "INSERT INTO organizations (id, payload, checksum) VALUES (?1, ?2, ?3)",
            params![id.as_bytes(), text, row_checksum("organizations", id.as_bytes(), text.as_bytes())],
        )
        .unwrap();
    let site = deployment(1, ours.id, "Main site");
    let mut fields = serde_json::to_value(&site).unwrap();
    for later in ["divisionId", "description"] {
        fields.as_object_mut().unwrap().remove(later).unwrap();
    }
    let (id, text) = (site.id.uuid(), fields.to_string());
    connection
        .execute(
            "INSERT INTO deployments (id, organization, name, payload, checksum) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                id.as_bytes(),
                ours.id.uuid().as_bytes(),
                site.name,
                text,
                row_checksum("deployments", id.as_bytes(), text.as_bytes())
            ],
        )
        .unwrap();
    connection
        .execute(
            "INSERT INTO clients VALUES (?1, ?2, 'CRM sync', 'integrator', '$argon2id$hash', 1, 3000)",
            params![plain_id(7).as_bytes(), ours.id.uuid().as_bytes()],
        )
        .unwrap();
    connection
        .execute(
            "INSERT INTO audit (organization, action, subject, at) VALUES (?1, 'client.created', 'x', 3000)",
            params![ours.id.uuid().as_bytes()],
        )
        .unwrap();
}

#[tokio::test]
async fn log1_a_database_of_version_1_comes_along_whole() {
    let folder = tempfile::tempdir().unwrap();
    write_version_1(&folder.path().join(DATABASE_FILE));
    let store = open(folder.path());
    let ours = organization(1);

    let id = ClientId::new(plain_id(7));
    let (tenant, located) = store.locate_entity("client", &id.to_string()).await.unwrap().unwrap();
    assert_eq!((tenant, located), (ours.id, id.uuid()));
    let record = store.find_entity(ours.id, "client", id.uuid()).await.unwrap().unwrap();
    let client: Client = serde_json::from_str(&record.payload).unwrap();
    assert_eq!((client.name.as_str(), client.enabled, client.created_at), ("CRM sync", true, Time::from_millis(3_000)));
    assert_eq!(client.secrets[0].hash, "$argon2id$hash");
    assert_eq!(client.grants[0].role_id, BuiltInRole::Integrator.id());

    let site = deployment(1, ours.id, "Main site");
    assert_eq!(store.find_deployment(ours.id, site.id).await.unwrap(), Some(site));
    let filter = EntityFilter { limit: 10, ..EntityFilter::default() };
    let divisions = store.list_entities(ours.id, "division", filter).await.unwrap();
    assert_eq!(divisions.entities[0].id, Division::home(ours.id).uuid());
    let actions: Vec<_> =
        store.list_audit(ours.id, 0, 10).await.unwrap().into_iter().map(|row| row.entry.action).collect();
    assert_eq!(actions, ["client.created", "division.created", "client.moved"]);
}
