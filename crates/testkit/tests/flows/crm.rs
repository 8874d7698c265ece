//! The demo's flow and the recipes for CRMs, as they are published, against the demo's example CRM.

use serde_json::json;
use waybill_model::{CredentialKind, FlowExit, Trust};
use waybill_server::{demo::Crm, wiring::system_ambient};
use waybill_testkit::TestServer;

use crate::{
    support::{Rig, admin},
    target::{Answer, Target},
};

/// A server that knows the example CRM under these names; its own target is asked nothing.
async fn rig(names: &[&'static str]) -> (Rig, Crm, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let crm = Crm::start(folder.path(), system_ambient()).await.unwrap();
    let url = crm.named().url;
    let names = names.to_vec();
    let server = TestServer::builder().without_rate_limits().config(move |config| {
        config.outbound.allow_this_machine();
        for name in names {
            config.flows.env.insert(name.to_owned(), url.clone());
        }
    });
    let target = Target::answering(|_| Answer::Json(404, json!({}))).await;
    (Rig { server: server.start().await, target }, crm, folder)
}

async fn queue(rig: &Rig, name: &str) {
    let wish = waybill_server::service::QueueWish { name: name.to_owned(), ..Default::default() };
    rig.server.service().create_queue(&admin(&rig.server).await, wish).await.unwrap();
}

/// A recipe of the documentation does what it says.
async fn check(
    recipe: &str,
    env: &'static str,
    credential: (&str, CredentialKind, String),
    path: &str,
    tier: (&str, &str),
) {
    let (rig, crm, _folder) = rig(&[env]).await;
    let (name, kind, secret) = credential;
    let kind = match kind {
        CredentialKind::OauthClientCredentials { client_id, client_auth, scope, token_url: _ } => {
            let token_url = format!("{}/services/oauth2/token", crm.named().url);
            CredentialKind::OauthClientCredentials { token_url, client_id, client_auth, scope }
        }
        other => other,
    };
    let secret = match secret.as_str() {
        "token" => crm.named().token,
        "client" => crm.client_secret(),
        other => other.to_owned(),
    };
    rig.credential(name, kind, &secret).await;
    queue(&rig, "Support").await;
    rig.flow(recipe).await;
    let chat = rig.chat(json!({"crmCustomerId": "CRM-1"})).await;
    assert_eq!(rig.path(&chat.id).await, path);
    let (_, exit) = rig.ended(&chat.id).await;
    assert!(matches!(exit, FlowExit::Transferred { .. }), "{exit:?}");
    assert_eq!(rig.context(&chat.id).await["tier"], tier.0);
    let customer = crm.customer("CRM-1").unwrap();
    assert_eq!(customer.tier, tier.1);
}

#[tokio::test]
async fn flow25_the_plain_recipe_looks_up_and_writes_back() {
    let secret = ("crmToken", CredentialKind::Secret, "token".to_owned());
    let recipe = include_str!("../../../../examples/crm/look-up-and-write-back.yaml");
    let path = "look-up waits, look-up success, write-back waits, write-back success, to-queue ends";
    check(recipe, "CRM_URL", secret, path, ("basic", "basic")).await;
}

#[tokio::test]
async fn flow27_the_recipe_for_salesforce_buys_a_token_looks_up_and_writes_back() {
    let kind = CredentialKind::OauthClientCredentials {
        token_url: String::new(),
        client_id: "waybill".to_owned(),
        client_auth: waybill_model::ClientAuth::default(),
        scope: None,
    };
    let recipe = include_str!("../../../../examples/crm/salesforce.yaml");
    let path = "look-up waits, look-up success, is-basic then, promote waits, promote success, to-queue ends";
    check(recipe, "SALESFORCE_URL", ("salesforce", kind, "client".to_owned()), path, ("basic", "silver")).await;
}

#[tokio::test]
async fn flow25_the_recipe_for_hubspot_looks_up_and_writes_back() {
    let bearer = ("hubspot", CredentialKind::Bearer, "token".to_owned());
    let recipe = include_str!("../../../../examples/crm/hubspot.yaml");
    let path = "look-up waits, look-up success, write-back waits, write-back success, to-queue ends";
    check(recipe, "HUBSPOT_URL", bearer, path, ("basic", "gold")).await;
}

/// The demo's flow as the demo publishes it.
const GREET: &str = include_str!("../../../server/src/demo/greet-known-customer.yaml");

async fn greeter() -> (Rig, Crm, tempfile::TempDir) {
    let (rig, crm, folder) = rig(&["CRM_URL"]).await;
    rig.credential("crmToken", CredentialKind::Secret, &crm.named().token).await;
    queue(&rig, "Support").await;
    queue(&rig, "Gold").await;
    rig.flow(GREET).await;
    (rig, crm, folder)
}

#[tokio::test]
async fn flow38_the_demo_writes_the_tier_and_tells_the_crm_but_greets_nobody_by_an_unsigned_id() {
    let (rig, crm, _folder) = greeter().await;
    let mut chat = rig.chat(json!({"crmCustomerId": "CRM-3"})).await;
    let said = chat.hears().await;
    assert!(said.starts_with("Hello, thank you") && !said.contains("Mei"), "{said}");
    let path = "look-up waits, look-up success, write-tier next, leave-note waits, leave-note success, is-vouched-for else, say-welcome next, to-queue ends";
    assert_eq!(rig.path(&chat.id).await, path);
    let conversation = rig.server.service().get_conversation(&rig.admin().await, &chat.id).await.unwrap();
    let tier = &conversation.context().unwrap().stored["tier"];
    assert_eq!((tier.value.to_text().as_deref(), tier.trust), (Some("gold"), Trust::Flow));
    assert_eq!(conversation.queued.as_ref().unwrap().priority, 10);
    let notes = crm.customer("CRM-3").unwrap().notes;
    assert_eq!(notes.len(), 1);
    assert!(notes[0].key.is_some() && notes[0].body.contains(&chat.id), "{notes:?}");
}

#[tokio::test]
async fn flow38_the_demo_takes_its_declared_ways_for_unknown_and_absent_ids() {
    let (rig, _crm, _folder) = greeter().await;
    let mut unknown = rig.chat(json!({"crmCustomerId": "CRM-404"})).await;
    assert!(unknown.hears().await.contains("could not find"));
    let (steps, _) = rig.ended(&unknown.id).await;
    assert_eq!(
        (steps[1].outcome.as_str(), steps[1].fault.as_deref()),
        ("failure", Some("the answer has the status 404"))
    );

    let mut absent = rig.chat(json!({"source": "website"})).await;
    assert!(absent.hears().await.contains("customer number"));
    absent.says("CRM-17").await;
    let (steps, exit) = rig.ended(&absent.id).await;
    assert_eq!(steps[0].outcome, "missing");
    assert_eq!(steps[0].reads[0].absent.as_deref(), Some("never_sent"));
    assert!(matches!(exit, FlowExit::Transferred { .. }), "{exit:?}");
}
