//! `waybill trace` shows each hop of a flow.

use serde_json::json;
use waybill_server::service::Hop;

use crate::{support::Rig, target::Answer};

const LOOK_UP: &str = "
flow: greet
kind: inboundMessage
uses: { customData: [crmCustomerId?, plan?] }
start: look-up
actions:
  look-up:
    apiRequest:
      url: \"{{ env.CRM_URL }}/customers/{{ customData.crmCustomerId }}\"
      set: { tier: $.tier }
    success: keep
    failure: done
    missing: done
  keep: { setAttributes: { tier: \"{{ tier }}\" }, next: plan }
  plan: { decision: \"customData.plan is defined\", then: done, else: done }
  done: { sendMessage: Done }
";

fn told(hops: &[Hop], stage: &str) -> Vec<String> {
    let of_stage = hops.iter().filter(|hop| hop.stage == stage);
    of_stage.map(|hop| format!("{}: {}", hop.who, hop.outcome)).collect()
}

#[tokio::test]
async fn flow36_the_trace_of_a_key_shows_who_read_it_and_where_it_was_sent() {
    let rig = Rig::new(|_| Answer::Json(200, json!({"tier": "gold"}))).await;
    rig.flow(LOOK_UP).await;
    let mut chat = rig.chat(json!({"crmCustomerId": "CRM-1"})).await;
    assert_eq!(chat.hears().await, "Done");
    rig.ended(&chat.id).await;
    let (service, admin) = (rig.server.service(), rig.admin().await);
    let hops = service.trace(&admin, &chat.id, Some("crmCustomerId")).await.unwrap().hops;
    assert_eq!(told(&hops, "read by flow step"), ["greet v1 › look-up: read crmCustomerId (page)"]);
    assert_eq!(told(&hops, "sent in API request"), [format!("GET {}: 200", rig.target.url)]);

    let hops = service.trace(&admin, &chat.id, Some("plan")).await.unwrap().hops;
    assert_eq!(told(&hops, "read by flow step"), ["greet v1 › plan: plan absent: never_sent"]);

    let hops = service.trace(&admin, &chat.id, Some("tier")).await.unwrap().hops;
    assert!(told(&hops, "read by flow step").iter().any(|hop| hop.starts_with("greet v1 › keep")), "{hops:#?}");
    assert!(hops.iter().any(|hop| hop.stage == "stored"), "{hops:#?}");

    let hops = service.trace(&admin, &chat.id, None).await.unwrap().hops;
    assert_eq!(told(&hops, "sent in API request"), [format!("GET {}: 200", rig.target.url)]);
    let sent = hops.iter().find(|hop| hop.stage == "sent in API request").unwrap();
    assert!(sent.detail.contains(" ms · 1 attempt · effect "), "{}", sent.detail);
    assert_eq!(told(&hops, "flow ended"), ["greet v1: finished"]);
}
