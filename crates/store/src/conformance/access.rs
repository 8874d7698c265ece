//! Administration: tenants, deployments, clients, tokens, refusals, secrets.

use std::sync::Arc;

use waybill_model::{
    AccessToken, Client, ClientId, ContextPolicy, Form, Mode, RefusalRecord, Role, Rule, Time, conversation::Source,
};

use super::sample::{deployment, deployment_id, organization, organization_id, plain_id, time, token};
use crate::{RefusalFilter, Store, StoreError};

/// EDGE2: what was created is found as it was given, by its own tenant alone.
pub async fn edge2_administration_is_kept_and_found_within_its_tenant(store: &Arc<dyn Store>) {
    let (first, second) = (organization(1), organization(2));
    assert_eq!(store.list_organizations().await.expect("a read"), Vec::new());
    store.create_organization(first.clone()).await.expect("a tenant");
    store.create_organization(second.clone()).await.expect("a tenant");
    assert_eq!(store.find_organization(first.id).await.expect("a read"), Some(first.clone()));
    assert_eq!(store.find_organization(organization_id(3)).await.expect("a read"), None);
    assert_eq!(store.list_organizations().await.expect("a read"), [first.clone(), second.clone()]);

    let ours = deployment(1, first.id, "Main site");
    store.create_deployment(first.id, ours.clone()).await.expect("a deployment");
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
        store.create_deployment(organization, deployment(number, organization, name)).await.expect("a deployment");
    }
    let listed = store.list_deployments(first).await.expect("a read");
    assert_eq!(listed.iter().map(|found| found.name.as_str()).collect::<Vec<_>>(), ["alpha", "beta", "gamma"]);
}

/// EDGE2: an id that is taken is refused, and what stood there stays.
pub async fn edge2_what_is_taken_is_refused_by_name(store: &Arc<dyn Store>) {
    let first = organization(1);
    store.create_organization(first.clone()).await.expect("a tenant");
    let renamed = waybill_model::Organization { name: "Renamed".to_owned(), ..first.clone() };
    let error = store.create_organization(renamed).await.expect_err("a taken id");
    assert!(matches!(&error, StoreError::Exists(what) if what.contains(&first.id.to_string())), "{error}");
    assert_eq!(store.find_organization(first.id).await.expect("a read"), Some(first.clone()));

    let ours = deployment(1, first.id, "ours");
    store.create_deployment(first.id, ours.clone()).await.expect("a deployment");
    let again = store.create_deployment(first.id, deployment(1, first.id, "again")).await;
    assert!(matches!(again, Err(StoreError::Exists(_))), "{again:?}");
    assert_eq!(store.find_deployment(first.id, ours.id).await.expect("a read"), Some(ours));
}

fn client() -> Client {
    Client {
        id: ClientId::new(plain_id(1)),
        organization_id: organization_id(1),
        name: "CRM sync".to_owned(),
        role: Role::Integrator,
        secret_hash: "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA".to_owned(),
        enabled: true,
        created_at: time(3),
    }
}

fn access_token(number: u64, expires_at: Time) -> AccessToken {
    AccessToken {
        hash: token(number),
        organization_id: organization_id(1),
        client_id: client().id,
        scopes: "conversation:read".to_owned(),
        expires_at,
    }
}

/// REST2: clients and bearer tokens are found by id and by hash.
pub async fn rest2_clients_and_tokens_are_kept(store: &Arc<dyn Store>) {
    let (ours, theirs) = (organization_id(1), organization_id(2));
    store.create_client(ours, client()).await.expect("a client");
    assert!(matches!(store.create_client(ours, client()).await, Err(StoreError::Exists(_))));
    assert_eq!(store.find_client(ours, client().id).await.expect("a read"), Some(client()));
    assert_eq!(store.find_client(theirs, client().id).await.expect("a read"), None);

    let kept = access_token(1, time(60));
    store.create_access_token(ours, kept.clone()).await.expect("a token");
    assert_eq!(store.find_access_token(ours, kept.hash).await.expect("a read"), Some(kept.clone()));
    assert_eq!(store.find_access_token(theirs, kept.hash).await.expect("a read"), None);
    assert_eq!(store.find_access_token(ours, token(2)).await.expect("a read"), None);
}

/// REST2: a bearer token goes at its end, not before.
pub async fn rest2_ended_bearer_tokens_are_purged(store: &Arc<dyn Store>) {
    let ours = organization_id(1);
    store.create_access_token(ours, access_token(1, time(60))).await.expect("a token");
    store.create_access_token(ours, access_token(2, time(61))).await.expect("a token");
    store.purge(time(60)).await.expect("a purge");
    assert_eq!(store.find_access_token(ours, token(1)).await.expect("a read"), None);
    assert!(store.find_access_token(ours, token(2)).await.expect("a read").is_some());
}

/// LOG7: the look-ups without a tenant say which it is, and a credential's hash.
pub async fn log7_the_unscoped_look_ups_tell_the_tenant_alone(store: &Arc<dyn Store>) {
    let ours = organization_id(1);
    store.create_deployment(ours, deployment(1, ours, "ours")).await.expect("a deployment");
    store.create_client(ours, client()).await.expect("a client");
    store.create_access_token(ours, access_token(1, time(60))).await.expect("a token");
    let located = store.locate_organization_by_deployment(deployment_id(1)).await.expect("a read");
    assert_eq!(located, Some(ours));
    assert_eq!(store.locate_organization_by_deployment(deployment_id(2)).await.expect("a read"), None);
    let located = store.locate_organization_by_client(client().id).await.expect("a read");
    assert_eq!(located, Some((ours, client().secret_hash)));
    let unknown = ClientId::new(plain_id(2));
    assert_eq!(store.locate_organization_by_client(unknown).await.expect("a read"), None);
    assert_eq!(store.locate_organization_by_token(token(1)).await.expect("a read"), Some(ours));
    assert_eq!(store.locate_organization_by_token(token(2)).await.expect("a read"), None);
}

/// LOG9: conversations go on under the version that they started with, so every version stays.
pub async fn log9_a_published_policy_leaves_the_earlier_one_readable(store: &Arc<dyn Store>) {
    let ours = organization_id(1);
    let id = deployment_id(1);
    store.create_deployment(ours, deployment(1, ours, "ours")).await.expect("a deployment");
    let first = ContextPolicy::standard();
    let second = ContextPolicy { version: 2, mode: Mode::Strict, ..ContextPolicy::standard() };
    store.publish_policy(ours, id, second.clone()).await.expect("a policy");
    let present = store.find_deployment(ours, id).await.expect("a read").expect("a deployment");
    assert_eq!(present.policy, second);
    assert_eq!(store.find_policy(ours, id, 1).await.expect("a read"), Some(first));
    assert_eq!(store.find_policy(ours, id, 2).await.expect("a read"), Some(second.clone()));
    assert_eq!(store.find_policy(ours, id, 3).await.expect("a read"), None);
    for version in [1, 2, 4] {
        let stale = ContextPolicy { version, ..second.clone() };
        assert!(store.publish_policy(ours, id, stale).await.is_err(), "version {version} does not follow 2");
    }
    let foreign = ContextPolicy { version: 3, ..second.clone() };
    assert!(store.publish_policy(organization_id(2), id, foreign).await.is_err());
    assert_eq!(store.find_deployment(ours, id).await.expect("a read").map(|found| found.policy), Some(second));
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
        let filter = RefusalFilter { deployment: deployment.map(deployment_id), from: from.map(time), limit };
        store.list_refusals(ours, filter).await.expect("a read")
    };
    assert_eq!(list(None, None, 10).await, [second[0].clone(), first[1].clone(), first[0].clone()]);
    assert_eq!(list(Some(1), None, 10).await, [second[0].clone(), first[0].clone()]);
    assert_eq!(list(None, Some(2), 10).await, [second[0].clone(), first[1].clone()]);
    assert_eq!(list(None, None, 1).await, second);
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
