//! Databases of earlier programs come along with everything that is in them.

use rusqlite::{Connection, params};
use waybill_model::{
    BuiltInRole, Client, ClientId, CommunicationId, Conversation, Division, Participant, ParticipantId, Purpose, Time,
    UserId,
};

use super::{
    super::digest::{deployment_facet, organization_facet, payload_hash, row_checksum},
    commit, open,
};
use crate::{
    ClaimedJobs, DATABASE_FILE, EntityFilter, Store, WorkStore,
    conformance::{
        Sample,
        sample::{deployment, organization, plain_id},
    },
    folder::doctor,
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
        .execute("INSERT INTO meta VALUES ('secret:history_tokens', x'00'), ('secret:other', x'01')", [])
        .unwrap();
    connection
        .execute(
            "INSERT INTO jobs VALUES (1, ?1, ?2, 1, 'run_flow', 0, '{}', 0)",
            params![plain_id(8).as_bytes(), ours.id.uuid().as_bytes()],
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
    let claimed = store.claim_jobs(Time::from_millis(1), Time::from_millis(2), 10).await.unwrap();
    assert_eq!(claimed, ClaimedJobs::default(), "nothing took up what earlier programs kept as jobs");
    assert_eq!(store.get_or_create_secret("history_tokens", vec![7; 32]).await.unwrap(), [7; 32]);
    assert_eq!(store.get_or_create_secret("other", vec![7; 32]).await.unwrap(), [1]);
}

/// What agents had before routing knew of it is listed, as if it had been written today.
#[tokio::test]
async fn log13_an_older_database_lists_what_agents_work_on() {
    let folder = tempfile::tempdir().unwrap();
    let user = UserId::new(plain_id(9));
    let joins = |conversation: &mut Conversation| {
        let ids = (ParticipantId::new(plain_id(10)), CommunicationId::new(plain_id(11)));
        let agent = Participant::joining(ids.0, ids.1, Purpose::Agent, conversation.started_at);
        conversation.participants.push(Participant { user_id: Some(user), ..agent });
    };
    let mut samples: Vec<Sample> = (1..=3).map(|number| Sample::new(number, &[])).collect();
    let ours = samples[0].organization();
    {
        let store = open(folder.path());
        for sample in &mut samples {
            commit(&store, ours, sample.start()).await;
        }
        commit(&store, ours, samples[1].revise(joins)).await;
        commit(&store, ours, samples[2].revise(joins)).await;
        commit(&store, ours, samples[2].end()).await;
    }
    let connection = Connection::open(folder.path().join(DATABASE_FILE)).unwrap();
    connection
        .execute_batch(
            "DROP TABLE jobs; CREATE TABLE jobs (number INTEGER PRIMARY KEY);
             DROP TABLE dead_jobs; DROP TABLE agent_states; DELETE FROM facets;
             DELETE FROM schema_migrations WHERE version = 7",
        )
        .unwrap();
    // Facets that the older program knew.
    for sample in &samples {
        let number: i64 = connection
            .query_row("SELECT number FROM conversations WHERE id = ?1", [sample.id().uuid().as_bytes()], |row| {
                row.get(0)
            })
            .unwrap();
        let ids = (sample.conversation.organization_id, sample.conversation.deployment_id);
        for facet in [organization_facet(ids.0), deployment_facet(ids.0, ids.1)] {
            connection
                .execute(
                    "INSERT INTO facets VALUES (?1, ?2, ?3)",
                    (facet, sample.conversation.started_at.millis(), number),
                )
                .unwrap();
        }
    }
    connection.close().unwrap();
    let store = open(folder.path());
    for listed in [
        store.list_routed_conversations(ours, None, 10).await.unwrap(),
        store.list_conversations_of_agent(ours, user, 10).await.unwrap(),
    ] {
        assert_eq!(listed.iter().map(|one| one.id).collect::<Vec<_>>(), [samples[1].id()]);
    }
    assert!(doctor(folder.path()).unwrap().is_sound());
}
