//! Data actions and schedules: what flows name.

use serde_json::{Value, json};
use waybill_model::{CredentialKind, Time};
use waybill_server::service::{ActionEdition, DataActionWish, ScheduleWish, ServiceError};
use waybill_testkit::FixedClock;

use crate::{
    support::{Rig, builder},
    target::{Answer, Received, Target},
};

fn crm(received: &Received) -> Answer {
    match received.path.as_str() {
        "/customers/C%201" => Answer::Json(200, json!({"account": {"tier": "gold"}})),
        _ => Answer::Json(404, json!({"error": "unknown"})),
    }
}

fn look_up(rig: &Rig) -> Value {
    json!({
        "contract": {
            "input": {"inputSchema": {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]}},
            "output": {"successSchema": {"type": "object", "properties": {"tier": {"type": "string"}}}}
        },
        "config": {
            "timeoutSeconds": 5,
            "request": {
                "requestUrlTemplate": format!("{}/customers/${{input.id}}", rig.target.url),
                "requestType": "GET"
            },
            "response": {"translationMap": {"tier": "$.account.tier"}, "successTemplate": "{\"tier\": ${tier}}"}
        }
    })
}

async fn created(rig: &Rig, document: Value, edition: ActionEdition) -> String {
    rig.credential("crm", CredentialKind::Bearer, "a-bearer-token").await;
    let wish = DataActionWish {
        name: Some("Look up".to_owned()),
        category: Some("CRM".to_owned()),
        credential: Some(Some("crm".to_owned())),
        document: Some(document),
    };
    let made = rig.server.service().create_data_action(&rig.admin().await, wish, edition).await.unwrap();
    made.entity.id.to_string()
}

#[tokio::test]
async fn flow33_a_data_action_is_executed_with_its_contract_and_credential() {
    let rig = Rig::new(crm).await;
    let (service, admin) = (rig.server.service(), rig.admin().await);
    let id = created(&rig, look_up(&rig), ActionEdition::Published).await;
    let execute = |input: Value| service.execute_data_action(&admin, &id, ActionEdition::Published, input);
    assert_eq!(execute(json!({"id": "C 1"})).await.unwrap(), json!({"tier": "gold"}));
    let asked = rig.target.received();
    assert_eq!(asked[0].header("authorization"), "Bearer a-bearer-token");
    assert!(matches!(execute(json!({"id": 7})).await, Err(ServiceError::Invalid { .. })), "the input does not fit");
    assert_eq!(rig.target.received().len(), 1, "nobody is asked then");
    let unknown = execute(json!({"id": "C-2"})).await.unwrap_err();
    assert!(unknown.to_string().contains("404"), "{unknown}");
}

#[tokio::test]
async fn flow33_a_draft_is_tried_out_step_by_step_before_flows_use_it() {
    let rig = Rig::new(crm).await;
    let (service, admin) = (rig.server.service(), rig.admin().await);
    let id = created(&rig, look_up(&rig), ActionEdition::Draft).await;
    let published = service.execute_data_action(&admin, &id, ActionEdition::Published, json!({"id": "C 1"})).await;
    assert!(matches!(published, Err(ServiceError::WrongState { .. })));
    let tried = service.test_data_action(&admin, &id, ActionEdition::Draft, json!({"id": "C 1"})).await.unwrap();
    assert!(tried.operations.iter().all(|operation| operation.success), "{tried:#?}");
    assert_eq!(tried.output, Some(json!({"tier": "gold"})));
    let tried = service.test_data_action(&admin, &id, ActionEdition::Draft, json!({"id": "C-2"})).await.unwrap();
    let last = tried.operations.last().unwrap();
    assert!(!last.success && last.error.as_ref().unwrap().contains("404"), "{tried:#?}");
    assert_eq!(service.publish_data_action(&admin, &id, None).await.unwrap().entity.version, 1);

    rig.flow(
        "
flow: uses-it
kind: inboundMessage
uses: { customData: [crmCustomerId@page] }
start: look-up
actions:
  look-up:
    dataAction: { name: Look up, input: { id: \"{{ customData.crmCustomerId }}\" }, set: { tier: $.tier } }
    success: tell
    failure: sorry
  tell: { sendMessage: \"You are {{ tier }}\" }
  sorry: { sendMessage: Sorry }
",
    )
    .await;
    assert_eq!(rig.chat(json!({"crmCustomerId": "C 1"})).await.hears().await, "You are gold");
    service.delete_data_action(&admin, &id).await.unwrap();
    assert_eq!(rig.chat(json!({"crmCustomerId": "C 1"})).await.hears().await, "Sorry");
}

#[tokio::test]
async fn flow33_schedules_hold_to_their_time_zone() {
    let target = Target::answering(crm).await;
    // Friday, 20 November 2026, 18:08 UTC.
    let clock = std::sync::Arc::new(FixedClock::at(Time::from_millis(1_795_198_135_000)));
    let server = builder(&target).clock(clock).start().await;
    let rig = Rig::of(server, target).await;
    let (service, admin) = (rig.server.service(), rig.admin().await);
    let hours = |zone: &str| json!({"timeZone": zone, "hours": {"fri": ["09:00-18:00"]}});
    let wish = |hours| ScheduleWish { name: "Office".to_owned(), description: None, division: None, hours };
    for wrong in [hours("Nowhere/Town"), json!({"timeZone": "UTC", "hours": {"fri": ["late"]}}), json!(7)] {
        let refused = service.create_schedule(&admin, wish(wrong)).await;
        assert!(matches!(refused, Err(ServiceError::Invalid { field: "hours", .. })));
    }
    let id = service.create_schedule(&admin, wish(hours("Europe/London"))).await.unwrap().entity.id.to_string();
    rig.flow(
        "
flow: hours
kind: inboundMessage
start: office
actions:
  office: { schedule: Office, open: here, closed: away, holiday: away }
  here: { sendMessage: We are here }
  away: { sendMessage: We are away }
",
    )
    .await;
    assert_eq!(rig.chat(json!({})).await.hears().await, "We are away");
    service.update_schedule(&admin, &id, wish(hours("America/New_York")), None).await.unwrap();
    assert_eq!(rig.chat(json!({})).await.hears().await, "We are here");
}
