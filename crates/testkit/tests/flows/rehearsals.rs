//! Flows without consequences.

use serde_json::json;
use waybill_server::service::ServiceError;

use crate::{support::Rig, target::Answer};

const GREET: &str = "
flow: greet
kind: inboundMessage
uses: { customData: [plan?] }
start: plan
actions:
  plan:
    decision: customData.plan is defined and customData.plan == 'gold'
    then: gold
    else: plain
  gold: { sendMessage: Hello gold }
  plain: { ask: 'Which plan?', timeout: 10m, set: said, next: thanks, noAnswer: thanks }
  thanks: { sendMessage: Thanks }
";

#[tokio::test]
async fn flow34_a_simulation_tells_the_path_and_stores_nothing() {
    let rig = Rig::quiet().await;
    let (service, admin) = (rig.server.service(), rig.admin().await);
    let id = rig.published(GREET).await;
    let script = "
context: { plan: gold }
expect: |
  > started
  plan: then reads plan (page)
  gold: next
    say \"Hello gold\"
  = finished
";
    let simulated = service.simulate_flow(&admin, &id, None, script).await.unwrap();
    assert_eq!(simulated.path, ["plan: then", "gold: next", "finished"]);
    let again =
        script.replace(&script[script.find("expect").unwrap()..], "script: [{ say: silver }]\n").replace("gold", "x");
    let simulated = service.simulate_flow(&admin, &id, None, &again).await.unwrap();
    assert_eq!(simulated.path.last().unwrap(), "finished");
    assert!(simulated.transcript.contains("say \"Thanks\""), "{}", simulated.transcript);
    let wrong = service.simulate_flow(&admin, &id, None, "contxt: {}").await;
    assert!(matches!(wrong, Err(ServiceError::Invalid { field: "script", .. })));
}

#[tokio::test]
async fn flow35_a_replay_tells_where_a_new_version_would_go_another_way_without_values() {
    let rig = Rig::quiet().await;
    let (service, admin) = (rig.server.service(), rig.admin().await);
    let before_any = rig.chat(json!({})).await;
    let id = rig.flow(GREET).await;
    let mut gold = rig.chat(json!({"plan": "gold"})).await;
    assert_eq!(gold.hears().await, "Hello gold");
    let mut plain = rig.chat(json!({"plan": "a-secret-plan"})).await;
    assert_eq!(plain.hears().await, "Which plan?");
    plain.says("silver").await;
    assert_eq!(plain.hears().await, "Thanks");
    rig.ended(&plain.id).await;
    drop(before_any);

    let same = service.replay_flow(&admin, &id, &rig.open(), None, 50).await.unwrap();
    assert_eq!((same.conversations, same.same, same.without_flow, same.different.len()), (2, 2, 1, 0));
    let other =
        GREET.replace("plain: { ask: 'Which plan?'", "plain: { ask: 'Which one?'").replace("Hello gold", "Hi gold");
    let replayed = service.replay_flow(&admin, &id, &rig.open(), Some(&other), 50).await.unwrap();
    assert_eq!((replayed.conversations, replayed.same, replayed.different.len()), (2, 0, 2));
    let other = GREET.replace("== 'gold'", "== 'a-secret-plan'");
    let replayed = service.replay_flow(&admin, &id, &rig.open(), Some(&other), 50).await.unwrap();
    let difference = replayed.different.iter().find(|one| one.conversation_id.to_string() == plain.id).unwrap();
    assert_eq!((difference.before[0].as_str(), difference.after[0].as_str()), ("plan: else", "plan: then"));
    assert_eq!((difference.at, difference.version), (0, 1));
    assert_eq!(difference.recorded, ["plan: else", "plain: waits", "plain: next", "thanks: next"]);
    assert!(!format!("{replayed:?}").contains("a-secret-plan"));
}

#[tokio::test]
async fn flow35_answers_of_other_systems_are_stubbed_by_their_status() {
    let rig = Rig::new(|received| match received.path.as_str() {
        "/customers/C-1" => Answer::Json(200, json!({})),
        _ => Answer::Json(404, json!({})),
    })
    .await;
    let (service, admin) = (rig.server.service(), rig.admin().await);
    let document = "
flow: asks
kind: inboundMessage
uses: { customData: [crmCustomerId] }
start: look-up
actions:
  look-up:
    apiRequest: { url: \"{{ env.CRM_URL }}/customers/{{ customData.crmCustomerId }}\" }
    success: known
    failure: unknown
    missing: unknown
  known: { sendMessage: Hello again }
  unknown: { sendMessage: Hello }
";
    let id = rig.flow(document).await;
    assert_eq!(rig.chat(json!({"crmCustomerId": "C-1"})).await.hears().await, "Hello again");
    let mut chat = rig.chat(json!({"crmCustomerId": "C-2"})).await;
    assert_eq!(chat.hears().await, "Hello");
    rig.ended(&chat.id).await;
    let asked = rig.target.received().len();
    let other = document.replace("  unknown: { sendMessage: Hello }", "  unknown: { sendMessage: Good day }");
    let replayed = service.replay_flow(&admin, &id, &rig.open(), Some(&other), 50).await.unwrap();
    assert_eq!((replayed.conversations, replayed.same), (2, 1));
    assert_eq!(replayed.different[0].conversation_id.to_string(), chat.id);
    assert_eq!(rig.target.received().len(), asked, "nobody is asked");
}
