//! Administration: tenants, deployments, clients, tokens, refusals, secrets.

use std::sync::Arc;

use waybill_model::{
    AccessToken, ClientId, ContextPolicy, Deployment, EntityChange, EntityRecord, Form, Mode, Principal, RefusalRecord,
    Rule, Time, TokenKind, conversation::Source,
};

use super::sample::{audit, deployment, deployment_id, organization, organization_id, plain_id, time, token};
use crate::{EntityFilter, RefusalFilter, Revoked, Store, StoreError};

/// EDGE2: what was created is found as it was given, by its own tenant alone.
pub async fn edge2_administration_is_kept_and_found_within_its_tenant(store: &Arc<dyn Store>) {
    let (first, second) = (organization(1), organization(2));
    assert_eq!(store.list_organizations().await.expect("a read"), Vec::new());
    store.create_organization(first.clone(), audit("organization.created")).await.expect("a tenant");
    store.create_organization(second.clone(), audit("organization.created")).await.expect("a tenant");
    assert_eq!(store.find_organization(first.id).await.expect("a read"), Some(first.clone()));
    assert_eq!(store.find_organization(organization_id(3)).await.expect("a read"), None);
    assert_eq!(store.list_organizations().await.expect("a read"), [first.clone(), second.clone()]);

    let ours = deployment(1, first.id, "Main site");
    store.create_deployment(first.id, ours.clone(), audit("deployment.created")).await.expect("a deployment");
    assert_eq!(store.find_deployment(first.id, ours.id).await.expect("a read"), Some(ours.clone()));
    assert_eq!(store.find_deployment(second.id, ours.id).await.expect("a read"), None);
    assert_eq!(store.find_policy(first.id, ours.id, 1).await.expect("a read"), Some(ours.policy));
    assert_eq!(store.find_policy(second.id, ours.id, 1).await.expect("a read"), None);
}

/// EDGE2: deployments of a tenant, by name.
pub async fn edge2_deployments_are_listed_by_name(store: &Arc<dyn Store>) {
    let (first, second) = (organization_id(1), organization_id(2));
    let names = [(1, first, "beta"), (2, first, "alpha"), (3, second, "another tenant's"), (4, first, "gamma")];
    for (number, organization, name) in names {
        store
            .create_deployment(organization, deployment(number, organization, name), audit("deployment.created"))
            .await
            .expect("a deployment");
    }
    let listed = store.list_deployments(first).await.expect("a read");
    assert_eq!(listed.iter().map(|found| found.name.as_str()).collect::<Vec<_>>(), ["alpha", "beta", "gamma"]);
}

/// EDGE2: an id that is taken is refused, and what stood there stays.
pub async fn edge2_what_is_taken_is_refused_by_name(store: &Arc<dyn Store>) {
    let first = organization(1);
    store.create_organization(first.clone(), audit("organization.created")).await.expect("a tenant");
    let renamed = waybill_model::Organization { name: "Renamed".to_owned(), ..first.clone() };
    let error = store.create_organization(renamed, audit("organization.created")).await.expect_err("a taken id");
    assert!(matches!(&error, StoreError::Exists(what) if what.contains(&first.id.to_string())), "{error}");
    assert_eq!(store.find_organization(first.id).await.expect("a read"), Some(first.clone()));

    let ours = deployment(1, first.id, "ours");
    store.create_deployment(first.id, ours.clone(), audit("deployment.created")).await.expect("a deployment");
    let again = store.create_deployment(first.id, deployment(1, first.id, "again"), audit("deployment.created")).await;
    assert!(matches!(again, Err(StoreError::Exists(_))), "{again:?}");
    assert_eq!(store.find_deployment(first.id, ours.id).await.expect("a read"), Some(ours));
}

fn record(number: u64, name: &str, keys: &[&str], version: u64) -> EntityRecord {
    EntityRecord {
        kind: "client".to_owned(),
        id: plain_id(number),
        name: name.to_owned(),
        unique_keys: keys.iter().map(|key| (*key).to_owned()).collect(),
        version,
        payload: format!("{{\"name\":\"{name}\"}}"),
    }
}

/// As the store returns it: unique keys are for finding.
fn found(record: &EntityRecord) -> EntityRecord {
    EntityRecord { unique_keys: Vec::new(), ..record.clone() }
}

fn access_token(number: u64, expires_at: Time) -> AccessToken {
    AccessToken {
        hash: token(number),
        organization_id: organization_id(1),
        kind: TokenKind::Access,
        principal: Principal::Client(ClientId::new(plain_id(1))),
        client_id: None,
        scopes: "conversation:read".to_owned(),
        family: plain_id(100 + number),
        code: None,
        created_at: time(0),
        expires_at,
    }
}

/// LOG8: an entity is found as it was given, by its own tenant alone; a change follows the version before it.
pub async fn log8_entities_are_kept_and_changed_by_version(store: &Arc<dyn Store>) {
    let (ours, theirs) = (organization_id(1), organization_id(2));
    let first = record(1, "CRM sync", &["crm"], 1);
    let put = |record: &EntityRecord| vec![EntityChange::Put(record.clone())];
    store.change_entities(ours, put(&first), audit("client.created")).await.expect("an entity");
    assert_eq!(store.find_entity(ours, "client", first.id).await.expect("a read"), Some(found(&first)));
    assert_eq!(store.find_entity(theirs, "client", first.id).await.expect("a read"), None);
    assert_eq!(store.find_entity(ours, "role", first.id).await.expect("a read"), None);
    assert_eq!(store.locate_entity("client", "crm").await.expect("a read"), Some((ours, first.id)));

    let again = store.change_entities(ours, put(&first), audit("client.created")).await;
    assert!(matches!(again, Err(StoreError::Exists(_))), "{again:?}");
    let second = record(1, "CRM", &["crm2"], 2);
    let foreign = store.change_entities(theirs, put(&second), audit("client.changed")).await;
    assert!(matches!(foreign, Err(StoreError::Stale(_))), "{foreign:?}");
    store.change_entities(ours, put(&second), audit("client.changed")).await.expect("a change");
    let stale = store.change_entities(ours, put(&second), audit("client.changed")).await;
    assert!(matches!(stale, Err(StoreError::Stale(_))), "{stale:?}");
    assert_eq!(store.find_entity(ours, "client", first.id).await.expect("a read"), Some(found(&second)));
    assert_eq!(store.locate_entity("client", "crm").await.expect("a read"), None);

    // A taken key undoes everything of its call.
    let third = record(3, "Third", &["third"], 1);
    let fourth = record(4, "Fourth", &["crm2"], 1);
    let both = vec![EntityChange::Put(third.clone()), EntityChange::Put(fourth)];
    let taken = store.change_entities(theirs, both, audit("client.created")).await;
    assert!(matches!(taken, Err(StoreError::Exists(_))), "{taken:?}");
    assert_eq!(store.find_entity(theirs, "client", third.id).await.expect("a read"), None);

    let gone = vec![EntityChange::Delete { kind: "client".to_owned(), id: first.id }];
    store.change_entities(ours, gone.clone(), audit("client.deleted")).await.expect("a change");
    assert_eq!(store.find_entity(ours, "client", first.id).await.expect("a read"), None);
    assert_eq!(store.locate_entity("client", "crm2").await.expect("a read"), None);
    assert!(matches!(store.change_entities(ours, gone, audit("client.deleted")).await, Err(StoreError::Stale(_))));
}

/// LOG8: entities are listed by name, page by page, and searched by a part of it.
pub async fn log8_entities_are_listed_by_name(store: &Arc<dyn Store>) {
    let ours = organization_id(1);
    let records: Vec<_> =
        [(1, "beta"), (2, "Alpha"), (3, "gamma"), (4, "alphabet")].map(|(id, name)| record(id, name, &[], 1)).into();
    let changes = records.iter().cloned().map(EntityChange::Put).collect();
    store.change_entities(ours, changes, audit("client.created")).await.expect("entities");
    let list = |filter: EntityFilter| async move {
        let page = store.list_entities(ours, "client", filter).await.expect("a read");
        (page.entities.into_iter().map(|one| one.name).collect::<Vec<_>>(), page.total)
    };
    let filter = EntityFilter { limit: 3, ..EntityFilter::default() };
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    assert_eq!(list(filter.clone()).await, (names(&["Alpha", "alphabet", "beta"]), 4));
    assert_eq!(list(EntityFilter { offset: 3, ..filter.clone() }).await, (names(&["gamma"]), 4));
    assert_eq!(
        list(EntityFilter { name: Some("LPH".to_owned()), ..filter.clone() }).await,
        (names(&["Alpha", "alphabet"]), 2)
    );
    let ids = Some(vec![records[0].id, plain_id(9)]);
    assert_eq!(list(EntityFilter { ids, ..filter.clone() }).await, (names(&["beta"]), 1));
    let foreign = store.list_entities(organization_id(2), "client", filter).await.expect("a read");
    assert_eq!((foreign.entities.len(), foreign.total), (0, 0));
}

/// LOG8: the audit log lists what was done, oldest first, with a chain of hashes that no two rows share.
pub async fn log8_the_audit_log_is_a_chain(store: &Arc<dyn Store>) {
    let ours = organization_id(1);
    for action in ["a", "b", "b"] {
        store.append_audit(ours, audit(action)).await.expect("a row");
    }
    store.append_audit(organization_id(2), audit("foreign")).await.expect("a row");
    let rows = store.list_audit(ours, 0, 10).await.expect("a read");
    assert_eq!(rows.iter().map(|row| row.entry.clone()).collect::<Vec<_>>(), ["a", "b", "b"].map(audit));
    let hashes: std::collections::BTreeSet<_> = rows.iter().map(|row| row.hash).collect();
    assert_eq!(hashes.len(), 3);
    let rest = store.list_audit(ours, rows[0].number, 1).await.expect("a read");
    assert_eq!(rest, rows[1..2]);
}

/// REST2: tokens are found by hash, by their tenant alone.
pub async fn rest2_tokens_are_kept(store: &Arc<dyn Store>) {
    let (ours, theirs) = (organization_id(1), organization_id(2));
    let kept = access_token(1, time(60));
    store.exchange_tokens(ours, vec![kept.clone()], Vec::new()).await.expect("a token");
    assert_eq!(store.find_access_token(ours, kept.hash).await.expect("a read"), Some(kept.clone()));
    assert_eq!(store.find_access_token(theirs, kept.hash).await.expect("a read"), None);
    assert_eq!(store.find_access_token(ours, token(2)).await.expect("a read"), None);
}

/// REST2: a token is exchanged once, whoever tries again gets nothing.
pub async fn rest2_a_token_is_exchanged_once(store: &Arc<dyn Store>) {
    let ours = organization_id(1);
    store.exchange_tokens(ours, vec![access_token(1, time(60))], Vec::new()).await.expect("a token");
    store.exchange_tokens(ours, vec![access_token(2, time(60))], vec![token(1)]).await.expect("an exchange");
    let again = store.exchange_tokens(ours, vec![access_token(3, time(60))], vec![token(1)]).await;
    assert!(matches!(again, Err(StoreError::Stale(_))), "{again:?}");
    assert_eq!(store.find_access_token(ours, token(1)).await.expect("a read"), None);
    assert!(store.find_access_token(ours, token(2)).await.expect("a read").is_some());
    assert_eq!(store.find_access_token(ours, token(3)).await.expect("a read"), None);
}

/// REST2: tokens are revoked one by one, by log-in, and by owner.
pub async fn rest2_tokens_are_revoked(store: &Arc<dyn Store>) {
    let ours = organization_id(1);
    let tokens: Vec<_> = (1..=4).map(|number| access_token(number, time(60))).collect();
    let left = || async {
        let mut left = Vec::new();
        for number in 1..=4 {
            if store.find_access_token(ours, token(number)).await.expect("a read").is_some() {
                left.push(number);
            }
        }
        left
    };
    store.exchange_tokens(ours, tokens.clone(), Vec::new()).await.expect("tokens");
    store.revoke_tokens(organization_id(2), Revoked::Token(token(1))).await.expect("nothing of theirs");
    store.revoke_tokens(ours, Revoked::Token(token(1))).await.expect("a revocation");
    assert_eq!(left().await, [2, 3, 4]);
    store.revoke_tokens(ours, Revoked::Family(tokens[2].family)).await.expect("a revocation");
    assert_eq!(left().await, [2, 4]);
    store.revoke_tokens(ours, Revoked::Principal(tokens[0].principal.uuid())).await.expect("a revocation");
    assert_eq!(left().await, Vec::<u64>::new());
}

/// REST2: a bearer token goes at its end, not before.
pub async fn rest2_ended_bearer_tokens_are_purged(store: &Arc<dyn Store>) {
    let ours = organization_id(1);
    store.exchange_tokens(ours, vec![access_token(1, time(60))], Vec::new()).await.expect("a token");
    store.exchange_tokens(ours, vec![access_token(2, time(61))], Vec::new()).await.expect("a token");
    store.purge(time(60)).await.expect("a purge");
    assert_eq!(store.find_access_token(ours, token(1)).await.expect("a read"), None);
    assert!(store.find_access_token(ours, token(2)).await.expect("a read").is_some());
}

/// LOG7: the look-ups without a tenant say which it is.
pub async fn log7_the_unscoped_look_ups_tell_the_tenant_alone(store: &Arc<dyn Store>) {
    let ours = organization_id(1);
    store
        .create_deployment(ours, deployment(1, ours, "ours"), audit("deployment.created"))
        .await
        .expect("a deployment");
    let client = record(1, "CRM sync", &["crm"], 1);
    store.change_entities(ours, vec![EntityChange::Put(client)], audit("client.created")).await.expect("a client");
    store.exchange_tokens(ours, vec![access_token(1, time(60))], Vec::new()).await.expect("a token");
    let located = store.locate_organization_by_deployment(deployment_id(1)).await.expect("a read");
    assert_eq!(located, Some(ours));
    assert_eq!(store.locate_organization_by_deployment(deployment_id(2)).await.expect("a read"), None);
    assert_eq!(store.locate_entity("client", "crm").await.expect("a read"), Some((ours, plain_id(1))));
    assert_eq!(store.locate_entity("client", "unknown").await.expect("a read"), None);
    assert_eq!(store.locate_entity("user", "crm").await.expect("a read"), None);
    assert_eq!(store.locate_organization_by_token(token(1)).await.expect("a read"), Some(ours));
    assert_eq!(store.locate_organization_by_token(token(2)).await.expect("a read"), None);
}

/// LOG9: conversations go on under the version that they started with, so every version stays.
pub async fn log9_a_published_policy_leaves_the_earlier_one_readable(store: &Arc<dyn Store>) {
    let ours = organization_id(1);
    let id = deployment_id(1);
    store
        .create_deployment(ours, deployment(1, ours, "ours"), audit("deployment.created"))
        .await
        .expect("a deployment");
    let first = ContextPolicy::standard();
    let second = ContextPolicy { version: 2, mode: Mode::Strict, ..ContextPolicy::standard() };
    store.publish_policy(ours, id, second.clone(), audit("policy.published")).await.expect("a policy");
    let present = store.find_deployment(ours, id).await.expect("a read").expect("a deployment");
    assert_eq!(present.policy, second);
    assert_eq!(store.find_policy(ours, id, 1).await.expect("a read"), Some(first));
    assert_eq!(store.find_policy(ours, id, 2).await.expect("a read"), Some(second.clone()));
    assert_eq!(store.find_policy(ours, id, 3).await.expect("a read"), None);
    for version in [1, 2, 4] {
        let stale = ContextPolicy { version, ..second.clone() };
        assert!(
            store.publish_policy(ours, id, stale, audit("policy.published")).await.is_err(),
            "version {version} does not follow 2"
        );
    }
    let foreign = ContextPolicy { version: 3, ..second.clone() };
    assert!(store.publish_policy(organization_id(2), id, foreign, audit("policy.published")).await.is_err());
    assert_eq!(store.find_deployment(ours, id).await.expect("a read").map(|found| found.policy), Some(second));
}

/// DEP1: a change is refused once somebody else has changed the deployment; deleting is a state, and its policies stay.
pub async fn dep1_a_deployment_is_changed_as_it_was_read(store: &Arc<dyn Store>) {
    let ours = organization_id(1);
    let before = deployment(1, ours, "ours");
    store.create_deployment(ours, before.clone(), audit("deployment.created")).await.expect("a deployment");
    let change = |from: &Deployment, to: &Deployment| {
        let (store, from, to) = (Arc::clone(store), from.clone(), to.clone());
        async move { store.update_deployment(ours, from, to, audit("deployment.updated")).await }
    };
    let renamed = Deployment { name: "shop".to_owned(), ..before.clone() };
    change(&before, &renamed).await.expect("a change");
    assert!(matches!(change(&before, &renamed).await, Err(StoreError::Stale(_))));
    let strict = ContextPolicy { mode: Mode::Strict, ..before.policy.clone() };
    let other_policy = Deployment { policy: strict.clone(), ..renamed.clone() };
    assert!(change(&renamed, &other_policy).await.is_err(), "a policy is published, not changed");
    let gone = Deployment { status: waybill_model::DeploymentStatus::Deleted, ..renamed.clone() };
    change(&renamed, &gone).await.expect("a change");
    assert_eq!(store.find_deployment(ours, before.id).await.expect("a read"), Some(gone));
    store
        .publish_policy(ours, before.id, ContextPolicy { version: 2, ..strict.clone() }, audit("policy.published"))
        .await
        .expect("a policy");
    let list = |before: Option<u64>| async move {
        let policies = store.list_policies(ours, deployment_id(1), before, 10).await.expect("a read");
        policies.into_iter().map(|policy| policy.version).collect::<Vec<_>>()
    };
    assert_eq!((list(None).await, list(Some(2)).await), (vec![2, 1], vec![1]));
    let foreign = store.list_policies(organization_id(2), deployment_id(1), None, 10).await.expect("a read");
    assert_eq!(foreign, Vec::new());
}

fn refusal(deployment: u64, at: Time, key: &str) -> RefusalRecord {
    RefusalRecord {
        deployment_id: deployment_id(deployment),
        at,
        faults: vec![(key.to_owned(), Form::CustomData, Rule::KeyName)],
        source: Source { page: Some("/cart".to_owned()), ..Source::default() },
        count: 3,
    }
}

/// CTX11: refusals are listed newest first, by deployment and time.
pub async fn ctx11_refusals_are_listed_newest_first(store: &Arc<dyn Store>) {
    let ours = organization_id(1);
    let first = vec![refusal(1, time(1), "a"), refusal(2, time(2), "b")];
    let second = vec![refusal(1, time(3), "c")];
    store.record_refusals(ours, first.clone()).await.expect("refusals");
    store.record_refusals(ours, second.clone()).await.expect("refusals");
    store.record_refusals(ours, Vec::new()).await.expect("nothing to keep");
    let list = |deployment: Option<u64>, from: Option<i64>, limit| async move {
        let deployment = deployment.map(deployment_id);
        let filter = RefusalFilter { deployment, from: from.map(time), limit, ..RefusalFilter::default() };
        let listed = store.list_refusals(ours, filter).await.expect("a read");
        listed.into_iter().map(|(_, record)| record).collect::<Vec<_>>()
    };
    assert_eq!(list(None, None, 10).await, [second[0].clone(), first[1].clone(), first[0].clone()]);
    assert_eq!(list(Some(1), None, 10).await, [second[0].clone(), first[0].clone()]);
    assert_eq!(list(None, Some(2), 10).await, [second[0].clone(), first[1].clone()]);
    assert_eq!(list(None, None, 1).await, second);
    // Each page goes on where the one before ended, also within one millisecond.
    store.record_refusals(ours, vec![refusal(3, time(3), "d")]).await.expect("refusals");
    let (mut keys, mut after) = (Vec::new(), None);
    loop {
        let filter = RefusalFilter { after, limit: 1, to: Some(time(4)), ..RefusalFilter::default() };
        let page = store.list_refusals(ours, filter).await.expect("a read");
        let Some((position, record)) = page.first() else { break };
        after = Some(*position);
        keys.push(record.faults[0].0.clone());
    }
    assert_eq!(keys, ["d", "c", "b", "a"]);
    let before = RefusalFilter { to: Some(time(2)), limit: 10, ..RefusalFilter::default() };
    assert_eq!(store.list_refusals(ours, before).await.expect("a read").len(), 1);
    let filter = RefusalFilter { limit: 10, ..RefusalFilter::default() };
    assert_eq!(store.list_refusals(organization_id(2), filter).await.expect("a read"), Vec::new());
}

/// CTX11: kept for 30 days.
pub async fn ctx11_refusals_go_after_thirty_days(store: &Arc<dyn Store>) {
    const DAY: i64 = 86_400;
    let ours = organization_id(1);
    let refusals = (0..1_200).map(|number| refusal(1, time(number / 600), "a")).collect();
    store.record_refusals(ours, refusals).await.expect("refusals");
    let count = || async {
        let filter = RefusalFilter { limit: 10_000, ..RefusalFilter::default() };
        store.list_refusals(ours, filter).await.expect("a read").len()
    };
    store.purge(time(30 * DAY)).await.expect("a purge");
    assert_eq!(count().await, 1_200);
    store.purge(time(30 * DAY + 1)).await.expect("a purge");
    assert_eq!(count().await, 600);
}

/// START6: the server's own secret is drawn once, however many ask at the same time.
pub async fn start6_a_secret_is_drawn_once(store: &Arc<dyn Store>) {
    let mut tasks = tokio::task::JoinSet::new();
    for candidate in 0..8_u8 {
        let store = Arc::clone(store);
        tasks.spawn(async move { store.get_or_create_secret("jwt", vec![candidate; 32]).await.expect("a secret") });
    }
    let secrets = tasks.join_all().await;
    assert!(secrets.iter().all(|secret| *secret == secrets[0]), "{secrets:?}");
    let other = store.get_or_create_secret("other", vec![99; 32]).await.expect("a secret");
    assert_eq!(other, vec![99; 32]);
    assert_eq!(store.get_or_create_secret("jwt", vec![100; 32]).await.expect("a secret"), secrets[0]);
}
