//! Credentials go in and never come out.

use waybill_model::{BuiltInRole, ClientAuth, CredentialKind, Permission};
use waybill_server::service::{CredentialWish, ServiceError};

use crate::support::Rig;

fn wish(name: &str, kind: CredentialKind, secret: Option<&str>) -> CredentialWish {
    CredentialWish { name: name.to_owned(), kind, secret: secret.map(str::to_owned) }
}

fn oauth(token_url: &str) -> CredentialKind {
    CredentialKind::OauthClientCredentials {
        token_url: token_url.to_owned(),
        client_id: "waybill".to_owned(),
        client_auth: ClientAuth::Header,
        scope: None,
    }
}

#[tokio::test]
async fn flow28_a_secret_is_sealed_and_shown_to_nobody() {
    let rig = Rig::quiet().await;
    let (service, admin) = (rig.server.service(), rig.admin().await);
    let id = rig.credential("key", CredentialKind::Secret, "word-of-honour").await;
    let found = service.get_credential(&admin, &id).await.unwrap();
    assert!(!format!("{found:?}").contains("word-of-honour"));
    let given = wish("key", CredentialKind::Secret, Some("another-word"));
    assert!(!format!("{given:?}").contains("another-word"), "nor to a log");
    let changed = service.update_credential(&admin, &id, given, Some(1)).await.unwrap();
    assert_ne!(changed.entity.secret, found.entity.secret);
    service.delete_credential(&admin, &id).await.unwrap();
    assert!(matches!(service.get_credential(&admin, &id).await, Err(ServiceError::NotFound { .. })));
}

#[tokio::test]
async fn flow28_what_can_be_no_credential_is_refused_with_its_field() {
    let rig = Rig::quiet().await;
    let (service, admin) = (rig.server.service(), rig.admin().await);
    for (given, field) in [
        (wish("7up", CredentialKind::Secret, Some("s")), "name"),
        (wish("a-b", CredentialKind::Secret, Some("s")), "name"),
        (wish("a", CredentialKind::Secret, None), "secret"),
        (wish("a", CredentialKind::Secret, Some("")), "secret"),
        (wish("a", CredentialKind::Basic { user: "a:b".to_owned() }, Some("s")), "user"),
        (wish("a", oauth("ftp://crm.example/token"), Some("s")), "tokenUrl"),
        (wish("a", oauth("http://10.0.0.1/token"), Some("s")), "tokenUrl"),
    ] {
        let error = service.create_credential(&admin, given).await.unwrap_err();
        assert!(matches!(&error, ServiceError::Invalid { field: found, .. } if *found == field), "{error:?}");
    }
    let again = service.create_credential(&admin, wish("CRMTOKEN", CredentialKind::Bearer, Some("s"))).await;
    assert!(matches!(again, Err(ServiceError::Taken(_))), "a name is taken whatever its case");
}

#[tokio::test]
async fn flow28_a_secret_does_not_go_to_an_address_that_it_was_not_given_for() {
    let rig = Rig::quiet().await;
    let (service, admin) = (rig.server.service(), rig.admin().await);
    let id = rig.credential("crm", oauth("https://crm.example/token"), "s").await;
    let moved =
        service.update_credential(&admin, &id, wish("crm", oauth("https://evil.example/token"), None), None).await;
    assert!(matches!(moved, Err(ServiceError::Invalid { field: "secret", .. })));
    let renamed = wish("crm2", oauth("https://crm.example/token"), None);
    assert_eq!(service.update_credential(&admin, &id, renamed, None).await.unwrap().entity.name, "crm2");
}

#[test]
fn flow28_no_other_role_than_the_administrators_touches_them() {
    for role in [BuiltInRole::Supervisor, BuiltInRole::Agent, BuiltInRole::Integrator] {
        let rights = role.permissions();
        for permission in [Permission::CredentialView, Permission::CredentialAdd, Permission::CredentialEdit] {
            assert!(!rights.contains(&permission), "{} {permission}", role.name());
        }
    }
}
