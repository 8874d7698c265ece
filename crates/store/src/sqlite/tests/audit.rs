//! Every administrative change leaves a row that says so, or does not happen.

use uuid::Uuid;
use waybill_model::{AuditEntry, ContextPolicy, Organization};

use super::open;
use crate::{
    DATABASE_FILE, Store,
    conformance::sample::{self, deployment, organization},
};

fn audit(action: &str, subject: Uuid) -> AuditEntry {
    AuditEntry { subject: subject.to_string(), ..sample::audit(action) }
}

#[tokio::test]
async fn log8_a_change_has_its_audit_row_and_a_refused_one_has_none() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let ours = organization(1);
    let site = deployment(1, ours.id, "Main site");
    store.create_organization(ours.clone(), audit("organization.created", ours.id.uuid())).await.unwrap();
    store.create_deployment(ours.id, site.clone(), audit("deployment.created", site.id.uuid())).await.unwrap();
    let next = ContextPolicy { version: 2, ..site.policy.clone() };
    store.publish_policy(ours.id, site.id, next.clone(), audit("policy.published", site.id.uuid())).await.unwrap();

    store
        .create_organization(
            Organization { name: "Again".to_owned(), ..ours.clone() },
            audit("organization.created", ours.id.uuid()),
        )
        .await
        .unwrap_err();
    store.create_deployment(ours.id, site.clone(), audit("deployment.created", site.id.uuid())).await.unwrap_err();
    store.publish_policy(ours.id, site.id, next, audit("policy.published", site.id.uuid())).await.unwrap_err();
    drop(store);

    let connection = rusqlite::Connection::open(folder.path().join(DATABASE_FILE)).unwrap();
    let mut statement = connection.prepare("SELECT action, subject FROM audit ORDER BY rowid").unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    let rows: Vec<(String, String)> = rows.collect::<Result<_, _>>().unwrap();
    let (ours, site) = (ours.id.to_string(), site.id.to_string());
    let expected = [("organization.created", &ours), ("deployment.created", &site), ("policy.published", &site)];
    assert_eq!(rows, expected.map(|(action, subject)| (action.to_owned(), subject.clone())));
}

#[tokio::test]
async fn log8_a_changed_or_removed_audit_row_is_seen() {
    for (change, broken) in [
        ("UPDATE audit SET action = 'nothing.happened' WHERE number = 2", Some(2)),
        ("UPDATE audit SET at = at + 1 WHERE number = 1", Some(1)),
        ("DELETE FROM audit WHERE number = 2", Some(3)),
        ("UPDATE audit SET hash = zeroblob(32) WHERE number = 3", Some(3)),
        // What is cut off at the end is seen by whoever noted the head.
        ("DELETE FROM audit WHERE number = 3", None),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let ours = organization(1);
        {
            let store = open(folder.path());
            for action in ["a", "b", "c"] {
                store.append_audit(ours.id, sample::audit(action)).await.unwrap();
            }
        }
        let whole = crate::folder::doctor(folder.path()).unwrap();
        assert!(whole.is_sound(), "{whole:?}");
        let connection = rusqlite::Connection::open(folder.path().join(DATABASE_FILE)).unwrap();
        connection.execute(change, []).unwrap();
        connection.close().unwrap();
        let report = crate::folder::doctor(folder.path()).unwrap();
        assert_eq!(report.audit[0].broken_at, broken, "{change}");
        assert_eq!(report.is_sound(), broken.is_none(), "{change}");
        assert!(broken.is_some() || report.audit[0].head != whole.audit[0].head, "{change}");
    }
}
