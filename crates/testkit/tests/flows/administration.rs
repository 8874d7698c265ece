//! Flows are drafted, checked, published, bound and taken away.

use serde_json::{Value, json};
use waybill_model::{ContextPolicy, Mode};
use waybill_server::service::{FlowWish, RoutingQuery, ServiceError, Severity};

use crate::support::Rig;

const FINE: &str = "
flow: fine
kind: inboundMessage
start: hello
actions:
  hello: { sendMessage: Hello }
";

const READS_A_KEY: &str = "
flow: reads
kind: inboundMessage
uses: { customData: [loyaltyNumber] }
start: hello
actions:
  hello:
    sendMessage: \"Hello {{ customData.loyaltyNumber }}\"
    error: plain
  plain: { sendMessage: Hello }
";

fn document(text: &str) -> FlowWish {
    FlowWish { document: Some(text.to_owned()), ..FlowWish::default() }
}

#[tokio::test]
async fn flow30_what_is_wrong_is_kept_as_a_draft_and_not_published() {
    let rig = Rig::quiet().await;
    let (service, admin) = (rig.server.service(), rig.admin().await);
    for (text, what) in [
        ("flow: x", "no document"),
        (
            "flow: x\nkind: inboundMessage\nstart: nowhere\nactions:\n  hello: { sendMessage: Hello }\n",
            "no first action",
        ),
        (
            "flow: x\nkind: inboundMessage\nstart: a\nactions:\n  a: { sendMessage: '{{ custmData.x }}' }\n",
            "no such name",
        ),
        (
            "flow: x\nkind: inboundMessage\nstart: a\nactions:\n  a: { transferToQueue: { queue: Nowhere } }\n",
            "no such queue",
        ),
    ] {
        let wish = FlowWish { name: Some(what.to_owned()), ..document(text) };
        let id = service.create_flow(&admin, wish).await.unwrap().entity.id.to_string();
        let published = service.publish_flow(&admin, &id, None).await.unwrap();
        assert!(published.version.is_none(), "{what}");
        let first = published.findings.first().unwrap_or_else(|| panic!("{what}: nothing found"));
        assert_eq!(first.severity, Severity::Error, "{what}");
        assert!(!first.remedy.is_empty(), "{what}");
        let kept = service.get_flow(&admin, &id).await.unwrap().entity;
        assert_eq!((kept.published, kept.draft.as_str()), (None, text));
        assert_eq!(service.validate_flow(&admin, &id, None).await.unwrap(), published.findings);
        assert!(service.validate_flow(&admin, &id, Some(FINE)).await.unwrap().is_empty(), "{what}");
        let bound = service.bind_flow(&admin, &id, &rig.open()).await;
        assert!(matches!(bound, Err(ServiceError::WrongState { .. })), "{what}: nothing to begin with");
    }
}

#[tokio::test]
async fn flow31_versions_are_kept_as_they_were_written() {
    let rig = Rig::quiet().await;
    let (service, admin) = (rig.server.service(), rig.admin().await);
    let id = rig.published(FINE).await;
    rig.publish(&id, &FINE.replace("Hello", "Moin")).await;
    let versions = service.list_flow_versions(&admin, &id, 0, 25).await.unwrap();
    assert_eq!(versions.total, 2);
    let numbers: Vec<u64> = versions.entities.iter().map(|found| found.entity.version).collect();
    assert_eq!(numbers, [1, 2]);
    assert_eq!(service.get_flow_version(&admin, &id, "1").await.unwrap().source, FINE);
    for unknown in ["0", "3", "one"] {
        let found = service.get_flow_version(&admin, &id, unknown).await;
        assert!(matches!(found, Err(ServiceError::NotFound { .. })), "{unknown}");
    }
    let listed = service.list_flows(&admin, RoutingQuery { limit: 25, ..RoutingQuery::default() }).await.unwrap();
    assert!(listed.entities.iter().any(|found| found.entity.id.to_string() == id && found.entity.name == "fine"));
}

#[tokio::test]
async fn flow31_somebody_elses_change_is_not_overwritten_and_names_are_taken_once() {
    let rig = Rig::quiet().await;
    let (service, admin) = (rig.server.service(), rig.admin().await);
    let id = service.create_flow(&admin, document(FINE)).await.unwrap().entity.id.to_string();
    service.update_flow(&admin, &id, document(READS_A_KEY), Some(1)).await.unwrap();
    let late = service.update_flow(&admin, &id, document(FINE), Some(1)).await;
    assert!(matches!(late, Err(ServiceError::Stale(_))));
    assert!(matches!(service.publish_flow(&admin, &id, Some(1)).await, Err(ServiceError::Stale(_))));
    let twin = service.create_flow(&admin, FlowWish { name: Some(" FINE ".to_owned()), ..FlowWish::default() }).await;
    assert!(matches!(twin, Err(ServiceError::Taken(_))));
}

#[tokio::test]
async fn flow32_a_flow_is_bound_where_its_keys_can_be_delivered() {
    let rig = Rig::quiet().await;
    let (service, admin) = (rig.server.service(), rig.admin().await);
    let id = rig.published(READS_A_KEY).await;
    let strict = rig.server.deployment("strict").to_string();
    let refused = service.bind_flow(&admin, &id, &strict).await.unwrap();
    assert!(refused.deployment.is_none(), "a strict deployment refuses keys that it does not declare");
    assert!(refused.findings.iter().any(|finding| finding.message.contains("loyaltyNumber")));
    let bound = service.bind_flow(&admin, &id, &rig.open()).await.unwrap();
    assert!(bound.deployment.is_some(), "{:#?}", bound.findings);
    assert_eq!(service.list_flow_deployments(&admin, &id).await.unwrap().len(), 1);

    let deleted = service.delete_flow(&admin, &id).await;
    assert!(matches!(deleted, Err(ServiceError::WrongState { .. })), "it is in use");
    let admins = rig.server.admin().await;
    let (path, body) =
        (format!("/api/v2/webdeployments/deployments/{strict}"), json!({"name": "Strict", "flow": {"id": id}}));
    let put = admins.put(&path, &body).await.unwrap();
    assert_eq!(put.status, 400, "{}", put.text);
    assert!(put.text.contains("loyaltyNumber"), "{}", put.text);

    service.unbind_flow(&admin, &rig.open()).await.unwrap();
    service.delete_flow(&admin, &id).await.unwrap();
    assert!(matches!(service.get_flow(&admin, &id).await, Err(ServiceError::NotFound { .. })));
}

#[tokio::test]
async fn flow32_a_policy_that_takes_a_key_away_says_which_flow_it_breaks() {
    let rig = Rig::quiet().await;
    let (service, admin) = (rig.server.service(), rig.admin().await);
    rig.flow(READS_A_KEY).await;
    let open = ContextPolicy::standard();
    assert_eq!(service.policy_breaks(&admin, &rig.open(), open.clone()).await.unwrap(), []);
    let strict = ContextPolicy { mode: Mode::Strict, ..open };
    let broken = service.policy_breaks(&admin, &rig.open(), strict).await.unwrap();
    assert!(broken.iter().any(|finding| finding.message.contains("loyaltyNumber")), "{broken:#?}");

    // Preview and publication say it as well; what is broken already is not said again.
    let admins = rig.server.admin().await;
    let path = format!("/api/v2/webdeployments/deployments/{}/contextpolicy", rig.open());
    let said = |answer: waybill_testkit::Answer| {
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json::<Value>().unwrap()
    };
    let (strict, laxer) =
        (json!({"mode": "strict", "attributes": []}), json!({"mode": "strict", "attributes": [], "maxBytes": 9_000}));
    let preview = said(admins.post(&format!("{path}/preview"), &strict).await.unwrap());
    let published = said(admins.put(&path, &strict).await.unwrap());
    for findings in [&preview["flowFindings"], &published["effect"]["flowFindings"]] {
        let first = &findings[0];
        assert!(first["message"].as_str().unwrap().contains("loyaltyNumber"), "{preview} {published}");
    }
    let again = said(admins.put(&path, &laxer).await.unwrap());
    assert_eq!(again["effect"]["flowFindings"], json!([]));
}

#[tokio::test]
async fn flow31_a_run_goes_on_although_its_flow_was_deleted() {
    let rig = Rig::quiet().await;
    let (service, admin) = (rig.server.service(), rig.admin().await);
    let id = rig
        .flow(
            "
flow: asks
kind: inboundMessage
start: ask
actions:
  ask: { ask: Name?, timeout: 10m, set: name, next: tell, noAnswer: tell }
  tell: { sendMessage: Bye }
",
        )
        .await;
    let mut chat = rig.chat(json!({})).await;
    assert_eq!(chat.hears().await, "Name?");
    service.unbind_flow(&admin, &rig.open()).await.unwrap();
    service.delete_flow(&admin, &id).await.unwrap();
    chat.says("Ada").await;
    assert_eq!(chat.hears().await, "Bye");
}
